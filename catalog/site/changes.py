"""When records were added and changed, from `history.db` beside the release, for feeds and maps of the site.

Another module writes that file and it may be missing, newer than the release, or of another layout: then nothing is known,
and those who ask say so.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = "history.db"
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})?)?")


@dataclass(frozen=True)
class Change:
    """A record with the moments (RFC 3339) at which it came and last changed, and the subject of the last commit."""

    ref: str
    added: str
    changed: str
    subject: str = ""


def moment(text: str | None) -> str | None:
    """Return a date or time as RFC 3339 wants it, or None if it is neither.

    >>> moment("2026-11-23T18:20:40+00:00"), moment("2026-11-23"), moment("yesterday")
    ('2026-11-23T18:20:40+00:00', '2026-11-23T00:00:00Z', None)
    """
    match = _MOMENT.fullmatch(text or "")
    return f"{match[1]}T{match[2] or '00:00:00'}{match[3] or 'Z'}" if match else None


def find_history(release_file: Path) -> Path | None:
    """Return the history beside a built file: in its folder, or in the build folder above `releases/<digest>`."""
    folders = [release_file.parent]
    if release_file.parent.parent.name == "releases":
        folders.append(release_file.parent.parent.parent)
    return next((folder / FILE for folder in folders if (folder / FILE).is_file()), None)


def read_changes(release_file: Path) -> list[Change]:
    """Return the changes of records that are still there, latest first; none if the history is missing or unreadable."""
    file = find_history(release_file)
    try:
        state = file.stat() if file else None
    except OSError:
        return []
    return list(_read(file, state.st_mtime_ns, state.st_ino)) if file and state else []


@lru_cache(maxsize=2)
def _read(file: Path, _changed: int, _inode: int) -> tuple[Change, ...]:
    sql = ("SELECT h.ref, h.added, h.changed, c.subject FROM record_history h LEFT JOIN commits c ON c.hash = h.changed_commit "
           "WHERE h.exists_now ORDER BY h.changed DESC, h.ref")
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as db:
            rows = db.execute(sql).fetchall()
    except sqlite3.Error:
        return ()
    found = [Change(ref, moment(added) or "", moment(changed) or "", subject or "") for ref, added, changed, subject in rows if isinstance(ref, str)]
    return tuple(change for change in found if change.added and change.changed)
