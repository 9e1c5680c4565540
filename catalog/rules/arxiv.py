"""Rules of arXiv numbers: their form, and the month inside them against the source's date."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog.problems import Rule
from catalog.rules import Context, Finding, check, plus_days
from catalog.rules.examples import files, source

_PLACE = "identifiers.arxiv"
_URL = re.compile(r"https?://(?:www\.)?arxiv\.org/(?:abs|pdf|html)/(?P<number>[^?#]+?)(?:\.pdf)?/?", re.IGNORECASE)
_ARXIV_NEW = re.compile(r"(?P<yy>[0-9]{2})(?P<mm>0[1-9]|1[0-2])\.(?P<number>[0-9]{4,5})(?:v[1-9][0-9]*)?")
_ARXIV_OLD = re.compile(r"[a-z]+(?:-[a-z]+)?(?:\.[A-Z]{2})?/(?P<yy>[0-9]{2})(?P<mm>0[1-9]|1[0-2])[0-9]{3}(?:v[1-9][0-9]*)?")


def arxiv_month(number: str) -> str | None:
    """Return the month inside an arXiv number as `YYYY-MM` (arXiv began in 1991), or None if it has another form.

    >>> arxiv_month("1704.03477"), arxiv_month("cs/0112017")
    ('2017-04', '2001-12')
    """
    match = _ARXIV_NEW.fullmatch(number) or _ARXIV_OLD.fullmatch(number)
    if match is None:
        return None
    year = int(match["yy"])
    return f"{year + (1900 if year > 90 else 2000)}-{match['mm']}"


def number_in_url(url: str | None) -> str | None:
    """Return the arXiv number that an address of arxiv.org holds, without its version, or None.

    >>> number_in_url("https://arxiv.org/pdf/1704.03477v2.pdf")
    '1704.03477'
    """
    match = _URL.fullmatch(url or "")
    return re.sub(r"v[0-9]+$", "", match["number"]) if match else None


@check(Rule(
    "arxiv-form", "error", "An arXiv number has the form YYMM.NNNNN (five digits since 2015), or archive/YYMMNNN before April 2007.",
    "Another form cannot be looked up.",
    files(sources__digits=source("identifiers: {arxiv: 'arXiv:1704.3477'}\n")),
    files(sources__digits=source("identifiers: {arxiv: '1704.03477'}\n"))))
def check_arxiv(context: Context) -> Iterator[Finding]:
    for record in context.records.values():
        text = record.record.identifiers.get("arxiv")
        if text is None:
            continue
        month = arxiv_month(text)
        if month is None:
            inner = _ARXIV_NEW.search(text) or _ARXIV_OLD.search(text)
            fix = f"write '{inner.group()}'" if inner and not _wanted_form(inner.group()) else "write the number alone, quoted: '1704.03477'"
            yield Finding(record, _PLACE, f"arxiv: {text!r} is no arXiv number", fix)
            continue
        wanted = _wanted_form(text)
        if wanted:
            yield Finding(record, _PLACE, f"arxiv: {text} is no number of {month}: numbers of that month have {wanted}", "look the number up at arxiv.org")
        elif month > context.today[:7]:
            yield Finding(record, _PLACE, f"arxiv: {text} is a number of {month}, which is still to come", "look the number up at arxiv.org")


def _wanted_form(number: str) -> str | None:
    """Return the form that numbers of its month have, if a number has another (arxiv.org/help/arxiv_identifier)."""
    month, new = arxiv_month(number), _ARXIV_NEW.fullmatch(number)
    if month < "2007-04":
        return "the form archive/YYMMNNN" if new else None
    digits = 5 if month >= "2015-01" else 4
    return None if new and len(new["number"]) == digits else f"{digits} digits after the point"


@check(Rule(
    "impossible-arxiv-date", "error", "The month inside an arXiv number agrees with the source's date.",
    "The number is given when the paper is submitted. A paper cannot first appear after that month; and a date before it must come from a venue.",
    files(sources__digits=source("date: 2017-06\nidentifiers: {arxiv: '1704.03477'}\n")),
    files(sources__digits=source("date: 2017-04-11\nidentifiers: {arxiv: '1704.03477'}\n"))))
def check_arxiv_date(context: Context) -> Iterator[Finding]:
    for record in context.catalog.of_kind("sources"):
        content = record.record
        number = content.identifiers.get("arxiv") or number_in_url(content.url) or ""
        month = arxiv_month(number)
        if month is None or content.date is None:
            continue
        if content.date.first and content.date.first[:7] > month:
            what = f"date: {content.date} is after {month}, the month of arXiv {number}"
            yield Finding(record, "date", what, f"write {month} if the number is right, with the venue's date as `published:`; otherwise mend the number")
        # a paper held back by the moderators gets a number of the next month
        elif content.date.last and plus_days(content.date.last, 31) < f"{month}-01" and not _appeared_elsewhere(content, month):
            what = f"date: {content.date} is before {month}, the month of arXiv {number}"
            yield Finding(record, "date", what, "name the `venue:` it first appeared in, or mend the date or the number")


def _appeared_elsewhere(content, month: str) -> bool:
    """Say whether the source names a venue in which it may have appeared before it came to arXiv."""
    if content.published is not None:
        return content.published.first is None or content.published.first[:7] <= month
    if content.type not in ("paper", "preprint"):
        return True  # reports and theses appear at the institution they come from
    return bool(content.venue or content.publisher) and "arxiv" not in f"{content.venue} {content.publisher}".lower()
