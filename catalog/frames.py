"""Tables and views of the built file as pandas frames, with the types, units and descriptions of the kinds.

| column of the file | in the frame |
|---|---|
| text | `str` |
| number | `float64` |
| whole number | `Int64`, which has missing values |
| truth value | `boolean`, which has missing values |
| whole day (`released_from`, `accessed`) | `datetime64[s]` |
| one of a closed set | `category`, all allowed values in the order of the kind |
| list of texts | `object`: lists, `None` where nothing is said |

A date as written (`released`: `2016-03`) stays text, since it may be coarser than a day; its first and last day stand beside it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from catalog.export.source import Field, Relation, Source

if TYPE_CHECKING:
    import pandas as pd


def _series(field: Field, values: list[Any]) -> pd.Series:
    import pandas as pd

    if field.choices:
        return pd.Series(pd.Categorical(values, categories=list(field.choices)))
    if field.type == "date":
        return pd.Series(pd.to_datetime(pd.Series(values, dtype="object"), format="%Y-%m-%d")).astype("datetime64[s]")
    if field.type == "list":
        return pd.Series([None if v is None else json.loads(v) for v in values], dtype="object")
    return pd.Series(values, dtype={"text": "str", "integer": "Int64", "real": "float64", "boolean": "boolean"}[field.type])


def read_frame(source: Source, relation: Relation) -> pd.DataFrame:
    """Return a table or view as a frame.

    Returns:
        A row for each row of the table, in its order; the columns of the table. `attrs` holds `table`, `description`,
        `units` and `descriptions` (by column), and `content_digest` of the file.
    """
    import pandas as pd

    rows = list(source.rows(relation))
    columns = zip(*rows, strict=True) if rows else ((),) * len(relation.fields)
    frame = pd.DataFrame({f.name: _series(f, list(values)) for f, values in zip(relation.fields, columns, strict=True)})
    frame.attrs = {
        "table": relation.name, "description": relation.description,
        "units": {f.name: f.unit for f in relation.fields if f.unit},
        "descriptions": {f.name: f.description for f in relation.fields if f.description},
        "content_digest": source.meta["content_digest"],
    }
    return frame
