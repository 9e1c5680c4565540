"""Migrations: the only maker of tables, and the comparison of what they make with the table classes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

NEW_MIGRATION = "scripts/new-migration 'what changes'"


class SchemaDrift(Exception):
    """The migrated tables differ from the table classes; the message lists how and names the command that mends it."""


def migrations_folder() -> Path:
    """Return the folder of the migrations: beside the package in a checkout, inside it in an installed wheel."""
    package = Path(__file__).resolve().parent
    for folder in (package.parent / "migrations", package / "migrations"):
        if (folder / "env.py").is_file():
            return folder
    raise FileNotFoundError("the folder migrations/ is missing: install the package again")


def config(connection: sa.Connection | None = None) -> Config:
    """Return Alembic's configuration for our migrations, with the connection to use."""
    settings = Config()
    settings.set_main_option("script_location", str(migrations_folder()))
    settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    settings.attributes["connection"] = connection
    return settings


def head() -> str:
    """Return the newest revision."""
    return ScriptDirectory.from_config(config()).get_current_head() or ""


def open_engine(file: Path) -> sa.Engine:
    """Return an engine on a SQLite file whose transactions also hold for DDL (a failed batch leaves nothing)."""
    engine = sa.create_engine(f"sqlite:///{file}", poolclass=sa.pool.StaticPool)

    @sa.event.listens_for(engine, "connect")
    def _connect(dbapi: Any, _: Any) -> None:
        dbapi.isolation_level = None

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def upgrade(file: Path, revision: str = "head") -> None:
    """Migrate a SQLite file upwards to a revision."""
    _run(file, command.upgrade, revision)


def downgrade(file: Path, revision: str = "base") -> None:
    """Migrate a SQLite file downwards to a revision."""
    _run(file, command.downgrade, revision)


def _run(file: Path, action: Any, revision: str) -> None:
    engine = open_engine(file)
    try:
        with engine.connect() as connection:
            action(config(connection), revision)
            connection.commit()
    finally:
        engine.dispose()


def describe(inspector: sa.Inspector) -> dict[str, Any]:
    """Return columns, keys, indexes, unique constraints, strictness and CHECKs of every table, in a comparable form."""
    with inspector.engine.connect() as connection:
        strict = {row.name: bool(row.strict) for row in connection.exec_driver_sql("PRAGMA table_list")}
    tables = {}
    for name in sorted(inspector.get_table_names()):
        if name == "alembic_version" or name.startswith("search_index"):
            continue
        tables[name] = {
            "columns": [(c["name"], str(c["type"]), c["nullable"], bool(c["primary_key"])) for c in inspector.get_columns(name)],
            "primary key": inspector.get_pk_constraint(name)["constrained_columns"],
            "foreign keys": sorted((f["constrained_columns"], f["referred_table"], f["referred_columns"]) for f in inspector.get_foreign_keys(name)),
            "indexes": sorted((i["name"], i["column_names"], bool(i["unique"])) for i in inspector.get_indexes(name)),
            "unique": sorted(u["column_names"] for u in inspector.get_unique_constraints(name)),
            "strict": strict[name],
            "checks": sorted((c["name"] or "", c["sqltext"]) for c in inspector.get_check_constraints(name)),
        }
    return tables


def find_drift(file: Path) -> list[str]:
    """Return how the tables of a migrated file differ from the table classes; empty if they do not."""
    from catalog.tables import metadata

    wanted_engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    engine = open_engine(file)
    try:
        metadata.create_all(wanted_engine)
        wanted, found = describe(sa.inspect(wanted_engine)), describe(sa.inspect(engine))
    finally:
        engine.dispose()
        wanted_engine.dispose()
    differences = [f"table {t} is in the classes but not in the migrations" for t in wanted.keys() - found.keys()]
    differences += [f"table {t} is in the migrations but not in the classes" for t in found.keys() - wanted.keys()]
    for table in wanted.keys() & found.keys():
        for what, value in wanted[table].items():
            if value != found[table][what]:
                differences.append(f"table {table}: {what} differ: classes {value}, migrations {found[table][what]}")
    return sorted(differences)


def require_no_drift(file: Path) -> None:
    """Raise SchemaDrift if the migrated file is not what the classes describe."""
    differences = find_drift(file)
    if differences:
        shown = "\n  ".join(differences[:10])
        raise SchemaDrift(
            f"the tables that the migrations make are not those of the classes ({len(differences)} differences):\n  {shown}\n"
            f"To mend it, write a migration: {NEW_MIGRATION}"
        )
