"""`catalog diff`: what differs between revisions, record by record, in text, Markdown and JSON."""

import json
from pathlib import Path

import pytest
from review_repository import BENCHMARK, DATASET, RECORDS, Repository, run

from catalog.review.difference import compare_sides
from catalog.review.render_markdown import MARKER, SIZE_LIMIT, code, render_markdown
from catalog.review.render_text import render_text
from catalog.review.repository import UnknownRevision, find_repository
from catalog.review.sides import open_sides
from catalog.review.tree import changes_between, likeness


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "checkout")
    made.commit("Begin", RECORDS)
    return made


def compare(repository: Repository, files: dict[str, str | None]):
    """Return the difference that files in the working tree make."""
    repository.write(files)
    with open_sides(repository.data, "HEAD") as (base, head):
        return compare_sides(base, head)


def only(difference):
    assert len(difference.entries) == 1
    return difference.entries[0]


def test_unchanged_records_do_not_differ(repository: Repository):
    difference = compare(repository, {})
    assert (difference.entries, difference.new_problems, difference.base_errors) == ([], [], 0)
    assert render_text(difference, None).splitlines()[1] == "no record differs"


def test_changed_value_stands_with_its_sources(repository: Repository):
    entry = only(compare(repository, {"datasets/svhn.yaml": DATASET.replace("26032", "26033")}))
    assert (entry.ref, entry.action, len(entry.edits)) == ("datasets/svhn", "changed", 1)
    edit = entry.edits[0]
    assert (edit.change.path, edit.change.old, edit.change.new) == ("splits.test.items", "26032", "26033")
    assert [(s.source, s.locator, s.read, s.is_default) for s in edit.supports] == [("paper-2019-a", "section 3", "2026-11-01", False)]


def test_value_covered_by_default_says_so(repository: Repository):
    shown = render_text(compare(repository, {"datasets/svhn.yaml": DATASET.replace("classes: 10", "classes: 11")}), None)
    assert "    classes: 10 → 11\n        paper-2019-a (by default)\n" in shown


def test_source_that_disagrees_is_shown_beside_the_value(repository: Repository):
    other = DATASET + "- {source: paper-2020-b, locator: p. 1, states: {splits.test.items: 26000}}\n"
    shown = render_text(compare(repository, {"datasets/svhn.yaml": other.replace("26032", "26033")}), None)
    assert "        but paper-2020-b, p. 1 says 26000\n" in shown


def test_added_record_shows_its_values(repository: Repository):
    entry = only(compare(repository, {"topics/vision.yaml": "name: Vision\nnames: {ru: Зрение}\n"}))
    assert (entry.action, [e.change.path for e in entry.edits]) == ("added", ["name", "names"])


def test_renamed_record_is_one_entry_with_its_redirect(repository: Repository):
    renamed = DATASET.replace("name: SVHN", "name: SVHN\nformer_ids: [svhn]").replace("26032", "26033")
    difference = compare(repository, {"datasets/svhn.yaml": None, "datasets/house-numbers.yaml": renamed})
    entry = only(difference)
    assert (entry.action, entry.old_ref, entry.ref) == ("renamed", "datasets/svhn", "datasets/house-numbers")
    assert [e.change.path for e in entry.edits] == ["splits.test.items"]
    assert "datasets/svhn → datasets/house-numbers (the old id leads to the new one)" in render_text(difference, None)


def test_rename_without_former_ids_is_pointed_out(repository: Repository):
    difference = compare(repository, {"datasets/svhn.yaml": None, "datasets/house-numbers.yaml": DATASET})
    gone = difference.of("removed")[0]
    assert gone.notices == ["removed without a tombstone; datasets/house-numbers looks like it: if it was renamed, add `former_ids: [svhn]` there"]


def test_removal_gives_the_reason_of_its_tombstone(repository: Repository):
    tombstone = "removed: {date: 2026-11-02, reason: Never existed., replaced_by: datasets/other}\n"
    entry = only(compare(repository, {"datasets/svhn.yaml": tombstone}))
    assert (entry.action, entry.reason, entry.replaced_by, entry.notices) == ("removed", "Never existed.", "datasets/other", [])


def test_removal_without_tombstone_is_pointed_out(repository: Repository):
    difference = compare(repository, {"datasets/svhn.yaml": None})
    assert only(difference).notices == ["removed without a tombstone: keep data/datasets/svhn.yaml with `removed: {date: …, reason: …}`"]
    assert "  ! datasets/svhn: removed without a tombstone" in render_text(difference, None)


