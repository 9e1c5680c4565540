"""Validation: each scalar is resolved by its field; every mistake gives one message at its place."""

from __future__ import annotations

import pytest
from factories import CITED, MINIMAL, message, read, validate

from catalog.edtf import Date
from catalog.fields import TEXT_LIMIT
from catalog.kinds import all_kinds
from catalog.quantity import Quantity
from catalog.validate import KEY_LIMIT, Tombstone, ValidRecord, validate_catalog, validate_document


def record(text: str, kind: str = "topics"):
    found, problems = validate(text, kind)
    assert problems == [] and isinstance(found, ValidRecord)
    return found.record


def said(text: str, kind: str = "topics") -> list[tuple[int, int, str, str, str]]:
    found, problems = validate(text, kind)
    assert found is None
    return [(p.line, p.column, p.rule, p.what, p.fix) for p in problems]


def test_the_field_decides_what_a_scalar_is():
    found = record(
        "title: '1984'\nauthors: [Ada Example]\nlanguage: en\nyear: 1984\npages: 12\nreview_by: 1984\n"
        "facts:\n- {name: weight, value: 1984, text: '1984', as_of: 1984}\n" + CITED, "books")
    assert (found.title, found.year, found.review_by) == ("1984", 1984, Date("1984", "1984-01-01", "1984-12-31"))
    assert (found.facts[0].value, found.facts[0].text) == (Quantity("1984", 1984.0), "1984")


def test_truth_values_are_the_two_words_only():
    head = MINIMAL["datasets"]
    assert record("is_synthetic: true\n" + head, "datasets").is_synthetic is True
    assert record("is_synthetic: false\n" + head, "datasets").is_synthetic is False
    for text in ("yes", "True", "'true'", "1", "on"):
        assert said(f"is_synthetic: {text}\n" + head, "datasets") == [
            (1, 15, "invalid-boolean", f"is_synthetic: {text.strip(chr(39))!r} is not a truth value", "write true or false, without quotes")]


@pytest.mark.parametrize("text", [
    "no", "No", "NO", "y", "on", "off", "true", "False", "~", "null", "NULL", "12", "-12", "+12", "1_000", "1,000", "1.10", ".5", "5.", "1e5", "5.e3",
    "1E-5", "010", "0x1F", "-0x1F", "0o17", "0b11", "12:30", "12:30:45.5", "190:20:30", "2016-03-09", "2016-3-9", "2001-12-14t21:59:43Z", ".inf", "-.INF",
    ".NaN", "=",
])
def test_text_that_another_reader_takes_for_something_else_must_be_quoted(text):
    (problem,) = validate(f"name: X\naliases:\n- {text}\n")[1]
    if text in ("~", "null", "NULL"):
        assert (problem.line, problem.column, problem.rule, problem.what) == (3, 3, "empty-value", "aliases.1: has no value")
    else:
        assert (problem.line, problem.column, problem.rule) == (3, 3, "quote-it")
        assert (problem.what, problem.fix) == (f"aliases.1: {text} is a text here but stands without quotes", f"quote it: '{text}'")
    assert record(f"name: X\naliases: ['{text}']\n").aliases == [text]


@pytest.mark.parametrize("text", ["v1.0", "1.2.3", "3D", "4-bit", "C#", "e5", "-", "+", ".", "10%", "1..2", "2016-", "nope", "Norway", "__", "1a", "№ 5"])
def test_other_text_needs_no_quotes(text):
    assert record(f"name: X\naliases: [{text}]\n").aliases == [text]


@pytest.mark.parametrize("text", [
    "1" * 19_000 + "x", "1_," * 6_000 + "x", "1:1" * 6_000 + "x", "0x" + "_" * 19_000 + "g", "1." + "_" * 19_000 + "x", "." + "1" * 19_000 + "x",
])
def test_long_text_is_looked_at_once(text):
    # a text of digits took time by the square of its length: 96 KB took minutes
    assert record(f"name: X\nsummary: {text}\n").summary == text


