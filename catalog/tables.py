"""The SQLModel tables, made from the plan; `migrations/` makes them in the file.

`metadata` holds them all: Alembic compares it with a migrated file, the loader inserts through it.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlmodel import Field, SQLModel

from catalog.plan import KEY_NAMES, Column, Table, plan_tables

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = sa.MetaData(naming_convention=CONVENTION)
REAL = sa.Double().with_variant(sa.REAL(), "sqlite")  # in PostgreSQL a REAL has only 24 bits
_TYPES = {"text": sa.Text(), "real": REAL, "integer": sa.Integer()}


@compiles(sa.Text, "postgresql")
def _compare_by_bytes(*_: Any, **__: Any) -> str:
    """Let PostgreSQL compare texts as SQLite does, so that the same views give the same rows in the same order."""
    return 'TEXT COLLATE "C"'


@compiles(sa.Integer, "postgresql")
def _whole_numbers_of_64_bits(*_: Any, **__: Any) -> str:
    """Let a whole number be as large as SQLite's: a measurement counts billions of operations."""
    return "BIGINT"


class Base(SQLModel):
    """What all table classes share: their own metadata, so that no other SQLModel of the process gets in."""

    metadata = metadata


def _sa_column(column: Column, **more: Any) -> sa.Column:
    target = [sa.ForeignKey(column.references)] if column.references else []
    index = bool(column.references) and not more.get("primary_key")
    return sa.Column(column.name, _TYPES[column.type], *target, nullable=column.nullable, index=index or None, **more)


def _check(column: Column) -> sa.CheckConstraint | None:
    if column.is_boolean:
        return sa.CheckConstraint(f"{column.name} IN (0, 1)", name=column.name)
    if column.choices:
        values = ", ".join(f"'{c}'" for c in column.choices)
        return sa.CheckConstraint(f"{column.name} IN ({values})", name=column.name)
    return None


def _make(name: str, columns: list[tuple[Column, sa.Column]], description: str, constraints: list[Any] | None = None) -> type[Base]:
    """Make one SQLModel table class of (plan, column) pairs."""
    annotations: dict[str, Any] = {}
    namespace: dict[str, Any] = {"__tablename__": name, "__doc__": description, "__module__": __name__}
    python = {"text": str, "real": float, "integer": int}
    for column, sa_column in columns:
        attribute = {"metadata": "metadata_", "registry": "registry_"}.get(column.name, column.name)
        annotations[attribute] = python[column.type] | None if column.nullable else python[column.type]
        namespace[attribute] = Field(default=None, sa_column=sa_column) if column.nullable else Field(sa_column=sa_column)
    checks = [c for c in (_check(column) for column, _ in columns) if c is not None]
    namespace["__table_args__"] = (*checks, *(constraints or []), {"sqlite_strict": True})
    namespace["__annotations__"] = annotations
    class_name = "".join(word.capitalize() for word in name.split("_")) + "Row"
    return type(Base)(class_name, (Base,), namespace, table=True)


def _text(name: str, nullable: bool = True, references: str | None = None) -> Column:
    return Column(name, "text", lambda _: None, nullable=nullable, references=references)


def key_columns(table: Table) -> list[Column]:
    """Return the columns that tell the rows of a table apart and name the row above."""
    if table.shape == "kind":
        return [_text("id", False), _text("ref", False, "records.ref"), _text("name", False), _text("name_ru"), _text("summary")]
    if table.shape in ("list", "map"):
        step = _text(KEY_NAMES.get(table.name, "key"), False) if table.shape == "map" else Column("position", "integer", lambda _: None, nullable=False)
        return [_text("id", False), table.owner, *([_text("benchmark_id", False, "benchmarks.id")] if table.name == "results" else []), step]
    step = Column("position", "integer", lambda _: None, nullable=False) if table.shape == "links" or table.name in ("aliases", "former_ids") else _text(KEY_NAMES.get(table.name, "key"), False)
    return [table.owner, step]


