"""Loading into PostgreSQL: the same rows through the same migrations, for those who outgrow one file.

Stands beside `load`, which writes SQLite. Everything happens in one transaction in a schema of its own, `catalog`: who reads
meanwhile sees the old content until the new one is there, and a build that fails leaves everything as it was. Views and other
things that users made upon our tables stay, as long as the tables need not change.
"""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import Any

import sqlalchemy as sa
from alembic import command
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from catalog import migrate
from catalog.claims import Claim
from catalog.link import Catalog
from catalog.load import BuildFailed, Report, content_digest, meta_rows, read_views
from catalog.plan import plan_tables
from catalog.rows import Rows, make_rows
from catalog.tables import metadata

SCHEMA = "catalog"
# Any number will do, as long as no other program of the database takes the same (PostgreSQL manual, "Advisory Locks").
_LOCK = 0x646C_6361_7461_6C67


class WrongAddress(ValueError):
    """The address names no PostgreSQL database, or the driver is missing."""


def open_engine(url: str) -> sa.Engine:
    """Return an engine for an address like `postgresql+psycopg://user@host/database`.

    Raises:
        WrongAddress: It is of another form or another database system, or psycopg is not installed.
    """
    try:
        address = sa.make_url(url)
    except ArgumentError:
        raise WrongAddress(f"{url!r} is no address of a database; it looks like postgresql+psycopg://user@host/database") from None
    if address.get_backend_name() != "postgresql":
        raise WrongAddress(f"{address.get_backend_name()!r} is not supported: only postgresql+psycopg://… (one SQLite file: --output FILE)")
    try:
        return sa.create_engine(address.set(drivername="postgresql+psycopg"), poolclass=sa.pool.NullPool)
    except (ModuleNotFoundError, NoSuchModuleError):
        raise WrongAddress("the driver is missing: pip install 'deep-learning-catalog[postgres]'") from None


def functions() -> str:
    """Return the SQL of the functions that PostgreSQL lacks, and of the search."""
    return (files("catalog") / "postgres_functions.sql").read_text(encoding="utf-8")


def _views_digest() -> str:
    return hashlib.sha256("\n".join([functions(), *read_views().values()]).encode()).hexdigest()


def _found(connection: sa.Connection) -> tuple[str | None, str | None]:
    """Return the schema revision and the digest of the views that the database holds; make our schema if there is none.

    Raises:
        BuildFailed: The schema `catalog` is there and somebody else's.
    """
    tables = set(sa.inspect(connection).get_table_names(schema=SCHEMA))
    connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    connection.exec_driver_sql(f"SET LOCAL search_path TO {SCHEMA}")
    if not tables:
        return None, None
    if not {"alembic_version", "meta"} <= tables:
        raise BuildFailed(f"the schema {SCHEMA!r} of that database holds tables that are not ours: {', '.join(sorted(tables)[:5])}")
    revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    views = connection.exec_driver_sql("SELECT value FROM meta WHERE key = 'views_digest'").scalar()
    return revision, views


def _drop_views(connection: sa.Connection) -> None:
    """Drop our views and nothing that others made upon them: PostgreSQL refuses, and names what stands in the way."""
    for name in reversed(read_views()):
        connection.exec_driver_sql(f'DROP VIEW IF EXISTS "{name}"')


def _empty(connection: sa.Connection) -> None:
    """Delete all rows, children before parents. TRUNCATE would be faster but make every reader wait until the end."""
    for table in reversed(metadata.sorted_tables):
        connection.exec_driver_sql(f'DELETE FROM "{table.name}"')


def _empty_older(connection: sa.Connection) -> None:
    """Empty the tables of another revision, whichever they are, so that a migration meets no rows; it locks them anyway."""
    names = [n for n in sa.inspect(connection).get_table_names(schema=SCHEMA) if n != "alembic_version"]
    connection.exec_driver_sql("TRUNCATE " + ", ".join(f'"{n}"' for n in names))


