"""All sources as BibTeX, RIS and CSL-JSON, read by pybtex, rispy and citeproc."""

import importlib
import json
import sqlite3
from pathlib import Path

import pytest
from export_hostile import export_hostile

from catalog.export.citation import split_name, split_names, to_day

pybtex = importlib.import_module("pybtex.database")
rispy = importlib.import_module("rispy")


@pytest.fixture(scope="module")
def sources(catalog_file: Path) -> dict[str, sqlite3.Row]:
    db = sqlite3.connect(catalog_file)
    db.row_factory = sqlite3.Row
    rows = {r["id"]: r for r in db.execute("SELECT * FROM sources")}
    db.close()
    return rows


def test_bibtex_holds_every_source(exported: Path, sources: dict[str, sqlite3.Row]):
    bibliography = pybtex.parse_file(exported / "sources.bib", bib_format="bibtex")
    assert set(bibliography.entries) == set(sources)
    resnet = bibliography.entries["he-2015-residual"] if "he-2015-residual" in sources else next(e for e in bibliography.entries.values() if e.type == "inproceedings")
    assert resnet.persons["author"][0].last_names
    for key, entry in bibliography.entries.items():
        assert "year" in entry.fields or sources[key]["date"] is None


def test_a_name_with_commas_is_kept_whole():
    """One field of a list named four people in it; a bibliography must not fail for that."""
    from catalog.export.bibtex import bibtex_entry
    from catalog.export.citation import Work

    nothing = dict.fromkeys(("issued", "first", "venue", "volume", "issue", "pages", "publisher", "url", "language", "version", "note"))
    authors = split_names(["Yan, Qi, Gong, Liu et al.", "Ada Example"])
    work = Work(id="x", type="preprint", title="T", authors=authors, organizations=[], is_conference=False, **nothing)
    people = pybtex.parse_string(bibtex_entry(work), bib_format="bibtex").entries["x"].persons["author"]
    assert "Yan, Qi, Gong, Liu" in str(people[0]) and "Example" in str(people[-1])


def test_bibtex_is_formatted_by_a_standard_style(exported: Path):
    from pybtex import PybtexEngine

    text = PybtexEngine().format_from_files([str(exported / "sources.bib")], style="plain", output_backend="plaintext", citations=["*"])
    assert text.count("\n[") > 400


def test_ris_holds_every_source(exported: Path, sources: dict[str, sqlite3.Row]):
    with open(exported / "sources.ris", encoding="utf-8") as text:
        references = rispy.load(text)
    assert {r["id"] for r in references} == set(sources)
    for reference in references:
        assert reference["title"] == " ".join(sources[reference["id"]]["title"].split())
        printed = json.loads(sources[reference["id"]]["authors"] or "[]")
        assert not printed or len(reference["authors"]) >= len(printed)


def test_citeproc_formats_every_source(exported: Path, sources: dict[str, sqlite3.Row]):
    importlib.import_module("citeproc")
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
    from citeproc.source.json import CiteProcJSON

    items = json.loads((exported / "sources.csl.json").read_text(encoding="utf-8"))
    assert {i["id"] for i in items} == set(sources)
    bibliography = CitationStylesBibliography(CitationStylesStyle("harvard-cite-them-right", validate=False), CiteProcJSON(items), formatter.plain)
    for item in items:
        bibliography.register(Citation([CitationItem(item["id"])]))
    lines = [str(line) for line in bibliography.bibliography()]
    assert len(lines) == len(items)
    assert any(line.startswith("Ackley, D.H., Hinton, G.E. and Sejnowski, T.J. (1985)") for line in lines)


def test_hostile_texts_come_back(tmp_path: Path):
    folder = export_hostile(tmp_path, "bibtex", "ris", "csl-json")
    entry = pybtex.parse_file(folder / "bibtex", bib_format="bibtex").entries["paper"]
    assert [str(p) for p in entry.persons["author"]][1:] == ["{Ann and Bob}", "Li, Junnan", "others"]
    assert (entry.type, entry.fields["volume"], entry.fields["number"], entry.fields["pages"], entry.fields["year"]) == ("article", "9", "8", "1--5", "2011")
    with open(folder / "ris", encoding="utf-8") as text:
        assert {r["id"] for r in rispy.load(text)} == {"paper", "bare"}
    paper = next(i for i in json.loads((folder / "csl-json").read_text(encoding="utf-8")) if i["id"] == "paper")
    assert paper["issued"] == {"date-parts": [[2011, 12]], "circa": True}
    assert paper["author"][2:] == [{"family": "Li", "given": "Junnan"}, {"literal": "et al."}]


@pytest.mark.parametrize(("printed", "inverted"), [
    ("Geoffrey E. Hinton", "Hinton, Geoffrey E."), ("A. van den Oord", "van den Oord, A."), ("Sammy Davis Jr.", "Davis, Sammy, Jr."),
    ("А. Г. Дьяконов", "Дьяконов, А. Г."), ("Dyakonov, Alexander", "Dyakonov, Alexander"), ("OpenAI", "OpenAI"),
    ("The AlphaStar team", "The AlphaStar team"), ("Google Brain Team, Mountain View", "Google Brain Team, Mountain View"), ("Wang L.", "Wang, L."),
])
def test_names_are_taken_apart(printed: str, inverted: str):
    assert split_name(printed).inverted == inverted


@pytest.mark.parametrize(("text", "parts", "is_about"), [
    ("1943", [1943], False), ("2016-03-09", [2016, 3, 9], False), ("2016-03-09/2016-03-15", [2016, 3, 9], False), ("1974~/1980~", [1974], True), ("199X", [1990], True),
    ("../2022-02-07", [2022, 2, 7], True), ("2019/..", [2019], False),
])
def test_dates_say_no_more_than_is_known(text: str, parts: list[int], is_about: bool):
    day = to_day(text)
    assert (day.parts, day.is_about) == (parts, is_about)
