"""The built file is a function of the data, and replaces an older one as a whole."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from factories import build, write_data

from catalog import load, migrate
from catalog.load import BuildFailed, build_file
from loading.releases import FORK, OTHER, SMALL, checked, everything, release, topics


def test_file_is_sound_strict_and_holds_every_record(tmp_path):
    with closing(build(tmp_path, SMALL)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
        assert [tuple(r) for r in db.execute("SELECT ref, kind, slug, name, name_ru, path FROM records")] == [
            ("topics/vision", "topics", "vision", "Vision", "Зрение", "topics/vision.yaml"), ("topics/x", "topics", "x", "X", None, "topics/x.yaml")]
        meta = dict(db.execute("SELECT key, value FROM meta").fetchall())
        assert {k: meta[k] for k in ("records", "claims", "claims_read", "disagreements", "schema_revision")} == {
            "records": "2", "claims": "0", "claims_read": "0", "disagreements": "0", "schema_revision": migrate.head()}
        assert len(meta["content_digest"]) == 64
        assert json.loads(db.execute("SELECT document FROM documents WHERE ref = 'topics/x'").fetchone()[0]) == {"name": "X", "parent": "vision"}


def test_references_are_real(tmp_path, quick):
    build(tmp_path, SMALL).close()
    with closing(sqlite3.connect(tmp_path / "catalog.db")) as db:
        db.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            db.execute("UPDATE topics SET parent_id = 'nothing' WHERE id = 'x'")
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            db.execute("DELETE FROM records WHERE ref = 'topics/vision'")


_BUILD = """
import sys
from datetime import date
from pathlib import Path
from catalog.check import check_data
from catalog.load import build_file
data, output = Path(sys.argv[1]), Path(sys.argv[2])
checked = check_data(data, date(2026, 12, 1))
build_file(checked.catalog, checked.claims, data, output)
"""


def test_two_builds_are_the_same_bytes_whatever_the_folder_process_and_hash_seed(tmp_path):
    files = everything()
    one, two = write_data(tmp_path / "one", files), write_data(tmp_path / "a/deeper/place", dict(reversed(files.items())))
    processes = [
        subprocess.Popen([sys.executable, "-c", _BUILD, argument, output], cwd=folder, env={**os.environ, "PYTHONHASHSEED": seed})
        for argument, output, folder, seed in (
            (str(one), str(tmp_path / "1.db"), tmp_path, "1"), ("data", str(tmp_path / "2.db"), two.parent, "2"))]
    assert [p.wait() for p in processes] == [0, 0]
    assert (tmp_path / "1.db").read_bytes() == (tmp_path / "2.db").read_bytes()
    assert (tmp_path / "1.db").stat().st_size > 300_000


def test_digest_follows_the_content_only(tmp_path, quick):
    digests = []
    for name, files in (("a", SMALL), ("b", dict(reversed(SMALL.items()))), ("c", OTHER), ("d", {**SMALL, "topics/x.yaml": "parent: vision # a note\nname: 'X'\n"})):
        found = checked(tmp_path / name, files)
        digests.append(build_file(found.catalog, found.claims, tmp_path / name / "data", tmp_path / name / "x.db"))
    assert digests[0] == digests[1] == digests[3] != digests[2]


def test_digest_changes_with_the_search_index(tmp_path, quick, monkeypatch):
    # the folder of a release is named by its digest: one that forgets the index would never publish a better one
    first = release(tmp_path)
    monkeypatch.setattr(load, "_SEARCH_INDEX", load._SEARCH_INDEX.replace("porter ", ""))
    assert release(tmp_path).digest != first.digest


def test_one_file_replaces_the_old_one_or_leaves_it(tmp_path, quick, monkeypatch):
    found = checked(tmp_path)
    output = tmp_path / "out" / "catalog.db"
    build_file(found.catalog, found.claims, tmp_path / "data", output)
    assert topics(output) == ["vision", "x"]
    good = output.read_bytes()
    monkeypatch.setattr(load, "read_views", lambda: {"broken": "CREATE VIEW broken AS SELECT nowhere FROM topics"})
    with pytest.raises(BuildFailed):
        build_file(found.catalog, found.claims, tmp_path / "data", output)
    assert output.read_bytes() == good and [f.name for f in output.parent.iterdir()] == ["catalog.db"]


def test_one_file_clears_what_a_killed_build_left_but_not_a_running_one(tmp_path, quick):
    found = checked(tmp_path)
    dead = FORK.Process(target=lambda: None)
    dead.start()
    dead.join()
    (tmp_path / f".x.db.{dead.pid}.draft").write_bytes(b"rubbish")
    (tmp_path / f".x.db.{dead.pid}").write_bytes(b"rubbish")
    (tmp_path / f".x.db.{os.getppid()}.draft").write_bytes(b"at work")
    (tmp_path / ".x.db.notes").write_bytes(b"mine")
    build_file(found.catalog, found.claims, tmp_path / "data", tmp_path / "x.db")
    assert {f.name for f in tmp_path.iterdir() if f.is_file()} == {"x.db", f".x.db.{os.getppid()}.draft", ".x.db.notes"}
