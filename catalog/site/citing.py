"""How to cite a record, and the source that a record describes, as BibTeX; and how to mend a record.

Reads a record as authored and knows nothing of HTML or Datasette.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from catalog.site.linked_data import plain_date, split_authors
from catalog.site.metadata import DATABASE, TITLE

FORM = "wrong-number.yml"  # in .github/ISSUE_TEMPLATE
DIGEST = 16  # letters of the content digest that name the data version
_SPECIAL = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", **{s: "\\" + s for s in "&%$#_"}}
_ENTRY_TYPES = {
    "paper": "article", "preprint": "misc", "thesis": "phdthesis", "book": "book", "chapter": "incollection", "report": "techreport", "whitepaper": "techreport",
    "datasheet": "techreport", "documentation": "manual"}
_MEETING = re.compile(r"conference|proceedings|workshop|symposium|\b(?:NIPS|NeurIPS|ICML|ICLR|CVPR|ICCV|ECCV|ACL|EMNLP|NAACL|AAAI|IJCAI|KDD|BMVC|Interspeech|ICASSP)\b", re.I)


def bibtex_text(text: str) -> str:
    """Return text for a field of BibTeX: what TeX takes for a command is escaped, braces stay in balance.

    >>> print(bibtex_text("50% of {x}_1 & C:"))
    50\\% of \\{x\\}\\_1 \\& C:
    """
    return "".join(_SPECIAL.get(c, c) for c in " ".join(text.split()))


def _bibtex_url(url: str) -> str:
    return quote(url, safe="/:?#[]@!$&'()*+,;=-._~%")


def _entry(type_: str, key: str, fields: Mapping[str, str | None]) -> str:
    lines = [f"  {name:<12} = {{{value}}}," for name, value in fields.items() if value]
    return f"@{type_}{{{key},\n" + "\n".join(lines) + "\n}\n"


def record_bibtex(ref: str, name: str, digest: str, address: str) -> str:
    """Return the entry that cites a record of the catalog.

    Args:
        ref: The record, as kind/slug.
        name: Its name.
        digest: Content digest of the file: the data version.
        address: Absolute address of its page.
    """
    version = digest[:DIGEST]
    return _entry("misc", "dlc-" + ref.replace("/", "-"), {
        "title": "{" + bibtex_text(name) + "}", "author": "{" + TITLE + " contributors}", "howpublished": bibtex_text(TITLE),
        "note": bibtex_text(f"Record {ref}, data version {version}"), "url": _bibtex_url(address)})


def source_bibtex(slug: str, document: Mapping[str, Any]) -> str:
    """Return the entry of the work that a record of the kind sources describes; its id is the key."""
    type_ = str(document.get("type"))
    entry = _ENTRY_TYPES.get(type_, "misc")
    venue = document.get("venue")
    if entry == "article" and (not venue or _MEETING.search(str(venue))):
        entry = "inproceedings" if venue else "misc"
    date = plain_date(document.get("published") or document.get("date") or "") or ""
    identifiers = document.get("identifiers", {})
    named, has_others = split_authors(document.get("authors", []))
    authors = ["{" + bibtex_text(a) + "}" if _is_group(a) else bibtex_text(a) for a in named] + (["others"] if has_others else [])
    publisher = document.get("publisher")
    place = {"article": "journal", "inproceedings": "booktitle", "incollection": "booktitle"}.get(entry, "howpublished")
    return _entry(entry, slug, {
        "title": "{" + bibtex_text(str(document.get("title", slug))) + "}", "author": " and ".join(authors), place: bibtex_text(str(venue)) if venue else None,
        {"techreport": "institution", "phdthesis": "school", "manual": "organization"}.get(entry, "publisher"): bibtex_text(str(publisher)) if publisher else None,
        "volume": bibtex_text(str(document.get("volume", ""))), "pages": bibtex_text(str(document.get("pages", ""))).replace("–", "--"),
        "year": date[:4], "month": str(int(date[5:7])) if len(date) >= 7 else None, "doi": bibtex_text(str(identifiers.get("doi", ""))),
        "isbn": bibtex_text(str(identifiers.get("isbn13", ""))), "eprint": bibtex_text(str(identifiers.get("arxiv", ""))), "eprinttype": "arxiv" if "arxiv" in identifiers else None,
        "url": _bibtex_url(str(document.get("url", ""))), "language": bibtex_text(str(document.get("language", "")))})


def _is_group(author: str) -> bool:
    """Say whether an author is a group, whose name BibTeX must not take apart: one word, or one that says so."""
    return bool(re.search(r"\b(?:team|group|collaboration|consortium|inc|corporation|laboratory|institute|university|contributors|and)\b", author, re.I)) or " " not in author


def citation_line(name: str, digest: str, address: str) -> str:
    """Return the sentence that cites a record and names the data version."""
    return f"“{name}”, {TITLE}, data version {digest[:DIGEST]}, {address}"


def edit_url(repository: str | None, path: str) -> str | None:
    """Return where a record can be edited in the browser, if the repository is known and its host can do it.

    >>> edit_url("https://github.com/a/b", "datasets/mnist.yaml")
    'https://github.com/a/b/edit/main/data/datasets/mnist.yaml'
    """
    if repository is None:
        return None
    return f"{repository}/{'-/' if 'gitlab' in repository else ''}edit/main/data/{quote(path.removeprefix('data/'))}"


def report_url(repository: str | None, ref: str, digest: str) -> str | None:
    """Return where a mistake in a record can be reported, with the record and the data version filled in.

    GitHub shows the form `.github/ISSUE_TEMPLATE/wrong-number.yml`, other hosts a text to complete.
    """
    if repository is None:
        return None
    title, version = f"Mistake in {ref}", digest[:DIGEST]
    if "gitlab" in repository:
        text = f"Record: {ref}\nData version: {version}\n\nWhat is wrong, and which source says so (with the page)?\n"
        return f"{repository}/-/issues/new?" + urlencode({"issue[title]": title, "issue[description]": text})
    return f"{repository}/issues/new?" + urlencode({"template": FORM, "title": f"{title} (data version {version})", "record": ref})


def record_address(base: str, ref: str) -> str:
    """Return the absolute address of a record's page."""
    return f"{base}/{DATABASE}/{ref}"
