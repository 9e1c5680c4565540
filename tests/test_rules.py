"""Every rule of every stage catches its bad example and passes its good one; edge cases of the rules of sense."""

from __future__ import annotations

import pytest
from factories import TODAY, check_files, found, problems_of, write_data

from catalog.check import check_data
from catalog.problems import Problem
from catalog.quantity import parse_quantity
from catalog.report import all_rules
from catalog.rules import examples
from catalog.rules.duplicates import _Name, _neighbours
from catalog.rules.names import find_look_alike
from catalog.rules.verdict import compare

RULES = all_rules()
WITH_EXAMPLES = [rule for rule in RULES.values() if rule.bad]


@pytest.mark.parametrize("rule", WITH_EXAMPLES, ids=lambda rule: rule.id)
def test_bad_example_breaks_the_rule(rule, tmp_path):
    problems = check_files(tmp_path, rule.bad).problems
    assert rule.id in {p.rule for p in problems}, [f"{p.rule}: {p.what}" for p in problems]


@pytest.mark.parametrize("rule", WITH_EXAMPLES, ids=lambda rule: rule.id)
def test_good_example_has_no_error_and_keeps_the_rule(rule, tmp_path):
    problems = check_files(tmp_path, rule.good).problems
    wrong = [p for p in problems if p.severity == "error" or p.rule == rule.id]
    assert not wrong, [f"{p.rule}: {p.path}: {p.what}" for p in wrong]


def test_every_rule_has_examples():
    assert {rule.id for rule in RULES.values()} - {rule.id for rule in WITH_EXAMPLES} == {"unreadable"}


def test_unreadable_file_is_reported(tmp_path, monkeypatch):
    data = write_data(tmp_path, "name: Vision\n")

    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    problems = [p for p in check_data(data, today=TODAY).problems if p.rule == "unreadable"]
    assert [p.what for p in problems] == ["the file cannot be read: Permission denied"]


def test_message_says_place_fact_reason_and_fix(tmp_path):
    files = {"sources/a.yaml": "type: paper\ntitle: On digits\ndate: 2017-06\nidentifiers: {arxiv: '1704.03477'}\n"}
    assert problems_of(tmp_path, files, "impossible-arxiv-date") == [Problem(
        "sources/a.yaml", 3, 7, "impossible-arxiv-date",
        "date: 2017-06 is after 2017-04, the month of arXiv 1704.03477",
        "The number is given when the paper is submitted. A paper cannot first appear after that month; and a date before it must come from a venue.",
        "write 2017-04 if the number is right, with the venue's date as `published:`; otherwise mend the number")]


# exceptions

PAST = {"topics/vision.yaml": "name: Vision\nreview_by: 2020-01-01\n"}


def test_exception_excuses_its_record_only(tmp_path):
    files = PAST | {"topics/sight.yaml": "name: Sight\nreview_by: 2020-01-01\n", "exceptions.yaml": "past-review:\n  topics/sight: Nothing is known.\n"}
    assert found(tmp_path, files, "past-review") == ["topics/vision.yaml:2:12: review_by: 2020-01-01 is past"]


def test_exceptions_may_be_comments_only(tmp_path):
    assert not [p for p in check_files(tmp_path, PAST | {"exceptions.yaml": "# none yet\n"}).problems if p.severity == "error"]


def test_exceptions_are_read_as_strictly_as_records(tmp_path):
    files = PAST | {"exceptions.yaml": "past-review:\n  topics/vision: One.\n  topics/vision: Two.\n"}
    assert found(tmp_path, files, "duplicate-key") == [
        "exceptions.yaml:3:3: the key 'topics/vision' stands here again; it stands already in line 2"]


def test_exception_without_reason(tmp_path):
    files = PAST | {"exceptions.yaml": "past-review:\n  topics/vision:\n"}
    assert found(tmp_path, files, "exception-form") == ["exceptions.yaml:2:17: past-review: topics/vision has no reason"]


def test_need_of_an_exception_is_judged_only_when_all_records_are_clean(tmp_path):
    files = {"topics/vision.yaml": "name: Vision\n", "topics/b.yaml": "nam: B\n", "exceptions.yaml": "past-review:\n  topics/vision: Nothing is known.\n"}
    assert not found(tmp_path, files, "exception-not-needed")


