"""CSV: a file for each table and view, after RFC 4180, in UTF-8.

Lines end in CR LF and the first names the columns. NULL is an empty field, an empty text is `""`. Texts stand as they are:
one that begins with `=`, `+`, `-` or `@` is data here, and the workbook (xlsx) is what to open in a spreadsheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from catalog.export import export_format
from catalog.export.source import Relation, Source

_TO_QUOTE = re.compile('[",\r\n]|^$|^ | $')


def csv_field(value: Any) -> str:
    """Return one field; numbers as Python prints them, which reads back as the same number.

    >>> [csv_field(v) for v in (None, "", "a,b", 'say "x"', 0.1, 7)]
    ['', '""', '"a,b"', '"say ""x""\"', '0.1', '7']
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return repr(value)
    return '"' + value.replace('"', '""') + '"' if _TO_QUOTE.search(value) else value


def csv_line(values: Iterable[Any]) -> str:
    line = ",".join(map(csv_field, values))
    return (line or '""') + "\r\n"


def write_table(source: Source, relation: Relation, file: Path) -> int:
    """Write one table or view and return the number of its rows."""
    count = 0
    with open(file, "w", encoding="utf-8", newline="") as out:
        out.write(csv_line(relation.names))
        for batch in source.batches(relation):
            out.writelines(map(csv_line, batch))
            count += len(batch)
    return count


@export_format("csv", "a CSV file (RFC 4180, UTF-8) for each table and view")
def write(source: Source, folder: Path) -> dict[str, int]:
    """Write `<table>.csv` for every table and view."""
    return {f"{name}.csv": write_table(source, relation, folder / f"{name}.csv") for name, relation in source.relations.items()}
