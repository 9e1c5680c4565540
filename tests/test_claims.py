"""Claims: who supports which value, what a source says otherwise, and what is computed again."""

from __future__ import annotations

import pytest
from factories import MINIMAL, check_files, errors_of, message

from catalog.claims import Claim

A, B = MINIMAL["sources"], MINIMAL["sources"].replace("digits", "letters")
HEAD = "name: Digits\nmodality: [image]\nclasses: 10\nsplits:\n  train: {items: 60000}\n  test: {items: 10000}\n"
DEFAULT = "sources:\n- {source: a, default: true}\n"


def check(folder, text: str, kind: str = "datasets"):
    return check_files(folder, {"sources/a.yaml": A, "sources/b.yaml": B, "topics/vision.yaml": MINIMAL["topics"], f"{kind}/x.yaml": text})


def errors(folder, text: str, kind: str = "datasets") -> list[str]:
    return errors_of(check(folder, text, kind), folder)


def claims(folder, text: str, kind: str = "datasets") -> list[Claim]:
    checked = check(folder, text, kind)
    assert errors_of(checked, folder) == []
    return checked.claims[f"{kind}/x"]


def rows(found: list[Claim], *names: str) -> list[tuple]:
    return [tuple(getattr(c, n) for n in names) for c in found]


def test_default_citation_covers_what_nothing_else_covers(tmp_path):
    found = claims(tmp_path, HEAD + "sources:\n- {source: a, default: true, locator: page 1}\n- {source: b, locator: table 1, supports: [splits.test]}\n")
    assert rows(found, "path", "value", "source", "locator", "role", "explicit") == [
        ("splits.train.items", 60000.0, "a", "page 1", "accepted", False),
        ("splits.test.items", 10000.0, "b", "table 1", "accepted", True),
        ("classes", 10.0, "a", "page 1", "accepted", False)]


def test_default_never_counts_as_read(tmp_path):
    # accessed belongs to what the citation supports, not to what it covers by default
    text = HEAD + "sources:\n- {source: a, default: true, locator: section 3, accessed: 2026-11-01, supports: [splits]}\n"
    assert rows(claims(tmp_path, text), "path", "accessed", "explicit") == [
        ("splits.train.items", "2026-11-01", True), ("splits.test.items", "2026-11-01", True), ("classes", None, False)]


def test_claim_holds_bounds_unit_and_words(tmp_path):
    text = "name: X\ntype: gpu\nvendor: v\nmemory_gib: 8..16\npower_w: '>250'\ntransistors: 21e9\ndie_mm2: 815±1\nsources:\n" \
           "- {source: a, locator: p. 2, via: b, accessed: 2026-11-01, read_as: scan, supports: [memory_gib, transistors, die_mm2], as_printed: {transistors: 21 billion}}\n" \
           "- {source: b, supports: [power_w], note: Rated.}\n"
    checked = check_files(tmp_path, {"sources/a.yaml": A, "sources/b.yaml": B, "organizations/v.yaml": MINIMAL["organizations"], "hardware/x.yaml": text})
    assert errors_of(checked, tmp_path) == []
    by_path = {c.path: c for c in checked.claims["hardware/x"]}
    assert by_path["memory_gib"] == Claim(
        record="hardware/x", path="memory_gib", value_text="8..16", value=None, low=8.0, high=16.0, unit="GiB", source="a", locator="p. 2",
        accessed="2026-11-01", read_as="scan", via="b", as_printed=None, role="accepted", explicit=True, note=None)
    assert (by_path["power_w"].value, by_path["power_w"].low, by_path["power_w"].high, by_path["power_w"].note) == (None, 250.0, None, "Rated.")
    assert (by_path["transistors"].value, by_path["transistors"].as_printed) == (21e9, "21 billion")
    assert (by_path["die_mm2"].value, by_path["die_mm2"].low, by_path["die_mm2"].high) == (815.0, 814.0, 816.0)


def test_two_sources_of_one_value_are_two_claims(tmp_path):
    found = claims(tmp_path, HEAD + "sources:\n- {source: a, default: true}\n- {source: b, supports: [classes]}\n- {source: a, locator: p. 9, supports: [classes]}\n")
    assert rows([c for c in found if c.path == "classes"], "source", "locator") == [("a", "p. 9"), ("b", None)]