# identifiers

@pytest.mark.parametrize(("identifier", "what"), [
    ("isbn13: 978-1-61729-619", "isbn13: 978-1-61729-619 has 12 digits"),
    ("isbn13: 977-1-61729-619-2", "isbn13: 977-1-61729-619-2 is no ISBN: it begins with 977, not with 978 or 979"),
    ("isbn10: 0-262-03561-9", "isbn10: 0-262-03561-9 is no ISBN: its check digit is 9, the other digits give 8"),
    ("isbn10: 0-8044-2957-X", None), ("isbn13: '9780262035613'", None),
])
def test_isbn(tmp_path, identifier, what):
    said = found(tmp_path, {"sources/a.yaml": f"type: book\ntitle: A\nidentifiers: {{{identifier}}}\n"}, "isbn-form")
    assert [s.partition(": ")[2] for s in said] == ([what] if what else [])


@pytest.mark.parametrize(("number", "is_right"), [
    ("0704.0001", True), ("1412.6980", True), ("1501.00001", True), ("cs/0112017", True), ("cs.CL/0112017", True), ("2312.00752v2", True),
    ("1412.06980", False), ("1501.0001", False), ("1713.00001", False), ("0612.0001", False), ("2701.00001", False), ("math/0801001", False),
])
def test_arxiv_form(tmp_path, number, is_right):
    said = found(tmp_path, {"sources/a.yaml": f"type: paper\ntitle: A\nidentifiers: {{arxiv: '{number}'}}\n"}, "arxiv-form")
    assert (not said) == is_right, said


@pytest.mark.parametrize(("fields", "is_right"), [
    ("date: 2015-12-10\nidentifiers: {arxiv: '1512.03385'}", True),
    ("date: 2015\nidentifiers: {arxiv: '1512.03385'}", True),
    ("date: 2016-06\npublished: 2016-06\nidentifiers: {arxiv: '1512.03385'}", False),
    ("date: 2015-11-30\nidentifiers: {arxiv: '1512.03385'}", True),  # held back by the moderators
    ("date: 2015-06\nidentifiers: {arxiv: '1512.03385'}", False),
    ("date: 2015-06\nvenue: CVPR\nidentifiers: {arxiv: '1512.03385'}", True),  # put on arXiv after the conference
    ("date: 2015-06\nvenue: CVPR\npublished: 2016-06\nidentifiers: {arxiv: '1512.03385'}", False),
    ("date: 2016-06\nurl: https://arxiv.org/abs/1512.03385v1", False),
    ("date: ../2016-06\nidentifiers: {arxiv: '1512.03385'}", True),
])
def test_arxiv_month_against_date(tmp_path, fields, is_right):
    said = found(tmp_path, {"sources/a.yaml": f"type: paper\ntitle: A\n{fields}\n"}, "impossible-arxiv-date")
    assert (not said) == is_right, said


def test_orcid_check_digit(tmp_path):
    files = examples.files(people__a=examples.person("identifiers: {orcid: 0000-0002-1825-0098}\n"), people__b=examples.person(
        "identifiers: {orcid: 0000-0002-1825-0097}\n").replace("Ada", "Bob"))
    assert found(tmp_path, files, "identifier-form") == [
        "people/a.yaml:2:22: orcid: the check digit of 0000-0002-1825-0098 does not fit its other digits"]


# arithmetic

@pytest.mark.parametrize(("fields", "is_right"), [
    ("items: 70000\nsplits:\n  train: {items: 60000}\n  test: {items: 10000}", True),
    ("items: 60000\nsplits:\n  train: {items: 60000}\n  test: {items: 10000}", False),
    ("items: 50000\nsplits:\n  train: {items: 60000}\n  test: {note: hidden}", False),
    ("items: 80000\nsplits:\n  train: {items: 60000}\n  test: {items: not-reported}", True),
    ("items: ~1.2e6\nsplits:\n  train: {items: 1150000}\n  test: {items: 40000}", True),
    ("items: 11540\nsplits:\n  train: {items: 5717}\n  val: {items: 5823}\n  trainval: {items: 11540}", True),
    ("items: 11640\nsplits:\n  train: {items: 5717}\n  val: {items: 5823}\n  trainval: {items: 11540}", False),
    ("items: 1281167\nsplits:\n  train: {items: 1281167}", True),
    ("items: '>70000'\nsplits:\n  train: {items: 60000}\n  test: {items: 10000}", True),
])
def test_split_sum(tmp_path, fields, is_right):
    said = found(tmp_path, examples.files(datasets__a=examples.dataset(fields + "\n")), "split-sum")
    assert (not said) == is_right, said


