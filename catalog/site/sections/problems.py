"""Problems of deep learning with what helps, and the concepts, trends, drivers and series around them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from catalog.site.sections import rows, section

# The types of themes: heading, Russian heading, what they are.
TYPES = {
    "problem": ("Problems and what helps", "Проблемы и средства", "Drawbacks of neural networks, each with the remedies that sources name against it."),
    "trend": ("Trends", "Тренды", "Where the field was going when somebody said so."),
    "driver": ("Reasons for the progress", "Причины прогресса", "What made the progress possible."),
    "concept": ("Concepts", "Понятия", "Ways of thinking about the field."),
}


def _group(found: list[dict[str, Any]], key: str) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        groups.setdefault(row[key], []).append(row)
    return groups


def _remedies(db: sqlite3.Connection) -> dict[str, list[dict[str, Any]]]:
    """Return the remedies by theme; what several sources say of the same remedy stands together under `said`."""
    sql = ("SELECT r.*, t.text_ru, n.name_ru FROM remedies r JOIN theme_remedies t ON t.theme_id = r.theme_id AND t.position = r.position "
           "LEFT JOIN records n ON n.ref = coalesce('methods/' || r.method_id, r.ref) ORDER BY r.theme_id, r.position")
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows(db, sql):
        ref = f"methods/{row['method_id']}" if row["method_id"] else row["ref"]
        remedy = found.setdefault(row["theme_id"], {}).setdefault(ref or row["remedy"], {"ref": ref, "name": row["remedy"], "said": []})
        is_name = (row["text_ru"] or "").casefold() == (row["name_ru"] or "").casefold()  # shown beside the link already
        remedy["said"].append({"text": row["text"], "text_ru": None if is_name else row["text_ru"], "source": row["source_id"], "locator": row["locator"]})
    return {theme: list(remedies.values()) for theme, remedies in found.items()}


def read_indicators(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """Return the indicators, each with its points as printed (`value_text`) in the order of their dates."""
    indicators = rows(db, "SELECT * FROM indicators ORDER BY name")
    sql = ("SELECT p.*, (SELECT c.value_text FROM claims c WHERE c.record = 'indicators/' || p.indicator_id AND c.path = 'points.' || p.position || '.value' "
           "AND c.role <> 'other') AS value_text FROM indicator_points p ORDER BY p.indicator_id, p.date_from, p.position")
    points = _group(rows(db, sql), "indicator_id")
    for indicator in indicators:
        indicator["points"] = points.get(indicator["id"], [])
        indicator["has"] = {name: any(p[name] for p in indicator["points"]) for name in ("subject", "geography", "note")}
    return indicators


@section("problems", label="Problems and trends", label_ru="Проблемы и тренды", order=20)
def problems(db: sqlite3.Connection, parameters: Mapping[str, str]) -> dict[str, Any]:
    """What is hard about deep learning and what helps against it, where the field is going and what drives it, each statement with its source; and series that show it in numbers."""
    wanted = parameters.get("type", "")
    themes = rows(db, "SELECT * FROM themes ORDER BY name")
    statements = _group(rows(db, "SELECT * FROM theme_statements ORDER BY theme_id, position"), "theme_id")
    methods = _group(rows(db, "SELECT theme_id, 'methods/' || method_id AS ref FROM theme_methods ORDER BY theme_id, position"), "theme_id")
    shown_by = _group(rows(db, "SELECT theme_id, indicator_id FROM theme_indicators ORDER BY theme_id, position"), "theme_id")
    remedies = _remedies(db)
    for theme in themes:
        name = theme["id"]
        theme |= {"statements": statements.get(name, []), "remedies": remedies.get(name, []), "methods": [m["ref"] for m in methods.get(name, ())],
                  "indicators": [i["indicator_id"] for i in shown_by.get(name, ())]}
        against = {r["ref"] for r in theme["remedies"]}
        theme["methods"] = [ref for ref in theme["methods"] if ref not in against]
    counts = {name: sum(1 for t in themes if t["type"] == name) for name in TYPES}
    wanted = wanted if wanted in TYPES or wanted == "indicators" else ""
    indicators = read_indicators(db)
    # A theme that others are part of comes before them.
    themes.sort(key=lambda t: t["part_of_id"] is not None)
    return {
        "types": TYPES, "type": wanted, "counts": counts,
        "themes": {name: [t for t in themes if t["type"] == name] for name in TYPES if wanted in ("", name)},
        "indicators": indicators if wanted in ("", "indicators") else [], "indicator_count": len(indicators),
    }
