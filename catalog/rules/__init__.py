"""Sense over the linked records: rules that catch what cannot be true.

Fifth stage. Each module here holds some rules; each rule is one function that looks at the clean records and
yields problems. `data/exceptions.yaml` lists records that are excused from a warning, with the reason; an
exception that is no longer needed is an error.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from catalog.claims import Claim
from catalog.link import Catalog
from catalog.problems import Problem, Rule, declare


@dataclass(frozen=True)
class Context:
    """What a rule may look at."""

    catalog: Catalog
    claims: dict[str, list[Claim]]


Check = Callable[[Context], Iterator[Problem]]
_CHECKS: dict[str, tuple[Rule, Check]] = {}


def check(rule: Rule) -> Callable[[Check], Check]:
    """Register the decorated function as the check of a rule."""

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


def check_rules(catalog: Catalog, claims: dict[str, list[Claim]], data: Path) -> list[Problem]:
    """Return what the rules find, less what `exceptions.yaml` excuses, plus what is wrong with the excuses."""
    context = Context(catalog, claims)
    problems: Iterable[Problem] = [p for _, function in all_checks().values() for p in function(context)]
    return list(problems)
