"""Sections: the pages that tell one thing well (timeline, machines against people, hardware, learn …).

A section is one function that reads the built file and returns what its template `sections/<name>.html` shows. It is
discovered, gets the address `/<name>` and a place in the navigation; a filter of the page is a parameter of its address.
"""

from __future__ import annotations

import importlib
import pkgutil
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Load = Callable[[sqlite3.Connection, Mapping[str, str]], dict[str, Any]]


@dataclass(frozen=True)
class Section:
    """One page: its address, its names, its place in the navigation (`menu` none leaves it out), and what it shows."""

    name: str
    label: str
    label_ru: str
    order: int
    about: str
    menu: str | None
    load: Load


_SECTIONS: dict[str, Section] = {}


def section(name: str, *, label: str, label_ru: str, order: int, menu: str | None = "explore") -> Callable[[Load], Load]:
    """Register the decorated function as a section; its docstring says what the page is about, to readers.

    Args:
        name: Address and template, lower case.
        label, label_ru: Names in the navigation.
        order: Place in the navigation.
        menu: Group of the navigation: `explore`, `learn`, `curate`, or None.
    """

    def register(function: Load) -> Load:
        about = " ".join((function.__doc__ or "").split())
        _SECTIONS[name] = Section(name, label, label_ru, order, about, menu, function)
        return function

    return register


@lru_cache(maxsize=1)
def all_sections() -> dict[str, Section]:
    """Import every module of this package and return the sections by name, in the order of the navigation."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(_SECTIONS.items(), key=lambda item: (item[1].order, item[0])))


def rows(db: sqlite3.Connection, sql: str, parameters: Any = ()) -> list[dict[str, Any]]:
    """Return the rows of a query as dictionaries by column."""
    cursor = db.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