def test_vanished_tombstone_and_returned_record_are_pointed_out(repository: Repository):
    tombstone = "removed: {date: 2026-11-02, reason: Never existed.}\n"
    repository.commit("Remove", {"datasets/svhn.yaml": tombstone, "topics/old.yaml": tombstone})
    difference = compare(repository, {"datasets/svhn.yaml": DATASET, "topics/old.yaml": None})
    returned, gone = difference.of("added")[0], difference.of("removed")[0]
    assert returned.notices == ["it stood here as removed before (Never existed.); removed ids should not come back for something else"]
    assert gone.notices == ["its tombstone vanished: keep the file, so that the id is not used again"]


def test_lost_redirect_is_pointed_out(repository: Repository):
    repository.commit("Rename", {"topics/digits.yaml": "name: Digits\nformer_ids: [numbers]\n"})
    difference = compare(repository, {"topics/digits.yaml": "name: Digits\n"})
    assert "the redirect from numbers is gone: keep it in `former_ids`" in only(difference).notices


def test_moved_file_and_new_layout_change_no_value(repository: Repository):
    entry = only(compare(repository, {"datasets/svhn.yaml": None, "datasets/old/svhn.yaml": DATASET}))
    assert entry.notices == ["the file moved from data/datasets/svhn.yaml to data/datasets/old/svhn.yaml; its id is the same"]
    repository.git("checkout", "--quiet", ".")
    (repository.data / "datasets/old/svhn.yaml").unlink()
    entry = only(compare(repository, {"datasets/svhn.yaml": "# a remark\n" + DATASET}))
    assert (entry.edits, entry.notices) == ([], ["only its layout or comments differ, no value"])


def test_result_is_named_by_its_key_wherever_its_table_stands(repository: Repository):
    text = BENCHMARK.replace("scores: [90.0]", "scores: [91.5]").replace("tables:\n", "tables:\n- {source: paper-2020-b, columns: [score], results: {tiny: {system: Tiny, scores: [5]}}}\n")
    entry = only(compare(repository, {"benchmarks/quiz.yaml": text}))
    assert [(e.change.path, e.change.old, e.change.new) for e in entry.edits] == [
        ("tables.1", None, "{source: paper-2020-b, columns: [score]}"),
        ("results.tiny", None, "{system: Tiny, scores: {score: 5}, track: main}"),
        ("results.big.scores.score", "90.0", "91.5")]
    assert entry.edits[1].supports[0].source == "paper-2020-b"


def test_changed_citation_is_named_by_its_source(repository: Repository):
    entry = only(compare(repository, {"datasets/svhn.yaml": DATASET.replace("section 3, accessed: 2026-11-01", "section 4, accessed: 2026-11-03")}))
    assert [(e.change.label, e.change.old, e.change.new) for e in entry.citations] == [
        ("sources.1 (paper-2019-a).locator", "section 3", "section 4"), ("sources.1 (paper-2019-a).accessed", "2026-11-01", "2026-11-03")]


def test_side_that_does_not_check_still_gives_its_difference(repository: Repository):
    difference = compare(repository, {"datasets/svhn.yaml": DATASET.replace("classes: 10", "classes: ten"), "topics/y.yaml": "name: [Y\n"})
    assert difference.head_errors == 2
    changed, broken = difference.of("changed")[0], difference.of("added")[0]
    assert [(e.change.old, e.change.new) for e in changed.edits] == [("10", "ten")]
    assert broken.notices[0].startswith("the file cannot be read: ")
    shown = render_text(difference, None)
    assert "  ! the working tree does not pass the check (2 errors); shown is what could be read" in shown
    assert {p.rule for p in difference.new_problems} == {"invalid-number", "yaml-syntax"}


def test_file_unreadable_on_one_side_is_named(repository: Repository):
    broken = repository.commit("Break", {"topics/digits.yaml": "name: [Digits\n"})
    entry = only(compare(repository, {"topics/digits.yaml": "name: Digits\n"}))
    assert (entry.action, entry.ref) == ("unreadable", "topics/digits")
    assert entry.notices[0].startswith(f"HEAD ({broken[:8]} of 2026-11-01): the file cannot be read (line ")


