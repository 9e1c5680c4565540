"""Rules of time between a source and what it is cited for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog.edtf import Date
from catalog.problems import Rule
from catalog.rules import Context, Finding, check, plus_days
from catalog.rules.examples import source

# Sources that are written once. Pages, repositories, leaderboards and encyclopedias go on growing.
_WRITTEN_ONCE = frozenset({"paper", "preprint", "thesis", "book", "chapter", "report", "datasheet", "whitepaper", "blog-post", "news", "press-release", "lecture", "patent"})
_ANNOUNCED_AHEAD = frozenset({"available", "supported_until", "ended", "closed", "latest_date"})
_SLACK_DAYS = 366  # a paper is revised, a post is updated

_HEAD = "name: Digits\nmodality: [image]\nreleased: %s\n"
_CITED = "sources:\n- {source: a-1998-digits, default: true}\n"
_READ = "sources:\n- {source: a-1998-digits, locator: section 1, supports: [released], accessed: %s}\n"


@check(Rule(
    "source-before-event", "warning", "A source speaks of what had happened when it was written.",
    "A paper cannot report what came years after it: the date, or the citation, is wrong.",
    {"sources/a-1998-digits.yaml": source("date: 1998-11\n"), "datasets/digits.yaml": _HEAD % "2004" + _CITED},
    {"sources/a-1998-digits.yaml": source("date: 1998-11\n"), "datasets/digits.yaml": _HEAD % "1998" + _CITED}))
def check_source_before_event(context: Context) -> Iterator[Finding]:
    latest = {record.document.slug: _latest(record.record) for record in context.catalog.of_kind("sources")}
    for ref, leaves in context.dates.items():
        by_path = {leaf.path: leaf for leaf in leaves if leaf.needs_source and leaf.value.first and leaf.spec.name not in _ANNOUNCED_AHEAD}
        if not by_path:
            continue
        for claim in context.claims.get(ref, ()):
            leaf = by_path.get(claim.path)
            last = latest.get(claim.source) if leaf else None
            if last and claim.role == "accepted" and leaf.value.first > last:
                dated = context.catalog.get("sources", claim.source).record
                what = f"{leaf.path}: {leaf.value} is more than a year after {claim.source} ({dated.published or dated.date}), which is cited for it"
                yield Finding(context.records[ref], leaf.place, what, "cite a source that can know it, or mend the date here or in the source")


def _latest(content) -> str | None:
    """Return the last day of which a source can speak, or None if it goes on growing or has no date."""
    ends = [d.last for d in (content.date, content.published) if d is not None]
    if content.type not in _WRITTEN_ONCE or not ends or None in ends:
        return None
    ends += [f"{year}-12-31" for year in re.findall(r"\b(?:19|20)\d\d\b", content.version or "")]
    return plus_days(max(ends), _SLACK_DAYS)


@check(Rule(
    "read-before-published", "warning", "A source is read after it appeared.",
    "`accessed` promises that the text was read on that day; before its publication nobody could.",
    {"sources/a-1998-digits.yaml": source("date: 2019-05-02\n"), "datasets/digits.yaml": _HEAD % "2019" + _READ % "2018-01-09"},
    {"sources/a-1998-digits.yaml": source("date: 2019-05-02\n"), "datasets/digits.yaml": _HEAD % "2019" + _READ % "2020-01-09"}))
def check_read_before_published(context: Context) -> Iterator[Finding]:
    for record in context.records.values():
        for i, citation in enumerate(record.record.sources, 1):
            if citation.accessed:
                yield from _too_early(context, record, f"sources.{i}.accessed", citation.source, citation.accessed)
    for ref, leaves in context.dates.items():
        for leaf in leaves:
            if leaf.is_source_field and leaf.spec.name == "accessed" and leaf.part is not None:
                yield from _too_early(context, context.records[ref], leaf.place, leaf.part.source, leaf.value)


def _too_early(context: Context, record, place: str, slug: str, accessed: Date) -> Iterator[Finding]:
    cited = context.catalog.get("sources", slug)
    appeared = cited.record.date if cited else None
    if appeared is not None and accessed.is_before(appeared):
        yield Finding(record, place, f"{place}: {slug} was read on {accessed}, but first appeared {appeared}", "mend the day, or the date of the source")
