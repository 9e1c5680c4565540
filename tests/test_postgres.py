"""PostgreSQL as a target: on a real server, the same content, one transaction, nothing of the users' lost."""

import json
import math
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from export_hostile import export_hostile
from factories import TODAY, write_data
from postgres_server import Server
from test_export_sql import QUERIES, asker
from test_export_tables import tables_of

from catalog.check import check_data
from catalog.load import BuildFailed
from catalog.postgres import WrongAddress, build_database, open_engine

ROOT = Path(__file__).resolve().parent.parent
CATALOG = str(Path(sys.executable).with_name("catalog"))
IN_SCHEMA = "SET search_path TO catalog; "


def build(data: Path, url: str) -> str:
    checked = check_data(data, today=TODAY)
    assert checked.catalog.records
    return build_database(checked.catalog, checked.claims, str(data), url)


def topics(folder: Path, **names: str) -> Path:
    return write_data(folder, {f"topics/{slug}.yaml": f"name: {name}\n" for slug, name in names.items()})


@pytest.fixture(scope="module")
def real(postgres_server: Server) -> tuple[str, Callable[[str], list[tuple]]]:
    url = postgres_server.create("target")
    done = subprocess.run(
        [CATALOG, "build", "--data", str(ROOT / "data"), "--database-url", url], capture_output=True, text=True, cwd=ROOT, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout, asker(postgres_server, "target", IN_SCHEMA)


def same(ours: object, theirs: object) -> bool:
    if isinstance(ours, float) and isinstance(theirs, (int, float)):
        return math.isclose(ours, theirs, rel_tol=1e-12, abs_tol=1e-9)
    return ours == theirs


def test_every_table_and_view_holds_what_the_file_holds(real: tuple[str, Callable[[str], list[tuple]]], catalog_file: Path):
    _, ask = real
    db = sqlite3.connect(catalog_file)
    for name in [n for n in tables_of(catalog_file) if n != "meta"]:
        columns = [r[1] for r in db.execute(f'PRAGMA table_info("{name}")')]
        names = ", ".join(f'"{c}"' for c in columns)
        ours = sorted(db.execute(f'SELECT {names} FROM "{name}"').fetchall(), key=repr)
        theirs = sorted(ask(f'SELECT {names} FROM "{name}"'), key=repr)
        assert len(ours) == len(theirs), name
        # A REAL that is whole comes as 7.0 from one and 7 from the other, which sorts otherwise: pair by value where they differ.
        if ours != theirs:
            ours, theirs = ([tuple(float(v) if isinstance(v, (int, float)) else v for v in row) for row in rows] for rows in (ours, theirs))
            ours, theirs = sorted(ours, key=repr), sorted(theirs, key=repr)
            assert all(same(a, b) for row, other in zip(ours, theirs, strict=True) for a, b in zip(row, other, strict=True)), name
    db.close()


def test_queries_give_the_same_answers_in_the_same_order(real: tuple[str, Callable[[str], list[tuple]]], catalog_file: Path):
    _, ask = real
    db = sqlite3.connect(catalog_file)
    assert len(QUERIES) >= 10
    for query in QUERIES:
        assert ask(query) == db.execute(query).fetchall(), query
    db.close()


def test_the_digest_is_that_of_the_file_and_no_password_is_shown(real: tuple[str, Callable[[str], list[tuple]]], catalog_file: Path):
    said, ask = real
    db = sqlite3.connect(catalog_file)
    digest = db.execute("SELECT value FROM meta WHERE key = 'content_digest'").fetchone()[0]
    db.close()
    assert ask("SELECT value FROM meta WHERE key = 'content_digest'") == [(digest,)]
    assert "schema catalog of postgresql+psycopg://postgres@/target" in said and digest[:16] in said


def test_search_finds_names_beginnings_and_russian_forms(real: tuple[str, Callable[[str], list[tuple]]]):
    _, ask = real
    first = {words: ask(f"SELECT ref FROM search('{words}', hits => 1)") for words in ("transformer", "transf", "свёрточных сетей", "СВЕРТОЧНАЯ СЕТЬ")}
    assert first["transformer"] == [("methods/transformer",)] and first["transf"]
    assert first["свёрточных сетей"] and first["СВЕРТОЧНАЯ СЕТЬ"] == [("methods/convolutional-neural-network",)]
    assert ask("SELECT DISTINCT kind FROM search('attention', 'methods')") == [("methods",)]
    assert ask("SELECT * FROM search('') UNION ALL SELECT * FROM search('''; !:*&|()') UNION ALL SELECT * FROM search('qqqzzzy')") == []


def test_folding_is_that_of_the_search_in_the_file(real: tuple[str, Callable[[str], list[tuple]]]):
    from catalog.search import fold

    _, ask = real
    for text in ("Ёлка", "Résumé", "Й й", "ŁÓDŹ", "Hinton’s", "ﬁne-tuning", "3×3"):
        assert ask(f"SELECT fold('{text}')") == [(fold(text),)]


def test_units_and_descriptions_are_in_the_database(real: tuple[str, Callable[[str], list[tuple]]]):
    _, ask = real
    assert ask("SELECT col_description('hardware'::regclass, attnum) FROM pg_attribute WHERE attrelid = 'hardware'::regclass AND attname = 'memory_gib'") == [
        ("Memory of the whole device. Unit: GiB.",)]


def test_a_new_build_replaces_the_content_and_keeps_what_users_made(postgres_server: Server, tmp_path: Path):
    url = postgres_server.create("again")
    ask = asker(postgres_server, "again", IN_SCHEMA)
    build(topics(tmp_path / "one", vision="Vision"), url)
    postgres_server.psql("-d", "again", "-c", "CREATE VIEW public.mine AS SELECT name FROM catalog.topics")
    build(topics(tmp_path / "two", vision="Computer vision", speech="Speech"), url)
    assert ask("SELECT name FROM public.mine ORDER BY name") == [("Computer vision",), ("Speech",)]


def test_a_failed_build_leaves_everything_as_it_was(postgres_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from catalog import postgres

    url = postgres_server.create("failing")
    ask = asker(postgres_server, "failing", IN_SCHEMA)
    data = topics(tmp_path / "one", vision="Vision")
    build(data, url)
    before = ask("SELECT * FROM records"), ask("SELECT * FROM meta ORDER BY key")

    def refuse(*_: object) -> None:
        raise BuildFailed("table topics holds 1 rows instead of 2")

    monkeypatch.setattr(postgres, "_check", refuse)
    with pytest.raises(BuildFailed, match="holds 1 rows instead of 2"):
        build(topics(tmp_path / "two", speech="Speech"), url)
    assert (ask("SELECT * FROM records"), ask("SELECT * FROM meta ORDER BY key")) == before


def test_who_reads_during_a_build_sees_the_old_content_and_does_not_wait(postgres_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from catalog import postgres

    url = postgres_server.create("reading")
    ask = asker(postgres_server, "reading", "SET lock_timeout TO '2s'; " + IN_SCHEMA)
    build(topics(tmp_path / "one", vision="Vision"), url)
    seen = []
    check = postgres._check
    monkeypatch.setattr(postgres, "_check", lambda *a: (seen.append(ask("SELECT id FROM topics")), check(*a)))
    build(topics(tmp_path / "two", speech="Speech"), url)
    assert seen == [[("vision",)]] and ask("SELECT id FROM topics") == [("speech",)]


def test_views_that_changed_are_made_anew_unless_users_built_on_them(postgres_server: Server, tmp_path: Path):
    url = postgres_server.create("views")
    ask = asker(postgres_server, "views", IN_SCHEMA)
    data = topics(tmp_path / "one", vision="Vision")
    build(data, url)
    old = "DROP VIEW timeline; CREATE VIEW timeline AS SELECT 1 AS old; UPDATE meta SET value = 'older' WHERE key = 'views_digest'"
    postgres_server.psql("-d", "views", "-c", IN_SCHEMA + old)
    build(data, url)
    assert ask("SELECT * FROM timeline") == []
    postgres_server.psql("-d", "views", "-c", IN_SCHEMA + "CREATE VIEW public.mine AS SELECT * FROM timeline; " + "UPDATE meta SET value = 'older' WHERE key = 'views_digest'")
    with pytest.raises(BuildFailed, match="view public.mine depends on view timeline"):
        build(data, url)
    assert ask("SELECT value FROM meta WHERE key = 'views_digest'") == [("older",)]


def test_a_database_of_an_older_schema_is_migrated(postgres_server: Server, tmp_path: Path):
    from alembic import command
    from alembic.script import ScriptDirectory

    from catalog import migrate

    url = postgres_server.create("older")
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA catalog")
        connection.exec_driver_sql("SET LOCAL search_path TO catalog")
        command.upgrade(migrate.config(connection), ScriptDirectory.from_config(migrate.config()).get_base())
        connection.exec_driver_sql("INSERT INTO meta VALUES ('views_digest', 'older')")
    engine.dispose()
    build(topics(tmp_path, vision="Vision"), url)
    ask = asker(postgres_server, "older", IN_SCHEMA)
    assert ask("SELECT id FROM topics") == [("vision",)] and ask("SELECT version_num FROM alembic_version") == [(migrate.head(),)]


def test_a_schema_of_somebody_else_is_left_alone(postgres_server: Server, tmp_path: Path):
    url = postgres_server.create("foreign_schema")
    postgres_server.psql("-d", "foreign_schema", "-c", "CREATE SCHEMA catalog; CREATE TABLE catalog.wares (id integer)")
    with pytest.raises(BuildFailed, match="the schema 'catalog' of that database holds tables that are not ours: wares"):
        build(topics(tmp_path, vision="Vision"), url)
    assert asker(postgres_server, "foreign_schema")("SELECT count(*) FROM pg_tables WHERE schemaname = 'catalog'") == [(1,)]


def test_hostile_texts_come_back_as_they_are(postgres_server: Server, tmp_path: Path):
    folder = export_hostile(tmp_path, "json")
    url = postgres_server.create("hostile_target")
    build(folder / "data", url)
    ask = asker(postgres_server, "hostile_target", IN_SCHEMA)
    db = sqlite3.connect(folder / "hostile.db")
    for query in ("SELECT id, name, summary FROM topics ORDER BY id", "SELECT id, text FROM dataset_known_issues ORDER BY id"):
        assert ask(query) == db.execute(query).fetchall()
    db.close()


@pytest.mark.parametrize(("url", "message"), [
    ("catalog.db", "'catalog.db' is no address of a database; it looks like postgresql+psycopg://user@host/database"),
    ("mysql://localhost/x", "'mysql' is not supported: only postgresql+psycopg://… (one SQLite file: --output FILE)"),
])
def test_a_wrong_address_says_what_is_wanted(url: str, message: str):
    with pytest.raises(WrongAddress) as caught:
        open_engine(url)
    assert str(caught.value) == message


def test_the_command_says_that_the_server_cannot_be_reached(tmp_path: Path):
    data = topics(tmp_path, vision="Vision")
    done = subprocess.run(
        [CATALOG, "build", "--data", str(data), "--database-url", f"postgresql+psycopg://me@/x?host={tmp_path}"],
        capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert done.returncode == 4 and done.stderr.startswith("The build failed and changed nothing: PostgreSQL refuses:")
    done = subprocess.run(
        [CATALOG, "build", "--data", str(data), "--database-url", "postgresql+psycopg://x", "--output", "y.db"],
        capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert done.returncode == 2 and done.stderr.strip() == "--database-url goes with neither --output nor --as-of: a build has one target."
    assert json.dumps(sorted(p.name for p in tmp_path.iterdir())) == '["data"]'
