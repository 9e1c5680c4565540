"""The tables of the lecture's facts and errata, and how a value of them is looked for in the built file."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent
DATA = TESTS.parent / "data"
LECTURE = "dyakonov-2022-introduction"
TELLING = 12  # a shorter expected value must be the whole one

_THOUSANDS = re.compile(r"(?<=\d)[,\s](?=\d{3}(?!\d))")
_NUMBER = re.compile(r"(?<![A-Za-z\d.])(\d+(?:\.\d+)?(?:e\d+)?)\s?([kKMМ]\b|million|млн|trillion|)")
_SCALES = {"": 1, "k": 1e3, "m": 1e6, "м": 1e6, "million": 1e6, "млн": 1e6, "trillion": 1e12}
ORDINALS = {"first": 1, "third": 3, "fourth": 4}
NAMES_THE_LECTURE = re.compile(r"lecture|slide|transcript", re.IGNORECASE)


@dataclass(frozen=True)
class Fact:
    """One fact of the lecture."""

    fact_id: str
    slide: str
    kind: str
    value: str
    url: str
    terms: str


@dataclass(frozen=True)
class Line:
    """One value of a fact and the place where it must stand."""

    fact_id: str
    ref: str
    path: str
    expected: str


@dataclass(frozen=True)
class Erratum:
    """One supposed error of the lecture and what became of it."""

    fact_id: str
    verdict: str
    ref: str
    path: str
    source: str
    says: str


@dataclass(frozen=True)
class Claim:
    """What one source says of one path of a record."""

    role: str
    value: str
    as_printed: str | None


@dataclass(frozen=True)
class Built:
    """What the tests read from the file."""

    documents: dict[str, Any]
    names: dict[str, str]
    targets: dict[str, set[str]]
    claims: dict[tuple[str, str, str], list[Claim]]
    notes: dict[tuple[str, str], list[str]]
    lags: list[dict[str, Any]]


def read_table(name: str, line: type) -> list[Any]:
    with open(TESTS / name, encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [line(**row) for row in rows]


FACTS: list[Fact] = read_table("lecture_inventory.tsv", Fact)
LINES: list[Line] = read_table("lecture_facts.tsv", Line)
ERRATA: list[Erratum] = read_table("lecture_errata.tsv", Erratum)


def lines_of(fact_id: str) -> list[Line]:
    return [line for line in LINES if line.fact_id == fact_id]


def refs_of(fact_id: str) -> list[str]:
    return list(dict.fromkeys(line.ref for line in lines_of(fact_id)))


def resolve(document: Any, path: str) -> Any:
    """Return what stands at a dotted path, or None; rows of result tables are found by their key, scores by their column."""
    node, steps = document, path.split(".")
    if steps[0] == "results":
        for table in document.get("tables", ()):
            if len(steps) > 1 and steps[1] in table["results"]:
                node, steps = table["results"][steps[1]], steps[2:]
                if len(steps) == 2 and steps[0] == "scores" and steps[1] in table["columns"]:
                    steps[1] = str(table["columns"].index(steps[1]) + 1)
                break
    for step in steps:
        if isinstance(node, dict):
            node = node.get(step)
        elif isinstance(node, list):
            node = node[int(step) - 1] if step.isdecimal() and 0 < int(step) <= len(node) else None
        else:
            return None
    return node


def found_at(built: Built, ref: str, path: str) -> list[str]:
    """Return the values at a path as text: one of ours, or all that a source says of it."""
    path, _, source = path.partition("@")
    if source:
        said = (c.value if c.role == "other" else c.as_printed for c in built.claims.get((ref, path, source), ()))
        return [value for value in said if value]
    value = resolve(built.documents.get(ref, {}), path)
    return [] if value is None or isinstance(value, dict | list) else [str(value).lower() if isinstance(value, bool) else str(value)]


def fold(text: str) -> str:
    """Return text without case, accents and thousands separators."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(_THOUSANDS.sub("", plain).split())


def agrees(expected: str, value: str) -> bool:
    return fold(expected) == fold(value) or (len(expected) >= TELLING and fold(expected) in fold(value))


def missing(built: Built, line: Line) -> str | None:
    """Return what is wrong with a line, or None."""
    found = found_at(built, line.ref, line.path)
    if any(agrees(line.expected, value) for value in found):
        return None
    instead = " and ".join(map(repr, found)) if found else "nothing" if line.ref in built.documents else "no such record"
    return f"{line.fact_id}: {line.ref} {line.path}: expected {line.expected!r}, found {instead}"


def texts_in(node: Any) -> Iterator[str]:
    """Yield every scalar of a document as text."""
    if isinstance(node, dict | list):
        for child in node.values() if isinstance(node, dict) else node:
            yield from texts_in(child)
    elif node is not None:
        yield str(node)


def names_in(document: dict[str, Any]) -> str:
    return "\n".join(texts_in([document.get(key) for key in ("name", "title", "names", "aliases")]))


def stands_in(term: str, text: str) -> bool:
    """Tell whether a folded text holds a term; a number must not be a part of a longer one."""
    term = fold(term)
    before, after = r"(?<!\d)" if term[0].isdigit() else "", r"(?!\d)" if term[-1].isdigit() else ""
    return re.search(before + re.escape(term) + after, text) is not None


def numbers_in(text: str) -> list[tuple[str, float]]:
    """Return the numbers of a text as written and as meant: `60k` is 60000; the key of `CIFAR10=17.17%` is no number."""
    text = re.sub(r"[A-Za-z][\w-]*=", "", _THOUSANDS.sub("", text))
    text = re.sub(r"(?<=\d),(?=\d{1,2}(?!\d))", ".", text)
    return [(digits, float(digits) * _SCALES[scale.lower()]) for digits, scale in _NUMBER.findall(text)]
