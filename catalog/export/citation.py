"""A source as bibliographies see it: names taken apart, dates with their precision, the venue as journal or conference."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from catalog.edtf import parse_date
from catalog.export.source import Source

_PARTICLES = frozenset("van von de der den del della di da dos das du la le ter ten bin ibn al el af zu".split())
ET_AL = "et al."
_SUFFIXES = frozenset(("Jr", "Jr.", "Sr", "Sr.", "II", "III", "IV"))
# Words that people are not called by.
_COLLECTIVE = re.compile(
    r"\b(team|teams|group|consortium|collaboration|inc|ltd|llc|corporation|company|university|institute|lab|labs|laboratory|research|project|"
    r"contributors|community|committee|association|foundation|authors|council|academy|bureau|agency|office|commission|network|press)\b", re.IGNORECASE)
_CONFERENCE = re.compile(
    r"conference|proceedings|workshop|symposium|advances in neural|neurips|\bnips\b|\bicml\b|\biclr\b|\bcvpr\b|\biccv\b|\beccv\b|\bacl\b|\bemnlp\b|"
    r"\bnaacl\b|\baaai\b|\bijcai\b|\bijcnn\b|\binterspeech\b|\bicassp\b|\bkdd\b|\bsiggraph\b|\bicdar\b|\bisca\b|\bmiccai\b|\bchi\b|\baistats\b|\bbmvc\b|\bcoling\b", re.IGNORECASE)
_ISSUE = re.compile(r"(?P<volume>[^\s(,]+)\s*(?:\(\s*(?P<issue>[^)]+)\)|,\s*(?:no\.?|issue|№)?\s*(?P<other>.+))?")


@dataclass(frozen=True)
class Name:
    """A person's name in two parts, or (`family` empty) a name that is not taken apart."""

    literal: str
    family: str = ""
    given: str = ""
    suffix: str = ""

    @property
    def inverted(self) -> str:
        """`Family, Given`, or the literal."""
        return ", ".join(p for p in (self.family, self.given, self.suffix) if p) if self.family else self.literal


@dataclass(frozen=True)
class Day:
    """A date as far as it is known; `is_about` if it is uncertain or only a bound."""

    year: int
    month: int | None = None
    day: int | None = None
    is_about: bool = False

    @property
    def parts(self) -> list[int]:
        return [p for p in (self.year, self.month, self.day) if p]


@dataclass
class Work:
    """One source, ready for a bibliography."""

    id: str
    type: str
    title: str
    authors: list[Name]
    organizations: list[str]
    issued: Day | None
    first: Day | None
    venue: str | None
    is_conference: bool
    volume: str | None
    issue: str | None
    pages: tuple[str, str | None] | None
    publisher: str | None
    url: str | None
    language: str | None
    version: str | None
    note: str | None
    identifiers: dict[str, str] = field(default_factory=dict)

    @property
    def creators(self) -> list[Name]:
        """The authors, or the organizations it comes from where none are printed."""
        return self.authors or [Name(o) for o in self.organizations]


def split_name(printed: str) -> Name:
    """Take a printed name apart, if it is a person's.

    >>> split_name("Laurens van der Maaten").inverted, split_name("Дьяконов А. Г.").inverted, split_name("PyTorch Team").inverted
    ('van der Maaten, Laurens', 'Дьяконов, А. Г.', 'PyTorch Team')
    """
    printed = " ".join(printed.split())
    if "," in printed:
        family, _, given = printed.partition(",")
        return Name(printed, family.strip(), given.strip()) if given.strip() and not _COLLECTIVE.search(printed) else Name(printed)
    words = printed.split(" ")
    if len(words) < 2 or _COLLECTIVE.search(printed) or any(c in printed for c in "()&/0123456789"):
        return Name(printed)
    suffix = words.pop() if words[-1] in _SUFFIXES and len(words) > 2 else ""
    if all(re.fullmatch(r"(\w\.-?)+", w) for w in words[1:]) and not words[0].endswith("."):  # the family first, initials after it
        return Name(printed, words[0], " ".join(words[1:]), suffix)
    start = len(words) - 1
    while start > 1 and words[start - 1].lower() in _PARTICLES and words[start - 1][0].islower():
        start -= 1
    return Name(printed, " ".join(words[start:]), " ".join(words[:start]), suffix)


def split_names(printed: list[str]) -> list[Name]:
    """Take the names of a list apart; `et al.` becomes a name of its own.

    >>> [n.inverted for n in split_names(["Junnan Li et al."])]
    ['Li, Junnan', 'et al.']
    """
    names = []
    for one in printed:
        before, mark, _ = one.partition("et al")
        if before.strip(" ,"):
            names.append(split_name(before.strip(" ,")))
        if mark:
            names.append(Name(ET_AL))
    return names


def to_day(text: str | None) -> Day | None:
    """Return an EDTF date as far as a bibliography can say it: the beginning of an interval, the bound of a half-open one.

    >>> to_day("2016-03"), to_day("../2022-02-07")
    (Day(year=2016, month=3, day=None, is_about=False), Day(year=2022, month=2, day=7, is_about=True))
    """
    if not text:
        return None
    date = parse_date(text)
    is_about = any(c in text for c in "~?%X") or date.first is None
    if "/" in text:
        start, _, end = text.partition("/")
        date = parse_date((start if date.first else end).strip("~?%"))
    first, last = date.first or "", date.last or ""
    year, month, day = (int(p) for p in first.split("-"))
    if first == last:
        return Day(year, month, day, is_about)
    return Day(year, month if first[:7] == last[:7] else None, None, is_about)


def _pages(text: str | None) -> tuple[str, str | None] | None:
    if not text:
        return None
    first, mark, last = re.sub("[–—]|--", "-", text).partition("-")
    return (first.strip(), last.strip() or None) if mark and "," not in text else (text, None)


def to_work(source: Source, slug: str, document: dict[str, Any]) -> Work:
    """Return a source, by its document as authored, as a work."""
    volume = _ISSUE.fullmatch(document.get("volume") or "")
    venue = document.get("venue")
    published, first = to_day(document.get("published")), to_day(document.get("date"))
    identifiers = document.get("identifiers", {})
    doi, arxiv = identifiers.get("doi"), identifiers.get("arxiv")
    url = document.get("url") or (f"https://doi.org/{doi}" if doi else f"https://arxiv.org/abs/{arxiv}" if arxiv else None)
    return Work(
        id=slug, type=document["type"], title=document["title"], authors=split_names(document.get("authors", [])),
        organizations=[source.name_of(f"organizations/{o}") or o for o in document.get("organizations", [])],
        issued=published or first, first=first, venue=venue, is_conference=bool(venue and _CONFERENCE.search(venue)),
        volume=volume["volume"] if volume else document.get("volume"), issue=(volume["issue"] or volume["other"]) if volume else None,
        pages=_pages(document.get("pages")), publisher=document.get("publisher"), url=url, language=document.get("language"),
        version=document.get("version"), note=document.get("name"), identifiers=identifiers)


def works(source: Source) -> Iterator[Work]:
    """Yield every source of the file by its id."""
    source.report("sources")
    for row, document in source.documents("sources"):
        yield to_work(source, row["slug"], document)
