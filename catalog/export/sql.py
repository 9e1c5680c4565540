"""SQL dumps: the whole file as statements for SQLite and for PostgreSQL.

The SQLite dump makes the same file again, full-text index and views included (`sqlite3 catalog.db < catalog.sqlite.sql`).
The PostgreSQL dump holds the same tables with their keys and checks, loaded by COPY; the views, which are written in SQLite's SQL,
become tables that hold what they showed (`psql catalog < catalog.postgres.sql`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from catalog.export import export_format
from catalog.export.source import BATCH, Relation, Source
from catalog.load import read_views

_SQL_TYPES = {"text": "TEXT", "integer": "BIGINT", "real": "DOUBLE PRECISION", "boolean": "INTEGER", "date": "TEXT", "list": "TEXT"}
_COPY_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _header(source: Source) -> str:
    meta = source.meta
    return (
        f"-- The Deep Learning Catalog: {meta['records']} records, content {meta['content_digest']}, schema {meta['schema_revision']}.\n"
        f"-- Licence of the data: {meta['data_licence']}.\n")


def _stored_tables(source: Source) -> list[Relation]:
    return [r for r in source.relations.values() if not r.is_view]


def _sqlite_rows(source: Source, name: str, columns: list[str]) -> Iterator[str]:
    """Yield INSERT statements whose literals SQLite itself wrote, so that every number comes back as the same bits."""
    literals = " || ', ' || ".join(f'quote("{c}")' for c in columns)
    cursor = source.db.cursor()
    cursor.row_factory = None
    cursor.execute(f'SELECT {literals} FROM "{name}" ORDER BY rowid')
    names = ", ".join(f'"{c}"' for c in columns)
    while rows := cursor.fetchmany(BATCH):
        for i in range(0, len(rows), 100):
            values = ",\n".join(f"({row[0]})" for row in rows[i:i + 100])
            yield f'INSERT INTO "{name}" ({names}) VALUES\n{values};\n'


@export_format("sqlite", "an SQL dump for SQLite, full-text index and views included", file_name="catalog.sqlite.sql")
def write_sqlite(source: Source, file: Path) -> dict[str, int]:
    """Write the statements that make the file again."""
    schema = dict(source.db.execute("SELECT name, sql FROM main.sqlite_master WHERE type = 'table'").fetchall())
    indexes = source.db.execute("SELECT sql FROM main.sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name").fetchall()
    rows = {}
    with open(file, "w", encoding="utf-8", newline="\n") as out:
        out.write(_header(source) + "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n")
        out.write(f"{schema['alembic_version']};\n")
        out.writelines(_sqlite_rows(source, "alembic_version", ["version_num"]))
        for relation in _stored_tables(source):
            source.report(relation.name)
            out.write(f"{schema[relation.name]};\n")
            out.writelines(_sqlite_rows(source, relation.name, relation.names))
            rows[relation.name] = source.count(relation.name)
        out.writelines(f"{i['sql']};\n" for i in indexes)
        out.write(f"{schema['search_index']};\nINSERT INTO search_index(search_index) VALUES ('rebuild');\n")
        out.write("INSERT INTO search_index(search_index) VALUES ('optimize');\n")
        out.writelines(f"{sql};\n" for sql in read_views().values())
        out.write("COMMIT;\nANALYZE;\n")
    return {file.name: sum(rows.values())}


def copy_field(value: Any) -> str:
    r"""Return a value in the text form of PostgreSQL's COPY (its manual, "COPY", File Formats).

    >>> copy_field(None), copy_field("a\tb"), copy_field(0.1)
    ('\\N', 'a\\tb', '0.1')
    """
    if value is None:
        return r"\N"
    return value.translate(_COPY_ESCAPES) if isinstance(value, str) else repr(value)


def _copy(source: Source, relation: Relation, out: TextIO) -> int:
    names = ", ".join(f'"{n}"' for n in relation.names)
    out.write(f'COPY "{relation.name}" ({names}) FROM stdin;\n')
    count = 0
    for batch in source.batches(relation):
        out.writelines("\t".join(map(copy_field, row)) + "\n" for row in batch)
        count += len(batch)
    out.write("\\.\n")
    return count


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@export_format("postgres", "an SQL dump for PostgreSQL; what the views show becomes tables", file_name="catalog.postgres.sql")
def write_postgres(source: Source, file: Path) -> dict[str, int]:
    """Write the statements that make the tables in an empty database."""
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable

    from catalog.tables import metadata

    dialect = postgresql.dialect()
    rows = {}
    with open(file, "w", encoding="utf-8", newline="\n") as out:
        out.write(_header(source) + "SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\nBEGIN;\n")
        stored = _stored_tables(source)
        for relation in stored:
            table = metadata.tables[relation.name]
            out.write(f"{str(CreateTable(table, include_foreign_key_constraints=[]).compile(dialect=dialect)).strip()};\n")
            rows[relation.name] = _copy(source, relation, out)
            _comment(relation, out)
        for relation in stored:  # after the data, which may refer to rows that come later
            table = metadata.tables[relation.name]
            for index in sorted(table.indexes, key=lambda i: i.name):
                out.write(f"{CreateIndex(index).compile(dialect=dialect)};\n")
            for key in sorted(table.foreign_key_constraints, key=lambda k: [c.name for c in k.columns]):
                out.write(f"{AddConstraint(key, isolate_from_table=False).compile(dialect=dialect)};\n")
        out.write("CREATE INDEX ix_search_documents_words ON search_documents USING gin (to_tsvector('simple', folded));\n")
        for relation in source.relations.values():
            if relation.is_view:
                columns = ", ".join(f'"{f.name}" {_SQL_TYPES[f.type]}' for f in relation.fields)
                out.write(f'CREATE TABLE "{relation.name}" ({columns});\n')
                rows[relation.name] = _copy(source, relation, out)
                _comment(relation, out)
        out.write("COMMIT;\nANALYZE;\n")
    return {file.name: sum(rows.values())}


def _comment(relation: Relation, out: TextIO) -> None:
    if relation.description:
        out.write(f'COMMENT ON TABLE "{relation.name}" IS {_literal(relation.description)};\n')
    for field in relation.fields:
        text = field.description + (f" Unit: {field.unit}." if field.unit else "")
        if text:
            out.write(f'COMMENT ON COLUMN "{relation.name}"."{field.name}" IS {_literal(text)};\n')
