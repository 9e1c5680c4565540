"""Records as linked data, as authored and as citations: complete, in step with the page, harmless with hostile text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import accumulate

import pytest
import yaml
from opened_site import OpenedSite, opened_site
from site_catalog import HOSTILE

from catalog.document import document_json
from catalog.kinds import all_kinds
from catalog.read import read_document
from catalog.site.citing import bibtex_text, edit_url, record_bibtex, report_url, source_bibtex
from catalog.site.configuration import REPOSITORY
from catalog.site.linked_data import SUBTYPES, TYPES, describe_record
from catalog.site.record import load_record
from catalog.site.record_files import write_yaml
from catalog.validate import ValidRecord, validate_document

WRITERS = "type: paper\ntitle: \"{Braces} & 100% of $x_1$ \\\\ C#\"\nauthors: [Ann Lee, OpenAI, et al.]\ndate: 2017-06\nvenue: NIPS 2017\nidentifiers: {doi: 10.1000/a_b, arxiv: '1706.03762'}\n"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenedSite]:
    with opened_site(tmp_path_factory.mktemp("linked"), {"sources/lee-2017-signs.yaml": WRITERS}) as opened:
        yield opened


def page_of(opened: OpenedSite, ref: str):
    return opened.runner.run(opened.site.get_database("catalog").execute_fn(lambda db: load_record(db, ref, opened.site.facts.names)))


def test_every_kind_and_every_type_of_it_has_a_schema_org_type():
    assert set(TYPES) == set(all_kinds())
    for kind, types in SUBTYPES.items():
        assert set(types) <= set(all_kinds()[kind].fields["type"].choices)


def test_dataset_is_described_with_names_people_sources_and_identifiers(opened: OpenedSite):
    data = opened.get("/catalog/datasets/svhn.jsonld").json()
    assert (data["@context"], data["@type"], data["@id"]) == ("https://schema.org", "Dataset", "http://localhost/catalog/datasets/svhn")
    assert data["alternateName"] == ["Номера домов", "Street View House Numbers"]
    assert data["sameAs"] == ["https://www.wikidata.org/wiki/Q7624173", "https://example.org/svhn"]
    assert data["sourceOrganization"] == [{"@type": "Organization", "@id": "http://localhost/catalog/organizations/stanford", "name": "Stanford University"}]
    assert data["datePublished"] == "2011" and data["size"] == "train: 73257, test: 26032, extra: 531131"
    assert data["subjectOf"]["@type"] == "DataCatalog"


@pytest.mark.parametrize(("kind", "document", "expected"), [
    ("frameworks", {"identifiers": {"github": "a/b"}, "languages": ["C++"], "latest": "2.0", "licence": "MIT"},
     {"@type": "SoftwareSourceCode", "codeRepository": "https://github.com/a/b", "programmingLanguage": ["C++"], "version": "2.0", "license": "MIT"}),
    ("frameworks", {"latest": "2.0"}, {"@type": "SoftwareApplication", "softwareVersion": "2.0", "applicationCategory": "Deep learning software"}),
    ("books", {"authors": ["Ann Lee et al."], "identifiers": {"isbn13": "978-0-262-03561-3"}, "year": 2016, "free_url": "https://example.org/b"},
     {"@type": "Book", "author": [{"@type": "Person", "name": "Ann Lee"}], "isbn": "978-0-262-03561-3", "datePublished": "2016", "isAccessibleForFree": True}),
    ("courses", {"instructors": ["Ann Lee"], "code": "CS1", "level": "master"}, {"@type": "Course", "courseCode": "CS1", "instructor": [{"@type": "Person", "name": "Ann Lee"}]}),
    ("people", {"family_name": "Lee", "born": "1950", "topics": ["t"]}, {"@type": "Person", "familyName": "Lee", "birthDate": "1950"}),
    ("organizations", {"type": "university", "country": "US"}, {"@type": "CollegeOrUniversity", "location": "US"}),
    ("sources", {"type": "paper", "title": "T", "authors": ["Ann Lee"], "date": "2017-06", "published": "2018-01-02"},
     {"@type": "ScholarlyArticle", "headline": "T", "datePublished": "2018-01-02"}),
    ("milestones", {"date": "2016-03-09/2016-03-15"}, {"@type": "Event", "startDate": "2016-03-09"}),
    ("topics", {}, {"@type": "DefinedTerm", "inDefinedTermSet": "https://x.org/catalog/topics"}),
])
def test_kinds_are_described_in_their_own_terms(kind: str, document: dict, expected: dict):
    data = describe_record(kind, "a", "A", document, {}, "https://x.org")
    assert {key: data.get(key) for key in expected} == expected


def test_catalog_is_described_with_its_file_and_version(opened: OpenedSite):
    data = opened.get("/catalog.jsonld").json()
    assert data["@type"] == "DataCatalog" and data["dataset"][0]["version"] == opened.site.facts.meta["content_digest"][:16]
    assert opened.get(data["dataset"][0]["distribution"][0]["contentUrl"].removeprefix("http://localhost")).status_code == 200


@pytest.mark.parametrize("ending", ["yaml", "jsonld", "bib"])
def test_every_record_has_every_form(ending: str, opened: OpenedSite):
    for ref in opened.site.facts.names:
        assert opened.get(f"/catalog/{ref}.{ending}").status_code == 200, ref
    assert opened.get(f"/catalog/datasets/none.{ending}").status_code == 404


def test_head_holds_json_that_no_name_can_break_out_of(opened: OpenedSite):
    page = page_of(opened, "datasets/hostile")
    text = opened.render("_head.html", {"page": page, **head_context(opened)})
    scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert len(scripts) == 1
    assert json.loads(scripts[0])["name"] == f"Hostile {HOSTILE}"
    assert HOSTILE not in text and "<img" not in text and "<svg" not in text and "<b>" not in text
    assert 'property="og:title" content="Hostile &lt;script&gt;' in text


def head_context(opened: OpenedSite) -> dict[str, object]:
    from catalog.site.services import template_vars

    return template_vars(opened.site)


def test_head_of_other_pages_needs_no_record(opened: OpenedSite):
    text = opened.render("_head.html", {"page": 3, **head_context(opened)})
    assert "application/ld+json" not in text and 'property="og:title" content="Deep Learning Catalog"' in text
    assert "/static/suggest.js" in text and "/opensearch.xml" in text and "/atom.xml" in text


def test_cite_shows_line_version_bibtex_and_no_repository_unless_configured(opened: OpenedSite, monkeypatch: pytest.MonkeyPatch):
    page = page_of(opened, "datasets/hostile")
    monkeypatch.delenv(REPOSITORY, raising=False)
    text = opened.render("_cite.html", {"page": page, **head_context(opened)})
    assert HOSTILE not in text and "Edit this record" not in text and "Report a mistake" not in text
    assert f"data version {opened.site.facts.meta['content_digest'][:16]}" in text
    monkeypatch.setenv(REPOSITORY, "https://github.com/owner/repo")
    text = opened.render("_cite.html", {"page": page, **head_context(opened)})
    assert 'href="https://github.com/owner/repo/edit/main/data/datasets/hostile.yaml"' in text
    assert 'href="https://github.com/owner/repo/issues/new?template=wrong-number.yml&amp;' in text


def test_bibtex_of_a_source_is_its_own_and_then_ours(opened: OpenedSite):
    assert opened.get("/catalog/sources/lee-2017-signs.bib").text == (
        "@inproceedings{lee-2017-signs,\n"
        "  title        = {{\\{Braces\\} \\& 100\\% of \\$x\\_1\\$ \\textbackslash{} C\\#}},\n"
        "  author       = {Ann Lee and {OpenAI} and others},\n"
        "  booktitle    = {NIPS 2017},\n  year         = {2017},\n  month        = {6},\n"
        "  doi          = {10.1000/a\\_b},\n  eprint       = {1706.03762},\n  eprinttype   = {arxiv},\n}\n\n"
        + record_bibtex("sources/lee-2017-signs", opened.site.facts.names["sources/lee-2017-signs"][0], opened.site.facts.meta["content_digest"],
                        "http://localhost/catalog/sources/lee-2017-signs"))


@pytest.mark.parametrize("text", [HOSTILE, "}{", "\\input{/etc/passwd}", "a\n@article{x,", "%$#&_~^"])
def test_bibtex_cannot_be_broken_out_of(text: str):
    entry = source_bibtex("a", {"type": "paper", "title": text, "authors": [text], "venue": text, "url": "https://example.org/}" + text})
    unescaped = re.sub(r"\\[{}]", "", entry)
    depths = list(accumulate({"{": 1, "}": -1}.get(sign, 0) for sign in unescaped))
    assert depths[-1] == 0 and min(depths[unescaped.index("{"):unescaped.rindex("}")]) == 1 and entry.count("\n@") == 0
    assert "\\input" not in bibtex_text(text)


def test_yaml_reads_back_as_the_same_record(opened: OpenedSite):
    for ref in opened.site.facts.names:
        kind, _, slug = ref.partition("/")
        text = opened.get(f"/catalog/{ref}.yaml").text
        document = opened.runner.run(opened.site.get_database("catalog").execute("SELECT document FROM documents WHERE ref = ?", [ref])).first()[0]
        assert write_yaml(kind, json.loads(document)) == text.partition("\n")[2]
        read = read_document(f"{kind}/{slug}.yaml", kind, slug, text.encode())
        found, problems = validate_document(read)
        assert read.problems + problems == [] and isinstance(found, ValidRecord)
        assert json.loads(document_json(found.record)) == json.loads(document)
        assert yaml.safe_load(text).keys() == json.loads(document).keys()


def test_edit_and_report_links_know_their_host():
    assert edit_url(None, "a.yaml") is None and report_url(None, "a/b", "d") is None
    assert edit_url("https://gitlab.com/a/b", "datasets/x.yaml") == "https://gitlab.com/a/b/-/edit/main/data/datasets/x.yaml"
    assert report_url("https://gitlab.com/a/b", "datasets/x", "d" * 64).startswith("https://gitlab.com/a/b/-/issues/new?issue%5Btitle%5D=Mistake+in+datasets%2Fx&")
    assert "record=datasets%2Fx" in report_url("https://github.com/a/b", "datasets/x", "d" * 64)
