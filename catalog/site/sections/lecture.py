"""The lecture that the catalog grew from, slide by slide: what is recorded of each, what was corrected, what holds today."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.kinds import all_kinds
from catalog.site.paging import cut
from catalog.site.paths import accepted_beside_others, holder, name_path, value_at
from catalog.site.sections import rows, section
from catalog.site.today import today_of

LECTURE = "dyakonov-2022-introduction"
TITLE = "title of slide "  # name of the facts that hold the titles
_NUMBERS = re.compile(r"\bslides?\s+((?:\d+)(?:\s*(?:,|;|-|–|—|to|and|&)\s*(?:and\s+)?(?:slides?\s+)?\d+)*)", re.IGNORECASE)
_ONE = re.compile(r"\bslide\s+(\d+)", re.IGNORECASE)
_RANGE = re.compile(r"(\d+)(?:\s*(?:-|–|—|to)\s*(\d+))?")
SLIDE_LIMIT = 1000
PAGE = 25


def slides_in(locator: str | None) -> list[int]:
    """Return the slides that a place in the lecture names, ascending.

    After `slide` one number counts, after `slides` a list of numbers and ranges; what else stands there is left out.

    >>> slides_in("slide 81"), slides_in("slides 4 and 6"), slides_in("slides 24–26, 30"), slides_in("slide 71 (figure 2 of the paper)")
    ([81], [4, 6], [24, 25, 26, 30], [71])
    >>> slides_in("slide 3; the university on slide 2"), slides_in("slide 94, row 3"), slides_in("public leaderboard"), slides_in(None)
    ([2, 3], [94], [], [])
    """
    found: set[int] = set()
    for match in _NUMBERS.finditer(locator or ""):
        if match[0].lower().startswith("slides"):
            for first, last in _RANGE.findall(match[1]):
                start, end = int(first[:6]), int((last or first)[:6])
                found.update(range(start, min(end, SLIDE_LIMIT) + 1))
        else:
            found.update(int(number[:6]) for number in _ONE.findall(match[0]))
    return sorted(n for n in found if 0 < n <= SLIDE_LIMIT)


@dataclass
class Said:
    """One thing the lecture says of a value: differently, or in its own words."""

    ref: str
    what: str
    said: str
    accepted: str | None = None
    source: str | None = None
    reason: str | None = None


@dataclass
class Slide:
    """One slide with all that is recorded of it."""

    number: int
    title: str
    title_ru: str
    short: str = ""
    short_ru: str = ""
    groups: dict[str, list[str]] = field(default_factory=dict)
    corrections: list[Said] = field(default_factory=list)
    printed: list[Said] = field(default_factory=list)
    remarks: list[Said] = field(default_factory=list)
    today: list[tuple[str, str]] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(map(len, self.groups.values()))

    def add(self, ref: str) -> None:
        refs = self.groups.setdefault(ref.partition("/")[0], [])
        if ref not in refs:
            refs.append(ref)


def shorten(title: str, before: str) -> str:
    """Return a title without the heading that it shares with the slide before; a stroke between two words ends no heading.

    >>> shorten("Images / Faces", "Images / Poses"), shorten("Images", "Images / Poses"), shorten("Text", "Text")
    ('Faces', 'Images', 'Text')
    >>> shorten("Vision (CV / IA) / Faces", "Vision (CV / IA) / Poses"), shorten("Video / sound: Speech", "Video / sound")
    ('Faces', 'Video / sound: Speech')
    """
    parts, others = title.split(" / "), before.split(" / ")
    shared = 0
    for i in range(1, min(len(parts) - 1, len(others)) + 1):
        head = " / ".join(parts[:i])
        if parts[:i] != others[:i]:
            break
        if head.count("(") == head.count(")") and not parts[i][0].islower():
            shared = i
    return " / ".join(parts[shared:])


def _read_titles(db: sqlite3.Connection) -> tuple[dict[int, Slide], set[tuple[str, str]]]:
    """Return the slides by number, and the (record, path) of the facts that hold their titles."""
    slides: dict[int, Slide] = {}
    places: set[tuple[str, str]] = set()
    sql = ("SELECT f.ref, 'facts.' || f.position || '.text', substr(f.name, ?), f.text, c.as_printed FROM facts f "
           "LEFT JOIN claims c ON c.record = f.ref AND c.path = 'facts.' || f.position || '.text' AND c.source = f.source_id "
           "WHERE f.source_id = ? AND f.name GLOB ? ORDER BY f.ref, f.position")
    for ref, path, number, text, printed in db.execute(sql, (len(TITLE) + 1, LECTURE, TITLE + "[0-9]*")):
        places.add((ref, path.removesuffix(".text")))
        for n in slides_in(f"slide {number}"):
            slides[n] = Slide(n, text or "", printed or text or "")
    slides = dict(sorted(slides.items()))
    before = [Slide(0, "", "")]  # another slide may stand between two of the same heading
    for slide in slides.values():
        slide.short = min((shorten(slide.title, b.title) for b in before), key=len)
        slide.short_ru = min((shorten(slide.title_ru, b.title_ru) for b in before), key=len)
        before = [before[-1], slide]
    return slides, places


def _parts(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (path, part) for every part of a document, items of lists counted from 1."""
    if isinstance(node, dict):
        yield path, node
        for key, child in node.items():
            yield from _parts(child, f"{path}.{key}" if path else key)
    elif isinstance(node, list):
        for i, child in enumerate(node, 1):
            yield from _parts(child, f"{path}.{i}" if path else str(i))


