"""Feeds, maps and descriptions for machines: valid, complete, absolute, and harmless with hostile names."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from xml.etree import ElementTree

import pytest
from opened_site import OpenedSite, opened_site

from catalog.kinds import all_kinds
from catalog.site import feeds
from catalog.site.changes import find_history, read_changes
from catalog.site.configuration import CACHE_MB, PUBLIC_URL, REPOSITORY, SQL, InvalidSetting, allows_sql, cache_bytes, check_settings, repository
from catalog.site.sections import all_sections

ATOM, MAP = "{http://www.w3.org/2005/Atom}", "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenedSite]:
    with opened_site(tmp_path_factory.mktemp("feeds")) as opened:
        yield opened


@pytest.fixture
def history(opened: OpenedSite) -> Iterator[None]:
    """Lay a history beside the releases: one new record, one changed, one hostile, one that is gone, one of a broken date."""
    file = opened.release.file.parent.parent.parent / "history.db"
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("CREATE TABLE commits (position INTEGER PRIMARY KEY, hash TEXT, date TEXT, author TEXT, subject TEXT)")
        db.execute("CREATE TABLE record_history (ref TEXT, exists_now INTEGER, added TEXT, added_commit TEXT, changed TEXT, changed_commit TEXT, commits INTEGER)")
        db.execute("INSERT INTO commits VALUES (1, 'c1', '2026-10-01T10:00:00+00:00', 'A', 'Add <records> & more')")
        db.executemany("INSERT INTO record_history VALUES (?, ?, ?, 'c1', ?, 'c1', 1)", [
            ("datasets/svhn", 1, "2026-10-01T10:00:00+00:00", "2026-11-02T12:00:00+03:00"),
            ("methods/attention", 1, "2026-10-01T10:00:00+00:00", "2026-10-01T10:00:00+00:00"),
            ("datasets/hostile", 1, "2026-09-01", "2026-09-01"),
            ("datasets/gone", 0, "2026-11-01", "2026-11-01"),
            ("datasets/never", 1, "2026-11-01", "2026-11-01"),
            ("models/resnet-50", 1, "yesterday", "yesterday"),
        ])
    yield
    file.unlink()


def feed(opened: OpenedSite, path: str = "/atom.xml") -> ElementTree.Element:
    response = opened.get(path)
    assert response.status_code == 200 and response.headers["content-type"].startswith("application/atom+xml")
    return ElementTree.fromstring(response.text)


def test_feed_without_history_is_empty_and_says_so(opened: OpenedSite):
    root = feed(opened)
    assert root.findall(f"{ATOM}entry") == []
    assert "no history" in root.findtext(f"{ATOM}subtitle")
    assert root.findtext(f"{ATOM}updated").startswith("20")


def test_feed_names_new_and_changed_records_latest_first(opened: OpenedSite, history: None):
    root = feed(opened)
    entries = [(e.findtext(f"{ATOM}title"), e.findtext(f"{ATOM}updated"), e.find(f"{ATOM}link").get("href")) for e in root.findall(f"{ATOM}entry")]
    assert entries == [
        ("Changed: SVHN (data set)", "2026-11-02T12:00:00+03:00", "http://localhost/catalog/datasets/svhn"),
        ("New: Attention (method)", "2026-10-01T10:00:00+00:00", "http://localhost/catalog/methods/attention"),
        ("New: Hostile <script>alert(1)</script> (data set)", "2026-09-01T00:00:00Z", "http://localhost/catalog/datasets/hostile")]
    assert root.findtext(f"{ATOM}updated") == "2026-11-02T12:00:00+03:00"
    assert "Commit: Add <records> & more" in root.findtext(f"{ATOM}entry/{ATOM}summary")
    assert len({e.findtext(f"{ATOM}id") for e in root.iter() if e.find(f"{ATOM}id") is not None}) == 4


def test_feed_of_a_kind_holds_that_kind(opened: OpenedSite, history: None):
    assert len(feed(opened, "/atom.xml?kind=methods").findall(f"{ATOM}entry")) == 1
    assert opened.get("/atom.xml?kind=nothing").status_code == 404


def test_history_of_another_layout_counts_as_none(opened: OpenedSite):
    file = opened.release.file.parent.parent.parent / "history.db"
    for content in (b"", b"no database at all" * 50):
        file.write_bytes(content)
        assert find_history(opened.release.file) == file and read_changes(opened.release.file) == []
        assert feed(opened).findall(f"{ATOM}entry") == []
        file.unlink()


def test_map_names_every_section_kind_and_record(opened: OpenedSite, history: None):
    root = ElementTree.fromstring(opened.get("/sitemap.xml").text)
    found = {u.findtext(f"{MAP}loc"): u.findtext(f"{MAP}lastmod") for u in root}
    assert {f"http://localhost/catalog/{ref}" for ref in opened.site.facts.names} <= set(found)
    assert {f"http://localhost/{name}" for name in all_sections()} | {"http://localhost/", "http://localhost/api"} <= set(found)
    assert {f"http://localhost/catalog/{kind}" for kind in all_kinds() if kind in opened.site.facts.counts} <= set(found)
    assert found["http://localhost/catalog/datasets/svhn"] == "2026-11-02" and found["http://localhost/catalog/topics/computer-vision"] is None


def test_every_address_of_the_map_answers(opened: OpenedSite):
    root = ElementTree.fromstring(opened.get("/sitemap.xml").text)
    paths = [u.findtext(f"{MAP}loc").removeprefix("http://localhost") for u in root]
    assert len(paths) == len(set(paths)) > 30
    assert [p for p in paths if opened.get(p).status_code != 200] == []


def test_large_map_is_split(opened: OpenedSite, monkeypatch: pytest.MonkeyPatch):
    whole = {u.findtext(f"{MAP}loc") for u in ElementTree.fromstring(opened.get("/sitemap.xml").text)}
    monkeypatch.setattr(feeds, "ADDRESSES", 10)
    index = ElementTree.fromstring(opened.get("/sitemap.xml").text)
    assert index.tag == f"{MAP}sitemapindex" and len(index) == -(-len(whole) // 10)
    parts = [ElementTree.fromstring(opened.get(m.findtext(f"{MAP}loc").removeprefix("http://localhost")).text) for m in index]
    assert max(map(len, parts)) == 10
    assert {u.findtext(f"{MAP}loc") for part in parts for u in part} == whole
    assert opened.get(f"/sitemap-{len(index) + 1}.xml").status_code == 404


def test_opensearch_description_leads_to_search_and_suggestions(opened: OpenedSite):
    response = opened.get("/opensearch.xml")
    templates = [e.get("template") for e in ElementTree.fromstring(response.text) if e.get("template")]
    assert templates == ["http://localhost/search?q={searchTerms}", "http://localhost/suggest.json?q={searchTerms}&form=opensearch"]
    assert [opened.get(t.removeprefix("http://localhost").replace("{searchTerms}", "svhn")).status_code for t in templates] == [200, 200]


def test_llms_txt_tells_addresses_and_how_to_cite(opened: OpenedSite):
    text = opened.get("/llms.txt").text
    assert text.startswith("# Deep Learning Catalog\n\n> ")
    assert opened.site.facts.meta["content_digest"][:16] in text and "CC BY 4.0" in text
    links = [line.partition("](http://localhost")[2].partition(")")[0] for line in text.splitlines() if line.startswith("- [")]
    assert len(links) > 10
    assert {path: opened.get(path).status_code for path in links if "KIND" not in path and not path.endswith(".db")}.keys() and all(
        opened.get(path).status_code == 200 for path in links if "KIND" not in path)


@pytest.mark.parametrize("path", ["/atom.xml", "/sitemap.xml", "/opensearch.xml", "/llms.txt", "/catalog/datasets/svhn.bib", "/catalog/datasets/svhn.jsonld"])
def test_addresses_follow_the_host_or_the_configuration(path: str, opened: OpenedSite, monkeypatch: pytest.MonkeyPatch):
    assert "http://records.example/" in opened.get(path, headers={"host": "records.example"}).text
    assert "evil" not in opened.get(path, headers={"host": 'evil"><script>'}).text
    monkeypatch.setenv(PUBLIC_URL, "https://catalog.example.org/")
    text = opened.get(path, headers={"host": "records.example"}).text
    assert "https://catalog.example.org/" in text and "records.example" not in text and "org//" not in text


@pytest.mark.parametrize(("variable", "value", "message"), [
    (PUBLIC_URL, "catalog.example.org", "CATALOG_PUBLIC_URL='catalog.example.org' is no address; write it as https://catalog.example.org"),
    (REPOSITORY, "javascript:alert(1)", "CATALOG_REPOSITORY='javascript:alert(1)' is no address; write it as https://github.com/OWNER/REPO"),
    (SQL, "maybe", "CATALOG_SQL='maybe' is unknown; write on or off"),
    (CACHE_MB, "-1", "CATALOG_CACHE_MB='-1' is no whole number of megabytes (2^20 bytes)"),
])
def test_wrong_setting_is_refused_in_words(variable: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(variable, value)
    with pytest.raises(InvalidSetting) as refused:
        check_settings()
    assert str(refused.value) == message


def test_settings_have_defaults(monkeypatch: pytest.MonkeyPatch):
    for variable in (PUBLIC_URL, REPOSITORY, SQL, CACHE_MB):
        monkeypatch.delenv(variable, raising=False)
    check_settings()
    assert (repository(), allows_sql(), cache_bytes()) == (None, True, 64 << 20)