def test_unknown_field_names_the_nearest():
    (problem,) = validate("name: Vision\nsumary: Seeing.\n")[1]
    assert message(problem) == (
        "data/topics/example.yaml:2:1: error: a topic has no field 'sumary' [unknown-field]\n"
        "  why: A key that nobody reads would be lost silently.\n"
        "  fix: did you mean 'summary'? Otherwise the fields here are aliases, definition, derived, examples, facts, former_ids, "
        "identifiers, links, name, names, note, parent, related, review_by, sources, summary, timings, topics")


def test_article_fits_the_noun():
    assert said("colour: red\n" + MINIMAL["achievements"], "achievements")[0][3] == "an achievement has no field 'colour'"
    assert said("colour: red\n" + MINIMAL["hardware"], "hardware")[0][3] == "a device has no field 'colour'"


def test_missing_fields_are_all_named_with_what_they_hold():
    assert said("names: {ru: Книга}\n", "books") == [
        (1, 1, "missing-field", "a book lacks the field 'title'", "add `title:` (title as printed)"),
        (1, 1, "missing-field", "a book lacks the field 'authors'", "add `authors:` (authors as printed, in order)"),
        (1, 1, "missing-field", "a book lacks the field 'language'", "add `language:` (language of the text)"),
    ]


def test_field_missing_in_a_part_points_at_the_part():
    assert said("name: X\nfacts:\n- {name: weight}\n- {value: 5}\n") == [
        (4, 3, "missing-field", "facts.2 lacks the field 'name'", "add `name:` (what the number is, in few words; the same words in every record)")]


