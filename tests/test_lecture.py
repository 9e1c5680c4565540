"""Every fact of the lecture stands in the built file; what is missing is named.

Three tables, tab separated and unquoted:

- `lecture_inventory.tsv`: the facts, one a line, with slide, kind, the values and the address the lecture gives, and search terms.
- `lecture_facts.tsv`: where each stands: record, path and value, one line for each value. A path leads into the record's document, items
  counted from 1; `path@source` is what that source says of the path itself, where it differs from us or prints it otherwise.
- `lecture_errata.tsv`: the lecture's supposed errors, each decided. `confirmed`: the lecture is wrong, imprecise or silent, and the record
  says so. `rejected`: the record accepts what the lecture says. `undecided`: the record says that it could not be settled.
  `says` is the lecture's value, or a part of the remark; `source` is empty where the remark is the record's own.
"""

from __future__ import annotations

import json
import sqlite3
from statistics import mean

import pytest
from lecture_tables import (
    DATA,
    ERRATA,
    FACTS,
    LECTURE,
    LINES,
    NAMES_THE_LECTURE,
    ORDINALS,
    Built,
    Claim,
    Erratum,
    Line,
    fold,
    lines_of,
    missing,
    names_in,
    numbers_in,
    refs_of,
    resolve,
    stands_in,
    texts_in,
)

