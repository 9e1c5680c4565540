"""The page `/api`: the addresses that programs may rely on, each with an example that a test fetches."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from datasette.utils.asgi import Request, Response

from catalog.site.charts import UnknownChart, all_charts, draw
from catalog.site.configuration import allows_sql, public_url
from catalog.site.instance import CatalogSite
from catalog.site.metadata import DATABASE
from catalog.site.pages import show_page
from catalog.site.queries import load_queries


@dataclass(frozen=True)
class Example:
    """One address: what it answers with, the content type of the answer, and an example of it."""

    title: str
    about: str
    path: str
    content_type: str = "application/json"


@dataclass(frozen=True)
class Group:
    """Addresses of one sort."""

    name: str
    title: str
    about: str
    examples: list[Example]


def _first(site: CatalogSite, *kinds: str) -> str:
    """Return a record to show: the first of the first of these kinds that has one, else of any."""
    refs = sorted(site.facts.names)
    return next((ref for kind in kinds for ref in refs if ref.startswith(kind + "/")), refs[0])


def drawable_charts(db: sqlite3.Connection) -> list[str]:
    """Return the charts that this file has something to draw for without further parameters."""
    found = []
    for name in all_charts():
        with suppress(UnknownChart):
            draw(db, name)
            found.append(name)
    return found


async def make_examples(site: CatalogSite) -> list[Group]:
    """Return all documented addresses with examples that this file can answer."""
    charts = await site.get_database(DATABASE).execute_fn(drawable_charts)
    ref, source = _first(site, "datasets"), _first(site, "sources")
    kind, _, slug = ref.partition("/")
    table = f"/{DATABASE}/{kind}"
    groups = [
        Group("records", "One record", "The address of a record's page with an ending. The id of a record stays; a renamed one answers with 301, a removed one with 410.", [
            Example("As authored (YAML)", "The record with its sources, in the layout of the data folder.", f"/{DATABASE}/{ref}.yaml", "text/yaml"),
            Example("As authored (JSON)", "The same as JSON: `document` holds a text of JSON.", f"/{DATABASE}/documents/{kind}~2F{slug}.json?_shape=array"),
            Example("As a row", "The columns of its table; references end in `_id`.", f"/{DATABASE}/{ref}.json?_shape=array"),
            Example("As linked data", "schema.org JSON-LD.", f"/{DATABASE}/{ref}.jsonld", "application/ld+json"),
            Example("To cite", "BibTeX of the record, with the data version; of a source, its own entry too.", f"/{DATABASE}/{source}.bib", "application/x-bibtex"),
            Example("Its claims", "Who supports which value, and where: `role` is accepted, other or derived.", f"/{DATABASE}/claims.json?_shape=array&record={ref}"),
        ]),
        Group("tables", "Tables and views", "Every table and view of the file. `_size` is at most 200; filters are `column=value` or `column__gt=…`, `__contains`, `__notblank=1` and the like.", [
            Example("Rows", "The simplest form: a list of objects.", f"{table}.json?_shape=array&_size=2"),
            Example("Rows with what comes next", "`next_url` is the address of the next page (`_next`), null at the end.", f"{table}.json?_shape=objects&_size=2"),
            Example("One object a line", "Newline-delimited JSON.", f"{table}.json?_shape=array&_nl=on&_size=2", "text/plain"),
            Example("Some columns, sorted", "`_col` as often as needed, `_sort` or `_sort_desc`.", f"{table}.json?_shape=array&_col=name&_sort_desc=name&_size=2"),
            Example("Filtered", "The same filters as in the pages.", f"/{DATABASE}/records.json?_shape=array&kind={kind}&_size=2"),
            Example("Counted", "`_facet` counts the values of a column.", f"/{DATABASE}/records.json?_size=0&_facet=kind"),
            Example("As CSV", "`_stream=on` for all rows at once.", f"{table}.csv?_size=2", "text/plain"),
            Example("A view", "Questions answered in the file itself.", f"/{DATABASE}/timeline.json?_shape=array&_size=2"),
            Example("What there is", "All tables with their columns.", f"/{DATABASE}.json"),
        ]),
        Group("search", "Search", "In English and Russian, through inflections and typing mistakes.", [
            Example("Hits", "`hits`, `total`, `kinds` (counts), `suggestions`; `kind` and `page` narrow it down.", "/search.json?q=network"),
            Example("Suggestions", "At most 10 records whose name begins so.", "/suggest.json?q=a"),
        ]),
    ]
    # The examples of canned queries are values of the whole catalog; they answer on any, if only with no rows.
    queries = [Example(q.title, q.about, q.url.replace(f"/{q.name}", f"/{q.name}.json", 1) + ("&" if "?" in q.url else "?") + "_shape=array") for q in load_queries().values()]
    if queries:
        groups.append(Group("queries", "Canned queries", "Each takes its parameters by name; `.csv` instead of `.json` gives CSV.", queries))
    groups.append(Group("charts", "Charts", "As SVG with their caveat and sources inside, to embed anywhere; the parameters are those of the page.", [
        Example(name.replace("-", " ").replace("_", " ").capitalize(), "", f"/charts/{name}.svg", "image/svg+xml") for name in charts]))
    if allows_sql():
        groups.append(Group("sql", "SQL", "One statement that reads, half a second, 200 rows; parameters by name. Who needs more takes the file.", [
            Example("A query", "Parameters as `:name`.", f"/{DATABASE}.json?sql=select+kind,+count(*)+as+records+from+records+where+kind+<>+:without+group+by+kind&without=sources&_shape=array")]))
    groups.append(Group("whole", "All of it", "", [
        Example("The file", "SQLite, with indexes and full-text search.", f"/{DATABASE}.db", "application/octet-stream"),
        Example("About the file", "`content_digest` is the data version: quote it.", f"/{DATABASE}/meta.json?_shape=array"),
        Example("The catalog as linked data", "", f"/{DATABASE}.jsonld", "application/ld+json"),
        Example("New and changed records", "Atom; `kind` narrows it down.", "/atom.xml", "application/atom+xml"),
    ]))
    return groups


async def show_api(datasette: CatalogSite, request: Request) -> Response:
    """Show the documented addresses."""
    context = {"groups": await make_examples(datasette), "base": public_url(request), "digest": datasette.facts.meta.get("content_digest", "")}
    return await show_page(datasette, request, "api.html", context)


def routes() -> list[tuple[str, Any]]:
    """Return the address of this module."""
    return [(r"^/api$", show_api)]
