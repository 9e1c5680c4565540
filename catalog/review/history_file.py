"""`build/history.db`: the history of the records as a small SQLite file beside the release.

It is no part of the release, whose content depends on the records alone. Tables: `commits` (newest first by `position`),
`record_commits` (which of them touched a record, and how), `record_history` (a record a row: added, changed, how often),
`former_refs` and `meta` (the commit up to which it goes).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from catalog.review.history import History, NoHistory, Touch, read_history
from catalog.review.repository import Commit

_SCHEMA = """
CREATE TABLE commits (position INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, date TEXT NOT NULL, author TEXT NOT NULL, subject TEXT NOT NULL) STRICT;
CREATE TABLE record_commits (
  ref TEXT NOT NULL, position INTEGER NOT NULL REFERENCES commits, action TEXT NOT NULL, old_ref TEXT, path TEXT NOT NULL,
  PRIMARY KEY (ref, position)) STRICT, WITHOUT ROWID;
CREATE TABLE record_history (
  ref TEXT PRIMARY KEY, exists_now INTEGER NOT NULL, added TEXT NOT NULL, added_commit TEXT NOT NULL, changed TEXT NOT NULL,
  changed_commit TEXT NOT NULL, commits INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE former_refs (old_ref TEXT PRIMARY KEY, ref TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""


def write_history(data: Path, file: Path, report: Callable[[str], None] = lambda _: None) -> History | None:
    """Write the history of a data folder into a SQLite file, in one step; never raises.

    Args:
        data: Data folder inside a git repository.
        file: Where (`build/history.db`). Without a history an old file there is removed, since it would be out of date.
        report: Told why there is no history.

    Returns:
        The history, or None if there is none.
    """
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        history = read_history(data)
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        _write(history, draft)
        os.replace(draft, file)
        return history
    except (NoHistory, OSError, sqlite3.Error, ValueError, RuntimeError) as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
            file.unlink(missing_ok=True)
        report(str(error) or type(error).__name__)
        return None


def _write(history: History, file: Path) -> None:
    position = {commit.hash: i for i, (commit, _) in enumerate(history.commits, 1)}
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.executescript("PRAGMA journal_mode=DELETE; BEGIN;" + _SCHEMA)
        db.executemany(
            "INSERT INTO commits VALUES (?, ?, ?, ?, ?)",
            [(position[c.hash], c.hash, c.date, author, c.subject) for c, author in history.commits])
        for ref, touches in history.records.items():
            first, last = touches[-1].commit, touches[0].commit
            db.execute(
                "INSERT INTO record_history VALUES (?, ?, ?, ?, ?, ?, ?)",
                (ref, int(ref in history.present), first.date, first.hash, last.date, last.hash, len(touches)))
            db.executemany(
                "INSERT INTO record_commits VALUES (?, ?, ?, ?, ?)", [(ref, position[t.commit.hash], t.action, t.old_ref, t.path) for t in touches])
        db.executemany("INSERT INTO former_refs VALUES (?, ?)", sorted(history.renamed.items()))
        db.executemany("INSERT INTO meta VALUES (?, ?)", [("head", history.head.hash), ("head_date", history.head.date), ("head_subject", history.head.subject)])
        db.execute("COMMIT")


def open_history(file: Path) -> History:
    """Return the history that `write_history` wrote.

    Raises:
        NoHistory: There is no such file, or it holds something else.
    """
    if not file.is_file():
        raise NoHistory(f"there is no {file}")
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as db:
            meta = dict(db.execute("SELECT key, value FROM meta"))
            records: dict[str, list[Touch]] = {}
            sql = "SELECT r.ref, c.hash, c.date, c.subject, c.author, r.action, r.path, r.old_ref FROM record_commits r JOIN commits c USING (position) ORDER BY r.ref, position"
            for ref, name, day, subject, author, action, path, old_ref in db.execute(sql):
                records.setdefault(ref, []).append(Touch(Commit(name, day, subject), author, action, path, old_ref))
            commits = [(Commit(*c[:3]), c[3]) for c in db.execute("SELECT hash, date, subject, author FROM commits ORDER BY position")]
            present = {r for (r,) in db.execute("SELECT ref FROM record_history WHERE exists_now = 1")}
            renamed = dict(db.execute("SELECT old_ref, ref FROM former_refs"))
    except (sqlite3.Error, KeyError) as error:
        raise NoHistory(f"{file} cannot be read as a history: {error}") from None
    return History(Commit(meta["head"], meta["head_date"], meta["head_subject"]), records, commits, present, renamed)
