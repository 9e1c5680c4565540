"""Checking: the stages up to the rules run one after the other on a data folder."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from catalog.claims import Claim, make_claims
from catalog.kinds import all_kinds
from catalog.link import Catalog, link_catalog
from catalog.problems import Problem, has_errors, sort_problems
from catalog.read import Document, read_catalog
from catalog.rules import check_rules
from catalog.validate import validate_catalog


@dataclass(slots=True)
class Checked:
    """What came out: the linked catalog with its claims, and every problem found on the way, sorted."""

    documents: list[Document]
    catalog: Catalog
    claims: dict[str, list[Claim]]
    problems: list[Problem]

    @property
    def is_clean(self) -> bool:
        """Whether there are no errors; warnings do not stop a build."""
        return not has_errors(self.problems)


@contextlib.contextmanager
def _without_collector() -> Iterator[None]:
    """Pause the cyclic garbage collector: the stages make many objects and no cycles, and it looks at all of them again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def check_data(data: Path, today: date | None = None) -> Checked:
    """Read, validate, link and judge every record below a data folder.

    Args:
        data: The folder that holds one folder for each kind.
        today: Day against which `accessed`, `review_by` and dates in the future are judged.

    Raises:
        FileNotFoundError: There is no such folder.
    """
    with _without_collector():
        return _check(data, today)


def _check(data: Path, today: date | None) -> Checked:
    documents, problems = read_catalog(data, all_kinds())
    problems = problems + [p for d in documents for p in d.problems]
    readable = [d for d in documents if not d.problems]
    records, tombstones, more = validate_catalog(readable)
    problems += more
    catalog, more = link_catalog(documents, records, tombstones)
    problems += more
    claims, more = make_claims(catalog, today)
    problems += more
    problems += check_rules(catalog, claims, documents, data, is_complete=not has_errors(problems), today=today)
    return Checked(documents, catalog, claims, sort_problems(problems))
