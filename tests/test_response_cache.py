"""Kept responses are the same as fresh ones, bounded, and never those that could differ."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator
from typing import Any

import pytest
from opened_site import OpenedSite, opened_site

from catalog.site import cache
from catalog.site.cache import OVERHEAD, CachedResponses
from catalog.site.pages import LANGUAGE_COOKIE

PAGES = ["/", "/search?q=svhn", "/catalog", "/catalog/datasets", "/catalog/datasets/svhn", "/catalog/datasets.json", "/catalog/datasets.csv", "/timeline",
         "/charts/timeline.svg", "/suggest.json?q=s", "/catalog/datasets/svhn.yaml", "/api"]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenedSite]:
    with opened_site(tmp_path_factory.mktemp("cache")) as opened:
        yield opened


@pytest.fixture
def cached(opened: OpenedSite) -> CachedResponses:
    return CachedResponses(opened.site.client.app, "v1", 10_000_000)


class Answer:
    def __init__(self, messages: list[dict[str, Any]]):
        self.status: int = messages[0]["status"]
        self.headers = {bytes(k).decode().lower(): bytes(v).decode() for k, v in messages[0]["headers"]}
        self.body = b"".join(bytes(m.get("body", b"")) for m in messages[1:])
        self.messages = messages


def ask(opened: OpenedSite, app: Any, path: str, method: str = "GET", **headers: str) -> Answer:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    bare, _, query = path.partition("?")
    sent_headers = {"host": "localhost", **{k.replace("_", "-"): v for k, v in headers.items()}}
    scope = {"type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": bare, "raw_path": bare.encode(), "query_string": query.encode(),
             "headers": [(k.encode(), v.encode()) for k, v in sent_headers.items()], "client": ("127.0.0.1", 1), "server": ("localhost", 80)}
    opened.runner.run(app(scope, receive, send))
    return Answer(sent)


@pytest.mark.parametrize("path", PAGES)
def test_kept_page_is_the_fresh_one_with_all_headers_of_safety(path: str, opened: OpenedSite, cached: CachedResponses):
    fresh = ask(opened, opened.site.client.app, path)
    first, second = ask(opened, cached, path), ask(opened, cached, path)
    assert (cached.hits, cached.misses) == (1, 1)
    assert first.status == second.status == 200 and first.body == second.body and first.headers == second.headers
    if "Queries took" not in fresh.body.decode() and "query_ms" not in fresh.body.decode():
        assert first.body == fresh.body
    kept = {k: v for k, v in fresh.headers.items() if k not in ("vary", "content-length")}
    assert kept.items() <= second.headers.items() and "content-security-policy" in kept
    assert int(second.headers["content-length"]) == len(second.body)


def test_compressed_and_plain_are_two_representations(opened: OpenedSite, cached: CachedResponses):
    plain, packed = ask(opened, cached, "/"), ask(opened, cached, "/", accept_encoding="gzip, br")
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert gzip.decompress(packed.body) == plain.body and len(packed.body) * 2 < len(plain.body)
    assert plain.headers["etag"] != packed.headers["etag"]
    assert "Accept-Encoding" in plain.headers["vary"] and plain.headers["vary"] == packed.headers["vary"]
    assert cached.misses == 1


def test_known_page_is_answered_by_304(opened: OpenedSite, cached: CachedResponses):
    etag = ask(opened, cached, "/").headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = ask(opened, cached, "/", if_none_match=known)
        assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", etag)
        assert {"cache-control", "vary", "content-security-policy"} <= answer.headers.keys() and "content-length" not in answer.headers
    assert ask(opened, cached, "/", if_none_match='"other"').status == 200
    assert ask(opened, cached, "/", if_none_match=etag, accept_encoding="gzip").status == 200


def test_first_request_may_know_the_page_already(opened: OpenedSite, cached: CachedResponses):
    etag = ask(opened, cached, "/timeline").headers["etag"]
    fresh = CachedResponses(opened.site.client.app, "v1", 10_000_000)
    assert ask(opened, fresh, "/timeline", if_none_match=etag).status == 304
    other = CachedResponses(opened.site.client.app, "v2", 10_000_000)
    assert ask(opened, other, "/timeline", if_none_match=etag).status == 200


def test_head_is_answered_without_body(opened: OpenedSite, cached: CachedResponses):
    whole = ask(opened, cached, "/")
    head = ask(opened, cached, "/", "HEAD")
    assert (head.status, head.body, head.headers) == (200, b"", whole.headers)
    assert ask(opened, cached, "/search?q=svhn", "HEAD").status == 200 and cached.misses == 1


@pytest.mark.parametrize(("path", "headers"), [
    ("/-/versions.json", {}), ("/-/metadata.json", {}), ("/atom.xml", {}), ("/sitemap.xml", {}), ("/static/site.css", {}), ("/none", {}), ("/catalog/datasets/street-view", {}),
    ("/catalog?sql=select+random()", {}), ("/catalog.json?sql=select+1&_shape=array", {}), ("/catalog/datasets?_where=1", {}), ("/catalog/datasets?_ttl=5", {}),
    ("/catalog/datasets.csv?_stream=on", {}), ("/catalog/datasets?_timelimit=1", {}), ("/", {"cookie": "a=b"}), ("/", {"authorization": "Bearer x"}), ("/%2D/versions.json", {}),
])
def test_what_may_differ_is_never_kept(path: str, headers: dict[str, str], opened: OpenedSite, cached: CachedResponses):
    for _ in range(2):
        ask(opened, cached, path, **headers)
    assert (cached.hits, cached.cost) == (0, 0)


def test_every_host_has_its_own_answers(opened: OpenedSite, cached: CachedResponses):
    one, two = (ask(opened, cached, "/llms.txt", host=host) for host in ("one.example", "two.example"))
    assert b"http://one.example/" in one.body and b"one.example" not in two.body
    assert ask(opened, cached, "/llms.txt", host="one.example").body == one.body and cached.hits == 1


def test_every_language_has_its_own_answers(opened: OpenedSite, cached: CachedResponses):
    bodies = [ask(opened, cached, "/catalog/datasets/svhn", cookie=f"{LANGUAGE_COOKIE}={language}").body for language in ("en", "ru", "en", "ru")]
    assert bodies[:2] == bodies[2:] and bodies[0] != bodies[1] and (cached.hits, cached.misses) == (2, 2)
    ask(opened, cached, "/catalog/datasets/svhn", cookie=f"{LANGUAGE_COOKIE}=ru; other=1")
    assert cached.misses == 2


def test_bytes_kept_are_bounded_and_the_least_used_goes_first(opened: OpenedSite):
    small = CachedResponses(opened.site.client.app, "v1", 40_000)
    for i in range(30):
        ask(opened, small, f"/search?q=svhn{i}")
        ask(opened, small, "/llms.txt")
        assert 0 < small.cost <= 40_000
    assert small.hits == 29
    assert small.cost == sum(len(a.body) + OVERHEAD for a in small._answers.values()) and len(small._answers) > 2


def test_kept_answers_asked_for_in_a_loop_let_others_through(opened: OpenedSite, cached: CachedResponses):
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        pass

    async def run() -> int:
        asked, stop = 0, False

        async def ask_always() -> None:
            nonlocal asked
            while not stop and asked < 100_000:
                await cached({"type": "http", "method": "GET", "scheme": "http", "path": "/llms.txt", "query_string": b"", "headers": []}, receive, send)
                asked += 1

        task = asyncio.create_task(ask_always())
        await asyncio.sleep(0.05)
        stop = True
        await task
        return asked

    ask(opened, cached, "/llms.txt", host="")
    assert 0 < opened.runner.run(run()) < 100_000


def test_nothing_is_kept_when_switched_off(opened: OpenedSite):
    off = CachedResponses(opened.site.client.app, "v1", 0)
    assert "etag" not in ask(opened, off, "/").headers and off.misses == 0


def test_kept_answer_is_asked_for_anew_after_its_time(opened: OpenedSite, cached: CachedResponses, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cache, "KEPT_SECONDS", -1.0)
    ask(opened, cached, "/")
    ask(opened, cached, "/")
    assert (cached.hits, cached.misses, len(cached._answers)) == (0, 2, 1)


def streaming(chunks: list[bytes], headers: list[tuple[bytes, bytes]]):
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return app


def test_large_answers_pass_through_as_they_come(opened: OpenedSite, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cache, "LARGEST", 1000)
    chunks = [b"a" * 400] * 5
    passing = CachedResponses(streaming(chunks, []), "v1", 10_000)
    answer = ask(opened, passing, "/big")
    assert answer.body == b"a" * 2000 and passing.cost == 0
    assert [len(m["body"]) for m in answer.messages[1:]] == [1200, 400, 400, 0]
    known = CachedResponses(streaming(chunks, [(b"content-length", b"2000")]), "v1", 10_000)
    assert len(ask(opened, known, "/big").messages) == 7
    small = CachedResponses(streaming([b"a"] * 900, []), "v1", 10_000)
    assert ask(opened, small, "/small").body == ask(opened, small, "/small").body == b"a" * 900 and small.hits == 1


@pytest.mark.parametrize("header", [
    (b"set-cookie", b"a=b"), (b"Cache-Control", b"no-store"), (b"cache-control", b"private"), (b"cache-control", b"max-age=0"), (b"vary", b"Accept-Language"), (b"vary", b"*"),
    (b"content-encoding", b"br")])
def test_answers_that_say_so_are_not_kept(header: tuple[bytes, bytes], opened: OpenedSite):
    app = CachedResponses(streaming([b"a"], [header]), "v1", 10_000)
    assert ask(opened, app, "/x").body == b"a" and app.cost == 0
