"""One record in other forms (`.yaml` as authored, `.jsonld`, `.bib`), and what templates need to link and to cite it."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass
from typing import Any

from datasette.utils.asgi import NotFound, Request, Response
from markupsafe import Markup

from catalog.kinds import all_kinds
from catalog.site import citing
from catalog.site.configuration import public_url, repository
from catalog.site.instance import CatalogSite
from catalog.site.linked_data import describe_catalog, describe_record, script_text
from catalog.site.metadata import DATABASE, DESCRIPTION, TITLE
from catalog.site.record import RecordPage
from catalog.site.sections import Section

log = logging.getLogger("catalog.site")
DESCRIPTION_LENGTH = 300  # letters of a page's description in its head


@dataclass(frozen=True)
class Head:
    """What stands in the head of a page: JSON-LD, OpenGraph (property, content), and the page in other forms (type, title, address)."""

    json_ld: Markup | None
    open_graph: list[tuple[str, str]]
    alternates: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Citation:
    """How to cite a record, and where to mend it; `edit_url` and `report_url` only if the repository is known."""

    line: str
    bibtex: str
    source_bibtex: str | None
    edit_url: str | None
    report_url: str | None


def write_yaml(kind: str, document: dict[str, Any]) -> str:
    """Return a record as authored, as YAML in the layout of the data folder; comments are not kept in the file."""
    import yaml  # these two only when somebody asks

    from catalog.authoring.layout import CannotFormat, lay_out

    text = yaml.dump(document, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=10_000)
    try:
        return lay_out(text, kind)
    except CannotFormat as error:
        log.warning("a record of %s is shown without layout: %s", kind, error)
        return text


async def _read(site: CatalogSite, request: Request) -> tuple[str, str, str, dict[str, Any]]:
    """Return kind, slug, name and document of the record that is asked for."""
    kind, slug = request.url_vars["kind"], request.url_vars["slug"]
    ref = f"{kind}/{slug}"
    row = (await site.get_database(DATABASE).execute("SELECT document FROM documents WHERE ref = ?", [ref])).first()
    if row is None or ref not in site.facts.names:
        raise NotFound(f"there is no record {ref}")
    return kind, slug, site.facts.names[ref][0], json.loads(row[0])


def _answer(site: CatalogSite, text: str, content_type: str) -> Response:
    return Response(text, content_type=f"{content_type}; charset=utf-8", headers={"cache-control": f"max-age={site.setting('default_cache_ttl')}"})


async def show_yaml(datasette: CatalogSite, request: Request) -> Response:
    """Return a record as authored."""
    kind, slug, _, document = await _read(datasette, request)
    where = f"# {kind}/{slug} of the {TITLE}, data version {_digest(datasette)[:citing.DIGEST]}. {public_url(request)}/{DATABASE}/{kind}/{slug}\n"
    return _answer(datasette, where + write_yaml(kind, document), "text/yaml")


async def show_jsonld(datasette: CatalogSite, request: Request) -> Response:
    """Return a record as JSON-LD."""
    kind, slug, name, document = await _read(datasette, request)
    data = describe_record(kind, slug, name, document, datasette.facts.names, public_url(request))
    return _answer(datasette, json.dumps(data, ensure_ascii=False, indent=1) + "\n", "application/ld+json")


async def show_catalog_jsonld(datasette: CatalogSite, request: Request) -> Response:
    """Return the catalog as JSON-LD."""
    data = describe_catalog(datasette.facts.meta, datasette.facts.counts, public_url(request))
    return _answer(datasette, json.dumps(data, ensure_ascii=False, indent=1) + "\n", "application/ld+json")


async def show_bib(datasette: CatalogSite, request: Request) -> Response:
    """Return how to cite a record as BibTeX; of a source, its own entry comes first."""
    kind, slug, name, document = await _read(datasette, request)
    found = cite(datasette, request, kind, slug, name, document)
    return _answer(datasette, "\n".join(text for text in (found.source_bibtex, found.bibtex) if text), "application/x-bibtex")


def _digest(site: CatalogSite) -> str:
    return site.facts.meta.get("content_digest", "unknown")


def cite(site: CatalogSite, request: Request, kind: str, slug: str, name: str, document: dict[str, Any], path: str | None = None) -> Citation:
    """Return how to cite a record and where to mend it."""
    ref, base, digest = f"{kind}/{slug}", public_url(request), _digest(site)
    address = citing.record_address(base, ref)
    return Citation(
        citing.citation_line(name, digest, address), citing.record_bibtex(ref, name, digest, address),
        citing.source_bibtex(slug, document) if kind == "sources" else None,
        citing.edit_url(repository(), path or f"{ref}.yaml"), citing.report_url(repository(), ref, digest))


def page_citation(site: CatalogSite, request: Request, page: RecordPage) -> Citation:
    """Return how to cite the record of a page; for templates."""
    return cite(site, request, page.kind.name, page.slug, page.name, page.document, page.path)


def page_head(site: CatalogSite, request: Request, page: Any = None, section: Any = None) -> Head:
    """Return what stands in the head of a page; for templates.

    Args:
        page: What the template calls `page`; data only if it is a RecordPage.
        section: What the template calls `section`.
    """
    base = public_url(request)
    address = base + (request.path if request else "/")
    graph = {"og:site_name": TITLE, "og:type": "website", "og:url": address, "og:title": TITLE, "og:description": DESCRIPTION}
    data: dict[str, Any] | None = None
    alternates: list[tuple[str, str, str]] = []
    if isinstance(page, RecordPage):
        data = describe_record(page.kind.name, page.slug, page.name, page.document, site.facts.names, base)
        about = page.document.get("summary") or f"{page.kind.singular.capitalize()} in the {TITLE}."
        graph |= {"og:type": "article", "og:title": page.name, "og:description": about}
        forms = (("application/ld+json", "JSON-LD", "jsonld"), ("text/yaml", "YAML", "yaml"), ("application/x-bibtex", "BibTeX", "bib"))
        alternates = [(type_, title, f"/{DATABASE}/{page.ref}.{ending}") for type_, title, ending in forms]
    elif isinstance(section, Section):
        graph |= {"og:title": f"{section.label} · {TITLE}", "og:description": section.about}
    elif request and request.path == "/":
        data = describe_catalog(site.facts.meta, site.facts.counts, base)
    graph["og:description"] = _shorten(graph["og:description"])
    return Head(script_text(data) if data else None, list(graph.items()), alternates)


def _shorten(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= DESCRIPTION_LENGTH else text[:DESCRIPTION_LENGTH - 1].rsplit(" ", 1)[0] + "…"


def routes() -> list[tuple[str, Any]]:
    """Return the addresses of this module."""
    kinds = "|".join(map(re.escape, all_kinds()))
    record = rf"^/{DATABASE}/(?P<kind>{kinds})/(?P<slug>[a-z0-9-]{{1,80}})"
    return [(rf"{record}\.yaml$", show_yaml), (rf"{record}\.jsonld$", show_jsonld), (rf"{record}\.bib$", show_bib),
            (rf"^/{DATABASE}\.jsonld$", show_catalog_jsonld)]
