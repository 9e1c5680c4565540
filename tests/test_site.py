"""The site: pages and tables generated from the kinds, references followed, hostile text harmless, requests bounded."""

from __future__ import annotations

import asyncio
import html
import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from datasette.app import Datasette
from datasette.plugins import pm
from site_catalog import HOSTILE, build_catalog

from catalog.kinds import all_kinds
from catalog.site.guards import content_security_policy, script_hashes
from catalog.site.instance import CannotOpen, CatalogSite, close_site, open_site, probe_script_hashes, read_facts
from catalog.site.metadata import make_metadata

Get = Callable[..., httpx.Response]
PAGES = [
    "/", "/search?q=svhn", "/search?q=zzzzzzz", "/search", "/catalog", "/catalog/datasets", "/catalog/datasets/svhn", "/catalog/datasets/none", "/none",
    "/catalog/claims", "/catalog/timeline", "/catalog?sql=select+1", "/catalog?sql=selec", "/catalog/datasets.json", "/catalog/datasets.csv", "/catalog.db",
    "/-/versions", "/-/metadata.json", "/robots.txt", "/static/site.css", "/catalog/dataset_splits/svhn.train", "/catalog/dataset_topics/none",
]


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def site(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CatalogSite]:
    release = build_catalog(tmp_path_factory.mktemp("site"))
    site = runner.run(open_site(release.file, runner.run(probe_script_hashes())))
    yield site
    runner.run(close_site(site))


@pytest.fixture(scope="module")
def get(runner: asyncio.Runner, site: CatalogSite) -> Get:
    def get(path: str, method: str = "GET") -> httpx.Response:
        return runner.run(site.client.request(method, path))

    return get