def test_source_that_disagrees_is_kept_beside(tmp_path):
    found = claims(tmp_path, HEAD + DEFAULT + "- {source: b, locator: table 1, states: {splits.train.items: 59000, name: The digits}, note: Misprint.}\n")
    assert rows([c for c in found if c.role == "other"], "path", "value_text", "value", "source", "locator", "note") == [
        ("name", "The digits", None, "b", "table 1", "Misprint."), ("splits.train.items", "59000", 59000.0, "b", "table 1", "Misprint.")]
    assert [c.value for c in found if c.role == "accepted" and c.path == "splits.train.items"] == [60000.0]


def test_part_with_its_own_source_covers_its_values(tmp_path):
    text = HEAD + "facts:\n- {name: weight, value: 5, source: b, locator: p. 3, accessed: 2026-11-01}\n- {name: height, value: 6}\n" + DEFAULT
    found = [c for c in claims(tmp_path, text) if c.path.startswith("facts")]
    assert rows(found, "path", "source", "locator", "accessed", "explicit") == [
        ("facts.1.value", "b", "p. 3", "2026-11-01", True), ("facts.2.value", "a", None, None, False)]


def test_table_covers_its_cells_and_a_result_its_own(tmp_path):
    text = (
        "name: B\nmetrics:\n  m: {name: M, direction: higher}\n  loss: {name: Loss, direction: lower}\ntables:\n- source: b\n  locator: table 2\n  columns: [m, loss]\n"
        "  results:\n    r: {system: R, scores: [1, null]}\n    s: {system: S, scores: [not-reported, 4], source: a, locator: table 3}\n" + DEFAULT)
    found = claims(tmp_path, text, "benchmarks")
    assert rows(found, "path", "value_text", "source", "locator") == [
        ("results.r.scores.m", "1", "b", "table 2"), ("results.s.scores.m", "not-reported", "a", "table 3"), ("results.s.scores.loss", "4", "a", "table 3")]


def test_cell_of_a_table_may_be_stated_otherwise(tmp_path):
    text = (
        "name: B\nmetrics:\n  m: {name: M, direction: higher}\ntables:\n- source: b\n  columns: [m]\n  results:\n    r: {system: R, scores: [94.5]}\n"
        "sources:\n- {source: a, states: {results.r.scores.m: 4.5}}\n")
    assert rows(claims(tmp_path, text, "benchmarks"), "path", "value", "source", "role") == [
        ("results.r.scores.m", 94.5, "b", "accepted"), ("results.r.scores.m", 4.5, "a", "other")]


# what is refused


def test_values_without_source_are_named_in_one_problem(tmp_path):
    checked = check(tmp_path, HEAD + "sources:\n- {source: a, supports: [classes]}\n")
    (problem,) = [p for p in checked.problems if p.severity == "error"]
    assert message(problem) == (
        f"{tmp_path}/data/datasets/x.yaml:5:18: error: no source for splits.train.items, splits.test.items [unsourced-value]\n"
        "  why: A value without a source cannot be checked by anybody.\n"
        "  fix: add them to `supports:` of a citation (a?), or mark one citation `default: true`")
    assert "datasets/x" not in checked.claims


def test_many_values_without_source_are_counted(tmp_path):
    splits = "".join(f"  s{i}: {{items: {i}}}\n" for i in range(12))
    (error,) = errors(tmp_path, f"name: X\nmodality: [image]\nsplits:\n{splits}sources:\n- {{source: a, supports: [modality]}}\n")
    shown = ", ".join(f"splits.s{i}.items" for i in range(8))
    assert error == f"datasets/x.yaml:4:15: no source for {shown} and 4 more [unsourced-value]"


def test_record_without_values_still_names_a_source(tmp_path):
    assert errors(tmp_path, "name: X\nmodality: [image]\n") == ["datasets/x.yaml:1:1: the data set names no source [no-source]"]
    assert errors(tmp_path / "other", "name: Recognition\n", "topics") == []