def test_base_without_records_makes_all_of_them_new(tmp_path: Path):
    repository = Repository(tmp_path)
    repository.commit("Nothing yet")
    difference = compare(repository, RECORDS)
    assert (len(difference.of("added")), difference.is_base_empty) == (len(RECORDS), True)


def test_exceptions_are_compared_too(repository: Repository):
    difference = compare(repository, {"exceptions.yaml": "orphan:\n  topics/digits: It stands alone.\n"})
    assert [(c.path, c.new) for c in difference.exceptions] == [("orphan", "{topics/digits: It stands alone.}")]


def test_two_revisions_leave_the_working_tree_alone(repository: Repository):
    first = repository.git("rev-parse", "HEAD")
    second = repository.commit("Mend", {"datasets/svhn.yaml": DATASET.replace("26032", "26033")}, date="2026-11-02T00:00:00+00:00")
    repository.write({"datasets/svhn.yaml": "nonsense"})
    for base, head in ((first, second), ("HEAD~1..HEAD", None), ("HEAD~1...HEAD", None), ("HEAD~1..", None)):
        with open_sides(repository.data, base, head) as (old, new):
            assert [e.ref for e in compare_sides(old, new).entries] == ["datasets/svhn"]
    assert (repository.data / "datasets/svhn.yaml").read_text() == "nonsense"
    assert repository.git("status", "--porcelain") == "M data/datasets/svhn.yaml"


def test_three_dots_compare_with_the_point_of_parting(repository: Repository):
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.commit("Mend", {"datasets/svhn.yaml": DATASET.replace("26032", "26033")})
    repository.git("checkout", "--quiet", "main")
    repository.commit("Another", {"topics/digits.yaml": "name: Numbers\nnames: {ru: Цифры}\n"})
    with open_sides(repository.data, "main...topic") as (old, new):
        assert [e.ref for e in compare_sides(old, new).entries] == ["datasets/svhn"]
    with open_sides(repository.data, "main..topic") as (old, new):
        assert [e.ref for e in compare_sides(old, new).entries] == ["datasets/svhn", "topics/digits"]


def test_link_in_a_revision_is_not_followed(repository: Repository, tmp_path: Path):
    (tmp_path / "secret.yaml").write_text("name: Secret\n")
    (repository.data / "topics/link.yaml").symlink_to(tmp_path / "secret.yaml")
    repository.commit("Link")
    with open_sides(repository.data, "HEAD~1", "HEAD") as (old, new):
        entry = only(compare_sides(old, new))
    assert "Secret" not in json.dumps([entry.name, entry.notices])


def test_unknown_revision_names_near_ones(repository: Repository):
    repository.git("branch", "hardware-2026")
    with pytest.raises(UnknownRevision) as caught:
        find_repository(repository.data).resolve("hardwear-2026")
    assert str(caught.value) == "git knows no revision 'hardwear-2026'; did you mean hardware-2026?"


@pytest.mark.parametrize(("word", "message"), [
    ("zzz", "git knows no revision 'zzz'; the branches and tags here are main; a hash or HEAD~3 will do too\n"),
    ("data", "git knows no revision 'data'; it is a file; name a revision: `catalog diff HEAD` compares the working tree with the last commit\n"),
    ("main...zzz", "git knows no revision 'zzz'; the branches and tags here are main; a hash or HEAD~3 will do too\n"),
])
def test_unknown_revision_is_wrong_use(repository: Repository, word: str, message: str):
    done = run("diff", word, cwd=repository.folder)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", message)


def test_revision_is_no_option_of_git(repository: Repository):
    done = run("diff", "--", "--output=x", cwd=repository.folder)
    assert (done.returncode, done.stderr.partition(";")[0]) == (2, "git knows no revision '--output=x'")
    assert not (repository.folder / "x").exists()


def test_folder_outside_a_repository_says_so(tmp_path: Path):
    (tmp_path / "data").mkdir()
    done = run("diff", "main", cwd=tmp_path, GIT_CEILING_DIRECTORIES=str(tmp_path.parent))
    assert (done.returncode, done.stderr) == (2, "data stands in no git repository\n")


