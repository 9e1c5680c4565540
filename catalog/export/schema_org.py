"""schema.org JSON-LD: the catalog as a DataCatalog, its records as the nearest types of schema.org.

The context is written out (`@vocab`), so that the documents can be read without a network.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalog.edtf import parse_date
from catalog.export import export_format
from catalog.export.citation import to_day
from catalog.export.datapackage import LICENCES, SUMMARY, TITLE
from catalog.export.json import global_ref
from catalog.export.source import Source
from catalog.fields import FieldSpec
from catalog.kinds import all_kinds

CONTEXT = {"@vocab": "https://schema.org/", **{name: {"@type": "@id"} for name in ("sameAs", "url", "license")}}
_TYPES = {
    "sources": "CreativeWork", "people": "Person", "organizations": "Organization", "topics": "DefinedTerm", "methods": "DefinedTerm",
    "models": "SoftwareApplication", "milestones": "Event", "competitions": "Event", "achievements": "Claim", "datasets": "Dataset",
    "benchmarks": "Dataset", "hardware": "Product", "frameworks": "SoftwareApplication", "books": "Book", "courses": "Course", "sites": "WebSite",
    "themes": "DefinedTerm", "indicators": "Dataset", "applications": "CreativeWork", "human_baselines": "Observation", "measurements": "Observation",
}
_SOURCE_TYPES = {
    "paper": "ScholarlyArticle", "preprint": "ScholarlyArticle", "thesis": "Thesis", "book": "Book", "chapter": "Chapter", "report": "Report",
    "web-page": "WebPage", "blog-post": "BlogPosting", "news": "NewsArticle", "repository": "SoftwareSourceCode", "video": "VideoObject",
    "data-file": "Dataset", "law": "Legislation",
}
_SAME_AS = {
    "doi": "https://doi.org/{}", "arxiv": "https://arxiv.org/abs/{}", "wikidata": "https://www.wikidata.org/entity/{}", "orcid": "https://orcid.org/{}",
    "github": "https://github.com/{}", "huggingface": "https://huggingface.co/{}", "openalex": "https://openalex.org/{}", "ror": "https://ror.org/{}",
    "openml": "https://www.openml.org/d/{}", "pypi": "https://pypi.org/project/{}/", "pmid": "https://pubmed.ncbi.nlm.nih.gov/{}",
}
# What a field of the kind is called in schema.org, where it is a date or a reference.
_DATES = {"released": "datePublished", "date": "datePublished", "announced": "releaseDate", "born": "birthDate", "died": "deathDate", "founded": "foundingDate"}
_PARTIES = {"organizations": "creator", "people": "creator", "authors": "author", "vendor": "manufacturer", "publisher": "publisher", "maintainers": "maintainer"}


def iso_day(text: str) -> str | None:
    """Return an EDTF date as ISO 8601 as far as it is certain: a year, a month or a day; a bound has none."""
    day = to_day(text)
    if day is None or parse_date(text).first is None:
        return None
    return "-".join(f"{p:04}" if i == 0 else f"{p:02}" for i, p in enumerate(day.parts))


def same_as(document: dict[str, Any]) -> list[str]:
    """Return the addresses of the same thing in other collections."""
    return [_SAME_AS[s].format(v) for s, v in document.get("identifiers", {}).items() if s in _SAME_AS]


def _party(source: Source, spec: FieldSpec, value: str) -> dict[str, Any]:
    if spec.type != "reference":
        return {"@type": "Person", "name": value}
    ref = global_ref(spec.reference, value)
    return {"@type": _TYPES[ref.partition("/")[0]], "@id": source.url(ref), "name": source.name_of(ref) or value}


def _names(document: dict[str, Any]) -> Any:
    name = document.get("name") or document.get("title")
    return name if not document.get("names") else [name, *({"@value": v, "@language": k} for k, v in document["names"].items())]


def thing(source: Source, kind: str, ref: str, document: dict[str, Any]) -> dict[str, Any]:
    """Return a record as a node of schema.org, without a context."""
    type = _SOURCE_TYPES.get(document.get("type", ""), "CreativeWork") if kind == "sources" else _TYPES.get(kind, "Thing")
    node: dict[str, Any] = {"@id": source.url(ref), "@type": type, "name": _names(document)}
    node |= {k: v for k, v in (("alternateName", document.get("aliases")), ("description", document.get("summary")), ("sameAs", same_as(document))) if v}
    home = next((link["url"] for link in document.get("links", []) if link["kind"] == "home"), document.get("url"))
    if home:
        node["url"] = home
    specs = all_kinds()[kind].fields
    for name, property in _DATES.items():
        day = iso_day(document[name]) if isinstance(document.get(name), str) else None
        if day:
            node["startDate" if type == "Event" else property] = day
    for name, property in _PARTIES.items():
        value = document.get(name)
        if value and name in specs:
            listed = value if isinstance(value, list) else [value]
            node.setdefault(property, []).extend(_party(source, specs[name], v) for v in listed)
    if document.get("topics"):
        node["about"] = [_party(source, specs["topics"], t) for t in document["topics"]]
    cited = sorted({c["source"] for c in document.get("sources", [])})
    if cited:
        node["citation"] = [{"@id": source.url(f"sources/{c}")} for c in cited]
    if kind in ("datasets", "models", "frameworks", "sources") and document.get("licence"):
        node["license"] = licence_url(document["licence"])
    return node


def licence_url(licence: str) -> Any:
    """Return the address of an SPDX licence; one in other words stays words."""
    is_spdx = "." in licence or licence in ("MIT", "ISC", "Unlicense")
    return f"https://spdx.org/licenses/{licence}.html" if is_spdx and " " not in licence else {"@value": licence}


def catalog_node(source: Source) -> dict[str, Any]:
    """Return the catalog itself."""
    licence = source.meta["data_licence"]
    return {
        "@id": source.url(), "@type": "DataCatalog", "name": TITLE, "description": SUMMARY, "url": source.url(),
        "license": LICENCES.get(licence, ("", licence))[1], "dateModified": source.as_of, "version": source.meta["content_digest"][:16],
        "dataset": [{"@id": source.url(r["ref"])} for r in source.db.execute("SELECT ref FROM records WHERE kind = 'datasets' ORDER BY slug")],
    }


def _nodes(source: Source) -> Iterator[dict[str, Any]]:
    yield catalog_node(source)
    for kind in source.kinds():
        source.report(kind)
        for row, document in source.documents(kind):
            yield thing(source, kind, row["ref"], document)


@export_format("schema-org", "schema.org JSON-LD of the catalog and every record", file_name="catalog.jsonld")
def write(source: Source, file: Path) -> dict[str, int]:
    """Write one document, a node a line."""
    count = 0
    with open(file, "w", encoding="utf-8", newline="\n") as out:
        out.write(f'{{"@context": {json.dumps(CONTEXT)}, "@graph": [')
        for node in _nodes(source):
            out.write(("," if count else "") + "\n" + json.dumps(node, ensure_ascii=False))
            count += 1
        out.write("\n]}\n")
    return {file.name: count}