def text_of(page: str) -> str:
    """Return what a reader sees: tags taken out, spaces joined."""
    return re.sub(r"[ \n]+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def raw_request(runner: asyncio.Runner, site: CatalogSite, path: bytes, query: bytes = b"", method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    """Ask with a path that clients would mend before they send it."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": path.decode("latin-1"), "raw_path": path,
             "query_string": query, "headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 1), "server": ("localhost", 80)}
    runner.run(site.client.app(scope, receive, send))
    headers = {bytes(k).decode(): bytes(v).decode() for k, v in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(m.get("body", b"") for m in sent[1:])


# Generated from the kinds


@pytest.mark.parametrize("kind", all_kinds())
def test_every_kind_has_title_description_sort_and_columns_from_its_class(kind: str, site: CatalogSite, get: Get):
    entry = site.table_metadata("catalog", kind)
    registered = all_kinds()[kind]
    assert entry["title"] == f"{registered.label} · {registered.label_ru}"
    assert entry["description"] == registered.description.replace("`", "")
    assert entry.get("sort") or entry.get("sort_desc")
    assert entry["label_column"] == "name" and not entry.get("hidden")
    assert set(entry["columns"]) == set(site.facts.columns[kind])
    shown = text_of(get(f"/catalog/{kind}").text)
    assert registered.label in shown and registered.label_ru in shown


def test_facets_and_units_come_from_the_fields(site: CatalogSite):
    assert site.table_metadata("catalog", "hardware")["facets"] == ["vendor_id", "type", "architecture"]
    assert site.table_metadata("catalog", "datasets")["facets"][0] == {"array": "modality"}
    assert site.table_metadata("catalog", "hardware")["columns"]["memory_gib"] == "Memory (GiB) · Память: Memory of the whole device. Unit: GiB."


def test_units_are_not_handed_to_the_parser_of_datasette(site: CatalogSite):
    tables = site.table_metadata("catalog", "hardware"), site.metadata("databases")["catalog"]["tables"]["datasets"]
    assert all("units" not in t for t in tables)


def test_tables_of_parts_and_of_the_search_are_hidden_and_hide_no_kind(runner: asyncio.Runner, site: CatalogSite):
    hidden = set(runner.run(site.get_database().hidden_table_names()))
    assert {"dataset_splits", "dataset_organizations", "search_index", "search_index_data", "search_documents", "alembic_version"} <= hidden
    assert not hidden & {*all_kinds(), "claims", "records", "relations"}


def test_label_column_of_every_table_is_one_of_its_columns(site: CatalogSite):
    for name, entry in site.metadata("databases")["catalog"]["tables"].items():
        assert entry.get("label_column", site.facts.columns[name][0]) in site.facts.columns[name], name


def test_views_are_described_by_their_first_comment(site: CatalogSite):
    assert site.table_metadata("catalog", "disagreements")["description"].startswith("Values on which sources disagree")


def test_metadata_of_an_unknown_table_is_made_all_the_same():
    assert make_metadata({"odd": ["a"]})["databases"]["catalog"]["tables"]["odd"]["title"] == "Odd"


# Pages


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


# Safety


def test_hostile_text_is_escaped_on_every_page_that_shows_it(get: Get):
    paths = ["/catalog/datasets/hostile", "/catalog/datasets", "/catalog/records?_sort_desc=ref", "/catalog/claims?record=datasets/hostile", "/search?q=hostile",
             "/catalog/documents", "/catalog?sql=select+*+from+datasets", f"/search?q={quote(HOSTILE)}", f"/catalog?sql={quote(f'select {HOSTILE!r}')}",
             f"/catalog/datasets?name={quote(HOSTILE)}", f"/catalog/{quote(HOSTILE)}", f"/catalog/datasets?_where={quote(HOSTILE)}",
             "/catalog/datasets?_all=1", "/catalog/dataset_splits", f"/catalog?sql={quote('select 1 as ' + chr(34) + HOSTILE + chr(34))}"]
    shown = 0
    for path in paths:
        page = get(path).text
        shown += "alert(1)" in page
        assert "<script>alert" not in page and "<img src=x" not in page and "<svg onload" not in page, path
        assert "<b>bold" not in page, path
    assert shown >= 10


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_headers_of_safety(path: str, get: Get):
    headers = get(path).headers
    assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY"
    policy = headers["content-security-policy"]
    scripts = re.search(r"script-src ([^;]*);", policy)[1]
    assert "default-src 'none'" in policy and "unsafe" not in scripts and "http" not in scripts


@pytest.mark.parametrize("path", [p for p in PAGES if not p.endswith((".json", ".csv", ".db", ".css", ".txt"))])
def test_inline_scripts_of_every_page_are_those_of_the_probe(path: str, get: Get):
    response = get(path)
    for script in script_hashes([response.text]):
        assert script in response.headers["content-security-policy"], path
    assert not re.search(r"<[^>]+\son[a-z]+\s*=", response.text), "an event handler in the page would be refused"
    for address in re.findall(r'<(?:script|img|link rel="stylesheet")[^>]*(?:src|href)="([^"]+)"', response.text):
        assert address.startswith("/") and not address.startswith("//")


def test_an_injected_script_is_not_blessed(runner: asyncio.Runner):
    allowed = runner.run(probe_script_hashes())
    assert allowed and not set(script_hashes([f"<html>{HOSTILE}</html>"])) & set(allowed)
    assert content_security_policy(()).count("'self'") >= 3


@pytest.mark.parametrize(("path", "status"), [
    (b"//evil.example/", 400), (b"/\\evil.example/", 400), (b"/%5cevil.example/", 400), (b"/%5Cevil.example%2f..", 400), (b"/catalog//datasets", 400),
    (b"/\xff", 400), (b"/a b", 400), (b"/\x00", 400), (b"", 400), (b"/" + b"a" * 5000, 414), (b"/../../etc/passwd", 404), (b"/static/../plugin.py", 404),
    (b"/-/static/../../plugins.py", 404), (b"/static/%2e%2e/plugin.py", 404), (b"/static/..%2f..%2fcli.py", 404), (b"/-/threads", 404),
    (b"/-/threads.json", 404), (b"/-/allow-debug", 404), (b"/_internal", 403), (b"/_internal/databases.json", 403), (b"/static/", 403),
])
def test_tricks_with_paths_are_answered_safely(path: bytes, status: int, runner: asyncio.Runner, site: CatalogSite):
    found, headers, body = raw_request(runner, site, path)
    assert found in (status, 302, 301) and b"root:" not in body and b"hookimpl" not in body
    location = headers.get("location", "/")
    assert location.startswith("/") and not location.startswith("//") and "\\" not in location
    if "location" not in headers:
        assert found == status


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_only_reading_is_answered(method: str, runner: asyncio.Runner, site: CatalogSite):
    status, headers, _ = raw_request(runner, site, b"/catalog", b"sql=select+1", method)
    assert (status, headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("query", [
    b"sql=" + b"a" * 30_000, b"&".join(b"a%d=1" % i for i in range(200)), b"&".join(b"_facet=name" for _ in range(50)), b"_timelimit=abc", b"_facet_size=-1",
])
def test_oversized_and_malformed_arguments_are_refused(query: bytes, runner: asyncio.Runner, site: CatalogSite):
    assert raw_request(runner, site, b"/catalog/datasets", query)[0] in (400, 414)


@pytest.mark.parametrize("path", [
    "/catalog/timeline?_next=abc", "/catalog/datasets?_through=1", "/catalog/dataset_people/a", "/catalog.csv",
    "/catalog/datasets?_size=abc", "/catalog/datasets?_sort=none", "/catalog/datasets?_col=none", "/catalog/datasets?_where=selec",
])
def test_requests_that_make_no_sense_are_not_called_our_fault(path: str, get: Get):
    assert 400 <= get(path).status_code < 500


def test_paths_of_the_machine_do_not_show(get: Get, site: CatalogSite, tmp_path_factory: pytest.TempPathFactory):
    base = str(tmp_path_factory.getbasetemp())
    for path in ["/-/databases.json", "/-/settings.json", "/-/versions.json", "/-/metadata.json", "/-/plugins.json?all=1", "/.json", "/catalog.json",
                 "/catalog.json?sql=select+*+from+pragma_database_list", "/catalog.json?sql=select+*+from+pragma_database_list()",
                 "/catalog.json?sql=explain+select+1", "/catalog/none", "/catalog.json?sql=select+readfile('/etc/passwd')"]:
        assert base not in get(path).text, path


# No single request can take the server down

DOUBLING = "with c0 as (select 1 x)" + "".join(f", c{i} as (select 1 x from c{i - 1} a, c{i - 1} b)" for i in range(1, 31)) + " select count(*) from c30"
ENDLESS = "with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c"
LONG = "(select replace(hex(zeroblob(49000)), '0', 'a') a, replace(hex(zeroblob(24000)), '0', 'a') || 'b' b)"
RUNAWAYS = {
    "endless recursion": ENDLESS,
    "huge blob": "select zeroblob(900000000)",
    "huge blobs in many columns": "select " + ", ".join(["zeroblob(99000)"] * 90) + " from claims, claims",
    "huge concatenation": "select group_concat(hex(zeroblob(400)), '') from claims a, claims b, claims c",
    "many blobs": "select randomblob(90000) from claims a, claims b, claims c order by 1",
    "doubling of common table expressions": DOUBLING,
    "slow functions in one row": "select " + "+".join(["instr(a, b)"] * 190) + f" from {LONG}",
    "slow pattern": f"select a like '%' || b from {LONG}",
    "cross join": "select count(*) from claims a, claims b, claims c, claims d",
    "deep expression": "select " + "(" * 900 + "1" + ")" * 900,
    "many columns": "select " + ", ".join(["1"] * 1500),
    "sorting": "with recursive c(x) as (select 1 union all select x + 1 from c limit 10000000) select x from c order by random()",
}


@pytest.mark.parametrize("name", RUNAWAYS)
@pytest.mark.parametrize("form", ["/catalog.json?sql={}", "/catalog?sql={}", "/catalog/datasets.json?_where=1+in+({})"])
def test_runaway_sql_is_stopped(name: str, form: str, get: Get):
    start = time.monotonic()
    response = get(form.format(quote(RUNAWAYS[name])))
    assert response.status_code in (200, 400) and len(response.content) < 9_000_000
    assert time.monotonic() - start < 6
    assert get("/catalog/datasets/svhn").status_code == 200


def test_six_runaways_at_once_do_not_delay_other_pages(runner: asyncio.Runner, site: CatalogSite):
    async def run() -> tuple[list[int], list[float]]:
        async def page(path: str) -> float:
            start = time.monotonic()
            assert (await site.client.get(path)).status_code == 200
            return time.monotonic() - start

        runaways = [asyncio.create_task(site.client.get("/catalog.json?sql=" + quote(sql))) for sql in (ENDLESS, DOUBLING) * 3]
        await asyncio.sleep(0.05)
        times = [await page(path) for path in ("/", "/search?q=svhn", "/catalog/datasets/svhn", "/catalog/claims", "/") * 3]
        return [(await task).status_code for task in runaways], times

    statuses, times = runner.run(run())
    assert statuses == [400] * 6
    assert max(times) < 1.0, times


def test_too_many_queries_at_once_are_sent_away(runner: asyncio.Runner, site: CatalogSite):
    async def run() -> list[int]:
        path = "/catalog.json?_timelimit=100&sql=" + quote(ENDLESS)
        return [r.status_code for r in await asyncio.gather(*[site.client.get(path) for _ in range(40)])]

    statuses = runner.run(run())
    assert set(statuses) == {400, 503} and statuses.count(503) >= 10


@pytest.mark.parametrize("sql", [
    "attach database '/tmp/x.db' as x", "create table x (a)", "delete from records", "insert into meta values ('a', 'b')", "pragma writable_schema=1",
    "vacuum into '/tmp/x.db'", "select load_extension('x')", "with x as (select 1) delete from records", "select writefile('/tmp/x', 'x')",
    "explain delete from records", "select * from pragma_journal_mode", "select fts3_tokenizer('simple')",
])
def test_sql_can_only_read(sql: str, get: Get):
    assert get("/catalog.json?sql=" + quote(sql)).status_code == 400
    assert len(get("/catalog.json?sql=select+ref+from+records").json()["rows"]) > 10


def test_sql_of_visitors_works_in_all_forms(get: Get):
    sql = quote("select name, items from datasets where name = :name")
    assert get(f"/catalog.json?sql={sql}&name=SVHN&_shape=array").json() == [{"name": "SVHN", "items": 630420.0}]
    assert get(f"/catalog.csv?sql={sql}&name=SVHN").text.splitlines() == ["name,items", "SVHN,630420.0"]
    assert "630\u202f420" in get(f"/catalog?sql={sql}&name=SVHN").text
    assert get("/catalog.json?_shape=arrays&sql=" + quote("select 1 as a, 2 as a")).json()["rows"] == [[1, 2]]
    assert get("/catalog/datasets.json?_shape=array&_where=" + quote("items > 1000")).json()[0]["id"] == "svhn"
    assert "SVHN" in get("/catalog/datasets?_where=" + quote("items > 1000")).text
    match = quote("select ref from search_documents where id in (select rowid from search_index where search_index match 'svhn')")
    assert ["datasets/svhn"] in get(f"/catalog.json?sql={match}").json()["rows"]
    assert get("/catalog.json?sql=" + quote("select value from json_each('[1,2]')")).json()["rows"] == [[1], [2]]
    assert get("/catalog.json?sql=" + quote("select name from pragma_table_info('meta')")).json()["rows"] == [["key"], ["value"]]


def test_rows_of_one_answer_are_limited(get: Get):
    answer = get("/catalog.json?sql=" + quote("with recursive c(x) as (select 1 union all select x + 1 from c limit 5000) select x from c")).json()
    assert len(answer["rows"]) == 200 and answer["truncated"]
    assert get("/catalog/claims.json?_size=1000").status_code == 400


# Other Datasettes


def test_a_datasette_that_is_not_ours_stays_as_it_is(runner: asyncio.Runner, site: CatalogSite):
    other = Datasette([], memory=True)

    async def run() -> httpx.Response:
        await other.invoke_startup()
        response = await other.client.get("/")
        other.executor.shutdown()
        return response

    response = runner.run(run())
    assert "content-security-policy" not in response.headers and "Deep Learning" not in response.text
    assert "deep_learning_catalog_site" in [p.__name__ for p in pm.get_plugins()]


# Opening


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