@pytest.mark.parametrize(("citations", "error"), [
    ("- {source: b, locator: p. 1}\n", "8:3: sources.2: b is cited for nothing [idle-citation]"),
    ("- {source: b, default: true}\n", "8:24: sources.2: b is a second default [two-defaults]"),
    ("- {source: b, supports: [splits.validation]}\n", "8:26: sources.2.supports.1: there is no value 'splits.validation' [unknown-path]"),
    ("- {source: b, supports: [split]}\n", "8:26: sources.2.supports.1: there is no value 'split' [unknown-path]"),
    ("- {source: b, states: {splits: 5}}\n", "8:23: sources.2.states: there is no value 'splits' [unknown-path]"),
    ("- {source: b, states: {classes: 10}}\n", "8:23: sources.2: b states 10 for classes, which agrees with 10 [states-agrees]"),
    ("- {source: b, states: {classes: '>5'}}\n", "8:23: sources.2: b states >5 for classes, which agrees with 10 [states-agrees]"),
    ("- {source: b, states: {name: digits}}\n", "8:23: sources.2: b states digits for name, which agrees with Digits [states-agrees]"),
    ("- {source: b, supports: [classes], accessed: 2026-11-01}\n", "8:46: sources.2: accessed stands without a locator [accessed-without-place]"),
    ("- {source: b, supports: [classes], locator: p, accessed: 2026-12-02}\n", "8:58: sources.2: accessed is 2026-12-02 [accessed-in-future]"),
    ("- {source: b, supports: [classes], locator: p, accessed: 2026-11}\n", "8:58: sources.2: accessed is 2026-11 [accessed-in-future]"),
    ("- {source: b, supports: [classes], as_printed: {classes: eleven}}\n",
     "8:48: sources.2: b prints 'eleven' for classes, the record has 10 [as-printed-differs]"),
    ("- {source: b, supports: [classes], as_printed: {splits: '60,000'}}\n",
     "8:48: sources.2: as_printed names splits, which the citation does not support [printed-without-support]"),
])
def test_bad_citation(tmp_path, citations, error):
    text = HEAD.replace("  test: {items: 10000}\n", "") + DEFAULT + citations
    assert errors(tmp_path, text) == ["datasets/x.yaml:" + error]


@pytest.mark.parametrize(("field", "stated", "agrees"), [
    ("items: 70000", "70,000", True), ("items: 70000", "70 000", True), ("items: 70000", "70'000", True), ("items: 70000", "70,001", False), ("items: 70000", "about 70", False),
    ("items: 70000", "600000", False), ("released: 2016-03-09", "9 March 2016", True), ("released: 2016-03-09", "March 2016", True), ("released: 2016-03-09", "2016", True),
    ("released: 2016-03-09", "10 March 2016", False), ("released: 2016-03", "9 March 2016", False), ("released: 1974/1980", "in the 1970s", False),
    ("released: 1974/1979", "in the 1970s", True),
])
def test_statement_that_agrees_after_all_is_no_disagreement_however_it_is_written(tmp_path, field, stated, agrees):
    # `70,000` against 70000 was kept as a disagreement
    name = field.partition(":")[0]
    text = f"{field}\n" + HEAD.replace("classes: 10\n", "") + DEFAULT + f'- {{source: b, states: {{{name}: "{stated}"}}}}\n'
    found = errors(tmp_path, text)
    assert [e.rpartition("[")[2] for e in found] == (["states-agrees]"] if agrees else [])


def test_accessed_today_is_no_future(tmp_path):
    assert errors(tmp_path, HEAD + DEFAULT + "- {source: b, supports: [classes], locator: p, accessed: 2026-12-01}\n") == []


def test_printed_words_of_a_path_stand_for_all_below_it(tmp_path):
    # they were ignored: neither compared nor kept
    cited = "sources:\n- {source: a, default: true}\n- {source: b, supports: [splits], as_printed: {splits.train: '%s'}}\n"
    found = claims(tmp_path, HEAD + cited % "60,000")
    assert [(c.path, c.as_printed) for c in found if c.source == "b"] == [("splits.train.items", "60,000"), ("splits.test.items", None)]
    assert errors(tmp_path, HEAD + cited % "69,999") == [
        "datasets/x.yaml:9:47: sources.2: b prints '69,999' for splits.train.items, the record has 60000 [as-printed-differs]"]


