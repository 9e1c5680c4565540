"""Reading: bytes become trees of raw scalars with places, or one problem that says where and how to mend it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from factories import check_files, errors_of, message, read, write_data

from catalog.kinds import all_kinds
from catalog.problems import Mark
from catalog.read import DEPTH_LIMIT, Mapping, Scalar, Sequence, find_files, read_catalog
from catalog.text import SIZE_LIMIT

KINDS = all_kinds()


def places(document) -> list[tuple[int, int, str, str]]:
    return [(p.line, p.column, p.rule, p.what) for p in document.problems]


def test_scalars_stay_the_text_they_are_and_keep_their_style_and_place():
    root = read("name: no\nreview_by: 2016-03-09\naliases: ['010', 010, \"a b\"]\nnote: |\n  yes\n").root
    assert root.entries["name"] == Scalar("no", True, Mark(1, 7))
    assert root.entries["review_by"] == Scalar("2016-03-09", True, Mark(2, 12))
    assert root.entries["aliases"] == Sequence(
        [Scalar("010", False, Mark(3, 11)), Scalar("010", True, Mark(3, 18)), Scalar("a b", False, Mark(3, 23))], Mark(3, 10))
    assert root.entries["note"] == Scalar("yes\n", False, Mark(4, 7))
    assert root.key_marks == {"name": Mark(1, 1), "review_by": Mark(2, 1), "aliases": Mark(3, 1), "note": Mark(4, 1)}
    assert root.mark == Mark(1, 1)


def test_columns_count_letters_not_bytes():
    assert read("names: {ru: Ёлка, de: Änderung}\n").root.entries["names"].key_marks["de"] == Mark(1, 19)
    assert read("names: {ru: \U0001f600, de: X}\n").root.entries["names"].entries["de"] == Scalar("X", True, Mark(1, 20))


def test_place_of_a_path_is_that_of_the_value_of_its_key_or_of_the_nearest_parent():
    document = read("name: X\nfacts:\n- {name: weight, value: 5}\n- name: height\n  value: 6\n")
    assert document.mark("facts.2.value") == Mark(5, 10)
    assert document.mark("facts.2.value", key=True) == Mark(5, 3)
    assert document.mark("facts.2.unit") == Mark(4, 3)
    assert document.mark("facts.3.unit") == Mark(2, 1)
    assert document.mark("facts.0") == Mark(2, 1)
    assert document.mark("") == Mark(1, 1)
    assert document.mark("nothing.at.all") == Mark(1, 1)
    assert document.line(4) == "- name: height" and document.line(99) == ""


@pytest.mark.parametrize(("text", "problem"), [
    ("name: &x MNIST\n", (1, 7, "anchor", "the anchor &x stands here")),
    ("name: &x\n", (1, 7, "anchor", "the anchor &x stands here")),
    ("&x name: MNIST\n", (1, 1, "anchor", "the anchor &x stands here")),
    ("name: *x\n", (1, 7, "alias", "the alias *x stands for text written elsewhere")),
    ("name: !!str MNIST\n", (1, 7, "tag", "the tag tag:yaml.org,2002:str stands here")),
    ("name: !!python/object:os.system MNIST\n", (1, 7, "tag", "the tag tag:yaml.org,2002:python/object:os.system stands here")),
    ("name: !x MNIST\n", (1, 7, "tag", "the tag !x stands here")),
    ("name: ! MNIST\n", (1, 7, "tag", "the tag ! stands here")),
    ("name: ! 'MNIST'\n", (1, 7, "tag", "the tag ! stands here")),
    ("! name: MNIST\n", (1, 1, "tag", "the tag ! stands here")),
    ("aliases: ! [a]\n", (1, 10, "tag", "the tag ! stands here")),
    ("names: !!map {ru: a}\n", (1, 8, "tag", "the tag tag:yaml.org,2002:map stands here")),
    ("name: X\n<<: {summary: Y}\n", (2, 1, "merge-key", "the merge key << stands here")),
    ("? [name, title]\n: X\n", (1, 3, "complex-key", "a list or mapping stands where a key should")),
    ("name: X\n---\nname: Y\n", (2, 1, "second-document", "a second document begins here")),
    ("name: X\n...\n---\nname: Y\n", (3, 1, "second-document", "a second document begins here")),
    ("", (1, 1, "empty-file", "the file holds nothing")),
    ("# a note\n", (1, 1, "empty-file", "the file holds nothing")),
    ("---\n", (1, 1, "empty-file", "the file holds nothing")),
    ("- MNIST\n", (1, 1, "not-a-mapping", "the file holds no keys")),
    ("MNIST\n", (1, 1, "not-a-mapping", "the file holds no keys")),
    ("''\n", (1, 1, "not-a-mapping", "the file holds no keys")),
    ("name: X\nname: Y\n", (2, 1, "duplicate-key", "the key 'name' stands here again; it stands already in line 1")),
    ("names: {ru: a, 'ru': b}\n", (1, 16, "duplicate-key", "the key 'ru' stands here again; it stands already in line 1")),
    ("names:\n\tru: X\n", (2, 1, "tab", "the line is indented with a tab")),
    ("names:\n  \tru: X\n    de: Y\n", (2, 3, "tab", "the line is indented with a tab")),
    ("name: MNIST: digits\n", (1, 12, "yaml-syntax", "a colon followed by a space stands inside a text without quotes")),
    ("name: X\nsummary 3\nnote: Y\n", (2, 1, "yaml-syntax", "a line holds a key without its colon")),
    ("name: X\nsummary", (2, 1, "yaml-syntax", "a line holds a key without its colon")),
    ("name: X\nnote: 'no end\nsummary: Y\n", (2, 7, "yaml-syntax", "the file ends inside a quoted text or a bracket")),
    ("aliases: [a, b\nname: X\n", (2, 5, "yaml-syntax", "a list in [ ] is not closed or lacks a comma")),
    ("aliases: [a,\n", (2, 1, "yaml-syntax", "a value is missing here, or a bracket above is not closed")),
    ("name: @home\n", (1, 7, "yaml-syntax", "a value begins with a character that has a meaning in YAML (@, ` or %)")),
    ('name: "\\d"\n', (1, 8, "yaml-syntax", "a backslash stands in a text with double quotes")),
    ('name: "\\ud800"\n', (1, 10, "yaml-syntax", "the YAML parser stops here: found invalid Unicode character escape code (while parsing a quoted scalar)")),
    ("name: X\n note: Y\n", (2, 6, "yaml-syntax", "a colon followed by a space stands inside a text without quotes")),
    ("name: MN\x07IST\n", (1, 9, "control-character", "the character U+0007 (control character) stands here unseen")),
    ("name: MN\x00IST\n", (1, 9, "control-character", "the character U+0000 (control character) stands here unseen")),
    ("name: X\u2028Y\n", (1, 8, "control-character", "the character U+2028 (line separator) stands here unseen")),
    ("name: X\u0085Y\n", (1, 8, "control-character", "the character U+0085 (control character) stands here unseen")),
    ("name: X\nnote: a\u202eb\n", (2, 8, "invisible-character", "the character U+202E (right-to-left override) stands here unseen")),
    ("name: a\u3164b\n", (1, 8, "invisible-character", "the character U+3164 (hangul filler) stands here unseen")),
    ("name: a\U000e0101b\n", (1, 8, "invisible-character", "the character U+E0101 (variation selector-18) stands here unseen")),
    ("name: a\u034fb\n", (1, 8, "invisible-character", "the character U+034F (combining grapheme joiner) stands here unseen")),
    ('name: "a\\u202eb"\n', (1, 7, "invisible-character", "the character U+202E (right-to-left override) stands here unseen, written as an escape")),
    ('name: "a\\0b"\n', (1, 7, "control-character", "the character U+0000 (control character) stands here unseen, written as an escape")),
    ('name: "a\\rb"\n', (1, 7, "control-character", "the character U+000D (control character) stands here unseen, written as an escape")),
    ('"na\\x07me": X\n', (1, 1, "control-character", "the character U+0007 (control character) stands here unseen, written as an escape")),
    ('name: "e\\u0301"\n', (1, 7, "not-nfc", "escapes write a letter as base letter and accent")),
    ("name: X\nsummary: 'и\u0301 e\u0301'\n", (2, 14, "not-nfc", "a letter is written as base letter and accent")),
    ("name: X\nsummary: \u212bngström\n", (2, 10, "not-nfc", "a letter is written as base letter and accent")),
    ("\ufeffname: X\n", (1, 1, "byte-order-mark", "the file begins with a byte-order mark")),
    ("name: X\r\nnote: Y\r\n", (1, 8, "line-ending", "the line ends with a carriage return")),
    ("name: X\rnote: Y\n", (1, 8, "line-ending", "the line ends with a carriage return")),
])
def test_one_mistake_gives_one_problem_at_its_place(text, problem):
    assert places(read(text)) == [problem]


@pytest.mark.parametrize("text", [
    "name: X\n", "---\nname: X\n", "name: X\n...\n", "name: X", "\n\n# note\nname: X\n", "{name: X}\n", "name: 'a & b * c ! d'\n", "name: a & b ! c\n",
    'name: "a\\tb\\n\\u00e9"\n', "name: и\u0301\n", "name: \U0001f469\n", "name: \u2764\ufe0f\n", "'<<': X\n", "name: X\n\n\n",
])
def test_plain_yaml_is_read(text):
    document = read(text)
    assert document.problems == [] and isinstance(document.root, Mapping)


@pytest.mark.parametrize(("data", "problem"), [
    (b"name: caf\xe9\n", (1, 10, "invalid-utf8", "byte 0xe9 is not UTF-8")),
    ("note: Ёлка\nname: ".encode() + b"\xff\n", (2, 7, "invalid-utf8", "byte 0xff is not UTF-8")),
    (b"name: \xed\xa0\x80\n", (1, 7, "invalid-utf8", "byte 0xed is not UTF-8")),
    (b"name: \xf0\x9f\x98", (1, 7, "invalid-utf8", "byte 0xf0 is not UTF-8")),
    ("name: X\n".encode("utf-16"), (1, 1, "invalid-utf8", "byte 0xff is not UTF-8")),
])
def test_bytes_that_are_no_utf8_are_named_with_their_place(data, problem):
    assert places(read(data)) == [problem]


def test_message_names_place_reason_and_mend():
    (problem,) = read("name: X\nnote: a\u202eb\n").problems
    assert message(problem) == (
        "data/topics/example.yaml:2:8: error: the character U+202E (right-to-left override) stands here unseen [invisible-character]\n"
        "  why: They make two names look equal that are not, or a text read otherwise than it is stored.\n"
        "  fix: delete the character")


def test_duplicate_key_message():
    (problem,) = read("name: X\nnames: {ru: Э}\nname: Y\n").problems
    assert message(problem) == (
        "data/topics/example.yaml:3:1: error: the key 'name' stands here again; it stands already in line 1 [duplicate-key]\n"
        "  why: Other readers keep the last value silently and the first is lost.\n"
        "  fix: delete one of the two, or join them")


def test_every_duplicate_is_reported_and_the_first_value_kept():
    document = read("name: A\nname: B\nname: C\nnote: D\nnote: E\n")
    assert [(p.line, p.rule) for p in document.problems] == [(2, "duplicate-key"), (3, "duplicate-key"), (5, "duplicate-key")]
    assert document.root.entries["name"].text == "A"


def test_a_file_of_the_largest_size_is_read_and_one_byte_more_is_refused():
    text = "name: X\n#" + "x" * (SIZE_LIMIT - 10) + "\n"
    assert len(text) == SIZE_LIMIT and read(text).problems == []
    assert places(read(text + "\n")) == [(1, 1, "too-large", f"the file has {SIZE_LIMIT + 1:,} bytes, more than {SIZE_LIMIT:,}")]


def test_nesting_ends_at_the_limit():
    # the file is the first level, each bracket one more; scalars are none
    assert read("name: " + "[" * (DEPTH_LIMIT - 2) + "x" + "]" * (DEPTH_LIMIT - 2)).problems == []
    deeper = read("name: " + "[" * (DEPTH_LIMIT - 1) + "x" + "]" * (DEPTH_LIMIT - 1))
    assert places(deeper) == [(1, 6 + DEPTH_LIMIT - 1, "too-deep", f"the {DEPTH_LIMIT}th level of nesting begins here")]


@pytest.mark.parametrize("text", [
    "[" * 90_000, "{" * 90_000, "- " * 45_000, "? " * 45_000, "a: " * 30_000, "a: [" * 20_000, '"' + "\\" * 90_000, "'" + "\n" * 90_000, "&" * 90_000,
    "name: " + "[a, " * 20_000, "!" * 90_000, "%" * 90_000, "#" * 90_000, "\n" * 90_000, " " * 90_000, "\t" * 90_000,
])
def test_an_attack_is_refused_without_harm(text):
    document = read(text)
    assert len(document.problems) == 1 and document.root is None
    assert document.problems[0].line <= text.count("\n") + 1


# files and folders


def test_record_is_named_by_its_folder_and_file_wherever_it_lies(tmp_path):
    data = write_data(tmp_path, {"sources/2016/a-2016-x.yaml": "type: paper\ntitle: A\n", "topics/vision.yaml": "name: Vision\n"})
    documents, problems = read_catalog(data, KINDS)
    assert [d.ref for d in documents] == ["sources/a-2016-x", "topics/vision"] and problems == []


@pytest.mark.parametrize(("path", "rule", "what", "fix"), [
    ("vision.yaml", "stray-file", "vision.yaml stands in no folder of a kind", "move it into the folder of its kind, e.g. data/datasets"),
    ("topics/vision.yml", "stray-file", "vision.yml is no .yaml file", "rename it to vision.yaml, or delete it"),
    ("topics/vision.YAML", "stray-file", "vision.YAML is no .yaml file", "rename it to vision.yaml, or delete it"),
    ("topics/vision", "stray-file", "vision is no .yaml file", "rename it to vision.yaml, or delete it"),
    ("topics/vision.yaml~", "stray-file", "vision.yaml~ is no .yaml file", "rename it to vision.yaml, or delete it"),
    ("topics/Vision.yaml", "file-name", "'Vision' cannot be an id", "rename the file to vision.yaml"),
    ("topics/computer_vision.yaml", "file-name", "'computer_vision' cannot be an id", "rename the file to computer-vision.yaml"),
    ("topics/a--b.yaml", "file-name", "'a--b' cannot be an id", "rename the file to a-b.yaml"),
    ("topics/v1.2.yaml", "file-name", "'v1.2' cannot be an id", "rename the file to v1-2.yaml"),
    ("topics/зрение.yaml", "file-name", "'зрение' cannot be an id", "rename the file to name.yaml"),
    ("topics/con.yaml", "file-name", "'con' cannot be an id", "rename the file to con-1.yaml"),
    (f"topics/{'x' * 81}.yaml", "file-name", f"'{'x' * 81}' cannot be an id", f"rename the file to {'x' * 80}.yaml"),
    ("exceptions/x.yaml", "unknown-folder", "there is no kind 'exceptions'", "the kinds are " + ", ".join(sorted(KINDS))),
])
def test_file_that_is_no_record_is_reported(tmp_path, path, rule, what, fix):
    data = write_data(tmp_path, {path: "name: Vision\n"})
    documents, (problem,) = read_catalog(data, KINDS)
    assert documents == []
    assert (problem.path, problem.line, problem.column) == (str(data / path), 1, 1)
    assert (problem.rule, problem.what, problem.fix) == (rule, what, fix)


@pytest.mark.parametrize(("name", "shown"), [
    (b"topics/\xff.yaml", "'topics/\\udcff.yaml'"), (b"topics/a\nb.yaml", "'topics/a\\nb.yaml'"), (b"topics/\x1b[31m/vision.yaml", "'topics/\\x1b[31m/vision.yaml'"),
    (b"\xff.yaml", "'\\udcff.yaml'")])
def test_name_that_cannot_be_shown_is_refused_in_a_message_that_can(tmp_path, name, shown):
    # such a path ended the check with an exception when it was printed, and the build when it was stored
    data = write_data(tmp_path, {"topics/vision.yaml": "name: Vision\n"})
    file = os.path.join(os.fsencode(data), name)
    os.makedirs(os.path.dirname(file), exist_ok=True)
    with open(file, "wb") as written:
        written.write(b"name: X\n")
    documents, (problem,) = read_catalog(data, KINDS)
    assert [d.slug for d in documents] == ["vision"]
    assert (problem.rule, problem.what, problem.fix) == ("file-name", f"{shown} holds a character that cannot be shown", "rename the file or folder")
    assert message(problem).encode() and "\x1b" not in message(problem) and problem.path.count("\n") == 0


def test_a_record_called_exceptions_is_read(tmp_path):
    # only data/exceptions.yaml is no record; below a kind the name is an id like any other and was lost silently
    data = write_data(tmp_path, {"topics/exceptions.yaml": "name: Exceptions\n", "exceptions.yaml": "# none\n"})
    documents, problems = read_catalog(data, KINDS)
    assert [d.ref for d in documents] == ["topics/exceptions"] and problems == []


def test_notes_and_hidden_files_are_no_records(tmp_path):
    data = write_data(tmp_path, {
        "README.md": "x", "topics/README.md": "x", "topics/.vision.yaml.swp": "x", ".git/x.yaml": "x", "topics/vision.yaml": "name: Vision\n"})
    assert [f.name for f in find_files(data)] == ["vision.yaml"]


def test_same_id_in_two_folders_is_reported(tmp_path):
    data = write_data(tmp_path, {"topics/vision.yaml": "name: Vision\n", "topics/old/vision.yaml": "name: Sight\n"})
    documents, (problem,) = read_catalog(data, KINDS)
    assert [d.ref for d in documents] == ["topics/vision"]
    first, second = data / "topics/old/vision.yaml", data / "topics/vision.yaml"
    assert message(problem) == (
        f"{second}:1:1: error: topics/vision is also defined in {first} [duplicate-id]\n"
        "  why: Subfolders carry no meaning, so both files would be the same record.\n"
        "  fix: rename one of the two files; subfolders do not make ids differ")


def test_link_to_nowhere_is_no_silent_loss(tmp_path):
    data = write_data(tmp_path, {"topics/vision.yaml": "name: Vision\n"})
    (data / "topics/lost.yaml").symlink_to("nowhere.yaml")
    documents, (problem,) = read_catalog(data, KINDS)
    assert [d.slug for d in documents] == ["vision"]
    assert (problem.rule, problem.what) == ("unreadable", "the file cannot be read: No such file or directory")


def test_link_to_a_file_is_read_under_its_own_name(tmp_path):
    data = write_data(tmp_path, {"topics/vision.yaml": "name: Vision\n"})
    (data / "topics/sight.yaml").symlink_to("vision.yaml")
    documents, problems = read_catalog(data, KINDS)
    assert [d.slug for d in documents] == ["sight", "vision"] and problems == []


@pytest.fixture
def ordinary_user():
    """Whoever runs the tests, but not the superuser, who may read everything: he works as nobody meanwhile."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


