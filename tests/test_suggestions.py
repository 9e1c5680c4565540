"""Suggestions as somebody types: by the beginning of a name, another name or a later word, in both languages, and fast."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from opened_site import OpenedSite, opened_site

from catalog.site.suggestions import LIMIT, Entry, complete


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenedSite]:
    more = {f"models/net-{i}.yaml": f"name: Net {i}\naliases: [Network number {i}]\nsources:\n- {{source: jing-2019-survey, default: true}}\n" for i in range(30)}
    with opened_site(tmp_path_factory.mktemp("suggest"), more) as opened:
        yield opened


def refs(opened: OpenedSite, text: str) -> list[str]:
    return [hit["ref"] for hit in opened.get("/suggest.json", params={"q": text}).json()] if text else []


@pytest.mark.parametrize(("text", "ref"), [
    ("sv", "datasets/svhn"), ("SVHN", "datasets/svhn"), ("street v", "datasets/svhn"), ("view house", "datasets/svhn"), ("ном", "datasets/svhn"),
    ("Дом", "datasets/svhn"), ("сверт", "methods/convolution"), ("СВЁРТ", "methods/convolution"), ("resnet", "models/resnet-50"), ("stanf", "organizations/stanford")])
def test_beginning_of_a_name_finds_the_record(text: str, ref: str, opened: OpenedSite):
    assert refs(opened, text)[0] == ref


@pytest.mark.parametrize("text", ["", " ", "%", "_", "zzz", "'; drop table records", "\x00", "x" * 5000, "🎉", "vhn"])
def test_what_begins_no_name_finds_nothing(text: str, opened: OpenedSite):
    response = opened.get("/suggest.json", params={"q": text})
    assert (response.status_code, response.json()) == (200, [])


def test_each_record_once_at_most_ten_and_the_whole_name_first(opened: OpenedSite):
    found = refs(opened, "net")
    assert len(found) == len(set(found)) == LIMIT
    assert refs(opened, "net 7")[0] == "models/net-7"


def test_things_come_before_the_sources_that_tell_of_them(opened: OpenedSite):
    found = refs(opened, "attention")
    assert found.index("methods/attention") < found.index("sources/voita-2020-attention")


def test_answer_may_be_kept_and_says_where_to_go(opened: OpenedSite):
    response = opened.get("/suggest.json?q=cnn")
    assert response.headers["cache-control"] == "public, max-age=300"
    assert response.json()[0] == {
        "ref": "methods/convolution", "url": "/catalog/methods/convolution", "name": "Convolutional network", "shown": "CNN", "kind": "method"}


def test_browsers_get_the_form_they_ask_for(opened: OpenedSite):
    answer = opened.get("/suggest.json?q=svhn&form=opensearch").json()
    assert answer[:2] == ["svhn", ["SVHN"]] and answer[3] == ["http://localhost/catalog/datasets/svhn"]


def test_hostile_names_come_as_json(opened: OpenedSite):
    response = opened.get("/suggest.json?q=hostile")
    assert response.headers["content-type"].startswith("application/json") and response.headers["x-content-type-options"] == "nosniff"
    assert response.json()[0]["name"].startswith("Hostile <script>")


def test_a_letter_among_a_hundred_thousand_names_is_fast():
    entries = sorted(Entry(f"a{i:06d} name", (i % 7, 0, 0), f"models/m{i}", f"A{i}") for i in range(100_000))
    start = time.perf_counter()
    assert len(complete(entries, "a")) == LIMIT
    assert time.perf_counter() - start < 1.0
