"""English and Russian terms side by side, alphabetical in either direction."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.kinds import all_kinds
from catalog.search import fold
from catalog.site.paging import cut
from catalog.site.sections import rows, section

PAGE = 250
# Kinds whose names are terms; those of others are proper names, shown when asked for.
TERMS = ("topics", "methods", "themes", "applications")
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_LETTER = re.compile(r"[^\W_]")


@dataclass
class Entry:
    """One term in both languages, with its other names in the one and the other."""

    ref: str
    kind: str
    english: str
    russian: str
    english_also: list[str] = field(default_factory=list)
    russian_also: list[str] = field(default_factory=list)


def sort_key(term: str) -> tuple[int, str]:
    """Return by what a term is sorted: by its letters without accents and leading signs, digits first, Latin before Cyrillic.

    >>> sorted(["«Ёлка»", "Жук", "Ель", "3D", "Élan", "beam"], key=sort_key)
    ['3D', 'beam', 'Élan', '«Ёлка»', 'Ель', 'Жук']
    """
    plain = fold(term)
    first = _LETTER.search(plain)
    plain = plain[first.start():] if first else plain
    return (0 if not plain or plain[0].isdigit() else 2 if _CYRILLIC.match(plain) else 1), plain


def letter_of(term: str) -> str:
    """Return the letter under which a term stands.

    >>> letter_of("«Ёлка»"), letter_of("3D"), letter_of("élan")
    ('Е', '0–9', 'E')
    """
    rank, plain = sort_key(term)
    return plain[0].upper() if rank and plain else "0–9"


def read_entries(db: sqlite3.Connection, kinds: list[str]) -> list[Entry]:
    """Return the records of some kinds that have names in both languages, with the aliases of each."""
    marks = ", ".join("?" * len(kinds))
    found = {row["ref"]: Entry(row["ref"], row["kind"], row["name"], row["name_ru"]) for row in rows(
        db, f"SELECT ref, kind, name, name_ru FROM records WHERE name_ru IS NOT NULL AND kind IN ({marks})", kinds)}
    for ref, alias in db.execute("SELECT ref, value FROM aliases ORDER BY ref, position"):
        entry = found.get(ref)
        if entry is not None:
            (entry.russian_also if _CYRILLIC.search(alias) else entry.english_also).append(alias)
    return list(found.values())


@section("glossary", label="English–Russian glossary", label_ru="Англо-русский словарь терминов", order=32, menu="learn")
def glossary(db: sqlite3.Connection, parameters: Mapping[str, str]) -> dict[str, Any]:
    """Terms of the field in English and Russian, each with its other names; alphabetical in either direction. Every term leads to its record."""
    available = dict(db.execute("SELECT kind, count(*) FROM records WHERE name_ru IS NOT NULL AND kind <> 'sources' GROUP BY kind").fetchall())
    kind = parameters.get("kind", "")
    kind = kind if kind in available or kind == "all" else ""
    start = "ru" if parameters.get("from") == "ru" else "en"
    kinds = [kind] if kind in available else [k for k in available if kind == "all" or k in TERMS]
    entries = read_entries(db, kinds)

    def term(entry: Entry) -> str:
        return entry.russian if start == "ru" else entry.english

    entries.sort(key=lambda e: (sort_key(term(e)), e.ref))
    page = cut(entries, parameters, PAGE)
    starts = {letter_of(term(e)): i // PAGE + 1 for i, e in reversed(list(enumerate(entries)))}
    letters: dict[str, list[Entry]] = {}
    for entry in page.items:
        letters.setdefault(letter_of(term(entry)), []).append(entry)
    choices = [(name, k.label, k.label_ru, available[name]) for name, k in all_kinds().items() if name in available]
    return {"letters": letters, "page": page, "starts": dict(sorted(starts.items(), key=lambda s: (s[1], sort_key(s[0])))), "kind": kind, "start": start, "choices": choices, "total": len(entries), "terms": [k for k in TERMS if k in available]}