@pytest.mark.parametrize(("text", "problem"), [
    ("summary:\n", (2, 1, "empty-value", "summary: has no value", "write the value, or delete the line `summary:`")),
    ("summary: ~\n", (2, 1, "empty-value", "summary: has no value", "write the value, or delete the line `summary:`")),
    ("summary: ''\n", (2, 10, "empty-value", "summary: has no value", "write the text, or delete the line")),
    ("summary: '  '\n", (2, 10, "empty-value", "summary: has no value but spaces", "write the text, or delete the line")),
    ('summary: "\\n\\t"\n', (2, 10, "empty-value", "summary: has no value but spaces", "write the text, or delete the line")),
    ("aliases: CV\n", (2, 10, "wrong-shape", "aliases: a list is expected", "write `aliases: [CV]`")),
    ("aliases: {a: CV}\n", (2, 10, "wrong-shape", "aliases: a list is expected", "begin each item of the list with `- `")),
    ("aliases: [[CV]]\n", (2, 11, "wrong-shape", "aliases.1: a single value is expected", "write one value after the colon; quote it if it begins with [ or {")),
    ("aliases: [CV, ]\naliases2: x\n", None),
    ("names: [a]\n", (2, 8, "wrong-shape", "names: a mapping is expected", "write the keys below `names:`, indented by two spaces")),
    ("names: {russian: Зрение}\n", (2, 9, "invalid-key", "names: 'russian' is no language code", "write a code such as ru, en, de, zh-Hans")),
    ("names: {ru: [Зрение]}\n", (2, 13, "wrong-shape", "names.ru: a single value is expected", "write one value after the colon; quote it if it begins with [ or {")),
    ("summary: {a: b}\n", (2, 10, "wrong-shape", "summary: a single value is expected", "write one value after the colon; quote it if it begins with [ or {")),
    ("facts: [5]\n", (2, 9, "wrong-shape", "facts.1: keys and values are expected", "write a mapping with `name:`")),
    ("facts: [~]\n", (2, 9, "wrong-shape", "facts.1: keys and values are expected", "write a mapping with `name:`")),
    ("identifiers: {arxv: '1'}\n", (2, 15, "invalid-key", "identifiers: 'arxv' is none of the allowed keys", None)),
    ("topics: [Computer Vision]\n", (2, 10, "invalid-reference", "topics.1: 'Computer Vision' is no reference", "write the id of a record in data/topics, e.g. mnist")),
    ("topics: [topics/vision]\n", (2, 10, "invalid-reference", "topics.1: 'topics/vision' is no reference", "write 'vision': the field itself says the kind")),
    ("related: [dropout]\n", (2, 11, "invalid-reference", "related.1: 'dropout' is no reference", "write <kind>/<id>, e.g. methods/dropout")),
    ("review_by: 30.11.2026\n", (
        2, 12, "invalid-date", "review_by: '30.11.2026' is not a year, month or day (YYYY, YYYY-MM or YYYY-MM-DD)",
        "write 1943, 1986-10, 2016-03-09, 2016-03-09/2016-03-15, 1974~ or ../2022-02-07")),
    ("facts: [{name: w, value: '60,000'}]\n", (
        2, 26, "invalid-number", "facts.1.value: '60,000' has thousands separators; write 60000",
        'write a number as 7, ~7, ">50", 947..1024, 5.1±0.6, 18.6e9, or not-reported')),
    ("timings: [{workload: w, duration_s: 5 s}]\n", (
        2, 37, "invalid-number", "timings.1.duration_s: '5 s' holds 's' beside the number", "write the number alone, in s")),
    ("facts: [{name: w, value: 60k}]\n", (
        2, 26, "invalid-number", "facts.1.value: 60k has a letter for its size; write the number itself or a power of ten (1.2e6)", None)),
    ("facts: [{name: w, value: 5 GB}]\n", (
        2, 26, "invalid-number", "facts.1.value: '5 GB' holds 'GB' beside the number",
        "write the number alone; where a unit is to be told, a field beside it holds it")),
    ("facts:\n", (
        2, 1, "empty-value", "facts: has no value", "write the value (indent the lines that belong to it by two spaces), or delete the line `facts:`")),
    ("links: [{kind: home, url: 'javascript:alert(1)'}]\n", (
        2, 27, "invalid-text", "links.1.url: 'javascript:alert(1)' is no address", "write an address that begins with https:// or http:// and has no spaces")),
    ("links: [{kind: home, url: 'https://x y/'}]\n", (
        2, 27, "invalid-text", "links.1.url: 'https://x y/' is no address", "write an address that begins with https:// or http:// and has no spaces")),
    ("links: [{kind: hom, url: 'https://x/'}]\n", (2, 16, "not-allowed", "links.1.kind: 'hom' is none of the allowed values", None)),
    ("former_ids: [Old Name]\n", (
        2, 14, "invalid-text", "former_ids.1: 'Old Name' has not the form of this field", "write an id: lower-case letters, digits and hyphens")),
    ("examples: [{language: english}]\n", (
        2, 23, "invalid-text", "examples.1.language: 'english' has not the form of this field", "write a language code such as ru, en, de, zh-Hans")),
    ("derived: {Items: sum of splits}\n", (
        2, 11, "invalid-key", "derived: 'Items' is no path", "write field names and keys joined by dots: splits.train.items")),
])
def test_mistake_in_a_field(text, problem):
    found = said("name: X\n" + text)
    if problem is None:
        assert found[0][3] == "a topic has no field 'aliases2'"
        return
    assert len(found) == 1
    assert found[0][:4] == problem[:4]
    if problem[4] is not None:
        assert found[0][4] == problem[4]


def test_value_of_a_closed_set_is_suggested():
    (problem,) = validate("modality: [picture, imge]\nname: X\n" + CITED, "datasets")[1][1:]
    assert message(problem) == (
        "data/datasets/example.yaml:1:21: error: modality.2: 'imge' is none of the allowed values [not-allowed]\n"
        "  why: Only known values can be filtered and translated.\n"
        "  fix: did you mean 'image'? Otherwise allowed are image, video, audio, speech, text, code, tabular, graph, 3d, time-series, sensor, "
        "game, molecule, medical, multimodal")


@pytest.mark.parametrize(("text", "problem"), [
    ("year: about 2016", (1, 7, "invalid-integer", "year: 'about 2016' is not a whole number")),
    ("year: 2016.5", (1, 7, "invalid-integer", "year: '2016.5' is not a whole number")),
    ("year: 02016", (1, 7, "invalid-integer", "year: '02016' is not a whole number")),
    ("year: " + "9" * 16, (1, 7, "invalid-integer", f"year: '{'9' * 16}' is not a whole number")),
    ("year: 1899", (1, 7, "invalid-integer", "year: 1899 is too small")),
    ("year: 2101", (1, 7, "invalid-integer", "year: 2101 is too large")),
    ("edition: 0", (1, 10, "invalid-integer", "edition: 0 is too small")),
    ("name: " + "x" * 401, (1, 7, "invalid-text", "name: the text has 401 characters, more than 400")),
])
def test_limits_of_a_book(text, problem):
    (found,) = said(f"{text}\n" + MINIMAL["books"], "books")
    assert found[:4] == problem


