"""What exports read: the tables, views, columns, records and names of a built file, all of it as streams."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from catalog.browse import open_file
from catalog.kinds import all_kinds
from catalog.load import read_views, view_description
from catalog.site.columns import column_text, planned_tables
from catalog.tables import metadata

FieldType = Literal["text", "integer", "real", "boolean", "date", "list"]
BATCH = 2000  # rows fetched at a time
NAMES_KEPT = 4096  # names of records kept in memory while references are resolved
DEFAULT_BASE_URL = "http://127.0.0.1:8001/"  # where `catalog serve` shows the records
_CHECK = re.compile(r"(\w+) IN \((.+)\)")
_STORED = {"TEXT": "text", "REAL": "real", "INTEGER": "integer", "INT": "integer", "NUM": "real"}


@dataclass(frozen=True)
class Field:
    """A column of a table or view as every format describes it; a `list` is stored as a JSON array of texts."""

    name: str
    type: FieldType
    nullable: bool
    description: str
    unit: str | None = None
    references: tuple[str, str] | None = None  # table, column
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Relation:
    """A table or view: what a row is, its columns, and (of a table) the columns that tell rows apart."""

    name: str
    description: str
    is_view: bool
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        return [f.name for f in self.fields]


@dataclass
class Source:
    """A built file open for export.

    `base_url` is the address at which the site shows the records; `report` is told each step in a few words.
    """

    db: sqlite3.Connection
    base_url: str = DEFAULT_BASE_URL
    report: Callable[[str], None] = lambda _: None

    @cached_property
    def meta(self) -> dict[str, str]:
        return dict(self.db.execute("SELECT key, value FROM meta ORDER BY key").fetchall())

    @cached_property
    def as_of(self) -> str:
        """The last day on which a source was read: the file's own date, so that the same file gives the same bytes."""
        return self.db.execute("SELECT max(accessed) FROM claims").fetchone()[0] or "1970-01-01"

    @cached_property
    def relations(self) -> dict[str, Relation]:
        """Tables and views by name, tables first; parents stand before the tables that refer to them."""
        present = {r[0] for r in self.db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
        tables = [_table(t) for t in metadata.sorted_tables if t.name in present]
        views = [self._view(name, sql) for name, sql in sorted(read_views().items()) if name in present]
        return {r.name: r for r in (*tables, *views)}

    def _view(self, name: str, sql: str) -> Relation:
        """Describe a view; its rows are computed once, sorted, into a temporary table of its name that later reads find first."""
        fields = []
        columns = self.db.execute(f'PRAGMA main.table_info("{name}")').fetchall()
        self.report(f"computing {name}")
        order = ", ".join(str(i) for i in range(1, len(columns) + 1))
        self.db.execute(f'CREATE TEMP TABLE IF NOT EXISTS "{name}" AS SELECT * FROM main."{name}" ORDER BY {order}')
        names = {c["name"] for c in columns}
        for column in columns:
            stored = _STORED.get(column["type"].upper()) or self._type_held(name, column["name"])
            text = column_text(None, column["name"])
            fields.append(Field(column["name"], _refine(column["name"], stored, names), True, text.description, text.unit))
        return Relation(name, view_description(sql), True, tuple(fields))

    def _type_held(self, view: str, column: str) -> str:
        held = {r[0] for r in self.db.execute(f'SELECT DISTINCT typeof("{column}") FROM "{view}"')} - {"null"}
        if held <= {"integer"} and held:
            return "integer"
        return "real" if held and held <= {"integer", "real"} else "text"

    def count(self, name: str) -> int:
        return self.db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]

    def batches(self, relation: Relation, where: str = "", parameters: tuple[Any, ...] = ()) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of a table or view in a fixed order, as lists of tuples in the order of its fields."""
        names = ", ".join(f'"{n}"' for n in relation.names)
        self.report(relation.name)
        cursor = self.db.cursor()
        cursor.row_factory = None
        cursor.execute(f'SELECT {names} FROM "{relation.name}" {where} ORDER BY rowid', parameters)
        while rows := cursor.fetchmany(BATCH):
            yield rows

    def rows(self, relation: Relation) -> Iterator[tuple[Any, ...]]:
        for batch in self.batches(relation):
            yield from batch

    def documents(self, kind: str | None = None) -> Iterator[tuple[sqlite3.Row, dict[str, Any]]]:
        """Yield each record (its row in `records`) with its document as authored, by kind and id."""
        where = "WHERE r.kind = ?" if kind else ""
        cursor = self.db.execute(
            f"SELECT r.*, d.document FROM records r CROSS JOIN documents d ON d.ref = r.ref {where} ORDER BY r.kind, r.slug", (kind,) if kind else ())
        for row in cursor:
            yield row, json.loads(row["document"])

    def kinds(self) -> list[str]:
        """Return the kinds that have records, the most read first."""
        held = {r[0] for r in self.db.execute("SELECT DISTINCT kind FROM records")}
        return [name for name in all_kinds() if name in held]

    @cached_property
    def name_of(self) -> Callable[[str], str | None]:
        """Return the name of a record, or of a result named as `benchmarks/glue#results.ernie`; None if there is none."""

        @lru_cache(maxsize=NAMES_KEPT)
        def find(ref: str) -> str | None:
            if "#results." in ref:
                benchmark, _, key = ref.partition("#results.")
                found = self.db.execute(
                    "SELECT coalesce(m.name, x.system) FROM results x LEFT JOIN models m ON m.id = x.model_id WHERE x.id = ?",
                    (f"{benchmark.partition('/')[2]}.{key}",)).fetchone()
            else:
                found = self.db.execute("SELECT name FROM records WHERE ref = ?", (ref,)).fetchone()
            return found[0] if found else None

        return find

    def url(self, ref: str = "") -> str:
        """Return the address of a record's page on the site."""
        return self.base_url.rstrip("/") + "/" + ref


