"""The page of the lecture: slides, their records, and what is corrected."""

from __future__ import annotations

import csv
import re
import sqlite3
from pathlib import Path

import pytest
from factories import MINIMAL

from catalog.site.sections.lecture import LECTURE, read_slides, slides_in
from learn.learnt import ROOT, Get, build_small, everything, open_file, records_in, text_of


def table(name: str) -> list[dict[str, str]]:
    with open(ROOT / "tests" / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def slide_sections(page: str) -> dict[int, str]:
    return {int(n): body for n, body in re.findall(r'<section class="slide" id="slide-(\d+)">(.*?)</section>', page, re.DOTALL)}


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
