"""No single request can take the server down; other Datasettes stay as they are."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import quote

import httpx
import pytest
from datasette.app import Datasette
from datasette.plugins import pm

from catalog.site.instance import CatalogSite
from pages.small_site import Get

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
