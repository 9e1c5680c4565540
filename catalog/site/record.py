"""One record for its page: its fields, where they come from, and who refers to it.

Reads the built file and knows nothing of HTML or Datasette.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from catalog.fields import fields_of
from catalog.kinds import Kind, all_kinds
from catalog.kinds.common import COMMON_FIELDS
from catalog.site.record_values import Field, Names, Note, Reader

# Common fields that the page shows in places of their own, and those that come after the kind's own.
_SHOWN_ELSEWHERE = {"name", "names", "aliases", "summary", "topics", "identifiers", "links", "note", "related", "sources", "derived", "former_ids"}
_LAST = ("facts", "examples", "timings", "review_by")
RELATION_LIMIT = 15  # names in a group; the whole is a table away


@dataclass(frozen=True)
class Source:
    """A source as the notes of a page name it."""

    id: str
    title: str
    authors: tuple[str, ...]
    year: str
    url: str | None

    @property
    def short(self) -> str:
        """The title, cut to some sixty letters, and the year."""
        title = self.title if len(self.title) <= 60 else self.title[:58].rstrip(" ,:;–-") + "…"
        return f"{title} ({self.year})" if self.year else title

    @property
    def by(self) -> str:
        """The first authors."""
        return ", ".join(self.authors[:3]) + (" et al." if len(self.authors) > 3 else "")


@dataclass
class Group:
    """Records of one kind that refer here by the same field."""

    kind: Kind
    label: str
    refs: list[str]
    total: int


@dataclass
class RecordPage:
    """All that the page of a record shows."""

    ref: str
    kind: Kind
    slug: str
    name: str
    document: dict[str, Any]
    path: str
    fields: list[Field]
    notes: list[Note]
    sources: dict[str, Source]
    incoming: list[Group]
    claim_count: int
    read_count: int
    cited: tuple[int, int]  # of a source: claims that cite it, and those read


def load_record(db: sqlite3.Connection, ref: str, names: Names) -> RecordPage | None:
    """Return a record for its page, or None if there is none.

    Args:
        db: A connection to a built file.
        ref: The record, as kind/slug.
        names: Name and Russian name of every record.
    """
    row = db.execute("SELECT r.kind, r.slug, r.name, r.path, d.document FROM records r JOIN documents d ON d.ref = r.ref WHERE r.ref = ?", (ref,)).fetchone()
    if row is None or row[0] not in all_kinds():
        return None
    kind, document = all_kinds()[row[0]], json.loads(row[4])
    claims = [tuple(c) for c in db.execute(
        "SELECT path, role, value_text, source, locator, accessed, read_as, via, as_printed, note FROM claims WHERE record = ? ORDER BY id", (ref,))]
    reader = Reader(document, claims, names)
    specs = fields_of(kind.model)
    order = [n for n in specs if n not in COMMON_FIELDS] + [n for n in _LAST if n in specs]
    fields = [f for name in order if name in document and name not in _SHOWN_ELSEWHERE and not specs[name].hidden
              for f in reader.field(specs[name], document[name], name, specs[name].label)]
    for citation in document.get("sources", ()):  # those that support nothing by themselves are listed all the same
        reader.number(Note(citation["source"], citation.get("locator"), citation.get("via"), citation.get("accessed"), citation.get("read_as")))
    cited = (0, 0)
    if kind.name == "sources":
        cited = tuple(db.execute("SELECT count(*), count(accessed) FROM claims WHERE source = ?", (row[1],)).fetchone())
    return RecordPage(
        ref, kind, row[1], row[2], document, row[3], fields, list(reader.notes), _sources(db, reader.notes), _incoming(db, ref),
        len(claims), sum(1 for c in claims if c[5]), cited)


def _incoming(db: sqlite3.Connection, ref: str) -> list[Group]:
    """Return the records that refer to this one, grouped by kind and field."""
    kinds = all_kinds()
    groups: dict[tuple[str, str], list[str]] = {}
    sql = ("SELECT DISTINCT r.kind, r.ref, substr(x.path, 1, instr(x.path || '.', '.') - 1) FROM relations x JOIN records r ON r.ref = x.record "
           "WHERE x.target = ? AND x.record <> ? ORDER BY r.name, r.ref")
    for kind_name, other, first in db.execute(sql, (ref, ref)):
        groups.setdefault((kind_name, first), []).append(other)
    found = []
    for (kind_name, first), refs in groups.items():
        kind = kinds.get(kind_name)
        if kind:
            spec = kind.fields.get(first)
            found.append(Group(kind, spec.label if spec else first, refs[:RELATION_LIMIT], len(refs)))
    return sorted(found, key=lambda g: (g.label == "Sources", g.kind.order, -g.total))


def _sources(db: sqlite3.Connection, notes: dict[Note, int]) -> dict[str, Source]:
    """Return the sources that notes name, by id."""
    ids = sorted({name for note in notes for name in (note.source, note.via) if name})
    found = {}
    for start in range(0, len(ids), 500):
        some = ids[start:start + 500]
        sql = f"SELECT id, name, authors, substr(coalesce(date_to, ''), 1, 4), url FROM sources WHERE id IN ({', '.join('?' * len(some))})"
        for row in db.execute(sql, some):
            found[row[0]] = Source(row[0], row[1], tuple(json.loads(row[2] or "[]")), row[3], row[4])
    return found
