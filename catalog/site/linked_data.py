"""Records and the catalog as schema.org JSON-LD, for search engines and for programs that read linked data.

Reads a record as authored (`documents`) and knows nothing of HTML but how data may stand inside a page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from catalog.site.cells import identifier_url, is_web
from catalog.site.metadata import DATABASE, DESCRIPTION, LICENCE, TITLE

CONTEXT = "https://schema.org"
Names = Mapping[str, tuple[str, str | None]]
# Types by kind; those of some kinds follow from the field `type`.
TYPES = {
    "sources": "CreativeWork", "people": "Person", "organizations": "Organization", "topics": "DefinedTerm", "applications": "CreativeWork",
    "methods": "DefinedTerm", "models": "SoftwareApplication", "milestones": "Event", "competitions": "Event", "human_baselines": "Observation",
    "achievements": "Claim", "datasets": "Dataset", "benchmarks": "Dataset", "hardware": "Product", "frameworks": "SoftwareApplication", "books": "Book",
    "courses": "Course", "sites": "WebSite", "themes": "DefinedTerm", "indicators": "StatisticalVariable", "measurements": "Observation",
}
SUBTYPES = {
    "sources": {
        "paper": "ScholarlyArticle", "preprint": "ScholarlyArticle", "thesis": "Thesis", "book": "Book", "chapter": "Chapter", "report": "Report",
        "whitepaper": "Report", "datasheet": "TechArticle", "documentation": "TechArticle", "web-page": "WebPage", "leaderboard": "WebPage",
        "dataset-card": "WebPage", "model-card": "WebPage", "encyclopedia": "WebPage", "blog-post": "BlogPosting", "news": "NewsArticle",
        "press-release": "NewsArticle", "repository": "SoftwareSourceCode", "lecture": "LearningResource", "video": "VideoObject", "law": "Legislation",
        "data-file": "Dataset"},
    "organizations": {
        "company": "Corporation", "university": "CollegeOrUniversity", "laboratory": "ResearchOrganization", "institute": "ResearchOrganization",
        "government": "GovernmentOrganization", "non-profit": "NGO"},
}
# Fields of ours and what schema.org calls them: for text, for dates, for references to other records.
_TEXTS = {
    "version": "version", "latest": "softwareVersion", "language": "inLanguage", "languages": "inLanguage", "pages": "numberOfPages", "edition": "bookEdition",
    "publisher": "publisher", "venue": "isPartOf", "family_name": "familyName", "awards": "award", "code": "courseCode", "prerequisites": "coursePrerequisites",
    "is_free": "isAccessibleForFree", "country": "location", "title": "headline", "modality": "keywords", "caveat": "disambiguatingDescription"}
_DATES = {"released": "datePublished", "first_release": "datePublished", "launched": "datePublished", "year": "datePublished", "latest_date": "dateModified",
          "born": "birthDate", "died": "deathDate", "founded": "foundingDate", "closed": "dissolutionDate"}
_REFERENCES = {
    "people": ("people", "author"), "organizations": ("organizations", "sourceOrganization"), "institution": ("organizations", "provider"),
    "publisher": ("organizations", "publisher"), "vendor": ("organizations", "manufacturer"), "maintainers": ("organizations", "maintainer"),
    "parent": ("organizations", "parentOrganization"), "paper": ("sources", "citation"), "based_on": ("*", "isBasedOn"), "derived_from": ("datasets", "isBasedOn"),
    "version_of": ("*", "isVariantOf"), "translation_of": ("books", "translationOfWork"), "organiser": ("organizations", "organizer"), "claimed_by": ("organizations", "author"),
    "topics": ("topics", "about"), "dataset": ("datasets", "isBasedOn"), "successor": ("*", "supersededBy"), "superseded_by": ("*", "supersededBy")}
# What is said of things that are no creative works and no events; all else of the tables above would be wrong there.
_COMMON = {"@context", "@type", "@id", "url", "name", "alternateName", "description", "identifier", "sameAs", "inDefinedTermSet"}
_ONLY = {
    "Person": {"familyName", "award", "birthDate", "deathDate", "knowsAbout"}, "Product": {"manufacturer", "isVariantOf"}, "DefinedTerm": set(), "Observation": set(),
    "StatisticalVariable": set(), "Organization": {"parentOrganization", "foundingDate", "dissolutionDate", "location", "knowsAbout"}}
# As what the people of a record are named; authors unless told otherwise.
_PEOPLE = {"milestones": "contributor", "competitions": "contributor", "achievements": "contributor", "courses": "instructor", "sites": "contributor"}
_DAY = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


def script_text(data: Any) -> Markup:
    """Return data as JSON that may stand inside `<script type="application/ld+json">`: no text in it can end the element.

    >>> print(script_text({"name": "</script><!-- & co"}))
    {"name": "\\u003c/script\\u003e\\u003c!-- \\u0026 co"}
    """
    text = json.dumps(data, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def type_of(kind: str, document: Mapping[str, Any]) -> str:
    """Return the schema.org type of a record."""
    if kind == "frameworks" and "github" in document.get("identifiers", {}):
        return "SoftwareSourceCode"
    return SUBTYPES.get(kind, {}).get(str(document.get("type")), TYPES.get(kind, "Thing"))


def plain_date(text: Any) -> str | None:
    """Return a date of ours as ISO 8601, its first day for an interval; None if it is uncertain at its beginning.

    >>> plain_date("2016-03-09/2016-03-15"), plain_date("1974~"), plain_date("../2022-02-07"), plain_date(2015)
    ('2016-03-09', '1974', None, '2015')
    """
    match = _DAY.match(str(text))
    return match[0] if match else None


def describe_record(kind: str, slug: str, name: str, document: Mapping[str, Any], names: Names, base: str) -> dict[str, Any]:
    """Return a record as JSON-LD.

    Args:
        kind, slug, name: The record.
        document: The record as authored.
        names: Name and Russian name of every record, by reference.
        base: Address of the site, without a slash at its end.
    """
    address = f"{base}/{DATABASE}/{kind}/{slug}"
    type_ = type_of(kind, document)
    other = [n for n in (*document.get("names", {}).values(), *document.get("aliases", ())) if n != name]
    data: dict[str, Any] = {
        "@context": CONTEXT, "@type": type_, "@id": address, "url": address, "name": name, "alternateName": list(dict.fromkeys(other)),
        "description": document.get("summary"), "identifier": [{"@type": "PropertyValue", "propertyID": s, "value": v} for s, v in document.get("identifiers", {}).items()],
        "sameAs": _same_as(document)}
    for field, target in _TEXTS.items():
        if field in document and field not in _REFERENCES:
            data[target] = document[field]
    for field, target in _DATES.items():
        if field in document and target not in data:
            data[target] = plain_date(document[field])
    for field, (kind_, target) in _REFERENCES.items():
        target = _PEOPLE.get(kind, target) if field == "people" else target
        found = _references(document.get(field), kind_, names, base)
        if found and target not in data:
            data[target] = found
    data |= _of_kind(kind, type_, document, names, base)
    data["isAccessibleForFree"] = document.get("is_free", True if document.get("free_url") else None)
    only = _ONLY.get("Organization" if kind == "organizations" else type_)
    if only is not None:
        data["knowsAbout"] = data.get("about")
        data = {key: value for key, value in data.items() if key in _COMMON | only}
    data["subjectOf"] = _catalog_reference(base)
    return {key: value for key, value in data.items() if value not in (None, [], {}, "")}


def _of_kind(kind: str, type_: str, document: Mapping[str, Any], names: Names, base: str) -> dict[str, Any]:
    """Return what only some kinds have."""
    found: dict[str, Any] = {}
    writers = document.get("authors") or document.get("instructors")
    if writers and kind in ("sources", "books"):
        found["author"] = _persons(writers)
    if kind == "sources":
        found["datePublished"] = plain_date(document.get("published") or document.get("date"))
        found["publisher"] = {"@type": "Organization", "name": document["publisher"]} if document.get("publisher") else None
    elif kind in ("milestones", "competitions"):
        found["startDate"] = plain_date(document.get("date"))
    elif kind == "courses":
        if writers:
            found["instructor"] = _persons(writers)
        found["educationalLevel"] = document.get("level")
    elif kind == "books":
        found["isbn"] = document.get("identifiers", {}).get("isbn13")
    elif kind in ("topics", "methods", "themes"):
        found["inDefinedTermSet"] = f"{base}/{DATABASE}/{kind}"
    elif type_ == "SoftwareApplication":
        found["applicationCategory"] = "Deep learning model" if kind == "models" else "Deep learning software"
    if type_ == "SoftwareSourceCode":
        found["codeRepository"] = identifier_url("github", document["identifiers"]["github"]) if "github" in document.get("identifiers", {}) else document.get("url")
        if kind == "frameworks":
            found |= {"programmingLanguage": document.get("languages"), "inLanguage": None, "version": document.get("latest"), "softwareVersion": None}
    licence = document.get("licence") or document.get("weights_licence")
    found["license"] = licence if isinstance(licence, str) else None
    if kind == "datasets" and document.get("splits"):
        found["size"] = ", ".join(f"{key}: {part['items']}" for key, part in document["splits"].items() if isinstance(part, dict) and "items" in part)
    return found


def split_authors(authors: list[str]) -> tuple[list[str], bool]:
    """Return the authors that are named, and whether there are others.

    >>> split_authors(["Ann Lee", "Bo Li et al."]), split_authors(["Ann Lee", "et al."])
    ((['Ann Lee', 'Bo Li'], True), (['Ann Lee'], True))
    """
    named = [re.sub(r",?\s*\bet al\.?$", "", author) for author in authors]
    return [n for n in named if n], named != authors


def _persons(authors: list[str]) -> list[dict[str, str]]:
    return [{"@type": "Person", "name": name} for name in split_authors(authors)[0]]


def _same_as(document: Mapping[str, Any]) -> list[str]:
    found = [identifier_url(scheme, str(value)) for scheme, value in document.get("identifiers", {}).items()]
    found += [link["url"] for link in document.get("links", ()) if link["kind"] == "home"]
    found += [document.get("url"), document.get("free_url")]
    return [url for url in dict.fromkeys(found) if is_web(url)]


def _references(value: Any, kind: str, names: Names, base: str) -> list[dict[str, str]]:
    """Return what a field refers to, by name and address; texts and unknown slugs left out."""
    found = []
    for slug in value if isinstance(value, list) else [value]:
        if not isinstance(slug, str):
            continue
        ref = slug if "/" in slug else f"{kind}/{slug}"
        if ref in names:
            kind_of_target = ref.partition("/")[0]
            found.append({"@type": TYPES.get(kind_of_target, "Thing"), "@id": f"{base}/{DATABASE}/{ref}", "name": names[ref][0]})
    return found


def _catalog_reference(base: str) -> dict[str, str]:
    return {"@type": "DataCatalog", "@id": f"{base}/#catalog", "name": TITLE, "url": f"{base}/"}


def describe_catalog(meta: Mapping[str, str], counts: Mapping[str, int], base: str) -> dict[str, Any]:
    """Return the catalog itself as JSON-LD: a DataCatalog whose one distribution is the file.

    Args:
        meta: The table `meta` of the file.
        counts: Number of records by kind.
        base: Address of the site, without a slash at its end.
    """
    dataset = {
        "@type": "Dataset", "@id": f"{base}/#data", "name": TITLE, "description": DESCRIPTION, "url": f"{base}/", "license": LICENCE[1],
        "version": meta.get("content_digest", "")[:16], "isAccessibleForFree": True, "keywords": ["deep learning", *counts], "inLanguage": ["en", "ru"],
        "distribution": [{"@type": "DataDownload", "encodingFormat": "application/vnd.sqlite3", "contentUrl": f"{base}/{DATABASE}.db"}]}
    return {
        "@context": CONTEXT, **_catalog_reference(base), "description": DESCRIPTION, "license": LICENCE[1], "inLanguage": ["en", "ru"], "dataset": [dataset],
        "potentialAction": {"@type": "SearchAction", "target": {"@type": "EntryPoint", "urlTemplate": f"{base}/search?q={{search_term_string}}"},
                            "query-input": "required name=search_term_string"}}
