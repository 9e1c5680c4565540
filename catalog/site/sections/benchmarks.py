"""Benchmarks: the list with the best that is recorded, and one benchmark with progress, all results and its people."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from catalog.fields import fields_of
from catalog.kinds import all_kinds
from catalog.site.charts import UnknownChart, draw
from catalog.site.charts.benchmarks import main_metric
from catalog.site.evidence import Evidence
from catalog.site.paging import cut
from catalog.site.sections import rows, section
from catalog.site.selection import Selection, chosen, topic_options
from catalog.suggest import nearest

# Beyond so many metrics and with few results, the table is turned: a row a metric.
METRICS_ACROSS, RESULTS_ACROSS = 24, 12
PAGE = 40
TRACKS_LISTED = 4
# How people were measured, in the order of the table; labels come from the kind.
BASELINE_FIELDS = (
    "population", "people", "statistic", "basis", "items", "same_items", "split", "version", "training", "pay", "time_limit",
    "attempts", "tools", "measured_on",
)


@section("benchmarks", label="Benchmarks", label_ru="Тесты", order=12)
def benchmarks(db: sqlite3.Connection, parameters: Mapping[str, str]) -> dict[str, Any]:
    """What systems are compared by: the best result recorded here inside each track, the people's level, and how long each benchmark lasted."""
    slug = parameters.get("benchmark", "")
    names = {r["id"]: r["name"] for r in rows(db, "SELECT id, name FROM benchmarks ORDER BY lower(name), id")}
    if slug in names:
        return {"choices": names, **show_benchmark(db, slug, parameters.get("metric", ""))}
    topics = topic_options(db, "benchmarks")
    topic = chosen(parameters, "topic", topics)
    try:
        chart = draw(db, "lifespans")
    except UnknownChart:
        chart = None
    listed = _listed(db, topic)
    near = [n for n in nearest(slug, names) if n in names] if slug else []
    return {"one": None, "choices": names, "unknown": slug, "near": [(n, names[n]) for n in near], "topics": topics, "topic": topic,
            "page": cut(listed, parameters, PAGE), "listed": listed, "total": len(names), "chart": chart, "chart_url": "/charts/lifespans.svg"}


def _listed(db: sqlite3.Connection, topic: str) -> list[dict[str, Any]]:
    """Return every benchmark with its main metric, the best recorded of each track and the people's levels on it."""
    asked = Selection()
    asked.topic("b.ref", topic)
    found = rows(
        db, "SELECT b.id, b.ref, b.name, b.name_ru, b.released, b.saturated_on, b.results_checked_to, b.dataset_id, d.name AS dataset, "
            "(SELECT count(*) FROM results r WHERE r.benchmark_id = b.id) AS results FROM benchmarks b LEFT JOIN datasets d ON d.id = b.dataset_id "
            f"WHERE {asked.where} ORDER BY lower(b.name), b.id", asked.arguments)
    best: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows(db, "SELECT x.*, s.value_text, s.model_id, s.direction FROM best_recorded x JOIN scored_results s ON s.result_id = x.result_id AND s.metric = x.metric "
                        "ORDER BY CASE s.direction WHEN 'higher' THEN -x.value ELSE x.value END, x.track"):
        best.setdefault((row["benchmark_id"], row["metric"]), []).append(row)
    people: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows(db, "SELECT p.benchmark_id, p.metric, p.human_baseline_id, p.human_baseline, p.people, p.first_above_date, p.first_above, l.value_text "
                        "FROM human_parity p JOIN human_baseline_levels l ON l.human_baseline_id = p.human_baseline_id AND l.metric = p.metric ORDER BY p.human_baseline_id"):
        people.setdefault((row["benchmark_id"], row["metric"]), []).append(row)
    metrics = _metrics(db)
    for row in found:
        own = metrics.get(row["id"], [])
        key = main_metric(db, row["id"]) or next((m["key"] for m in own if m["is_primary"]), own[0]["key"] if own else None)
        row["metric"] = next((m for m in own if m["key"] == key), None)
        tracks = best.get((row["id"], key), [])
        row["best"], row["more"] = tracks[:TRACKS_LISTED], max(0, len(tracks) - TRACKS_LISTED)
        row["people"] = people.get((row["id"], key), [])
        row["metrics"] = len(own)
    return found