def _refine(name: str, type: str, names: set[str]) -> FieldType:
    """Tell days from other texts by the names that the plan gives their columns."""
    if type == "text" and (name == "accessed" or any(name.endswith(e) and name.removesuffix(e) in names for e in ("_from", "_to"))):
        return "date"
    return "boolean" if type == "integer" and name.startswith(("is_", "has_")) else type  # type: ignore[return-value]


def _table(table: Any) -> Relation:
    checks = dict(m.groups() for c in table.constraints if (m := _CHECK.fullmatch(str(getattr(c, "sqltext", "")))))
    names = {c.name for c in table.columns}
    planned = planned_tables().get(table.name)
    fields = []
    for column in table.columns:
        text = column_text(table.name if planned else None, column.name)
        type = {"Text": "text", "Double": "real", "REAL": "real", "Integer": "integer"}[column.type.__class__.__name__]
        allowed = checks.get(column.name, "")
        refined = "boolean" if allowed == "0, 1" else "list" if text.is_array and planned.shape != "texts" else _refine(column.name, type, names)
        target = next(iter(column.foreign_keys), None)
        fields.append(Field(
            column.name, refined, bool(column.nullable), text.description, text.unit,
            tuple(target.target_fullname.split(".")) if target else None,
            tuple(re.findall("'([^']*)'", allowed))))
    return Relation(table.name, table_description(table.name), False, tuple(fields), tuple(c.name for c in table.primary_key.columns))


def table_description(name: str) -> str:
    """Return what one row of a table is."""
    from catalog import tables

    class_name = "".join(word.capitalize() for word in name.split("_")) + "Row"
    mapped = {m.class_.__name__: m.class_ for m in tables.Base._sa_registry.mappers}
    return (mapped[class_name].__doc__ or "").strip() if class_name in mapped else ""


@contextmanager
def open_source(file: Path, base_url: str = DEFAULT_BASE_URL, report: Callable[[str], None] = lambda _: None) -> Iterator[Source]:
    """Open a built file for export.

    Raises:
        catalog.browse.NotBuilt: There is no such file, or it is no catalog.
    """
    with open_file(file) as db:
        yield Source(db, base_url, report)
