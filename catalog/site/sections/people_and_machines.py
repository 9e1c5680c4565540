"""Machines against people: every claim with its caveat, who the people were, crossings, disputes, and what is still open."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from catalog.site.charts import UnknownChart, draw
from catalog.site.evidence import Evidence
from catalog.site.paging import cut
from catalog.site.sections import rows, section
from catalog.site.selection import chosen, options_of, select_achievements, topic_options

PAGE, CROSSINGS_PAGE = 25, 25
# Shape and words of a verdict, as in the chart.
VERDICTS = {"ahead": ("▲", "machine ahead"), "level": ("●", "level"), "behind": ("■", "people ahead"), None: ("◆", "no verdict")}
STATUSES = {
    "claimed": "claimed by its makers, confirmed by nobody else", "confirmed": "confirmed", "disputed": "disputed: see the objections",
    "reversed": "reversed: it no longer holds", "withdrawn": "withdrawn by its makers", "open": "open: people are ahead",
}
_ENTRIES = """
SELECT v.id, v.ref, v.name, v.name_ru, a.summary, v.date, v.status, v.claimed, v.machine, v.human, v.human_baseline_id, v.verdict, v.verdict_basis, v.caveat, v.evaluated_by, v.comparison,
  v.contest_opponent, a.contest_title, v.contest_won, v.contest_lost, v.contest_drawn, a.contest_place, a.contest_protocol,
  a.machine_conditions, a.test_exposure, a.benchmark_id, b.name AS benchmark, a.metric, m.name AS metric_name, m.unit, m.direction,
  h.id AS baseline_id, h.name AS baseline, h.population, h.statistic, h.percentile, h.basis, l.value_text AS human_text,
  s.system, s.model_id, s.value_text AS machine_text, s.error, s.date AS result_date, s.track, s.evaluator, a.result_id
