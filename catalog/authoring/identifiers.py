"""What an identifier or address tells of a work by itself: arXiv numbers, DOIs, ISBNs, web addresses."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from stdnum import isbn

from catalog.link import link_catalog
from catalog.read import read_document
from catalog.rules import check_rules
from catalog.rules.arxiv import arxiv_month, number_in_url
from catalog.validate import validate_catalog

_PREFIX = re.compile(r"(?i)(arxiv|doi|isbn(?:-1[03])?)\s*:\s*(.+)")
_DOI_URL = re.compile(r"(?i)https?://(?:dx\.)?doi\.org/(10\..+)")
_ARXIV_DOI = re.compile(r"(?i)10\.48550/arxiv\.(.+)")
_NOWHERE = Path(os.devnull)  # a data folder without exceptions
_FORM_RULES = ("arxiv-form", "doi-form", "isbn-form")


class InvalidIdentifier(ValueError):
    """The identifier is none; the message says why and how to write it."""


@dataclass(slots=True)
class Identified:
    """Fields that follow from an identifier, and the type of source that it suggests."""

    fields: dict[str, str | dict[str, str]] = field(default_factory=dict)
    likely_type: str | None = None


def looks_like_identifier(text: str) -> bool:
    """Say whether a name on the command line is meant as an identifier or address.

    >>> looks_like_identifier("arXiv:1706.03762"), looks_like_identifier("Attention: a survey")
    (True, False)
    """
    return bool(_PREFIX.fullmatch(text) or re.match(r"https?://", text))


def identify(text: str) -> Identified:
    """Return what an identifier tells.

    >>> identify("arxiv:1706.03762").fields
    {'date': '2017-06', 'url': 'https://arxiv.org/abs/1706.03762', 'identifiers': {'arxiv': '1706.03762'}}

    Raises:
        InvalidIdentifier: Its form or check digit is wrong.
    """
    match, doi = _PREFIX.fullmatch(text), _DOI_URL.fullmatch(text)
    number = number_in_url(text)
    if doi:
        return _doi(doi[1])
    if number:
        return _arxiv(number)
    if not match:
        return Identified({"url": text})
    scheme, value = match[1].lower(), match[2].strip()
    if scheme == "arxiv":
        return _arxiv(value)
    return _doi(value) if scheme == "doi" else _isbn(value)


def _arxiv(value: str) -> Identified:
    number, _, version = value.partition("v") if re.fullmatch(r".*[0-9]v[0-9]+", value) else (value, "", "")
    _check(identifiers={"arxiv": number})
    fields: dict[str, str | dict[str, str]] = {
        "date": arxiv_month(number) or "", "url": f"https://arxiv.org/abs/{number}", "identifiers": {"arxiv": number}}
    if version:
        fields["version"] = f"v{version}"
    return Identified(fields, "preprint")


def _doi(value: str) -> Identified:
    value = value.strip().removeprefix("https://doi.org/")
    _check(identifiers={"doi": value})
    inside = _ARXIV_DOI.fullmatch(value)
    if inside:
        found = _arxiv(inside[1])
        found.fields["identifiers"] |= {"doi": value}
        return found
    return Identified({"url": f"https://doi.org/{value}", "identifiers": {"doi": value}})


def _isbn(value: str) -> Identified:
    ten = len(isbn.compact(value)) == 10
    scheme = "isbn10" if ten else "isbn13"
    _check(identifiers={scheme: value})
    if ten:
        return Identified({"identifiers": {"isbn13": isbn.to_isbn13(isbn.compact(value)), "isbn10": value}}, "book")
    return Identified({"identifiers": {"isbn13": value}}, "book")


def _check(identifiers: dict[str, str]) -> None:
    """Let the rules of the check judge identifiers, so that nothing is judged twice in two ways."""
    inside = ", ".join(f"{scheme}: '{text.replace(chr(39), chr(39) * 2)}'" for scheme, text in identifiers.items())
    document = read_document("", "sources", "new", f"type: paper\ntitle: New\nidentifiers: {{{inside}}}\n".encode())
    records, tombstones, problems = validate_catalog([document])
    catalog, _ = link_catalog([document], records, tombstones)
    problems += document.problems + [p for p in check_rules(catalog, {}, [document], _NOWHERE) if p.rule in _FORM_RULES]
    if problems:
        raise InvalidIdentifier(f"{problems[0].what}\nfix: {problems[0].fix}")
