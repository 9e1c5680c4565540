"""Croissant 1.0 (MLCommons): JSON-LD for the catalog with its tables as record sets, and for each data set in it.

`metadata.json` describes the CSV files beside it (`data/`); `datasets/<id>.json` describes a data set that others hold:
what it is and where to get it, so it has no record sets.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from catalog.export import export_format
from catalog.export.citation import works
from catalog.export.csv import write_table
from catalog.export.datapackage import LICENCES, SUMMARY, TITLE
from catalog.export.publish import file_digest
from catalog.export.schema_org import iso_day, licence_url, same_as
from catalog.export.source import Relation, Source

VERSION = "http://mlcommons.org/croissant/1.0"
# The context of the specification (mlcommons/croissant, docs/croissant-spec.md, appendix 1).
CONTEXT = {
    "@language": "en", "@vocab": "https://schema.org/", "citeAs": "cr:citeAs", "column": "cr:column", "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/", "rai": "http://mlcommons.org/croissant/RAI/", "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"}, "dct": "http://purl.org/dc/terms/", "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"}, "samplingRate": "cr:samplingRate", "extract": "cr:extract", "field": "cr:field", "fileProperty": "cr:fileProperty", "fileObject": "cr:fileObject", "fileSet": "cr:fileSet",
    "format": "cr:format", "includes": "cr:includes", "isLiveDataset": "cr:isLiveDataset", "jsonPath": "cr:jsonPath", "key": "cr:key",
    "md5": "cr:md5", "parentField": "cr:parentField", "path": "cr:path", "recordSet": "cr:recordSet", "references": "cr:references",
    "regex": "cr:regex", "repeated": "cr:repeated", "replace": "cr:replace", "sc": "https://schema.org/", "separator": "cr:separator",
    "source": "cr:source", "subField": "cr:subField", "transform": "cr:transform",
}
# A truth value is 0 or 1 in the CSV files; a date is empty where it is unknown, which `sc:Date` cannot be read from.
_TYPES = {"text": "sc:Text", "integer": "sc:Integer", "real": "sc:Float", "boolean": "sc:Integer", "date": "sc:Text", "list": "sc:Text"}


def _record_set(relation: Relation) -> dict[str, Any]:
    """Describe a table. References are left to the data package: readers of Croissant join along them and refuse cycles, which ours have."""
    fields = []
    for field in relation.fields:
        about = field.description + (f" Unit: {field.unit}." if field.unit else "")
        found: dict[str, Any] = {
            "@type": "cr:Field", "@id": f"{relation.name}/{field.name}", "name": field.name, "dataType": _TYPES[field.type],
            "source": {"fileObject": {"@id": f"{relation.name}.csv"}, "extract": {"column": field.name}}}
        if about:
            found["description"] = about
        fields.append(found)
    result: dict[str, Any] = {"@type": "cr:RecordSet", "@id": relation.name, "name": relation.name, "description": relation.description, "field": fields}
    if relation.key:
        keys = [{"@id": f"{relation.name}/{k}"} for k in relation.key]
        result["key"] = keys if len(keys) > 1 else keys[0]
    return result


def _head(name: str, url: str, description: str, licence: Any) -> dict[str, Any]:
    return {"@context": CONTEXT, "@type": "sc:Dataset", "conformsTo": VERSION, "name": name, "description": description, "url": url, "license": licence}


def _dump(document: dict[str, Any], file: Path) -> None:
    file.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _dataset(source: Source, row: Any, document: dict[str, Any], citations: dict[str, str]) -> dict[str, Any]:
    """Return a data set as Croissant: without record sets, since its files are with others."""
    home = next((link["url"] for link in document.get("links", []) if link["kind"] in ("home", "data", "download")), source.url(row["ref"]))
    licence = licence_url(document["licence"]) if document.get("licence") else None
    found = _head(row["name"], home, document.get("summary", row["name"]), licence["@value"] if isinstance(licence, dict) else licence)
    creators = [
        {"@type": type, "name": source.name_of(f"{field}/{slug}") or slug}
        for field, type in (("organizations", "sc:Organization"), ("people", "sc:Person")) for slug in document.get(field, [])]
    version = document.get("version", "")  # Croissant takes semantic versions only
    more = {
        "datePublished": iso_day(document["released"]) if document.get("released") else None, "version": version if re.fullmatch(r"\d+\.\d+\.\d+", version) else None,
        "creator": creators, "keywords": [source.name_of(f"topics/{t}") or t for t in (*document.get("topics", []), *document.get("tasks", []))],
        "citeAs": citations.get(document.get("paper", "")), "sameAs": [*same_as(document), source.url(row["ref"])],
        "inLanguage": document.get("languages"), "alternateName": document.get("aliases"),
    }
    return {k: v for k, v in (found | more).items() if v}


def _citations(source: Source) -> dict[str, str]:
    """Return one line of citation for each source that describes a data set."""
    wanted = {r[0] for r in source.db.execute("SELECT DISTINCT paper_id FROM datasets WHERE paper_id IS NOT NULL")}
    found = {}
    for work in works(source):
        if work.id in wanted:
            parts = ["; ".join(n.inverted for n in work.creators), f"({work.issued.year})" if work.issued else "", f"{work.title}.", work.venue, work.url]
            found[work.id] = " ".join(p for p in parts if p)
    return found


@export_format("croissant", "Croissant (MLCommons) for the catalog, with its tables as CSV, and for each data set")
def write(source: Source, folder: Path) -> dict[str, int]:
    """Write `metadata.json`, `data/<table>.csv` and `datasets/<id>.json`."""
    (folder / "data").mkdir()
    (folder / "datasets").mkdir()
    rows, files = {}, []
    for name, relation in source.relations.items():
        path = f"data/{name}.csv"
        rows[path] = write_table(source, relation, folder / path)
        files.append({
            "@type": "cr:FileObject", "@id": f"{name}.csv", "name": f"{name}.csv", "description": relation.description, "contentUrl": path,
            "contentSize": f"{(folder / path).stat().st_size} B", "encodingFormat": "text/csv", "sha256": file_digest(folder / path)})
    licence = source.meta["data_licence"]
    whole = _head(TITLE, source.url(), SUMMARY, LICENCES.get(licence, ("", licence))[1]) | {
        "creator": {"@type": "sc:Organization", "name": TITLE}, "citeAs": f"{TITLE}, content {source.meta['content_digest'][:16]}",
        "datePublished": source.as_of, "version": "1.0.0+" + source.meta["content_digest"][:16], "keywords": ["deep learning", "history", "benchmarks", "provenance"],
        "distribution": files, "recordSet": [_record_set(r) for r in source.relations.values()],
    }
    _dump(whole, folder / "metadata.json")
    citations = _citations(source)
    for row, document in source.documents("datasets"):
        _dump(_dataset(source, row, document, citations), folder / "datasets" / f"{row['slug']}.json")
    return rows
