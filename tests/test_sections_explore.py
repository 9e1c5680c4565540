"""The sections to explore: they bear the real data, an empty catalog and hostile text; filters narrow; the key facts stand where they must."""

from __future__ import annotations

import asyncio
import html
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from unittest.mock import patch
from urllib.parse import quote

import pytest
from factories import CITED, MINIMAL, build
from whole_pages import pages_of, whole

from catalog.check import check_data
from catalog.load import build_file
from catalog.site import section_pages
from catalog.site.instance import close_site, open_site
from catalog.site.sections import all_sections
from catalog.site.sections.datasets import _trees
from catalog.site.sections.hardware import parameters_number
from catalog.site.selection import select_achievements, topic_options

ROOT = Path(__file__).resolve().parent.parent
SECTIONS = ("people-and-machines", "benchmarks", "hardware", "datasets", "models", "methods")
HOSTILE = "<script>alert(1)</script>"


def scripts_of_strangers(page: str) -> list[str]:
    """Return every script tag but our own files and the linked data, which is no program."""
    tags = re.findall(r"<script[^>]*>", page)
    return [t for t in tags if not re.fullmatch(r'<script src="/static/[a-z_]+\.js\?v=[0-9a-f]+" defer>|<script type="application/ld\+json">', t)]
BREAKOUT = '"><img src=x onerror=alert(2)>'
PARAMETERS = ("status", "topic", "benchmark", "metric", "precision", "unit", "sparsity", "rate", "a", "b", "parameters", "model", "bits",
              "modality", "licence", "size", "from", "to", "weights", "known", "family", "nothing", "_sort", "sql")
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}
Get = Callable[..., str]


