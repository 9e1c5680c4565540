"""Paths of values, in words and resolved: what a claim is about, for pages that list claims of many records."""

from __future__ import annotations

import sqlite3
from typing import Any

from catalog.kinds import all_kinds


def name_path(kind: str, document: dict[str, Any], path: str) -> str:
    """Return what a path of a record means, in words.

    >>> name_path("datasets", {}, "items"), name_path("datasets", {"facts": [{"name": "writers"}]}, "facts.1.value")
    ('Items', 'writers')
    >>> name_path("datasets", {}, "splits.train.items")
    'Splits: train, items'
    """
    first, *rest = path.split(".")
    spec = all_kinds()[kind].fields.get(first) if kind in all_kinds() else None
    label = spec.label if spec else first.replace("_", " ").capitalize()
    if first == "facts" and rest and rest[0].isdecimal():
        facts = document.get("facts", [])
        if int(rest[0]) <= len(facts):
            return str(facts[int(rest[0]) - 1].get("name", label))
    rest = [r.replace("_", " ") for r in rest if r != "scores"]
    return f"{label}: {', '.join(rest)}" if rest else label


def value_at(document: dict[str, Any], path: str) -> str | None:
    """Return what stands at a path of a record, such as a name, which needs no claim; None for a part or nothing."""
    node: Any = document
    for step in path.split("."):
        if isinstance(node, dict):
            node = node.get(step)
        elif isinstance(node, list) and step.isdecimal() and 0 < int(step) <= len(node):
            node = node[int(step) - 1]
        else:
            return None
    return None if node is None or isinstance(node, dict | list) else str(node)


def accepted_beside_others(db: sqlite3.Connection) -> dict[tuple[str, str], list[tuple[str, str | None]]]:
    """Return who holds the accepted value where some source differs: (value, source) by record and path, those read first."""
    found: dict[tuple[str, str], list[tuple[str, str | None]]] = {}
    sql = ("SELECT a.record, a.path, a.value_text, a.source FROM (SELECT DISTINCT record, path FROM claims WHERE role = 'other') o "
           "JOIN claims a ON a.record = o.record AND a.path = o.path WHERE a.role <> 'other' ORDER BY a.record, a.path, a.accessed IS NULL, a.source")
    for record, path, value, source in db.execute(sql):
        found.setdefault((record, path), []).append((value, source))
    return found


def holder(held: list[tuple[str, str | None]], other_source: str | None) -> tuple[str | None, str | None]:
    """Return (value, source) to show beside what another source says: a source that does not contradict itself, if there is one.

    >>> holder([("2015", "a"), ("2015", "b")], "a"), holder([("2015", "a")], "a"), holder([], "a")
    (('2015', 'b'), ('2015', None), (None, None))
    """
    value = held[0][0] if held else None
    return value, next((source for _, source in held if source != other_source), None)
