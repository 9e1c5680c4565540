"""Applications then and now, by area, with the evidence that they work."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from catalog.site.paging import cut
from catalog.site.sections import rows, section
from catalog.site.topic_tree import read_topics, topics_of

# The grades of evidence, the strongest first: what each means.
GRADES = {
    "deployed": "in daily use", "trial": "tried with people", "study": "a study on data", "demo": "a demonstration only", "none": "evidence not judged",
}
PAGE = 40
EXAMPLES = 2  # shown of each application; its record has all
DEAD = ("gone", "moved")


def _works(db: sqlite3.Connection, table: str) -> dict[str, list[dict[str, Any]]]:
    """Return the works `then` or `now` by application."""
    found: dict[str, list[dict[str, Any]]] = {}
    for work in rows(db, f"SELECT * FROM application_{table} ORDER BY application_id, position"):
        refs = [f"{kind}/{work[column]}" for kind, column in (("models", "model_id"), ("sources", "paper_id"), ("organizations", "organization_id")) if work[column]]
        found.setdefault(work["application_id"], []).append({**work, "refs": refs})
    return found


def _by_ref(found: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        groups.setdefault(row["ref"], []).append(row)
    return groups


@section("gallery", label="What it is used for", label_ru="Применения", order=21)
def gallery(db: sqlite3.Connection, parameters: Mapping[str, str]) -> dict[str, Any]:
    """What deep learning is used for: the works by which the lecture and its time showed it, what stands there today, how good the evidence is, and which demonstrations are gone."""
    tree = read_topics(db)
    topics = topics_of(db, "applications")
    then, now = _works(db, "then"), _works(db, "now")
    examples = _by_ref(rows(db, "SELECT * FROM examples WHERE ref LIKE 'applications/%' ORDER BY ref, position"))
    links = _by_ref(rows(db, "SELECT ref, kind, url, archived_url, state, note FROM links WHERE ref LIKE 'applications/%' AND kind IN ('demo', 'playground', 'code', 'notebook') ORDER BY ref, position"))
    applications = rows(db, "SELECT * FROM applications ORDER BY name")
    for a in applications:
        mine = [t for t in topics.get(a["ref"], ()) if t in tree.topics]
        shown = examples.get(a["ref"], [])
        elsewhere = [x for x in links.get(a["ref"], ()) if x["url"] != a["demo_url"]]
        a |= {"topics": mine, "area": tree.area(mine[0]) if mine else "", "then": then.get(a["id"], []), "now": now.get(a["id"], []), "links": elsewhere,
              "grade": a["evidence_grade"] or "none", "examples": shown[:EXAMPLES], "example_count": len(shown),
              "is_dead": a["demo_state"] in DEAD or any(x["state"] in DEAD and x["kind"] == "demo" for x in links.get(a["ref"], ()))}
    outline = tree.outline({t for a in applications for t in a["topics"]})
    grades = [(g, text, sum(1 for a in applications if a["grade"] == g)) for g, text in GRADES.items()]
    area, grade = parameters.get("area", ""), parameters.get("grade", "")
    area = area if area in {t.id for t, _ in outline} else ""
    grade = grade if grade in GRADES else ""
    below = tree.below(area) if area else set()
    wanted = [a for a in applications if (not area or not below.isdisjoint(a["topics"])) and (not grade or a["grade"] == grade)]
    areas: dict[str, list[dict[str, Any]]] = {}
    by_area = sorted(wanted, key=lambda a: (not a["area"], tree.topics[a["area"]].name.casefold() if a["area"] else ""))
    page = cut(by_area, parameters, PAGE, key=lambda a: a["id"])
    for a in page.items:
        areas.setdefault(a["area"], []).append(a)
    return {
        "areas": areas, "page": page, "outline": outline, "topics_by_id": tree.topics, "area": area, "grade": grade, "grades": [g for g in grades if g[2]], "grade_texts": GRADES,
        "count": len(wanted), "total": len(applications), "dead_count": sum(1 for a in wanted if a["is_dead"]),
    }