@contextmanager
def opened(file: Path) -> Iterator[Get]:
    """Open a site on a built file; the function it gives returns a page that must be all right."""
    with asyncio.Runner() as runner, patch.object(section_pages, "SECTION_MILLISECONDS", 20_000):  # however busy the machine is
        site = runner.run(open_site(file))

        def get(path: str, language: str = "en") -> str:
            response = runner.run(site.client.get(path, cookies={"language": language}))
            assert response.status_code == 200, (path, response.status_code, response.text[-600:])
            return response.text

        yield get
        runner.run(close_site(site))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real data, built once."""
    file = tmp_path_factory.mktemp("explore") / "catalog.db"
    checked = check_data(ROOT / "data")
    build_file(checked.catalog, checked.claims, ROOT / "data", file)
    return file


@pytest.fixture(scope="module")
def db(file: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(file)
    connection.row_factory = sqlite3.Row
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def get(file: Path) -> Iterator[Get]:
    with opened(file) as get:
        yield get


SMALL = {
    "sources/paper.yaml": MINIMAL["sources"],
    "organizations/example.yaml": f"name: Chips {HOSTILE}\ntype: company\n",
    "topics/vision.yaml": f"name: Vision {HOSTILE}\n",
    "topics/digits.yaml": "name: Digits\nparent: vision\n",
    "methods/old.yaml": f"name: Old {HOSTILE}\nfamily: layer\nintroduced: 1990\nsummary: '{HOSTILE}'\n" + CITED,
    "methods/new.yaml": "name: New\nfamily: layer\nintroduced: 1990\npredecessors: [old]\n" + CITED,
    "models/net.yaml": f"name: Net {HOSTILE}\nparameters: ~12000\nreleased: 2012\nweights: open\nweights_licence: '{BREAKOUT}'\nmethods: [new]\n" + CITED,
    "datasets/digits.yaml": (
        f"name: Digits {HOSTILE}\nmodality: [image]\ntopics: [digits]\nreleased: 1998\nitems: 100\nclasses: 10\nlicence: '{BREAKOUT}'\nstatus: withdrawn\n"
        f"withdrawn: 2020\nwithdrawn_reason: 'Because {HOSTILE}'\ndownload_bytes: 2000000\n" + CITED),
    "datasets/digits-2.yaml": "name: Digits 2\nmodality: [image, text]\nreleased: 2005\nversion_of: digits\nderived_from: [digits]\n" + CITED,
    "benchmarks/example.yaml": (
        f"name: Test {HOSTILE}\ntopics: [digits]\nmetrics:\n  accuracy: {{name: 'Accuracy {HOSTILE}', unit: '%', direction: higher, is_primary: true}}\n"
        "tables:\n- source: paper\n  locator: table 1\n  date: 2012\n  evaluator: independent\n"
        f"  columns: [accuracy]\n  results:\n    net: {{model: net, scores: [99]}}\n    other: {{system: '{BREAKOUT}', scores: [97.5]}}\n" + CITED),
    "human_baselines/readers.yaml": MINIMAL["human_baselines"].replace("students", f"'{HOSTILE}'"),
    "achievements/claim.yaml": (
        f"name: Claim {HOSTILE}\ndate: 2012\ncomparison: scored-set\nstatus: disputed\nclaims: ahead\ncaveat: 'Mind {HOSTILE}'\nbenchmark: example\nmetric: accuracy\n"
        f"result: benchmarks/example#results.net\nhuman_baseline: readers\ntopics: [digits]\ndisputes:\n- {{by: '{BREAKOUT}', argument: 'No {HOSTILE}', reply: 'Yes {HOSTILE}', source: paper}}\n" + CITED),
    "achievements/open.yaml": "name: Not yet\ndate: 2013\ncomparison: record\nstatus: open\nverdict: behind\ncaveat: Still open.\n" + CITED,
    "hardware/card.yaml": (
        f"name: Card {HOSTILE}\nvendor: example\ntype: gpu\navailable: 2016-05\nmemory_gib: 8\nchips: 2\npower_w: 100\nform_factor: '{BREAKOUT}'\n"
        "peaks:\n  a: {precision: fp32, unit: vector, clock: boost, gflops: 8000}\n  b: {precision: fp16, unit: matrix, gflops: 64000}\n"
        "prices:\n- {date: 2016-06-01, amount: 400, currency: USD}\n- {date: 2018-01, amount: 200, currency: USD}\n"
        "sources:\n- {source: paper, default: true}\n- {source: paper, locator: page 2, states: {power_w: 120}}\n"),
    "measurements/run.yaml": "name: A run\ndate: 2026-11-01\nworkload: gemm\ntrack: plain\ndevice: card\nprecision: fp32\ngflops: 6000\n",
}
SMALL_PAGES = (
    "/people-and-machines", "/benchmarks", "/benchmarks?benchmark=example", "/hardware?a=card&rate=gflops_per_usd&model=net&bits=32", "/hardware?rate=gflops_per_watt",
    "/datasets", "/models", "/methods")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Get]:
    """A few records full of hostile text."""
    folder = tmp_path_factory.mktemp("small")
    build(folder, SMALL).close()
    with opened(folder / "catalog.db") as get:
        yield get


def text_of(page: str) -> str:
    """Return what a page says, without its mark-up."""
    body = re.sub(r"<(style|title|desc)>.*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


class Balance(HTMLParser):
    """Finds tags that are not closed where they must be, and ids that stand twice."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id" and value:
                self.faults += [f"id {value} stands twice"] if value in self.ids else []
                self.ids.add(value)
            if name.startswith("on"):
                self.faults.append(f"{name} in {tag}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")


def faults_of(page: str) -> list[str]:
    parser = Balance()
    parser.feed(page)
    return parser.faults + [f"<{tag}> stays open" for tag in parser.open]


@pytest.mark.parametrize("name", SECTIONS)
def test_section_is_registered_with_both_names(name: str):
    section = all_sections()[name]
    assert section.label and section.label_ru and section.about.endswith(".") and section.menu == "explore"


@pytest.mark.parametrize("name", SECTIONS)
def test_section_bears_the_real_data(name: str, get: Get):
    page = get(f"/{name}")
    assert all_sections()[name].label in text_of(page)
    assert '<svg class="chart"' in page and not scripts_of_strangers(page)
    assert faults_of(page) == []


