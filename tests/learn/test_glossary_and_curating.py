"""The glossary in both languages, and the page of the curators."""

from __future__ import annotations

import html
import re
import sqlite3

import pytest

from catalog.kinds import all_kinds
from catalog.site.inclusion import INCLUSION, to_markdown
from catalog.site.sections.glossary import sort_key
from learn.learnt import ROOT, Get, everything, main_of, refs, text_of


def terms_in(page: str, language: str) -> list[str]:
    return [html.unescape(t) for t in re.findall(rf'<tr><td lang="{language}"><a href="[^"]+">([^<]+)</a>', page)]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_glossary_is_alphabetical_in_either_direction(language: str, get: Get):
    terms = terms_in(get(f"/glossary?from={language}").text, language)
    assert len(terms) > 100 and terms == sorted(terms, key=sort_key)


def test_glossary_holds_every_term_in_both_languages(get: Get, db: sqlite3.Connection):
    page = everything(get, "/glossary?kind=methods")
    rows = db.execute("SELECT name, name_ru FROM methods WHERE name_ru IS NOT NULL").fetchall()
    assert sorted(terms_in(page, "en")) == sorted(name for name, _ in rows)
    for _, russian in rows:
        assert html.escape(russian, quote=False) in html.unescape(page).replace("&", "&amp;")
    assert set(terms_in(page, "en")) < set(terms_in(everything(get, "/glossary"), "en")) < set(terms_in(everything(get, "/glossary?kind=all"), "en"))


def test_glossary_shows_other_names_on_their_side(get: Get):
    row = next(r for r in re.findall(r"<tr>(?:(?!</tr>).)*</tr>", everything(get, "/glossary?kind=themes"), re.DOTALL) if "academic-brain-drain" in r)
    english, russian = re.findall(r'<td lang="..">(.*?)</td>', row, re.DOTALL)
    assert "AI brain drain" in english and "утечка мозгов" in russian


def test_curate_counts_what_is_open(get: Get, db: sqlite3.Connection):
    page = main_of(get("/curate").text)
    for view, query in (("disagreements", "sources_that_disagree"), ("unverified", "to_be_verified")):
        for kind, count in db.execute(f"SELECT substr(record, 1, instr(record, '/') - 1), count(*) FROM {view} GROUP BY 1"):
            assert f'<a href="/catalog/{query}?kind={kind}">{all_kinds()[kind].label} <span>{count}</span></a>' in page


def test_curate_gives_corrections_with_reasons(get: Get, db: sqlite3.Connection):
    text = text_of(get("/curate?kind=applications").text)
    reasons = refs(db, "SELECT reason FROM disagreements WHERE record LIKE 'applications/%' AND reason IS NOT NULL")
    assert reasons and all(" ".join(reason.split()) in text for reason in reasons)


def test_curate_tells_the_error_rate_and_who_wrote_the_records(get: Get, db: sqlite3.Connection):
    text = text_of(get("/curate").text)
    for value, note in db.execute("SELECT value, note FROM indicator_points WHERE indicator_id = 'catalog-audit'"):
        assert f"{value:g} {note}" in text
    assert "drafted by AI agents" in text


def test_inclusion_is_told_for_every_kind_on_the_page_and_in_the_document(get: Get):
    assert list(INCLUSION) and set(INCLUSION) == set(all_kinds())
    text = text_of(get("/curate").text)
    for criteria in INCLUSION.values():
        assert criteria.belongs in text and criteria.stays_out.replace("`", "") in text
    assert (ROOT / "docs" / "inclusion.md").read_text(encoding="utf-8") == to_markdown(), "run .venv/bin/python -m catalog.site.inclusion > docs/inclusion.md"
