"""Machines against people, and the benchmarks they are compared by."""

from __future__ import annotations

import html
import re
import sqlite3

from whole_pages import pages_of, whole

from explore.explored import Get, faults_of, text_of


def entries_of(page: str) -> dict[str, str]:
    """Return the text of each entry of the ledger by its id."""
    return {slug: text_of(body) for slug, body in re.findall(r'<tbody class="entry" id="([a-z0-9-]+)">(.*?)</tbody>', page, re.DOTALL)}


def test_caveat_stands_beside_every_claim(get: Get, db: sqlite3.Connection):
    entries = entries_of(whole(get, "/people-and-machines"))
    claims = db.execute("SELECT id, caveat FROM achievements").fetchall()
    assert len(claims) == len(entries) > 30
    for claim in claims:
        assert " ".join(claim["caveat"].split()) in entries[claim["id"]]


def test_objections_and_replies_stand_with_the_claim(get: Get, db: sqlite3.Connection):
    entries = entries_of(whole(get, "/people-and-machines"))
    disputes = db.execute("SELECT achievement_id, by_whom, argument, reply FROM achievement_disputes").fetchall()
    assert len(disputes) > 5
    for dispute in disputes:
        entry = entries[dispute["achievement_id"]]
        assert dispute["by_whom"] in entry and " ".join(dispute["argument"].split()) in entry
        assert not dispute["reply"] or " ".join(dispute["reply"].split()) in entry


def test_entry_says_who_the_people_were_and_how_they_were_measured(get: Get):
    entry = entries_of(whole(get, "/people-and-machines"))["imagenet-resnet"]
    assert "One expert annotator" in entry and "1 person" in entry and "single person, measured" in entry
    assert "5.1 %" in entry or "5.1%" in entry
    assert "3.57" in entry and "lower is better" in entry


def test_crossings_move_with_the_baseline(get: Get):
    pages = pages_of(get, "/people-and-machines")
    table = " ".join(text_of(page[page.index('id="crossings"'):page.index('id="people-ahead"')]) for page in pages)
    assert "Annotator A1 on ImageNet" in table and "Annotator A2 on ImageNet" in table
    assert "2013-11-14" in table and "2015-02-06" in table


def test_what_machines_cannot_do_lists_every_open_claim_and_level(get: Get, db: sqlite3.Connection):
    page = whole(get, "/people-and-machines")
    ahead = page[page.index('id="people-ahead"'):]
    rows = db.execute("SELECT ref FROM humans_ahead").fetchall()
    assert rows and all(f"/catalog/{row['ref']}" in ahead for row in rows)
    reversed_claim = db.execute("SELECT ref, caveat FROM achievements WHERE status = 'reversed'").fetchone()
    assert reversed_claim["ref"] in ahead and html.escape(reversed_claim["caveat"], quote=False) in html.unescape(ahead).replace("&#39;", "'")


def test_status_and_topic_narrow_the_ledger(get: Get, db: sqlite3.Connection):
    disputed = {r["id"] for r in db.execute("SELECT id FROM achievements WHERE status = 'disputed'")}
    assert set(entries_of(whole(get, "/people-and-machines?status=disputed"))) == disputed
    vision = set(entries_of(whole(get, "/people-and-machines?topic=computer-vision")))
    assert "imagenet-resnet" in vision and "traffic-signs-2011" in vision and "alphago-lee-sedol" not in vision
    assert set(entries_of(whole(get, "/people-and-machines?topic=computer-vision&status=disputed"))) == vision & disputed


def test_chart_of_the_ledger_is_narrowed_with_it(get: Get):
    page = get("/people-and-machines?status=disputed")
    assert 'href="/charts/ledger.svg?status=disputed"' in page
    assert "deep-blue-kasparov" not in get("/charts/ledger.svg?status=disputed")


