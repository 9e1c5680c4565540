"""A build publishes everything or nothing, whatever happens to it."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog import load, migrate
from catalog.load import BuildFailed, build_release
from catalog.rows import make_rows
from loading.releases import FORK, OTHER, SMALL, checked, release, topics


def state(folder: Path) -> dict[str, str | bytes]:
    """Return everything below a folder: what files hold and where links lead."""
    return {
        str(f.relative_to(folder)): os.readlink(f) if f.is_symlink() else f.read_bytes() if f.is_file() else "folder"
        for f in sorted(folder.rglob("*")) if f.name != ".lock"
    }


def in_child(work: Callable[[], None]) -> int:
    """Run something in a child process and return how it ended: its exit code, or minus the signal that killed it."""
    def run() -> None:
        try:
            work()
        except (BuildFailed, OSError) as error:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            os._exit(4)
        except BaseException as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            os._exit(99)
        os._exit(0)

    process = FORK.Process(target=run)
    process.start()
    process.join(60)
    assert process.exitcode is not None
    return process.exitcode


_connect = sqlite3.connect


def _kill_before(step: int) -> None:
    """End this process without warning before the given change of a file, link or folder, or statement of SQLite."""
    seen = 0
    changes = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.symlink", "sqlite3.connect", "shutil.rmtree"}

    def count(_: object = None) -> None:
        nonlocal seen
        if seen == step:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1

    def hook(event: str, arguments: tuple) -> None:
        if event in changes or (event == "open" and isinstance(arguments[1], str) and "w" in arguments[1]):
            count()

    def connect(*arguments, **more) -> sqlite3.Connection:
        db = _connect(*arguments, **more)
        db.set_trace_callback(count)
        return db

    sys.addaudithook(hook)
    sqlite3.connect = connect


@pytest.mark.parametrize("is_first", [True, False], ids=["first build", "next build"])
def test_build_killed_at_any_step_leaves_everything_as_it_was(is_first, tmp_path, quick):
    folder, old = tmp_path / "build", tmp_path / "old"
    if not is_first:
        release(tmp_path, SMALL, {"commit": "old"})
        shutil.copytree(folder, old, symlinks=True)
    found = checked(tmp_path, OTHER)
    new = ["vision", "x", "y"]
    outcomes = set()
    step, ended = 0, -signal.SIGKILL
    while ended != 0:
        if not is_first:
            shutil.rmtree(folder)
            shutil.copytree(old, folder, symlinks=True)

        def work(step: int = step) -> None:
            _kill_before(step)
            build_release(found.catalog, found.claims, tmp_path / "data", folder, {"commit": "new"})

        ended = in_child(work)
        assert ended in (0, -signal.SIGKILL)
        if not (folder / "catalog.db").exists():
            assert is_first
            outcomes.add("nothing")
        else:
            is_old = topics(folder / "catalog.db") != new
            assert json.loads((folder / "current/build.json").read_text())["commit"] == ("old" if is_old else "new")
            if is_old:
                assert state(old).items() <= state(folder).items()
            outcomes.add("old" if is_old else "new")
        step += 1 if step < 6 else 13  # most statements of SQLite are alike; each rename and link is tried below
    assert outcomes == ({"nothing", "new"} if is_first else {"old", "new"})
    assert step > 60
    build_release(found.catalog, found.claims, tmp_path / "data", folder, {"commit": "new"})
    assert sorted(f.name for f in folder.iterdir()) == [".lock", "build.json", "catalog.db", "current", "releases"]
    assert topics(folder / "catalog.db") == new


@pytest.mark.parametrize("when", ["os.rename", "os.symlink"])
def test_build_killed_while_it_publishes_leaves_a_whole_release(when, tmp_path, quick):
    release(tmp_path)
    found = checked(tmp_path, OTHER)
    for which in range(4):
        def work(which: int = which) -> None:
            left = [which]

            def hook(event: str, arguments: tuple) -> None:
                if event == when:
                    left[0] -= 1
                    if left[0] < 0:
                        os.kill(os.getpid(), signal.SIGKILL)

            sys.addaudithook(hook)
            build_release(found.catalog, found.claims, tmp_path / "data", tmp_path / "build")

        in_child(work)
        assert topics(tmp_path / "build/catalog.db") in (["vision", "x"], ["vision", "x", "y"])
    made = build_release(found.catalog, found.claims, tmp_path / "data", tmp_path / "build")
    assert topics(tmp_path / "build/catalog.db") == ["vision", "x", "y"]
    assert os.readlink(tmp_path / "build/current") == f"releases/{made.folder.name}"
    assert sorted(f.name for f in (tmp_path / "build").iterdir()) == [".lock", "build.json", "catalog.db", "current", "releases"]


def test_rubbish_of_a_killed_build_is_cleared_by_the_next(tmp_path, quick):
    draft = tmp_path / "build/.draft-999999"
    draft.mkdir(parents=True)
    (draft / "catalog.db.draft").write_bytes(b"x" * 100)
    release(tmp_path)
    assert not draft.exists()


@pytest.mark.parametrize("limit", [0, 1000, 5000, 100_000, 500_000, 700_000])
def test_full_disk_leaves_everything_as_it_was(limit, tmp_path, quick, capfd):
    # no file may grow beyond the limit: to SQLite and Python that is a write that fails, as on a full disk
    size = release(tmp_path).file.stat().st_size
    assert size > 700_000
    found = checked(tmp_path, OTHER)
    before = state(tmp_path)

    def work() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        build_release(found.catalog, found.claims, tmp_path / "data", tmp_path / "build")

    assert in_child(work) == 4
    assert state(tmp_path) == before
    assert topics(tmp_path / "build/catalog.db") == ["vision", "x"]
    release(tmp_path, OTHER)
    assert topics(tmp_path / "build/catalog.db") == ["vision", "x", "y"]


def test_full_disk_while_migrating_is_a_failed_build(tmp_path, capfd):
    # the migration met it first, with an exception of SQLAlchemy that nobody caught
    found = checked(tmp_path)

    def work() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
        build_release(found.catalog, found.claims, tmp_path / "data", tmp_path / "build")

    assert in_child(work) == 4
    assert capfd.readouterr().err.startswith("BuildFailed: SQLite refuses: ")
    assert state(tmp_path / "build") == {}


def test_differing_tables_publish_nothing(tmp_path, template, monkeypatch):
    monkeypatch.setattr(migrate, "upgrade", lambda file: shutil.copy(template, file))
    monkeypatch.setattr(migrate, "find_drift", lambda file: ["table topics: columns differ"])
    with pytest.raises(migrate.SchemaDrift, match="scripts/new-migration"):
        release(tmp_path)
    assert state(tmp_path / "build") == {}


@pytest.mark.parametrize(("table", "row", "reason"), [
    ("relations", {"id": 9, "record": "topics/x", "path": "parent", "target": "topics/nothing"}, "references lead nowhere"),
    ("aliases", {"ref": "topics/x", "position": 1, "value": None}, "NOT NULL constraint failed: aliases.value"),
    ("topics", {"id": "x", "ref": "topics/x", "name": "X"}, "UNIQUE constraint failed"),
    ("claims", {"id": 1, "record": "topics/x", "path": "p", "value_text": "v", "role": "guess", "explicit": 1}, "CHECK constraint failed"),
    ("claims", {"id": 1, "record": "topics/x", "path": "p", "value_text": "v", "value": "much", "role": "other", "explicit": 1}, "cannot store TEXT value in REAL column"),
])
def test_wrong_rows_publish_nothing(table, row, reason, tmp_path, quick, monkeypatch):
    release(tmp_path)
    before = state(tmp_path / "build")

    def wrong(*arguments):
        rows = make_rows(*arguments)
        rows[table].append(row)
        return rows

    monkeypatch.setattr(load, "make_rows", wrong)
    with pytest.raises(BuildFailed, match=reason):
        release(tmp_path)
    assert state(tmp_path / "build") == before


def test_rows_that_got_lost_publish_nothing(tmp_path, quick, monkeypatch):
    insert = load.insert_rows
    monkeypatch.setattr(load, "insert_rows", lambda db, rows: insert(db, {**rows, "relations": []}))
    with pytest.raises(BuildFailed, match="table relations holds 0 rows instead of 1"):
        release(tmp_path)
    assert state(tmp_path / "build") == {}


def test_broken_view_publishes_nothing(tmp_path, quick, monkeypatch):
    monkeypatch.setattr(load, "read_views", lambda: {"broken": "CREATE VIEW broken AS SELECT nowhere FROM topics"})
    with pytest.raises(BuildFailed, match="no such column: nowhere"):
        release(tmp_path)
    assert state(tmp_path / "build") == {}


def test_interrupted_build_leaves_nothing(tmp_path, quick):
    def interrupt(message: str) -> None:
        if message == "checking the file":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        release(tmp_path, report=interrupt)
    assert state(tmp_path / "build") == {}


def test_build_folder_that_is_a_file_is_refused_and_kept(tmp_path, quick):
    (tmp_path / "build").write_text("mine")
    with pytest.raises(OSError):
        release(tmp_path)
    assert (tmp_path / "build").read_text() == "mine"
