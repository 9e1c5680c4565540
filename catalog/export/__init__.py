"""Exports: the built file in the forms that other programs read, one module per format.

Last stage, beside the site. A format registers with `export_format`; `catalog export`, its list and the manifest follow
from the registry. Every writer streams from the file and gives the same bytes for the same file.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from catalog.export.source import Source

# Writes into a fresh folder, or to a fresh file, and returns the number of rows (or records) by file, paths with `/`.
Writer = Callable[[Source, Path], dict[str, int]]


class UnknownFormat(LookupError):
    """There is no such format; the message names the nearest."""


class MissingPackage(ImportError):
    """The format needs a package that is not installed; the message says how to install it."""


@dataclass(frozen=True)
class Format:
    """A format: what it is for, and how it is written.

    `file_name` is the name of its one file; None if it is a folder of files. `needs` is a package of the extra `export`.
    """

    name: str
    description: str
    write: Writer
    file_name: str | None = None
    needs: str | None = None


_FORMATS: dict[str, Format] = {}


def export_format(name: str, description: str, *, file_name: str | None = None, needs: str | None = None) -> Callable[[Writer], Writer]:
    """Register the decorated writer under the name of a format."""

    def register(write: Writer) -> Writer:
        _FORMATS[name] = Format(name, description, write, file_name, needs)
        return write

    return register


@lru_cache(maxsize=1)
def all_formats() -> dict[str, Format]:
    """Import every module of this package and return the formats by name."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(_FORMATS.items()))


def find_format(name: str) -> Format:
    """Return a format whose package is there.

    Raises:
        UnknownFormat: There is none of that name.
        MissingPackage: It needs a package that is not installed.
    """
    formats = all_formats()
    if name not in formats:
        from catalog.suggest import suggestion

        raise UnknownFormat(f"there is no format {name!r}: " + suggestion(name, formats, f"there are {', '.join(formats)} and all"))
    found = formats[name]
    if found.needs and importlib.util.find_spec(found.needs) is None:
        raise MissingPackage(f"the format {name} needs the package {found.needs}; install it with: pip install 'deep-learning-catalog[export]'")
    return found
