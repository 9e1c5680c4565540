"""Data sets: by size, modality, task, licence and year, with splits, descent, and those that were withdrawn."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from catalog.site.charts import UnknownChart, draw
from catalog.site.evidence import Evidence
from catalog.site.paging import cut
from catalog.site.sections import rows, section
from catalog.site.selection import NOT_RECORDED, SIZES, Option, chosen, is_year, options_of, select_datasets, topic_options

_SIZE_LABELS = {"1gb": "up to 1 GB", "10gb": "up to 10 GB", "100gb": "up to 100 GB", "1tb": "up to 1 TB"}
PAGE = 50
GONE = ("withdrawn", "lost")


@section("datasets", label="Data sets", label_ru="Наборы данных", order=14)
def datasets(db: sqlite3.Connection, parameters: Mapping[str, str]) -> dict[str, Any]:
    """What models are trained and tested on: how much is inside, under which terms, what was made from what, and what was withdrawn."""
    options = _options(db)
    asked = {name: chosen(parameters, name, found) for name, found in options.items()}
    asked |= {name: parameters.get(name, "") if is_year(parameters.get(name, "")) else "" for name in ("from", "to")}
    narrowed = {k: v for k, v in asked.items() if v}
    listed = _listed(db, asked)
    try:
        chart = draw(db, "datasets", asked)
    except UnknownChart:
        chart = None
    return {
        "options": options, "asked": asked, "narrowed": bool(narrowed), "listed": listed, "page": cut(listed, parameters, PAGE), "chart": chart,
        "drawn": sum(1 for d in listed if (d["items"] or 0) > 0 and (d["classes"] or 0) > 0),
        "chart_url": "/charts/datasets.svg" + (f"?{urlencode(sorted(narrowed.items()))}" if narrowed else ""),
        "total": db.execute("SELECT count(*) FROM datasets").fetchone()[0], "trees": _trees(db), "gone": _gone(db),
    }


def _options(db: sqlite3.Connection) -> dict[str, list[Option]]:
    def counted(sql: str) -> list[tuple[str | None, int]]:
        return [tuple(row) for row in db.execute(sql)]

    sizes = [Option(key, _SIZE_LABELS[key], db.execute("SELECT count(*) FROM datasets WHERE download_bytes <= ?", (most,)).fetchone()[0]) for key, most in SIZES.items()]
    unknown = db.execute("SELECT count(*) FROM datasets WHERE download_bytes IS NULL").fetchone()[0]
    return {
        "modality": options_of(counted("SELECT j.value, count(*) FROM datasets d, json_each(d.modality) j GROUP BY 1 ORDER BY 2 DESC, 1")),
        "topic": topic_options(db, "datasets"),
        "licence": options_of(counted("SELECT licence, count(*) FROM datasets GROUP BY 1 ORDER BY 2 DESC, 1"), {}),
        "status": options_of(counted("SELECT status, count(*) FROM datasets GROUP BY 1 ORDER BY 2 DESC, 1")),
        "size": [s for s in sizes if s.count] + ([Option(NOT_RECORDED, "not recorded", unknown)] if unknown else []),
    }


def bytes_text(size: float) -> str:
    """Return a size as people say it, in decimal units.

    >>> [bytes_text(n) for n in (170_052_171, 2.64e9, 512, 1e15)]
    ['170 MB', '2.64 GB', '512 B', '1 PB']
    """
    for limit, unit in ((1e15, "PB"), (1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= limit:
            return f"{size / limit:.3g} {unit}"
    return f"{size:.0f} B"


def _listed(db: sqlite3.Connection, asked: Mapping[str, str]) -> list[dict[str, Any]]:
    selection = select_datasets(asked)
    found = rows(db, f"SELECT d.* FROM datasets d WHERE {selection.where} ORDER BY lower(d.name), d.id", selection.arguments)
    evidence = Evidence(db, "datasets")
    splits: dict[str, list[dict[str, Any]]] = {}
    for row in rows(db, "SELECT s.* FROM datasets d JOIN documents x ON x.ref = d.ref JOIN json_each(x.document, '$.splits') j "
                        "JOIN dataset_splits s ON s.id = d.id || '.' || j.key ORDER BY d.id, j.id"):
        slug, key = row["dataset_id"], row["key"]
        what = "items" if row["items"] is not None else "instances"
        splits.setdefault(slug, []).append({
            "key": key, "what": what, "text": evidence.text(slug, f"splits.{key}.{what}"), "others": evidence.others(slug, f"splits.{key}.{what}"),
            "hidden": row["labels_public"] == 0, "note": row["note"]})
    tasks: dict[str, list[dict[str, Any]]] = {}
    for row in rows(db, "SELECT x.dataset_id, t.ref, t.name FROM dataset_tasks x JOIN topics t ON t.id = x.topic_id ORDER BY x.dataset_id, x.position"):
        tasks.setdefault(row["dataset_id"], []).append(row)
    for row in found:
        slug = row["id"]
        row["modalities"] = json.loads(row["modality"])
        row["texts"] = {name: evidence.text(slug, name) for name in ("items", "instances", "classes")}
        row["others"] = {name: evidence.others(slug, name) for name in ("items", "instances", "classes", "released", "licence")}
        row["splits"], row["tasks"] = splits.get(slug, []), tasks.get(slug, [])
        row["size"] = bytes_text(row["download_bytes"]) if row["download_bytes"] is not None else None
    return found


@dataclass
class Branch:
    """A data set in the tree of descent: how it came from the one above, and what came from it."""

    id: str
    ref: str
    name: str
    how: str
    year: str
    is_gone: bool
    children: list[Branch] = field(default_factory=list)


def _trees(db: sqlite3.Connection) -> list[Branch]:
    """Return the data sets that others came from, each with all that came from it.

    A data set with two parents stands below both; a circle, which the rules refuse, ends where it closes.
    """
    known = {row["id"]: row for row in rows(db, "SELECT id, ref, name, released_from, status FROM datasets")}
    edges = [tuple(row) for row in db.execute(
        "SELECT version_of_id, id, 'version of it' FROM datasets WHERE version_of_id IS NOT NULL "
        "UNION SELECT derived_from_id, dataset_id, 'made from it' FROM dataset_derived_from ORDER BY 1, 2")]
    below: dict[str, dict[str, list[str]]] = {}
    for parent, child, how in edges:
        below.setdefault(parent, {}).setdefault(child, []).append(how)

    def grow(slug: str, how: str, above: tuple[str, ...]) -> Branch:
        row = known[slug]
        branch = Branch(slug, row["ref"], row["name"], how, (row["released_from"] or "")[:4], row["status"] in GONE)
        if slug not in above:
            children = [grow(child, " and ".join(sorted(hows)), (*above, slug)) for child, hows in below.get(slug, {}).items() if child in known]
            branch.children = sorted(children, key=lambda b: (b.year or "9999", b.name.lower()))
        return branch

    has_parent = {child for _, child, _ in edges}
    roots = [slug for slug in below if slug not in has_parent and slug in known]
    return sorted((grow(slug, "", ()) for slug in roots), key=lambda b: b.name.lower())


def _gone(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """Return the data sets that were withdrawn or lost, with the reason and what still carries a part of them."""
    found = rows(db, "SELECT id, ref, name, name_ru, status, withdrawn, withdrawn_reason FROM datasets WHERE status IN ('withdrawn', 'lost') ORDER BY withdrawn_from, withdrawn_to, id")
    for row in found:
        row["heirs"] = rows(
            db, "SELECT d.ref, d.name FROM datasets d WHERE d.version_of_id = ? UNION SELECT d.ref, d.name FROM dataset_derived_from x "
                "JOIN datasets d ON d.id = x.dataset_id WHERE x.derived_from_id = ? ORDER BY 2", (row["id"], row["id"]))
    return found
