"""What a change of the records does to the views, as `catalog diff` says it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from review_repository import ACHIEVEMENT, BASELINE, BENCHMARK, DATASET, RECORDS, Repository, run

from catalog import migrate
from catalog.load import read_views
from catalog.review.difference import compare_sides
from catalog.review.effects import VIEWS, Effect, Effects, find_effects, rows_of
from catalog.review.phrases import effect_lines
from catalog.review.sides import open_sides


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "checkout")
    made.commit("Begin", RECORDS)
    return made


def effects_of(repository: Repository, files: dict[str, str | None]) -> list[tuple[str, str, str]]:
    """Return view, record and words of each effect that files in the working tree have."""
    repository.write(files)
    with open_sides(repository.data, "HEAD") as (base, head):
        effects = find_effects(base, head, compare_sides(base, head).renamed)
    assert effects.unknown is None, head.problems
    return [(e.view, e.about, e.what) for e in effects.found]


def test_compared_views_exist():
    assert set(VIEWS) <= set(read_views())


def test_new_best_result_moves_no_crossing(repository: Repository):
    assert effects_of(repository, {"benchmarks/quiz.yaml": BENCHMARK + "    huge: {system: Huge, date: 2020, scores: [99]}\n"}) == [
        ("best_recorded", "benchmarks/quiz", "new best result (score, single): Huge with 99 (2020); before: Big with 90 (2019-06)")]


def test_earlier_crossing_moves_it(repository: Repository):
    assert effects_of(repository, {"benchmarks/quiz.yaml": BENCHMARK.replace("scores: [80.0]", "scores: [88.0]")}) == [
        ("human_parity", "human_baselines/quiz-people", "the crossing moved (score): first above Small (2019-02), before Big (2019-06)")]


def test_higher_human_level_undoes_crossing_and_verdict(repository: Repository):
    assert effects_of(repository, {"human_baselines/quiz-people.yaml": BASELINE.replace("87", "95")}) == [
        ("human_parity", "human_baselines/quiz-people", "the crossing is gone (score): first above nobody, before Big (2019-06); the human level is 95 instead of 87"),
        ("verdicts", "achievements/quiz-big", "now machine behind (computed), claimed ahead, claimed; before machine ahead (computed), claimed ahead, claimed"),
        ("humans_ahead", "human_baselines/quiz-people", "people are ahead (no recorded result above score): 95 against 90")]


def test_changed_level_without_another_crossing_is_told(repository: Repository):
    assert effects_of(repository, {"human_baselines/quiz-people.yaml": BASELINE.replace("87", "88")}) == [
        ("human_parity", "human_baselines/quiz-people", "the human level is 88 instead of 87 for score; first above still Big (2019-06)")]


def test_disagreements_come_and_go(repository: Repository):
    other = DATASET + "- {source: paper-2020-b, states: {classes: 11}}\n"
    assert effects_of(repository, {"datasets/svhn.yaml": other}) == [
        ("disagreements", "datasets/svhn", "new disagreement: classes is 10, paper-2020-b says 11")]
    repository.commit("Disagree")
    assert effects_of(repository, {"datasets/svhn.yaml": DATASET}) == [
        ("disagreements", "datasets/svhn", "no longer a disagreement: classes is 10, paper-2020-b says 11")]


def test_changed_status_is_a_changed_verdict(repository: Repository):
    assert effects_of(repository, {"achievements/quiz-big.yaml": ACHIEVEMENT.replace("status: claimed", "status: disputed")}) == [
        ("verdicts", "achievements/quiz-big", "now machine ahead (computed), claimed ahead, disputed; before machine ahead (computed), claimed ahead, claimed")]


def test_renaming_records_has_no_effect(repository: Repository):
    def renamed(text: str) -> str:
        return text.replace("quiz-people", "students").replace("quiz#", "exam#").replace("benchmark: quiz", "benchmark: exam")

    assert effects_of(repository, {
        "benchmarks/quiz.yaml": None, "benchmarks/exam.yaml": BENCHMARK + "former_ids: [quiz]\n",
        "human_baselines/quiz-people.yaml": None, "human_baselines/students.yaml": renamed(BASELINE) + "former_ids: [quiz-people]\n",
        "achievements/quiz-big.yaml": renamed(ACHIEVEMENT),
    }) == []


def test_new_records_bring_first_results_and_levels(tmp_path: Path):
    repository = Repository(tmp_path / "checkout")
    repository.commit("Nothing yet")
    assert [(view, about) for view, about, _ in effects_of(repository, RECORDS)] == [
        ("best_recorded", "benchmarks/quiz"), ("human_parity", "human_baselines/quiz-people"), ("verdicts", "achievements/quiz-big")]


def test_side_that_does_not_check_has_no_known_effects(repository: Repository):
    repository.write({"datasets/svhn.yaml": "name: SVHN\n"})
    done = run("diff", "HEAD", "--format", "json", cwd=repository.folder)
    made = json.loads(done.stdout)
    assert (done.returncode, made["effects"]) == (0, None)
    assert made["effects_unknown_because"] == "the working tree does not pass the check (1 error), so it cannot be built"


def test_command_shows_effects_in_every_format(repository: Repository):
    repository.write({"benchmarks/quiz.yaml": BENCHMARK.replace("90.0", "91.0")})
    words = "new best result (score, single): Big with 91 (2019-06); before: Big with 90 (2019-06)"
    assert f"  benchmarks/quiz: {words}\n" in run("diff", "HEAD", cwd=repository.folder).stdout
    assert f"- `benchmarks/quiz`: `{words}`\n" in run("diff", "HEAD", "--format", "markdown", cwd=repository.folder).stdout
    made = json.loads(run("diff", "HEAD", "--format", "json", cwd=repository.folder).stdout)
    assert (made["effects"][0]["what"], made["effects"][0]["new"]["value"]) == (words, 91.0)
    assert not (repository.folder / "build").exists()


def test_rows_in_memory_are_those_of_a_built_file(repository: Repository, tmp_path: Path):
    done = run("build", "--output", tmp_path / "catalog.db", cwd=repository.folder)
    assert done.returncode == 0, done.stderr
    empty = tmp_path / "empty.db"
    migrate.upgrade(empty)
    with open_sides(repository.data, "HEAD") as (base, _), closing(sqlite3.connect(tmp_path / "catalog.db")) as db:
        found = rows_of(base, empty)
        for view in VIEWS:
            cursor = db.execute(f"SELECT * FROM {view}")
            columns = [c[0] for c in cursor.description]
            assert found[view] == [dict(zip(columns, row, strict=True)) for row in cursor]


def test_many_effects_on_one_record_are_counted():
    effects = Effects([Effect("best_recorded", "benchmarks/a", f"first result here (m{i})", None, {}) for i in range(9)] + [Effect("verdicts", "achievements/b", "new", None, {})])
    assert effect_lines(effects) == [
        *(("benchmarks/a", f"first result here (m{i})") for i in range(3)), ("benchmarks/a", "and 6 more of the same view (--full shows them)"), ("achievements/b", "new")]
    assert len(effect_lines(effects, full=True)) == 10
