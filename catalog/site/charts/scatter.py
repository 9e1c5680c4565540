"""Scatter charts: hardware by year, data sets by size and classes, models by year, and methods by descent."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from catalog.site.charts import UnknownChart, chart
from catalog.site.charts.svg import Drawing, nice_scale, year_of

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 860, 440, 70, 844, 34, 370
_SHAPES = ("circle", "square", "triangle", "diamond")
# Rates a device claims, per what: column of hardware_efficiency and how the axis is called.
RATES = {"gflops": "GFLOPS", "gflops_per_watt": "GFLOPS per watt", "gflops_per_usd": "GFLOPS per US dollar at its dated price"}


def _year(value: float) -> str:
    return f"{value:g}"


def _groups(names: Sequence[str], most: int = 7) -> dict[str, tuple[int, str]]:
    """Return colour and shape of each group, the most frequent first; the rest share one."""
    counts = sorted({n: names.count(n) for n in names}.items(), key=lambda item: (-item[1], item[0]))
    return {name: (i, _SHAPES[i % 4]) if i < most else (7, "circle") for i, (name, _) in enumerate(counts)}


def _legend(drawing: Drawing, groups: dict[str, tuple[int, str]]) -> None:
    shown = [(name, colour, shape) for name, (colour, shape) in groups.items() if colour < 7]
    if len(groups) > len(shown):
        shown.append(("other", 7, "circle"))
    drawing.legend(LEFT, BOTTOM + 46, shown, RIGHT)


@chart("hardware")
def hardware(db: sqlite3.Connection, parameters: Mapping[str, str]) -> Drawing:
    """Draw claimed peaks by year on a logarithmic axis.

    Parameters: `precision` (fp32), `unit` (vector or matrix), `sparsity` (dense or sparse), `rate` (gflops, gflops_per_watt, gflops_per_usd).
    """
    precision, rate = parameters.get("precision", "fp32"), parameters.get("rate", "gflops")
    if rate not in RATES:
        raise UnknownChart(f"there is no rate {rate!r}; there are {', '.join(RATES)}")
    value = {
        "gflops": "e.gflops", "gflops_per_watt": "e.gflops_per_watt",
        "gflops_per_usd": "e.gflops / (SELECT p.amount FROM hardware_prices p WHERE p.hardware_id = e.hardware_id AND p.currency = 'USD' "
        "AND coalesce(p.condition, 'new') = 'new' ORDER BY p.date_from, p.position LIMIT 1)",
    }[rate]
    unit, sparsity = parameters.get("unit", ""), parameters.get("sparsity", "dense")
    rows = db.execute(
        f"SELECT e.hardware_id, e.name, coalesce(h.available_from, h.announced_from), {value}, coalesce(o.name, e.vendor_id), e.unit, e.clock "
        "FROM hardware_efficiency e JOIN hardware h ON h.id = e.hardware_id LEFT JOIN organizations o ON o.id = e.vendor_id "
        f"WHERE e.precision = ? AND (? = '' OR e.unit = ?) AND coalesce(e.sparsity, 'dense') = ? AND {value} > 0 "
        "AND coalesce(h.available_from, h.announced_from) IS NOT NULL ORDER BY 3, 1, e.gflops", (precision, unit, unit, sparsity)).fetchall()
    if not rows:
        raise UnknownChart(f"no dated device claims a peak for {precision} {unit} {sparsity}".replace("  ", " "))
    x, y = nice_scale([year_of(r[2]) for r in rows], LEFT, RIGHT), nice_scale([r[3] for r in rows], BOTTOM, TOP, True)
    drawing = Drawing(
        WIDTH, HEIGHT, f"Claimed peak by year: {precision}, {RATES[rate]}", f"{len(rows)} claimed peaks, {sparsity}, on a logarithmic axis.",
        ["Claims of the makers, at the clock they name: base and boost clocks are not comparable; the mark's title says which."])
    drawing.x_axis(x, BOTTOM, TOP, format=_year)
    drawing.y_axis(y, LEFT, RIGHT, RATES[rate])
    groups = _groups([r[4] for r in rows])
    for slug, name, date, amount, vendor, kind, clock in rows:
        colour, shape = groups[vendor]
        drawing.mark(x(year_of(date)), y(amount), f"{name}: {amount:,.4g} {RATES[rate]} ({kind}, {clock or 'clock not reported'})", f"/catalog/hardware/{slug}", colour, 4.5, shape, kind == "matrix")
    _legend(drawing, groups)
    return drawing


@chart("datasets")
def datasets(db: sqlite3.Connection, parameters: Mapping[str, str]) -> Drawing:
    """Draw data sets by number of items and of classes, both logarithmic; withdrawn ones are hollow. Parameter `modality`."""
    rows = db.execute(
        "SELECT id, name, items, classes, json_extract(modality, '$[0]'), status FROM datasets WHERE items > 0 AND classes > 0 "
        "AND (? = '' OR modality LIKE '%\"' || ? || '\"%') ORDER BY id", (parameters.get("modality", ""),) * 2).fetchall()
    if not rows:
        raise UnknownChart("no data set with a number of items and classes")
    x, y = nice_scale([r[2] for r in rows], LEFT, RIGHT, True), nice_scale([r[3] for r in rows], BOTTOM, TOP, True)
    drawing = Drawing(WIDTH, HEIGHT, "Data sets: items and classes", f"{len(rows)} data sets; hollow marks are withdrawn or lost.", ["Counts as their makers or readers give them; the record has every source."])
    drawing.x_axis(x, BOTTOM, TOP, "items")
    drawing.y_axis(y, LEFT, RIGHT, "classes")
    groups = _groups([r[4] for r in rows])
    for slug, name, items, classes, modality, status in rows:
        colour, shape = groups[modality]
        drawing.mark(x(items), y(classes), f"{name}: {items:,.0f} items, {classes:,.0f} classes" + (f" ({status})" if status else ""), f"/catalog/datasets/{slug}", colour, 5, shape, status in ("withdrawn", "lost"))
    _legend(drawing, groups)
    return drawing


@chart("models")
def models(db: sqlite3.Connection, parameters: Mapping[str, str]) -> Drawing:
    """Draw models by year of release; `value` is parameters or training_flop, on a logarithmic axis."""
    value = parameters.get("value", "parameters")
    labels = {"parameters": "parameters", "training_flop": "arithmetic of training (FLOP)"}
    if value not in labels:
        raise UnknownChart(f"there is no value {value!r}; there are {', '.join(labels)}")
    rows = db.execute(
        f"SELECT m.id, m.name, m.released_from, m.{value}, m.weights, coalesce((SELECT t.name FROM record_topics r JOIN topics t ON t.id = r.topic_id "
        f"WHERE r.ref = m.ref ORDER BY r.position LIMIT 1), 'no topic') FROM models m WHERE m.{value} > 0 AND m.released_from IS NOT NULL ORDER BY 3, 1").fetchall()
    if not rows:
        raise UnknownChart(f"no dated model has a number of {labels[value]}")
    x, y = nice_scale([year_of(r[2]) for r in rows], LEFT, RIGHT), nice_scale([r[3] for r in rows], BOTTOM, TOP, True)
    drawing = Drawing(WIDTH, HEIGHT, f"Models by year: {labels[value]}", f"{len(rows)} models on a logarithmic axis.", ["Published figures only; each record says where they stand."])
    drawing.x_axis(x, BOTTOM, TOP, format=_year)
    drawing.y_axis(y, LEFT, RIGHT, labels[value])
    groups = _groups([r[5] for r in rows])
    for slug, name, date, amount, weights, topic in rows:
        colour, shape = groups[topic]
        drawing.mark(x(year_of(date)), y(amount), f"{name}: {amount:,.4g} {value} ({topic}" + (f", weights {weights})" if weights else ")"), f"/catalog/models/{slug}", colour, 4.5, shape)
    _legend(drawing, groups)
    return drawing


@chart("genealogy")
def genealogy(db: sqlite3.Connection, parameters: Mapping[str, str]) -> Drawing:
    """Draw methods by year with a line from each predecessor; only those that have one or are one."""
    edges = db.execute("SELECT method_id, predecessor_id FROM method_predecessors ORDER BY method_id, position").fetchall()
    linked = {slug for edge in edges for slug in edge}
    rows = [r for r in db.execute("SELECT id, name, introduced_from, family FROM methods WHERE introduced_from IS NOT NULL ORDER BY introduced_from, id") if r[0] in linked]
    if not rows:
        raise UnknownChart("no method names a dated predecessor")
    step, left, right, top = 24, 30, 844, 34
    bottom = top + step * len(rows)
    x = nice_scale([year_of(r[2]) for r in rows], left, right - 190, pad=0.03)
    place = {slug: (x(year_of(date)), top + step * i + 10) for i, (slug, _, date, _) in enumerate(rows)}
    drawing = Drawing(WIDTH, bottom + 70, "Where methods come from", f"{len(rows)} methods by year, each joined with those it grew from.")
    drawing.x_axis(x, bottom, top, format=_year)
    for child, parent in edges:
        if child in place and parent in place:
            (x1, y1), (x2, y2) = place[parent], place[child]
            drawing.add(f'<path d="M{x1:.1f} {y1:.1f}C{x1:.1f} {(y1 + y2) / 2:.1f} {x2:.1f} {(y1 + y2) / 2:.1f} {x2:.1f} {y2:.1f}" class="axis" opacity=".6"/>')
    groups = _groups([r[3] for r in rows])
    for slug, name, date, family in rows:
        colour, shape = groups[family]
        px, py = place[slug]
        drawing.mark(px, py, f"{name} ({date[:4]}, {family})", f"/catalog/methods/{slug}", colour, 5, shape)
        drawing.text(px + 9, py + 4, name, "s")
    shown = [(name, colour, shape) for name, (colour, shape) in groups.items() if colour < 7]
    drawing.legend(left, bottom + 40, shown, right)
    return drawing
