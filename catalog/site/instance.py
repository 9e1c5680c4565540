"""One Datasette on one release: opened, probed, and closed without leaving threads behind."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from datasette.app import Datasette
from jinja2 import Environment, Template
from markupsafe import Markup

from catalog.site import guards
from catalog.site.computed import Rows, compute_views
from catalog.site.configuration import allows_sql
from catalog.site.metadata import DATABASE, make_metadata
from catalog.site.sandbox import CatalogDatabase, MemoryDatabase, Sandbox

HERE = Path(__file__).parent
PUBLIC = frozenset({"view-instance", "view-database", "view-database-download", "view-table", "view-query", "execute-sql"})


class CannotOpen(Exception):
    """The file cannot be served; the message says why."""


@dataclass(frozen=True)
class Facts:
    """What the pages need to know of a file at every request, read once when it is opened.

    Args:
        names: Name and Russian name of every record, by `kind/slug`.
        counts: Number of records by kind.
        columns: Columns of every table and view.
        meta: The table `meta`.
        views: Rows of every view.
    """

    names: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)
    meta: dict[str, str] = field(default_factory=dict)
    views: dict[str, Rows] = field(default_factory=dict)


def read_facts(file: Path) -> Facts:
    """Read what is needed of a built file.

    Raises:
        CannotOpen: It is missing, damaged, or no catalog.
    """
    if not file.is_file():
        raise CannotOpen(f"there is no file {file}")
    try:
        db = sqlite3.connect(f"file:{file}?immutable=1", uri=True)
        try:
            problem = db.execute("PRAGMA quick_check(1)").fetchone()[0]
            if problem != "ok":
                raise CannotOpen(f"{file.name} is damaged: {problem}")
            tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name")]
            return Facts(
                names={row[0]: (row[1], row[2]) for row in db.execute("SELECT ref, name, name_ru FROM records")},
                counts=dict(db.execute("SELECT kind, count(*) FROM records GROUP BY kind").fetchall()),
                columns={t: [row[1] for row in db.execute(f'PRAGMA table_info("{t}")')] for t in tables},
                meta=dict(db.execute("SELECT key, value FROM meta").fetchall()), views=compute_views(db))
        finally:
            db.close()
    except sqlite3.Error as error:
        raise CannotOpen(f"{file.name} is no built catalog: {error}") from error


class _PlainTemplate(Template):
    """A template that waits for nothing while it renders, though Datasette awaits it: coroutines cost half of a page's time."""

    async def render_async(self, *args: Any, **kwargs: Any) -> str:
        return self.render(*args, **kwargs)


class CatalogSite(Datasette):
    """A Datasette that serves a built catalog; the plugin's hooks act on these and on no other Datasette."""

    facts = Facts()
    script_hashes: tuple[str, ...] = ()

    @cached_property
    def links(self) -> dict[str, Markup]:
        """Links to records that were written already, by reference: a page holds hundreds, and they never change."""
        return {}

    @cached_property
    def _plain_templates(self) -> Environment:
        """The environment of our own templates. They call nothing that must be awaited; Datasette's own do."""
        environment = self.jinja_env.overlay(enable_async=False)
        environment.template_class = _PlainTemplate
        return environment

    async def render_template(self, templates: Any, context: Any = None, request: Any = None, view_name: str | None = None) -> str:
        """Render as Datasette does; our own templates without coroutines."""
        names = [templates.name] if isinstance(templates, Template) else [templates] if isinstance(templates, str) else templates
        found = self._plain_templates.select_template(names)
        if Path(found.filename or "").is_relative_to(HERE):
            templates = found
        return await super().render_template(templates, context, request=request, view_name=view_name)

    def content_security_policy(self) -> str:
        return guards.content_security_policy(self.script_hashes)

    async def permission_allowed(self, actor: Any, action: str, resource: Any = None, default: bool = False) -> bool:
        """Let everybody read everything but Datasette's own book-keeping, and nobody do anything else.

        Datasette's own answer copies the whole metadata each time it is asked, 1,100 times for the list of tables (1 s).
        """
        database = resource if isinstance(resource, str) else (resource or (None,))[0]
        return action in PUBLIC and database != "_internal" and (action != "execute-sql" or allows_sql())

    def _connected_databases(self) -> list[dict[str, Any]]:
        """Tell of the databases without the path, which is nobody's business."""
        return [{**d, "path": f"{d['name']}.db" if d["path"] else None} for d in super()._connected_databases()]


def _new_site(file: Path | None, metadata: dict[str, Any]) -> CatalogSite:
    from catalog.site.plugin import register_plugin

    register_plugin()
    site = CatalogSite(
        [], immutables=[str(file)] if file else [], metadata=metadata, settings=guards.SETTINGS,
        template_dir=str(HERE / "templates"), static_mounts=[("static", str(HERE / "static"))])
    site.remove_database("_internal")
    site.add_database(MemoryDatabase(site, memory_name=secrets.token_hex()), name="_internal")
    return site


async def open_site(file: Path, script_hashes: tuple[str, ...] = ()) -> CatalogSite:
    """Open a site on a built file and make sure that it answers.

    Args:
        file: The built file; it must stay where it is as long as the site is open.
        script_hashes: Of the inline scripts that pages may run, from `probe_script_hashes`.

    Raises:
        CannotOpen: The file is no sound catalog, or a page of it fails.
    """
    facts = await asyncio.to_thread(read_facts, file)
    site = _new_site(file, make_metadata(facts.columns))
    site.facts, site.script_hashes = facts, script_hashes
    site.remove_database(site.get_database().name)
    database = CatalogDatabase(site, str(file), is_mutable=False)
    database.sandbox = Sandbox(file)
    site.add_database(database, name=DATABASE)
    try:
        await site.invoke_startup()
        await _require_pages(site)
    except BaseException:
        await close_site(site)
        raise
    return site


async def _require_pages(site: CatalogSite) -> None:
    """Ask for one page of each sort and the table of every kind; raise CannotOpen if one fails."""
    first = next(iter(sorted(site.facts.names)), None)
    pages = ["/", "/search?q=a", *(f"/{DATABASE}/{kind}" for kind in site.facts.counts)]
    for page in [*pages, f"/{DATABASE}/{first}"] if first else pages:
        response = await site.client.get(page)
        if response.status_code != 200:
            raise CannotOpen(f"its page {page} answers {response.status_code}")


async def close_site(site: CatalogSite) -> None:
    """End a site that answers no more requests: its threads, its connections, its sandbox."""
    if site.executor is not None:
        await asyncio.to_thread(partial(site.executor.shutdown, wait=True))
    for database in site.databases.values():
        await asyncio.to_thread(database.close)


async def probe_script_hashes() -> tuple[str, ...]:
    """Return the hashes of the inline scripts on the pages of an instance that holds none of our data.

    Hashing the pages that are sent would bless a script that somebody smuggled into a record.
    """
    site = _new_site(None, {})
    try:
        await site.invoke_startup()
        memory = site.add_database(MemoryDatabase(site, memory_name=secrets.token_hex()), name="probe")
        await memory.execute_write("CREATE TABLE probe (id TEXT PRIMARY KEY, name TEXT)")
        await memory.execute_write("INSERT INTO probe VALUES ('a', 'b')")
        paths = ["/probe", "/probe/probe", "/probe/probe/a", "/probe?sql=select+1", "/probe?sql=selec", "/-/versions", "/none"]
        return guards.script_hashes([(await site.client.get(path)).text for path in paths])
    finally:
        await close_site(site)
