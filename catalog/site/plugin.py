"""The hooks through which our pages, cells and guards get into Datasette.

Registered by hand when a site is opened, not by an entry point: another Datasette of the same environment has nothing
to do with us, and even in one process every hook acts on a CatalogSite only.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator
from functools import lru_cache
from hashlib import sha256
from typing import Any

from datasette import hookimpl
from datasette.plugins import pm

from catalog.kinds import all_kinds
from catalog.site import cells, guards, pages, section_pages, services
from catalog.site.columns import column_text
from catalog.site.computed import keep_views
from catalog.site.instance import HERE, CatalogSite
from catalog.site.metadata import DATABASE, LICENCE, TITLE
from catalog.site.sections import all_sections


@lru_cache(maxsize=1)
def _style_version() -> str:
    """Return a mark of the style sheet, so that browsers take a new one at once."""
    return sha256((HERE / "static" / "site.css").read_bytes()).hexdigest()[:8]


class SitePlugin:
    """An object and not a module, or Datasette would offer our templates to every instance."""

    __name__ = "deep_learning_catalog_site"

    @hookimpl
    def prepare_connection(self, conn: sqlite3.Connection, database: str, datasette: Any) -> None:
        if isinstance(datasette, CatalogSite):
            guards.limit_connection(conn)
            if database == DATABASE:
                keep_views(conn, datasette.facts.views)

    @hookimpl
    def register_routes(self, datasette: Any) -> list[tuple[str, Any]]:
        return pages.routes() + section_pages.routes() + services.routes() if isinstance(datasette, CatalogSite) else []

    @hookimpl
    def asgi_wrapper(self, datasette: Any) -> Callable[[Any], Any]:
        if isinstance(datasette, CatalogSite):
            return lambda app: guards.guard(app, datasette.content_security_policy)
        return lambda app: app

    @hookimpl
    def render_cell(self, row: Any, value: Any, column: str, table: str | None, datasette: Any) -> str | None:
        return cells.render_cell(datasette, row, value, column, table) if isinstance(datasette, CatalogSite) else None

    @hookimpl
    def extra_template_vars(self, datasette: Any, request: Any) -> dict[str, Any]:
        if not isinstance(datasette, CatalogSite):
            return {}
        return {
            "site_title": TITLE, "lang": pages.language_of(request), "sections": all_sections(), "licence": LICENCE, "kinds": all_kinds(), "facts": datasette.facts, "style_version": _style_version(),
            **services.template_vars(datasette), "column_text": column_text, "record_link": lambda ref: cells.record_link(datasette, ref), "record_url": cells.record_url,
            "number_text": cells.number_text, "format_number": cells.format_number, "web": cells.is_web, "is_long": cells.is_long, "identifier_url": cells.identifier_url,
        }

    @hookimpl(wrapper=True)
    def handle_exception(self, datasette: Any, request: Any, exception: Exception) -> Generator[None, list[Any], list[Any]]:
        """Answer in Datasette's place: its own handler prints every 404 with all local variables."""
        results = yield
        return [lambda: pages.error_response(datasette, request, exception)] if isinstance(datasette, CatalogSite) else results


_PLUGIN = SitePlugin()


def register_plugin() -> None:
    """Make the hooks known to Datasette, once."""
    if not pm.is_registered(_PLUGIN):
        pm.register(_PLUGIN, _PLUGIN.__name__)
