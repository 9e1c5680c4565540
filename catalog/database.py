"""The built file for Python: what `catalog.open()` returns. Reading only; pandas is imported when a frame is asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from catalog.browse import open_file
from catalog.export.source import Source

if TYPE_CHECKING:
    import pandas as pd

    from catalog.plots import Plots
    from catalog.typed import CatalogRecord

DEFAULT_FILE = Path("build") / "catalog.db"


class UnknownTable(AttributeError):
    """The file has no such table or view; the message names the nearest."""


class Database:
    """A built catalog, open for reading.

    Every kind, table and view is an attribute that gives a pandas frame, read anew each time (see `catalog.frames` for its
    types): `db.datasets`, `db.dataset_splits`, `db.human_parity`. `dir(db)` lists them.

    >>> db = catalog.open()
    >>> db.hardware.attrs["units"]["memory_gib"], str(db.hardware["announced_from"].dtype), str(db.hardware["type"].dtype)
    ('GiB', 'datetime64[s]', 'category')
    >>> db.close()
    """

    def __init__(self, file: Path):
        self.file = file
        self._source = Source(open_file(file).thing)

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; frames and records that were read stay as they are."""
        self._source.db.close()

    def __repr__(self) -> str:
        return f"<catalog {self.file}: {self.meta['records']} records, content {self.meta['content_digest'][:16]}>"

    @property
    def meta(self) -> dict[str, str]:
        """What the file is: `content_digest`, `schema_revision`, counts of records and claims, licence."""
        return self._source.meta

    @property
    def tables(self) -> list[str]:
        """Names of all tables and views."""
        return list(self._source.relations)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table or view as a frame, a row for each of its rows; units stand in `attrs["units"]`.

        Raises:
            UnknownTable: There is none of that name.
        """
        from catalog.frames import read_frame
        from catalog.suggest import suggestion

        relations = self._source.relations
        if name not in relations:
            raise UnknownTable(f"there is no table {name!r}: " + suggestion(name, relations, "`db.tables` lists them"))
        return read_frame(self._source, relations[name])

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name.startswith("_"):
            raise AttributeError(name)
        return self.table(name)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.tables]

    def sql(self, query: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> pd.DataFrame:
        """Return what a query gives, a column for each of its columns.

        Args:
            query: One SELECT in SQLite's SQL.
            params: Values for its `?`, or by name for its `:name`.

        Raises:
            sqlite3.Error: SQLite refuses the query; the file cannot be written to.

        >>> with catalog.open() as db:
        ...     list(db.sql("SELECT name, memory_gib FROM hardware WHERE memory_gib > ?", [1]).columns)
        ['name', 'memory_gib']
        """
        import pandas as pd

        cursor = self._source.db.cursor()
        cursor.row_factory = None
        cursor.execute(query, params)
        return pd.DataFrame(cursor.fetchall(), columns=[c[0] for c in cursor.description or ()])

    def record(self, ref: str) -> CatalogRecord:
        """Return one record with its claims, sources and relations, its fields typed as in its kind.

        Raises:
            catalog.browse.UnknownRecord: No record has that reference; the message names near ones, or why it was removed.

        >>> with catalog.open() as db:
        ...     mnist = db.record("datasets/mnist")
        >>> mnist.name, mnist.fields.splits["train"].items.value, mnist.claims_of("splits.train.items")[0].role
        ('MNIST', 60000.0, 'accepted')
        """
        from catalog.typed import read_record

        return read_record(self._source, ref)

    def search(self, text: str, kind: str | None = None, limit: int = 20) -> pd.DataFrame:
        """Return the records that words in English or Russian find, best first.

        Returns:
            A row a record: `ref`, `kind`, `name`, `name_ru`, `snippet`.

        >>> with catalog.open() as db:
        ...     db.search("transformer", kind="methods", limit=1)["ref"].iloc[0]
        'methods/transformer'
        """
        import pandas as pd

        from catalog.search import search

        columns = ["ref", "kind", "name", "name_ru", "snippet"]
        hits = search(self._source.db, text, kind=kind, limit=limit)
        return pd.DataFrame([[getattr(h, c) for c in columns] for h in hits], columns=columns)

    @cached_property
    def plot(self) -> Plots:
        """Plots with matplotlib (extra `plot`): `timeline()`, `progress("glue")`, `hardware()`."""
        from catalog.plots import Plots

        return Plots(self)


def _to_path(file: str | os.PathLike[str] | None) -> Path:
    if file is None:
        return Path(os.environ.get("CATALOG_FILE") or DEFAULT_FILE)
    text = os.fspath(file)
    if "://" not in text and not text.startswith("file:"):
        return Path(text)
    address = urlsplit(text)
    if address.scheme in ("http", "https"):
        from catalog import download

        return download.fetch(text)
    if address.scheme != "file" or address.netloc not in ("", "localhost"):
        raise ValueError(f"{text!r} cannot be opened: it must be a path, or a file://, http:// or https:// address")
    return Path(unquote(address.path))


def open_database(file: str | os.PathLike[str] | None = None) -> Database:
    """Open a built catalog; see `catalog.open`."""
    return Database(_to_path(file))
