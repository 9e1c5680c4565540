"""The timeline: periods as bands, milestones and achievements as marks in rows by category."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from catalog.site.charts import chart
from catalog.site.charts.svg import Drawing, year_of

# Colour and mark of a category, so that neither alone carries it.
CATEGORIES = {
    "theory": (3, "diamond"), "method": (0, "circle"), "system": (2, "square"), "dataset": (6, "triangle"), "hardware": (4, "square"),
    "achievement": (1, "diamond"), "event": (7, "circle"), "policy": (5, "triangle"), "failure": (5, "square"),
}
WIDTH, ROW = 1000, 17
# Half of all marks lie after 2011: the axis gives them more room.
BREAKS = ((1940, 0.0), (1980, 0.16), (2000, 0.32), (2010, 0.46), (2028, 1.0))


def position(year: float, left: float, right: float) -> float:
    """Return the x of a year on the axis of unequal scale."""
    year = min(max(year, BREAKS[0][0]), BREAKS[-1][0])
    for (low, start), (high, end) in zip(BREAKS, BREAKS[1:], strict=False):
        if year <= high:
            return left + (start + (year - low) / (high - low) * (end - start)) * (right - left)
    return right


def period_text(date: str) -> str:
    """Return a period as people write it.

    >>> period_text("1974~/1980~"), period_text("1950/1970"), period_text("2012/..")
    ('about 1974–1980', '1950–1970', 'since 2012')
    """
    about = "about " if "~" in date else ""
    first, _, last = date.replace("~", "").partition("/")
    return f"since {about}{first}" if last == ".." else f"{about}{first}–{last}" if last else f"{about}{first}"


@chart("timeline")
def timeline(db: sqlite3.Connection, parameters: Mapping[str, str]) -> Drawing:
    """Draw what happened when. Parameter `category` limits it to one category."""
    wanted = parameters.get("category")
    rows = db.execute("SELECT date, date_from, date_to, kind, id, name, category FROM timeline WHERE date_from IS NOT NULL ORDER BY date_from, name").fetchall()
    periods = [r for r in rows if r[6] == "period"]
    marks = [r for r in rows if r[6] != "period" and (not wanted or r[6] == wanted)]
    left, right = 120, WIDTH - 20
    categories = [c for c in CATEGORIES if any(m[6] == c for m in marks)]
    lanes: dict[str, list[float]] = {c: [] for c in categories}
    placed = []
    for date, first, last, kind, slug, name, category in marks:
        x = position((year_of(first) + year_of(last or first)) / 2, left, right)
        lane = lanes.setdefault(category, [])
        row = next((i for i, end in enumerate(lane) if x - end >= 11), len(lane))
        lane[row:row + 1] = [x]
        placed.append((x, category, row, date, kind, slug, name))
    top = 50 + 20 * len(periods)
    offsets, y = {}, top + 14
    for category in categories:
        offsets[category] = y
        y += ROW * max(1, len(lanes[category])) + 10
    drawing = Drawing(
        WIDTH, y + 34, "Timeline of deep learning", f"{len(marks)} milestones and achievements from 1943 to today, {len(periods)} periods as bands.")
    for i, (date, first, last, kind, slug, name, _) in enumerate(periods):
        x1, x2 = position(year_of(first), left, right), position(year_of(last), left, right)
        drawing.rect(x1, 18 + 20 * i, x2 - x1, y - 18 - 20 * i, style="fill:var(--band);opacity:.75")
        drawing.add(f'<a href="/catalog/{kind}/{slug}">')
        drawing.text(x1 + 3, 30 + 20 * i, f"{name} ({period_text(date)})", "s")
        drawing.add("</a>")
    for tick in (1943, 1960, 1970, 1980, 1985, 1990, 1995, 2000, 2005, 2010, 2012, 2014, 2016, 2018, 2020, 2022, 2024, 2026):
        drawing.tick(position(tick, left, right), y, top, str(tick))
    drawing.line(left, y, right, y, "axis")
    for category in categories:
        drawing.text(left - 12, offsets[category] + 4, category, "soft", "end")
    for x, category, row, date, kind, slug, name in placed:
        colour, shape = CATEGORIES.get(category, (7, "circle"))
        drawing.mark(x, offsets[category] + ROW * row, f"{date}: {name}", f"/catalog/{kind}/{slug}", colour, 4.5, shape)
    return drawing


