"""The plan of the tables, derived from the kinds: which columns there are and where each finds its value.

A reference becomes `x_id`, a date three columns (`x`, `x_from`, `x_to`), a number one nullable REAL, a list of texts
a JSON array, a list of references a link table, a list or map of parts a child table. `tables` makes SQLModel classes
from the plan, `rows` fills them: both follow the same plan, so a field is written once, in its kind.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from catalog.fields import FieldSpec, fields_of
from catalog.kinds import Kind, all_kinds
from catalog.kinds.common import COMMON_FIELDS, Record

ColumnType = Literal["text", "real", "integer"]
# A day on which somebody looked at something: nobody sorts or compares these, so they get no interval columns.
_DAYS = {"accessed", "checked"}
# Columns whose name in YAML is a word that SQL keeps for itself.
_RENAMED = {"default": "is_default", "by": "by_whom"}
# What the keys of a map are, where that is more than a key.
KEY_NAMES = {
    "names": "language", "identifiers": "scheme", "human_baseline_levels": "metric", "competition_edition_entry_scores": "metric",
}
# Kept in `claims` (as_printed) or in a table of their own (results, scores).
_ELSEWHERE = {"as_printed", "sources", "derived"}


@dataclass(frozen=True)
class Column:
    """One column: its name and type, what it refers to or may hold, and how to get its value from a part."""

    name: str
    type: ColumnType
    get: Callable[[Any], Any]
    nullable: bool = True
    references: str | None = None  # "table.column"
    choices: tuple[str, ...] = ()
    is_boolean: bool = False
    field: FieldSpec | None = None


@dataclass
class Table:
    """One table: its own columns, how a row is told from another, and the tables below it.

    `shape` is `kind` (a record a row), `map` (keyed parts), `list` (parts in order), `links` (references in order) or
    `numbers` (keyed numbers). Below a kind, `owner` is the column that refers to the row above.
    """

    name: str
    shape: Literal["kind", "map", "list", "links", "numbers", "texts"]
    columns: list[Column]
    description: str
    label: str
    label_ru: str
    owner: Column | None = None
    steps: tuple[str, ...] = ()  # attributes that lead from the owner's part to the list or map
    children: list[Table] = field(default_factory=list)
    kind: Kind | None = None

    def walk(self) -> Iterator[Table]:
        yield self
        for child in self.children:
            yield from child.walk()


def snake(name: str) -> str:
    """Return a class name in the form of a column: `HumanBaseline` becomes `human_baseline`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def singular(name: str) -> str:
    """Return the singular of a field's or kind's name, as far as our names need it.

    >>> singular("entries"), singular("editions"), singular("people"), singular("then")
    ('entry', 'edition', 'person', 'then')
    """
    irregular = {"people": "person", "hardware": "hardware", "classes": "class"}
    if name in irregular:
        return irregular[name]
    if name.endswith("ies"):
        return name[:-3] + "y"
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def _target(spec: FieldSpec) -> str:
    if spec.reference.item:
        return "results.id"
    return "records.ref" if spec.reference.kind == "*" else f"{spec.reference.kind}.id"


def _reference_value(spec: FieldSpec, value: str) -> str:
    """Return what stands in the column: for `benchmarks/glue#results.ernie` the id of the result, `glue.ernie`."""
    if not spec.reference.item:
        return value
    ref, _, item = value.partition("#")
    return f"{ref.partition('/')[2]}.{item.partition('.')[2]}"


def to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _scalar_columns(spec: FieldSpec, steps: tuple[str, ...], prefix: str) -> Iterator[Column]:
    """Yield the columns of one field that is no part: one, or three for a date."""
    name = prefix + _RENAMED.get(spec.name, spec.name)

    def get(part: Any) -> Any:
        for step in (*steps, spec.name):
            part = getattr(part, step)
            if part is None:
                return None
        return part

    def column(name: str, type: ColumnType, value: Callable[[Any], Any], **more: Any) -> Column:
        def getter(part: Any) -> Any:
            found = get(part)
            return None if found is None else value(found)

        return Column(name, type, getter, field=spec, nullable=not spec.required or bool(prefix), **more)

    if spec.shape != "scalar":
        yield column(name, "text", lambda v: to_json(v) if v else None, )
    elif spec.type == "reference":
        ending = "_ref" if spec.reference.kind == "*" else "_id"
        yield column(name.removesuffix("_ref") if name == "ref" else name + ending, "text", lambda v: _reference_value(spec, v), references=_target(spec))
    elif spec.type == "date":
        yield column(name, "text", str)
        if spec.name not in _DAYS:
            bounds = {"field": spec, "nullable": True}
            yield Column(name + "_from", "text", lambda p: getattr(get(p), "first", None), **bounds)
            yield Column(name + "_to", "text", lambda p: getattr(get(p), "last", None), **bounds)
    elif spec.type == "number":
        found = column(name, "real", lambda v: v.value)
        yield Column(found.name, "real", found.get, nullable=True, field=spec)  # a bound or range has no central value
    elif spec.type == "integer":
        yield column(name, "integer", int)
    elif spec.type == "boolean":
        yield column(name, "integer", int, is_boolean=True)
    else:
        yield column(name, "text", str, choices=spec.choices)


