"""Machines against people, benchmarks, hardware, data sets, models, methods: what holds for each of these pages."""

from __future__ import annotations

import html
import re
import sqlite3
from pathlib import Path
from urllib.parse import quote

import pytest
from factories import build

from catalog.site.sections import all_sections
from catalog.site.selection import select_achievements, topic_options
from explore.explored import BREAKOUT, HOSTILE, Get, faults_of, opened, text_of

SECTIONS = ("people-and-machines", "benchmarks", "hardware", "datasets", "models", "methods")


def scripts_of_strangers(page: str) -> list[str]:
    """Return every script tag but our own files and the linked data, which is no program."""
    tags = re.findall(r"<script[^>]*>", page)
    return [t for t in tags if not re.fullmatch(r'<script src="/static/[a-z_]+\.js\?v=[0-9a-f]+" defer>|<script type="application/ld\+json">', t)]


PARAMETERS = ("status", "topic", "benchmark", "metric", "precision", "unit", "sparsity", "rate", "a", "b", "parameters", "model", "bits",
              "modality", "licence", "size", "from", "to", "weights", "known", "family", "nothing", "_sort", "sql")
SMALL_PAGES = (
    "/people-and-machines", "/benchmarks", "/benchmarks?benchmark=example", "/hardware?a=card&rate=gflops_per_usd&model=net&bits=32", "/hardware?rate=gflops_per_watt",
    "/datasets", "/models", "/methods")


@pytest.mark.parametrize("name", SECTIONS)
def test_section_is_registered_with_both_names(name: str):
    section = all_sections()[name]
    assert section.label and section.label_ru and section.about.endswith(".") and section.menu == "explore"


@pytest.mark.parametrize("name", SECTIONS)
def test_section_bears_the_real_data(name: str, get: Get):
    page = get(f"/{name}")
    assert all_sections()[name].label in text_of(page)
    assert '<svg class="chart"' in page and not scripts_of_strangers(page)
    assert faults_of(page) == []


@pytest.mark.parametrize("name", SECTIONS)
def test_links_to_records_lead_somewhere(name: str, get: Get, db: sqlite3.Connection):
    pages = [get(f"/{name}")]
    if name == "benchmarks":
        pages += [get("/benchmarks?benchmark=glue"), get("/benchmarks?benchmark=imagenet")]
    if name == "hardware":
        pages += [get("/hardware?a=geforce-gtx-1080&b=nvidia-h100-sxm&model=bert")]
    records = {row[0] for row in db.execute("SELECT ref FROM records")}
    kinds = {ref.partition("/")[0] for ref in records}
    links = {link for page in pages for link in re.findall(r'href="/catalog/([a-z_]+/[a-z0-9-]+)[#"]', page)}
    assert len(links) > 5
    assert {link for link in links if link.partition("/")[0] in kinds} <= records
    assert {link.partition("/")[0] for link in links} <= kinds | {"results"}


def test_empty_catalog_gets_friendly_sentences(tmp_path: Path):
    build(tmp_path, {"topics/vision.yaml": "name: Vision\n"}).close()
    with opened(tmp_path / "catalog.db") as get:
        for name in SECTIONS:
            page = get(f"/{name}")
            assert 'class="none"' in page and faults_of(page) == []


@pytest.mark.parametrize("path", SMALL_PAGES)
def test_hostile_text_of_records_is_escaped(path: str, small: Get):
    page = small(path)
    assert html.escape(HOSTILE) in page
    assert not scripts_of_strangers(page) and "<img" not in page
    assert faults_of(page) == []


@pytest.mark.parametrize("name", SECTIONS)
def test_hostile_parameters_are_escaped(name: str, get: Get):
    for hostile in (HOSTILE, BREAKOUT, "' OR 1=1; DROP TABLE records; --", "%00", "9" * 400):
        page = get(f"/{name}?" + "&".join(f"{key}={quote(hostile)}" for key in PARAMETERS[:20]))
        assert not scripts_of_strangers(page) and "<img" not in page
        page = get(f"/{name}?" + "&".join(f"{key}={quote(hostile)}" for key in PARAMETERS[-10:]))
        assert not scripts_of_strangers(page) and "<img" not in page
        assert faults_of(page) == []


@pytest.mark.parametrize("name", ["people-and-machines", "datasets", "models", "methods"])
def test_unknown_parameters_change_nothing(name: str, get: Get):
    unknown = "&".join(f"{key}=no-such-thing" for key in PARAMETERS[:18])
    assert text_of(get(f"/{name}?{unknown}")) == text_of(get(f"/{name}"))


def test_names_come_in_the_language_of_the_visitor_first(get: Get):
    for path, russian in (("/methods", "Перцептрон|Персептрон"), ("/benchmarks?benchmark=glue", "Общая оценка понимания языка"), ("/hardware?a=geforce-gtx-1080", "Производитель")):
        page = get(path, "ru")
        assert re.search(rf"(?:>|<h1>)(?:{russian})", page) and faults_of(page) == []
    assert '<i lang="en">Perceptron</i>' in get("/methods", "ru") and '<i lang="en">Perceptron</i>' not in get("/methods")


def test_topics_are_counted_with_all_below_them(db: sqlite3.Connection):
    options = {o.value: o for o in topic_options(db, "achievements")}
    assert options["computer-vision"].count >= options["image-classification"].count + options["visual-question-answering"].count
    assert options["image-classification"].depth > options["computer-vision"].depth


def test_selection_of_nothing_is_everything():
    assert select_achievements({}).where == "1"