def test_empty_list_of_authors_is_refused_and_points_at_the_list():
    text = "title: A\nlanguage: en\nauthors: []\n" + CITED
    assert said(text, "books") == [(3, 10, "empty-value", "authors: the list is empty", "write at least one item")]


def test_longest_text_is_accepted_and_one_letter_more_is_not():
    assert len(record(f"name: X\nsummary: {'x' * TEXT_LIMIT}\n").summary) == TEXT_LIMIT
    assert said(f"name: X\nsummary: {'x' * (TEXT_LIMIT + 1)}\n") == [
        (2, 10, "invalid-text", f"summary: the text has {TEXT_LIMIT + 1:,} characters, more than {TEXT_LIMIT:,}",
         f"shorten it to {TEXT_LIMIT:,} characters (what it is and why it matters, in our own words)")]


def test_text_with_a_smallest_length_says_what_is_meant():
    assert said("country: U\n" + MINIMAL["organizations"], "organizations") == [
        (1, 10, "invalid-text", "country: 'U' has 1 characters, fewer than 2", "write it in full (country of its seat, ISO 3166-1 alpha-2 code)")]


def test_a_message_names_the_whole_path_of_its_value():
    head = MINIMAL["benchmarks"]
    table = "tables:\n- columns: [accuracy]\n  results:\n    a: {scores: [99.x], rank: 0, sytem: A}\n"
    assert [what for _, _, _, what, _ in said(table + head, "benchmarks")] == [
        "tables.1.results.a.scores.1: '99.x' is not a number", "tables.1.results.a.rank: 0 is too small", "tables.1.results.a has no field 'sytem'"]


@pytest.mark.parametrize(("key", "what", "fix"), [
    ("Train set", "splits: 'Train set' cannot be a key", "write 'train-set'"),
    ("тест", "splits: 'тест' cannot be a key", "use lower-case letters and digits"),
    ("a.b", "splits: 'a.b' cannot be a key", "write 'a-b'"),
    ("a b-", "splits: 'a b-' cannot be a key", "write 'a-b'"),
])
def test_key_of_a_map_is_a_word(key, what, fix):
    assert said(f"splits:\n  {key}: {{items: 5}}\n" + MINIMAL["datasets"], "datasets") == [(2, 3, "invalid-key", what, fix)]


def test_key_has_a_largest_length():
    good, bad = "k" * KEY_LIMIT, "k" * (KEY_LIMIT + 1)
    assert list(record(f"splits:\n  {good}: {{items: 5}}\n" + MINIMAL["datasets"], "datasets").splits) == [good]
    assert said(f"splits:\n  {bad}: {{items: 5}}\n" + MINIMAL["datasets"], "datasets") == [
        (2, 3, "invalid-key", f"splits: '{'k' * 39}…' has {KEY_LIMIT + 1} characters, more than {KEY_LIMIT}", "write a shorter key")]


def test_cell_of_a_table_may_be_empty_but_no_other_number():
    head = MINIMAL["benchmarks"]
    table = "tables:\n- columns: [accuracy]\n  results:\n    a: {system: A, scores: [null]}\n    b: {system: B, scores: [not-reported]}\n"
    results = record(table + head, "benchmarks").tables[0].results
    assert results["a"].scores == [None] and results["b"].scores == [Quantity("not-reported", None)]
    assert said("items: null\n" + head, "benchmarks") == [(1, 1, "empty-value", "items: has no value", "write the value, or delete the line `items:`")]


def test_words_as_printed_are_kept_as_they_stand():
    found = record(
        "classes: 10\n" + MINIMAL["datasets"].replace("default: true", "default: true, supports: [classes], as_printed: {classes: 010}, states: {name: no}"),
        "datasets")
    assert (found.sources[0].as_printed, found.sources[0].states) == ({"classes": "010"}, {"name": "no"})