@pytest.mark.parametrize("name", SECTIONS)
def test_links_to_records_lead_somewhere(name: str, get: Get, db: sqlite3.Connection):
    pages = [get(f"/{name}")]
    if name == "benchmarks":
        pages += [get("/benchmarks?benchmark=glue"), get("/benchmarks?benchmark=imagenet")]
    if name == "hardware":
        pages += [get("/hardware?a=geforce-gtx-1080&b=nvidia-h100-sxm&model=bert")]
    records = {row[0] for row in db.execute("SELECT ref FROM records")}
    kinds = {ref.partition("/")[0] for ref in records}
    links = {link for page in pages for link in re.findall(r'href="/catalog/([a-z_]+/[a-z0-9-]+)[#"]', page)}
    assert len(links) > 5
    assert {link for link in links if link.partition("/")[0] in kinds} <= records
    assert {link.partition("/")[0] for link in links} <= kinds | {"results"}


def test_empty_catalog_gets_friendly_sentences(tmp_path: Path):
    build(tmp_path, {"topics/vision.yaml": "name: Vision\n"}).close()
    with opened(tmp_path / "catalog.db") as get:
        for name in SECTIONS:
            page = get(f"/{name}")
            assert 'class="none"' in page and faults_of(page) == []


@pytest.mark.parametrize("path", SMALL_PAGES)
def test_hostile_text_of_records_is_escaped(path: str, small: Get):
    page = small(path)
    assert html.escape(HOSTILE) in page
    assert not scripts_of_strangers(page) and "<img" not in page
    assert faults_of(page) == []


@pytest.mark.parametrize("name", SECTIONS)
def test_hostile_parameters_are_escaped(name: str, get: Get):
    for hostile in (HOSTILE, BREAKOUT, "' OR 1=1; DROP TABLE records; --", "%00", "9" * 400):
        page = get(f"/{name}?" + "&".join(f"{key}={quote(hostile)}" for key in PARAMETERS[:20]))
        assert not scripts_of_strangers(page) and "<img" not in page
        page = get(f"/{name}?" + "&".join(f"{key}={quote(hostile)}" for key in PARAMETERS[-10:]))
        assert not scripts_of_strangers(page) and "<img" not in page
        assert faults_of(page) == []


@pytest.mark.parametrize("name", ["people-and-machines", "datasets", "models", "methods"])
def test_unknown_parameters_change_nothing(name: str, get: Get):
    unknown = "&".join(f"{key}=no-such-thing" for key in PARAMETERS[:18])
    assert text_of(get(f"/{name}?{unknown}")) == text_of(get(f"/{name}"))


def test_names_come_in_the_language_of_the_visitor_first(get: Get):
    for path, russian in (("/methods", "Перцептрон|Персептрон"), ("/benchmarks?benchmark=glue", "Общая оценка понимания языка"), ("/hardware?a=geforce-gtx-1080", "Производитель")):
        page = get(path, "ru")
        assert re.search(rf"(?:>|<h1>)(?:{russian})", page) and faults_of(page) == []
    assert '<i lang="en">Perceptron</i>' in get("/methods", "ru") and '<i lang="en">Perceptron</i>' not in get("/methods")


# Machines against people.


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


# Benchmarks.


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


# Hardware.


def test_devices_stand_side_by_side_with_units_and_disagreements(get: Get):
    page = get("/hardware?a=geforce-gtx-1080&b=nvidia-h100-sxm&c=radeon-hd-5970")
    table = page[page.index('class="compare"'):page.index('id="fit"')]
    for fact in ("GeForce GTX 1080", "NVIDIA H100 SXM", "Radeon HD 5970", "Memory GiB", "Bandwidth GB/s", "Power W", "GFLOPS", "not adjusted for inflation"):
        assert fact in text_of(table)
    assert "≠" in table and "at the boost clock" in text_of(table)


def test_same_device_twice_stands_once(get: Get):
    page = get("/hardware?a=geforce-gtx-1080&b=geforce-gtx-1080")
    assert page.count('<th scope="col"><a href="/catalog/hardware/geforce-gtx-1080">') == 1


