"""One Datasette on one release: opened, probed, and closed without leaving threads behind."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from datasette.app import Datasette
from datasette.database import WriteTask

from catalog.site import guards
from catalog.site.metadata import DATABASE, make_metadata
from catalog.site.sandbox import CatalogDatabase, Sandbox

HERE = Path(__file__).parent


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
    """

    names: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)
    meta: dict[str, str] = field(default_factory=dict)


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
                meta=dict(db.execute("SELECT key, value FROM meta").fetchall()))
        finally:
            db.close()
    except sqlite3.Error as error:
        raise CannotOpen(f"{file.name} is no built catalog: {error}") from error


class CatalogSite(Datasette):
    """A Datasette that serves a built catalog; the plugin's hooks act on these and on no other Datasette."""

    facts = Facts()
    script_hashes: tuple[str, ...] = ()

    def content_security_policy(self) -> str:
        return guards.content_security_policy(self.script_hashes)

    def _connected_databases(self) -> list[dict[str, Any]]:
        """Tell of the databases without the path, which is nobody's business."""
        return [{**d, "path": f"{d['name']}.db" if d["path"] else None} for d in super()._connected_databases()]


def _new_site(file: Path | None, metadata: dict[str, Any]) -> CatalogSite:
    from catalog.site.plugin import register_plugin

    register_plugin()
    return CatalogSite(
        [], immutables=[str(file)] if file else [], metadata=metadata, settings=guards.SETTINGS,
        template_dir=str(HERE / "templates"), static_mounts=[("static", str(HERE / "static"))])


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
    pages = ["/", "/search?q=a", "/-/versions.json", *(f"/{DATABASE}/{kind}" for kind in site.facts.counts)]
    for page in [*pages, f"/{DATABASE}/{first}"] if first else pages:
        response = await site.client.get(page)
        if response.status_code != 200:
            raise CannotOpen(f"its page {page} answers {response.status_code}")


async def close_site(site: Datasette) -> None:
    """End a site that answers no more requests: its write threads, its read threads, its connections, its sandbox."""

    def end(connection: sqlite3.Connection) -> None:
        connection.close()
        raise SystemExit  # ends the thread: Datasette 0.65 has no other way

    for database in site.databases.values():
        thread = database._write_thread
        if thread is not None:
            database._write_queue.put(WriteTask(end, None, None))
            await asyncio.to_thread(thread.join)
    if site.executor is not None:
        await asyncio.to_thread(partial(site.executor.shutdown, wait=True))
    for database in site.databases.values():
        await asyncio.to_thread(database.close)


async def probe_script_hashes() -> tuple[str, ...]:
    """Return the hashes of the inline scripts on the pages of an instance that holds none of our data.

    Hashing the pages that are sent would bless a script that somebody smuggled into a record.
    """
    site = _new_site(None, {})
    database = site.get_database("_memory")
    database.name = DATABASE
    try:
        await site.invoke_startup()
        memory = site.add_memory_database("probe")
        await memory.execute_write("CREATE TABLE IF NOT EXISTS probe (id TEXT PRIMARY KEY, name TEXT)")
        await memory.execute_write("INSERT OR REPLACE INTO probe VALUES ('a', 'b')")
        paths = ["/probe", "/probe/probe", "/probe/probe/a", "/probe?sql=select+1", "/probe?sql=selec", "/-/versions", "/none"]
        return guards.script_hashes([(await site.client.get(path)).text for path in paths])
    finally:
        await close_site(site)
