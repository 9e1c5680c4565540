"""Scatter charts: hardware by year, data sets by size and classes, models by year, and methods by descent."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.site.charts import UnknownChart, chart
from catalog.site.charts.svg import Drawing, nice_scale, short_number, whole_year, year_of, year_scale
from catalog.site.selection import select_datasets, select_models

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 860, 440, 70, 844, 34, 370
_SHAPES = ("circle", "square", "triangle", "diamond")
# Rates a device claims, per what: column of hardware_efficiency and how the axis is called.
RATES = {"gflops": "GFLOPS", "gflops_per_watt": "GFLOPS per watt", "gflops_per_usd": "GFLOPS per US dollar at its dated price"}


def _count(value: float) -> str:
    """Return a number of things, which people count in billions."""
    return short_number(value).replace("G", "B")


def _groups(names: Sequence[str], most: int = 7) -> dict[str, tuple[int, str]]:
    """Return colour and shape of each group, the most frequent first; the rest share one."""
    counts = sorted({n: names.count(n) for n in names}.items(), key=lambda item: (-item[1], item[0]))
    return {name: (i, _SHAPES[i % 4]) if i < most else (7, "circle") for i, (name, _) in enumerate(counts)}


def _legend(drawing: Drawing, groups: dict[str, tuple[int, str]]) -> None:
    shown = [(name, colour, shape) for name, (colour, shape) in groups.items() if colour < 7]
    if len(groups) > len(shown):
        shown.append(("other", 7, "circle"))
    drawing.legend(LEFT, BOTTOM + 46, shown, RIGHT)


@dataclass(frozen=True)
class Peak:
    """A claimed peak of a device, as the rate asked for: per watt and per dollar say what they were divided by."""

    hardware_id: str
    name: str
    date: str
    vendor: str
    unit: str
    sparsity: str
    clock: str | None
    gflops: float
    power_w: float | None
    price: float | None
    price_date: str | None
    value: float


def claimed_peaks(db: sqlite3.Connection, parameters: Mapping[str, str]) -> list[Peak]:
    """Return the dated devices' claimed peaks by date; see `hardware` for the parameters. The price is the first known of a new device in US dollars.

    Raises:
        UnknownChart: There is no such rate.
    """
    rate = parameters.get("rate") or "gflops"
    if rate not in RATES:
        raise UnknownChart(f"there is no rate {rate!r}; there are {', '.join(RATES)}")
    value = {"gflops": "e.gflops", "gflops_per_watt": "e.gflops_per_watt", "gflops_per_usd": "e.gflops / p.amount"}[rate]
    rows = db.execute(
        "WITH price AS (SELECT *, row_number() OVER (PARTITION BY hardware_id ORDER BY date_from, position) AS place FROM hardware_prices "
        "WHERE currency = 'USD' AND coalesce(condition, 'new') = 'new' AND amount > 0) "
        "SELECT e.hardware_id, e.name, coalesce(h.available_from, h.announced_from), coalesce(o.name, e.vendor_id), e.unit, coalesce(e.sparsity, 'dense'), "
        f"e.clock, e.gflops, e.power_w, p.amount, p.date, {value} FROM hardware_efficiency e JOIN hardware h ON h.id = e.hardware_id "
        "LEFT JOIN organizations o ON o.id = e.vendor_id LEFT JOIN price p ON p.hardware_id = e.hardware_id AND p.place = 1 "
        f"WHERE e.precision = ? AND (? = '' OR e.unit = ?) AND coalesce(e.sparsity, 'dense') = ? AND {value} > 0 "
        "AND coalesce(h.available_from, h.announced_from) IS NOT NULL ORDER BY 3, 1, e.gflops, e.unit, e.clock",
        (parameters.get("precision") or "fp32", *[parameters.get("unit") or ""] * 2, parameters.get("sparsity") or "dense")).fetchall()
    return [Peak(*row) for row in rows]


@chart("hardware")
def hardware(db: sqlite3.Connection, parameters: Mapping[str, str]) -> Drawing:
    """Draw claimed peaks by year on a logarithmic axis.

    Parameters: `precision` (fp32), `unit` (vector or matrix), `sparsity` (dense or sparse), `rate` (gflops, gflops_per_watt, gflops_per_usd).

    Raises:
        UnknownChart: There is no such rate, or no device claims such a peak.
    """
    peaks = claimed_peaks(db, parameters)
    precision, rate, sparsity = parameters.get("precision") or "fp32", parameters.get("rate") or "gflops", parameters.get("sparsity") or "dense"
    if not peaks:
        raise UnknownChart(f"no dated device claims a peak for {precision} {parameters.get('unit') or ''} {sparsity}".replace("  ", " "))
    x, y = year_scale([p.date for p in peaks], LEFT, RIGHT), nice_scale([p.value for p in peaks], BOTTOM, TOP, True)
    footer = ["Claims of the makers, at the clock they name: base and boost clocks are not comparable; the mark's title says which."]
    if rate == "gflops_per_usd":
        footer.append("Prices at the start of sale, not adjusted for inflation; the mark's title has price and date.")
    if any(p.unit == "matrix" for p in peaks) and any(p.unit != "matrix" for p in peaks):
        footer.append("Hollow marks are matrix units (tensor cores); full ones ordinary units.")
    drawing = Drawing(
        WIDTH, HEIGHT, f"Claimed peak by year: {precision}, {RATES[rate]}", f"{len(peaks)} claimed peaks, {sparsity}, on a logarithmic axis.", footer)
    drawing.x_axis(x, BOTTOM, TOP, format=whole_year)
    drawing.y_axis(y, LEFT, RIGHT, RATES[rate])
    groups = _groups([p.vendor for p in peaks])
    is_mixed = len({p.unit for p in peaks}) > 1
    for p in peaks:
        colour, shape = groups[p.vendor]
        words = [p.unit, p.clock or "clock not reported"]
        words += [f"{p.price:,.6g} USD, {p.price_date}"] if rate == "gflops_per_usd" else [f"{p.power_w:g} W"] if rate == "gflops_per_watt" else []
        drawing.mark(x(year_of(p.date)), y(p.value), f"{p.name}: {p.value:,.4g} {RATES[rate]} ({', '.join(words)})", f"/catalog/hardware/{p.hardware_id}", colour, 4.5, shape, is_mixed and p.unit == "matrix")
    _legend(drawing, groups)
    return drawing


@chart("datasets")
def datasets(db: sqlite3.Connection, parameters: Mapping[str, str]) -> Drawing:
    """Draw data sets by number of items and of classes, both logarithmic; withdrawn ones are hollow.

    Parameters: `modality`, `topic`, `licence`, `status`, `from`, `to`, `size`, as of the section.

    Raises:
        UnknownChart: None of the data sets asked for has both numbers.
    """
    asked = select_datasets(parameters)
    rows = db.execute(
        "SELECT d.id, d.name, d.items, d.classes, json_extract(d.modality, '$[0]'), d.status FROM datasets d WHERE d.items > 0 AND d.classes > 0 "
        f"AND {asked.where} ORDER BY d.id", asked.arguments).fetchall()
    if not rows:
        raise UnknownChart("no such data set with a number of items and classes")
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
    """Draw models by year of release; `value` is parameters or training_flop, on a logarithmic axis. Further parameters: `topic`, `weights`.

    Raises:
        UnknownChart: There is no such value, or no dated model has it.
    """
    value = parameters.get("value") or "parameters"
    labels = {"parameters": "parameters", "training_flop": "arithmetic of training (FLOP)"}
    if value not in labels:
        raise UnknownChart(f"there is no value {value!r}; there are {', '.join(labels)}")
    asked = select_models(parameters)
    rows = db.execute(
        f"SELECT m.id, m.name, m.released_from, m.{value}, m.weights, coalesce((SELECT t.name FROM record_topics r JOIN topics t ON t.id = r.topic_id "
        f"WHERE r.ref = m.ref ORDER BY r.position LIMIT 1), 'no topic') FROM models m WHERE m.{value} > 0 AND m.released_from IS NOT NULL AND {asked.where} "
        "ORDER BY 3, 1", asked.arguments).fetchall()
    if not rows:
        raise UnknownChart(f"no dated model has a number of {labels[value]}")
    x, y = year_scale([r[2] for r in rows], LEFT, RIGHT), nice_scale([r[3] for r in rows], BOTTOM, TOP, True)
    drawing = Drawing(WIDTH, HEIGHT, f"Models by year: {labels[value]}", f"{len(rows)} models on a logarithmic axis.", ["Published figures only; each record says where they stand."])
    drawing.x_axis(x, BOTTOM, TOP, format=whole_year)
    drawing.y_axis(y, LEFT, RIGHT, labels[value], _count if value == "parameters" else short_number)
    groups = _groups([r[5] for r in rows])
    for slug, name, date, amount, weights, topic in rows:
        colour, shape = groups[topic]
        drawing.mark(x(year_of(date)), y(amount), f"{name}: {amount:,.4g} {value} ({topic}" + (f", weights {weights})" if weights else ")"), f"/catalog/models/{slug}", colour, 4.5, shape)
    _legend(drawing, groups)
    return drawing


def _generations(edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Return how many steps each method stands below its furthest ancestor."""
    depth = {slug: 0 for edge in edges for slug in edge}
    for _ in range(len(depth)):  # a circle, which the rules refuse, ends here too
        deeper = {child: depth[parent] + 1 for child, parent in edges if depth[parent] >= depth[child]}
        if not deeper:
            break
        depth |= deeper
    return depth


