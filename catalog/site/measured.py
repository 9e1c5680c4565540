"""What the page of a device or of a measurement shows besides its fields: claimed beside measured, and the charts of the samples."""

from __future__ import annotations

import sqlite3
from typing import Any

from catalog.site.sections.hardware import draw_all, measured_rows


def load_measured(db: sqlite3.Connection, kind: str, slug: str) -> dict[str, Any]:
    """Return `measured` (rows of claimed_vs_measured) and `measured_charts`; both empty for other kinds.

    Args:
        db: A connection to a built file.
        kind, slug: The record.
    """
    if kind == "hardware":
        measured = measured_rows(db, slug)
        return {"measured": measured, "measured_charts": draw_all(db, [("roofline", {"device": slug})]) if measured else []}
    if kind == "measurements":
        return {"measured": [], "measured_charts": draw_all(db, [("learning", {"run": slug}), ("samples", {"run": slug})])}
    return {"measured": [], "measured_charts": []}