def test_nearest_printed_words_count(tmp_path):
    cited = "sources:\n- {source: a, supports: [classes]}\n- {source: b, supports: [splits], as_printed: {splits: '60,000 and 10,000', splits.test.items: 10 000}}\n"
    assert [(c.path, c.as_printed) for c in claims(tmp_path, HEAD + cited) if c.source == "b"] == [
        ("splits.train.items", "60,000 and 10,000"), ("splits.test.items", "10 000")]


def test_printed_words_of_nothing_are_refused(tmp_path):
    text = HEAD + DEFAULT + "- {source: b, supports: [splits], as_printed: {splits.train.itms: '99'}}\n"
    assert errors(tmp_path, text) == ["datasets/x.yaml:9:47: sources.2.as_printed: there is no value 'splits.train.itms' [unknown-path]"]


def test_printed_words_of_nothing_in_a_part_are_refused(tmp_path):
    text = HEAD + "facts:\n- {name: weight, value: 5, source: b, as_printed: {%s: '%s'}}\n" + DEFAULT
    assert errors(tmp_path, text % ("value", "five")) == []
    assert errors(tmp_path, text % ("value", "six")) == [
        "datasets/x.yaml:8:25: facts.1.value: b prints 'six', the record has 5 [as-printed-differs]"]
    checked = check(tmp_path, text % ("valeu", "six"))
    (problem,) = [p for p in checked.problems if p.severity == "error"]
    assert message(problem) == (
        f"{tmp_path}/data/datasets/x.yaml:8:51: error: facts.1: as_printed names valeu, which is no value of this part [unknown-path]\n"
        "  why: A citation of nothing protects nothing.\n"
        "  fix: did you mean 'value'? Otherwise the values of this part are name, value")


@pytest.mark.parametrize(("path", "is_known"), [
    ("r.scores.m", True), ("results.r.scores.m", True), ("r", True), ("date", True), ("s.scores.m", False), ("scores.k", False)])
def test_printed_words_of_a_table_name_its_cells_by_row(tmp_path, path, is_known):
    printed = "2016" if path == "date" else "94.5%"
    text = (
        f"name: B\nmetrics:\n  m: {{name: M, direction: higher}}\ntables:\n- source: b\n  as_printed: {{{path}: '{printed}'}}\n  date: 2016\n  columns: [m]\n"
        "  results:\n    r: {system: R, scores: [94.5]}\n" + DEFAULT)
    found = errors(tmp_path, text, "benchmarks")
    assert found == ([] if is_known else [f"benchmarks/x.yaml:6:15: tables.1: as_printed names {path}, which is no value of this part [unknown-path]"])


def test_part_that_is_read_says_where(tmp_path):
    text = HEAD + "facts:\n- {name: weight, value: 5, source: b, accessed: 2026-11-01}\n" + DEFAULT
    assert errors(tmp_path, text) == ["datasets/x.yaml:8:49: facts.1: accessed stands without a locator [accessed-without-place]"]


def test_place_without_a_source_is_refused(tmp_path):
    text = HEAD + "facts:\n- {name: weight, value: 5, locator: p. 3}\n" + DEFAULT
    assert errors(tmp_path, text) == ["datasets/x.yaml:8:37: facts.1.locator: stands without a source [sourceless-part]"]


def test_part_with_its_own_source_is_not_supported_by_the_record(tmp_path):
    text = HEAD + "facts:\n- {name: weight, value: 5, source: b}\n" + DEFAULT + "- {source: b, supports: [facts]}\n"
    assert errors(tmp_path, text) == ["datasets/x.yaml:11:26: sources.2.supports.1: facts has its own source (b) [covered-by-part]"]


# derived values


