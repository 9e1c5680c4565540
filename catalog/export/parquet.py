"""Parquet: tables with types, units and descriptions, written straight from the cursor with an explicit schema.

`results`, `scores` and `claims` are folders partitioned in the manner of Hive, which DuckDB, pyarrow and pandas read in place:

    SELECT * FROM read_parquet('parquet/claims/*/*.parquet', hive_partitioning = true) WHERE kind = 'datasets'
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalog.export import export_format
from catalog.export.source import Field, Relation, Source

if TYPE_CHECKING:
    import pyarrow as pa

ROW_GROUP_BYTES = 8 << 20  # in memory at a time, and the unit in which readers skip
# Table -> the column by which it is partitioned, and how that is found; the column stands in the path only.
_PARTITIONS = {
    "results": ("benchmark_id", 'SELECT DISTINCT benchmark_id FROM results ORDER BY 1', "WHERE benchmark_id = ?"),
    "scores": ("benchmark_id", 'SELECT DISTINCT benchmark_id FROM results ORDER BY 1', "WHERE result_id IN (SELECT id FROM results WHERE benchmark_id = ?)"),
    "claims": ("kind", 'SELECT DISTINCT kind FROM records ORDER BY 1', "WHERE record IN (SELECT ref FROM records WHERE kind = ?)"),
}


def _arrow_type(field: Field) -> pa.DataType:
    import pyarrow as pa

    return {
        "text": pa.string(), "integer": pa.int64(), "real": pa.float64(), "boolean": pa.bool_(), "date": pa.date32(), "list": pa.list_(pa.string()),
    }[field.type]


def arrow_schema(relation: Relation, without: str | None = None) -> pa.Schema:
    """Return the schema of a table or view; units, descriptions and allowed values stand in the metadata of its fields."""
    import pyarrow as pa

    fields = []
    for field in relation.fields:
        if field.name == without:
            continue
        facts = {
            "description": field.description, "unit": field.unit, "references": ".".join(field.references) if field.references else None,
            "choices": json.dumps(field.choices) if field.choices else None,
        }
        fields.append(pa.field(field.name, _arrow_type(field), field.nullable, {k: v for k, v in facts.items() if v}))
    about = {"description": relation.description, "primary_key": json.dumps([k for k in relation.key if k != without])}
    return pa.schema(fields, {k: v for k, v in about.items() if v})


def _column(field: Field, values: Iterable[Any]) -> list[Any]:
    if field.type == "date":
        return [None if v is None else date.fromisoformat(v) for v in values]
    if field.type == "list":
        return [None if v is None else json.loads(v) for v in values]
    if field.type == "boolean":
        return [None if v is None else bool(v) for v in values]
    return list(values)


def record_batches(relation: Relation, batches: Iterable[list[tuple[Any, ...]]], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Turn lists of rows, in the order of the relation's fields, into record batches of a schema."""
    import pyarrow as pa

    kept = [(i, f) for i, f in enumerate(relation.fields) if f.name in schema.names]
    for rows in batches:
        columns = [pa.array(_column(f, (row[i] for row in rows)), schema.field(f.name).type) for i, f in kept]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _write_file(relation: Relation, batches: Iterable[list[tuple[Any, ...]]], schema: pa.Schema, file: Path) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file.parent.mkdir(exist_ok=True)
    count, held, size = 0, [], 0
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for batch in record_batches(relation, batches, schema):
            held.append(batch)
            size += batch.nbytes
            count += batch.num_rows
            if size > ROW_GROUP_BYTES:
                writer.write_table(pa.Table.from_batches(held, schema))
                held, size = [], 0
        if held:
            writer.write_table(pa.Table.from_batches(held, schema))
    return count


@export_format("parquet", "Parquet files with types, units and descriptions; results, scores and claims partitioned for DuckDB", needs="pyarrow")
def write(source: Source, folder: Path) -> dict[str, int]:
    """Write `<table>.parquet`, and `<table>/<column>=<value>/part-0.parquet` for the partitioned tables."""
    rows = {}
    for name, relation in source.relations.items():
        if name not in _PARTITIONS:
            rows[f"{name}.parquet"] = _write_file(relation, source.batches(relation), arrow_schema(relation), folder / f"{name}.parquet")
            continue
        column, values, where = _PARTITIONS[name]
        schema = arrow_schema(relation, without=column)
        (folder / name).mkdir()
        for (value,) in source.db.execute(values).fetchall():
            place = f"{name}/{column}={value}/part-0.parquet"
            count = _write_file(relation, source.batches(relation, where, (value,)), schema, folder / place)
            if count:
                rows[place] = count
            else:
                (folder / place).unlink()
                (folder / place).parent.rmdir()
        if not any((folder / name).iterdir()):  # nothing to partition: one empty file keeps the schema
            (folder / name).rmdir()
            rows[f"{name}.parquet"] = _write_file(relation, [], arrow_schema(relation), folder / f"{name}.parquet")
    return rows
