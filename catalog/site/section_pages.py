"""Routes of the sections, of the charts as files, and of the canned queries' explanations."""

from __future__ import annotations

import sqlite3
from typing import Any
from urllib.parse import urlencode

from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import NotFound, Request, Response

from catalog.site.charts import UnknownChart, all_charts, draw
from catalog.site.instance import CatalogSite
from catalog.site.metadata import DATABASE
from catalog.site.pages import show_page
from catalog.site.sections import all_sections

SECTION_MILLISECONDS = 3000  # wall time: a busy machine must not turn a page into an error
PARAMETER_LIMIT = 200


def parameters_of(request: Request) -> dict[str, str]:
    """Return the first value of each parameter of an address, clipped; no section needs more."""
    return {key: (request.args.get(key) or "")[:PARAMETER_LIMIT] for key in list(request.args)[:20]}


async def show_section(datasette: CatalogSite, request: Request) -> Response:
    """Show one section; `lang=ru` asks for Russian labels where there are some."""
    section = all_sections()[request.url_vars["section"]]
    parameters = parameters_of(request)

    def run(connection: sqlite3.Connection) -> dict[str, Any]:
        with sqlite_timelimit(connection, SECTION_MILLISECONDS):
            return section.load(connection, parameters)

    context = await datasette.get_database(DATABASE).execute_fn(run)
    context |= {"section": section, "parameters": parameters, "link": _linker(section.name, parameters)}
    return await show_page(datasette, request, f"sections/{section.name}.html", context)


def _linker(name: str, parameters: dict[str, str]) -> Any:
    """Return a function that makes the address of the same page with other parameters."""

    def link(**changes: Any) -> str:
        changed = {k: v for k, v in {**parameters, **changes}.items() if v not in (None, "")}
        return f"/{name}" + (f"?{urlencode(sorted(changed.items()))}" if changed else "")

    return link


async def show_chart(datasette: CatalogSite, request: Request) -> Response:
    """Return a chart as an SVG file with its caveat and source lines inside, to embed anywhere."""
    name, parameters = request.url_vars["chart"], parameters_of(request)

    def run(connection: sqlite3.Connection) -> str:
        with sqlite_timelimit(connection, SECTION_MILLISECONDS):
            return draw(connection, name, parameters).render(is_file=True)

    try:
        body = await datasette.get_database(DATABASE).execute_fn(run)
    except UnknownChart as error:
        raise NotFound(str(error)) from None
    headers = {"cache-control": f"max-age={datasette.setting('default_cache_ttl')}", "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return Response(body, content_type="image/svg+xml; charset=utf-8", headers=headers)


def routes() -> list[tuple[str, Any]]:
    """Return the addresses of all sections and charts."""
    sections, charts = "|".join(all_sections()), "|".join(all_charts())
    found = [(rf"^/charts/(?P<chart>{charts})\.svg$", show_chart)]
    return found + [(rf"^/(?P<section>{sections})$", show_section)] if sections else found
