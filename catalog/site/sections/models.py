"""Models by year: parameters, arithmetic of training, weights."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from catalog.site.charts import UnknownChart, draw
from catalog.site.evidence import Evidence
from catalog.site.paging import cut
from catalog.site.sections import rows, section
from catalog.site.selection import Option, chosen, options_of, select_models, topic_options

PAGE = 80
# What the charts draw, and what the reader is told when nobody has published it.
FIGURES = {"parameters": "Number of parameters", "training_flop": "Arithmetic of training"}


@section("models", label="Models", label_ru="Модели", order=15)
def models(db: sqlite3.Connection, parameters: Mapping[str, str]) -> dict[str, Any]:
    """Trained networks and the systems built on them: how large, trained with how much arithmetic, and whether the weights can be had. Published figures only."""
    weights = options_of([tuple(r) for r in db.execute("SELECT weights, count(*) FROM models GROUP BY 1 ORDER BY 2 DESC, 1")])
    counts = {name: db.execute(f"SELECT count({name}) FROM models").fetchone()[0] for name in FIGURES}
    known = [Option(name, label.lower(), counts[name]) for name, label in FIGURES.items() if counts[name]]
    options = {"topic": topic_options(db, "models"), "weights": weights, "known": known}
    asked = {name: chosen(parameters, name, found) for name, found in options.items()}
    narrowed = {k: v for k, v in asked.items() if v}
    charts = []
    for name, label in FIGURES.items():
        query = {**narrowed, "value": name}
        try:
            drawing = draw(db, "models", query)
        except UnknownChart:
            drawing = None
        charts.append({"name": name, "label": label, "drawing": drawing, "url": f"/charts/models.svg?{urlencode(sorted(query.items()))}", "count": counts[name]})
    listed = _listed(db, asked)
    return {"options": options, "asked": asked, "narrowed": bool(narrowed), "charts": charts, "listed": listed, "page": cut(listed, parameters, PAGE),
            "total": db.execute("SELECT count(*) FROM models").fetchone()[0]}


def _listed(db: sqlite3.Connection, asked: Mapping[str, str]) -> list[dict[str, Any]]:
    selection = select_models(asked)
    found = rows(db, "SELECT m.* FROM models m WHERE " + selection.where + " ORDER BY coalesce(m.released_from, m.released_to) IS NULL, "
                     "coalesce(m.released_from, m.released_to) DESC, lower(m.name), m.id", selection.arguments)
    evidence = Evidence(db, "models")
    parts = {
        "organizations": "SELECT x.model_id, o.ref, o.name FROM model_organizations x JOIN organizations o ON o.id = x.organization_id ORDER BY 1, x.position",
        "methods": "SELECT x.model_id, m.ref, m.name FROM model_methods x JOIN methods m ON m.id = x.method_id ORDER BY 1, x.position",
        "parents": "SELECT x.model_id, m.ref, m.name FROM model_based_on x JOIN models m ON m.id = x.based_on_id ORDER BY 1, x.position",
    }
    grouped: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for name, sql in parts.items():
        for row in rows(db, sql):
            grouped.setdefault(name, {}).setdefault(row["model_id"], []).append(row)
    for row in found:
        for name in parts:
            row[name] = grouped.get(name, {}).get(row["id"], [])
        row["texts"] = {name: evidence.text(row["id"], name) for name in ("parameters", "layers", "training_flop")}
        row["others"] = {name: evidence.others(row["id"], name) for name in ("parameters", "layers", "training_flop", "released")}
    return found
