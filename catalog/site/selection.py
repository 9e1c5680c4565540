"""What the filters of an address mean in SQL: asked by sections and by the charts they show, so that both select the same.

Values that no record has select nothing; which values there are is what `topic_options` and the sections say.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

NOT_RECORDED = "not-recorded"
# Steps of a download's size in bytes, as an address names them.
SIZES = {"1gb": 1e9, "10gb": 1e10, "100gb": 1e11, "1tb": 1e12}
_BELOW = "WITH RECURSIVE below(id) AS (SELECT ? UNION SELECT t.id FROM topics t JOIN below b ON t.parent_id = b.id) SELECT id FROM below"


@dataclass
class Selection:
    """Conditions joined by AND, and their arguments in the same order."""

    conditions: list[str] = field(default_factory=list)
    arguments: list[Any] = field(default_factory=list)

    def add(self, condition: str, *arguments: Any) -> None:
        self.conditions.append(f"({condition})")
        self.arguments += arguments

    @property
    def where(self) -> str:
        """The condition of a WHERE clause; true when nothing is asked."""
        return " AND ".join(self.conditions) or "1"

    def equal(self, column: str, value: str | None) -> None:
        """Ask for a value of a column; `not-recorded` asks for none."""
        if value == NOT_RECORDED:
            self.add(f"{column} IS NULL")
        elif value:
            self.add(f"{column} = ?", value)

    def topic(self, ref: str, topic: str | None, more: str = "") -> None:
        """Ask for records on a topic or one below it; `more` is a further condition on `IN ({below})`."""
        if topic:
            also = f" OR {more.format(below=_BELOW)}" if more else ""
            self.add(f"{ref} IN (SELECT ref FROM record_topics WHERE topic_id IN ({_BELOW})){also}", *[topic] * (2 if more else 1))

    def years(self, column: str, first: str | None, last: str | None) -> None:
        """Ask for dates that may lie in the years from `first` to `last`, both inclusive."""
        if first and is_year(first):
            self.add(f"{column}_to >= ?", f"{first}-01-01")
        if last and is_year(last):
            self.add(f"{column}_from <= ?", f"{last}-12-31")


def is_year(text: str) -> bool:
    """Say whether a text is a year of four digits.

    >>> is_year("2012"), is_year("12"), is_year("２０１２")
    (True, False, False)
    """
    return len(text) == 4 and text.isascii() and text.isdigit()


def select_achievements(parameters: Mapping[str, str], alias: str = "v") -> Selection:
    """Return which achievements `status` and `topic` ask for; `alias` has the columns `status` and `ref`."""
    selection = Selection()
    selection.equal(f"{alias}.status", parameters.get("status"))
    selection.topic(f"{alias}.ref", parameters.get("topic"))
    return selection


def select_datasets(parameters: Mapping[str, str], alias: str = "d") -> Selection:
    """Return which data sets `modality`, `topic`, `licence`, `status`, `from`, `to` (years) and `size` ask for."""
    selection = Selection()
    if parameters.get("modality"):
        selection.add(f"EXISTS (SELECT 1 FROM json_each({alias}.modality) WHERE value = ?)", parameters["modality"])
    selection.topic(f"{alias}.ref", parameters.get("topic"), f"{alias}.id IN (SELECT dataset_id FROM dataset_tasks WHERE topic_id IN ({{below}}))")
    selection.equal(f"{alias}.licence", parameters.get("licence"))
    selection.equal(f"{alias}.status", parameters.get("status"))
    selection.years(f"{alias}.released", parameters.get("from"), parameters.get("to"))
    size = parameters.get("size", "")
    if size == NOT_RECORDED:
        selection.add(f"{alias}.download_bytes IS NULL")
    elif size in SIZES:
        selection.add(f"{alias}.download_bytes <= ?", SIZES[size])
    return selection


def select_models(parameters: Mapping[str, str], alias: str = "m") -> Selection:
    """Return which models `topic`, `weights` and `known` (a number that must be there) ask for."""
    selection = Selection()
    selection.topic(f"{alias}.ref", parameters.get("topic"))
    selection.equal(f"{alias}.weights", parameters.get("weights"))
    if parameters.get("known") in ("parameters", "training_flop"):
        selection.add(f"{alias}.{parameters['known']} IS NOT NULL")
    return selection


@dataclass(frozen=True)
class Option:
    """One value that a filter can take: how many records have it, and how deep it stands in a tree."""

    value: str
    label: str
    count: int | None = None
    depth: int = 0


def options_of(values: list[tuple[str | None, int]], labels: Mapping[str, str] | None = None) -> list[Option]:
    """Return the options for (value, count); no value becomes `not recorded`, and comes last."""
    found = [Option(v, (labels or {}).get(v, v.replace("-", " ") if labels is None else v), n) for v, n in values if v is not None]
    missing = sum(n for v, n in values if v is None)
    return found + ([Option(NOT_RECORDED, "not recorded", missing)] if missing else [])


def topic_options(db: sqlite3.Connection, kind: str) -> list[Option]:
    """Return the topics of the records of a kind in the order of the tree, each with the records on it or below it."""
    tasks = "UNION SELECT 'datasets/' || dataset_id, topic_id FROM dataset_tasks " if kind == "datasets" else ""
    rows = db.execute(
        "WITH RECURSIVE above(ref, id) AS (SELECT x.ref, x.topic_id FROM record_topics x JOIN records r ON r.ref = x.ref WHERE r.kind = ? "
        f"{tasks}UNION SELECT a.ref, t.parent_id FROM above a JOIN topics t ON t.id = a.id WHERE t.parent_id IS NOT NULL) "
        "SELECT t.id, t.name, t.name_ru, t.parent_id, count(DISTINCT a.ref) FROM above a JOIN topics t ON t.id = a.id GROUP BY t.id ORDER BY lower(t.name), t.id",
        (kind,)).fetchall()
    known = {row[0] for row in rows}
    children: dict[str | None, list[Any]] = {}
    for row in rows:
        children.setdefault(row[3] if row[3] in known else None, []).append(row)
    found: list[Option] = []

    def walk(parent: str | None, depth: int) -> None:
        for slug, name, russian, _, count in children.get(parent, ()):
            label = f"{name} · {russian}" if russian and russian != name else name
            # A root over nearly everything tells nothing apart: its children take its place.
            is_needless = parent is None and len(children[None]) == 1 and slug in children
            if not is_needless:
                found.append(Option(slug, label, count, depth))
            walk(slug, depth if is_needless else depth + 1)

    walk(None, 0)
    return found


def chosen(parameters: Mapping[str, str], name: str, options: Iterable[Option], default: str = "") -> str:
    """Return what an address asks for, if it is one of the options, else the default."""
    value = parameters.get(name, "")
    return value if value in {o.value for o in options} else default
