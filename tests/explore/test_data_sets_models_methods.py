"""Data sets, models and methods: filters, descent and what stands in the rows."""

from __future__ import annotations

import re
import sqlite3

import pytest
from whole_pages import pages_of, whole

from catalog.site.sections.datasets import _trees
from explore.explored import Get, text_of


def listed(page: str) -> set[str]:
    """Return the data sets in the table of the section."""
    table = re.search(r'<table class="datasets">.*?</table>', page, re.DOTALL)
    return set(re.findall(r'<th scope="row"><a href="/catalog/datasets/([a-z0-9-]+)"', table[0])) if table else set()


@pytest.mark.parametrize("query,condition", [
    ("modality=video", "modality LIKE '%\"video\"%'"),
    ("status=withdrawn", "status = 'withdrawn'"),
    ("licence=CC-BY-4.0", "licence = 'CC-BY-4.0'"),
    ("licence=not-recorded", "licence IS NULL"),
    ("from=2016&to=2017", "released_to >= '2016-01-01' AND released_from <= '2017-12-31'"),
    ("size=1gb", "download_bytes <= 1e9"),
    ("topic=digit-recognition", "ref IN (SELECT ref FROM record_topics WHERE topic_id = 'digit-recognition') OR id IN (SELECT dataset_id FROM dataset_tasks WHERE topic_id = 'digit-recognition')"),
    ("from=abcd&to=99999", "1"),
])
def test_filters_narrow_the_data_sets(query: str, condition: str, get: Get, db: sqlite3.Connection):
    wanted = {row[0] for row in db.execute(f"SELECT id FROM datasets WHERE {condition}")}
    found = set().union(*map(listed, pages_of(get, f"/datasets?{query}")))
    assert found == wanted and found


def test_splits_stand_in_the_order_of_the_record(get: Get):
    page = text_of(whole(get, "/datasets")).replace("\u202f", " ")
    assert re.search(r"train 73 257 test 26 032 extra 531 131", page)


def test_descent_is_a_tree_and_marks_what_is_gone(get: Get):
    page = get("/datasets")
    tree = page[page.index('class="tree"'):page.index('id="withdrawn"')]
    below = tree[tree.index("datasets/tiny-images"):]
    below = below[:below.index("</ul>")]
    assert "gone" in below and "datasets/cifar-10" in below and "made from it" in below


def test_withdrawn_ones_stand_with_the_reason_and_their_heirs(get: Get, db: sqlite3.Connection):
    page = get("/datasets")
    gone = text_of(page[page.index('id="withdrawn"'):])
    for row in db.execute("SELECT withdrawn_reason FROM datasets WHERE status = 'withdrawn'"):
        assert " ".join(row[0].split()) in gone
    assert re.search(r"Made from it: .{0,60}CIFAR-10 , .{0,60}CIFAR-100", gone)


def test_two_ways_of_descent_are_told_in_one_line(small: Get):
    page = small("/datasets")
    assert "made from it and version of it" in text_of(page[page.index('class="tree"'):])


def test_circle_of_descent_ends():
    db = sqlite3.connect(":memory:")
    db.executescript(
        "CREATE TABLE datasets (id, ref, name, released_from, status, version_of_id); CREATE TABLE dataset_derived_from (dataset_id, derived_from_id);"
        "INSERT INTO datasets VALUES ('root', 'datasets/root', 'Root', NULL, NULL, NULL), ('a', 'datasets/a', 'A', NULL, NULL, 'b'), ('b', 'datasets/b', 'B', NULL, NULL, 'a');"
        "INSERT INTO dataset_derived_from VALUES ('a', 'root')")
    tree = _trees(db)
    assert [b.id for b in tree] == ["root"] and tree[0].children[0].id == "a"


def test_models_without_published_arithmetic_get_a_sentence(get: Get, db: sqlite3.Connection):
    count = db.execute("SELECT count(training_flop) FROM models").fetchone()[0]
    assert ("Nobody has entered this figure" in get("/models")) == (count == 0)


def test_filters_narrow_the_models(get: Get, db: sqlite3.Connection):
    for query, condition in (("weights=open", "weights = 'open'"), ("known=parameters", "parameters IS NOT NULL")):
        found: set[str] = set()
        for page in pages_of(get, f"/models?{query}"):
            table = page[page.index('<table class="models">'):]
            found |= set(re.findall(r'<th scope="row"><a href="/catalog/models/([a-z0-9-]+)"', table))
        assert found == {row[0] for row in db.execute(f"SELECT id FROM models WHERE {condition}")} != set()


def test_approximate_numbers_stay_as_written(small: Get):
    assert "~12000" in small("/models")


def test_methods_stand_by_family_with_both_directions_of_descent(get: Get):
    page = get("/methods?family=architecture")
    row = next(r for r in page.split("<tr>") if '<a href="/catalog/methods/transformer">' in r and 'scope="row"' in r)
    before, after = row.index('data-label="Grew from"'), row.index('data-label="What grew from it"')
    assert "methods/sequence-to-sequence" in row[before:after]
    assert 'id="optimisation"' not in page
    assert "methods/capsule-network" in page