def _read_documents(db: sqlite3.Connection) -> dict[str, dict[str, Any]]:
    sql = "SELECT ref, document FROM documents WHERE instr(document, ?) > 0 AND ref <> ? ORDER BY ref"
    return {ref: json.loads(text) for ref, text in db.execute(sql, (f'"{LECTURE}"', f"sources/{LECTURE}"))}


def _read_relations(db: sqlite3.Connection) -> dict[tuple[str, str], list[str]]:
    """Return what the parts of records refer to, by (record, path of the part), their sources left out."""
    found: dict[tuple[str, str], list[str]] = {}
    sql = "SELECT record, path, target FROM relations WHERE record IN (SELECT record FROM relations WHERE target = ?) ORDER BY id"
    for ref, path, target in db.execute(sql, (f"sources/{LECTURE}",)):
        *above, last = path.split(".")
        if last.isdecimal() and above:  # an item of a list of references
            last = above.pop()
        if last not in ("source", "via"):
            found.setdefault((ref, ".".join(above)), []).append(target)
    return found


def _add_uses(db: sqlite3.Connection, slides: dict[int, Slide], titles: set[tuple[str, str]], documents: dict[str, dict[str, Any]]) -> None:
    """Add the records in which the lecture is cited with a slide, what the citing parts refer to, and the remarks on citations."""
    relations = _read_relations(db)
    for ref, document in documents.items():
        for path, part in _parts(document):
            if LECTURE not in (part.get("source"), part.get("via")) or (ref, path) in titles:
                continue
            for slide in (slides[n] for n in slides_in(part.get("locator")) if n in slides):
                for target in [ref, *relations.get((ref, path), ())]:
                    slide.add(target)
                if part.get("note") and not part.get("states") and path.startswith("sources."):
                    slide.remarks.append(Said(ref, "", part["note"]))


def _add_claims(db: sqlite3.Connection, slides: dict[int, Slide], titles: set[tuple[str, str]], documents: dict[str, dict[str, Any]]) -> None:
    """Add what the lecture says otherwise than the record, and its own words."""
    held = accepted_beside_others(db)
    for claim in rows(db, "SELECT * FROM claims WHERE source = ? ORDER BY id", (LECTURE,)):
        ref, path = claim["record"], claim["path"]
        if (ref, path.rpartition(".")[0]) in titles:
            continue
        document = documents.get(ref, {})
        what = name_path(ref.partition("/")[0], document, path)
        for slide in (slides[n] for n in slides_in(claim["locator"]) if n in slides):
            slide.add(ref)
            if claim["role"] == "other":
                accepted, source = holder(held.get((ref, path), []), LECTURE)
                said = claim["as_printed"] or claim["value_text"]
                slide.corrections.append(Said(ref, what, said, accepted or value_at(document, path), source, claim["note"]))
            elif claim["as_printed"]:
                slide.printed.append(Said(ref, what, claim["as_printed"], claim["value_text"]))


def read_slides(db: sqlite3.Connection) -> dict[int, Slide]:
    """Return the slides of the lecture by number, with their records."""
    slides, titles = _read_titles(db)
    if not slides:
        return slides
    slides[min(slides)].add(f"sources/{LECTURE}")  # the first slide says what the lecture is
    documents = _read_documents(db)
    _add_uses(db, slides, titles, documents)
    _add_claims(db, slides, titles, documents)
    today = today_of(db)
    order = {name: i for i, name in enumerate(all_kinds())}
    dates = dict(db.execute("SELECT ref, date_from FROM timeline").fetchall())
    for slide in slides.values():
        for refs in slide.groups.values():
            refs.sort(key=lambda ref: (dates.get(ref) or "9999", ref))
        slide.groups = dict(sorted(slide.groups.items(), key=lambda g: order.get(g[0], len(order))))
        slide.today = [(ref, line) for refs in slide.groups.values() for ref in refs for line in today.get(ref, ())]
    return slides


_SHOWN = {
    "": ("all slides", lambda slide: True),
    "corrected": ("with corrections", lambda slide: bool(slide.corrections)),
    "today": ("with what holds today", lambda slide: bool(slide.today)),
    "empty": ("without records", lambda slide: not slide.groups),
}


@section("lecture", label="The lecture, slide by slide", label_ru="Лекция по слайдам", order=30, menu="learn")
def lecture(db: sqlite3.Connection, parameters: Mapping[str, str]) -> dict[str, Any]:
    """The lecture that this catalog grew from, Alexander Dyakonov's “Introduction: general overview” of 7 February 2022, slide by slide: the records each slide has become, what was corrected and why, and what holds today."""
    slides = read_slides(db)
    show = parameters.get("show", "")
    show = show if show in _SHOWN else ""
    source = rows(db, "SELECT * FROM records WHERE ref = ?", (f"sources/{LECTURE}",))
    links = rows(db, "SELECT kind, url, note FROM links WHERE ref = ? ORDER BY position", (f"sources/{LECTURE}",))
    choices = [(key, label, sum(1 for s in slides.values() if test(s))) for key, (label, test) in _SHOWN.items()]
    chosen = [s for s in slides.values() if _SHOWN[show][1](s)]
    return {
        "source": source[0] if source else None, "source_links": links, "lecture": LECTURE, "all_slides": slides, "show": show, "choices": choices,
        "slides": chosen, "page": cut(chosen, parameters, PAGE, key=lambda s: s.number, at="slide"),
        "record_count": len({ref for s in slides.values() for refs in s.groups.values() for ref in refs}),
        "correction_count": len({(c.ref, c.what) for s in slides.values() for c in s.corrections}),
    }
