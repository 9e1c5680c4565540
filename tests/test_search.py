"""Search finds records in both languages and through inflection and typing mistakes, and nothing for nonsense."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from site_catalog import build_catalog

from catalog.search import Hit, find, fold, search


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory):
    release = build_catalog(tmp_path_factory.mktemp("search"))
    connection = sqlite3.connect(f"file:{release.file}?immutable=1", uri=True)
    yield connection
    connection.close()


@pytest.mark.parametrize(("text", "ref"), [
    ("svhn", "datasets/svhn"),
    ("SVHN", "datasets/svhn"),
    ("Street View House Numbers", "datasets/svhn"),
    ("house photograph", "datasets/svhn"),  # English is stemmed
    ("номера домов", "datasets/svhn"),
    ("номеров дома", "datasets/svhn"),  # inflected
    ("attention", "methods/attention"),
    ("attent", "methods/attention"),  # the beginning of a word
    ("внимание", "methods/attention"),
    ("механизмом внимания", "methods/attention"),
    ("сверточная сеть", "methods/convolution"),  # ё
    ("СВЁРТОЧНЫЕ СЕТИ", "methods/convolution"),
    ("нейросвёрточная сеть свёрточная нейронная", "methods/convolution"),  # one word too many
    ("компьютерное зрение", "topics/computer-vision"),
    ("что такое компьютерное зрение", "topics/computer-vision"),  # words that only bind
    ("CV", "topics/computer-vision"),
    ("resnet50", "models/resnet-50"),
    ("resnet 50", "models/resnet-50"),
    ("ResNet-50", "models/resnet-50"),
    ("C++", "models/transcoder"),
    ("resume", "people/albert-camus"),
    ("résumé", "people/albert-camus"),
    ("стэнфорд", "organizations/stanford"),
])
def test_search_finds_the_record_first(text: str, ref: str, db: sqlite3.Connection):
    assert search(db, text)[0].ref == ref


@pytest.mark.parametrize("text", [
    "", " ", "qwrtplkjhg", "йцукенгшщз", "asdf zxcv qwer", "***", "+", "\"", "🦄", "\x00", "zzzzzz attention qqqqqq wwwww", "a" * 5000,
])
def test_nonsense_finds_nothing_and_suggests_nothing(text: str, db: sqlite3.Connection):
    found = find(db, text)
    assert (found.hits, found.kinds, found.suggestions) == ([], {}, [])


@pytest.mark.parametrize("text", [
    "AND", "OR NOT", "NEAR(attention svhn)", "name:attention", "^svhn", "sv*", '"svhn', "svhn\"", "'; DROP TABLE records; --", "(svhn", "svhn)", "{a b}: x",
    "-svhn", "svhn AND", "col : x", "a\x00b", "%", "_", "\\", "C#", "C+++", "#", "svhn:svhn", ",", "e\u0301",
])
def test_query_language_of_the_index_does_not_leak(text: str, db: sqlite3.Connection):
    assert all(isinstance(hit, Hit) for hit in search(db, text))


def test_signs_that_belong_to_a_name_must_stand_in_the_text(db: sqlite3.Connection):
    assert [hit.ref for hit in search(db, "C++")] == ["models/transcoder"]
    assert "people/albert-camus" in [hit.ref for hit in search(db, "c")]
    assert search(db, "C#") == []


@pytest.mark.parametrize(("text", "suggestion"), [("atention", "attention"), ("attnetion", "attention"), ("вниманеи", "внимание"), ("stanfrod", "stanford")])
def test_typing_mistake_suggests_the_near_word(text: str, suggestion: str, db: sqlite3.Connection):
    found = find(db, text)
    if not found.hits:  # a Russian word may be found by its stem all the same
        assert found.suggestions and fold(found.suggestions[0])[:5] == suggestion[:5]
        assert search(db, found.suggestions[0])


def test_kind_narrows_hits_and_keeps_all_counts(db: sqlite3.Connection):
    found = find(db, "внимание", kind="milestones")
    assert [hit.ref for hit in found.hits] == ["milestones/attention-arrives"]
    assert found.kinds == {"methods": 1, "milestones": 1, "sources": 1} and found.total == 3


def test_exact_name_comes_before_others_and_sources_last(db: sqlite3.Connection):
    assert [hit.kind for hit in search(db, "attention")] == ["methods", "milestones", "sources"]


def test_limit_and_offset_page_through_the_same_order(db: sqlite3.Connection):
    whole = [hit.ref for hit in search(db, "attention")]
    assert [find(db, "attention", limit=1, offset=i).hits[0].ref for i in range(3)] == whole
    assert find(db, "attention", limit=1, offset=3).hits == []


def test_hit_carries_names_and_marked_snippet(db: sqlite3.Connection):
    hit = search(db, "photographs")[0]
    assert (hit.kind, hit.name, hit.name_ru) == ("datasets", "SVHN", "Номера домов")
    assert [hit.snippet[a:b] for a, b in hit.matches] == ["photographs"]


def test_search_answers_with_either_row_factory(db: sqlite3.Connection, tmp_path: Path):
    path = db.execute("PRAGMA database_list").fetchone()[2]
    other = sqlite3.connect(path)
    other.row_factory = sqlite3.Row
    assert search(other, "svhn") == search(db, "svhn")
    other.close()