@pytest.mark.parametrize(("fields", "value"), [
    ("instances: 70000\nderived: {instances: sum of splits}\n", 70000.0),
    ("instances: 60000\nderived: {instances: sum of splits.train}\n", 60000.0),
    ("instances: 70000\nderived: {instances: 'sum of splits.train, splits.test'}\n", 70000.0),
    ("instances: 600000\nderived: {instances: 'product of splits.train.items, classes'}\n", 600000.0),
    ("instances: 6000\nderived: {instances: splits.train.items / classes}\n", 6000.0),
    ("instances: 30000\nderived: {instances: splits.train.items / 2}\n", 30000.0),
])
def test_derived_value_is_computed_again(tmp_path, fields, value):
    found = claims(tmp_path, fields + HEAD + DEFAULT)
    assert rows([c for c in found if c.path == "instances"], "value", "role", "source", "explicit", "locator", "accessed") == [
        (value, "derived", None, True, None, None)]


@pytest.mark.parametrize(("fields", "error"), [
    ("instances: 70001\nderived: {instances: sum of splits}\n", "1:12: instances is 70001, but sum of splits is 70000 [derived-differs]"),
    ("instances: 7\nderived: {instances: 'product of classes, classes'}\n", "1:12: instances is 7, but product of classes, classes is 100 [derived-differs]"),
    ("instances: 60000..70000\nderived: {instances: sum of splits}\n", "1:12: instances is 60000..70000, but sum of splits is 70000 [derived-differs]"),
    ("instances: 70000\nderived: {instances: counted}\n", "2:22: derived instances: 'counted' is no recipe [unknown-derivation]"),
    ("instances: 70000\nderived: {instances: sum of parts}\n", "2:22: derived instances: there are no plain numbers below 'parts' [unknown-derivation]"),
    ("instances: 70000\nderived: {instances: classes / nothing}\n", "2:22: derived instances: there is no plain number 'nothing' [unknown-derivation]"),
    ("instances: 70000\nderived: {instances: classes / 0}\n", "2:22: derived instances: 0 is zero [unknown-derivation]"),
    ("derived: {items: sum of splits}\n", "1:18: derived.items: there is no value 'items' [unknown-path]"),
])
def test_bad_derivation(tmp_path, fields, error):
    assert "datasets/x.yaml:" + error in errors(tmp_path, fields + HEAD + DEFAULT)


@pytest.mark.parametrize("derived", [
    "{instances: product of instances}", "{instances: instances / 1}", "{instances: items / 1, items: instances / 1}", "{items: product of instances, instances: product of items}",
    "{items: sum of instances, instances: sum of items}",
])
def test_value_computed_from_itself_has_no_source(tmp_path, derived):
    # it passed for derived, and nobody had to say where it comes from
    text = f"instances: 7\nitems: 7\nderived: {derived}\nname: X\nmodality: [image]\n" + DEFAULT
    found = errors(tmp_path, text)
    assert found and {e.partition(": ")[2] for e in found} <= {
        "derived instances: it is computed from itself [unknown-derivation]", "derived items: it is computed from itself [unknown-derivation]"}


def test_chain_of_derivations_is_no_circle(tmp_path):
    text = "instances: 14\nitems: 7\nclasses: 2\nderived: {items: instances / classes, instances: product of classes, 7}\nname: X\nmodality: [image]\n" + DEFAULT
    assert errors(tmp_path, text.replace("product of classes, 7", "'product of classes, 7'")) == []


def test_huge_derivation_is_no_accident(tmp_path):
    text = "instances: 7\ndownload_bytes: 1e308\nderived: {instances: 'product of classes, download_bytes'}\n" + HEAD + DEFAULT
    assert errors(tmp_path, text) == ["datasets/x.yaml:1:12: instances is 7, but product of classes, download_bytes is inf [derived-differs]"]


def test_claims_come_in_the_order_of_the_fields_whatever_the_order_of_the_file(tmp_path):
    citations = "sources:\n- {source: b, supports: [classes]}\n- {source: a, default: true}\n"
    found = claims(tmp_path, citations + "".join(reversed(HEAD.splitlines(keepends=True)[:3])) + "splits: {train: {items: 60000}}\n")
    assert [c.path for c in found] == ["splits.train.items", "classes"]
