"""Releases: what a build publishes, keeps and mends, also when two run at once."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing

from catalog import migrate
from catalog.load import KEPT_RELEASES, build_release
from loading.releases import FORK, OTHER, SMALL, checked, everything, release, topics


def test_release_is_published_through_links(tmp_path, quick):
    made = release(tmp_path, about={"commit": "abc"})
    folder = tmp_path / "build"
    assert made.is_new and made.folder == folder / "releases" / made.digest[:16] and made.file == made.folder / "catalog.db"
    assert os.readlink(folder / "current") == f"releases/{made.digest[:16]}"
    assert os.readlink(folder / "catalog.db") == "current/catalog.db" and os.readlink(folder / "build.json") == "current/build.json"
    assert topics(folder / "catalog.db") == ["vision", "x"]
    assert json.loads((folder / "build.json").read_text()) == {
        "commit": "abc", "content_digest": made.digest, "schema_revision": migrate.head(), "counts": {"records": 2, "claims": 0}}
    assert sorted(f.name for f in folder.iterdir()) == [".lock", "build.json", "catalog.db", "current", "releases"]


def test_counts_in_build_json_are_those_of_the_file(tmp_path, quick):
    made = release(tmp_path, everything())
    counts = json.loads((tmp_path / "build/build.json").read_text())["counts"]
    with closing(sqlite3.connect(made.file)) as db:
        assert counts == {n: db.execute(f"SELECT count(*) FROM {n}").fetchone()[0] for n in ("records", "claims")}
        assert counts["claims"] > 20


def test_new_data_switches_the_link_and_keeps_the_old_release(tmp_path, quick):
    old = release(tmp_path)
    new = release(tmp_path, OTHER)
    assert new.is_new and old.digest != new.digest
    assert topics(tmp_path / "build/catalog.db") == ["vision", "x", "y"]
    assert topics(old.file) == ["vision", "x"]
    assert json.loads((tmp_path / "build/build.json").read_text())["content_digest"] == new.digest


def test_same_data_is_the_same_release_and_an_old_one_can_return(tmp_path, quick):
    first = release(tmp_path)
    again = release(tmp_path)
    assert (again.digest, again.is_new) == (first.digest, False)
    release(tmp_path, OTHER)
    back = release(tmp_path, about={"commit": "back"})
    assert (back.digest, back.is_new) == (first.digest, False)
    assert topics(tmp_path / "build/catalog.db") == ["vision", "x"]
    assert json.loads((tmp_path / "build/build.json").read_text())["commit"] == "back"
    assert len(list((tmp_path / "build/releases").iterdir())) == 2


def test_damaged_release_is_mended_by_the_next_build(tmp_path, quick):
    made = release(tmp_path)
    good = made.file.read_bytes()
    made.file.write_bytes(good[:5000])
    release(tmp_path)
    assert made.file.read_bytes() == good


def test_link_or_file_that_leads_elsewhere_is_put_right(tmp_path, quick):
    (tmp_path / "build").mkdir()
    (tmp_path / "build/catalog.db").symlink_to("../elsewhere.db")
    (tmp_path / "build/build.json").write_text("{}")
    made = release(tmp_path)
    assert (tmp_path / "build/catalog.db").resolve() == made.file.resolve()
    assert json.loads((tmp_path / "build/build.json").read_text())["content_digest"] == made.digest


def test_only_the_newest_releases_are_kept(tmp_path, quick):
    made = [release(tmp_path, {**SMALL, f"topics/n{i}.yaml": f"name: Number {i}\n"}) for i in range(KEPT_RELEASES + 2)]
    for i, one in enumerate(made[:-1]):  # the clock of the file system is coarse
        if one.folder.exists():
            os.utime(one.folder, (i, i))
    last = release(tmp_path, OTHER)
    left = {f.name for f in (tmp_path / "build/releases").iterdir()}
    assert len(left) == KEPT_RELEASES and last.folder.name in left and made[-1].folder.name in left and made[0].folder.name not in left


def test_two_builds_at_once_both_succeed(tmp_path, quick):
    one, two = checked(tmp_path / "one", SMALL), checked(tmp_path / "two", OTHER)
    folder = tmp_path / "build"
    processes = [
        FORK.Process(target=build_release, args=(found.catalog, found.claims, tmp_path / name / "data", folder))
        for name, found in (("one", one), ("two", two), ("one", one))]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [p.exitcode for p in processes] == [0, 0, 0]
    assert len(list((folder / "releases").iterdir())) == 2
    assert topics(folder / "catalog.db") in (["vision", "x"], ["vision", "x", "y"])
    assert not list(folder.glob(".draft*"))


def test_second_build_waits_for_the_first_and_says_so(tmp_path, quick):
    first = checked(tmp_path / "first", OTHER)
    (started, tell_started), (go, tell_go) = os.pipe(), os.pipe()

    def pause(message: str) -> None:
        if message == "checking the file":
            os.write(tell_started, b"!")
            os.read(go, 1)

    child = FORK.Process(target=build_release, args=(first.catalog, first.claims, tmp_path / "first/data", tmp_path / "build", None, pause))
    child.start()
    os.read(started, 1)
    said: list[str] = []

    def listen(message: str) -> None:
        said.append(message)
        if message == "waiting for another build to finish":
            os.write(tell_go, b"!")

    release(tmp_path, report=listen)
    child.join(60)
    assert child.exitcode == 0
    assert said[0] == "waiting for another build to finish" and said[-1] == "switching to the release"
    assert topics(tmp_path / "build/catalog.db") == ["vision", "x"]
    for pipe in (started, tell_started, go, tell_go):
        os.close(pipe)
