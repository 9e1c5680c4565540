"""Pages: home, records, tables, search, and the language they are in."""

from __future__ import annotations

import asyncio
import html
import json
import re
from urllib.parse import quote

import pytest

from catalog.kinds import all_kinds
from catalog.site.instance import CannotOpen, CatalogSite, open_site, read_facts
from pages.small_site import Get, text_of


def test_home_counts_records_claims_and_claims_read(get: Get, site: CatalogSite):
    shown = text_of(get("/").text)
    assert f"{len(site.facts.names)} records" in shown
    assert f"{site.facts.meta['claims']} claims" in shown and f"{site.facts.meta['claims_read']} read in their source" in shown
    assert "When did machines pass people" in shown and "Наборы данных" in shown


def test_every_link_of_the_home_page_answers(get: Get):
    links = {link for link in re.findall(r'href="(/[^"#]*)"', get("/").text) if not link.endswith(".db") and not link.startswith("/language/")}
    assert len(links) > 20
    assert {link: get(html.unescape(link)).status_code for link in links} == dict.fromkeys(links, 200)


def test_record_page_shows_names_labels_claims_and_disagreement(get: Get):
    page = get("/catalog/datasets/svhn").text
    shown = text_of(page)
    assert "Номера домов" in shown and "Street View House Numbers" in shown
    assert "Items Элементов Number of items in all. 630\u202f420 computed: sum of splits" in shown
    assert "≠ 600\u202f000 in Self-supervised Learning, a Survey (2019) , table 1 Rounded." in shown
    assert "531\u202f131" in shown and "printed “531,131”" in html.unescape(page)
    assert "Reading Digits in Natural Images" in shown and "section 3" in shown and "✓ read 2026-11-20" in shown
    assert "gone" in shown and 'href="https://example.org/svhn"' in page
    assert 'href="https://www.wikidata.org/wiki/Q7624173"' in page


def test_record_page_names_relations_in_both_directions(get: Get):
    page = get("/catalog/datasets/svhn").text
    assert '<a class="record" href="/catalog/organizations/stanford"' in page
    assert '<a class="record" href="/catalog/benchmarks/svhn"' in page
    assert "SVHN" in text_of(get("/catalog/organizations/stanford").text)


def test_table_of_results_is_shown_as_printed_with_models_linked(get: Get):
    page = get("/catalog/benchmarks/svhn").text
    assert 'id="results.resnet"' in page and 'href="/catalog/models/resnet-50"' in page
    assert "96.5" in page and "90.25" in page and "Accuracy" in page and "table 2" in page


def test_page_of_a_source_counts_the_claims_that_cite_it(get: Get):
    assert "claims in this catalog cite it" in text_of(get("/catalog/sources/netzer-2011-digits").text)


@pytest.mark.parametrize("kind", all_kinds())
def test_pages_of_all_records_answer(kind: str, site: CatalogSite, get: Get):
    for ref in site.facts.names:
        if ref.startswith(kind + "/"):
            assert get(f"/catalog/{ref}").status_code == 200, ref


def test_renamed_record_leads_to_its_new_name(get: Get):
    response = get("/catalog/datasets/street-view")
    assert (response.status_code, response.headers["location"]) == (301, "/catalog/datasets/svhn")


def test_removed_record_says_why(get: Get):
    response = get("/catalog/datasets/gone")
    assert response.status_code == 410
    assert "Withdrawn by its makers." in response.text and "/catalog/datasets/svhn" in response.text


def test_unknown_record_names_a_near_one(get: Get):
    response = get("/catalog/datasets/svnh")
    assert response.status_code == 404 and "/catalog/datasets/svhn" in response.text


