"""Books, courses and sites to learn from, by topic, level, language and price."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from catalog.site.paging import cut
from catalog.site.sections import rows, section
from catalog.site.topic_tree import read_topics, topics_of

LANGUAGES = {"en": "English", "ru": "Russian · русский", "de": "German · Deutsch", "fr": "French · français", "es": "Spanish · español", "zh": "Chinese · 中文"}
LEVELS = ("introductory", "intermediate", "bachelor", "master", "doctoral", "advanced", "professional", "reference")
PAGE = {"books": 30, "courses": 30, "sites": 40}
_BOOKS = """
SELECT b.*, o.ref AS publisher_ref, t.ref AS original_ref, e.ref AS previous_ref, b.free_url IS NOT NULL AS is_free
FROM books b LEFT JOIN organizations o ON o.id = b.publisher_id LEFT JOIN books t ON t.id = b.translation_of_id
LEFT JOIN books e ON e.id = b.previous_edition_id ORDER BY b.year IS NULL, b.year DESC, b.title"""
_COURSES = """
SELECT c.*, o.ref AS institution_ref FROM courses c LEFT JOIN organizations o ON o.id = c.institution_id
ORDER BY c.years_to IS NULL, c.years_to DESC, c.name"""
_SITES = "SELECT s.*, n.ref AS successor_ref FROM sites s LEFT JOIN sites n ON n.id = s.successor_id ORDER BY s.type, s.name"


def _attach(db: sqlite3.Connection, works: list[dict[str, Any]], kind: str) -> None:
    """Add topics, links, people and libraries to the records of a kind."""
    topics = topics_of(db, kind)
    links: dict[str, list[dict[str, Any]]] = {}
    for link in rows(db, "SELECT l.ref, l.kind, l.url, l.state, l.note FROM links l JOIN records r ON r.ref = l.ref WHERE r.kind = ? ORDER BY l.ref, l.position", (kind,)):
        links.setdefault(link["ref"], []).append(link)
    related: dict[tuple[str, str], list[str]] = {}
    sql = ("SELECT x.record, substr(x.path, 1, instr(x.path || '.', '.') - 1), x.target FROM relations x "
           "JOIN records r ON r.ref = x.record WHERE r.kind = ? ORDER BY x.id")
    for ref, name, target in db.execute(sql, (kind,)):
        related.setdefault((ref, name), []).append(target)
    for work in works:
        ref = work["ref"]
        work |= {"topics": topics.get(ref, []), "links": links.get(ref, []), "people": related.get((ref, "people"), []),
                 "frameworks": related.get((ref, "frameworks"), []), "organizations": related.get((ref, "organizations"), [])}
        for name in ("authors", "instructors"):
            work[name] = json.loads(work[name]) if work.get(name) else []


@section("learn", label="Books, courses, sites", label_ru="Учиться", order=31, menu="learn")
def learn(db: sqlite3.Connection, parameters: Mapping[str, str]) -> dict[str, Any]:
    """What to learn from: books and courses with their level, language and price, and the sites that the field uses. Free means that the authors or the publisher offer it."""
    tree = read_topics(db)
    works = {"books": rows(db, _BOOKS), "courses": rows(db, _COURSES), "sites": rows(db, _SITES)}
    for kind, found in works.items():
        _attach(db, found, kind)
    everything = [w for found in works.values() for w in found]
    used = {t for w in everything for t in w["topics"] if t in tree.topics}
    levels = [x for x in LEVELS if any(w.get("level") == x for w in everything)]
    languages = sorted({w["language"] for w in everything if w["language"]})
    topic, level, language = (parameters.get(name, "") for name in ("topic", "level", "language"))
    outline = tree.outline(used)
    topic = topic if topic in {t.id for t, _ in outline} else ""
    level, language = level if level in levels else "", language if language in languages else ""
    free = "1" if parameters.get("free") == "1" else ""
    below = tree.below(topic) if topic else set()

    def is_wanted(work: dict[str, Any]) -> bool:
        return (
            (not topic or not below.isdisjoint(work["topics"])) and (not level or work.get("level") == level)
            and (not language or work["language"] == language) and (not free or bool(work.get("is_free"))))

    wanted = {kind: [w for w in found if is_wanted(w)] for kind, found in works.items()}
    return {
        "works": wanted, "pages": {kind: cut(found, parameters, PAGE[kind], kind) for kind, found in wanted.items()},
        "totals": {kind: len(found) for kind, found in works.items()},
        "outline": outline, "levels": levels, "languages": [(x, LANGUAGES.get(x, x)) for x in languages], "language_names": LANGUAGES,
        "topic": topic, "level": level, "language": language, "free": free, "is_filtered": bool(topic or level or language or free),
    }
