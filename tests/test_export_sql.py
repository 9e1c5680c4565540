"""SQL dumps restored by SQLite's own reader and by a real PostgreSQL server."""

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from export_hostile import export_hostile
from postgres_server import Server
from test_export_tables import tables_of

from catalog.search import search

QUERIES = [
    "SELECT kind, count(*) FROM records GROUP BY kind ORDER BY kind",
    "SELECT role, explicit, count(*) AS claims, count(accessed) AS read FROM claims GROUP BY role, explicit ORDER BY role, explicit",
    "SELECT h.id, h.memory_gib, h.bandwidth_gb_s, o.name FROM hardware h JOIN organizations o ON o.id = h.vendor_id ORDER BY h.id",
    "SELECT result_id, metric, value, value_text, error FROM scores ORDER BY result_id, metric",
    "SELECT d.id, s.key, s.items, s.bytes FROM datasets d JOIN dataset_splits s ON s.dataset_id = d.id ORDER BY d.id, s.key",
    "SELECT ref, document FROM documents ORDER BY ref",
    "SELECT record, path, low, high, as_printed, note FROM claims WHERE low IS NOT NULL OR as_printed IS NOT NULL ORDER BY id",
    "SELECT a.record, count(DISTINCT b.record) FROM relations a JOIN relations b ON b.target = a.record GROUP BY a.record ORDER BY a.record",
    "SELECT benchmark_id, metric, human_level, first_above, first_above_date FROM human_parity ORDER BY benchmark_id, human_baseline_id, metric",
    "SELECT date, kind, id, name, name_ru FROM timeline ORDER BY ref",
    "SELECT hardware_id, precision, gflops, gflops_per_watt FROM hardware_efficiency ORDER BY hardware_id, precision, gflops, sparsity, clock, unit",
]


def all_rows(file: Path) -> dict[str, list[tuple]]:
    with sqlite3.connect(file) as db:
        rows = {name: sorted(db.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in tables_of(file)}
    db.close()
    return rows


@pytest.mark.parametrize("real", [True, False], ids=["real", "hostile"])
def test_sqlite_restores_the_same_file(request: pytest.FixtureRequest, tmp_path: Path, real: bool):
    if real:
        dump, file = request.getfixturevalue("exported") / "catalog.sqlite.sql", request.getfixturevalue("catalog_file")
    else:
        folder = export_hostile(tmp_path, "sqlite")
        dump, file = folder / "sqlite", folder / "hostile.db"
    restored = tmp_path / "restored.db"
    shell = shutil.which("sqlite3")
    if shell:  # the reader that is not ours, where there is one
        with open(dump, "rb") as text:
            subprocess.run([shell, "-bail", str(restored)], stdin=text, check=True, capture_output=True, timeout=60)
    else:
        with sqlite3.connect(restored) as db:
            db.executescript(dump.read_text(encoding="utf-8"))
        db.close()
    assert all_rows(restored) == all_rows(file)
    db = sqlite3.connect(restored)
    db.row_factory = sqlite3.Row
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    word = "Transformer" if real else "Digits"
    assert search(db, word)[0].name == word, "the full-text index is there too"
    original = sqlite3.connect(file)
    schema = "SELECT type, name, replace(sql, char(10), ' ') FROM sqlite_master WHERE name NOT LIKE 'search_index_%' AND sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY name"
    assert [tuple(r) for r in db.execute(schema)] == original.execute(schema).fetchall()
    original.close()
    db.close()


def asker(server: Server, database: str, setting: str = "") -> Callable[[str], list[tuple]]:
    """Return a function that asks a database through its own client, with values as JSON gives them."""

    def ask(query: str) -> list[tuple]:
        rows = server.psql("-d", database, "-A", "-t", "-c", f"{setting}SELECT row_to_json(q) FROM ({query}) q").splitlines()
        return [tuple(json.loads(r).values()) for r in rows if r]

    return ask


def load(server: Server, database: str, dump: Path) -> Callable[[str], list[tuple]]:
    """Restore a dump into a new database and return a function that asks it, with values as JSON gives them."""
    server.create(database)
    with open(dump, encoding="utf-8") as text:
        server.psql("-d", database, stdin=text)

    return asker(server, database)


def test_postgres_restores_the_same_rows_and_answers(postgres_server: Server, exported: Path, catalog_file: Path):
    ask = load(postgres_server, "real", exported / "catalog.postgres.sql")
    counts = tables_of(catalog_file)
    assert dict(ask(" UNION ALL ".join(f"SELECT '{n}' AS name, count(*) FROM \"{n}\"" for n in counts))) == counts
    db = sqlite3.connect(catalog_file)
    for query in QUERIES:
        assert ask(query) == db.execute(query).fetchall(), query
    foreign = sum(len({r[0] for r in db.execute(f"PRAGMA foreign_key_list('{n}')")}) for n in counts)
    assert ask("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated") == [(foreign,)]
    assert ask("SELECT col_description('hardware'::regclass, attnum) FROM pg_attribute WHERE attrelid = 'hardware'::regclass AND attname = 'memory_gib'") == [
        ("Memory of the whole device. Unit: GiB.",)]
    db.close()


def test_postgres_keeps_hostile_texts(postgres_server: Server, tmp_path: Path):
    folder = export_hostile(tmp_path, "postgres")
    ask = load(postgres_server, "hostile", folder / "postgres")
    db = sqlite3.connect(folder / "hostile.db")
    for query in ("SELECT id, name, summary FROM topics ORDER BY id", "SELECT id, text FROM dataset_known_issues ORDER BY id", "SELECT * FROM tombstones", "SELECT id, title FROM sources ORDER BY id"):
        assert ask(query) == db.execute(query).fetchall()
    db.close()
