"""Views and search of the built file: what can be asked and what comes out."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from factories import CITED, MINIMAL, TODAY, build, minimal

from catalog import load
from catalog.check import check_data
from catalog.load import read_views, view_description
from catalog.rows import make_rows
from catalog.search import search
from loading.releases import PEOPLE, SMALL, everything


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    db = build(tmp_path_factory.mktemp("small"), everything())
    yield db
    db.close()


def ask(db: sqlite3.Connection, sql: str) -> list[tuple]:
    return [tuple(row) for row in db.execute(sql)]


@pytest.mark.parametrize("view", read_views())
def test_view_is_described_and_gives_rows(view, small):
    assert view_description(read_views()[view]).endswith(".")
    found = small.execute(f'SELECT * FROM "{view}"')
    names = [c[0] for c in found.description]
    assert len(set(names)) == len(names)
    assert found.fetchall()


def test_views_of_an_empty_catalog_are_empty_and_not_broken(tmp_path, quick):
    with closing(build(tmp_path, SMALL)) as db:
        for view in read_views():
            assert len(ask(db, f'SELECT * FROM "{view}"')) == (1 if view == "coverage" else 0)


def test_human_parity_finds_the_crossings(small):
    assert ask(small, """SELECT metric, human_level, people, first_above, first_above_value, first_above_date, first_above_result_id,
        first_beyond_error, first_beyond_error_date, first_confirmed, first_confirmed_date, confirmed_by FROM human_parity ORDER BY metric""") == [
        ("accuracy", 98.0, "12", "Gamma", 98.5, "2013", "digits.gamma", "Epsilon", "2015", "Epsilon", "2015", "independent"),
        ("loss", 0.2, "12", "Delta", 0.1, "2014", "digits.delta", None, None, None, None, None)]


def test_equal_to_people_is_not_above_them(tmp_path, quick):
    files = everything()
    files["human_baselines/readers.yaml"] = PEOPLE.replace("{accuracy: 98±0.3, loss: 0.2}", "{accuracy: 99.5, loss: 0.1}") + CITED
    files["achievements/reading.yaml"] = files["achievements/reading.yaml"].replace("claims: ahead\n", "")
    with closing(build(tmp_path, files)) as db:
        assert ask(db, "SELECT metric, first_above FROM human_parity ORDER BY metric") == [("accuracy", None), ("loss", None)]
        assert ("human_baselines/readers", "no recorded result above accuracy", 99.5, 99.5) in ask(
            db, "SELECT ref, basis, human_level, best_machine FROM humans_ahead")


def test_best_recorded_stays_inside_its_track(small):
    assert ask(small, "SELECT metric, track, system, value, date, results_checked_to FROM best_recorded ORDER BY metric, track") == [
        ("accuracy", "ensembles", "Epsilon", 99.5, "2015", "2026-11-01"), ("accuracy", "main", "Gamma", 98.5, "2013", "2026-11-01"),
        ("loss", "main", "Delta", 0.1, "2014", "2026-11-01")]


def test_progress_is_every_result_better_than_all_before(small):
    assert ask(small, "SELECT metric, track, system FROM progress ORDER BY metric, track, date_from") == [
        ("accuracy", "ensembles", "Epsilon"), ("accuracy", "main", "Alpha"), ("accuracy", "main", "DigitNet"), ("accuracy", "main", "Gamma"),
        ("loss", "main", "Alpha"), ("loss", "main", "DigitNet"), ("loss", "main", "Delta")]


def test_scored_results_take_date_and_source_from_the_table_where_the_result_has_none(small):
    assert ask(small, "SELECT result_id, metric, date, source_id, locator, evaluator FROM scored_results WHERE metric = 'accuracy' AND date >= '2013' ORDER BY date") == [
        ("digits.gamma", "accuracy", "2013", "board", "page 1", "claimant"), ("digits.delta", "accuracy", "2014", "board", "page 1", "claimant"),
        ("digits.eps", "accuracy", "2015", None, None, "independent")]


def test_unreported_cell_is_kept_and_an_empty_one_left_out(small):
    assert ask(small, "SELECT metric, value, value_text FROM scores WHERE result_id = 'digits.omega'") == [("loss", None, "not-reported")]


def test_disagreements_show_both_values_and_the_reason(small):
    assert ask(small, "SELECT record, name, path, accepted, accepted_source, other, other_source, other_locator, reason FROM disagreements") == [
        ("datasets/digits", "Digits", "items", "70000", "paper", "60000", "paper", "table 1", "Old count.")]


def test_disagreement_names_a_source_that_holds_the_accepted_value_and_was_read(tmp_path, quick):
    # the order of the view named a column outside it, which SQLite 3.40 does not find there: every build failed
    files = everything()
    files["datasets/digits.yaml"] = files["datasets/digits.yaml"].replace("supports: [classes]", "supports: [classes, items]")
    with closing(build(tmp_path, files)) as db:
        assert ask(db, "SELECT accepted, accepted_source, other, other_source FROM disagreements") == [("70000", "board", "60000", "paper")]


def test_unverified_lists_what_nobody_read(small):
    found = ask(small, "SELECT path, value_text, source, is_explicit FROM unverified WHERE record = 'datasets/digits'")
    assert found == [("items", "70000", "paper", 0)]  # classes was read in one of its two sources


def test_coverage_counts_by_kind(small):
    columns = "kind, records, sourced_values, claims, by_default, explicit_claims, read_claims, derived, disagreeing, read_pct"
    found = {row[0]: row[1:] for row in ask(small, f"SELECT {columns} FROM coverage")}
    assert found["datasets"] == (1, 2, 3, 1, 1, 1, 0, 1, 33.3)
    assert found["measurements"] == (1, 0, 0, 0, 0, 0, 0, 0, None)
    assert found["sources"][0] == 2
    assert sum(row[0] for row in found.values()) == len(everything())


def test_breakthrough_lags_on_both_bases(small):
    assert ask(small, "SELECT basis, name, breakthrough_year, role, enabler, enabler_year, lag_years FROM breakthrough_lags ORDER BY basis, role") == [
        ("accepted", "Digits are read", 2012, "dataset", "Digits", 2009, 3), ("accepted", "Digits are read", 2012, "method", "Back-propagation", 1986, 26),
        ("lecture", "Digits are read", 2012, "dataset", "Digits", 1998, 14)]


def test_remedies_name_methods_and_words(small):
    assert ask(small, "SELECT problem, problem_ru, remedy, remedy_ru, method_id, source_id, locator FROM remedies ORDER BY position") == [
        ("Overfitting", "Переобучение", "Dropping units", None, "dropout", "paper", "p. 2"),
        ("Overfitting", "Переобучение", "More data.", "Больше данных.", None, None, None)]


def test_hardware_efficiency_per_watt_and_byte(small):
    assert ask(small, "SELECT hardware_id, precision, sparsity, gflops, gflops_per_watt, flop_per_byte FROM hardware_efficiency ORDER BY gflops") == [
        ("card", "fp32", "dense", 10000.0, 40.0, 20.0), ("card", "fp16", "sparse", 80000.0, 320.0, 160.0)]


def test_claimed_beside_measured(small):
    assert ask(small, "SELECT measurement_id, device, measured_gflops, claimed_gflops, measured_over_claimed FROM claimed_vs_measured") == [
        ("run", "Card 1", 8000.0, 10000.0, 0.8)]


def test_timeline_is_in_order_of_time(small):
    assert ask(small, "SELECT date, kind, id FROM timeline") == [
        ("2012", "milestones", "reading"), ("2013", "achievements", "reading"), ("2020", "achievements", "writing")]


def test_lifespan_of_a_benchmark(small):
    assert ask(small, "SELECT benchmark_id, released, first_above, first_above_date, years_to_people FROM benchmark_lifespans") == [
        ("digits", "1998", "Gamma", "2013", 16.0)]  # to the last day of 2013


def test_open_claims_say_that_people_are_ahead(small):
    assert ask(small, "SELECT ref, basis, remark FROM humans_ahead") == [("achievements/writing", "open claim", "Nobody read them.")]


def test_verdict_is_computed_where_there_are_numbers(small):
    assert ask(small, "SELECT id, claimed, verdict, verdict_basis, caveat FROM verdicts WHERE id = 'reading'") == [
        ("reading", "ahead", "level", "computed", "Digits cut out of forms.")]  # 98.5±0.5 against 98±0.3


@pytest.mark.parametrize(("words", "ref"), [
    ("елочные", "datasets/digits"), ("ЁЛОЧНЫЕ", "datasets/digits"), ("ёлочных цифр", "datasets/digits"), ("resume", "datasets/digits"), ("Résumés", "datasets/digits"),
    ("переобучения", "themes/overfitting"), ("overfit", "themes/overfitting"), ("digitnet", "models/digitnet"),
])
def test_search_finds_both_languages_whatever_case_accent_and_ending(words, ref, small):
    found = search(small, words)
    hits = found.hits if hasattr(found, "hits") else found
    assert ref in [h.ref for h in hits]


def test_search_index_holds_every_record_once(small):
    assert ask(small, "SELECT count(*), count(DISTINCT ref) FROM search_documents") == [(len(everything()), len(everything()))]
    assert ask(small, "SELECT d.ref FROM search_index i JOIN search_documents d ON d.id = i.rowid WHERE search_index MATCH 'folded: переобучение'") == [
        ("themes/overfitting",)]
    small.execute("SELECT * FROM search_index WHERE search_index MATCH 'nothing'")


def test_minimal_records_of_every_kind_build_together(tmp_path, quick):
    files = minimal("sources", slug="paper")
    for kind in MINIMAL:
        files |= minimal(kind) if kind != "sources" else {}
    with closing(build(tmp_path, files)) as db:
        assert ask(db, "SELECT count(DISTINCT kind) FROM records") == [(len(MINIMAL),)]


def test_data_of_the_catalog_builds(tmp_path, quick):
    data = Path(__file__).resolve().parents[2] / "data"
    found = check_data(data, TODAY)
    rows = make_rows(found.catalog, found.claims, str(data))
    assert len(rows["records"]) > 1000 and len({r["path"] for r in rows["records"]}) == len(rows["records"])
    assert not [r["path"] for r in rows["records"] if r["path"].startswith("/")]
    if found.is_clean:
        load.write_file(tmp_path / "catalog.db", rows)