@chart("genealogy")
def genealogy(db: sqlite3.Connection, parameters: Mapping[str, str]) -> Drawing:
    """Draw methods by year with a line from each predecessor; only those that have one or are one."""
    edges = db.execute("SELECT method_id, predecessor_id FROM method_predecessors ORDER BY method_id, position").fetchall()
    linked = {slug for edge in edges for slug in edge}
    rows = [r for r in db.execute("SELECT id, name, introduced_from, family FROM methods WHERE introduced_from IS NOT NULL ORDER BY introduced_from, id") if r[0] in linked]
    if not rows:
        raise UnknownChart("no method names a dated predecessor")
    depth = _generations(edges)
    rows.sort(key=lambda r: (r[2], depth[r[0]], r[0]))  # of one date, what came first stands first
    step, left, right, top = 24, 30, 844, 34
    bottom = top + step * len(rows)
    x = year_scale([r[2] for r in rows], left, right - 190, pad=0.03)
    place = {slug: (x(year_of(date)), top + step * i + 10) for i, (slug, _, date, _) in enumerate(rows)}
    drawing = Drawing(WIDTH, bottom + 70, "Where methods come from", f"{len(rows)} methods by year, each joined with those it grew from.")
    drawing.x_axis(x, bottom, top, format=whole_year)
    for child, parent in edges:
        if child in place and parent in place:
            (x1, y1), (x2, y2) = place[parent], place[child]
            drawing.add(f'<path d="M{x1:.1f} {y1:.1f}C{x1:.1f} {(y1 + y2) / 2:.1f} {x2:.1f} {(y1 + y2) / 2:.1f} {x2:.1f} {y2:.1f}" class="axis" opacity=".6"/>')
    groups = _groups([r[3] for r in rows])
    for slug, name, date, family in rows:
        colour, shape = groups[family]
        px, py = place[slug]
        drawing.mark(px, py, f"{name} ({date[:4]}, {family})", f"/catalog/methods/{slug}", colour, 5, shape)
        drawing.text(px + 9, py + 4, name, "s halo")
    shown = [(name.replace("-", " "), colour, shape) for name, (colour, shape) in groups.items() if colour < 7]
    if len(groups) > len(shown):
        shown.append(("other", 7, "circle"))
    drawing.legend(left, bottom + 40, shown, right)
    return drawing
