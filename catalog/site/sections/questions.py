"""The canned queries with their explanations, as small forms."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from catalog.search import fold
from catalog.site.queries import Query, load_queries
from catalog.site.sections import section

# What the questions are about; a query that stands in none of these comes last.
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Machines and people": ("Машины и люди", (
        "claims_and_verdicts", "humans_still_ahead", "matches_against_people", "disputes", "crossings_that_move_with_the_baseline", "baselines_of_few_people")),
    "Benchmarks and results": ("Тесты и результаты", (
        "best_results", "progress_on_a_benchmark", "results_of_a_model", "self_reported_against_independent", "how_long_benchmarks_last")),
    "Data sets": ("Наборы данных", ("large_datasets_for_commercial_use", "splits_of_a_dataset", "descendants_of_a_dataset", "withdrawn_datasets")),
    "Hardware": ("Оборудование", ("devices_side_by_side", "gflops_per_watt_in_a_year", "prices_of_hardware", "models_that_fit_in_memory")),
    "History and methods": ("История и методы", (
        "milestones_in_a_period", "ancestors_of_a_method", "everything_a_person_did", "years_from_dataset_to_breakthrough")),
    "Learning and uses": ("Учёба и применения", (
        "free_books", "russian_books_and_courses", "glossary", "remedies_for_a_problem", "applications_by_evidence", "closed_sites")),
    "Sources and checking": ("Источники и проверка", ("sources_that_disagree", "corrected_claims_of_the_lecture", "to_be_verified", "where_a_source_is_cited")),
}
OTHERS = ("More questions", "Другие вопросы")


def grouped(queries: dict[str, Query]) -> list[tuple[str, str, list[Query]]]:
    """Return the queries as (group, Russian name, queries), without empty groups."""
    placed = {name for _, names in GROUPS.values() for name in names}
    groups = [(label, russian, [queries[name] for name in names if name in queries]) for label, (russian, names) in GROUPS.items()]
    groups.append((*OTHERS, [query for name, query in queries.items() if name not in placed]))
    return [group for group in groups if group[2]]


@section("questions", label="Questions to ask", label_ru="Готовые вопросы", order=33, menu="learn")
def questions(db: sqlite3.Connection, parameters: Mapping[str, str]) -> dict[str, Any]:
    """Questions already put into SQL: fill in what you want to know, or follow the example. Each answer can be taken as CSV or JSON, and its SQL changed to ask something else."""
    queries = load_queries()
    text = parameters.get("q", "").strip()
    words = fold(text).split()
    found = {name: q for name, q in queries.items() if all(w in fold(f"{q.title} {q.about} {name} {' '.join(q.parameters)}") for w in words)}
    return {"groups": grouped(found), "count": len(found), "total": len(queries), "q": text}
