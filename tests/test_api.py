"""Every example that `/api` gives is fetched: status, content type, and that there is something in it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from opened_site import OpenedSite, opened_site

from catalog.site.api import Group, make_examples
from catalog.site.configuration import SQL
from catalog.site.queries import load_queries


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenedSite]:
    with opened_site(tmp_path_factory.mktemp("api")) as opened:
        yield opened


def examples(opened: OpenedSite) -> list[Group]:
    return opened.runner.run(make_examples(opened.site))


def test_every_example_answers_as_documented(opened: OpenedSite):
    asked = 0
    for group in examples(opened):
        for example in group.examples:
            response = opened.get(example.path)
            assert response.status_code == 200, (example.path, response.text[:300])
            assert response.headers["content-type"].startswith(example.content_type), example.path
            if example.content_type == "application/json":
                assert response.json() is not None
            asked += 1
    assert asked > 20 + len(load_queries())


def test_page_shows_every_example_as_a_link(opened: OpenedSite):
    text = opened.get("/api").text
    shown = {html.unescape(link) for link in re.findall(r'<a href="(/[^"]*)"><code>', text)}
    assert shown == {example.path for group in examples(opened) for example in group.examples}


def test_pages_of_rows_follow_one_another_to_the_end(opened: OpenedSite):
    path, names = "/catalog/records.json?_shape=objects&_size=5", []
    while path:
        answer = opened.get(path).json()
        names += [row["ref"] for row in answer["rows"]]
        path = (answer["next_url"] or "").removeprefix("http://localhost")
    assert sorted(names) == sorted(opened.site.facts.names) and len(names) > 10


def test_canned_query_is_also_csv(opened: OpenedSite):
    for query in load_queries().values():
        response = opened.get(query.csv_url)
        assert response.status_code == 200 and response.headers["content-type"].startswith("text/plain"), query.name


def test_sql_is_not_documented_where_it_is_off(opened: OpenedSite, monkeypatch: pytest.MonkeyPatch):
    assert "sql" in {g.name for g in examples(opened)}
    monkeypatch.setenv(SQL, "off")
    assert "sql" not in {g.name for g in examples(opened)}


def test_sql_of_visitors_is_refused_where_it_is_off_and_canned_queries_go_on(opened: OpenedSite, monkeypatch: pytest.MonkeyPatch):
    paths = ["/catalog?sql=select+1", "/catalog.json?sql=select+1", "/catalog.csv?sql=select+1", "/catalog/datasets?_where=1", "/catalog/datasets.json?_where=1"]
    assert {opened.get(path).status_code for path in paths} == {200}
    monkeypatch.setenv(SQL, "off")
    assert {opened.get(path).status_code for path in paths} == {403}
    query = next(iter(load_queries().values()))
    assert [opened.get(path).status_code for path in (query.url, query.csv_url, "/catalog/datasets?items__gt=1", "/search?q=sql")] == [200] * 4
