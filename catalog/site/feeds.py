"""What machines ask a site for first: the feed of changes, maps for search engines, llms.txt, the search description.

All addresses in them are absolute: those of the installation (CATALOG_PUBLIC_URL) or of the host that was asked.
"""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from datasette.utils.asgi import NotFound, Request, Response

from catalog.kinds import all_kinds
from catalog.site.changes import Change, read_changes
from catalog.site.configuration import public_url, repository
from catalog.site.instance import CatalogSite
from catalog.site.metadata import DATABASE, DESCRIPTION, LICENCE, TITLE
from catalog.site.sections import all_sections

ENTRIES = 100  # of the feed
ADDRESSES = 50_000  # in one map, https://www.sitemaps.org/protocol.html
_ATOM, _MAP, _SEARCH = "http://www.w3.org/2005/Atom", "http://www.sitemaps.org/schemas/sitemap/0.9", "http://a9.com/-/spec/opensearch/1.1/"
# Names entries of the feed by their records, whatever the host is called.
_NAMESPACE = uuid.UUID("6f2a4b63-6e2c-5d0b-9c5e-5b8f3a1c7d11")
_UNPRINTABLE = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CACHE = {"cache-control": "public, max-age=300"}


def _element(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name, attributes)
    element.text = _printable(text) if text else None
    return element


def _printable(text: str) -> str:
    """Return text without the control characters that XML 1.0 cannot hold (section 2.2)."""
    return _UNPRINTABLE.sub("", text)


def _xml(root: ElementTree.Element, content_type: str) -> Response:
    body = '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"
    return Response(body, content_type=f"{content_type}; charset=utf-8", headers=dict(_CACHE))


async def _changes(site: CatalogSite) -> list[Change]:
    file = Path(site.get_database(DATABASE).path)
    return [c for c in await asyncio.to_thread(read_changes, file) if c.ref in site.facts.names]


async def atom(datasette: CatalogSite, request: Request) -> Response:
    """Return the latest new and changed records as a feed (RFC 4287); `kind` narrows it down."""
    kind = request.args.get("kind") or ""
    if kind and kind not in all_kinds():
        raise NotFound(f"there is no kind {kind!r}")
    changes = await _changes(datasette)
    chosen = [c for c in changes if not kind or c.ref.startswith(kind + "/")][:ENTRIES]
    base = public_url(request)
    root = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": "en"})
    address = f"{base}/atom.xml" + (f"?kind={kind}" if kind else "")
    _element(root, "id", f"urn:uuid:{uuid.uuid5(_NAMESPACE, kind or 'feed')}")
    _element(root, "title", f"{TITLE}: new and changed {all_kinds()[kind].label.lower() if kind else 'records'}")
    _element(root, "subtitle", DESCRIPTION if changes else f"{DESCRIPTION} This copy carries no history of its records, so the feed is empty.")
    _element(root, "updated", chosen[0].changed if chosen else await _built(datasette))
    _element(root, "link", rel="self", type="application/atom+xml", href=address)
    _element(root, "link", rel="alternate", type="text/html", href=f"{base}/")
    _element(_element(root, "author"), "name", TITLE)
    _element(root, "rights", LICENCE[0])
    summaries = await _summaries(datasette, [c.ref for c in chosen])
    for change in chosen:
        _add_entry(root, datasette, base, change, summaries.get(change.ref))
    return _xml(root, "application/atom+xml")


def _add_entry(root: ElementTree.Element, site: CatalogSite, base: str, change: Change, summary: str | None) -> None:
    kind = all_kinds()[change.ref.partition("/")[0]]
    verb = "New" if change.added == change.changed else "Changed"
    entry = _element(root, "entry")
    _element(entry, "id", f"urn:uuid:{uuid.uuid5(_NAMESPACE, change.ref)}")
    _element(entry, "title", f"{verb}: {site.facts.names[change.ref][0]} ({kind.singular})")
    _element(entry, "link", rel="alternate", type="text/html", href=f"{base}/{DATABASE}/{change.ref}")
    _element(entry, "published", change.added)
    _element(entry, "updated", change.changed)
    _element(entry, "category", term=kind.name, label=kind.label)
    _element(entry, "summary", "\n\n".join(text for text in (summary, f"Commit: {change.subject}" if change.subject else "") if text))


async def _built(site: CatalogSite) -> str:
    seconds = (await asyncio.to_thread(Path(site.get_database(DATABASE).path).stat)).st_mtime
    return datetime.fromtimestamp(int(seconds), UTC).isoformat()


async def _summaries(site: CatalogSite, refs: list[str]) -> dict[str, str]:
    if not refs:
        return {}
    rows = await site.get_database(DATABASE).execute(f"SELECT ref, summary FROM records WHERE summary IS NOT NULL AND ref IN ({', '.join('?' * len(refs))})", refs)
    return {row[0]: row[1] for row in rows.rows}


