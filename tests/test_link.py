"""Linking: every reference leads to a record, and what does not is named once, with the nearest name."""

from __future__ import annotations

import pytest
from factories import CITED, MINIMAL, check_files, errors_of, message, minimal

from catalog.problems import Problem

VISION = {"topics/computer-vision.yaml": "name: Computer vision\n"}


def errors(folder, files) -> list[str]:
    return errors_of(check_files(folder, files), folder)


def first_error(folder, files) -> Problem:
    return next(p for p in check_files(folder, files).problems if p.severity == "error")


def test_unknown_reference_names_nearest_slug(tmp_path):
    problem = first_error(tmp_path, {**VISION, "topics/x.yaml": "name: X\nparent: computer-vison\n"})
    assert message(problem) == (
        f"{tmp_path}/data/topics/x.yaml:2:9: error: parent: no topic 'computer-vison' [unknown-reference]\n"
        "  why: a reference must be the file stem of a record in data/topics\n"
        "  fix: did you mean 'computer-vision'? Otherwise add data/topics/computer-vison.yaml")


def test_unknown_reference_without_a_near_name_says_what_to_add(tmp_path):
    problem = first_error(tmp_path, {**VISION, "topics/x.yaml": "name: X\nparent: qqq\n"})
    assert problem.fix == "add data/topics/qqq.yaml"


def test_unknown_source_names_the_command_that_writes_it(tmp_path):
    problem = first_error(tmp_path, {"topics/x.yaml": "name: X\nsources: [{source: lecun-1998-gradient, default: true}]\n"})
    assert (problem.line, problem.column, problem.what) == (2, 20, "sources.1.source: no source 'lecun-1998-gradient'")
    assert problem.fix == "add data/sources/lecun-1998-gradient.yaml (`catalog new sources lecun-1998-gradient` writes its skeleton)"


@pytest.mark.parametrize(("line", "what"), [
    ("topics: [nothing]", "topics/x.yaml:2:10: topics.1: no topic 'nothing' [unknown-reference]"),
    ("related: [methods/nothing]", "topics/x.yaml:2:11: related.1: no method 'nothing' [unknown-reference]"),
    ("related: [nothings/nothing]", "topics/x.yaml:2:11: related.1: there is no kind 'nothings' [unknown-reference]"),
    ("related: [topics/x]", "topics/x.yaml:2:11: related.1: the record names itself [self-reference]"),
    ("parent: x", "topics/x.yaml:2:9: parent: the record names itself [self-reference]"),
    ("facts: [{name: w, text: t, source: nothing}]", "topics/x.yaml:2:36: facts.1.source: no source 'nothing' [unknown-reference]"),
    ("facts: [{name: w, text: t, source: paper, via: nothing}]", "topics/x.yaml:2:48: facts.1.via: no source 'nothing' [unknown-reference]"),
    ("timings: [{workload: w, duration_s: 5, hardware: nothing, source: paper}]", "topics/x.yaml:2:50: timings.1.hardware: no device 'nothing' [unknown-reference]"),
    ("sources: [{source: paper, default: true, via: nothing}]", "topics/x.yaml:2:47: sources.1.via: no source 'nothing' [unknown-reference]"),
])
def test_reference_to_nothing_in_every_place(tmp_path, line, what):
    assert errors(tmp_path, {"sources/paper.yaml": MINIMAL["sources"], "topics/x.yaml": f"name: X\n{line}\n"}) == [what]


def test_one_mistake_gives_one_problem_though_the_other_record_is_broken(tmp_path):
    # topics/vision is no valid record, but it exists: what refers to it is not at fault
    files = {"topics/vision.yaml": "nmae: Vision\n", "topics/x.yaml": "name: X\nparent: vision\n", "topics/y.yaml": "name: Z\nrelated: [topics/vision]\n"}
    assert {e.partition(":")[0] for e in errors(tmp_path, files)} == {"topics/vision.yaml"}


def test_reference_to_a_file_that_cannot_be_read_is_no_second_problem(tmp_path):
    files = {"topics/vision.yaml": "name: 'Vision\n", "topics/x.yaml": "name: X\nparent: vision\n"}
    assert [e.rpartition("[")[2] for e in errors(tmp_path, files)] == ["yaml-syntax]"]


