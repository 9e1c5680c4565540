"""The answers of addresses, kept in `build/links.db` from run to run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from catalog.review.link_ask import Answer

_TABLE = """CREATE TABLE IF NOT EXISTS answers (
  url TEXT PRIMARY KEY, state TEXT NOT NULL, status INTEGER, final_url TEXT, why TEXT, asked TEXT NOT NULL, since TEXT NOT NULL) STRICT"""
_PUT = """INSERT INTO answers VALUES (:url, :state, :status, :final_url, :why, :now, :now) ON CONFLICT (url) DO UPDATE SET
  since = CASE WHEN state = excluded.state THEN since ELSE excluded.since END,
  state = excluded.state, status = excluded.status, final_url = excluded.final_url, why = excluded.why, asked = excluded.asked"""


class BrokenCache(Exception):
    """The file of the answers cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Known:
    """The last answer of an address: when it was asked, and since when it has been in this state."""

    state: str
    status: int | None
    final_url: str | None
    why: str | None
    asked: datetime
    since: datetime


class LinkCache:
    """The file of the answers, open while it is a context; each `put` is on the disk when it returns."""

    def __init__(self, file: Path):
        self.file = file

    def __enter__(self) -> LinkCache:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.db = sqlite3.connect(self.file, isolation_level=None, timeout=30)
            self.db.execute(_TABLE)
            self.db.execute("SELECT url, since FROM answers LIMIT 1")
        except sqlite3.Error as error:
            self.db.close()
            raise BrokenCache(f"{self.file} cannot be used ({error}); delete it and run again") from None
        return self

    def __exit__(self, *_: object) -> None:
        self.db.close()

    def get(self, url: str) -> Known | None:
        """Return the last answer of an address, or None."""
        row = self.db.execute("SELECT state, status, final_url, why, asked, since FROM answers WHERE url = ?", (url,)).fetchone()
        return Known(*row[:4], *(datetime.fromisoformat(t) for t in row[4:])) if row else None

    def put(self, answers: Iterable[Answer]) -> None:
        """Keep answers that came in just now."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        for a in answers:
            self.db.execute(_PUT, {"url": a.url, "state": a.state, "status": a.status, "final_url": a.final_url, "why": a.why, "now": now})