def test_many_splits_are_summed_quickly(tmp_path):
    splits = "".join(f"  part{i}: {{items: {1000 + i}}}\n" for i in range(200))
    assert len(found(tmp_path, examples.files(datasets__a=examples.dataset(f"items: 5\nsplits:\n{splits}".replace("items: 5\n", "items: 900000\n"))), "split-sum")) == 1


@pytest.mark.parametrize(("entries", "said"), [
    ("alpha: {team: A, rank: 1, scores: {accuracy: 97}}\nbeta: {team: B, rank: 2, scores: {accuracy: 98}}",
     ["competitions/a.yaml:6:13: editions.2011.winner: alpha has accuracy 97, beta has the better 98"]),
    ("alpha: {team: A, scores: {accuracy: 97}}\nbeta: {team: Readers, is_human: true, scores: {accuracy: 98}}", []),
    ("alpha: {team: A}\nbeta: {team: B, rank: 1}",
     ["competitions/a.yaml:6:13: editions.2011.winner: alpha has no place, and beta has the first"]),
    ("alpha: {team: A, rank: 1}\nbeta: {team: B, rank: 1}", []),
])
def test_winner(tmp_path, entries, said):
    files = examples.files(competitions__a=examples.competition(entries, more="benchmark: digits\n"), benchmarks__digits=examples.benchmark())
    assert found(tmp_path, files, "winner") == said


def test_levels_and_scores_of_competitions_have_bounds_too(tmp_path):
    files = examples.files(
        benchmarks__digits=examples.benchmark(), human_baselines__a=examples.baseline("levels: {accuracy: 98..101}\n"),
        competitions__a=examples.competition("alpha: {team: A, scores: {accuracy: -1}}", more="benchmark: digits\n"))
    assert found(tmp_path, files, "score-out-of-range") == [
        "competitions/a.yaml:8:43: editions.2011.entries.alpha.scores.accuracy: -1 is below the floor of Accuracy (0)",
        "human_baselines/a.yaml:7:20: levels.accuracy: 98..101 is above the ceiling of Accuracy (100)"]


# verdicts

@pytest.mark.parametrize(("machine", "human", "direction", "verdict"), [
    ("99", "98", "higher", "ahead"), ("99", "98", "lower", "behind"), ("98", "98", "higher", "level"),
    ("97", "98±2", "higher", "level"), ("97±0.2", "98±0.2", "higher", "behind"), (">99", "98", "higher", "ahead"),
    (">90", "98", "higher", None), ("not-reported", "98", "higher", None), ("90..95", "98", "lower", "ahead"),
])
def test_verdict(machine, human, direction, verdict):
    assert compare(parse_quantity(machine), parse_quantity(human), direction) == verdict


def test_error_of_a_result_is_part_of_its_verdict(tmp_path):
    table = examples.table("alpha: {system: Alpha, scores: [99.7], errors: [0.2]}")
    files = examples.files(
        benchmarks__digits=examples.benchmark(table), human_baselines__digits=examples.baseline(),
        achievements__a=examples.achievement("result: benchmarks/digits#results.alpha\nhuman_baseline: digits\nclaims: ahead\n"))
    assert found(tmp_path, files, "claim-stronger") == [
        "achievements/a.yaml:8:9: claims: ahead, but 99.7±0.2 against 99.8 in accuracy means level"]