def test_renamed_record_is_named_by_its_present_id(tmp_path):
    problem = first_error(tmp_path, {"topics/vision.yaml": "name: Vision\nformer_ids: [sight]\n", "topics/x.yaml": "name: X\nparent: sight\n"})
    assert message(problem) == (
        f"{tmp_path}/data/topics/x.yaml:2:9: error: parent: 'sight' is now called 'vision' [renamed-reference]\n"
        "  why: The former id only redirects; links inside the catalog use the present one.\n"
        "  fix: write 'vision'")


def test_removed_record_gives_its_reason_and_replacement(tmp_path):
    problem = first_error(tmp_path, {
        "topics/sight.yaml": "removed: {date: 2026-01-05, reason: Twice here, replaced_by: topics/vision}\n",
        "topics/vision.yaml": "name: Vision\n", "topics/x.yaml": "name: X\nparent: sight\n"})
    assert message(problem) == (
        f"{tmp_path}/data/topics/x.yaml:2:9: error: parent: topics/sight was removed: Twice here [removed-reference]\n"
        "  why: There is nothing left to link to.\n"
        "  fix: write 'vision'")


def test_tombstone_may_only_lead_to_a_record_of_today(tmp_path):
    # the table of tombstones refers to records: a dead end would fail only in the build
    tomb = "removed: {date: 2026-01-05, reason: Twice, replaced_by: %s}\n"
    files = {"topics/a.yaml": tomb % "topics/nothing", "topics/b.yaml": tomb % "topics/a", "topics/c.yaml": tomb % "topics/d", "topics/d.yaml": "name: D\n"}
    assert errors(tmp_path, files) == [
        "topics/a.yaml:1:57: replaced_by: topics/nothing does not exist [replacement]",
        "topics/b.yaml:1:57: replaced_by: topics/a was itself removed [replacement]"]


# keys that must name something


def benchmark(table: str, metrics: str = "") -> dict[str, str]:
    head = "name: Digit test\nmetrics:\n  accuracy: {name: Accuracy, direction: higher}\n" + metrics
    return {"sources/paper.yaml": MINIMAL["sources"], "benchmarks/b.yaml": head + "tables:\n" + table + CITED}


def test_column_is_a_metric_of_the_benchmark(tmp_path):
    files = benchmark("- {columns: [acuracy], results: {a: {system: A, scores: [1]}}}\n")
    problem = first_error(tmp_path, files)
    assert message(problem) == (
        f"{tmp_path}/data/benchmarks/b.yaml:5:14: error: tables.1.columns.1: there is no metric 'acuracy' [unknown-metric]\n"
        "  why: Without a metric nobody knows what the number measures and which way is better.\n"
        "  fix: did you mean 'accuracy'? Otherwise the metrics are accuracy")


def test_column_stands_once_in_a_table(tmp_path):
    # two scores of one system by one metric: the build failed over it, the check said nothing
    files = benchmark("- {columns: [accuracy, accuracy], results: {a: {system: A, scores: [1, 2]}}}\n")
    assert message(first_error(tmp_path, files)) == (
        f"{tmp_path}/data/benchmarks/b.yaml:5:24: error: tables.1.columns.2: the column 'accuracy' stands already in this table [duplicate-column]\n"
        "  why: A system has one score by a metric in a table.\n"
        "  fix: delete one of the two with its scores, or give it a metric of its own")


@pytest.mark.parametrize(("scores", "what"), [
    ("scores: [1, 2]", "tables.1.results.a: 2 scores stand under 1 columns"),
    ("scores: []", "tables.1.results.a: 0 scores stand under 1 columns"),
    ("rank: 1", "tables.1.results.a: 0 scores stand under 1 columns"),
    ("scores: [1], errors: [1, 2]", "tables.1.results.a: 2 errors stand under 1 columns"),
])
def test_row_of_the_wrong_length(tmp_path, scores, what):
    files = benchmark(f"- {{columns: [accuracy], results: {{a: {{system: A, {scores}}}}}}}\n")
    assert first_error(tmp_path, files).what == what


def test_result_key_is_unique_across_the_tables_of_a_benchmark(tmp_path):
    table = "- {columns: [accuracy], track: %s, results: {a: {system: A, scores: [1]}}}\n"
    assert errors(tmp_path, benchmark(table % "one" + table % "two")) == [
        "benchmarks/b.yaml:6:47: tables.2.results.a: the key 'a' stands already in tables.1 [duplicate-result]"]