FROM verdicts v JOIN achievements a ON a.id = v.id
LEFT JOIN human_baselines h ON h.id = a.human_baseline_id
LEFT JOIN human_baseline_levels l ON l.human_baseline_id = h.id AND l.metric = a.metric
LEFT JOIN benchmarks b ON b.id = coalesce(a.benchmark_id, h.benchmark_id)
LEFT JOIN benchmark_metrics m ON m.id = b.id || '.' || a.metric
LEFT JOIN scored_results s ON s.result_id = a.result_id AND s.metric = a.metric
ORDER BY coalesce(v.date_from, a.date_to), v.id
"""
_CROSSINGS = """
SELECT p.*, b.name AS benchmark, b.results_checked_to, m.name AS metric_name, m.unit, m.is_primary, l.value_text AS human_text, h.basis, h.percentile, h.same_items
FROM human_parity p JOIN benchmarks b ON b.id = p.benchmark_id JOIN benchmark_metrics m ON m.id = p.benchmark_id || '.' || p.metric
JOIN human_baselines h ON h.id = p.human_baseline_id
JOIN human_baseline_levels l ON l.human_baseline_id = p.human_baseline_id AND l.metric = p.metric
ORDER BY lower(b.name), p.benchmark_id, m.is_primary IS NULL, p.metric, p.human_baseline_id
"""


@section("people-and-machines", label="Machines against people", label_ru="Машины и люди", order=11)
def people_and_machines(db: sqlite3.Connection, parameters: Mapping[str, str]) -> dict[str, Any]:
    """When machines passed people, and which people they were: every comparison with its caveat, the objections to it, and what machines still cannot do."""
    status_rows = [(r["status"], r["count"]) for r in rows(db, "SELECT status, count(*) AS count FROM achievements GROUP BY status ORDER BY count(*) DESC, status")]
    statuses, topics = options_of(status_rows), topic_options(db, "achievements")
    asked = {"status": chosen(parameters, "status", statuses), "topic": chosen(parameters, "topic", topics)}
    selection = select_achievements(asked)
    baselines = Evidence(db, "human_baselines")
    crossings = _crossings(db, baselines)
    every = rows(db, _ENTRIES)  # once: the verdicts are the dearest thing on the page
    wanted = {r["ref"] for r in rows(db, f"SELECT v.ref FROM achievements v WHERE {selection.where}", selection.arguments)}
    entries = [e for e in every if e["ref"] in wanted]
    page = cut(entries, parameters, PAGE, key=lambda e: e["id"])
    _complete(db, page.items, baselines, crossings)
    narrowed = {k: v for k, v in asked.items() if v}
    try:
        chart = draw(db, "ledger", asked)
    except UnknownChart:
        chart = None
    judged = {(e["benchmark_id"], e["metric"]) for e in every}
    shown = [c for c in crossings if c["is_primary"] or (c["benchmark_id"], c["metric"]) in judged]
    return {
        "chart": chart, "chart_url": "/charts/ledger.svg" + (f"?{urlencode(sorted(narrowed.items()))}" if narrowed else ""),
        "statuses": statuses, "topics": topics, "asked": asked, "narrowed": bool(narrowed), "entries": entries, "page": page, "verdicts": VERDICTS,
        "status_words": STATUSES, "total": sum(n for _, n in status_rows), "crossings": shown, "crossings_page": cut(shown, parameters, CROSSINGS_PAGE, "crossings"), "hidden_crossings": len(crossings) - len(shown),
        "unknown_people": _unknown_people(db, baselines), **_ahead(db, every),
    }


def _grouped(found: list[dict[str, Any]], key: str) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        groups.setdefault(row[key], []).append(row)
    return groups


def _complete(db: sqlite3.Connection, entries: list[dict[str, Any]], baselines: Evidence, crossings: list[dict[str, Any]]) -> None:
    """Add to each entry its topics, models, opponents, disputes and the crossings on its metric."""
    parts = {
        "topics": "SELECT x.ref AS owner, t.ref, t.name FROM record_topics x JOIN topics t ON t.id = x.topic_id ORDER BY x.ref, x.position",
        "models": "SELECT 'achievements/' || x.achievement_id AS owner, m.ref, m.name FROM achievement_models x JOIN models m ON m.id = x.model_id ORDER BY 1, x.position",
        "opponents": "SELECT 'achievements/' || x.achievement_id AS owner, p.ref, p.name FROM achievement_contest_people x JOIN people p ON p.id = x.person_id ORDER BY 1, x.position",
        "disputes": "SELECT 'achievements/' || d.achievement_id AS owner, d.date, d.by_whom, d.argument, d.reply, d.source_id, d.locator, d.accessed "
                    "FROM achievement_disputes d ORDER BY 1, d.date_from IS NULL, d.date_from, d.position",
    }
    grouped = {name: _grouped(rows(db, sql), "owner") for name, sql in parts.items()}
    on_metric: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for crossing in crossings:
        on_metric.setdefault((crossing["benchmark_id"], crossing["metric"]), []).append(crossing)
    for entry in entries:
        for name, groups in grouped.items():
            entry[name] = groups.get(entry["ref"], [])
        entry["people"] = baselines.text(entry["baseline_id"], "people") if entry["baseline_id"] else None
        entry["crossings"] = on_metric.get((entry["benchmark_id"], entry["metric"]), [])


def _crossings(db: sqlite3.Connection, baselines: Evidence) -> list[dict[str, Any]]:
    """Return for each human baseline and metric the first results above it, with what must be kept in mind."""
    critiques = _grouped(rows(db, "SELECT human_baseline_id, by_whom, date, argument, source_id FROM human_baseline_critiques ORDER BY human_baseline_id, position"), "human_baseline_id")
    caveats = _grouped(rows(db, "SELECT human_baseline_id || ' ' || metric AS owner, id, name, status, caveat FROM achievements "
                                "WHERE human_baseline_id IS NOT NULL AND metric IS NOT NULL ORDER BY date_from, id"), "owner")
    found = rows(db, _CROSSINGS)
    for row in found:
        row["people"] = baselines.text(row["human_baseline_id"], "people")
        row["critiques"] = critiques.get(row["human_baseline_id"], [])
        row["claims"] = caveats.get(f"{row['human_baseline_id']} {row['metric']}", [])
        row["cautions"] = _cautions(row)
    return found


def _cautions(row: dict[str, Any]) -> list[str]:
    """Return what the description of the baseline itself warns of."""
    found = []
    if row["basis"] in ("estimated", "assumed", "borrowed"):
        found.append({"estimated": "The people's level is an estimate.", "assumed": "The people's level is assumed, not measured.",
                      "borrowed": "The people's level is borrowed from another test."}[row["basis"]])
    if row["same_items"] == 0:
        found.append("People and machines did not answer the same items.")
    if row["people"] == "1":
        found.append("One person is not people.")
    if row["people"] is None and row["first_above"]:
        found.append("How many people stand behind the level is not reported.")
    return found


def _unknown_people(db: sqlite3.Connection, baselines: Evidence) -> tuple[int, int]:
    """Return how many human baselines do not say how many people there were, and how many baselines there are."""
    slugs = [r["id"] for r in rows(db, "SELECT id FROM human_baselines")]
    return sum(1 for slug in slugs if baselines.text(slug, "people") is None), len(slugs)


def _ahead(db: sqlite3.Connection, every: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what is open, the human levels that no recorded result passes, and the claims that were taken back."""
    opened = [e for e in reversed(every) if e["status"] == "open"]
    taken_back = [e for e in every if e["status"] in ("reversed", "withdrawn") or (e["verdict"] == "behind" and e["claimed"] in ("level", "ahead"))]
    unpassed = rows(
        db, "SELECT x.ref, x.name, x.remark, x.human_level, x.best_machine, h.id AS baseline_id, h.benchmark_id, b.name AS benchmark, b.results_checked_to, "
            "m.name AS metric_name, m.unit, m.direction, (SELECT max(s.date_to) FROM scored_results s WHERE s.benchmark_id = b.id AND s.metric = m.\"key\") AS last_result "
            "FROM humans_ahead x JOIN human_baselines h ON h.ref = x.ref JOIN benchmarks b ON b.id = h.benchmark_id "
            "JOIN benchmark_metrics m ON m.benchmark_id = b.id AND x.basis = 'no recorded result above ' || m.\"key\" ORDER BY lower(b.name), x.ref")
    for row in unpassed:
        row["claims"] = [e for e in every if e["human_baseline_id"] == row["baseline_id"]]
    return {"opened": opened, "unpassed": unpassed, "taken_back": taken_back}
