"""Migrations: they make the tables of the classes and nothing else, upwards and down again; a difference is named with its mend."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy.exc import OperationalError

from catalog import migrate, new_migration
from catalog.tables import metadata

SCRIPTS = ScriptDirectory.from_config(migrate.config())
REVISIONS = [s.revision for s in reversed(list(SCRIPTS.walk_revisions()))]


def names_in(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as db:
        return {row[0] for row in db.execute("SELECT name FROM sqlite_master")}


def run(file: Path, sql: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute(sql)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "catalog.db"
    migrate.upgrade(file)
    return file


@pytest.fixture
def copy(migrated, tmp_path) -> Path:
    return Path(shutil.copy(migrated, tmp_path / "copy.db"))


@pytest.fixture
def changed_class():
    """A function that changes the table classes; afterwards they are as they were."""
    undo = []

    def change(what):
        undo.append(what(metadata))

    yield change
    for back in undo:
        back()


def test_migrations_are_numbered_named_and_in_one_line():
    files = sorted(f.name for f in (migrate.migrations_folder() / "versions").glob("*.py"))
    assert files and all(re.fullmatch(r"[0-9]{4}_[a-z0-9]+(_[a-z0-9]+)*\.py", f) for f in files)
    assert [f[:4] for f in files] == REVISIONS == [f"{n:04}" for n in range(1, len(files) + 1)]
    assert SCRIPTS.get_heads() == [migrate.head()] == [REVISIONS[-1]]


def test_upgrade_makes_the_tables_of_the_classes(migrated):
    assert migrate.find_drift(migrated) == []
    migrate.require_no_drift(migrated)
    assert {n for n in names_in(migrated) if not n.startswith(("ix_", "sqlite_autoindex_"))} == set(metadata.tables) | {"alembic_version"}


def test_migrated_and_declared_schema_are_equal_word_by_word(migrated):
    # columns, keys, references, indexes, uniqueness, strictness and CHECKs, read by SQLite itself rather than by our comparison
    def facts(db: sqlite3.Connection) -> dict[str, tuple]:
        found = {}
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version'").fetchall():
            sql = db.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
            indexes = {
                (i[1] if i[3] == "c" else "", i[2], i[3], tuple(r[2] for r in db.execute(f'PRAGMA index_info("{i[1]}")')))
                for i in db.execute(f'PRAGMA index_list("{table}")').fetchall()}
            found[table] = (
                db.execute(f'PRAGMA table_xinfo("{table}")').fetchall(), sorted(r[2:] for r in db.execute(f'PRAGMA foreign_key_list("{table}")')), indexes,
                sorted(re.findall(r"CONSTRAINT (\w+) CHECK \((.*?)\)(?:, |\n|$)", sql)), sql.rstrip().endswith("STRICT"))
        return found

    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    metadata.create_all(engine)
    declared = facts(engine.raw_connection().driver_connection)
    engine.dispose()
    with closing(sqlite3.connect(migrated)) as db:
        assert facts(db) == declared
    checks = [c for t in metadata.tables.values() for c in t.constraints if isinstance(c, sa.CheckConstraint)]
    assert sum(len(f[3]) for f in declared.values()) == len(checks) > 0  # each CHECK was seen


def test_down_and_up_again_leaves_nothing_behind(copy):
    first = names_in(copy)
    migrate.downgrade(copy)
    assert names_in(copy) == {"alembic_version", "sqlite_autoindex_alembic_version_1"}
    migrate.upgrade(copy)
    assert names_in(copy) == first and migrate.find_drift(copy) == []


@pytest.mark.parametrize("revision", REVISIONS)
def test_each_migration_can_be_taken_back_alone(revision, tmp_path):
    file = tmp_path / "x.db"
    before = REVISIONS[: REVISIONS.index(revision)]
    if before:
        migrate.upgrade(file, before[-1])
    names = names_in(file) if before else {"alembic_version", "sqlite_autoindex_alembic_version_1"}
    migrate.upgrade(file, revision)
    migrate.downgrade(file, before[-1] if before else "base")
    assert names_in(file) == names


def test_upgrade_of_a_current_file_changes_nothing(copy):
    before = copy.read_bytes()
    migrate.upgrade(copy)
    assert copy.read_bytes() == before


def test_failed_migration_leaves_the_file_as_it_was(copy):
    run(copy, "DROP TABLE aliases")  # the downgrade stumbles over it
    before = names_in(copy)
    with pytest.raises(OperationalError, match="no such"):
        migrate.downgrade(copy)
    assert names_in(copy) == before


# a class that the migrations do not make


def add_column(tables: sa.MetaData):
    table = tables.tables["topics"]
    column = sa.Column("colour", sa.Text())
    table.append_column(column)
    return lambda: table._columns.remove(column)


def change_check(tables: sa.MetaData):
    check = next(c for c in tables.tables["books"].constraints if isinstance(c, sa.CheckConstraint))
    before = check.sqltext
    check.sqltext = sa.text("level IN ('easy')")

    def undo():
        check.sqltext = before

    return undo


def allow_null(tables: sa.MetaData):
    column = tables.tables["topics"].c.name
    column.nullable = True

    def undo():
        column.nullable = False

    return undo


def drop_index(tables: sa.MetaData):
    table = tables.tables["topics"]
    index = next(iter(table.indexes))
    table.indexes.remove(index)
    return lambda: table.indexes.add(index)


def loosen(tables: sa.MetaData):
    table = tables.tables["topics"]
    table.dialect_options["sqlite"]["strict"] = False

    def undo():
        table.dialect_options["sqlite"]["strict"] = True

    return undo


@pytest.mark.parametrize(("what", "said"), [
    (add_column, "table topics: columns differ"), (change_check, "table books: checks differ"), (allow_null, "table topics: columns differ"),
    (drop_index, "table topics: indexes differ"), (loosen, "table topics: strict differ"),
])
def test_changed_class_is_reported_and_the_message_names_the_mend(what, said, migrated, changed_class):
    changed_class(what)
    with pytest.raises(migrate.SchemaDrift) as caught:
        migrate.require_no_drift(migrated)
    lines = str(caught.value).split("\n")
    assert lines[0] == "the tables that the migrations make are not those of the classes (1 differences):"
    assert lines[1].startswith(f"  {said}: classes ")
    assert lines[2] == "To mend it, write a migration: scripts/new-migration 'what changes'"


@pytest.mark.parametrize(("sql", "said"), [
    ("CREATE TABLE colours (id TEXT PRIMARY KEY)", ["table colours is in the migrations but not in the classes"]),
    ("DROP TABLE aliases", ["table aliases is in the classes but not in the migrations"]),
])
def test_table_too_many_or_too_few_is_reported(copy, sql, said):
    run(copy, sql)
    assert migrate.find_drift(copy) == said


def test_new_migration_script_exists_and_says_how_to_use_it():
    script = Path(__file__).parent.parent / "scripts" / "new-migration"
    assert script.stat().st_mode & 0o111
    assert "catalog.new_migration" in script.read_text(encoding="utf-8")


@pytest.fixture
def own_migrations(tmp_path, monkeypatch) -> Path:
    """A copy of the migrations that a test may write into."""
    folder = Path(shutil.copytree(migrate.migrations_folder(), tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__")))
    monkeypatch.setattr(migrate, "migrations_folder", lambda: folder)
    monkeypatch.setattr(new_migration, "migrations_folder", lambda: folder)
    return folder


def test_new_migration_is_refused_when_nothing_changed(own_migrations):
    with pytest.raises(SystemExit, match="nothing to do"):
        new_migration.write_migration("nothing")
    assert new_migration.next_number() == f"{len(REVISIONS) + 1:04}"


def test_new_migration_leads_from_the_newest_to_the_classes(own_migrations, changed_class, tmp_path):
    changed_class(add_column)
    written = new_migration.write_migration("Add colour to topics!")
    assert written.name == f"{len(REVISIONS) + 1:04}_add_colour_to_topics.py"
    file = tmp_path / "x.db"
    migrate.upgrade(file)
    assert migrate.find_drift(file) == []
    migrate.downgrade(file, REVISIONS[-1])
    with closing(sqlite3.connect(file)) as db:
        assert "colour" not in {row[1] for row in db.execute("PRAGMA table_info(topics)")}
