"""Rules of identifiers: their forms and check digits, and whether those of one record agree."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import isbn, isni, issn
from stdnum.exceptions import ValidationError

from catalog.problems import Rule
from catalog.rules import Context, Finding, check
from catalog.rules.arxiv import number_in_url
from catalog.rules.examples import files, source

_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+")
_PATH = r"[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*"
# Forms as the registries give them; where a scheme has no check digit, the form is all that can be checked.
_FORMS = {
    "wikidata": (r"Q[1-9][0-9]*", "Q followed by digits: Q5"),
    "orcid": (r"(?:[0-9]{4}-){3}[0-9]{3}[0-9X]", "four groups of four digits: 0000-0002-1825-0097"),
    "issn": (r"[0-9]{4}-[0-9]{3}[0-9X]", "two groups of four digits: 0028-0836"),
    "openalex": (r"[AFIPSTWC][1-9][0-9]+", "a letter and digits: W2741809807"),
    "pmid": (r"[1-9][0-9]{0,8}", "digits"), "pmcid": (r"PMC[1-9][0-9]*", "PMC and digits: PMC6412315"),
    "acl": (r"[A-Z][0-9]{2}-[0-9]{4}|[0-9]{4}\.[a-z0-9_]+-[a-z0-9_]+\.[0-9]+", "N19-1423 or 2020.acl-main.747"),
    "hal": (r"[a-z]+-[0-9]{8}(?:v[0-9]+)?", "hal-01234567"), "openreview": (r"[A-Za-z0-9_-]{5,}", "the part after id= in its address"),
    "github": (r"[A-Za-z0-9-]+(?:/[A-Za-z0-9_.-]+)?", "owner/name, or the owner alone"),
    "gitlab": (_PATH, "group/name"), "huggingface": (_PATH, "owner/name"), "kaggle": (_PATH, "owner/name"),
    "ror": (r"0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}", "0 and eight characters: 03vek6s52"),
    "youtube": (r"[A-Za-z0-9_@-]{3,}", "the part after v= or list= in its address"),
    "pypi": (r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?", "the name of the package"),
}
_CHECK_DIGITS = {"issn": issn, "orcid": isni}  # an ORCID is an ISNI (ISO 27729)
_ONE_EACH = ("arxiv", "doi", "isbn13", "isbn10", "orcid", "wikidata", "openalex", "semantic-scholar", "pmid", "pmcid", "acl", "openreview", "ror")


def _place(scheme: str) -> str:
    return f"identifiers.{scheme}"


@check(Rule(
    "isbn-form", "error", "An ISBN has the right number of digits and the right check digit.",
    "The last digit is computed from the others: a wrong one shows a typing mistake or an invented number.",
    files(sources__digits=source("identifiers: {isbn13: 978-1-61729-619-3}\n", type="book")),
    files(sources__digits=source("identifiers: {isbn13: 978-1-61729-619-2}\n", type="book"))))
def check_isbn(context: Context) -> Iterator[Finding]:
    for record in context.records.values():
        identifiers = record.record.identifiers
        for scheme, length in (("isbn13", 13), ("isbn10", 10)):
            text = identifiers.get(scheme)
            if text is None:
                continue
            digits = isbn.compact(text)
            if len(digits) != length:
                what = f"{scheme}: {text} has {len(digits)} digits"
                yield Finding(record, _place(scheme), what, f"write {length} digits as printed in the book, with or without hyphens")
            elif not isbn.is_valid(text):
                yield Finding(record, _place(scheme), f"{scheme}: {text} is no ISBN: {_expected(digits)}", "compare it with the copyright page; do not mend the last digit alone")


def _expected(digits: str) -> str:
    if not digits[:-1].isdigit() or not (digits[-1].isdigit() or (len(digits) == 10 and digits[-1] in "xX")):
        return "something other than digits stands in it"
    if len(digits) == 13 and digits[:3] not in ("978", "979"):
        return f"it begins with {digits[:3]}, not with 978 or 979"
    if len(digits) == 13:
        last = str(-sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits[:12])) % 10)
    else:
        total = sum(int(d) * (10 - i) for i, d in enumerate(digits[:9])) % 11
        last = "0X987654321"[total]
    return f"its check digit is {digits[-1]}, the other digits give {last}" if last != digits[-1].upper() else "its digits do not form one"


@check(Rule(
    "doi-form", "error", "A DOI has the form 10.NNNN/….", "Only such a name can be resolved.",
    files(sources__digits=source("identifiers: {doi: 'https://doi.org/10.1038/nature16961'}\n")),
    files(sources__digits=source("identifiers: {doi: 10.1038/nature16961}\n"))))
def check_doi(context: Context) -> Iterator[Finding]:
    for record in context.records.values():
        text = record.record.identifiers.get("doi")
        if text is not None and (not _DOI.fullmatch(text) or text[-1] in ".,;"):
            inner = _DOI.search(text)
            fix = f"write {inner.group().rstrip('.,;')}" if inner else "write the part after https://doi.org/: 10.1038/nature16961"
            yield Finding(record, _place("doi"), f"doi: {text!r} is no DOI", fix)


@check(Rule(
    "identifier-form", "error", "Other identifiers have the form of their scheme, and a right check digit where they have one.",
    "Another form leads nowhere.",
    files(topics__vision="name: Vision\nidentifiers: {wikidata: 'https://www.wikidata.org/wiki/Q844240'}\n"),
    files(topics__vision="name: Vision\nidentifiers: {wikidata: Q844240}\n")))
def check_forms(context: Context) -> Iterator[Finding]:
    for record in context.records.values():
        for scheme, text in record.record.identifiers.items():
            if scheme in ("arxiv", "doi", "isbn13", "isbn10"):  # rules of their own
                continue
            pattern, words = _FORMS.get(scheme, (r"(?!https?:)\S.*", "the identifier alone, without an address"))
            if not re.fullmatch(pattern, text):
                yield Finding(record, _place(scheme), f"{scheme}: {text!r} has not the form of this scheme", f"the form is {words}")
            elif scheme in _CHECK_DIGITS:
                try:
                    _CHECK_DIGITS[scheme].validate(text)
                except ValidationError:
                    yield Finding(record, _place(scheme), f"{scheme}: the check digit of {text} does not fit its other digits", "compare it with the original; do not mend the last digit alone")


@check(Rule(
    "identifiers-disagree", "error", "Identifiers and address of one record name the same thing.",
    "One of the two leads to another work.",
    files(sources__digits=source("url: https://arxiv.org/abs/1704.03478\nidentifiers: {arxiv: '1704.03477'}\n")),
    files(sources__digits=source("url: https://arxiv.org/abs/1704.03477\nidentifiers: {arxiv: '1704.03477'}\n"))))
def check_agreement(context: Context) -> Iterator[Finding]:
    for record in context.records.values():
        identifiers = record.record.identifiers
        number = re.sub(r"v[0-9]+$", "", identifiers.get("arxiv", ""))
        shown = number_in_url(getattr(record.record, "url", None))
        if number and shown and shown != number:
            yield Finding(record, "url", f"url: the address is that of arXiv {shown}, identifiers say {number}", "look both up at arxiv.org and mend the wrong one")
        doi = identifiers.get("doi", "").lower()
        if number and doi.startswith("10.48550/arxiv.") and doi.removeprefix("10.48550/arxiv.") != number.lower():
            yield Finding(record, _place("doi"), f"doi: {identifiers['doi']} is not the DOI of arXiv {number}", f"write 10.48550/arXiv.{number}, or mend the number")
        ten, thirteen = identifiers.get("isbn10"), identifiers.get("isbn13")
        if ten and thirteen and isbn.is_valid(ten) and isbn.is_valid(thirteen) and isbn.to_isbn13(isbn.compact(ten)) != isbn.compact(thirteen):
            yield Finding(record, _place("isbn10"), f"isbn10: {ten} and isbn13 {thirteen} are numbers of two books", f"the ISBN-13 of {ten} is {isbn.to_isbn13(isbn.compact(ten))}")


@check(Rule(
    "shared-identifier", "warning", "No two sources, people, organizations or books have the same identifier.",
    "Two records of one thing split what is known of it.",
    files(sources__a="type: paper\ntitle: On digits\nidentifiers: {arxiv: '1704.03477'}\n",
          sources__b="type: preprint\ntitle: Digits by machine\nidentifiers: {arxiv: '1704.03477v2'}\n"),
    files(sources__a="type: paper\ntitle: On digits\nidentifiers: {arxiv: '1704.03477'}\n",
          sources__b="type: preprint\ntitle: Digits by machine\nidentifiers: {arxiv: '1704.03478'}\n")))
def check_shared(context: Context) -> Iterator[Finding]:
    for kind in ("sources", "people", "organizations", "books"):
        seen: dict[tuple[str, str], str] = {}
        for record in context.catalog.of_kind(kind):
            for scheme in _ONE_EACH:
                text = record.record.identifiers.get(scheme)
                if text is None or (scheme.startswith("isbn") and getattr(record.record, "type", "") == "chapter"):
                    continue
                key = (scheme, re.sub(r"v[0-9]+$", "", text.lower()).replace("-", ""))
                other = seen.setdefault(key, record.ref)
                if other != record.ref:
                    yield Finding(record, _place(scheme), f"{scheme}: {text} stands also in {other}", "join the two records, or mend the wrong identifier")
