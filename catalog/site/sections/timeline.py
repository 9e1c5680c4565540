"""The timeline from 1943 to today, as a chart and as the same list in a table."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from catalog.site.charts import draw
from catalog.site.paging import cut
from catalog.site.sections import rows, section

PAGE = 100


@section("timeline", label="Timeline", label_ru="Хроника", order=10)
def timeline(db: sqlite3.Connection, parameters: Mapping[str, str]) -> dict[str, Any]:
    """What happened in deep learning from 1943 to today: periods as bands, milestones and comparisons with people as marks; each leads to its record."""
    categories = rows(db, "SELECT category, count(*) AS count FROM timeline GROUP BY category ORDER BY count(*) DESC, category")
    wanted = parameters.get("category", "")
    known = {c["category"] for c in categories}
    wanted = wanted if wanted in known else ""
    events = rows(db, "SELECT * FROM timeline WHERE ? = '' OR category = ? ORDER BY date_from, name", (wanted, wanted))
    decades: dict[str, list[dict[str, Any]]] = {}
    page = cut(events, parameters, PAGE)
    for event in page.items:
        decades.setdefault(f"{(event['date_from'] or '????')[:3]}0s", []).append(event)
    return {"chart": draw(db, "timeline", {"category": wanted}), "chart_url": "/charts/timeline.svg", "categories": categories, "category": wanted, "decades": decades, "page": page, "total": len(events)}