def _fill(table: Table, model: type, base: str, owner_id: Column, steps: tuple[str, ...] = (), prefix: str = "", skip: frozenset[str] = frozenset()) -> None:
    """Add the columns and child tables of a class to a table; single parts are flattened into it."""
    for spec in fields_of(model).values():
        if spec.name in _ELSEWHERE or spec.name in skip:
            continue
        path = (*steps, spec.name)
        if spec.shape == "scalar" and spec.type == "part":
            _fill(table, spec.part, base, owner_id, path, f"{prefix}{spec.name}_")
        elif spec.shape == "scalar" or spec.type in ("text", "choice") and spec.shape == "list":
            table.columns += _scalar_columns(spec, steps, prefix)
        else:
            table.children.append(_child(spec, f"{base}_{prefix}{spec.name}", owner_id, path))


def _child(spec: FieldSpec, name: str, owner: Column, steps: tuple[str, ...]) -> Table:
    table = Table(name, "list", [], spec.description, spec.label, spec.label_ru, owner, steps)
    if spec.type == "part":
        table.shape = "map" if spec.shape == "map" else "list"
        own_id = Column(singular_of(name) + "_id", "text", lambda _: None, nullable=False, references=f"{name}.id")
        _fill(table, spec.part, singular_of(name), own_id)
    elif spec.type == "reference":
        table.shape = "links"
        target = "ref" if spec.reference.kind == "*" else singular(spec.reference.kind) + "_id"
        if target == owner.name:  # a data set derived from data sets; a record related to records
            target = "other_ref" if spec.reference.kind == "*" else singular(spec.name) + "_id"
        table.columns = [Column(target, "text", lambda v: v, nullable=False, references=_target(spec), field=spec)]
    elif spec.type == "number":
        table.shape = "numbers"
        table.columns = [
            Column("value", "real", lambda v: v.value, field=spec),
            Column("value_text", "text", str, nullable=False),
        ]
    else:
        table.shape = "texts"
        table.columns = [Column("value", "text", str, nullable=False, field=spec)]
    return table


def singular_of(table: str) -> str:
    """Return the name of one row of a table: the last word of the table in the singular."""
    head, _, last = table.rpartition("_")
    return f"{head}_{singular(last)}" if head else singular(last)


def _kind_table(kind: Kind) -> Table:
    base = snake(kind.model.__name__)
    owner = Column(base + "_id", "text", lambda _: None, nullable=False, references=f"{kind.name}.id")
    table = Table(kind.name, "kind", [], kind.description, kind.label, kind.label_ru, kind=kind)
    _fill(table, kind.model, base, owner, skip=frozenset(COMMON_FIELDS))
    return table


# Tables of the fields that every record has: field name -> table name.
COMMON_TABLES = {
    "names": "names", "aliases": "aliases", "topics": "record_topics", "identifiers": "identifiers", "links": "links",
    "facts": "facts", "examples": "examples", "timings": "timings", "related": "related", "former_ids": "former_ids",
    "sources": "citations",
}


def _common_tables() -> list[Table]:
    owner = Column("ref", "text", lambda _: None, nullable=False, references="records.ref")
    tables = []
    for name, table_name in COMMON_TABLES.items():
        spec = fields_of(Record)[name]
        table = _child(spec, table_name, owner, (name,))
        table.children = [c for c in table.children if c.name.rpartition("_")[2] not in ("supports", "states", "printed")]
        table.columns = [c for c in table.columns if c.name != "supports"]  # resolved to claims
        tables.append(table)
    return tables


def _use_short_names_for_results(benchmarks: Table) -> None:
    """Give the matrix of results its two tables: `results`, and `scores` filled by `rows` (a cell a row)."""
    tables = next(c for c in benchmarks.children if c.name == "benchmark_tables")
    results = next(c for c in tables.children if c.name == "benchmark_table_results")
    results.name = "results"
    results.children = []


@lru_cache(maxsize=1)
def plan_tables() -> tuple[dict[str, Table], list[Table]]:
    """Return the table of each kind by its name, and the tables of the common fields."""
    kinds = {name: _kind_table(kind) for name, kind in all_kinds().items()}
    _use_short_names_for_results(kinds["benchmarks"])
    return kinds, _common_tables()