def test_every_format_comes_from_the_command(repository: Repository):
    repository.write({"datasets/svhn.yaml": DATASET.replace("26032", "26033")})
    text, markdown, made = (run("diff", "HEAD", "--no-effects", "--format", f, cwd=repository.folder) for f in ("text", "markdown", "json"))
    assert (text.returncode, markdown.returncode, made.returncode) == (0, 0, 0), text.stderr + markdown.stderr + made.stderr
    assert "splits.test.items: 26032 → 26033" in text.stdout
    assert markdown.stdout.startswith(MARKER + "\n**Records: 1 changed**\n")
    assert json.loads(made.stdout)["entries"][0]["edits"][0]["sources"][0]["source"] == "paper-2019-a"


def test_markdown_keeps_strangers_texts_in_code(repository: Repository):
    evil = "'@everyone `x` </code></details> [a](https://evil.example) <img src=x>'"
    shown = render_markdown(compare(repository, {"topics/evil.yaml": f"name: {evil}\nnames: {{ru: {evil}}}\n"}), None)
    assert "<summary><code>topics/evil</code> <code>@everyone `x` &lt;/code&gt;&lt;/details&gt; [a](https://evil.example) &lt;img src=x&gt;</code>" in shown
    assert "- **+** `name`: ``@everyone `x` </code></details> [a](https://evil.example) <img src=x>``" in shown
    assert shown.count("<details>") == shown.count("\n</details>")


def test_markdown_fits_into_a_comment(repository: Repository):
    files = {f"topics/t-{i}.yaml": f"name: Topic {i}\nnames: {{ru: Тема {i}}}\nsummary: {'word ' * 150}\n" for i in range(150)}
    shown = render_markdown(compare(repository, files), None)
    assert len(shown.encode()) <= SIZE_LIMIT
    assert "not fit into a comment: run `catalog diff --full` to see everything." in shown
    assert shown.count("<details>") == shown.count("\n</details>") > 10


def test_many_new_records_are_listed_without_their_values(repository: Repository):
    difference = compare(repository, {f"topics/t-{i}.yaml": f"name: Topic {i}\n" for i in range(30)})
    assert "+ name" not in render_text(difference, None)
    assert "(--full shows their values)" in render_text(difference, None)
    assert render_text(difference, None, full=True).count("    + name: Topic") == 30


def test_terminal_is_not_steered_by_a_record(repository: Repository):
    shown = render_text(compare(repository, {"topics/evil.yaml": 'name: "a\\e[2Jb"\n'}), None)
    assert "\x1b" not in shown and "a·[2Jb" in shown


def test_long_texts_show_only_what_differs(repository: Repository):
    words = " ".join(f"w{i}" for i in range(60))
    repository.commit("Long", {"topics/digits.yaml": f"name: Digits\nsummary: {words}\n"})
    shown = render_text(compare(repository, {"topics/digits.yaml": f"name: Digits\nsummary: {words.replace('w30', 'other')}\n"}), None)
    assert "    summary: … w25 w26 w27 w28 w29 [-w30-] {+other+} w31 w32 w33 w34 w35 …\n" in shown


@pytest.mark.parametrize(("old", "new", "expected"), [
    (["a", "b"], ["a", "c", "b"], [("topics.2", "added", None, "c")]),
    (["a", "b", "c"], ["a", "c"], [("topics.2", "removed", "b", None)]),
    (["a", "b"], ["a", "x"], [("topics.2", "changed", "b", "x")]),
    (["a", "b"], ["b", "a"], [("topics", "reordered", "[a, b]", "[b, a]")]),
    ([{"name": "n", "value": "1"}], [{"name": "m", "value": "5"}, {"name": "n", "value": "2"}],
     [("topics.1", "added", None, "{name: m, value: 5}"), ("topics.2.value", "changed", "1", "2")]),
    ([{"amount": "1", "currency": "USD"}], [{"amount": "2", "currency": "USD"}], [("topics.1.amount", "changed", "1", "2")]),
    ("a", ["a"], [("topics", "changed", "a", "[a]")]),
])
def test_items_of_lists_are_paired(old: object, new: object, expected: list):
    assert [(c.path, c.action, c.old, c.new) for c in changes_between({"topics": old}, {"topics": new})] == expected


def test_likeness_counts_equal_values():
    assert likeness({"a": "1", "b": ["2", "3"]}, {"a": "1", "b": ["3", "4"]}) == pytest.approx(2 / 3)
    assert likeness({}, {}) == 0.0


def test_code_spans_cannot_be_ended_from_inside():
    assert code("``` `") == "```` ``` ` ````"
    assert code("") == "` `"
    assert code("a\nb") == "`a b`"
