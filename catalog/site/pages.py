"""Our own pages: home, search, records, errors, robots. Each is rendered from a template of the same name."""

from __future__ import annotations

import logging
import re
import sqlite3
import traceback
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from datasette.database import QueryInterrupted
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import Base400, NotFound, Request, Response
from datasette.views.base import DatasetteError

import catalog
from catalog.kinds import all_kinds
from catalog.search import CANDIDATES, QUERY_LIMIT, Found, find
from catalog.site.charts import draw
from catalog.site.configuration import preview_refs, public_url
from catalog.site.instance import CatalogSite
from catalog.site.measured import load_measured
from catalog.site.metadata import DATABASE
from catalog.site.record import load_record
from catalog.site.sandbox import TooBusy
from catalog.site.sections import all_sections
from catalog.suggest import nearest

PAGE = 20
SEARCH_MILLISECONDS = 400
LANGUAGE_COOKIE = "language"
PACKAGE = Path(catalog.__file__).parent
log = logging.getLogger("catalog.site")
# Questions to start from: the address that answers, the question, and what stands there.
QUESTIONS = (
    ("/people-and-machines", "When did machines pass people, and which people were they?", "The ledger of claims, with who was measured and the caveat of each."),
    ("/people-and-machines#people-ahead", "What can machines still not do?", "Open comparisons, and levels that no recorded result passes."),
    ("/benchmarks", "How did results improve, and how long does a benchmark last?", "Progress on each benchmark beside the level of people."),
    ("/catalog/breakthrough_lags", "How long did breakthroughs wait for their data and their methods?", "Three years for data and eighteen for methods, says a well-known table; on better dates it is not quite so."),
    ("/hardware", "How fast are the devices, per watt and per dollar?", "Claims of the makers by year; any devices side by side; does a model fit?"),
    ("/learn", "Which books and courses are free?", "By topic, level and language."),
    ("/lecture", "What did a lecture of 2022 say, and what holds today?", "A hundred slides, with every correction and its reason."),
    ("/problems", "What helps against the problems of deep learning?", "Problems and their remedies, trends and drivers."),
    ("/curate", "Where do the sources disagree, and what has nobody checked yet?", "The curators' page, with the last audit."),
    ("/questions", "More questions, ready to ask", "Queries with a form, and their answers as a table or file."),
)


async def show_page(site: CatalogSite, request: Request, template: str, context: dict[str, Any], status: int = 200) -> Response:
    """Render one of our templates; a page that is all right may be kept by caches for a while."""
    body = await site.render_template(template, context, request=request, view_name=template.removesuffix(".html"))
    headers = {"cache-control": f"max-age={site.setting('default_cache_ttl')}"} if status == 200 else {}
    return Response.html(body, status=status, headers=headers)


async def home(datasette: CatalogSite, request: Request) -> Response:
    """Say what this is, and offer ways in."""
    db = datasette.get_database(DATABASE)
    coverage = (await db.execute("SELECT sum(claims), sum(read_claims), sum(disagreeing) FROM coverage")).first()
    def extras(connection: sqlite3.Connection) -> dict[str, Any]:
        """Return the timeline, the last audit, and what happened last."""
        audit = connection.execute(
            "SELECT p.date, p.value, p.note FROM indicator_points p WHERE p.indicator_id = 'catalog-audit' ORDER BY p.date_from DESC, p.position LIMIT 1").fetchone()
        latest = connection.execute("SELECT date, ref, name, summary FROM timeline WHERE category <> 'period' ORDER BY date_from DESC, name LIMIT 5").fetchall()
        return {"audit": audit, "latest": latest, "chart": draw(connection, "timeline")}

    preview = [(ref, *datasette.facts.names[ref]) for ref in preview_refs() if ref in datasette.facts.names]
    context = {"preview": preview, "present": [k for k in all_kinds().values() if datasette.facts.counts.get(k.name)],
               "questions": [q for q in QUESTIONS if q[0].startswith("/catalog") or q[0].strip("/").partition("#")[0] in all_sections()],
               "claims": coverage[0] or 0, "read": coverage[1] or 0, "disagreeing": coverage[2] or 0, **await db.execute_fn(extras)}
    return await show_page(datasette, request, "home.html", context)


