"""JSON-LD, the feed and the pages, read by rdflib, feedparser and markdown-it."""

import importlib
import sqlite3
from pathlib import Path

import pytest
from export_hostile import FORMULA, export_hostile
from markdown_it import MarkdownIt

from catalog.export import find_format
from catalog.export.markdown import escape
from catalog.export.publish import write_export
from catalog.export.source import open_source

SCHEMA = "https://schema.org/"
RDFLIB = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


@RDFLIB
def test_json_ld_says_of_every_record_what_it_is(exported: Path, catalog_file: Path):
    rdflib = importlib.import_module("rdflib")
    graph = rdflib.Graph().parse(exported / "catalog.jsonld", format="json-ld")
    with sqlite3.connect(catalog_file) as db:
        records, datasets = (db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("records", "datasets"))
    db.close()
    one = "SELECT (count(DISTINCT ?r) AS ?n) WHERE {{ ?r a ?type ; <{0}name> ?name . FILTER(isIRI(?r)) }}"
    assert int(next(iter(graph.query(one.format(SCHEMA)))).n) == records + 1
    listed = f"SELECT (count(?d) AS ?n) WHERE {{ ?c a <{SCHEMA}DataCatalog> ; <{SCHEMA}dataset> ?d . ?d a <{SCHEMA}Dataset> }}"
    assert int(next(iter(graph.query(listed))).n) == datasets
    russian = f"SELECT (count(?n) AS ?n2) WHERE {{ ?r <{SCHEMA}name> ?n . FILTER(lang(?n) = 'ru') }}"
    assert int(next(iter(graph.query(russian))).n2) > 300


@RDFLIB
def test_json_ld_takes_the_address_of_the_site(tmp_path: Path):
    rdflib = importlib.import_module("rdflib")
    folder = export_hostile(tmp_path)
    with open_source(folder / "hostile.db", base_url="https://example.org/dl/") as source:
        write_export(source, find_format("schema-org"), folder / "site.jsonld")
    graph = rdflib.Graph().parse(folder / "site.jsonld", format="json-ld")
    topic = rdflib.URIRef("https://example.org/dl/topics/vision")
    assert rdflib.Literal(FORMULA) in set(graph.objects(topic, rdflib.URIRef(SCHEMA + "name")))
    assert not [s for s in graph.subjects() if "127.0.0.1" in str(s)]


def test_feed_has_the_whole_timeline(exported: Path, catalog_file: Path):
    feedparser = importlib.import_module("feedparser")
    feed = feedparser.parse((exported / "timeline.atom").read_bytes())
    assert not feed.bozo, feed.get("bozo_exception")
    with sqlite3.connect(catalog_file) as db:
        refs = {r[0] for r in db.execute("SELECT ref FROM timeline")}
    db.close()
    assert {e.link.removeprefix("http://127.0.0.1:8001/") for e in feed.entries} == refs
    assert len({e.id for e in feed.entries}) == len(refs)
    updated = [e.updated for e in feed.entries]
    assert updated == sorted(updated, reverse=True)
    assert feed.feed.updated == updated[0] or feed.feed.updated > updated[0]


def links_in(file: Path) -> list[str]:
    """Return where the links of a page lead."""
    return [
        str(child.attrs["href"]) for token in MarkdownIt("commonmark").enable("table").parse(file.read_text(encoding="utf-8"))
        for child in token.children or () if child.type == "link_open"]


def test_every_link_between_pages_leads_to_a_page(exported: Path):
    folder, count = exported / "markdown", 0
    broken = []
    for file in folder.rglob("*.md"):
        for link in links_in(file):
            if not link.startswith(("http:", "https:")):
                count += 1
                if not (file.parent / link).is_file():
                    broken.append((file.name, link))
    assert broken == []
    assert count > 5000


def test_pages_of_hostile_texts_hold_no_markup_of_theirs(tmp_path: Path):
    folder = export_hostile(tmp_path, "markdown") / "markdown"
    page = (folder / "topics" / "vision.md").read_text(encoding="utf-8")
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(page)
    assert "<b>" not in html and "&lt;b&gt;" in html
    assert 'href="u"' not in html and "<em>i</em>" not in html
    tokens = MarkdownIt("commonmark").enable("table").parse((folder / "datasets" / "digits.md").read_text(encoding="utf-8"))
    cells = [t for t in tokens if t.type in ("th_open", "td_open")]
    assert cells and len(cells) % 5 == 0, "a bar in a text opens no cell"


@pytest.mark.parametrize("text", ["1. x", "- x", "--- ", "+ x", "# x", "> x", "a | b", "*x*", "[x](y)", "<i>", "&amp;", "`x`", "=== ", "~~x~~", "![x](y)", "2) x"])
def test_escaped_text_is_shown_as_it_is(text: str):
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(escape(text))
    assert [t.type for t in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert "".join(c.content for c in tokens[1].children) == text.strip()