def test_reference_to_an_item_has_its_form():
    head = MINIMAL["achievements"]
    assert record("result: benchmarks/glue#results.ernie_2\n" + head, "achievements").result == "benchmarks/glue#results.ernie_2"
    for text in ("glue#results.ernie", "benchmarks/glue#results", "benchmarks/glue#scores.ernie", "benchmarks/glue.results.ernie", "benchmarks/glue#results.a.b"):
        assert said(f"result: '{text}'\n" + head, "achievements") == [
            (1, 9, "invalid-reference", f"result: {text!r} is no reference", "write benchmarks/<id>#results.<key>")]


def test_message_of_a_huge_value_is_short():
    for text in (f"topics: [{'x y' * 9000}]", f"review_by: {'9' * 20_000}", f"facts: [{{name: x, value: {'9' * 20_000}}}]", f"? {'k' * 20_000}\n: v"):
        (problem,) = validate(f"name: X\n{text}\n")[1]
        assert len(problem.what) <= 400 and problem.what.endswith("…")


def test_every_problem_of_a_record_is_reported():
    found = said("name: 12\nsumary: X\naliases: no\ntopics: [A, b, C]\nreview_by: soon\nlinks: [{kind: x}]\n")
    assert [(line, rule) for line, _, rule, _, _ in found] == [
        (1, "quote-it"), (2, "unknown-field"), (3, "wrong-shape"), (4, "invalid-reference"), (4, "invalid-reference"), (5, "invalid-date"),
        (6, "not-allowed"), (6, "missing-field")]


def test_value_with_a_problem_is_not_reported_as_missing_too():
    assert [rule for _, _, rule, _, _ in said("name: no\n")] == ["quote-it"]


# tombstones


def test_tombstone_says_when_and_why():
    found, problems = validate("removed: {date: 2026-01-05, reason: Twice, replaced_by: topics/vision}\n")
    assert problems == [] and isinstance(found, Tombstone)
    assert (str(found.removed.date), found.removed.reason, found.removed.replaced_by) == ("2026-01-05", "Twice", "topics/vision")


@pytest.mark.parametrize(("text", "problem"), [
    ("removed: yes\n", (1, 10, "wrong-shape", "removed: keys and values are expected", "write `date:` and `reason:` below it")),
    ("removed: {date: 2026-01-05}\n", (1, 10, "missing-field", "removed lacks the field 'reason'", "add `reason:` (why it was removed)")),
    ("removed: {date: 2026-01-05, reason: ''}\n", (1, 37, "empty-value", "removed.reason: has no value", "write the text, or delete the line")),
    ("removed: {date: 2026-01-05, reason: x, replaced_by: vision}\n", (
        1, 53, "invalid-reference", "removed.replaced_by: 'vision' is no reference", "write <kind>/<id>, e.g. methods/dropout")),
])
def test_mistake_in_a_tombstone(text, problem):
    assert said(text) == [problem]


def test_tombstone_with_other_keys_is_a_record_with_an_unknown_field():
    assert said("name: X\nremoved: {date: 2026-01-05, reason: x}\n")[0][3] == "a topic has no field 'removed'"


def test_one_bad_record_does_not_hide_the_good_ones():
    documents = [read("name: A\n", slug="a"), read("nmae: B\n", slug="b"), read("removed: {date: 2026, reason: x}\n", slug="c"), read("name: D\n", slug="d")]
    records, tombstones, problems = validate_catalog(documents)
    assert [r.ref for r in records] == ["topics/a", "topics/d"]
    assert [t.document.ref for t in tombstones] == ["topics/c"]
    assert {p.path for p in problems} == {"data/topics/b.yaml"}


def test_document_that_could_not_be_read_gives_nothing_more():
    assert validate_document(read("name: 'X\n")) == (None, [])


@pytest.mark.parametrize("kind", all_kinds())
def test_empty_mapping_lacks_the_required_fields_of_its_kind(kind):
    wanted = {name for name, spec in all_kinds()[kind].fields.items() if spec.required}
    problems = said("{}\n", kind)
    assert {p[2] for p in problems} == {"missing-field"}
    assert {p[3].partition("'")[2].rstrip("'") for p in problems} == wanted