def test_fit_shows_its_arithmetic_and_that_it_is_a_lower_bound(get: Get):
    page = get("/hardware?parameters=7B&bits=16")
    fit = text_of(page[page.index('id="fit"'):page.index('id="measured"')]).replace("\u202f", " ")
    assert "7 000 000 000 parameters × 16 bits ÷ 8 = 14 000 000 000 bytes" in fit and "= 13.039 GiB" in fit
    assert "Lower bound" in fit
    assert "13.039 ÷ 80 = 0.16, 66.96 GiB left" in fit
    assert "13.039 ÷ 11 = 1.19, at least 2 of them" in fit


def test_fit_of_a_model_takes_its_published_number(get: Get):
    page = text_of(get("/hardware?model=bert&bits=32")).replace("\u202f", " ")
    assert "BERT : 340 000 000 parameters × 32 bits ÷ 8 = 1 360 000 000 bytes" in page


@pytest.mark.parametrize("number", ["many", "-5", "1e99", "0"])
def test_fit_refuses_what_is_no_number(number: str, get: Get):
    assert "is no number of parameters" in text_of(get(f"/hardware?parameters={number}"))


@pytest.mark.parametrize("text,number", [("7000000", 7e6), ("70e9", 70e9), ("7B", 7e9), ("1.5 b", 1.5e9), ("1,5B", 1.5e9), ("7 000 000", 7e6), ("１２", None), ("1e19", None)])
def test_numbers_of_parameters_are_read_as_people_write_them(text: str, number: float | None):
    assert parameters_number(text) == number


def test_rate_per_dollar_says_the_price_and_its_day(get: Get, small: Get):
    page = get("/hardware?rate=gflops_per_usd")
    assert "599 USD, 2016-05-27" in page and "not adjusted for inflation" in page
    assert "(vector, boost, 400 USD, 2016-06-01)" in small("/hardware?rate=gflops_per_usd")


def test_precision_without_a_device_says_what_there_is(get: Get):
    page = text_of(get("/hardware?precision=int8&sparsity=dense&unit=vector"))
    assert "No dated device claims such a peak" in page and "int8 matrix dense" in page


def test_no_measurements_are_said_to_be_none(file: Path, get: Get, db: sqlite3.Connection):
    count = db.execute("SELECT count(*) FROM claimed_vs_measured").fetchone()[0]
    assert ("There are no measurements yet" in get("/hardware")) == (count == 0)


def test_measurement_stands_beside_the_claim(small: Get):
    measured = small("/hardware")
    assert "6000 GFLOPS 8000 0.75" in text_of(measured[measured.index('id="measured"'):])


def test_forms_of_the_hardware_page_keep_what_the_others_asked(get: Get):
    page = get("/hardware?a=geforce-gtx-1080&precision=fp64&parameters=7B")
    assert page.count('<input type="hidden" name="a" value="geforce-gtx-1080">') == 2
    assert page.count('<input type="hidden" name="precision" value="fp64">') == 2


# Data sets, models, methods.


def listed(page: str) -> set[str]:
    """Return the data sets in the table of the section."""
    table = re.search(r'<table class="datasets">.*?</table>', page, re.DOTALL)
    return set(re.findall(r'<th scope="row"><a href="/catalog/datasets/([a-z0-9-]+)"', table[0])) if table else set()


@pytest.mark.parametrize("query,condition", [
    ("modality=video", "modality LIKE '%\"video\"%'"),
    ("status=withdrawn", "status = 'withdrawn'"),
    ("licence=CC-BY-4.0", "licence = 'CC-BY-4.0'"),
    ("licence=not-recorded", "licence IS NULL"),
    ("from=2016&to=2017", "released_to >= '2016-01-01' AND released_from <= '2017-12-31'"),
    ("size=1gb", "download_bytes <= 1e9"),
    ("topic=digit-recognition", "ref IN (SELECT ref FROM record_topics WHERE topic_id = 'digit-recognition') OR id IN (SELECT dataset_id FROM dataset_tasks WHERE topic_id = 'digit-recognition')"),
    ("from=abcd&to=99999", "1"),
])
def test_filters_narrow_the_data_sets(query: str, condition: str, get: Get, db: sqlite3.Connection):
    wanted = {row[0] for row in db.execute(f"SELECT id FROM datasets WHERE {condition}")}
    found = set().union(*map(listed, pages_of(get, f"/datasets?{query}")))
    assert found == wanted and found


