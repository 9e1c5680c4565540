"""Rule of near-duplicates: records of a kind whose names differ by a misprint, by word order or by punctuation only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from catalog.problems import Rule
from catalog.rules import Context, Finding, check
from catalog.rules.examples import files
from catalog.rules.names import identity
from catalog.validate import ValidRecord
from catalog.values import title_of

_LETTERS = re.compile(r"\w+")
_SAME_WORK = {"paper", "preprint", "chapter", "report"}  # one work may be recorded as any of them


@dataclass(frozen=True, slots=True)
class _Name:
    """A name prepared for comparing: its words without case and punctuation, and what tells versions apart."""

    record: ValidRecord
    text: str
    words: tuple[str, ...]
    in_order: str
    marks: tuple[str, ...]


def _prepare(record: ValidRecord) -> _Name:
    words = tuple(_LETTERS.findall(title_of(record.record).casefold().replace("ё", "е")))
    # numbers, short words and Roman numerals tell versions apart, however alike the names are otherwise
    marks = tuple(sorted(w for w in words if len(w) <= 2 or not w.isalpha() or not w.strip("ivx")))
    return _Name(record, " ".join(words), words, " ".join(sorted(words)), marks)


def _may_be_same(a: _Name, b: _Name) -> bool:
    if a.marks != b.marks or min(len(a.text), len(b.text)) < 8:
        return False
    if a.in_order == b.in_order:
        return True
    if len(a.words) != len(b.words):
        return "".join(a.words) == "".join(b.words)
    if fuzz.ratio(a.text, b.text, score_cutoff=90) == 0:
        return False
    # words must be alike one by one: object detection is no misprint of object selection
    return all(x == y or (min(len(x), len(y)) >= 5 and fuzz.ratio(x, y) >= 84) for x, y in zip(a.words, b.words, strict=True))


@check(Rule(
    "near-duplicate", "warning", "No two records of a kind have nearly the same name.",
    "They are often one thing under two spellings.",
    files(topics__a="name: Image segmentation\n", topics__b="name: Image segmentaton\n"),
    files(topics__a="name: Image segmentation\n", topics__b="name: Image generation\n")))
def check_near_duplicates(context: Context) -> Iterator[Finding]:
    for kind, records in context.catalog.by_kind.items():
        if kind == "measurements":
            continue
        reported = set()
        for a, b in _neighbours([_prepare(record) for record in records]):
            if not _may_be_same(a, b):
                continue
            record, other = sorted((a.record, b.record), key=lambda r: r.ref)
            pair = (record.ref, other.ref)
            if pair in reported or _tells_apart(record, other) or (a.text == b.text and identity(record) == identity(other)):
                continue  # the last is an error of its own
            reported.add(pair)
            place = "name" if other.record.name else "title"
            what = f"{place}: {title_of(other.record)!r} is nearly {title_of(record.record)!r} of {record.ref}"
            yield Finding(other, place, what, "join the two records; if they are two things, excuse this one in data/exceptions.yaml")


def _neighbours(names: list[_Name], window: int = 3) -> Iterator[tuple[_Name, _Name]]:
    """Yield pairs that stand near each other when the names are sorted forwards, by their words, and backwards.

    The sorted-neighbourhood method (Hernández and Stolfo, The merge/purge problem, SIGMOD 1995) finds a typing mistake
    in one place without comparing all with all.
    """
    for order in (lambda n: "".join(n.words), lambda n: n.in_order, lambda n: n.text[::-1]):
        ordered = sorted(names, key=order)
        for i, item in enumerate(ordered):
            for other in ordered[i + 1:i + 1 + window]:
                yield item, other


def _tells_apart(record: ValidRecord, other: ValidRecord) -> bool:
    """Say whether two works of one title are told apart by author, year, edition or language."""
    if record.kind.name not in ("sources", "books", "courses"):
        return False
    for field in ("authors", "people", "institution", "language", "edition", "version", "date", "year", "organizations", "type"):
        a, b = getattr(record.record, field, None), getattr(other.record, field, None)
        if field in ("authors", "people", "organizations"):
            if a and b and not {_surname(x) for x in a} & {_surname(x) for x in b}:
                return True
        elif field == "type":
            if a != b and not {a, b} <= _SAME_WORK:
                return True
        elif a is not None and b is not None and (str(a)[:4] != str(b)[:4] if field in ("date", "year") else a != b):
            return True
    return False


def _surname(name: str) -> str:
    return re.split(r"[\s-]+", name.casefold())[-1]
