"""Loading: clean records into one SQLite file, made by the migrations, and from there into a release.

Sixth stage. A build works in a folder of its own and switches one symbolic link at the very end: one that fails,
is killed or runs out of disk leaves everything as it was, and the next one clears its rubbish away. Two builds of the
same data are the same bytes.
"""

from __future__ import annotations

import contextlib
import fcntl
import glob
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from catalog import migrate
from catalog.claims import Claim
from catalog.link import Catalog
from catalog.rows import Rows, make_rows
from catalog.tables import metadata

VIEWS = Path(__file__).parent / "views"
KEPT_RELEASES = 5  # a server may still be reading an older one
# Views that others read come first.
_FIRST_VIEWS = ("scored_results", "human_parity")
_SEARCH_INDEX = (
    'CREATE VIRTUAL TABLE search_index USING fts5(name, names, text, folded, content="search_documents", content_rowid="id", '
    'tokenize="porter unicode61 remove_diacritics 2")')
Report = Callable[[str], None]


class BuildFailed(Exception):
    """The file could not be made; the message says which check failed. Nothing was published."""


@dataclass(frozen=True)
class Release:
    """A finished build: its folder, the file in it, and the digest of the file's content."""

    folder: Path
    file: Path
    digest: str
    is_new: bool


def read_views() -> dict[str, str]:
    """Return the SQL of every view by name, in the order in which they can be made."""
    views = {f.stem: f.read_text(encoding="utf-8").strip() for f in sorted(VIEWS.glob("*.sql"))}
    return {name: views[name] for name in (*_FIRST_VIEWS, *(v for v in views if v not in _FIRST_VIEWS))}


def view_description(sql: str) -> str:
    """Return what a view shows: the comment it begins with."""
    return sql.partition("\n")[0].removeprefix("--").strip()


def insert_rows(db: sqlite3.Connection, rows: Rows) -> None:
    """Insert every table in bulk, parents before children; columns with nothing to say are NULL."""
    for table in metadata.sorted_tables:
        mine = rows.get(table.name)
        if not mine:
            continue
        columns = [c.name for c in table.columns]
        names = ", ".join(f'"{c}"' for c in columns)
        places = ", ".join("?" * len(columns))
        db.executemany(
            f'INSERT INTO "{table.name}" ({names}) VALUES ({places})', ([row.get(c) for c in columns] for row in mine))


def _add_search(db: sqlite3.Connection) -> None:
    """Make the one full-text index over all kinds and languages (see docs/search.md for the folding)."""
    db.execute(_SEARCH_INDEX)
    db.execute("INSERT INTO search_index(search_index) VALUES ('rebuild')")
    db.execute("INSERT INTO search_index(search_index) VALUES ('optimize')")


def _check(db: sqlite3.Connection, rows: Rows) -> None:
    """Raise BuildFailed unless the file is sound and holds exactly the rows that were made."""
    broken = db.execute("PRAGMA foreign_key_check").fetchmany(5)
    if broken:
        raise BuildFailed(f"references lead nowhere: {broken}")
    state = db.execute("PRAGMA integrity_check").fetchone()[0]
    if state != "ok":
        raise BuildFailed(f"SQLite finds the file damaged: {state}")
    for name in metadata.tables:
        count = db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
        if name != "meta" and count != len(rows.get(name, ())):
            raise BuildFailed(f"table {name} holds {count} rows instead of {len(rows.get(name, ()))}")
    for view in read_views():
        db.execute(f'SELECT * FROM "{view}" LIMIT 1').fetchall()


def content_digest(rows: Rows, revision: str) -> str:
    """Return the SHA-256 of everything the file is made from: rows, views, search index and schema revision."""
    digest = hashlib.sha256(revision.encode())
    for name in sorted(rows):
        digest.update(name.encode())
        digest.update(json.dumps(rows[name], ensure_ascii=False, sort_keys=True).encode())
    for sql in (*read_views().values(), _SEARCH_INDEX):
        digest.update(sql.encode())
    return digest.hexdigest()


