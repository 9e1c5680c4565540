"""The reading pages: the lecture, books and courses, problems, applications, glossary, canned queries, the curators' page."""

from __future__ import annotations

import asyncio
import csv
import html
import io
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
from factories import MINIMAL, minimal, write_data
from whole_pages import pages_of, whole

from catalog.check import check_data
from catalog.kinds import all_kinds
from catalog.load import build_file
from catalog.site.inclusion import INCLUSION, to_markdown
from catalog.site.instance import close_site, open_site
from catalog.site.queries import QUERIES, InvalidQuery, load_queries, query_metadata, read_query
from catalog.site.sections import all_sections
from catalog.site.sections.gallery import GRADES
from catalog.site.sections.glossary import sort_key
from catalog.site.sections.lecture import LECTURE, read_slides, slides_in
from catalog.site.sections.questions import GROUPS, grouped
from catalog.site.topic_tree import Topic, TopicTree

ROOT = Path(__file__).resolve().parent.parent
Get = Callable[[str], httpx.Response]
PAGES = ("lecture", "learn", "problems", "gallery", "glossary", "curate", "questions")
PARAMETERS = ("show", "topic", "level", "language", "free", "type", "area", "grade", "kind", "from", "q", "lang")
HOSTILE = "\"'><script>alert(1)</script>{{7*190707}}"
BOLD = "<b>5 & 6</b>"


def open_file(file: Path) -> Iterator[Get]:
    with asyncio.Runner() as runner:
        site = runner.run(open_site(file))
        yield lambda path: runner.run(site.client.get(path))
        runner.run(close_site(site))


@pytest.fixture(scope="module")
def db(catalog_file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{catalog_file}?immutable=1", uri=True)) as connection:
        yield connection


@pytest.fixture(scope="module")
def get(catalog_file: Path) -> Iterator[Get]:
    yield from open_file(catalog_file)


def build_small(folder: Path, files: dict[str, str]) -> Path:
    """Build a file of a few records, warnings allowed."""
    data = write_data(folder, files)
    checked = check_data(data)
    assert checked.is_clean, [f"{p.path}:{p.line}: {p.what}" for p in checked.problems if p.severity == "error"]
    build_file(checked.catalog, checked.claims, data, folder / "catalog.db")
    return folder / "catalog.db"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Get]:
    """One record of each kind these pages show, with names that look like HTML, and applications of two areas."""
    named = f"names: {{ru: '{BOLD} ru'}}\nsummary: '{BOLD} summary'\n"
    files = {}
    for kind in ("books", "courses", "sites", "themes", "indicators", "applications", "topics", "methods"):
        files |= minimal(kind, named)
    files |= {
        "topics/root.yaml": "name: Root\n",
        "topics/vision.yaml": "name: Seeing\nparent: root\nnames: {ru: Зрение}\n",
        "topics/faces.yaml": "name: Faces\nparent: vision\nnames: {ru: Лица}\n",
        "topics/sound.yaml": "name: Sound\nparent: root\n",
        "applications/faces.yaml": (
            "name: Finding faces\ntopics: [faces]\nevidence_grade: deployed\ndemo_url: https://example.org/faces\ndemo_state: gone\n"
            "then: [{date: 2014, text: 'Found them <i>once</i>.', source: paper}]\nnow: [{date: ../2024, text: Finds them., source: paper}]\n"
            "examples: [{input: A crowd, output: Ann, source: paper}, {input: A party, output: Bob, source: paper}, {input: A street, output: Cid, source: paper}]\n"
            + "sources: [{source: paper, default: true}]\n"),
        "applications/chirps.yaml": "name: Naming birds\ntopics: [sound]\nevidence_grade: study\nsources: [{source: paper, default: true}]\n",
        "themes/overfitting.yaml": (
            "name: Learning by heart\ntype: problem\nstatements: [{text: It learns noise., text_ru: Учит шум., source: paper, locator: page 2}]\n"
            "remedies: [{method: example, text: Leave units out., source: paper}, {text: More data, source: paper}, {method: example, text: Leave out more., source: paper}]\n"
            "sources: [{source: paper, default: true}]\n"),
    }
    yield from open_file(build_small(tmp_path_factory.mktemp("small"), files))


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Get]:
    """A file that holds one topic and nothing else."""
    yield from open_file(build_small(tmp_path_factory.mktemp("bare"), {"topics/example.yaml": MINIMAL["topics"]}))


