"""Parquet as pyarrow, DuckDB and pandas read it: types, units, partitions, and the same answers as SQLite gives."""

import datetime
import importlib
import math
import sqlite3
from pathlib import Path

import pandas as pd
import pytest
from export_hostile import export_hostile
from test_export_tables import tables_of

duckdb = importlib.import_module("duckdb")
pq = importlib.import_module("pyarrow.parquet")
PARTITIONED = {"results": "benchmark_id", "scores": "benchmark_id", "claims": "kind"}


def place(folder: Path, table: str) -> str:
    return f"read_parquet('{folder}/{table}/*/*.parquet', hive_partitioning = true)" if table in PARTITIONED else f"read_parquet('{folder}/{table}.parquet')"


def test_duckdb_counts_every_table_as_sqlite_does(exported: Path, catalog_file: Path):
    counts = tables_of(catalog_file)
    with duckdb.connect() as db:
        found = {name: db.execute(f"SELECT count(*) FROM {place(exported / 'parquet', name)}").fetchone()[0] for name in counts}
    assert found == counts


@pytest.mark.parametrize("query", [
    "SELECT vendor_id, count(*), max(memory_gib), sum(power_w) FROM hardware GROUP BY vendor_id ORDER BY vendor_id",
    "SELECT benchmark_id, count(*), avg(value) FROM results r JOIN scores s ON s.result_id = r.id GROUP BY benchmark_id ORDER BY benchmark_id",
    "SELECT role, explicit, count(*), count(accessed) FROM claims GROUP BY role, explicit ORDER BY role, explicit",
    "SELECT kind, count(*) FROM timeline GROUP BY kind ORDER BY kind",
    "SELECT d.name, count(*) FROM datasets d JOIN dataset_splits s ON s.dataset_id = d.id GROUP BY d.name ORDER BY d.name",
])
def test_duckdb_answers_as_sqlite_does(exported: Path, catalog_file: Path, query: str):
    with sqlite3.connect(catalog_file) as lite, duckdb.connect() as duck:
        for name in tables_of(catalog_file):
            if name in query:
                columns = duck.execute(f"SELECT * FROM {place(exported / 'parquet', name)} LIMIT 0").description
                extra = ", ".join("explicit::INT AS explicit" if c[0] == "explicit" else f'"{c[0]}"' for c in columns if name != "scores" or c[0] != "benchmark_id")
                duck.execute(f'CREATE VIEW "{name}" AS SELECT {extra} FROM {place(exported / "parquet", name)}')
        theirs, ours = duck.execute(query).fetchall(), lite.execute(query).fetchall()
    assert len(theirs) == len(ours) > 0
    for row, other in zip(theirs, ours, strict=True):  # the two add up numbers in an order of their own
        assert all(a == b or (isinstance(a, float) and math.isclose(a, b, rel_tol=1e-12)) for a, b in zip(row, other, strict=True)), (row, other)
    lite.close()


def test_duckdb_reads_only_the_partition_asked_for(exported: Path):
    with duckdb.connect() as db:
        plan = db.execute(f"EXPLAIN ANALYZE SELECT count(*) FROM {place(exported / 'parquet', 'claims')} WHERE kind = 'datasets'").fetchall()[0][1]
    assert "1/" in plan.replace(" ", "") or "TotalFilesRead:1" in plan.replace(" ", ""), plan


def test_schema_carries_types_units_and_descriptions(exported: Path):
    schema = pq.read_schema(exported / "parquet" / "hardware.parquet")
    memory = schema.field("memory_gib")
    assert (str(memory.type), memory.metadata[b"unit"], memory.metadata[b"description"]) == ("double", b"GiB", b"Memory of the whole device.")
    assert str(schema.field("announced_from").type) == "date32[day]"
    assert schema.field("vendor_id").metadata[b"references"] == b"organizations.id"
    assert not schema.field("id").nullable
    assert str(pq.read_schema(exported / "parquet" / "datasets.parquet").field("modality").type).startswith("list<")
    assert str(pq.read_schema(exported / "parquet" / "aliases.parquet").field("value").type) == "string"


def test_pandas_reads_the_partitioned_claims(exported: Path, catalog_file: Path):
    claims = pd.read_parquet(exported / "parquet" / "claims")
    assert len(claims) == tables_of(catalog_file)["claims"]
    assert claims["explicit"].dtype == bool
    assert isinstance(claims["accessed"].dropna().iloc[0], datetime.date)


def test_bounds_and_unknown_values_are_null(tmp_path: Path):
    folder = export_hostile(tmp_path, "parquet") / "parquet"
    with duckdb.connect() as db:
        assert db.execute(f"SELECT items, classes, modality, released_to FROM '{folder}/datasets.parquet'").fetchall() == [
            (18600.0, None, ["image", "text"], datetime.date(2011, 12, 31))]
        assert db.execute(f"SELECT count(*) FROM '{folder}/results.parquet'").fetchone() == (0,), "an empty table keeps its schema"