def _metrics(db: sqlite3.Connection, benchmark: str = "") -> dict[str, list[dict[str, Any]]]:
    """Return the metrics by benchmark, primary ones first, else in the order in which they were written."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows(db, "SELECT m.* FROM benchmarks b JOIN documents d ON d.ref = b.ref JOIN json_each(d.document, '$.metrics') j "
                        "JOIN benchmark_metrics m ON m.id = b.id || '.' || j.key WHERE ? = '' OR b.id = ? ORDER BY b.id, m.is_primary IS NOT 1, j.id", (benchmark, benchmark)):
        found.setdefault(row["benchmark_id"], []).append(row)
    return found


@dataclass
class Cell:
    """One score as shown; `others` are what other sources say."""

    text: str
    value: float | None
    error: float | None
    others: list[Any]
    is_best: bool = False


@dataclass
class Line:
    """One result, or one human level: who, where from, and the cells by metric."""

    name: str
    url: str
    about: dict[str, Any]
    cells: dict[str, Cell]
    note: int | None = None
    is_people: bool = False


@dataclass
class Track:
    """Results that can be compared with one another."""

    name: str
    lines: list[Line] = field(default_factory=list)


def show_benchmark(db: sqlite3.Connection, slug: str, wanted: str) -> dict[str, Any]:
    """Return one benchmark: its chart on a metric, the matrix of its results by track, its sources and its people.

    Args:
        db: A connection to a built file.
        slug: A benchmark that exists.
        wanted: The metric to draw and to sort by; an unknown one gives the main metric.
    """
    one = rows(db, "SELECT b.*, d.name AS dataset, v.name AS version_of, s.name AS superseded_by FROM benchmarks b LEFT JOIN datasets d ON d.id = b.dataset_id "
                   "LEFT JOIN benchmarks v ON v.id = b.version_of_id LEFT JOIN benchmarks s ON s.id = b.superseded_by_id WHERE b.id = ?", (slug,))[0]
    metrics = _metrics(db, slug).get(slug, [])
    scored = [m["key"] for m in metrics if _has_scores(db, m["id"])]
    known = {m["key"]: m for m in metrics}
    metric = wanted if wanted in known else main_metric(db, slug) or (scored or list(known) or [""])[0]
    query = {"benchmark": slug, "metric": metric}
    try:
        chart = draw(db, "progress", query)
    except UnknownChart:
        chart = None
    tracks, notes = _tracks(db, slug, metric, known)
    baselines = Evidence(db, "human_baselines")
    people = _people_lines(db, slug, baselines)
    used = {key for track in tracks for line in track.lines for key in line.cells}
    columns = [m for m in metrics if m["key"] in used] or [m for m in metrics if m["key"] == metric]
    lines = sum(len(t.lines) for t in tracks) + len(people)
    return {
        "one": one, "metric": known.get(metric), "metrics": metrics, "chart": chart, "chart_url": f"/charts/progress.svg?{urlencode(query)}",
        "tracks": tracks, "notes": notes, "people": people, "columns": columns, "is_turned": len(columns) > METRICS_ACROSS and lines <= RESULTS_ACROSS,
        "baselines": _baselines(db, slug, baselines), "baseline_fields": _baseline_fields(),
        "claims": rows(db, "SELECT v.id, v.ref, v.name, v.name_ru, v.date, v.status, v.verdict, v.caveat FROM verdicts v JOIN achievements a ON a.id = v.id "
                           "LEFT JOIN human_baselines h ON h.id = a.human_baseline_id WHERE coalesce(a.benchmark_id, h.benchmark_id) = ? ORDER BY v.date_from, v.id", (slug,)),
    }


def _has_scores(db: sqlite3.Connection, metric_id: str) -> bool:
    return db.execute("SELECT 1 FROM scores WHERE metric_id = ? LIMIT 1", (metric_id,)).fetchone() is not None


def _tracks(db: sqlite3.Connection, slug: str, metric: str, known: dict[str, dict[str, Any]]) -> tuple[list[Track], list[dict[str, Any]]]:
    """Return the tracks of a benchmark, best results on the metric first, and the numbered notes on where they come from."""
    evidence = Evidence(db, "benchmarks")
    cells: dict[str, dict[str, Cell]] = {}
    for row in rows(db, "SELECT s.* FROM scores s JOIN results r ON r.id = s.result_id WHERE r.benchmark_id = ? ORDER BY s.result_id, s.rowid", (slug,)):
        path = f"results.{row['result_id'].partition('.')[2]}.scores.{row['metric']}"
        cells.setdefault(row["result_id"], {})[row["metric"]] = Cell(row["value_text"], row["value"], row["error"], evidence.others(slug, path))
    found = rows(
        db, "SELECT r.id, r.\"key\", r.model_id, coalesce(m.name, r.system) AS system, r.by_whom, r.rank, r.ensemble, r.extra_data, r.note, "
            "coalesce(r.date, t.date, p.date) AS date, coalesce(t.track, 'main') AS track, t.evaluator, t.note AS table_note, "
            "CASE WHEN r.source_id IS NULL THEN t.source_id ELSE r.source_id END AS source_id, CASE WHEN r.source_id IS NULL THEN t.locator ELSE r.locator END AS locator, "
            "CASE WHEN r.source_id IS NULL THEN t.via_id ELSE r.via_id END AS via_id, CASE WHEN r.source_id IS NULL THEN t.accessed ELSE r.accessed END AS accessed, "
            "p.name AS source, v.name AS via FROM results r JOIN benchmark_tables t ON t.id = r.benchmark_table_id LEFT JOIN models m ON m.id = r.model_id "
            "LEFT JOIN sources p ON p.id = coalesce(r.source_id, t.source_id) "
            "LEFT JOIN sources v ON v.id = CASE WHEN r.source_id IS NULL THEN t.via_id ELSE r.via_id END WHERE r.benchmark_id = ? ORDER BY t.position, r.\"key\"", (slug,))
    tracks: dict[str, Track] = {}
    notes: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in found:
        place = tuple(row[k] for k in ("source_id", "locator", "via_id", "accessed"))
        if row["source_id"] and place not in notes:
            notes[place] = {"number": len(notes) + 1, **{k: row[k] for k in ("source_id", "source", "locator", "via_id", "via", "accessed", "evaluator", "table_note")}}
        url = f"/catalog/benchmarks/{slug}#results.{row['key']}"
        line = Line(row["system"] or row["key"], url, row, cells.get(row["id"], {}), notes[place]["number"] if row["source_id"] else None)
        tracks.setdefault(row["track"], Track(row["track"])).lines.append(line)
    sign = -1 if known.get(metric, {}).get("direction") == "higher" else 1

    def place_of(line: Line) -> tuple[bool, float, str]:
        cell = line.cells.get(metric)
        return (cell is None or cell.value is None, sign * cell.value if cell and cell.value is not None else 0.0, line.name.lower())

    for track in tracks.values():
        track.lines.sort(key=place_of)
        _mark_best(track, known)
    ordered = sorted(tracks.values(), key=lambda t: (metric not in {k for line in t.lines for k in line.cells}, -len(t.lines)))
    return ordered, list(notes.values())


def _mark_best(track: Track, known: dict[str, dict[str, Any]]) -> None:
    """Mark the best score of each metric, where a track has at least two."""
    for key, metric in known.items():
        found = [line.cells[key] for line in track.lines if key in line.cells and line.cells[key].value is not None]
        if len(found) > 1:
            best = (max if metric["direction"] == "higher" else min)(cell.value or 0.0 for cell in found)
            for cell in found:
                cell.is_best = cell.value == best


def _people_lines(db: sqlite3.Connection, slug: str, evidence: Evidence) -> list[Line]:
    """Return the human levels as lines of the matrix."""
    found: dict[str, Line] = {}
    for row in rows(db, "SELECT h.id, h.name, h.measured_on AS date, l.metric, l.value, l.value_text FROM human_baselines h "
                        "JOIN human_baseline_levels l ON l.human_baseline_id = h.id WHERE h.benchmark_id = ? ORDER BY h.id, l.metric", (slug,)):
        line = found.setdefault(row["id"], Line(row["name"], f"/catalog/human_baselines/{row['id']}", row, {}, None, True))
        line.cells[row["metric"]] = Cell(row["value_text"], row["value"], None, evidence.others(row["id"], f"levels.{row['metric']}"))
    return list(found.values())


def _baseline_fields() -> list[tuple[str, str, str]]:
    """Return name, label and Russian label of the fields that say how people were measured."""
    specs = fields_of(all_kinds()["human_baselines"].model)
    return [(name, specs[name].label, specs[name].label_ru) for name in BASELINE_FIELDS]


def _baselines(db: sqlite3.Connection, slug: str, evidence: Evidence) -> list[dict[str, Any]]:
    """Return the human baselines described, as texts by field, with who measured and the critiques."""
    found = rows(db, "SELECT * FROM human_baselines WHERE benchmark_id = ? ORDER BY id", (slug,))
    for row in found:
        texts = {}
        for name in BASELINE_FIELDS:
            value = evidence.text(row["id"], name)
            if evidence.is_unreported(row["id"], name):
                value = "not-reported"
            elif value is None and row[name] is not None:
                value = ("no", "yes")[row[name]] if name == "same_items" else str(row[name])
            texts[name] = value.replace("-", " ") if value and value != "not-reported" and name in ("statistic", "basis") else value
        if row["percentile"] is not None:
            texts["statistic"] = f"percentile {row['percentile']:g}"
        row["texts"] = texts
        row["others"] = {name: evidence.others(row["id"], name) for name in BASELINE_FIELDS}
        row["critiques"] = rows(db, "SELECT * FROM human_baseline_critiques WHERE human_baseline_id = ? ORDER BY position", (row["id"],))
        row["measured_by"] = rows(
            db, "SELECT o.ref, o.name FROM human_baseline_measured_by x JOIN organizations o ON o.id = x.organization_id WHERE x.human_baseline_id = ? "
                "UNION ALL SELECT p.ref, p.name FROM human_baseline_measured_by_people x JOIN people p ON p.id = x.person_id WHERE x.human_baseline_id = ?", (row["id"],) * 2)
    return found
