"""BibTeX: an entry for each source, its id the key; UTF-8, with what LaTeX reads as commands escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from catalog.export import export_format
from catalog.export.citation import ET_AL, Name, Work, works
from catalog.export.source import Source

_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    **{c: "\\" + c for c in "&%$#_"},
}
_TYPES = {
    "book": "book", "thesis": "phdthesis", "chapter": "incollection", "report": "techreport", "whitepaper": "techreport", "datasheet": "techreport",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def escape(text: str) -> str:
    r"""Return a text as LaTeX prints it, on one line.

    >>> escape("50% of {A_1}")
    '50\\% of \\textbraceleft{}A\\_1\\textbraceright{}'
    """
    return " ".join("".join(_ESCAPES.get(c, c) for c in text).split())


def _name(name: Name) -> str:
    if name.literal == ET_AL:
        return "others"
    # "and" parts people and a comma parts a name: one that holds such itself is kept whole.
    if not name.family or re.search(r"\band\b", name.literal) or any("," in (p or "") for p in (name.family, name.suffix, name.given)):
        return "{" + escape(name.literal) + "}"
    return ", ".join(escape(p) for p in (name.family, name.suffix, name.given) if p)


# What the standard styles demand of a type besides the title (btxdoc, section 3.1); an entry without it is a `misc`.
_REQUIRED = {
    "article": {"author", "journal", "year"}, "inproceedings": {"author", "booktitle", "year"}, "book": {"author", "publisher", "year"},
    "techreport": {"author", "institution", "year"}, "phdthesis": {"author", "school", "year"},
    "incollection": {"author", "booktitle", "publisher", "year"},
}


def _wanted_type(work: Work) -> str:
    if work.type == "paper":
        return "inproceedings" if work.is_conference else "article"
    return _TYPES.get(work.type, "misc")


def bibtex_entry(work: Work) -> str:
    """Return a source as an entry, of the nearest type whose required fields are known."""
    type = _wanted_type(work)
    fields = dict(_fields(work, type))
    if _REQUIRED.get(type, set()) - fields.keys():
        type, fields = "misc", dict(_fields(work, "misc"))
    body = ",\n".join(f"  {key} = {value}" for key, value in fields.items())
    return f"@{type}{{{work.id},\n{body}\n}}\n"


def _fields(work: Work, type: str) -> Iterator[tuple[str, str]]:
    if work.creators:
        yield "author", "{" + " and ".join(map(_name, work.creators)) + "}"
    yield "title", "{{" + escape(work.title) + "}}"
    venue = {"article": "journal", "inproceedings": "booktitle", "incollection": "booktitle"}.get(type, "howpublished")
    texts = [
        (venue, work.venue), ("volume", work.volume), ("number", work.issue),
        ("publisher" if type not in ("techreport", "phdthesis") else {"techreport": "institution", "phdthesis": "school"}[type], work.publisher),
        ("version", work.version), ("note", work.note), ("language", work.language), ("isbn", work.identifiers.get("isbn13")),
    ]
    if type == "techreport" and not work.publisher and work.organizations:
        texts.append(("institution", work.organizations[0]))
    for key, text in texts:
        if text:
            yield key, "{" + escape(text) + "}"
    if work.pages:
        yield "pages", "{" + escape(work.pages[0]) + ("--" + escape(work.pages[1]) if work.pages[1] else "") + "}"
    if work.issued:
        yield "year", f"{{{work.issued.year}}}"
        if work.issued.month:
            yield "month", _MONTHS[work.issued.month - 1]
    if arxiv := work.identifiers.get("arxiv"):
        yield "eprint", "{" + arxiv + "}"
        yield "archiveprefix", "{arXiv}"
    for key, text in (("doi", work.identifiers.get("doi")), ("url", work.url)):  # read verbatim, so nothing is escaped
        if text:
            yield key, "{" + text.replace("{", "%7B").replace("}", "%7D") + "}"


@export_format("bibtex", "all sources as BibTeX entries", file_name="sources.bib")
def write(source: Source, file: Path) -> dict[str, int]:
    """Write one entry a source."""
    count = 0
    with open(file, "w", encoding="utf-8", newline="\n") as out:
        for work in works(source):
            out.write(bibtex_entry(work) + "\n")
            count += 1
    return {file.name: count}