def test_every_benchmark_has_a_page_that_names_its_results_and_people(get: Get, db: sqlite3.Connection):
    for row in db.execute("SELECT id, name FROM benchmarks").fetchall():
        page = get(f"/benchmarks?benchmark={row['id']}")
        assert row["name"] in text_of(page) and faults_of(page) == []
        assert f'href="/catalog/benchmarks/{row["id"]}"' in page
        for result in db.execute("SELECT key FROM results WHERE benchmark_id = ?", (row["id"],)):
            assert f"/catalog/benchmarks/{row['id']}#results.{result['key']}" in page
        for people in db.execute("SELECT id FROM human_baselines WHERE benchmark_id = ?", (row["id"],)):
            assert f"/catalog/human_baselines/{people['id']}" in page


def test_matrix_has_all_subtasks_and_the_sources_that_differ(get: Get, db: sqlite3.Connection):
    page = get("/benchmarks?benchmark=glue")
    matrix = page[page.index('class="matrix"'):page.index('id="sources"')]
    assert matrix.count("aria-current") == 1
    for row in db.execute("SELECT key FROM benchmark_metrics WHERE benchmark_id = 'glue'"):
        assert f"metric={row['key']}" in matrix
    assert "≠ 4.5" in text_of(matrix)
    assert "leaderboard" in text_of(matrix) and "People" in text_of(matrix)
    assert "GLUE leaderboard" in text_of(page[page.index('id="sources"'):])


def test_metric_sorts_the_matrix_best_first(get: Get, db: sqlite3.Connection):
    for metric in ("score", "cola"):
        page = get(f"/benchmarks?benchmark=glue&metric={metric}")
        track = page[page.index("single models and ensembles together</th>"):]
        first = re.search(r'href="/catalog/benchmarks/glue#results\.([a-z0-9-]+)"', track)
        best = db.execute("SELECT value FROM best_recorded WHERE benchmark_id = 'glue' AND metric = ? AND track LIKE '%ensembles together'", (metric,)).fetchone()[0]
        assert first and db.execute("SELECT value FROM scores WHERE result_id = ? AND metric = ?", (f"glue.{first[1]}", metric)).fetchone()[0] == best


def test_unknown_metric_falls_back_to_the_main_one(get: Get):
    assert "Top-5 error (lower is better)" in get("/benchmarks?benchmark=imagenet&metric=none")


def test_unknown_benchmark_is_told_with_near_names(get: Get):
    page = get("/benchmarks?benchmark=gleu")
    assert "There is no benchmark called “gleu”" in text_of(page) and "/benchmarks?benchmark=glue" in page


def test_what_a_source_does_not_report_is_not_taken_for_unknown(get: Get):
    page = get("/benchmarks?benchmark=glue")
    people = text_of(page[page.index('id="people"'):])
    assert "People not reported" in people and "Items –" in people and "by 2019-05-24" in people


def test_list_says_to_which_day_results_were_checked(get: Get):
    page = text_of(whole(get, "/benchmarks"))
    assert "Best recorded here" in page and "2018-11-29" in page and "never" in page


def test_topic_narrows_the_benchmarks(get: Get):
    page = get("/benchmarks?topic=speech-recognition")
    assert "benchmark=librispeech" in page and "benchmark=glue" not in page


def test_record_leads_to_the_section_and_back(get: Get):
    assert 'href="/benchmarks?benchmark=glue"' in get("/catalog/benchmarks/glue")
    assert 'href="/hardware?a=geforce-gtx-1080#compare"' in get("/catalog/hardware/geforce-gtx-1080")
    assert 'href="/people-and-machines?show=katago-superhuman#katago-superhuman"' in get("/catalog/achievements/katago-superhuman")


def test_benchmark_shows_claims_with_their_caveats(get: Get, db: sqlite3.Connection):
    page = get("/benchmarks?benchmark=imagenet")
    for row in db.execute("SELECT caveat FROM achievements WHERE benchmark_id = 'imagenet'"):
        assert " ".join(row["caveat"].split()) in text_of(page)
