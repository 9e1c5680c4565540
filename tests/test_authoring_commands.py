"""`catalog format`, `fix`, `schema` and what `check` shows of some files: what is said, written and left alone, and exit codes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from factories import TODAY, check_files, write_data
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from catalog.authoring.affected import JUDGING_BY_OTHER, NAMING_OTHER, select_affected
from catalog.authoring.mend import mend
from catalog.authoring.sarif import format_sarif
from catalog.cli import app
from catalog.read import read_document
from catalog.report import all_rules
from catalog.rules import examples
from catalog.validate import Tombstone, validate_document


def run(command: str, data: Path, *arguments: str | Path) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [command, *map(str, arguments), "--data", str(data)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout.replace(str(data), "data"), done.stderr.replace(str(data), "data")


# format

LOOSE = "summary:   Seeing.\nname: 'Vision'\n"
TIGHT = "name: Vision\nsummary: Seeing.\n"


def test_format_writes_and_names_what_it_changed(tmp_path: Path):
    data = write_data(tmp_path, {"topics/a.yaml": LOOSE, "topics/b.yaml": TIGHT.replace("Vision", "Sight")})
    assert run("format", data) == (0, "data/topics/a.yaml\n", "2 looked at, 1 changed\n")
    assert (data / "topics/a.yaml").read_text(encoding="utf-8") == TIGHT
    assert run("format", data) == (0, "", "2 looked at, 0 changed\n")


def test_format_check_changes_nothing(tmp_path: Path):
    data = write_data(tmp_path, {"topics/a.yaml": LOOSE})
    assert run("format", data, "--check") == (1, "data/topics/a.yaml\n", "1 looked at, 1 would change\n")
    assert (data / "topics/a.yaml").read_text(encoding="utf-8") == LOOSE


@pytest.mark.parametrize(("text", "reason"), [
    ("name: Vision: seeing\n", "a colon followed by a space stands inside a text without quotes"),
    ("name: A\nname: B\n", "the key 'name' stands here again; it stands already in line 1"),
    ("name: A\r\n", "the line ends with a carriage return"), ("name: \udce9\n", "byte 0xe9 is not UTF-8"), ("# nothing\n", "the file holds nothing"),
])
def test_format_leaves_what_it_cannot_read(tmp_path: Path, text: str, reason: str):
    data = write_data(tmp_path, {"topics/a.yaml": text, "topics/b.yaml": LOOSE})
    before = (data / "topics/a.yaml").read_bytes()
    code, said, error = run("format", data)
    assert (code, said) == (1, "data/topics/b.yaml\n")
    assert error == f"data/topics/a.yaml: left as it is: {reason}\n2 looked at, 1 changed, 1 left: `catalog check` says what is wrong\n"
    assert (data / "topics/a.yaml").read_bytes() == before


def test_format_takes_files_and_folders(tmp_path: Path):
    data = write_data(tmp_path, {"topics/a.yaml": LOOSE, "topics/more/b.yaml": LOOSE, "methods/c.yaml": LOOSE, "exceptions.yaml": "a:   1\n", "topics/README.md": "x"})
    assert run("format", data, data / "topics/more", data / "methods/c.yaml", "--check")[1] == "data/methods/c.yaml\ndata/topics/more/b.yaml\n"
    assert run("format", data, "--check")[2] == "3 looked at, 3 would change\n"


@pytest.mark.parametrize("command", ["format", "fix"])
def test_paths_that_are_no_records(tmp_path: Path, command: str):
    data = write_data(tmp_path, {"topics/a.yaml": LOOSE, "exceptions.yaml": "a: 1\n"})
    other = tmp_path / "x.yaml"
    other.write_text(LOOSE)
    assert run(command, data, data / "topics/none.yaml") == (2, "", "there is no file or folder data/topics/none.yaml\n")
    assert run(command, data, data / "exceptions.yaml") == (2, "", "data/exceptions.yaml is no record: records are data/<kind>/<id>.yaml\n")
    assert run(command, data, other) == (2, "", f"{other} does not lie in the data folder data (--data names another)\n")
    assert run(command, tmp_path / "none")[0] == 2


def test_files_keep_their_mode_and_links_stay_links(tmp_path: Path):
    data = write_data(tmp_path, {"topics/a.yaml": LOOSE})
    file, elsewhere = data / "topics/a.yaml", tmp_path / "kept.yaml"
    file.rename(elsewhere)
    elsewhere.chmod(0o640)
    file.symlink_to(elsewhere)
    assert run("format", data)[0] == 0
    assert (file.is_symlink(), elsewhere.read_text(encoding="utf-8"), elsewhere.stat().st_mode & 0o777) == (True, TIGHT, 0o640)
    assert [f.name for f in file.parent.iterdir()] == ["a.yaml"]


# fix

@pytest.mark.parametrize(("text", "mended", "said"), [
    ("\ufeffname: A\n", "name: A\n", ["removed the byte-order mark"]),
    ("name: A\r\nsummary: B.\r\n", "name: A\nsummary: B.\n", ["line ends are LF now"]),
    ("name: Lo\u0301pez\n", "name: López\n", ["letters with accents are single characters now (NFC)"]),
    ("name: A  \nsummary: B.\t\n\n\n", "name: A\nsummary: B.\n", ["removed spaces at the end of 2 lines", "the file ends with one line end now"]),
    ("name: A", "name: A\n", ["the file ends with one line end now"]),
    ("name: A\nnames:\n\tru: Б\n", "name: A\nnames:\n  ru: Б\n", ["1 line indented with spaces instead of tabs"]),
    ("name: A\naliases: [no, 1.10, 2012-01-05]\n", 'name: A\naliases: ["no", "1.10", "2012-01-05"]\n',
     ['no is now "no"', '1.10 is now "1.10"', '2012-01-05 is now "2012-01-05"']),
    ("name: A\nfacts:\n- {name: b, value: '60,000'}\n- name: c\n  value: 60 000.5\n", "name: A\nfacts:\n- {name: b, value: 60000}\n- name: c\n  value: 60000.5\n",
     ["'60,000' is now 60000", "60 000.5 is now 60000.5"]),
    ("name: A\nsources:\n- {source: b, default: yes}\n", "name: A\nsources:\n- {source: b, default: true}\n", ["yes is now true"]),
    ("name: A\nsources:\n- {source: b, default: 'True'}\n", "name: A\nsources:\n- {source: b, default: true}\n", ["'True' is now true"]),
    ("# Areas and tasks it belongs to. A list of ids of records in topics.\n#topics: [id-of-a-topic]\n# mine\nname: A\n", "# mine\nname: A\n",
     ["removed 2 lines that the skeleton left over"]),
])
def test_fix_mends_what_is_mechanical(text: str, mended: str, said: list[str]):
    new, done = mend(text.encode(), "topics")
    assert (new, [d.what for d in done]) == (mended, said)
    assert mend(new.encode(), "topics") == (new, [])


@pytest.mark.parametrize("text", [
    "name: A\nsummary: |\n  two  \n  lines\n", 'name: A\nsummary: "two  \n  lines"\n',  # spaces inside a text belong to it
    "name: A\nnames:\n    ru: Б\n\ten: C\n", "name: A\nnames:\n \tru: Б\n",  # how deep a tab is cannot be said
    "name: A\nfacts:\n- {name: b, value: 60%}\n", "name: A\nfacts:\n- {name: b, value: '1,23'}\n", "name: A\nfacts:\n- {name: b, value: 10k}\n",
    "name: A\nsources:\n- {source: b, default: y}\n", "name: A\nreview_by: 30.11.2026\n", "name: A\nsumary: B.\n", "name: A: b\n", "name: A\nlinks: [\n",
])
def test_fix_never_guesses(text: str):
    assert mend(text.encode(), "topics") == (text, [])


def test_fix_leaves_what_is_no_utf8():
    assert mend(b"name: \xe9cole\n", "topics") is None


RENAMED = {
    "topics/vision.yaml": "name: Vision\nformer_ids: [sight]\n", "topics/b.yaml": "name: B\nparent: sight  # the wider one\nrelated: [topics/sight]\n",
    **examples.files(
        benchmarks__digits=examples.benchmark("former_ids: [old-digits]\n" + examples.table("alpha: {system: Alpha, scores: [99.7]}")),
        human_baselines__digits=examples.baseline(),
        achievements__a=examples.achievement("result: benchmarks/old-digits#results.alpha\nhuman_baseline: digits\nmetric: accuracy\n")),
}


def test_fix_follows_renamed_records(tmp_path: Path):
    data = write_data(tmp_path, RENAMED)
    assert run("fix", data) == (
        0, "data/achievements/a.yaml:6: benchmarks/old-digits#results.alpha is now benchmarks/digits#results.alpha\n"
        "data/topics/b.yaml:2: sight is now vision\ndata/topics/b.yaml:3: topics/sight is now topics/vision\n",
        f"{len(RENAMED)} looked at, 2 mended; `catalog check` says what is left\n")
    assert (data / "topics/b.yaml").read_text(encoding="utf-8") == "name: B\nparent: vision  # the wider one\nrelated: [topics/vision]\n"
    assert run("fix", data)[:2] == (0, "")


def test_fix_check_changes_nothing_and_names_of_files_are_only_said(tmp_path: Path):
    data = write_data(tmp_path, {"topics/a.yaml": "name: A  \n", "topics/Machine_vision.yaml": "name: B\n"})
    assert run("fix", data, "--check") == (
        1, "data/topics/a.yaml:1: removed spaces at the end of 1 line\n"
        "data/topics/Machine_vision.yaml: rename the file to machine-vision.yaml (not done: other records may name it)\n",
        "2 looked at, 1 to be mended; `catalog check` says what is left\n")
    assert (data / "topics/a.yaml").read_bytes() == b"name: A  \n"


# check

def sarif_of(folder: Path, files: dict[str, str]) -> dict:
    return json.loads(format_sarif(check_files(folder, files).problems))


ESSENTIALS = {  # what the schema of SARIF 2.1.0 demands of what we write
    "type": "object", "required": ["version", "runs"], "properties": {
        "$schema": {"type": "string", "format": "uri"}, "version": {"const": "2.1.0"},
        "runs": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["tool", "results"], "additionalProperties": False, "properties": {
            "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            "tool": {"type": "object", "required": ["driver"], "properties": {"driver": {
                "type": "object", "required": ["name"], "additionalProperties": False, "properties": {
                    "name": {"type": "string"}, "version": {"type": "string"}, "rules": {"type": "array", "uniqueItems": True, "items": {
                        "type": "object", "required": ["id"], "additionalProperties": False, "properties": {
                            "id": {"type": "string"}, "shortDescription": {"$ref": "#/$defs/message"}, "fullDescription": {"$ref": "#/$defs/message"},
                            "help": {"$ref": "#/$defs/message"}, "defaultConfiguration": {"properties": {"level": {"$ref": "#/$defs/level"}}}}}}}}}},
            "results": {"type": "array", "items": {"type": "object", "required": ["message"], "additionalProperties": False, "properties": {
                "ruleId": {"type": "string"}, "ruleIndex": {"type": "integer", "minimum": 0}, "level": {"$ref": "#/$defs/level"},
                "message": {"$ref": "#/$defs/message"}, "partialFingerprints": {"additionalProperties": {"type": "string"}},
                "locations": {"type": "array", "items": {"type": "object", "properties": {"physicalLocation": {
                    "type": "object", "required": ["artifactLocation"], "additionalProperties": False, "properties": {
                        "artifactLocation": {"properties": {"uri": {"type": "string", "format": "uri-reference", "pattern": "^(?:file:///|[^/])[^ ]*$"}}},
                        "region": {"additionalProperties": False, "properties": {
                            "startLine": {"type": "integer", "minimum": 1}, "startColumn": {"type": "integer", "minimum": 1}}}}}}}},
            }}},
        }}}},
    "$defs": {"message": {"type": "object", "required": ["text"], "additionalProperties": False, "properties": {"text": {"type": "string", "minLength": 1}}},
              "level": {"enum": ["none", "note", "warning", "error"]}},
}


def test_sarif_has_the_form_of_the_standard(tmp_path: Path):
    log = sarif_of(tmp_path, {"topics/a.yaml": "nam: A\nsummary:\n", "topics/b.yaml": "name: B\nreview_by: 2020-01-01\n"})
    Draft202012Validator(ESSENTIALS).validate(log)
    run_ = log["runs"][0]
    assert {r["ruleId"] for r in run_["results"]} == {"unknown-field", "missing-field", "empty-value", "past-review", "russian-name"}
    assert all(run_["tool"]["driver"]["rules"][r["ruleIndex"]]["id"] == r["ruleId"] for r in run_["results"])
    past = next(r for r in run_["results"] if r["ruleId"] == "past-review")
    assert (past["level"], past["locations"][0]["physicalLocation"]["region"]) == ("warning", {"startLine": 2, "startColumn": 12})


def test_sarif_paths_are_relative_to_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write_data(tmp_path, {"topics/a.yaml": "nam: A\n"})
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["check", "--format", "sarif"])
    log = json.loads(done.stdout)
    assert done.exit_code == 1
    assert log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "data/topics/a.yaml"}


def affected(folder: Path, files: dict[str, str], path: str) -> tuple[set[str], set[str]]:
    """Return `path: rule` of the problems inside a file and of those elsewhere that arise because of it."""
    checked = check_files(folder, files)
    shown = select_affected(checked, [folder / "data" / path])
    own, elsewhere = ({f"{os.path.relpath(p.path, folder / 'data')}: {p.rule}" for p in some if p.severity == "error"} for some in shown)
    return own, elsewhere


@pytest.mark.parametrize(("files", "path", "elsewhere"), [
    (RENAMED, "topics/vision.yaml", {"topics/b.yaml: renamed-reference"}),
    ({"topics/sight.yaml": "removed: {date: 2026-01-05, reason: Twice}\n", "topics/x.yaml": "name: X\nparent: sight\n"}, "topics/sight.yaml", {"topics/x.yaml: removed-reference"}),
    ({"topics/a.yaml": "name: A\nparent: b\n", "topics/b.yaml": "name: B\nparent: a\n", "topics/c.yaml": "nam: C\n"}, "topics/b.yaml", {"topics/a.yaml: cycle"}),
    ({"topics/a.yaml": "name: Vision\n", "topics/b.yaml": "name: VISION\n"}, "topics/a.yaml", {"topics/b.yaml: same-name"}),
    (examples.files(benchmarks__digits=examples.benchmark(), human_baselines__a=examples.baseline("levels: {acuracy: 98}\n")), "benchmarks/digits.yaml",
     {"human_baselines/a.yaml: unknown-metric"}),
    (examples.files(benchmarks__digits=examples.benchmark(), human_baselines__a=examples.baseline("levels: {accuracy: 101}\n")), "benchmarks/digits.yaml",
     {"human_baselines/a.yaml: score-out-of-range"}),
    (examples.files(benchmarks__digits=examples.benchmark(), human_baselines__a=examples.baseline("levels: {accuracy: 101}\n")), "sources/paper.yaml", set()),
])
def test_problems_elsewhere_are_shown_where_they_come_from(tmp_path: Path, files: dict[str, str], path: str, elsewhere: set[str]):
    assert affected(tmp_path, files, path) == (set(), elsewhere)


def test_check_says_which_problems_stand_elsewhere(tmp_path: Path):
    data = write_data(tmp_path, RENAMED)
    code, said, error = run("check", data, data / "topics/vision.yaml")
    assert code == 1
    assert "data/topics/b.yaml:2:9: error: parent: 'sight' is now called 'vision' [renamed-reference]\n" in said
    assert error.endswith("2 of them in other files, because of the files you named\n")


def test_rules_that_look_elsewhere_exist():
    assert set(all_rules()) >= NAMING_OTHER | JUDGING_BY_OTHER
    assert TODAY


# schema

def test_schema_prints_and_lists():
    shown = CliRunner().invoke(app, ["schema", "dataset"])
    assert (shown.exit_code, json.loads(shown.stdout)["title"]) == (0, "Data sets")
    assert "datasets " in CliRunner().invoke(app, ["schema"]).stdout
    wrong = CliRunner().invoke(app, ["schema", "datsets"])
    assert (wrong.exit_code, wrong.stderr.split("?")[0]) == (2, "there is no kind 'datsets': did you mean 'datasets'")


def test_schema_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, ["schema", "--write"]).exit_code == 0
    settings = json.loads((tmp_path / ".vscode/settings.json").read_text(encoding="utf-8"))
    for schema, files in settings["yaml.schemas"].items():
        assert (tmp_path / schema).is_file()
        assert files == f"data/{Path(schema).stem}/**/*.yaml"


# properties of fix on real records with slips of the pen

DATA = Path(__file__).resolve().parent.parent / "data"
FILES = sorted(f for f in DATA.rglob("*.yaml") if f.name != "exceptions.yaml")[::20]
SLIPS = ["\t", " \n", "\r\n", "no", "1,000", "yes", "'", '"', "\ufeff", "e\u0301", "#", ":", "- ", "\n\n", "1.10", "  "]


def judged(text: str, kind: str) -> tuple[object, set[tuple[str, str]]]:
    """Return the record of a text, None if it is none, and what is wrong with it."""
    document = read_document("", kind, "x", text.encode("utf-8"))
    found, problems = validate_document(document) if not document.problems else (None, [])
    record = found.removed if isinstance(found, Tombstone) else found.record if found else None
    return record, {(p.rule, p.what) for p in [*document.problems, *problems]}


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(FILES), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3), st.sampled_from(SLIPS)), min_size=1, max_size=4))
def test_fix_brings_no_problem_and_changes_no_value_that_is_right(file: Path, slips):
    text, kind = file.read_text(encoding="utf-8"), file.relative_to(DATA).parts[0]
    for where, length, piece in slips:
        at = int(where * len(text))
        text = text[:at] + piece + text[at + length:]
    mended, done = mend(text.encode("utf-8"), kind)
    (before, problems), (after, left) = judged(text, kind), judged(mended, kind)
    if before is not None:
        assert after == before
    if not any(rule in ("tab", "byte-order-mark", "line-ending", "not-nfc") for rule, _ in problems):
        assert left <= problems
    assert bool(done) == (mended != text)
    assert mend(mended.encode("utf-8"), kind)[0] == mended
