"""Measurements of the reference benchmark: loss and error by epoch, samples as dots, the roofline of a device.

The drawings are made of plain records, so that `catalog bench plot` draws the same from files as the site from the
built catalog. Nothing here needs more than Python.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.bench.hardware_records import chips_seen_apart
from catalog.bench.summary import durations, measured
from catalog.bench.workloads import bytes_of
from catalog.site.charts import UnknownChart, chart
from catalog.site.charts.svg import Drawing, Scale, nice_scale, short_number

WIDTH, LEFT, RIGHT = 860, 70, 844
_SHAPES = ("circle", "square", "triangle", "diamond")
_TARGET = 1.2


@dataclass(frozen=True)
class Point:
    """A workload in the roofline: operations for each byte that must be moved, and the rate that was reached in GFLOPS."""

    label: str
    title: str
    intensity: float
    gflops: float
    slug: str | None


def _whole(value: float) -> str:
    return str(int(value)) if value == int(value) else ""


def draw_learning(record: Mapping[str, Any], slug: str | None = None) -> Drawing | None:
    """Draw loss and test error by epoch, a line for each seed; None if the record has no epochs. Marks lead to the page of `slug`."""
    epochs = [e for e in record.get("epochs", []) if e.get("loss")]
    if not epochs:
        return None
    seeds = list(dict.fromkeys(e["seed"] for e in epochs))
    errors = [e["error_pct"] for e in epochs if "error_pct" in e]
    drawing = Drawing(WIDTH, 400, "Loss and test error by epoch", f"Training loss (left) and test error (right) of {len(seeds)} seeds; the dashed line is the target of {_TARGET} %.",
                      [f"{record.get('name', '')}"[:150]])
    last = max(e["epoch"] for e in epochs)
    top, bottom, middle = 34, 330, 420
    halves = [("loss", "loss", LEFT, middle - 30)] + ([("error_pct", "test error (%)", middle + 50, RIGHT)] if errors else [])
    for name, label, left, right in halves:
        x = Scale(0.5, max(last, 2) + 0.5, left, right)
        values = [e[name] for e in epochs if name in e]
        y = nice_scale([*values, *([_TARGET] if name == "error_pct" else [])], bottom, top, is_log=name == "loss", pad=0.08)
        drawing.x_axis(x, bottom, top, "epoch", _whole, wanted=10)
        drawing.y_axis(y, left, right, label)
        if name == "error_pct":
            drawing.path([(left, y(_TARGET)), (right, y(_TARGET))], 7, 1.5, "6 4")
        for i, seed in enumerate(seeds):
            own = [(e["epoch"], e[name]) for e in epochs if e["seed"] == seed and name in e]
            if len(own) > 1:
                drawing.path([(x(n), y(v)) for n, v in own], i, 1.5)
            for n, v in own:
                drawing.mark(x(n), y(v), f"seed {seed}, epoch {n}: {label} {v:.4g}", f"/catalog/measurements/{slug}" if slug else None, i, 3.5, _SHAPES[i % 4])
    drawing.legend(LEFT, bottom + 54, [(f"seed {seed}", i, _SHAPES[i % 4]) for i, seed in enumerate(seeds)], RIGHT)
    return drawing


def draw_samples(records: Sequence[tuple[str | None, Mapping[str, Any]]]) -> Drawing | None:
    """Draw every sample of records as a dot, a row for each record, its median as a line; disturbed samples are hollow.

    Args:
        records: (slug of its page or None, record).
    """
    shown = [(slug, r, durations(dict(r))) for slug, r in records if measured(dict(r))]
    if not shown:
        return None
    step, top, left = 26, 34, 330
    bottom = top + step * len(shown)
    everything = [s for _, _, seconds in shown for s in seconds]
    x = nice_scale(everything, left, RIGHT, is_log=max(everything) > 20 * min(everything))
    drawing = Drawing(WIDTH, bottom + 74, "All samples", f"{len(everything)} samples of {len(shown)} runs in seconds, each a dot; none is left out.",
                      ["Hollow: somebody else disturbed the sample, or nobody can know. The line is the median. Never compare tracks."])
    drawing.x_axis(x, bottom, top, "seconds", lambda v: f"{v:.3g}")
    for i, (slug, record, seconds) in enumerate(shown):
        y = top + step * i + step / 2
        drawing.line(left, y, RIGHT, y)
        where = f"/catalog/measurements/{slug}" if slug else None
        if where:
            drawing.add(f'<a href="{where}">')
        drawing.text(left - 10, y + 4, _short(record), "s", "end")
        if where:
            drawing.add("</a>")
        median = x(record["median_s"])
        drawing.line(median, y - 9, median, y + 9, "axis")
        colour = {"plain": 0, "tuned": 2, "open": 4}.get(str(record.get("track")), 7)
        for number, (sample, value) in enumerate(zip(measured(dict(record)), seconds, strict=True), 1):
            words = f"seed {sample['seed']}" if "seed" in sample else f"sample {number}"
            drawing.mark(x(value), y, f"{words}: {value:.4g} s{'' if sample.get('is_clean') else ', disturbed'}", where, colour, 4.5, "circle", sample.get("is_clean") is not True)
    drawing.legend(left, bottom + 54, [("plain", 0, "circle"), ("tuned", 2, "circle"), ("disturbed", 7, "circle", True)], RIGHT)
    return drawing


def _short(record: Mapping[str, Any]) -> str:
    name = str(record.get("name", "")).partition(":")[0]
    return name if len(name) < 52 else name[:50] + "…"


def _point(slug: str | None, record: Mapping[str, Any]) -> Point | None:
    settings = record.get("settings", {})
    if "gflops" not in record:
        return None
    workload, precision = record["workload"], str(record.get("precision"))
    try:
        if workload == "mnist-ref":
            batch = settings.get("batch_size", 100)
            intensity = 7_077_600 * batch / bytes_of(workload, precision, size=batch)
        else:
            flop = record["summary_of_samples"]["flop"]
            intensity = flop / bytes_of(workload, precision, size=settings.get("size", 0), direction=settings.get("direction", "forward"))
    except (KeyError, ZeroDivisionError):
        return None
    title = f"{_short(record)}: {record['gflops']:.4g} GFLOPS at {intensity:.3g} operations for each byte"
    return Point(f"{workload} {precision}", title, intensity, record["gflops"], slug)


def draw_roofline(name: str, records: Sequence[tuple[str | None, Mapping[str, Any]]], claimed: Mapping[str, float], claimed_gb_s: float | None) -> Drawing | None:
    """Draw the roofline of a device (S. Williams, A. Waterman, D. Patterson, 2009) with the workloads placed in it.

    The roof is what was measured: the best rate of gemm and conv2d at each precision, and the bandwidth of `copy`; dashed
    is what the maker claims.

    Args:
        name: The device.
        records: Its records, (slug, record).
        claimed: Claimed dense peaks in GFLOPS by precision.
        claimed_gb_s: Claimed memory bandwidth.
    """
    points = [p for p in (_point(slug, r) for slug, r in records) if p]
    bandwidth = max((r["gb_s"] for _, r in records if "gb_s" in r), default=None)
    peaks: dict[str, float] = {}
    for _, r in records:
        if r.get("workload") in ("gemm", "conv2d") and "gflops" in r:
            peaks[str(r.get("precision"))] = max(peaks.get(str(r.get("precision")), 0.0), r["gflops"])
    if not points or not peaks:
        return None
    rates = [p.gflops for p in points] + list(peaks.values()) + [claimed[p] for p in peaks if p in claimed]
    slopes = [b for b in (bandwidth, claimed_gb_s) if b]
    low = min(0.5 * min(p.intensity for p in points), *(0.5 * min(peaks.values()) / b for b in slopes)) if slopes else 0.5 * min(p.intensity for p in points)
    x = Scale(low, 3 * max(p.intensity for p in points), LEFT, RIGHT, True)
    y = nice_scale([*rates, *(low * b for b in slopes)], 370, 34, is_log=True)
    drawing = Drawing(WIDTH, 440, f"Roofline: {name}", "Rate reached against operations for each byte; the roof is the measured bandwidth and peak, dashed what the maker claims.",
                      ["Bytes: each operand once, as little as the workload must move. The peak is the best of gemm and conv2d at a precision."])
    drawing.x_axis(x, 370, 34, "operations for each byte")
    drawing.y_axis(y, LEFT, RIGHT, "operations a second (FLOPS)", lambda v: short_number(v * 1e9))
    colours = {p: i for i, p in enumerate(peaks)}
    for precision, peak in peaks.items():
        _roof(drawing, x, y, bandwidth, peak, colours[precision], "")
        drawing.text(RIGHT - 4, y(peak) - 5, f"{precision}: {short_number(peak * 1e9)} measured", "s", "end")
        if precision in claimed:
            _roof(drawing, x, y, claimed_gb_s, claimed[precision], colours[precision], "6 4")
    for p in points:
        precision = p.label.partition(" ")[2]
        drawing.mark(x(p.intensity), y(p.gflops), p.title, f"/catalog/measurements/{p.slug}" if p.slug else None, colours.get(precision, 7), 4.5, _SHAPES[colours.get(precision, 0) % 4])
        drawing.text(x(p.intensity), y(p.gflops) + 17, p.label.partition(" ")[0], "s soft halo", "middle")
    drawing.legend(LEFT, 424, [(f"workloads in {p}", i, _SHAPES[i % 4]) for p, i in colours.items()], RIGHT)
    return drawing


def _roof(drawing: Drawing, x: Scale, y: Scale, bandwidth: float | None, peak: float, colour: int, dash: str) -> None:
    """Draw one roof: the slope of the bandwidth up to the peak, then level; without a bandwidth only the level."""
    knee = max(x.low, min(peak / bandwidth, x.high)) if bandwidth else x.low
    start = [(x(x.low), y(max(y.low, x.low * bandwidth)))] if bandwidth and knee > x.low else []
    drawing.path([*start, (x(knee), y(peak)), (x(x.high), y(peak))], colour, 1.5, dash)


def _documents(db: sqlite3.Connection, where: str, arguments: Sequence[str]) -> list[tuple[str, dict[str, Any]]]:
    rows = db.execute(f"SELECT m.id, d.document FROM measurements m JOIN documents d ON d.ref = m.ref WHERE {where} ORDER BY m.id", arguments)
    return [(slug, json.loads(document)) for slug, document in rows]


def _drawn(drawing: Drawing | None, what: str) -> Drawing:
    if drawing is None:
        raise UnknownChart(what)
    return drawing


@chart("learning")
def learning(db: sqlite3.Connection, parameters: Mapping[str, str]) -> Drawing:
    """Draw loss and error by epoch of the measurement `run`, without it of the newest one that trained.

    Raises:
        UnknownChart: There is no such measurement, or it trained nothing.
    """
    run = parameters.get("run") or (db.execute("SELECT max(measurement_id) FROM measurement_epochs").fetchone()[0] or "")
    found = _documents(db, "m.id = ?", (run,))
    return _drawn(draw_learning(found[0][1], run) if found else None, f"measurements/{run} has no epochs")


@chart("samples")
def samples(db: sqlite3.Connection, parameters: Mapping[str, str]) -> Drawing:
    """Draw all samples of the measurement `run`, or of a `workload` (mnist-ref without a choice).

    Raises:
        UnknownChart: There are no samples.
    """
    if parameters.get("run"):
        return _drawn(draw_samples(_documents(db, "m.id = ?", (parameters["run"],))), f"measurements/{parameters['run']} has no samples")
    workload = parameters.get("workload") or "mnist-ref"
    return _drawn(draw_samples(_documents(db, "m.workload = ?", (workload,))), f"there are no samples of {workload}")


@chart("roofline")
def roofline(db: sqlite3.Connection, parameters: Mapping[str, str]) -> Drawing:
    """Draw the roofline of a `device` (id of its record) or of the device of a `name`; without a choice of the one measured most.

    Raises:
        UnknownChart: Neither gemm nor conv2d was measured on it.
    """
    device, name = parameters.get("device"), parameters.get("name")
    if not device and not name:
        row = db.execute("SELECT device_id, device_name FROM measurements WHERE device_name IS NOT NULL GROUP BY 1, 2 ORDER BY count(*) DESC, 2 LIMIT 1").fetchone()
        device, name = row or (None, None)
    found = _documents(db, "m.device_id = ?", (device,)) if device else _documents(db, "m.device_name = ?", (name or "",))
    row = db.execute("SELECT name, bandwidth_gb_s, type, chips FROM hardware WHERE id = ?", (device,)).fetchone() or (name, None, None, None)
    chips = chips_seen_apart(*row[2:])
    peaks = db.execute("SELECT precision, max(gflops) FROM hardware_peaks WHERE hardware_id = ? AND sparsity IS NOT 'sparse' GROUP BY 1", (device,)).fetchall()
    claimed = {precision: gflops / chips for precision, gflops in peaks}
    return _drawn(draw_roofline(row[0] or "", found, claimed, row[1] and row[1] / chips), f"neither gemm nor conv2d was measured on {device or name or 'any device'}")