def test_splits_stand_in_the_order_of_the_record(get: Get):
    page = text_of(whole(get, "/datasets")).replace("\u202f", " ")
    assert re.search(r"train 73 257 test 26 032 extra 531 131", page)


def test_descent_is_a_tree_and_marks_what_is_gone(get: Get):
    page = get("/datasets")
    tree = page[page.index('class="tree"'):page.index('id="withdrawn"')]
    below = tree[tree.index("datasets/tiny-images"):]
    below = below[:below.index("</ul>")]
    assert "gone" in below and "datasets/cifar-10" in below and "made from it" in below


def test_withdrawn_ones_stand_with_the_reason_and_their_heirs(get: Get, db: sqlite3.Connection):
    page = get("/datasets")
    gone = text_of(page[page.index('id="withdrawn"'):])
    for row in db.execute("SELECT withdrawn_reason FROM datasets WHERE status = 'withdrawn'"):
        assert " ".join(row[0].split()) in gone
    assert re.search(r"Made from it: .{0,60}CIFAR-10 , .{0,60}CIFAR-100", gone)


def test_two_ways_of_descent_are_told_in_one_line(small: Get):
    page = small("/datasets")
    assert "made from it and version of it" in text_of(page[page.index('class="tree"'):])


def test_circle_of_descent_ends():
    db = sqlite3.connect(":memory:")
    db.executescript(
        "CREATE TABLE datasets (id, ref, name, released_from, status, version_of_id); CREATE TABLE dataset_derived_from (dataset_id, derived_from_id);"
        "INSERT INTO datasets VALUES ('root', 'datasets/root', 'Root', NULL, NULL, NULL), ('a', 'datasets/a', 'A', NULL, NULL, 'b'), ('b', 'datasets/b', 'B', NULL, NULL, 'a');"
        "INSERT INTO dataset_derived_from VALUES ('a', 'root')")
    tree = _trees(db)
    assert [b.id for b in tree] == ["root"] and tree[0].children[0].id == "a"


def test_models_without_published_arithmetic_get_a_sentence(get: Get, db: sqlite3.Connection):
    count = db.execute("SELECT count(training_flop) FROM models").fetchone()[0]
    assert ("Nobody has entered this figure" in get("/models")) == (count == 0)


def test_filters_narrow_the_models(get: Get, db: sqlite3.Connection):
    for query, condition in (("weights=open", "weights = 'open'"), ("known=parameters", "parameters IS NOT NULL")):
        found: set[str] = set()
        for page in pages_of(get, f"/models?{query}"):
            table = page[page.index('<table class="models">'):]
            found |= set(re.findall(r'<th scope="row"><a href="/catalog/models/([a-z0-9-]+)"', table))
        assert found == {row[0] for row in db.execute(f"SELECT id FROM models WHERE {condition}")} != set()


def test_approximate_numbers_stay_as_written(small: Get):
    assert "~12000" in small("/models")


def test_methods_stand_by_family_with_both_directions_of_descent(get: Get):
    page = get("/methods?family=architecture")
    row = next(r for r in page.split("<tr>") if '<a href="/catalog/methods/transformer">' in r and 'scope="row"' in r)
    before, after = row.index('data-label="Grew from"'), row.index('data-label="What grew from it"')
    assert "methods/sequence-to-sequence" in row[before:after]
    assert 'id="optimisation"' not in page
    assert "methods/capsule-network" in page


# What sections and charts select.


def test_topics_are_counted_with_all_below_them(db: sqlite3.Connection):
    options = {o.value: o for o in topic_options(db, "achievements")}
    assert options["computer-vision"].count >= options["image-classification"].count + options["visual-question-answering"].count
    assert options["image-classification"].depth > options["computer-vision"].depth


def test_selection_of_nothing_is_everything():
    assert select_achievements({}).where == "1"
