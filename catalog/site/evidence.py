"""What the claims say of values that a section shows: the accepted text, and the sources that differ."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True)
class Other:
    """What another source says of a value, and why ours was preferred."""

    text: str
    source: str
    note: str | None

    @property
    def title(self) -> str:
        """All of it but the value, in one line."""
        return f"{self.source}: {self.note}" if self.note else self.source


class Evidence:
    """Texts and disagreements of all records of a kind, by id and path."""

    def __init__(self, db: sqlite3.Connection, kind: str):
        self.kind = kind
        self._texts: dict[tuple[str, str], str] = {}
        self._others: dict[tuple[str, str], dict[str, Other]] = {}
        start = len(kind) + 2  # behind `kind/`
        for slug, path, role, text, source, note in db.execute(
                "SELECT substr(c.record, ?), c.path, c.role, c.value_text, coalesce(c.source, ''), c.note FROM claims c JOIN records r ON r.ref = c.record "
                "WHERE r.kind = ? ORDER BY c.id", (start, kind)):
            if role == "other":
                self._others.setdefault((slug, path), {}).setdefault(text, Other(text, source, note))
            else:
                self._texts.setdefault((slug, path), text)

    def text(self, slug: str, path: str) -> str | None:
        """Return the accepted value as written in the record (`~7`, `>50`), None if there is none or it is unknown."""
        text = self._texts.get((slug, path))
        return None if text == "not-reported" else text

    def is_unreported(self, slug: str, path: str) -> bool:
        """Say whether the record states that nobody reports the value."""
        return self._texts.get((slug, path)) == "not-reported"

    def others(self, slug: str, path: str) -> list[Other]:
        """Return what other sources say, each text once."""
        return list(self._others.get((slug, path), {}).values())