def test_achievement_names_a_result_of_any_table(tmp_path):
    tables = "- {columns: [accuracy], results: {a: {system: A, scores: [1]}}}\n- {columns: [accuracy], track: t, results: {bb: {system: A, scores: [2]}}}\n"
    files = benchmark(tables) | {"achievements/x.yaml": "result: benchmarks/b#results.bb\n" + MINIMAL["achievements"]}
    assert errors(tmp_path, files) == []
    files["achievements/x.yaml"] = "result: benchmarks/b#results.c\n" + MINIMAL["achievements"]
    assert errors(tmp_path, files) == ["achievements/x.yaml:1:9: result: benchmarks/b has no result 'c' [unknown-item]"]
    files["achievements/x.yaml"] = "result: benchmarks/c#results.bb\n" + MINIMAL["achievements"]
    assert errors(tmp_path, files) == ["achievements/x.yaml:1:9: result: no benchmark 'c' [unknown-reference]"]


def test_level_of_people_is_given_by_a_metric_of_the_benchmark(tmp_path):
    files = minimal("human_baselines")
    files["human_baselines/example.yaml"] = files["human_baselines/example.yaml"].replace("{accuracy: 98}", "{f1: 98}")
    assert errors(tmp_path, files) == [
        "human_baselines/example.yaml:7:10: levels.f1: benchmarks/example has no metric 'f1' [unknown-metric]"]


def test_metric_of_an_achievement_is_one_of_its_benchmark(tmp_path):
    files = minimal("achievements", "benchmark: example\nmetric: f1\n") | {"benchmarks/example.yaml": MINIMAL["benchmarks"]}
    assert "achievements/example.yaml:2:9: metric: benchmarks/example has no metric 'f1' [unknown-metric]" in errors(tmp_path, files)


def test_winner_is_one_of_the_entries(tmp_path):
    files = minimal("competitions")
    files["competitions/example.yaml"] = files["competitions/example.yaml"].replace("winner: a", "winner: c")
    assert errors(tmp_path, files) == [
        "competitions/example.yaml:3:32: editions.2011.winner: there is no entry 'c' [unknown-item]"]


def test_scores_of_a_competition_are_given_by_its_benchmark(tmp_path):
    files = minimal("competitions", "benchmark: example\n") | {"benchmarks/example.yaml": MINIMAL["benchmarks"]}
    files["competitions/example.yaml"] = files["competitions/example.yaml"].replace("{team: Alpha}", "{team: Alpha, scores: {f1: 3}}")
    assert errors(tmp_path, files) == [
        "competitions/example.yaml:4:71: editions.2011.entries.a.scores.f1: benchmarks/example has no metric 'f1' [unknown-metric]"]


def test_relations_hold_every_reference_with_its_path(tmp_path):
    checked = check_files(tmp_path, {
        **VISION, "sources/paper.yaml": MINIMAL["sources"], "sources/via.yaml": MINIMAL["sources"].replace("digits", "letters"),
        "topics/x.yaml": "name: X\nparent: computer-vision\nrelated: [sources/paper]\nfacts: [{name: w, value: 5, source: paper, via: via}]\n"
                         "sources: [{source: via, default: true}]\n"})
    assert errors_of(checked, tmp_path) == []
    assert [(r.record, r.path, r.target) for r in checked.catalog.relations] == [
        ("topics/x", "facts.1.source", "sources/paper"), ("topics/x", "facts.1.via", "sources/via"), ("topics/x", "related.1", "sources/paper"),
        ("topics/x", "parent", "topics/computer-vision"), ("topics/x", "sources.1.source", "sources/via")]


def test_records_with_bad_references_go_no_further(tmp_path):
    checked = check_files(tmp_path, {**VISION, "topics/x.yaml": "name: X\nparent: nothing\n"})
    assert list(checked.catalog.records) == ["topics/computer-vision"]
    assert [r.ref for r in checked.catalog.of_kind("topics")] == ["topics/computer-vision"]
    assert checked.catalog.get("topics", "x") is None and checked.catalog.get("topics", None) is None
