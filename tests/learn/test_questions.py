"""Questions: the queries that are kept with the site, and their answers."""

from __future__ import annotations

import csv
import html
import io
import re
import sqlite3
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from catalog.site.queries import QUERIES, InvalidQuery, load_queries, query_metadata, read_query
from catalog.site.sections.questions import GROUPS, grouped
from learn.learnt import HOSTILE, Get, links_in, records_in, refs


@pytest.mark.parametrize("name", sorted(load_queries()))
def test_query_has_title_explanation_and_its_parameters(name: str):
    query = load_queries()[name]
    assert query.title and query.about.endswith(".")
    assert set(query.parameters) == set(re.findall(r"(?<![:\w]):([a-z_]+)", query.sql))
    assert query_metadata()[name]["params"] == list(query.parameters)


@pytest.mark.parametrize("name", sorted(load_queries()))
def test_query_answers_with_its_examples_and_with_nothing(name: str, get: Get):
    query = load_queries()[name]
    found = get(query.csv_url)
    assert found.status_code == 200 and found.headers["content-type"].startswith("text/plain"), found.text[:300]
    assert len(list(csv.reader(io.StringIO(found.text)))) > 1, "no row with the examples"
    empty = urlencode(dict.fromkeys(query.parameters, ""))
    for address in (f"/catalog/{name}", f"/catalog/{name}?{empty}", query.url, f"/catalog/{name}.json?_shape=objects&{empty}"):
        assert get(address).status_code == 200, address
    page = get(query.url).text
    assert f"<h1>{query.title}</h1>" in html.unescape(page) and query.about in html.unescape(page)
    for parameter, example in query.parameters.items():
        assert f'name="{parameter}" value="{html.escape(example)}"' in page


@pytest.mark.parametrize("name", [n for n, q in load_queries().items() if q.parameters])
def test_query_bears_hostile_parameters(name: str, get: Get):
    query = load_queries()[name]
    page = get(f"/catalog/{name}?" + urlencode(dict.fromkeys(query.parameters, HOSTILE)))
    assert page.status_code == 200 and "<script>alert" not in page.text


def test_names_in_an_answer_lead_to_their_records(get: Get):
    assert "milestones/perceptron" in records_in(get("/catalog/milestones_in_a_period?first=1950&last=1960").text)


def test_sql_of_visitors_is_answered_on_a_page_of_the_same_look(get: Get):
    page = get("/catalog?" + urlencode({"sql": "select 1 as \"<b>x\", :who as who", "who": HOSTILE})).text
    assert "<h1>Answer in SQL</h1>" in page and "<b>x" not in page and "<script>alert" not in page


def test_csv_can_be_downloaded_as_a_file(get: Get):
    response = get("/catalog/free_books.csv?_dl=1")
    assert response.headers["content-disposition"] == 'attachment; filename="free_books.csv"'


def test_questions_lists_all_queries_with_their_examples(get: Get):
    page = get("/questions").text
    for query in load_queries().values():
        assert query.title in html.unescape(page) and query.about in html.unescape(page)
        assert query.url in links_in(page) and query.csv_url in links_in(page)


def test_questions_can_be_searched(get: Get):
    page = get("/questions?q=" + quote("books free")).text
    assert "free_books" in page and "withdrawn_datasets" not in page
    assert "No question has these words." in get("/questions?q=zzzz").text


def test_groups_of_questions_name_every_query_once():
    names = [name for _, names in GROUPS.values() for name in names]
    assert len(names) == len(set(names)) and set(names) <= set(load_queries())
    assert sorted(q.name for _, _, queries in grouped(load_queries()) for q in queries) == sorted(load_queries())


def test_no_query_has_the_name_of_a_table(db: sqlite3.Connection):
    assert not set(load_queries()) & refs(db, "SELECT name FROM sqlite_master")
    assert set(load_queries()) == {file.stem for file in QUERIES.glob("*.sql")}


@pytest.mark.parametrize(("text", "problem"), [
    ("SELECT 1", "q.sql: must begin with two comments, the title and what it tells"),
    ("-- Title\nSELECT 1", "q.sql: must begin with two comments, the title and what it tells"),
    ("-- Title\n-- :a = 1\nSELECT 1", "q.sql: must begin with two comments, the title and what it tells"),
    ("-- Title\n-- About.\n", "q.sql: holds no statement"),
    ("-- Title\n-- About.\n-- a = 1\nSELECT :a", "q.sql: 'a = 1' is no parameter; write `-- :name = example`"),
])
def test_query_that_begins_otherwise_is_refused(text: str, problem: str):
    with pytest.raises(InvalidQuery) as raised:
        read_query("q", text)
    assert str(raised.value) == problem


def test_examples_stand_in_the_address() -> None:
    query = read_query("q", "-- Title\n-- About.\n-- :a = x y\n-- :b\nSELECT :a, :b")
    values: dict[str, Any] = {"a": "x y", "b": ""}
    assert (query.parameters, query.given, query.url, query.csv_url) == (values, {"a": "x y"}, "/catalog/q?a=x+y&b=", "/catalog/q.csv?a=x+y&b=")
