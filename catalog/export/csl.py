"""CSL-JSON: all sources as citation processors read them (Citation Style Language 1.0.2, csl-data schema)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from catalog.export import export_format
from catalog.export.citation import Day, Name, Work, works
from catalog.export.source import Source

_TYPES = {
    "preprint": "article", "thesis": "thesis", "book": "book", "chapter": "chapter", "report": "report", "datasheet": "report",
    "whitepaper": "report", "web-page": "webpage", "blog-post": "post-weblog", "news": "article-newspaper", "leaderboard": "webpage",
    "dataset-card": "webpage", "model-card": "webpage", "documentation": "webpage", "repository": "software", "lecture": "speech",
    "video": "motion_picture", "patent": "patent", "press-release": "report", "encyclopedia": "entry-encyclopedia", "law": "legislation",
    "data-file": "dataset",
}


def _type(work: Work) -> str:
    if work.type == "paper":
        return "paper-conference" if work.is_conference else "article-journal" if work.venue else "article"
    return _TYPES.get(work.type, "document")


def _name(name: Name) -> dict[str, str]:
    if not name.family:
        return {"literal": name.literal}
    return {k: v for k, v in (("family", name.family), ("given", name.given), ("suffix", name.suffix)) if v}


def _date(day: Day | None) -> dict[str, Any] | None:
    if day is None:
        return None
    return {"date-parts": [day.parts]} | ({"circa": True} if day.is_about else {})


def csl_item(work: Work) -> dict[str, Any]:
    """Return a source as a CSL item; what is unknown is left out."""
    pages = "-".join(p for p in work.pages if p) if work.pages else None
    item = {
        "id": work.id, "type": _type(work), "title": work.title, "author": [_name(n) for n in work.creators], "issued": _date(work.issued),
        "original-date": _date(work.first) if work.first != work.issued else None, "container-title": work.venue, "volume": work.volume,
        "issue": work.issue, "page": pages, "publisher": work.publisher, "DOI": work.identifiers.get("doi"),
        "ISBN": work.identifiers.get("isbn13"), "number": f"arXiv:{work.identifiers['arxiv']}" if "arxiv" in work.identifiers else None,
        "URL": work.url, "language": work.language, "version": work.version, "note": work.note,
    }
    return {k: v for k, v in item.items() if v}


@export_format("csl-json", "all sources as CSL-JSON for citation processors", file_name="sources.csl.json")
def write(source: Source, file: Path) -> dict[str, int]:
    """Write one list of items, an item a line."""
    count = 0
    with open(file, "w", encoding="utf-8", newline="\n") as out:
        out.write("[")
        for work in works(source):
            out.write(("," if count else "") + "\n" + json.dumps(csl_item(work), ensure_ascii=False))
            count += 1
        out.write("\n]\n")
    return {file.name: count}
