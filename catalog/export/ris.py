"""RIS: a reference for each source, as reference managers import it (Research Information Systems, tags of two letters)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from catalog.export import export_format
from catalog.export.citation import Work, works
from catalog.export.source import Source

_TYPES = {
    "preprint": "UNPB", "thesis": "THES", "book": "BOOK", "chapter": "CHAP", "report": "RPRT", "datasheet": "RPRT", "whitepaper": "RPRT",
    "web-page": "ELEC", "blog-post": "BLOG", "news": "NEWS", "leaderboard": "ELEC", "dataset-card": "ELEC", "model-card": "ELEC",
    "documentation": "ELEC", "repository": "COMP", "lecture": "SLIDE", "video": "VIDEO", "patent": "PAT", "encyclopedia": "ENCYC", "law": "STAT",
    "data-file": "DATA",
}


def _type(work: Work) -> str:
    if work.type == "paper":
        return "CPAPER" if work.is_conference else "JOUR" if work.venue else "GEN"
    return _TYPES.get(work.type, "GEN")


def _tags(work: Work) -> Iterator[tuple[str, str | None]]:
    yield "TY", _type(work)
    yield "ID", work.id
    for name in work.creators:
        yield "AU", name.inverted
    yield "TI", work.title
    yield "TT", work.note
    yield "T2", work.venue
    yield "VL", work.volume
    yield "IS", work.issue
    if work.pages:
        yield "SP", work.pages[0]
        yield "EP", work.pages[1]
    yield "PB", work.publisher
    if work.issued:
        yield "PY", str(work.issued.year)
        numbers = [f"{p:02}" for p in work.issued.parts[1:]]
        yield "DA", "/".join([str(work.issued.year), *numbers, *[""] * (3 - len(numbers))])
    yield "DO", work.identifiers.get("doi")
    yield "SN", work.identifiers.get("isbn13")
    yield "AN", f"arXiv:{work.identifiers['arxiv']}" if "arxiv" in work.identifiers else None
    yield "LA", work.language
    yield "ET", work.version
    yield "UR", work.url


@export_format("ris", "all sources as RIS references", file_name="sources.ris")
def write(source: Source, file: Path) -> dict[str, int]:
    """Write one reference a source."""
    count = 0
    with open(file, "w", encoding="utf-8", newline="") as out:
        for work in works(source):
            out.writelines(f"{tag}  - {' '.join(text.split())}\r\n" for tag, text in _tags(work) if text)
            out.write("ER  - \r\n\r\n")
            count += 1
    return {file.name: count}