@pytest.mark.parametrize(("path", "link"), [
    ("/catalog/hardware", "/catalog/organizations/chipmaker"),  # a column vendor_id
    ("/catalog/claims", "/catalog/datasets/svhn"),  # a reference to any record
    ("/catalog/claims", "/catalog/sources/netzer-2011-digits"),
    ("/catalog/dataset_splits", "/catalog/datasets/svhn"),  # the record above
    ("/catalog/scores", "/catalog/benchmarks/svhn#results.resnet"),  # a part of a record
    ("/catalog/timeline", "/catalog/milestones/attention-arrives"),  # a view
    ("/catalog/disagreements", "/catalog/sources/jing-2019-survey"),
    ("/catalog?sql=select+ref+from+records", "/catalog/datasets/svhn"),
])
def test_references_in_tables_lead_to_the_record(path: str, link: str, get: Get):
    assert f'href="{link}"' in get(path).text


def test_references_are_shown_by_name(get: Get):
    assert ">Chipmaker</a>" in get("/catalog/hardware").text
    assert ">Reading Digits in Natural Images</a>" in get("/catalog/claims").text


def test_row_of_all_records_leads_to_the_record(get: Get):
    response = get("/catalog/records/datasets~2Fsvhn")
    assert (response.status_code, response.headers["location"]) == (302, "/catalog/datasets/svhn")


def test_record_is_there_as_json_too(get: Get):
    assert get("/catalog/datasets/svhn.json?_shape=array").json()[0]["name"] == "SVHN"
    assert json.loads(get("/catalog/documents/datasets~2Fsvhn.json?_shape=array").json()[0]["document"])["splits"]["test"]["items"] == 26032


def test_search_page_and_json_agree(get: Get):
    page, data = get("/search?q=" + quote("внимание")), get("/search.json?q=" + quote("внимание")).json()
    assert data["total"] == 3 and data["kinds"] == {"methods": 1, "milestones": 1, "sources": 1}
    assert [hit["ref"] for hit in data["hits"]] == ["methods/attention", "milestones/attention-arrives", "sources/voita-2020-attention"]
    assert all(f'href="/catalog/{hit["ref"]}"' in page.text for hit in data["hits"])
    assert get("/search.json?q=attention&kind=milestones").json()["total"] == 1


def test_search_without_hits_suggests_or_says_so(get: Get):
    assert "Did you mean attention" in text_of(get("/search?q=atention").text)
    assert "No record holds these words" in text_of(get("/search?q=zzzzzzz").text)


def test_a_file_that_is_no_catalog_is_refused(tmp_path, runner: asyncio.Runner):
    (tmp_path / "catalog.db").write_bytes(b"no database at all" * 100)
    for file in (tmp_path / "catalog.db", tmp_path / "none.db"):
        with pytest.raises(CannotOpen):
            read_facts(file)
        with pytest.raises(CannotOpen):
            runner.run(open_site(file))


def test_chosen_language_shows_russian_names_and_leads_back(runner, site, get):
    chosen = runner.run(site.client.get("/language/ru", params={"next": "/search?q=a"}))
    page = runner.run(site.client.get("/catalog/datasets/svhn", cookies={"language": "ru"}))
    assert (chosen.status_code, chosen.headers["location"]) == (302, "/search?q=a")
    assert '<h1><span lang="ru">Номера домов</span></h1>' in page.text
    assert "<h1>SVHN</h1>" in get("/catalog/datasets/svhn").text


@pytest.mark.parametrize("address", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/a\r\nSet-Cookie: x=1"])
def test_language_leads_back_to_this_site_only(runner, site, address):
    answer = runner.run(site.client.get("/language/ru", params={"next": address}))
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("path", ["/", "/catalog/datasets", "/catalog/datasets/svhn", "/search?q=svhn", "/catalog", "/catalog/dataset_splits/svhn~2Etrain", "/-/versions", "/timeline"])
def test_pages_are_rendered_whole_without_waiting_inside_templates(path: str, get: Get):
    """Our templates render without coroutines; one that called something to be awaited would print it."""
    response = get(path)
    assert response.status_code == 200 and "coroutine object" not in response.text and "</html>" in response.text
