"""Sense over the linked records: rules that catch what cannot be true.

Fifth stage. Each module here holds the rules of one theme; a rule is one function that looks at the clean records
and yields findings. `data/exceptions.yaml` excuses records from a warning, with the reason (`exceptions.py`).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from catalog.claims import Claim
from catalog.edtf import Date
from catalog.link import Catalog, Relation
from catalog.problems import Problem, Rule, declare
from catalog.read import Document
from catalog.validate import Tombstone, ValidRecord
from catalog.values import Leaf


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule finds in a record: the place in its file, the fact with the value found, and how to mend it.

    `place` is a dotted path as `Document.mark` takes it; `key` points at the key instead of the value.
    """

    record: ValidRecord | Tombstone
    place: str
    what: str
    fix: str
    why: str | None = None
    key: bool = False


@dataclass
class Context:
    """What a rule may look at, with indexes that several rules share.

    Args:
        catalog: The clean records with their relations.
        claims: Claims by record.
        known: References of every record that was read, clean or not.
        today: The day of the check, `YYYY-MM-DD`.
        is_complete: Whether every record is clean; if not, a missing link says nothing.
    """

    catalog: Catalog
    claims: dict[str, list[Claim]]
    known: frozenset[str] = frozenset()
    today: str = "9999-12-31"
    is_complete: bool = True
    outgoing: dict[str, list[Relation]] = field(default_factory=dict)
    incoming: dict[str, list[Relation]] = field(default_factory=dict)
    dates: dict[str, list[Leaf]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for relation in self.catalog.relations:
            self.outgoing.setdefault(relation.record, []).append(relation)
            self.incoming.setdefault(relation.target, []).append(relation)
        for ref, leaves in self.catalog.leaves.items():
            found = [leaf for leaf in leaves if isinstance(leaf.value, Date)]
            if found:
                self.dates[ref] = found

    @property
    def records(self) -> dict[str, ValidRecord]:
        return self.catalog.records

    def leaves(self, record: ValidRecord) -> list[Leaf]:
        return self.catalog.leaves[record.ref]


def plus_days(day: str, days: int) -> str:
    """Return the day so many days later (ISO 8601), at most the last day of 9999.

    >>> plus_days("2016-02-28", 2), plus_days("9999-12-01", 99)
    ('2016-03-01', '9999-12-31')
    """
    ordinal = date.fromisoformat(day).toordinal() + days
    return date.fromordinal(min(ordinal, date.max.toordinal())).isoformat()


Check = Callable[[Context], Iterator[Finding]]
_CHECKS: dict[str, tuple[Rule, Check]] = {}


def check(rule: Rule) -> Callable[[Check], Check]:
    """Declare a rule and register the decorated function as its check."""

    def register(function: Check) -> Check:
        _CHECKS[declare(rule).id] = (rule, function)
        return function

    return register


@lru_cache(maxsize=1)
def all_checks() -> dict[str, tuple[Rule, Check]]:
    """Import every module of this package and return its checks by the id of their rule."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(_CHECKS.items()))


def check_rules(
    catalog: Catalog, claims: dict[str, list[Claim]], documents: Iterable[Document], data: Path, *,
    is_complete: bool = True, today: date | None = None,
) -> list[Problem]:
    """Apply every rule to the clean records.

    Args:
        catalog: The clean records.
        claims: Their claims.
        documents: Everything that was read, valid or not.
        data: The data folder, for its `exceptions.yaml`.
        is_complete: Whether every record that was read is clean.
        today: Day against which `review_by` and dates in the future are judged.

    Returns:
        What the rules find, less what the exceptions excuse, plus what is wrong with the exceptions.
    """
    from catalog.rules.exceptions import apply_exceptions

    context = Context(catalog, claims, frozenset(d.ref for d in documents), (today or date.today()).isoformat(), is_complete)
    findings = [(rule, found) for rule, function in all_checks().values() for found in function(context)]
    excused, problems = apply_exceptions(data / "exceptions.yaml", findings, context)
    for rule, found in findings:
        if (rule.id, found.record.document.ref) not in excused:
            document = found.record.document
            problems.append(rule.at(document.path, document.mark(found.place, key=found.key), found.what, found.fix, found.why))
    return problems
