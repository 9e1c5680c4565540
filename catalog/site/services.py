"""What the site offers beside its pages, gathered for the plugin: addresses, and what templates need of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from hashlib import sha256
from typing import Any

from catalog.site import api, feeds, record_files, suggestions
from catalog.site.instance import HERE, CatalogSite


def routes() -> list[tuple[str, Callable[..., Any]]]:
    """Return the addresses of all of it; they go before Datasette's own, as all of a plugin do."""
    return feeds.routes() + record_files.routes() + api.routes() + suggestions.routes()


@lru_cache(maxsize=1)
def _suggest_version() -> str:
    """Return a mark of the script of suggestions and its style, so that browsers take new ones at once."""
    return sha256(b"".join((HERE / "static" / name).read_bytes() for name in ("suggest.js", "suggest.css"))).hexdigest()[:8]


def template_vars(site: CatalogSite) -> dict[str, Any]:
    """Return what `_head.html` and `_cite.html` ask for."""
    return {"page_head": partial(record_files.page_head, site), "page_citation": partial(record_files.page_citation, site), "suggest_version": _suggest_version()}