def _insert(connection: sa.Connection, rows: Rows, report: Report) -> None:
    cursor = connection.connection.driver_connection.cursor()
    for table in metadata.sorted_tables:
        mine = rows.get(table.name)
        if not mine:
            continue
        columns = [c.name for c in table.columns]
        names = ", ".join(f'"{c}"' for c in columns)
        report(f"{table.name}: {len(mine):,} rows")
        with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
            for row in mine:
                copy.write_row([row.get(c) for c in columns])


def _comment(connection: sa.Connection) -> None:
    """Describe tables and columns, units included, where graphical tools show it."""
    literal = sa.String().literal_processor(connection.dialect)

    def comment(on: str, words: str) -> None:
        connection.exec_driver_sql(f"COMMENT ON {on} IS {literal(words)}".replace("%", "%%"))

    kinds, common = plan_tables()
    for table in (t for top in (*kinds.values(), *common) for t in top.walk()):
        comment(f'TABLE "{table.name}"', table.description)
        for column in table.columns:
            if column.field is not None:
                unit = f" Unit: {column.field.unit}." if column.field.unit else ""
                comment(f'COLUMN "{table.name}"."{column.name}"', column.field.description + unit)


def _check(connection: sa.Connection, rows: Rows) -> None:
    for name in metadata.tables:
        count = connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar()
        if name != "meta" and count != len(rows.get(name, ())):
            raise BuildFailed(f"table {name} holds {count} rows instead of {len(rows.get(name, ()))}")
    for view in read_views():
        connection.exec_driver_sql(f'SELECT * FROM "{view}" LIMIT 1').fetchall()


def _write(connection: sa.Connection, rows: Rows, report: Report) -> str:
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")  # another build of the same database waits here
    revision, views = _found(connection)
    new_revision, new_views = migrate.head(), _views_digest()
    if revision is not None:
        report("deleting the old content")
        (_empty if revision == new_revision else _empty_older)(connection)
    if revision is not None and (revision, views) != (new_revision, new_views):
        _drop_views(connection)
    if revision != new_revision:
        report("migrating")
        command.upgrade(migrate.config(connection), "head")
    if (revision, views) != (new_revision, new_views):
        connection.exec_driver_sql(functions().replace("%", "%%"))
        for sql in read_views().values():
            connection.exec_driver_sql(sql.replace("%", "%%"))
        _comment(connection)
    report(f"inserting {sum(map(len, rows.values())):,} rows")
    _insert(connection, rows, report)
    digest = content_digest(rows, new_revision)
    meta: list[dict[str, Any]] = [{"key": k, "value": v} for k, v in [*meta_rows(rows, digest, new_revision), ("views_digest", new_views)]]
    connection.execute(sa.insert(metadata.tables["meta"]), meta)
    report("checking")
    _check(connection, rows)
    return digest


def build_database(catalog: Catalog, claims: dict[str, list[Claim]], data_prefix: str, url: str, report: Report = lambda _: None) -> str:
    """Load the records into a PostgreSQL database and return the digest of the content, the same as the file's.

    Args:
        catalog: Clean, linked records.
        claims: Their claims.
        data_prefix: Path of the data folder, taken off the paths that are stored.
        url: Address of the database, which must exist: `postgresql+psycopg://user@host/database`.
        report: Told each step in a few words.

    Raises:
        WrongAddress: The address is no PostgreSQL database's.
        BuildFailed: The server cannot be reached or refuses; the database is as it was.
    """
    engine = open_engine(url)
    rows = make_rows(catalog, claims, data_prefix)
    try:
        with engine.begin() as connection:
            digest = _write(connection, rows, report)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for name in metadata.tables:  # clears what was deleted away and counts for the planner; readers go on
                connection.exec_driver_sql(f'VACUUM (ANALYZE) {SCHEMA}."{name}"')
    except DBAPIError as error:
        raise BuildFailed(f"PostgreSQL refuses: {str(error.orig).strip()}") from error
    finally:
        engine.dispose()
    return digest