def test_several_metrics_need_our_verdict(tmp_path):
    metrics = "metrics:\n  a: {name: A, direction: higher}\n  b: {name: B, direction: higher}\n"
    benchmark = f"name: Games\n{metrics}tables:\n- columns: [a, b]\n  results:\n    alpha: {{system: Alpha, scores: [1, 2]}}\nsources: [{{source: paper, default: true}}]\n"
    judged = "result: benchmarks/digits#results.alpha\nhuman_baseline: digits\n"
    files = {"benchmarks__digits": benchmark, "human_baselines__digits": examples.baseline("levels: {a: 1, b: 1}\n")}
    without = examples.files(**files, achievements__a=examples.achievement(judged))
    assert found(tmp_path, without, "unjudged-achievement") == [
        "achievements/a.yaml:6:9: result: it is not said on which metric it is compared with the human baseline"]
    assert not found(tmp_path, examples.files(**files, achievements__a=examples.achievement(judged + "verdict: level\n")), "unjudged-achievement")


# names

@pytest.mark.parametrize(("a", "b", "is_near"), [
    ("Fei-Fei Li", "Li Fei-Fei", True), ("Convolutional network", "Convolutionnal network", True), ("Word2Vec model", "word2vec-model", True),
    ("GPT-3 language model", "GPT-4 language model", False), ("Image generation", "Image segmentation", False), ("Object detection", "Object selection", False),
    ("Hidden Markov model II", "Hidden Markov model III", False), ("BERT", "BART", False),
])
def test_near_duplicates(tmp_path, a, b, is_near):
    files = {"topics/a.yaml": f"name: {a}\n", "topics/b.yaml": f"name: {b}\n", "topics/c.yaml": "name: Something else\n"}
    assert bool(found(tmp_path, files, "near-duplicate")) == is_near


def test_works_of_one_title_are_told_apart_by_author_year_or_language(tmp_path):
    files = {
        "sources/a.yaml": "type: book\ntitle: Deep learning\nauthors: [Ian Goodfellow]\ndate: 2016\nlanguage: en\n",
        "sources/b.yaml": "type: book\ntitle: Deep learning\nauthors: [John Kelleher]\ndate: 2019\n",
        "sources/c.yaml": "type: book\ntitle: Deep learning\nauthors: [Ian Goodfellow]\ndate: 2016\nlanguage: ru\n"}
    assert not found(tmp_path, files, "same-name") and not found(tmp_path, files, "near-duplicate")


def test_comparisons_of_names_grow_with_their_number_only():
    names = [_Name(None, f"name {i}", ("name", str(i)), f"{i} name", (str(i),)) for i in range(1000)]
    assert len(list(_neighbours(names))) < 9 * len(names)


@pytest.mark.parametrize(("text", "word"), [
    ("Сonvolution", "Сonvolution"), ("Conv\u03bflution", "Conv\u03bflution"), ("e\ufb03cient", "e\ufb03cient"), ("Моdel и модель", "Моdel"),
    ("МНИСТ (MNIST)", None), ("β-VAE", None), ("IT-отдел", None), ("GPUшный", None), ("Wójcik Żółć", None), ("Φ", None),
])
def test_look_alike(text, word):
    found_ = find_look_alike(text)
    assert (found_[0] if found_ else None) == word


# time

def test_posthumous_paper_is_possible_but_not_a_posthumous_idea(tmp_path):
    files = examples.files(
        people__ada=examples.person("died: 1954-06-07\n"), methods__a=examples.method("introduced: 1968\npeople: [ada]\n"),
        sources__late=examples.source("date: 1968\npeople: [ada]\n", title="Machinery"))
    assert found(tmp_path, files, "outside-life") == ["methods/a.yaml:4:10: people.1: people/ada died in 1954-06-07, before introduced (1968)"]


def test_overlapping_intervals_are_not_judged(tmp_path):
    files = examples.files(people__ada=examples.person("born: 1912-06-23\ndied: 1912\n"), datasets__a=examples.dataset("released: 2020\nwithdrawn: 2020-03\n"))
    assert not found(tmp_path, files, "impossible-order")


def test_what_made_it_possible_is_not_younger(tmp_path):
    files = examples.files(
        methods__m=examples.method(),
        achievements__a=examples.achievement("enabled_by:\n- {role: method, ref: methods/m, year: 2013}\n"))
    assert found(tmp_path, files, "impossible-order") == [
        "achievements/a.yaml:7:40: enabled_by.1.year: 2013 is after date (2012), which it made possible"]


