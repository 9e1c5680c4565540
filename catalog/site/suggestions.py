"""Suggestions as somebody types: records whose name, other name or a later word of it begins with what was written.

The list of names is made when it is first asked for and kept as long as the site; an answer is a bisection in it.
"""

from __future__ import annotations

import asyncio
import heapq
import re
import sqlite3
from bisect import bisect_left
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from datasette.utils.asgi import Request, Response

from catalog.kinds import all_kinds
from catalog.search import fold
from catalog.site.configuration import public_url
from catalog.site.instance import CatalogSite
from catalog.site.metadata import DATABASE

LIMIT = 10
LENGTH = 60  # letters of a query that are looked at
WORDS = 6  # words of a name at which an entry begins
_WORD = re.compile(r"[^\W_]+(?:[+#]+)?")


@dataclass(frozen=True, order=True)
class Entry:
    """A beginning under which a record is found: `rank` is lower for better ones (the whole name, records that many refer to)."""

    folded: str
    rank: tuple[int, int, int]
    ref: str
    shown: str


def read_entries(db: sqlite3.Connection) -> list[Entry]:
    """Return the entries of all records, sorted by their folded text."""
    weight = dict(db.execute("SELECT target, count(*) FROM relations GROUP BY target").fetchall())
    names = db.execute(
        "SELECT ref, name, 0 FROM records UNION ALL SELECT ref, value, 0 FROM names UNION ALL SELECT ref, value, 1 FROM aliases").fetchall()
    best: dict[tuple[str, str], Entry] = {}
    for ref, name, is_alias in names:
        folded = fold(name)
        for word, match in enumerate(_WORD.finditer(folded)):
            if word >= WORDS:
                break
            # A source is rarely what is meant; the name of a thing more than a word inside of it.
            rank = (2 * (word > 0) + 3 * ref.startswith("sources/") + is_alias, -weight.get(ref, 0), len(folded))
            entry = Entry(" ".join(folded[match.start():].split()), rank, ref, name)
            key = (entry.folded, ref)
            best[key] = min(best.get(key, entry), entry)
    return sorted(best.values())


def complete(entries: list[Entry], text: str, limit: int = LIMIT) -> list[Entry]:
    """Return the best entries that begin with a text, each record once.

    Args:
        entries: As `read_entries` returns them.
        text: What was written so far, in any case, with or without accents.
        limit: How many.
    """
    wanted = " ".join(fold(text[:LENGTH]).split())
    if not wanted:
        return []
    first = bisect_left(entries, wanted, key=lambda e: e.folded)
    last = bisect_left(entries, wanted + "\U0010ffff", first, key=lambda e: e.folded)
    found: dict[str, Entry] = {}
    # A record may stand there under several names, hence more than asked for.
    for entry in heapq.nsmallest(limit * 6, entries[first:last], key=lambda e: (e.folded != wanted, e.rank, e.ref)):
        found.setdefault(entry.ref, entry)
    return list(found.values())[:limit]


_ENTRIES: WeakKeyDictionary[CatalogSite, asyncio.Future[list[Entry]]] = WeakKeyDictionary()


async def _entries(site: CatalogSite) -> list[Entry]:
    """Return the entries of a site, read once; those who ask at the same time wait for the same reading."""
    reading = _ENTRIES.get(site)
    if reading is None or (reading.done() and (reading.cancelled() or reading.exception() is not None)):
        reading = asyncio.ensure_future(site.get_database(DATABASE).execute_fn(read_entries))
        _ENTRIES[site] = reading
    return await asyncio.shield(reading)


async def suggest(datasette: CatalogSite, request: Request) -> Response:
    """Return records as `[{ref, url, name, shown, kind}]`, or with `form=opensearch` as browsers ask for them."""
    text = request.args.get("q") or ""
    found = complete(await _entries(datasette), text)
    headers = {"cache-control": "public, max-age=300"}
    if request.args.get("form") == "opensearch":
        names = [e.shown for e in found]
        urls = [f"{public_url(request)}/{DATABASE}/{e.ref}" for e in found]
        return Response.json([text[:LENGTH], names, [datasette.facts.names[e.ref][0] for e in found], urls], headers=headers)
    answer = [{"ref": e.ref, "url": f"/{DATABASE}/{e.ref}", "name": datasette.facts.names[e.ref][0], "shown": e.shown,
               "kind": all_kinds()[e.ref.partition("/")[0]].singular} for e in found]
    return Response.json(answer, headers=headers)


def routes() -> list[tuple[str, Any]]:
    """Return the address of this module."""
    return [(r"^/suggest\.json$", suggest)]