def _define(table: Table) -> None:
    keys = key_columns(table)
    has_id = keys[0].name == "id"
    pairs = []
    for i, column in enumerate(keys):
        primary = i == 0 if has_id else True
        pairs.append((column, _sa_column(column, primary_key=True) if primary else _sa_column(column)))
    if not has_id:  # the owner is the first column of the primary key, which serves as its index
        pairs[0] = (keys[0], sa.Column(keys[0].name, sa.Text(), sa.ForeignKey(keys[0].references), primary_key=True))
    constraints: list[Any] = []
    if table.shape == "kind":
        pairs[1] = (keys[1], sa.Column("ref", sa.Text(), sa.ForeignKey("records.ref"), nullable=False, unique=True))
    elif has_id:
        unique = keys[2:] if table.name == "results" else keys[1:]  # a result key is unique in its benchmark, not only in its table
        constraints.append(sa.UniqueConstraint(*[k.name for k in unique]))
    pairs += [(column, _sa_column(column)) for column in table.columns]
    _make(table.name, pairs, table.description, constraints)
    for child in table.children:
        _define(child)


def _define_fixed() -> None:
    """Define the tables that no kind describes: records, claims, relations, scores, tombstones, search, meta."""

    def integer(name: str, nullable: bool = True, boolean: bool = False) -> Column:
        return Column(name, "integer", lambda _: None, nullable=nullable, is_boolean=boolean)

    def real(name: str) -> Column:
        return Column(name, "real", lambda _: None)

    def choice(name: str, *choices: str) -> Column:
        return Column(name, "text", lambda _: None, nullable=False, choices=choices)

    def define(name: str, description: str, columns: list[Column], primary: tuple[str, ...], *constraints: Any) -> None:
        pairs = [(c, _sa_column(c, primary_key=True) if c.name in primary else _sa_column(c)) for c in columns]
        _make(name, pairs, description, list(constraints))

    define("records", "Every record of every kind: what all other tables refer to.", [
        _text("ref", False), _text("kind", False), _text("slug", False), _text("name", False), _text("name_ru"), _text("summary"),
        _text("note"), _text("path", False)], ("ref",), sa.UniqueConstraint("kind", "slug"))
    define("documents", "Every record as authored, as JSON.", [_text("ref", False, "records.ref"), _text("document", False)], ("ref",))
    define("claims", "Who supports which value: one row for each value and source.", [
        integer("id", False), _text("record", False, "records.ref"), _text("path", False), _text("value_text", False),
        real("value"), real("low"), real("high"), _text("unit"), _text("source", True, "sources.id"), _text("locator"), _text("accessed"),
        _text("read_as"), _text("via", True, "sources.id"), _text("as_printed"), choice("role", "accepted", "other", "derived"),
        integer("explicit", False, boolean=True), _text("note")], ("id",), sa.Index("ix_claims_record_path", "record", "path"))
    define("relations", "Every reference from one record to another, with the field it stands in.", [
        integer("id", False), _text("record", False, "records.ref"), _text("path", False), _text("target", False, "records.ref")], ("id",))
    define("scores", "The cells of all tables of results.", [
        _text("result_id", False, "results.id"), _text("metric", False), _text("metric_id", False, "benchmark_metrics.id"),
        real("value"), _text("value_text", False), real("error")], ("result_id", "metric"))
    define("tombstones", "Records that were removed, and why.", [
        _text("ref", False), _text("date", False), _text("reason", False), _text("replaced_by", True, "records.ref")], ("ref",))
    define("search_documents", "What the search looks through: one row a record.", [
        integer("id", False), _text("ref", False, "records.ref"), _text("kind", False), _text("name", False), _text("names"), _text("text"),
        _text("folded")], ("id",))
    define("meta", "What this file is: schema revision, counts, digest of its content.", [_text("key", False), _text("value", False)], ("key",))


def _define_all() -> None:
    kinds, common = plan_tables()
    _define_fixed()
    for table in (*kinds.values(), *common):
        _define(table)


_define_all()