def table(name: str) -> list[dict[str, str]]:
    with open(ROOT / "tests" / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def everything(get: Get, path: str) -> str:
    return whole(lambda p: get(p).text, path)


def main_of(page: str) -> str:
    return page.partition('<main id="content">')[2].partition("</main>")[0]


def links_in(page: str) -> list[str]:
    return [html.unescape(link) for link in re.findall(r'href="([^"]+)"', page)]


def records_in(page: str) -> set[str]:
    return {link.removeprefix("/catalog/") for link in links_in(page) if re.fullmatch(r"/catalog/[a-z_]+/[a-z0-9-]+", link)}


def slide_sections(page: str) -> dict[int, str]:
    return {int(n): body for n, body in re.findall(r'<section class="slide" id="slide-(\d+)">(.*?)</section>', page, re.DOTALL)}


# all pages


@pytest.mark.parametrize("name", PAGES)
def test_page_answers_on_real_small_and_bare_catalogs(name: str, get: Get, small: Get, bare: Get):
    for ask in (get, small, bare):
        response = ask(f"/{name}")
        assert response.status_code == 200, response.text[-500:]
        assert f"<h1>{all_sections()[name].label}" in response.text
        assert "<script" not in main_of(response.text)


@pytest.mark.parametrize("name", PAGES)
def test_links_of_the_page_lead_somewhere(name: str, get: Get, db: sqlite3.Connection):
    page = main_of(get(f"/{name}").text)
    known = {row[0] for row in db.execute("SELECT ref FROM records")}
    assert records_in(page) <= known
    anchors = set(re.findall(r'id="([^"]+)"', page))
    assert {link[1:] for link in links_in(page) if link.startswith("#")} <= anchors
    ours = sorted({link.partition("#")[0] for link in links_in(page) if re.match(r"/[a-z]", link) and not re.fullmatch(r"/catalog/[a-z_]+/[a-z0-9-]+", link.partition("#")[0])})
    step = max(1, len(ours) // 25)
    for link in ours[::step]:
        assert get(link).status_code == 200, link


@pytest.mark.parametrize("name", PAGES)
def test_hostile_parameters_are_escaped_or_ignored(name: str, get: Get):
    for value in (HOSTILE, "%00", "'", "ru' OR 1=1 --", "\N{GRINNING FACE}"):
        response = get(f"/{name}?" + urlencode({parameter: value for parameter in PARAMETERS}))
        assert response.status_code == 200
        assert "<script>alert" not in response.text and "1334949" not in response.text
    assert get(f"/{name}?" + urlencode([(p, "x") for p in PARAMETERS] + [(p, "y") for p in PARAMETERS])).status_code == 200


@pytest.mark.parametrize("name", ["learn", "problems", "gallery", "glossary"])
def test_text_of_records_is_escaped(name: str, small: Get):
    page = small(f"/{name}").text
    assert html.escape(BOLD, quote=False) in page
    assert BOLD not in page and "<i>once</i>" not in page


# the lecture


@pytest.mark.parametrize(("locator", "slides"), [
    ("slide 81", [81]), ("Slide 4.", [4]), ("slides 4 and 6", [4, 6]), ("slides 24-26", [24, 25, 26]), ("slides 24–26 and 30", [24, 25, 26, 30]), ("slides 4, 6, and 9", [4, 6, 9]),
    ("slide 3; the university on slide 2", [2, 3]), ("slide 71 (figure 2 of the paper)", [71]), ("slide 94, row of GLUE Human Baselines", [94]),
    ("slide 94, 3 rows", [94]), ("slides 9-7", []), ("slides 1-99999999999", list(range(1, 1001))), ("slide 0", []), ("public leaderboard, first five ranks", []), ("", []), (None, []),
])
def test_slides_are_read_from_a_locator(locator: str | None, slides: list[int]):
    assert slides_in(locator) == slides


def test_all_slides_are_shown_with_both_titles(get: Get):
    sections = slide_sections(everything(get, "/lecture"))
    assert sorted(sections) == list(range(1, 103))
    assert "История AI / DL" in sections[4] and "History of AI and DL" in sections[4]
    assert all(re.search(r'<span lang="ru">[^<]+</span>', body) for body in sections.values())


def test_every_slide_lists_a_record_that_its_facts_stand_in(get: Get):
    sections = slide_sections(everything(get, "/lecture"))
    mapped: dict[int, set[str]] = {}
    for line in table("lecture_facts.tsv"):
        mapped.setdefault(int(line["fact_id"][1:4]), set()).add(line["ref"])
    slides = {int(line["slide"]) for line in table("lecture_inventory.tsv")}
    assert sorted(n for n in slides if not mapped[n] & records_in(sections[n])) == []


def test_nearly_all_records_of_the_facts_stand_under_their_slide(db: sqlite3.Connection):
    slides = read_slides(db)
    pairs = {(int(line["fact_id"][1:4]), line["ref"]) for line in table("lecture_facts.tsv")}
    listed = {(n, ref) for n, slide in slides.items() for refs in slide.groups.values() for ref in refs}
    assert len(pairs & listed) > 0.9 * len(pairs)


def test_corrections_show_what_the_lecture_says_what_holds_and_why(get: Get, db: sqlite3.Connection):
    slide = text_of(slide_sections(everything(get, "/lecture"))[32])
    assert "Corrected" in slide and "20 32 Colorful Image Colorization" in slide and "the final abstract gives a higher share" in slide
    located = [(row[0], n) for row in db.execute("SELECT record, locator FROM claims WHERE source = ? AND role = 'other'", (LECTURE,)) for n in slides_in(row[1])]
    slides = read_slides(db)
    assert sum(len(slide.corrections) for slide in slides.values()) == len(located) > 40
    for ref, number in located:
        assert ref in {c.ref for c in slides[number].corrections}
    assert not [c for s in slides.values() for c in s.corrections if c.source == LECTURE]


def test_what_holds_today_and_the_printed_words_are_shown(get: Get):
    slide = text_of(slide_sections(everything(get, "/lecture"))[57])
    assert "What holds today" in slide and "AlphaGo" in slide
    assert "As printed on the slide" in slide and "9-15.03.2016" in slide


def test_slides_can_be_narrowed_down(get: Get):
    corrected = slide_sections(everything(get, "/lecture?show=corrected"))
    assert 0 < len(corrected) < 102 and all("<h3>Corrected</h3>" in body for body in corrected.values())
    assert len(slide_sections(everything(get, "/lecture?show=nonsense"))) == 102


def test_slide_without_records_says_so(tmp_path: Path):
    title = "{name: title of slide %d, text: %s, as_printed: {text: Слайд}, source: %s, locator: slide %d}"
    facts = ", ".join(title % (n, name, LECTURE, n) for n, name in ((1, "Beginning"), (2, "Middle"), (3, "End")))
    files = {
        f"sources/{LECTURE}.yaml": "type: lecture\ntitle: Введение\n", "topics/example.yaml": MINIMAL["topics"],
        "courses/example.yaml": f"name: Course\nfacts: [{facts}]\nsources: [{{source: {LECTURE}, default: true, locator: slide 3}}]\n"}
    file = build_small(tmp_path, files)
    for get in open_file(file):
        sections = slide_sections(everything(get, "/lecture"))
        assert [n for n, body in sections.items() if "No record cites this slide" in body] == [2]
        assert records_in(sections[3]) == {"courses/example"} and records_in(sections[1]) == {f"sources/{LECTURE}"}
        assert list(slide_sections(everything(get, "/lecture?show=empty"))) == [2]


def test_file_without_the_lecture_says_so(small: Get):
    assert "does not hold the titles" in small("/lecture").text


# books, courses, sites


def shown(page: str) -> dict[str, set[str]]:
    """Return the records of each kind that a page of works or applications shows as its own."""
    heads = re.findall(r'<li><h3><a href="/catalog/([^"]+)"', page) + re.findall(r'<tr><td><a class="record" href="/catalog/(sites/[^"]+)"', page)
    return {kind: {h for h in heads if h.startswith(kind)} for kind in ("books", "courses", "sites")}


def refs(db: sqlite3.Connection, sql: str) -> set[str]:
    return {row[0] for row in db.execute(sql)}


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


# problems


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


# applications


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


# glossary


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


# the curators' page


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


# canned queries


@pytest.mark.parametrize("name", sorted(load_queries()))
def test_query_has_title_explanation_and_its_parameters(name: str):
    query = load_queries()[name]
    assert query.title and query.about.endswith(".")
    assert set(query.parameters) == set(re.findall(r"(?<![:\w]):([a-z_]+)", query.sql))
    assert query_metadata()[name]["params"] == list(query.parameters)


@pytest.mark.parametrize("name", sorted(load_queries()))
def test_query_answers_with_its_examples_and_with_nothing(name: str, get: Get):
    query = load_queries()[name]
    found = get(query.csv_url)
    assert found.status_code == 200 and found.headers["content-type"].startswith("text/plain"), found.text[:300]
    assert len(list(csv.reader(io.StringIO(found.text)))) > 1, "no row with the examples"
    empty = urlencode(dict.fromkeys(query.parameters, ""))
    for address in (f"/catalog/{name}", f"/catalog/{name}?{empty}", query.url, f"/catalog/{name}.json?_shape=objects&{empty}"):
        assert get(address).status_code == 200, address
    page = get(query.url).text
    assert f"<h1>{query.title}</h1>" in html.unescape(page) and query.about in html.unescape(page)
    for parameter, example in query.parameters.items():
        assert f'name="{parameter}" value="{html.escape(example)}"' in page


@pytest.mark.parametrize("name", [n for n, q in load_queries().items() if q.parameters])
def test_query_bears_hostile_parameters(name: str, get: Get):
    query = load_queries()[name]
    page = get(f"/catalog/{name}?" + urlencode(dict.fromkeys(query.parameters, HOSTILE)))
    assert page.status_code == 200 and "<script>alert" not in page.text


def test_names_in_an_answer_lead_to_their_records(get: Get):
    assert "milestones/perceptron" in records_in(get("/catalog/milestones_in_a_period?first=1950&last=1960").text)


def test_sql_of_visitors_is_answered_on_a_page_of_the_same_look(get: Get):
    page = get("/catalog?" + urlencode({"sql": "select 1 as \"<b>x\", :who as who", "who": HOSTILE})).text
    assert "<h1>Answer in SQL</h1>" in page and "<b>x" not in page and "<script>alert" not in page


def test_csv_can_be_downloaded_as_a_file(get: Get):
    response = get("/catalog/free_books.csv?_dl=1")
    assert response.headers["content-disposition"] == 'attachment; filename="free_books.csv"'


def test_questions_lists_all_queries_with_their_examples(get: Get):
    page = get("/questions").text
    for query in load_queries().values():
        assert query.title in html.unescape(page) and query.about in html.unescape(page)
        assert query.url in links_in(page) and query.csv_url in links_in(page)


def test_questions_can_be_searched(get: Get):
    page = get("/questions?q=" + quote("books free")).text
    assert "free_books" in page and "withdrawn_datasets" not in page
    assert "No question has these words." in get("/questions?q=zzzz").text


def test_groups_of_questions_name_every_query_once():
    names = [name for _, names in GROUPS.values() for name in names]
    assert len(names) == len(set(names)) and set(names) <= set(load_queries())
    assert sorted(q.name for _, _, queries in grouped(load_queries()) for q in queries) == sorted(load_queries())


def test_no_query_has_the_name_of_a_table(db: sqlite3.Connection):
    assert not set(load_queries()) & refs(db, "SELECT name FROM sqlite_master")
    assert set(load_queries()) == {file.stem for file in QUERIES.glob("*.sql")}


@pytest.mark.parametrize(("text", "problem"), [
    ("SELECT 1", "q.sql: must begin with two comments, the title and what it tells"),
    ("-- Title\nSELECT 1", "q.sql: must begin with two comments, the title and what it tells"),
    ("-- Title\n-- :a = 1\nSELECT 1", "q.sql: must begin with two comments, the title and what it tells"),
    ("-- Title\n-- About.\n", "q.sql: holds no statement"),
    ("-- Title\n-- About.\n-- a = 1\nSELECT :a", "q.sql: 'a = 1' is no parameter; write `-- :name = example`"),
])
def test_query_that_begins_otherwise_is_refused(text: str, problem: str):
    with pytest.raises(InvalidQuery) as raised:
        read_query("q", text)
    assert str(raised.value) == problem


def test_examples_stand_in_the_address() -> None:
    query = read_query("q", "-- Title\n-- About.\n-- :a = x y\n-- :b\nSELECT :a, :b")
    values: dict[str, Any] = {"a": "x y", "b": ""}
    assert (query.parameters, query.given, query.url, query.csv_url) == (values, {"a": "x y"}, "/catalog/q?a=x+y&b=", "/catalog/q.csv?a=x+y&b=")
