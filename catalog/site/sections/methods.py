"""Methods: where ideas come from, and what grew from them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from catalog.site.charts import UnknownChart, draw
from catalog.site.sections import rows, section
from catalog.site.selection import chosen, options_of


@section("methods", label="Methods", label_ru="Методы", order=16)
def methods(db: sqlite3.Connection, parameters: Mapping[str, str]) -> dict[str, Any]:
    """The ideas that models are built from and trained with: which grew from which, by family, with the models that use them."""
    families = options_of([tuple(r) for r in db.execute("SELECT family, count(*) FROM methods GROUP BY 1 ORDER BY 2 DESC, 1")])
    family = chosen(parameters, "family", families)
    found = rows(db, "SELECT m.*, (SELECT count(*) FROM model_methods x WHERE x.method_id = m.id) AS models FROM methods m WHERE ? = '' OR m.family = ? "
                     "ORDER BY m.family, m.introduced_from IS NULL, m.introduced_from, lower(m.name), m.id", (family, family))
    before: dict[str, list[dict[str, Any]]] = {}
    after: dict[str, list[dict[str, Any]]] = {}
    for row in rows(db, "SELECT c.id AS child, c.ref AS child_ref, c.name AS child_name, p.id AS parent, p.ref AS parent_ref, p.name AS parent_name "
                        "FROM method_predecessors x JOIN methods c ON c.id = x.method_id JOIN methods p ON p.id = x.predecessor_id "
                        "ORDER BY c.introduced_from IS NULL, c.introduced_from, c.id, x.position"):
        before.setdefault(row["child"], []).append({"ref": row["parent_ref"], "name": row["parent_name"]})
        after.setdefault(row["parent"], []).append({"ref": row["child_ref"], "name": row["child_name"]})
    grouped: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        row["before"], row["after"] = before.get(row["id"], []), after.get(row["id"], [])
        grouped.setdefault(row["family"], []).append(row)
    try:
        chart = draw(db, "genealogy")
    except UnknownChart:
        chart = None
    return {"families": families, "family": family, "grouped": grouped, "chart": chart, "chart_url": "/charts/genealogy.svg", "listed": len(found),
            "total": sum(o.count or 0 for o in families), "unlinked": sum(1 for r in found if not r["before"] and not r["after"])}