def write_file(file: Path, rows: Rows, report: Report = lambda _: None) -> str:
    """Write rows into a fresh SQLite file and return the digest of its content.

    Args:
        file: Where; must not exist. Its folder also takes a file of the same size while it is compacted.
        rows: Rows by table.
        report: Told each step in a few words.

    Raises:
        BuildFailed: The file is not sound.
        catalog.migrate.SchemaDrift: The migrations do not make the tables of the classes.
    """
    draft = file.with_name(file.name + ".draft")
    report("migrating a fresh file")
    try:
        migrate.upgrade(draft)
        migrate.require_no_drift(draft)
    except SQLAlchemyError as error:  # a full disk is met here first
        raise BuildFailed(f"SQLite refuses: {error.__cause__ or error}") from error
    revision = migrate.head()
    digest = content_digest(rows, revision)
    db = sqlite3.connect(draft, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode=DELETE")
        db.execute("PRAGMA synchronous=OFF")  # the draft is thrown away if anything goes wrong
        db.execute("BEGIN")
        report(f"inserting {sum(map(len, rows.values())):,} rows")
        insert_rows(db, rows)
        db.executemany("INSERT INTO meta VALUES (?, ?)", meta_rows(rows, digest, revision))
        _add_search(db)
        for sql in read_views().values():
            db.execute(sql)
        db.execute("COMMIT")
        report("checking the file")
        _check(db, rows)
        db.execute("ANALYZE")
        db.execute("PRAGMA schema_version=1")
        db.execute("VACUUM INTO ?", (str(file),))
    except sqlite3.Error as error:
        raise BuildFailed(f"SQLite refuses: {error}") from error
    finally:
        db.close()
    draft.unlink()
    return digest


def meta_rows(rows: Rows, digest: str, revision: str) -> list[tuple[str, str]]:
    """Return the rows of the table `meta`: what the file is."""
    claims = rows.get("claims", [])
    facts = {
        "content_digest": digest, "schema_revision": revision, "records": len(rows["records"]), "claims": len(claims),
        "claims_read": sum(1 for c in claims if c["accessed"]), "disagreements": sum(1 for c in claims if c["role"] == "other"),
        "data_licence": "CC-BY-4.0",
    }
    return sorted((k, str(v)) for k, v in facts.items())


@contextlib.contextmanager
def _locked(build: Path, report: Report) -> Iterator[None]:
    """Hold the build folder for one build; another waits. The lock ends with the process, however that ends."""
    build.mkdir(parents=True, exist_ok=True)
    with open(build / ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("waiting for another build to finish")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _switch(link: Path, target: str) -> None:
    """Point a symbolic link at a target in one step."""
    fresh = link.with_name(f".{link.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    os.replace(fresh, link)


def _clear_rubbish(build: Path) -> None:
    """Remove what killed builds left behind; called while holding the lock."""
    for left in build.glob(".draft-*"):
        shutil.rmtree(left, ignore_errors=True)


def _clear_dead_drafts(output: Path) -> None:
    """Remove what killed builds of one file left beside it; the number in the name is that of their process."""
    for left in output.parent.glob(f".{glob.escape(output.name)}.*"):
        process = left.name.removeprefix(f".{output.name}.").partition(".")[0]
        if process.isdecimal():
            try:
                os.kill(int(process), 0)  # asks whether it is running
            except ProcessLookupError:
                left.unlink(missing_ok=True)
            except (PermissionError, OverflowError):
                continue


def _clear_old(build: Path, current: str) -> None:
    """Remove all but the newest releases."""
    releases = sorted((f for f in (build / "releases").iterdir() if f.name != current), key=lambda f: f.stat().st_mtime, reverse=True)
    for old in releases[KEPT_RELEASES - 1:]:
        shutil.rmtree(old, ignore_errors=True)


def build_file(catalog: Catalog, claims: dict[str, list[Claim]], data: Path, output: Path, report: Report = lambda _: None) -> str:
    """Build one file at a place of the caller's choice, replacing what stands there in one step; return its digest.

    Raises:
        BuildFailed, catalog.migrate.SchemaDrift, OSError: The file there is as it was.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    _clear_dead_drafts(output)
    fresh = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        digest = write_file(fresh, make_rows(catalog, claims, str(data)), report)
        os.replace(fresh, output)
    finally:
        for left in (fresh, fresh.with_name(fresh.name + ".draft"), fresh.with_name(fresh.name + ".draft-journal")):
            left.unlink(missing_ok=True)
    return digest


def build_release(
    catalog: Catalog, claims: dict[str, list[Claim]], data: Path, build: Path, about: dict[str, Any] | None = None,
    report: Report = lambda _: None,
) -> Release:
    """Build the file and publish it as the current release.

    Args:
        catalog: Clean, linked records.
        claims: Their claims.
        data: The data folder they came from.
        build: Folder of the releases; made if it is missing.
        about: What `build.json` says besides revision, digest and counts (commit, versions).
        report: Told each step in a few words.

    Returns:
        The release, which `build/current` and `build/catalog.db` now lead to.

    Raises:
        BuildFailed, catalog.migrate.SchemaDrift, OSError: Nothing was published.
    """
    with _locked(build, report):
        _clear_rubbish(build)
        draft = build / f".draft-{os.getpid()}"
        draft.mkdir()
        try:
            rows = make_rows(catalog, claims, str(data))
            digest = write_file(draft / "catalog.db", rows, report)
            folder = build / "releases" / digest[:16]
            counts = {"records": len(rows["records"]), "claims": len(rows["claims"])}
            info = {**(about or {}), "content_digest": digest, "schema_revision": migrate.head(), "counts": counts}
            (draft / "build.json").write_text(json.dumps(info, indent=2, sort_keys=True) + "\n", encoding="utf-8")
            with open(draft / "catalog.db", "rb") as written:
                os.fsync(written.fileno())
            is_new = not (folder / "catalog.db").is_file()
            if is_new:
                folder.parent.mkdir(exist_ok=True)
                shutil.rmtree(folder, ignore_errors=True)
                os.replace(draft, folder)
            else:  # the same content; also the file, in case the old one was damaged since
                for name in ("catalog.db", "build.json"):
                    os.replace(draft / name, folder / name)
            report("switching to the release")
            _switch(build / "current", f"releases/{folder.name}")
            for name in ("catalog.db", "build.json"):
                if not (build / name).is_symlink() or os.readlink(build / name) != f"current/{name}":
                    _switch(build / name, f"current/{name}")
            _clear_old(build, folder.name)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return Release(folder, folder / "catalog.db", digest, is_new)