def test_dates_of_the_last_year_do_not_overflow(tmp_path):
    files = examples.files(
        sources__a=examples.source("date: 9999\nidentifiers: {arxiv: '1512.03385'}\n"), datasets__a=examples.dataset("released: 9999\n").replace("source: paper", "source: a"))
    assert found(tmp_path, files, "date-in-future")


def test_circle_is_named_once_and_a_diamond_is_none(tmp_path):
    m = examples.method
    files = examples.files(
        methods__a=m("predecessors: [b, c]\n", "A"), methods__b=m("predecessors: [d]\n", "B"), methods__c=m("predecessors: [d]\n", "C"), methods__d=m("", "D"))
    assert not found(tmp_path, files, "cycle")
    files["methods/d.yaml"] = m("predecessors: [b]\n", "D")
    assert found(tmp_path, files, "cycle") == ["methods/b.yaml:3:15: predecessors: b → d → b is a circle"]


# prose and completeness

@pytest.mark.parametrize(("summary", "missing"), [
    ("60,000 digits, about 60 thousand.", ""), ("Sixty of 61 writers.", "61"), ("Made in 1998, in the 1990s.", ""), ("Made in 1997.", "1997"),
    ("Between GPT-3, ResNet-50, CIFAR-10, Dota 2 and v1.5.", ""), ("28×28 pixels, 28 by 28.", ""), ("Released on 5 November 1998.", ""),
    ("In the 20th century.", ""), ("99.7% correct.", "99.7"), ("0.06 million items.", ""), ("After 12 years, 7 people", "12, 7"),
])
def test_number_in_prose(tmp_path, summary, missing):
    text = examples.dataset(f"summary: '{summary}'\nreleased: 1998-11\nitems: 60000\nresolution: 28×28 pixels\n")
    said = found(tmp_path, examples.files(datasets__a=text), "number-in-prose")
    assert [s.partition("summary: ")[2].partition(" stand")[0] for s in said] == ([missing] if missing else [])


def test_years_and_names_of_related_records_may_stand_in_prose(tmp_path):
    files = examples.files(methods__a=examples.method("summary: Grew from Rule 30 of 1983.\npredecessors: [b]\n"),
                           methods__b=examples.method("introduced: 1983\n", "Rule 30"))
    assert not found(tmp_path, files, "number-in-prose")


def test_orphans_are_not_judged_while_records_are_broken(tmp_path):
    assert found(tmp_path, {"topics/a.yaml": "name: A\n"}, "orphan") == ["topics/a.yaml:1:1: the topic has fewer than 3 relations: none"]
    assert not found(tmp_path, {"topics/a.yaml": "name: A\n", "topics/b.yaml": "nam: B\n"}, "orphan")


@pytest.mark.parametrize(("gflops", "rule"), [("8873", None), ("8874", "measured-over-claimed"), ("11091", "measured-over-claimed"), ("11092", "measured-impossible")])
def test_measured_against_claimed(tmp_path, gflops, rule):
    measured = f"name: Run 1\ndate: 2026-11-20\nworkload: gemm\ntrack: plain\ndevice: card\nprecision: fp32\ngflops: {gflops}\n"
    card = examples.hardware("peaks:\n  a: {precision: fp32, unit: vector, gflops: 8873}\n  b: {precision: fp32, unit: matrix, sparsity: sparse, gflops: 99999}\n")
    files = examples.files(measurements__run=measured, hardware__card=card, organizations__chipmaker=examples.VENDOR)
    rules = {p.rule for p in check_files(tmp_path, files).problems if p.rule.startswith("measured")}
    assert rules == ({rule} if rule else set())


def test_measured_is_compared_with_one_chip_of_a_card_of_two(tmp_path):
    measured = "name: Run 1\ndate: 2026-11-20\nworkload: gemm\ntrack: plain\ndevice: card\nprecision: fp32\ngflops: 5000\n"
    card = examples.hardware("chips: 2\npeaks:\n  a: {precision: fp32, unit: vector, gflops: 8873}\n")
    files = examples.files(measurements__run=measured, hardware__card=card, organizations__chipmaker=examples.VENDOR)
    assert "measured-over-claimed" in {p.rule for p in check_files(tmp_path, files).problems}
