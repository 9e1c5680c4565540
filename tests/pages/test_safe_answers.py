"""Safety: what strangers wrote or ask for is escaped, refused or answered without harm."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from urllib.parse import quote

import pytest
from site_catalog import HOSTILE

from catalog.site.guards import content_security_policy, script_hashes
from catalog.site.instance import CatalogSite, probe_script_hashes
from pages.small_site import Get

PAGES = [
    "/", "/search?q=svhn", "/search?q=zzzzzzz", "/search", "/catalog", "/catalog/datasets", "/catalog/datasets/svhn", "/catalog/datasets/none", "/none",
    "/catalog/claims", "/catalog/timeline", "/catalog?sql=select+1", "/catalog?sql=selec", "/catalog/datasets.json", "/catalog/datasets.csv", "/catalog.db",
    "/-/versions", "/-/metadata.json", "/robots.txt", "/static/site.css", "/catalog/dataset_splits/svhn.train", "/catalog/dataset_topics/none",
]


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
