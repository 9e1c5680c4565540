"""Books, courses and sites, problems with their remedies, and the gallery of applications."""

from __future__ import annotations

import re
import sqlite3

import pytest
from whole_pages import pages_of

from catalog.site.sections.gallery import GRADES
from catalog.site.topic_tree import Topic, TopicTree
from learn.learnt import Get, everything, links_in, main_of, records_in, refs, text_of


def shown(page: str) -> dict[str, set[str]]:
    """Return the records of each kind that a page of works or applications shows as its own."""
    heads = re.findall(r'<li><h3><a href="/catalog/([^"]+)"', page) + re.findall(r'<tr><td><a class="record" href="/catalog/(sites/[^"]+)"', page)
    return {kind: {h for h in heads if h.startswith(kind)} for kind in ("books", "courses", "sites")}


def shown_in_all(get: Get, path: str) -> dict[str, set[str]]:
    """Return what the pages of the three lists show, together."""
    found: dict[str, set[str]] = {}
    for page in pages_of(lambda p: get(p).text, path):
        for kind, records in shown(page).items():
            found.setdefault(kind, set()).update(records)
    return found


def test_learn_shows_every_book_course_and_site(get: Get, db: sqlite3.Connection):
    found = shown_in_all(get, "/learn")
    for kind in ("books", "courses", "sites"):
        assert found[kind] == refs(db, f"SELECT ref FROM {kind}")


def test_learn_filters_by_language_level_and_price(get: Get, db: sqlite3.Connection):
    found = shown_in_all(get, "/learn?language=ru")
    assert found["books"] == refs(db, "SELECT ref FROM books WHERE language = 'ru'") and found["courses"] == refs(db, "SELECT ref FROM courses WHERE language = 'ru'")
    found = shown_in_all(get, "/learn?level=advanced")
    assert found["books"] == refs(db, "SELECT ref FROM books WHERE level = 'advanced'") and not found["courses"] and not found["sites"]
    found = shown_in_all(get, "/learn?free=1")
    assert found["books"] == refs(db, "SELECT ref FROM books WHERE free_url IS NOT NULL") and found["courses"] == refs(db, "SELECT ref FROM courses WHERE is_free = 1")
    found = shown_in_all(get, "/learn?free=1&language=ru")
    assert found["books"] == refs(db, "SELECT ref FROM books WHERE free_url IS NOT NULL AND language = 'ru'")


def test_learn_by_topic_includes_what_stands_below_it(get: Get):
    below, above = (set().union(*shown_in_all(get, f"/learn?topic={t}").values()) for t in ("computer-vision", "artificial-intelligence"))
    assert below and below < above


def test_learn_ignores_what_it_does_not_know(get: Get):
    assert shown(get("/learn?language=tlh&level=none&topic=none&free=2").text) == shown(get("/learn").text)


def test_problems_come_with_their_remedies_and_sources(get: Get, db: sqlite3.Connection):
    page = main_of(get("/problems?type=problem").text)
    assert refs(db, "SELECT 'methods/' || method_id FROM theme_remedies WHERE method_id IS NOT NULL") <= records_in(page)
    assert refs(db, "SELECT ref FROM themes WHERE type = 'problem'") <= records_in(page)
    assert not refs(db, "SELECT ref FROM themes WHERE type = 'trend'") & records_in(page)
    assert "/lecture?slide=79#slide-79" in links_in(page)
    text = text_of(page)
    for (statement,) in db.execute("SELECT s.text FROM theme_statements s JOIN themes t ON t.id = s.theme_id WHERE t.type = 'problem'"):
        assert " ".join(statement.split()) in text


def test_every_theme_and_indicator_is_shown(get: Get, db: sqlite3.Connection):
    page = main_of(get("/problems").text)
    assert refs(db, "SELECT ref FROM themes UNION SELECT ref FROM indicators") <= records_in(page)


def test_remedies_of_one_method_stand_together(small: Get):
    page = main_of(small("/problems?type=problem").text)
    remedies = re.search(r'<dl class="remedies">(.*?)</dl>', page, re.DOTALL)[1]
    assert remedies.count("<dt") == 2 and remedies.count("<dd>") == 3
    assert "More data" in remedies and "Учит шум." in page and "page 2" in page
    assert "No remedy is recorded." in page  # the other problem


def test_points_of_an_indicator_are_shown_as_printed(get: Get):
    page = text_of(main_of(get("/problems?type=indicators").text))
    assert ">1000" in page and "by 2022-02-07" in page
    assert "What helps" not in page


def test_gallery_shows_every_application_with_then_and_now(get: Get, db: sqlite3.Connection):
    page = everything(get, "/gallery")
    assert set(re.findall(r'<article class="card" id="([^"]+)"', page)) == refs(db, "SELECT id FROM applications")
    text = text_of(page)
    for (said,) in db.execute("SELECT text FROM application_then WHERE text IS NOT NULL UNION SELECT text FROM application_now WHERE text IS NOT NULL"):
        assert " ".join(said.split()) in text


@pytest.mark.parametrize("grade", GRADES)
def test_gallery_filters_by_evidence(grade: str, get: Get, db: sqlite3.Connection):
    where = "evidence_grade IS NULL" if grade == "none" else f"evidence_grade = '{grade}'"
    page = everything(get, f"/gallery?grade={grade}")
    assert set(re.findall(r'<article class="card" id="([^"]+)"', page)) == refs(db, f"SELECT id FROM applications WHERE {where}")


def test_gallery_filters_by_area_with_all_below(small: Get):
    def cards(path: str) -> list[str]:
        return re.findall(r'<article class="card" id="([^"]+)"', small(path).text)

    assert sorted(cards("/gallery")) == ["chirps", "example", "faces"]
    assert cards("/gallery?area=vision") == cards("/gallery?area=faces") == ["faces"]
    assert sorted(cards("/gallery?area=root")) == ["chirps", "faces"]
    assert cards("/gallery?area=sound&grade=deployed") == []
    assert len(cards("/gallery?area=none&grade=none")) == 1  # of unknown evidence; the unknown area is ignored


def test_gallery_groups_by_area_and_marks_dead_demonstrations(small: Get):
    page = main_of(small("/gallery").text)
    assert re.findall(r'<h2 id="([^"]+)">', page) == ["vision", "sound", "other"]  # by name: Seeing, Sound
    assert "Demonstration gone:" in text_of(page) and 'href="https://example.org/faces"' not in page
    assert "3 examples" in text_of(page) and "→ Ann" in text_of(page) and "Cid" not in page and "all 3" in text_of(page)
    assert "by 2024" in text_of(page) and "1 demonstration gone or moved" in text_of(page)


def test_tree_of_topics():
    tree = TopicTree([Topic("a", "A", None, None), Topic("b", "B", None, "a"), Topic("c", "C", None, "b"), Topic("d", "D", None, "a"), Topic("e", "E", None, None)])
    assert (tree.above("c"), tree.below("a"), tree.area("c"), tree.area("b"), tree.area("a")) == (["c", "b", "a"], {"a", "b", "c", "d"}, "b", "b", "a")
    assert [(t.id, depth) for t, depth in tree.outline({"c", "e"})] == [("a", 0), ("b", 1), ("c", 2), ("e", 0)]


def test_circle_of_topics_ends():
    tree = TopicTree([Topic("a", "A", None, "b"), Topic("b", "B", None, "a")])
    assert tree.above("a") == ["a", "b"] and tree.below("a") == {"a", "b"} and tree.outline({"a"}) == []
