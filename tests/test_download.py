"""A catalog opened from its address: fetched once, asked again, kept when the network is gone."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

import catalog
from catalog import download

URL = "https://example.org/catalog.db"


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def serve(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.MockTransport:
    return httpx.MockTransport(answer)


def test_a_file_is_fetched_once_and_then_only_asked_for(catalog_file: Path):
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("if-none-match"))
        if asked[-1] == '"one"':
            return httpx.Response(304)
        return httpx.Response(200, content=catalog_file.read_bytes(), headers={"ETag": '"one"'})

    first, second = (download.fetch(URL, serve(answer)) for _ in range(2))
    assert first == second and first.read_bytes() == catalog_file.read_bytes() and asked == [None, '"one"']
    assert sorted(p.suffix for p in first.parent.iterdir()) == [".db", ".json"]


def test_the_kept_copy_serves_without_a_network_and_says_so(catalog_file: Path):
    download.fetch(URL, serve(lambda _: httpx.Response(200, content=catalog_file.read_bytes())))

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route", request=request)

    with pytest.warns(UserWarning, match="cannot be reached .no route.; the copy fetched before is used"):
        assert download.fetch(URL, serve(refuse)).is_file()


@pytest.mark.parametrize(("answer", "message"), [
    (httpx.Response(200, content=b"<html>Not a file"), f"{URL} does not give a SQLite file; the catalog's own stands at /catalog.db of its site"),
    (httpx.Response(404), f"{URL} cannot be fetched: Client error '404 Not Found'"),
])
def test_what_is_no_catalog_is_refused_and_leaves_nothing(answer: httpx.Response, message: str):
    with pytest.raises(download.CannotFetch) as caught:
        download.fetch(URL, serve(lambda _: answer))
    assert str(caught.value).startswith(message)
    assert list(download.cache_folder().iterdir()) == []


def test_an_address_opens(catalog_file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(download, "fetch", lambda url: catalog_file)
    with catalog.open(URL) as db:
        assert int(db.meta["records"]) == len(db.records)
    with pytest.raises(ValueError, match="a file://, http:// or https:// address"):
        catalog.open("ftp://example.org/catalog.db")
