"""Data folders for tests: records written as text below `tmp_path`, checked as a whole."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

from catalog.check import Checked, check_data
from catalog.load import build_file
from catalog.problems import Problem, format_text
from catalog.read import Document, read_document
from catalog.validate import Tombstone, ValidRecord, validate_document

TODAY = date(2026, 12, 1)  # the day of all tests, so that they pass on any other


def write_data(folder: Path, files: str | dict[str, str]) -> Path:
    """Write files below `folder/data` and return that folder.

    Args:
        folder: Usually `tmp_path`.
        files: Text by path below `data/`; a bare text is that of a topic. Lone surrogates stand for bytes that are no UTF-8.
    """
    data = folder / "data"
    for path, text in ({"topics/example.yaml": files} if isinstance(files, str) else files).items():
        file = data / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8", "surrogateescape"))
    data.mkdir(exist_ok=True)
    return data


def check_files(folder: Path, files: str | dict[str, str], today: date = TODAY) -> Checked:
    """Write the files and check them."""
    return check_data(write_data(folder, files), today=today)


def problems_of(folder: Path, files: str | dict[str, str], rule: str) -> list[Problem]:
    """Return the problems of one rule that the files give, with paths below `data/`."""
    checked = check_files(folder, files)
    prefix = str(folder / "data") + "/"
    return [
        Problem(p.path.removeprefix(prefix), p.line, p.column, p.rule, p.what, p.why, p.fix, p.severity)
        for p in checked.problems if p.rule == rule
    ]


def found(folder: Path, files: str | dict[str, str], rule: str) -> list[str]:
    """Return what one rule says of the files, as `path:line:column: what`."""
    return [f"{p.path}:{p.line}:{p.column}: {p.what}" for p in problems_of(folder, files, rule)]


# The least that a record of each kind must say, and what these records refer to. Every record cites where its kind asks for it.
CITED = "sources:\n- {source: paper, default: true}\n"
MINIMAL: dict[str, str] = {
    "sources": "type: paper\ntitle: On digits\n",
    "people": "name: Ada Example\n" + CITED,
    "organizations": "name: Chipmaker\ntype: company\n",
    "topics": "name: Vision\n",
    "themes": "name: Overfitting\ntype: problem\n" + CITED,
    "methods": "name: Dropping units\nfamily: regularisation\n" + CITED,
    "models": "name: DigitNet\n" + CITED,
    "datasets": "name: Digits\nmodality: [image]\n" + CITED,
    "benchmarks": "name: Digit test\nmetrics:\n  accuracy: {name: Accuracy, unit: '%', direction: higher, is_primary: true}\n" + CITED,
    "human_baselines": (
        "name: Digit readers\nbenchmark: example\npopulation: students\npeople: 12\nstatistic: mean-person\nbasis: measured\n"
        "levels: {accuracy: 98}\n" + CITED),
    "achievements": "name: A machine reads digits\ndate: 2012\ncomparison: record\nstatus: claimed\ncaveat: Digits cut out of forms.\n" + CITED,
    "milestones": "name: Digits are read\ndate: 1998\ncategory: system\n" + CITED,
    "applications": "name: Reading cheques\n" + CITED,
    "competitions": "name: Digit contest\neditions:\n  '2011': {date: 2011, winner: a, entries: {a: {team: Alpha}, b: {team: Beta}}}\n" + CITED,
    "indicators": "name: Readers\nunit: people\npoints:\n- {date: 2011, value: 5}\n" + CITED,
    "hardware": "name: Card 1\nvendor: example\ntype: gpu\n" + CITED,
    "frameworks": "name: Digitflow\n" + CITED,
    "books": "title: Reading digits\nauthors: [Ada Example]\nlanguage: en\n" + CITED,
    "courses": "name: Digits for beginners\n" + CITED,
    "sites": "name: Digits online\ntype: demo\nurl: https://example.org/\nstate: live\n" + CITED,
    "measurements": "name: A run\ndate: 2026-11-01\nworkload: gemm\ntrack: plain\n",
}


def minimal(kind: str, more: str = "", slug: str = "example") -> dict[str, str]:
    """Return the files of one minimal record of a kind and of what it refers to.

    Args:
        kind: Name of the kind.
        more: Lines that are put before the record's own.
        slug: Its id.
    """
    files = {f"{kind}/{slug}.yaml": more + MINIMAL[kind]}
    if "source: paper" in MINIMAL[kind] + more:
        files["sources/paper.yaml"] = MINIMAL["sources"]
    if kind == "human_baselines":
        files["benchmarks/example.yaml"] = MINIMAL["benchmarks"]
    if kind == "hardware":
        files["organizations/example.yaml"] = MINIMAL["organizations"]
    return files


def read(text: str | bytes, kind: str = "topics", slug: str = "example") -> Document:
    """Read one file's text as if it stood in `data/`."""
    return read_document(f"data/{kind}/{slug}.yaml", kind, slug, text.encode() if isinstance(text, str) else text)


def validate(text: str, kind: str = "topics", slug: str = "example") -> tuple[ValidRecord | Tombstone | None, list[Problem]]:
    """Read and validate one record, which must be readable."""
    document = read(text, kind, slug)
    assert document.problems == []
    return validate_document(document)


def message(problem: Problem) -> str:
    """Return a problem as a contributor sees it, without the line of the file."""
    return format_text(problem)


def errors_of(checked: Checked, folder: Path) -> list[str]:
    """Return the errors as `path:line:column: what [rule]`, with paths below `data/`."""
    prefix = str(folder / "data") + "/"
    return [
        f"{p.path.removeprefix(prefix)}:{p.line}:{p.column}: {p.what} [{p.rule}]"
        for p in checked.problems if p.severity == "error"
    ]


def build(folder: Path, files: dict[str, str], name: str = "catalog.db") -> sqlite3.Connection:
    """Check the files, which must be right, build `folder/name` of them and open it for reading."""
    data = write_data(folder, files)
    checked = check_data(data, today=TODAY)
    assert errors_of(checked, folder) == []
    build_file(checked.catalog, checked.claims, data, folder / name)
    db = sqlite3.connect(f"{(folder / name).as_uri()}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    return db
