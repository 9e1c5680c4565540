"""Lecture, learn, problems, gallery, glossary, curate, questions: what holds for each of these pages."""

from __future__ import annotations

import html
import re
import sqlite3
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from factories import MINIMAL

from catalog.site.sections import all_sections
from learn.learnt import BOLD, HOSTILE, Get, build_small, links_in, main_of, open_file, records_in

PAGES = ("lecture", "learn", "problems", "gallery", "glossary", "curate", "questions")
PARAMETERS = ("show", "topic", "level", "language", "free", "type", "area", "grade", "kind", "from", "q", "lang")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Get]:
    """A file that holds one topic and nothing else."""
    yield from open_file(build_small(tmp_path_factory.mktemp("bare"), {"topics/example.yaml": MINIMAL["topics"]}))


@pytest.mark.parametrize("name", PAGES)
def test_page_answers_on_real_small_and_bare_catalogs(name: str, get: Get, small: Get, bare: Get):
    for ask in (get, small, bare):
        response = ask(f"/{name}")
        assert response.status_code == 200, response.text[-500:]
        assert f"<h1>{all_sections()[name].label}" in response.text
        assert "<script" not in main_of(response.text)


@pytest.mark.parametrize("name", PAGES)
def test_links_of_the_page_lead_somewhere(name: str, get: Get, db: sqlite3.Connection):
    page = main_of(get(f"/{name}").text)
    known = {row[0] for row in db.execute("SELECT ref FROM records")}
    assert records_in(page) <= known
    anchors = set(re.findall(r'id="([^"]+)"', page))
    assert {link[1:] for link in links_in(page) if link.startswith("#")} <= anchors
    ours = sorted({link.partition("#")[0] for link in links_in(page) if re.match(r"/[a-z]", link) and not re.fullmatch(r"/catalog/[a-z_]+/[a-z0-9-]+", link.partition("#")[0])})
    step = max(1, len(ours) // 25)
    for link in ours[::step]:
        assert get(link).status_code == 200, link


@pytest.mark.parametrize("name", PAGES)
def test_hostile_parameters_are_escaped_or_ignored(name: str, get: Get):
    for value in (HOSTILE, "%00", "'", "ru' OR 1=1 --", "\N{GRINNING FACE}"):
        response = get(f"/{name}?" + urlencode({parameter: value for parameter in PARAMETERS}))
        assert response.status_code == 200
        assert "<script>alert" not in response.text and "1334949" not in response.text
    assert get(f"/{name}?" + urlencode([(p, "x") for p in PARAMETERS] + [(p, "y") for p in PARAMETERS])).status_code == 200


@pytest.mark.parametrize("name", ["learn", "problems", "gallery", "glossary"])
def test_text_of_records_is_escaped(name: str, small: Get):
    page = small(f"/{name}").text
    assert html.escape(BOLD, quote=False) in page
    assert BOLD not in page and "<i>once</i>" not in page