def test_file_without_permission_is_reported(ordinary_user):
    with tempfile.TemporaryDirectory() as folder:  # below pytest's own folders only their owner may look
        data = write_data(Path(folder), {"topics/vision.yaml": "name: Vision\n"})
        (data / "topics/vision.yaml").chmod(0)
        _, (problem,) = read_catalog(data, KINDS)
    assert (problem.rule, problem.what) == ("unreadable", "the file cannot be read: Permission denied")


def test_a_run_that_read_no_file_fails(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no data folder"):
        read_catalog(tmp_path / "data", KINDS)
    data = write_data(tmp_path, {"README.md": "Nothing yet.\n", "exceptions.yaml": "# none\n"})
    (data / "topics").mkdir()
    with pytest.raises(FileNotFoundError, match="there is no record in"):
        read_catalog(data, KINDS)


def test_broken_files_do_not_hide_each_other(tmp_path):
    checked = check_files(tmp_path, {
        "topics/a.yaml": "name: 'A\n", "topics/b.yaml": "name: B\nname: B\n", "topics/c.yaml": "nmae: C\n", "Topics/d.yaml": "name: D\n",
        "topics/e.yaml": "name: E\nparent: a\n"})
    assert [e.rpartition("[")[2].rstrip("]") for e in errors_of(checked, tmp_path)] == [
        "unknown-folder", "yaml-syntax", "duplicate-key", "missing-field", "unknown-field"]


@pytest.mark.parametrize(("text", "place"), [
    ("name:MNIST\nsummary: Digits\n", (1, 6, "no space stands after the colon of 'name'", "write `name: MNIST`")),
    ("summary: Digits\nname:MNIST\nnote: X\n", (2, 6, "no space stands after the colon of 'name'", "write `name: MNIST`")),
    ("links:\n- kind:home\n  url: https://example.org/\n", (2, 8, "no space stands after the colon of 'kind'", "write `kind: home`")),
    ("aliases: [CV\nname: X\n", (2, 5, "a list in [ ] is not closed or lacks a comma", "add the comma or the closing ] of line 1, where it begins")),
])
def test_mistake_that_the_parser_sees_later_is_told_where_it_was_made(text, place):
    (problem,) = read(text).problems
    assert (problem.line, problem.column, problem.what, problem.fix) == place
