"""Benchmarks: progress on one metric with the people's level, lifespans of all, and the ledger of people and machines."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from catalog.site.charts import UnknownChart, chart
from catalog.site.charts.svg import Drawing, Scale, nice_scale, whole_year, year_of, year_scale
from catalog.site.selection import select_achievements

WIDTH = 860


def main_metric(db: sqlite3.Connection, benchmark: str) -> str | None:
    """Return the metric to draw first: the primary one with the most dated scores."""
    row = db.execute(
        "SELECT s.metric FROM scored_results s WHERE s.benchmark_id = ? AND s.value IS NOT NULL AND s.date_to IS NOT NULL "
        "GROUP BY s.metric ORDER BY max(coalesce(s.is_primary, 0)) DESC, count(*) DESC, s.metric LIMIT 1", (benchmark,)).fetchone()
    return row[0] if row else None


@chart("progress")
def progress(db: sqlite3.Connection, parameters: Mapping[str, str]) -> Drawing:
    """Draw all results of a `benchmark` on a `metric` as dots, the best recorded of each track as a step line, people as lines.

    Raises:
        UnknownChart: The benchmark has no dated scores on the metric.
    """
    benchmark = parameters.get("benchmark", "")
    metric = parameters.get("metric") or main_metric(db, benchmark)
    rows = db.execute(
        "SELECT date, date_from, date_to, system, value, value_text, error, track, direction, metric_name, benchmark, result_id, model_id, source_id "
        "FROM scored_results WHERE benchmark_id = ? AND metric = ? AND value IS NOT NULL AND date_to IS NOT NULL ORDER BY date_to, result_id",
        (benchmark, metric)).fetchall()
    if not rows:
        raise UnknownChart(f"benchmarks/{benchmark} has no dated results on {metric}")
    people = db.execute(
        "SELECT h.id, h.name, l.value, l.value_text FROM human_baseline_levels l JOIN human_baselines h ON h.id = l.human_baseline_id "
        "WHERE h.benchmark_id = ? AND l.metric = ? AND l.value IS NOT NULL ORDER BY l.value", (benchmark, metric)).fetchall()
    checked = db.execute("SELECT results_checked_to FROM benchmarks WHERE id = ?", (benchmark,)).fetchone()[0]
    direction, metric_name, name = rows[0][8], rows[0][9], rows[0][10]
    tracks = list(dict.fromkeys(r[7] for r in rows))
    height, left, right, top, bottom = 420, 62, WIDTH - 16, 34, 350
    x = year_scale([r[2] for r in rows], left, right)
    y = nice_scale([r[4] for r in rows] + [p[2] for p in people], bottom, top)
    footer = [f"Best recorded here, {'checked to ' + checked if checked else 'not checked for completeness'}; lines join the best of one track only."]
    sources = sorted({r[13] for r in rows if r[13]})
    footer.append("Sources: " + ", ".join(sources[:5]) + (f" and {len(sources) - 5} more" if len(sources) > 5 else ""))
    drawing = Drawing(WIDTH, height + 18 * ((len(tracks) + 1) // 2), f"{name}: {metric_name}", f"{len(rows)} results, {direction} is better; {len(people)} levels of people as lines.", footer)
    drawing.x_axis(x, bottom, top, format=whole_year)
    drawing.y_axis(y, left, right, f"{metric_name} ({direction} is better)")
    for slug, label, level, text in people:
        drawing.add(f'<a href="/catalog/human_baselines/{slug}">')
        drawing.path([(left, y(level)), (right, y(level))], 1, 1.5, "6 4")
        drawing.text(right - 4, y(level) - 4, f"{label}: {text}", "s", "end")
        drawing.add("</a>")
    for i, track in enumerate(tracks):
        best: float | None = None
        steps: list[tuple[float, float]] = []
        for row in rows:
            if row[7] != track:
                continue
            if best is None or (row[4] > best if direction == "higher" else row[4] < best):
                if best is not None:
                    steps.append((x(year_of(row[2])), y(best)))
                best = row[4]
                steps.append((x(year_of(row[2])), y(best)))
        colour = 0 if i == 0 else i + 1  # colour 1 is the people's
        if best is not None and steps:
            steps.append((right, y(best)))
            drawing.path(steps, colour, 1.5)
    for date, _, last, system, value, text, error, track, *_, result_id, model, _ in rows:
        i = tracks.index(track)
        where = f"/catalog/models/{model}" if model else f"/catalog/results/{result_id.replace('.', '~2E')}"
        px = x(year_of(last))
        if error:
            drawing.line(px, y(value - error), px, y(value + error), "axis")
        drawing.mark(px, y(value), f"{system}: {text} ({date}; {track})", where, 0 if i == 0 else i + 1)
    drawing.legend(left, bottom + 40, [(t if len(t) < 60 else t[:57] + "…", 0 if i == 0 else i + 1, "circle") for i, t in enumerate(tracks)] + ([("people", 1, "square")] if people else []), right)
    return drawing


@chart("lifespans")
def lifespans(db: sqlite3.Connection, parameters: Mapping[str, str]) -> Drawing:
    """Draw for each benchmark the years from its release to the first result above people and to saturation."""
    rows = db.execute("SELECT id, name, released_from, saturated_on_from FROM benchmarks WHERE released_from IS NOT NULL ORDER BY released_from, id").fetchall()
    if not rows:
        raise UnknownChart("no benchmark has a date of release")
    crossings: dict[str, list[tuple[str, str, str]]] = {}
    for slug, day, system, people in db.execute(
            "SELECT p.benchmark_id, s.date_to, p.first_above, p.human_baseline FROM human_parity p "
            "JOIN benchmark_metrics m ON m.id = p.benchmark_id || '.' || p.metric AND m.is_primary = 1 "
            "JOIN scored_results s ON s.result_id = p.first_above_result_id AND s.metric = p.metric WHERE s.date_to IS NOT NULL ORDER BY s.date_to, p.human_baseline_id"):
        crossings.setdefault(slug, []).append((day, system, people))
    today = db.execute("SELECT max(date_to) FROM scored_results").fetchone()[0] or "2026-01-01"
    top, step, left, right = 30, 26, 230, WIDTH - 16
    bottom = top + step * len(rows)
    x = Scale(min(year_of(r[2]) for r in rows) - 0.5, year_of(today) + 0.5, left, right)
    drawing = Drawing(
        WIDTH, bottom + 56, "How long benchmarks last", f"{len(rows)} benchmarks from release to the first recorded result above each level of people (diamonds) and to saturation (square).",
        ["A line without a diamond: no recorded result above a described human baseline on the main metric.", "First recorded here; earlier results may exist."])
    drawing.x_axis(x, bottom, top, format=whole_year)
    for i, (slug, name, released, saturated) in enumerate(rows):
        y = top + step * i + step / 2
        passed = crossings.get(slug, [])
        drawing.add(f'<a href="/catalog/benchmarks/{slug}">')
        drawing.text(left - 10, y + 4, name if len(name) < 34 else name[:32] + "…", "", "end")
        drawing.add("</a>")
        start, end = x(year_of(released)), x(year_of(max([*(p[0] for p in passed), *filter(None, [saturated])], default=today)))
        drawing.path([(start, y), (max(start, end), y)], 0 if passed else 7, 3, "" if passed or saturated else "2 4")
        drawing.mark(start, y, f"{name}: released {released}", f"/catalog/benchmarks/{slug}", 0, 4)
        if saturated:  # below and larger, since both often fall on one day
            drawing.mark(x(year_of(saturated)), y, f"{name}: saturated {saturated}", f"/catalog/benchmarks/{slug}", 4, 8, "square", True)
        for day, system, people in passed:
            drawing.mark(x(year_of(day)), y, f"{name}: {system} above {people}, {day}", f"/catalog/benchmarks/{slug}", 1, 5, "diamond")
    drawing.legend(left, bottom + 40, [("released", 0, "circle"), ("first above people", 1, "diamond"), ("saturated", 4, "square", True)], right)
    return drawing


_VERDICT = {"ahead": (2, "triangle", "machine ahead"), "level": (0, "circle", "level"), "behind": (1, "square", "people ahead"), None: (7, "diamond", "no verdict")}


@chart("ledger")
def ledger(db: sqlite3.Connection, parameters: Mapping[str, str]) -> Drawing:
    """Draw achievements by date, the verdict as shape and colour, disputes and reversals hollow. Parameters `status`, `topic`.

    Raises:
        UnknownChart: No dated achievement has the status and topic.
    """
    asked = select_achievements(parameters)
    rows = db.execute(
        "SELECT v.id, v.name, v.date, coalesce(v.date_from, a.date_to) AS day, v.status, v.verdict, v.caveat FROM verdicts v "
        f"JOIN achievements a ON a.id = v.id WHERE day IS NOT NULL AND {asked.where} ORDER BY day, v.id", asked.arguments).fetchall()
    if not rows:
        raise UnknownChart("there are no such achievements")
    step, top, left, right = 22, 34, 330, WIDTH - 16
    bottom = top + step * len(rows)
    x = year_scale([r[3] for r in rows], left, right, pad=0.04)
    drawing = Drawing(
        WIDTH, bottom + 74, "Machines against people", f"{len(rows)} comparisons by date; hollow marks are disputed, reversed, withdrawn or unconfirmed.",
        ["The caveat of each comparison stands on its page and in the mark's title."])
    drawing.x_axis(x, bottom, top, format=whole_year)
    for i, (slug, name, date, first, status, verdict, caveat) in enumerate(rows):
        y = top + step * i + step / 2
        drawing.line(left, y, right, y)
        drawing.add(f'<a href="/catalog/achievements/{slug}">')
        drawing.text(left - 10, y + 4, name if len(name) < 51 else name[:49].rstrip() + "…", "s", "end")
        drawing.add("</a>")
        colour, shape, words = _VERDICT[verdict]
        drawing.mark(x(year_of(first)), y, f"{date}: {name}. {words}, {status}. {caveat}", f"/catalog/achievements/{slug}", colour, 5, shape, status not in ("confirmed", "open"))
    entries = [(words, colour, shape) for colour, shape, words in _VERDICT.values()]
    drawing.legend(left, bottom + 40, [*entries, ("not confirmed", 7, "circle", True)], right)
    return drawing


