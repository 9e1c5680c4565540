"""Pages of the lecture and of what one can learn from, opened on a file, and what stands on them."""

from __future__ import annotations

import asyncio
import html
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
from factories import write_data
from whole_pages import whole

from catalog.check import check_data
from catalog.load import build_file
from catalog.site.instance import close_site, open_site

ROOT = Path(__file__).resolve().parents[2]
Get = Callable[[str], httpx.Response]
HOSTILE = "\"'><script>alert(1)</script>{{7*190707}}"
BOLD = "<b>5 & 6</b>"


def open_file(file: Path) -> Iterator[Get]:
    with asyncio.Runner() as runner:
        site = runner.run(open_site(file))
        yield lambda path: runner.run(site.client.get(path))
        runner.run(close_site(site))


def build_small(folder: Path, files: dict[str, str]) -> Path:
    """Build a file of a few records, warnings allowed."""
    data = write_data(folder, files)
    checked = check_data(data)
    assert checked.is_clean, [f"{p.path}:{p.line}: {p.what}" for p in checked.problems if p.severity == "error"]
    build_file(checked.catalog, checked.claims, data, folder / "catalog.db")
    return folder / "catalog.db"


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def everything(get: Get, path: str) -> str:
    return whole(lambda p: get(p).text, path)


def main_of(page: str) -> str:
    return page.partition('<main id="content">')[2].partition("</main>")[0]


def links_in(page: str) -> list[str]:
    return [html.unescape(link) for link in re.findall(r'href="([^"]+)"', page)]


def records_in(page: str) -> set[str]:
    return {link.removeprefix("/catalog/") for link in links_in(page) if re.fullmatch(r"/catalog/[a-z_]+/[a-z0-9-]+", link)}


def refs(db: sqlite3.Connection, sql: str) -> set[str]:
    return {row[0] for row in db.execute(sql)}