def _find(site: CatalogSite, text: str, kind: str | None, offset: int) -> Any:
    def run(connection: sqlite3.Connection) -> Found:
        with sqlite_timelimit(connection, SEARCH_MILLISECONDS):
            return find(connection, text, kind, PAGE, offset)

    return site.get_database(DATABASE).execute_fn(run)


def _search_arguments(request: Request) -> tuple[str, str | None, int]:
    text = (request.args.get("q") or "").strip()[:QUERY_LIMIT]
    kind = request.args.get("kind") or None
    page = request.args.get("page") or "1"
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 4 else 1
    return text, kind if kind in all_kinds() else None, max(1, min(number, CANDIDATES // PAGE))


async def search(datasette: CatalogSite, request: Request) -> Response:
    """Show what was found for `q`, best first, with the kinds to narrow it down."""
    text, kind, number = _search_arguments(request)
    found = await _find(datasette, text, kind, (number - 1) * PAGE) if text else Found([], {})
    total = found.kinds.get(kind, 0) if kind else found.total

    def link(**changes: Any) -> str:
        arguments = {"q": text, "kind": kind, "page": None, **changes}
        return "/search?" + urlencode({k: v for k, v in arguments.items() if v})

    context = {"text": text, "kind": kind, "found": found, "total": total, "page": number, "link": link,
               "next": link(page=number + 1) if number * PAGE < min(total, CANDIDATES) else None,
               "previous": link(page=number - 1) if number > 1 else None}
    return await show_page(datasette, request, "search.html", context)


async def search_json(datasette: CatalogSite, request: Request) -> Response:
    """Return the same as JSON: `hits`, `total`, `kinds` (counts), `suggestions`."""
    text, kind, number = _search_arguments(request)
    found = await _find(datasette, text, kind, (number - 1) * PAGE) if text else Found([], {})
    total = found.kinds.get(kind, 0) if kind else found.total
    return Response.json({"query": text, "kind": kind, "page": number, "total": total, "kinds": found.kinds,
                          "hits": [vars(hit) for hit in found.hits], "suggestions": found.suggestions})


async def record(datasette: CatalogSite, request: Request) -> Response:
    """Show one record; a renamed one leads to its new name, a removed one says why."""
    ref = f"{request.url_vars['kind']}/{request.url_vars['slug']}"
    db = datasette.get_database(DATABASE)
    page = await db.execute_fn(lambda connection: load_record(connection, ref, datasette.facts.names))
    if page is None:
        return await _missing(datasette, request, ref)
    measured = await db.execute_fn(lambda connection: load_measured(connection, page.kind.name, page.slug))
    return await show_page(datasette, request, "record.html", {"page": page, **measured})


async def _missing(site: CatalogSite, request: Request, ref: str) -> Response:
    db = site.get_database(DATABASE)
    kind, _, slug = ref.partition("/")
    renamed = (await db.execute("SELECT f.ref FROM former_ids f JOIN records r ON r.ref = f.ref WHERE f.value = ? AND r.kind = ?", [slug, kind])).first()
    if renamed:
        return Response.redirect(f"/{DATABASE}/{renamed[0]}", status=301)
    removed = (await db.execute("SELECT date, reason, replaced_by FROM tombstones WHERE ref = ?", [ref])).first()
    if removed:
        context = {"status": 410, "title": "This record was removed", "error": f"{removed[0]}: {removed[1]}", "instead": [removed[2]] if removed[2] else []}
        return await show_page(site, request, "error.html", context, 410)
    near = nearest(ref, site.facts.names) if kind in all_kinds() else []
    context = {"status": 404, "title": "There is no such record", "error": f"Nothing here is called {ref}.", "instead": near}
    return await show_page(site, request, "error.html", context, 404)


async def record_of_ref(datasette: CatalogSite, request: Request) -> Response:
    """Lead from the row of a record in the table of all records to the record itself."""
    return Response.redirect(f"/{DATABASE}/{request.url_vars['kind']}/{request.url_vars['slug']}")


def language_of(request: Request | None) -> str:
    """Return the language a visitor chose for labels and names: `en` or `ru`."""
    return "ru" if request and request.cookies.get(LANGUAGE_COOKIE) == "ru" else "en"


async def choose_language(datasette: CatalogSite, request: Request) -> Response:
    """Remember the language of labels and names, and lead back to the page one came from."""
    back = request.args.get("next") or "/"
    if not re.fullmatch(r"/(?![/\\])[^\\\x00-\x20]*", back):
        back = "/"
    response = Response.redirect(back)
    response.set_cookie(LANGUAGE_COOKIE, request.url_vars["language"], max_age=365 * 86400, samesite="lax", httponly=True)
    return response


async def robots(datasette: CatalogSite, request: Request) -> Response:
    return Response.text(f"User-agent: *\nDisallow: /search\nDisallow: /*?\nDisallow: /*.csv\nDisallow: /*.json\n\nSitemap: {public_url(request)}/sitemap.xml\n")


def routes() -> list[tuple[str, Any]]:
    """Return our addresses; kinds are named, so that all other tables stay Datasette's."""
    kinds = "|".join(map(re.escape, all_kinds()))
    slug = r"(?P<slug>[a-z0-9-]{1,80})"
    return [
        (r"^/$", home), (r"^/search$", search), (r"^/search\.json$", search_json), (r"^/robots\.txt$", robots),
        (r"^/language/(?P<language>en|ru)$", choose_language),
        (rf"^/{DATABASE}/(?P<kind>{kinds})/{slug}$", record),
        (rf"^/{DATABASE}/records/(?P<kind>{kinds})~2F{slug}$", record_of_ref),
    ]


async def error_response(site: CatalogSite, request: Request, error: Exception) -> Response:
    """Answer a failed request in words, and log what was our fault."""
    status, title, message = _describe(error)
    if status == 500:
        log.error("%s failed", request.path, exc_info=error)
    if request.path.partition("?")[0].endswith(".json"):
        return Response.json({"ok": False, "error": message, "status": status, "title": title}, status=status)
    return await show_page(site, request, "error.html", {"status": status, "title": title, "error": message, "instead": []}, status)


def _is_ours(error: Exception) -> bool:
    """Say whether an error arose in our code; Datasette lets malformed arguments end as ValueError, KeyError and the like."""
    files = [Path(frame.f_code.co_filename) for frame, _ in traceback.walk_tb(error.__traceback__)]
    return any(file.is_relative_to(PACKAGE) and file.name != "sandbox.py" for file in files)


def _describe(error: Exception) -> tuple[int, str, str]:
    """Return (status, title, message); what an error of our own says stays in the log."""
    if isinstance(error, NotFound):
        return 404, "There is no such page", "The address leads nowhere. The search above knows every record."
    if isinstance(error, TooBusy):
        return 503, "Too busy", str(error)
    if isinstance(error, QueryInterrupted):
        return 400, "The query took too long", "Queries may take half a second. Select less, or take the whole file and ask it at home."
    if isinstance(error, Base400):
        return error.status, "This cannot be answered", str(error.args[0] if error.args else "")
    if isinstance(error, DatasetteError):
        message = error.message if not error.message_is_html else "Queries may take half a second. Select less, or take the whole file and ask it at home."
        return error.status if error.status < 500 else 400, error.title or "This cannot be answered", message
    if isinstance(error, sqlite3.OperationalError | OverflowError):
        return 400, "This cannot be answered", str(error)
    if isinstance(error, ValueError | TypeError | AttributeError | LookupError | sqlite3.Error) and not _is_ours(error):
        return 400, "This cannot be answered", "The address does not fit the page: something in it is missing or malformed."
    return 500, "Something went wrong here", "The fault is ours and has been noted."
