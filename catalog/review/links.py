"""The addresses of the records: where each stands, and which of them are due to be asked.

`link_ask` asks them, `link_cache` remembers the answers, `link_report` prints them. Nothing here writes into `data/`: what a
record says of its links is for people to change.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from catalog.kinds import all_kinds
from catalog.read import read_catalog
from catalog.review.link_ask import Answer, Manners, ask_all
from catalog.review.link_cache import Known, LinkCache
from catalog.validate import ValidRecord, validate_catalog
from catalog.values import walk

UNSURE_DAYS = 1  # an answer that told nothing is asked for again sooner


@dataclass(frozen=True)
class Use:
    """One place where an address stands: record, path, and what the record says of its state."""

    ref: str
    path: str
    stated: str | None


@dataclass
class Address:
    """An address (without the part after #), where it is used, and the last answer to it."""

    url: str
    uses: list[Use] = field(default_factory=list)
    known: Known | None = None


@dataclass
class Round:
    """What one run did: the addresses it was about, how many were asked, and whether nobody answered at all."""

    addresses: list[Address]
    asked: int = 0
    is_offline: bool = False
    unreadable: int = 0  # files that are no valid record and whose addresses are therefore left out


def read_addresses(data: Path, kinds: Iterable[str] = (), archived: bool = False) -> tuple[list[Address], int]:
    """Return the addresses of all valid records in the order of their records, and how many files are none.

    Args:
        data: Data folder.
        kinds: Only records of these kinds; all if there are none.
        archived: Take the copies in web archives too.

    Raises:
        FileNotFoundError: There is no data folder or no record in it.
    """
    documents, stray = read_catalog(data, all_kinds())
    records, tombstones, _ = validate_catalog(d for d in documents if not d.problems)
    wanted = set(kinds)
    found: dict[str, Address] = {}
    for record in records:
        if wanted and record.kind.name not in wanted:
            continue
        for url, use in _uses(record, archived):
            found.setdefault(url, Address(url)).uses.append(use)
    return list(found.values()), len(documents) + len(stray) - len(records) - len(tombstones)


def _uses(record: ValidRecord, archived: bool) -> Iterator[tuple[str, Use]]:
    leaves = list(walk(record.record))
    values = {leaf.path: leaf.value for leaf in leaves}
    for leaf in leaves:
        name = leaf.spec.name
        if leaf.spec.is_url and (archived or name != "archived_url"):
            owner = leaf.path.removesuffix(name)
            stated = values.get(owner + name.replace("url", "state"))
            yield leaf.value.partition("#")[0], Use(record.ref, leaf.path, stated)


def due(addresses: list[Address], now: datetime, max_age_days: float, only_new: bool) -> list[Address]:
    """Return the addresses to ask: those never asked, then those whose answer is too old, the oldest first."""
    fresh = [a for a in addresses if a.known is None]
    if only_new:
        return fresh

    def is_old(known: Known) -> bool:
        days = min(max_age_days, UNSURE_DAYS) if known.state == "unsure" else max_age_days
        return now - known.asked >= timedelta(days=days)

    return fresh + sorted((a for a in addresses if a.known and is_old(a.known)), key=lambda a: a.known.asked)


def check_links(
    data: Path, cache: Path, manners: Manners, *, kinds: Iterable[str] = (), limit: int | None = None, only_new: bool = False,
    max_age_days: float = 7, archived: bool = False, report: Callable[[int, int, Answer], None] = lambda *_: None,
) -> Round:
    """Ask the addresses that are due and return all of them with their last answers.

    Every answer is kept at once, so a run that is broken off goes on where it stopped.

    Args:
        data: Data folder; only read.
        cache: File of the answers.
        manners: How to ask.
        kinds: Only records of these kinds.
        limit: Ask at most so many; 0 only shows what is known.
        only_new: Ask only what was never asked.
        max_age_days: Ask again after so many days.
        archived: Ask copies in web archives too.
        report: Told each answer, with its number and how many are asked.

    Raises:
        FileNotFoundError: There is no data folder or no record in it.
        catalog.review.link_cache.BrokenCache: The file of the answers cannot be used.
    """
    addresses, unreadable = read_addresses(data, kinds, archived)
    with LinkCache(cache) as kept:
        for address in addresses:
            address.known = kept.get(address.url)
        asked = due(addresses, datetime.now(UTC), max_age_days, only_new)[:limit]
        held: list[Answer] = []  # while nobody has answered, the fault may be our own network's
        number, is_online = 0, False

        def take(answer: Answer) -> None:
            nonlocal number, is_online
            number += 1
            is_online = is_online or answer.somebody_answered
            held.append(answer)
            if is_online:
                kept.put(held)
                held.clear()
            report(number, len(asked), answer)

        asyncio.run(ask_all([a.url for a in asked], manners, take))
        is_offline = len(held) >= 3
        if not is_offline:
            kept.put(held)
        for address in addresses:
            address.known = kept.get(address.url)
    return Round(addresses, len(asked), is_offline, unreadable)
