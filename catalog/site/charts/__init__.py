"""Charts of the site: each a function from the built file to a Drawing, found by its name.

A chart registers with `chart`; the site shows it in its page and offers it as a file `/charts/<name>.svg`.
"""

from __future__ import annotations

import importlib
import pkgutil
import sqlite3
from collections.abc import Callable, Mapping
from functools import lru_cache

from catalog.site.charts.svg import Drawing

Chart = Callable[[sqlite3.Connection, Mapping[str, str]], Drawing]
_CHARTS: dict[str, Chart] = {}


class UnknownChart(LookupError):
    """There is no chart of that name, or nothing to draw for the parameters."""


def chart(name: str) -> Callable[[Chart], Chart]:
    """Register the decorated function as the chart of a name."""

    def register(function: Chart) -> Chart:
        _CHARTS[name] = function
        return function

    return register


@lru_cache(maxsize=1)
def all_charts() -> dict[str, Chart]:
    """Import every module of this package and return the charts by name."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(_CHARTS.items()))


def draw(db: sqlite3.Connection, name: str, parameters: Mapping[str, str] | None = None) -> Drawing:
    """Return a chart drawn from the built file.

    Raises:
        UnknownChart: There is no such chart, or nothing to draw.
    """
    function = all_charts().get(name)
    if function is None:
        raise UnknownChart(f"there is no chart {name!r}; there are {', '.join(all_charts())}")
    return function(db, parameters or {})