from catalog.check import check_data
from catalog.load import build_file


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The real data, checked and built once."""
    checked = check_data(DATA)
    assert checked.is_clean, [f"{p.path}:{p.line}: {p.what}" for p in checked.problems if p.severity == "error"]
    file = tmp_path_factory.mktemp("lecture") / "catalog.db"
    build_file(checked.catalog, checked.claims, DATA, file)
    db = sqlite3.connect(file)
    try:
        targets: dict[str, set[str]] = {}
        for record, target in db.execute("SELECT record, target FROM relations"):
            targets.setdefault(record, set()).add(target)
        claims: dict[tuple[str, str, str], list[Claim]] = {}
        for record, path, source, *claim in db.execute("SELECT record, path, source, role, value_text, as_printed FROM claims"):
            claims.setdefault((record, path, source), []).append(Claim(*claim))
        notes: dict[tuple[str, str], list[str]] = {}
        for ref, source, note in db.execute("SELECT ref, source_id, note FROM citations WHERE note IS NOT NULL"):
            notes.setdefault((ref, source), []).append(note)
        lags = db.execute("SELECT * FROM breakthrough_lags")
        columns = [c[0] for c in lags.description]
        documents = {ref: json.loads(text) for ref, text in db.execute("SELECT ref, document FROM documents")}
        return Built(
            documents=documents, names={ref: names_in(d) for ref, d in documents.items()}, targets=targets, claims=claims, notes=notes,
            lags=[dict(zip(columns, row, strict=True)) for row in lags],
        )
    finally:
        db.close()


def test_table_maps_exactly_the_facts_of_the_lecture():
    facts = [fact.fact_id for fact in FACTS]
    assert len(facts) == len(set(facts)) == 482
    assert {line.fact_id for line in LINES} == set(facts)
    assert [line.fact_id for line in LINES] == sorted(line.fact_id for line in LINES)
    assert {int(fact.slide) for fact in FACTS} == set(range(1, 103))
    assert [fact.fact_id for fact in FACTS if fact.fact_id.partition(".")[0] != f"L{int(fact.slide):03}"] == []


def test_no_line_is_written_twice():
    assert len(LINES) == len(set(LINES))


def test_every_value_stands_in_the_file(built: Built):
    wrong = {line: what for line in LINES if (what := missing(built, line))}
    complete = len(FACTS) - len({line.fact_id for line in wrong})
    assert not wrong, f"{complete} of {len(FACTS)} facts; missing:\n" + "\n".join(wrong.values())


@pytest.mark.parametrize(("path", "expected", "instead"), [
    ("items", "630421", "found '630420'"),
    ("items", "63042", "found '630420'"),
    ("itemz", "630420", "found nothing"),
    ("splits", "630420", "found nothing"),
    (f"items@{LECTURE}", "630420", "found '600,000 Images'"),
    ("items@nobody-2000-nothing", "630420", "found nothing"),
])
def test_a_missing_value_is_named_with_what_is_found_instead(built: Built, path: str, expected: str, instead: str):
    what = missing(built, Line("L090.06", "datasets/svhn", path, expected))
    assert what == f"L090.06: datasets/svhn {path}: expected {expected!r}, {instead}"


def test_a_missing_record_is_named(built: Built):
    assert missing(built, Line("L090.06", "datasets/svhm", "items", "630420")) == (
        "L090.06: datasets/svhm items: expected '630420', found no such record")


def test_every_number_of_the_lecture_is_looked_for():
    wrong = []
    for fact in FACTS:
        expected = [line.expected for line in lines_of(fact.fact_id)]
        known = {round(value, 6) for text in expected for _, value in numbers_in(text)}
        known |= {value for text in expected for word, value in ORDINALS.items() if word in text.lower()}
        for digits, value in numbers_in(fact.value):
            if round(value, 6) not in known and not any(stands_in(digits, fold(text)) for text in expected):
                wrong.append(f"{fact.fact_id}: {digits} of {fact.value!r} stands in none of {expected}")
    assert not wrong, "\n".join(wrong)


def test_search_terms_stand_in_the_records(built: Built):
    wrong = []
    for fact in FACTS:
        refs = refs_of(fact.fact_id)
        texts = [text for ref in refs for text in texts_in(built.documents.get(ref))]
        texts += [built.names[target] for ref in refs for target in built.targets.get(ref, ())]
        text, terms = fold("\n".join(texts)), fact.terms.split(" | ")
        stand = [term for term in terms if stands_in(term, text)]
        if len(stand) < min(2, len(terms)):
            wrong.append(f"{fact.fact_id}: {refs} hold {stand} of {terms}")
    assert not wrong, "\n".join(wrong)


def test_addresses_stand_in_the_records_or_their_sources(built: Built):
    wrong = []
    for fact in FACTS:
        refs = refs_of(fact.fact_id)
        sources = [target for ref in refs for target in built.targets.get(ref, ()) if target.startswith("sources/")]
        if fact.url and fact.url not in {text for ref in (*refs, *sources) for text in texts_in(built.documents.get(ref))}:
            wrong.append(f"{fact.fact_id}: {fact.url} stands neither in {refs} nor in their sources")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("basis", "role", "average", "rounded"), [
    ("lecture", "dataset", 16 / 6, 3),
    ("lecture", "method", 109 / 6, 18),
    ("accepted", "dataset", 16 / 6, 3),
    ("accepted", "method", 130 / 6, 22),
])
def test_average_lags_from_data_sets_and_methods_to_breakthroughs(built: Built, basis: str, role: str, average: float, rounded: int):
    lags = [row["lag_years"] for row in built.lags if row["basis"] == basis and row["role"] == role]
    assert len(lags) == 6
    assert mean(lags) == pytest.approx(average)
    assert round(mean(lags)) == rounded


def test_years_of_the_lags_are_those_of_the_records(built: Built):
    expected = []
    for ref, document in built.documents.items():
        for enabler in document.get("enabled_by", ()):
            for basis, key in (("lecture", "basis_year"), ("accepted", "year")):
                if key in enabler:
                    breakthrough, year = int(str(document["date"])[:4]), int(enabler[key])
                    expected.append((basis, ref, enabler["role"], breakthrough, year, breakthrough - year))
            if "year" in enabler:  # the record of the data set or method knows that year, as its own or as one that a source states
                known = {c.value[:4] for (ref_, path, _), said in built.claims.items() for c in said
                         if ref_ == enabler["ref"] and path in {"released", "introduced"}}
                assert str(enabler["year"]) in known, (enabler["ref"], known)
    rows = [tuple(row[c] for c in ("basis", "ref", "role", "breakthrough_year", "enabler_year", "lag_years")) for row in built.lags]
    assert sorted(rows) == sorted(expected)
    assert len(rows) == 24


def undecided_in(built: Built, erratum: Erratum) -> str | None:
    """Return why the record does not bear out the verdict on an erratum, or None."""
    claims = built.claims.get((erratum.ref, erratum.path, erratum.source), [])
    if erratum.verdict == "rejected":
        accepted = any(c.role == "accepted" for c in claims)
        return None if accepted else f"no accepted claim of {erratum.source}, only {claims}"
    if erratum.source and erratum.path:
        said = [c.value for c in claims if c.role == "other"]
        return None if erratum.says in said else f"{erratum.source} states {said}"
    if erratum.source:
        notes = built.notes.get((erratum.ref, erratum.source), [])
        names = [n for n in notes if erratum.says in n and (erratum.source == LECTURE or NAMES_THE_LECTURE.search(n))]
        return None if names else f"the notes on {erratum.source} are {notes}"
    text = resolve(built.documents.get(erratum.ref, {}), erratum.path)
    if not isinstance(text, str) or erratum.says not in text:
        return f"there stands {text!r}"
    holder = resolve(built.documents[erratum.ref], erratum.path.rpartition(".")[0])
    is_of_lecture = isinstance(holder, dict) and holder.get("source") == LECTURE
    is_named = is_of_lecture or erratum.path.startswith("aliases.") or NAMES_THE_LECTURE.search(text)
    return None if is_named or erratum.verdict == "undecided" else "the remark does not name the lecture"


def test_every_erratum_is_decided_on_its_record(built: Built):
    wrong = []
    for erratum in ERRATA:
        assert erratum.verdict in {"confirmed", "rejected", "undecided"}
        assert erratum.fact_id in {fact.fact_id for fact in FACTS}
        if why := undecided_in(built, erratum):
            wrong.append(f"{erratum.fact_id}: {erratum.verdict} on {erratum.ref} {erratum.path}: {erratum.says!r}: {why}")
    assert not wrong, "\n".join(wrong)


def test_errata_are_those_of_the_lecture():
    assert len(ERRATA) == len(set(ERRATA)) == 113
    assert len({erratum.fact_id for erratum in ERRATA}) == 108
    assert [e.fact_id for e in ERRATA] == sorted(e.fact_id for e in ERRATA)