def _addresses(site: CatalogSite, base: str, changes: list[Change]) -> Iterator[tuple[str, str | None]]:
    """Yield (address, day of the last change) of all pages that are worth finding: sections, kinds, records."""
    days = {c.ref: c.changed[:10] for c in changes}
    for path in ("", *all_sections(), "api", DATABASE, *(f"{DATABASE}/{kind}" for kind in all_kinds() if site.facts.counts.get(kind))):
        yield f"{base}/{path}", None
    for ref in sorted(site.facts.names):
        yield f"{base}/{DATABASE}/{ref}", days.get(ref)


async def sitemap(datasette: CatalogSite, request: Request) -> Response:
    """Return the map of the site, or the list of its maps where one may not hold all addresses."""
    base = public_url(request)
    found = list(_addresses(datasette, base, await _changes(datasette)))
    part = request.url_vars.get("part")
    parts = -(-len(found) // ADDRESSES)
    if part is None and parts > 1:
        root = ElementTree.Element("sitemapindex", {"xmlns": _MAP})
        for number in range(1, parts + 1):
            _element(_element(root, "sitemap"), "loc", f"{base}/sitemap-{number}.xml")
        return _xml(root, "application/xml")
    number = int(part or 1)
    if not 1 <= number <= parts:
        raise NotFound("there is no such map")
    root = ElementTree.Element("urlset", {"xmlns": _MAP})
    for address, day in found[(number - 1) * ADDRESSES: number * ADDRESSES]:
        url = _element(root, "url")
        _element(url, "loc", address)
        if day:
            _element(url, "lastmod", day)
    return _xml(root, "application/xml")


async def opensearch(datasette: CatalogSite, request: Request) -> Response:
    """Describe the search to browsers, which then offer it in their address field."""
    base = public_url(request)
    root = ElementTree.Element("OpenSearchDescription", {"xmlns": _SEARCH})
    _element(root, "ShortName", "DL Catalog")  # up to 16 letters
    _element(root, "LongName", TITLE)
    _element(root, "Description", "Search the Deep Learning Catalog in English or Russian.")
    _element(root, "InputEncoding", "UTF-8")
    for language in ("en", "ru"):
        _element(root, "Language", language)
    _element(root, "Url", type="text/html", template=f"{base}/search?q={{searchTerms}}")
    _element(root, "Url", type="application/x-suggestions+json", template=f"{base}/suggest.json?q={{searchTerms}}&form=opensearch")
    return _xml(root, "application/opensearchdescription+xml")


async def llms(datasette: CatalogSite, request: Request) -> Response:
    """Tell language models what this is, where things are, and how to cite them (https://llmstxt.org)."""
    base, facts = public_url(request), datasette.facts
    kinds = [kind for kind in all_kinds().values() if facts.counts.get(kind.name)]
    meta = facts.meta
    repo = repository()
    lines = [
        f"# {TITLE}", "", f"> {DESCRIPTION} {len(facts.names):,} records, {int(meta.get('claims', 0)):,} claims, each with its source and the place in it.", "",
        "Every number is a claim of a source: `accepted`, or `other` where a source says something else. `accessed` is the day on which the text of "
        "the source itself was read; a claim without it was not checked against the text. Numbers keep the form they were printed in.", "",
        "## Addresses", "",
        f"- [API]({base}/api): the JSON and CSV addresses with examples",
        f"- [Search]({base}/search.json?q=svhn): JSON; `q` in English or Russian, `kind` and `page` narrow it down",
        f"- [One record]({base}/{DATABASE}/KIND/ID): as a page; the same with .yaml, .jsonld, .bib, .json",
        f"- [Tables]({base}/{DATABASE}): every table and view; add .json?_shape=array or .csv",
        f"- [Claims]({base}/{DATABASE}/claims.json?_shape=array): who says what; filter with ?record=KIND/ID",
        f"- [The whole file]({base}/{DATABASE}.db): SQLite",
        f"- [New and changed records]({base}/atom.xml): Atom", "",
        "## Pages", "", *(f"- [{s.label}]({base}/{s.name}): {s.about}" for s in all_sections().values()), "",
        "## Kinds", "", *(f"- [{k.label}]({base}/{DATABASE}/{k.name}) ({facts.counts[k.name]:,}): {k.description}" for k in kinds), "",
        "## How to cite", "",
        f"Name the record, the catalog and the data version: “SVHN”, {TITLE}, content {meta.get('content_digest', 'unknown')[:16]}, {base}/{DATABASE}/datasets/svhn. "
        "Cite the source of a number along with it. Data: CC BY 4.0 (" + LICENCE[1] + ").", *([f"Mistakes: {repo}/issues"] if repo else []), ""]
    return Response.text("\n".join(lines), headers=dict(_CACHE))


def routes() -> list[tuple[str, Any]]:
    """Return the addresses of this module."""
    return [(r"^/atom\.xml$", atom), (r"^/sitemap\.xml$", sitemap), (r"^/sitemap-(?P<part>[1-9][0-9]{0,4})\.xml$", sitemap),
            (r"^/opensearch\.xml$", opensearch), (r"^/llms\.txt$", llms)]
