"""The kinds of records: one module each, discovered, registered under the name of their data folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from catalog.fields import FieldSpec, fields_of
from catalog.kinds.common import Record


@dataclass(frozen=True)
class Kind:
    """A kind of record: its class and how it is called.

    Args:
        name: Folder under `data/` and table, plural (`human_baselines`).
        model: The SQLModel class of one record as authored.
        singular: English name of one record (`human baseline`).
        label, label_ru: Names of the whole kind for readers.
        description: What belongs into it.
        order: Place in lists, the most read first.
        sort: Column by which its table is shown; `-` before it means downwards.
        needs_sources: Whether its records must cite at least one source.
    """

    name: str
    model: type[Record]
    singular: str
    label: str
    label_ru: str
    description: str
    order: int
    sort: str
    needs_sources: bool

    @property
    def fields(self) -> dict[str, FieldSpec]:
        return fields_of(self.model)


_REGISTRY: dict[str, Kind] = {}


def kind(
    name: str, *, singular: str, label_ru: str, order: int, label: str | None = None, sort: str = "name",
    needs_sources: bool = True,
) -> Callable[[type[Record]], type[Record]]:
    """Register the decorated class as a kind; its docstring is the kind's description."""

    def register(model: type[Record]) -> type[Record]:
        description = " ".join((model.__doc__ or "").split())
        shown = label or name.replace("_", " ").capitalize()
        _REGISTRY[name] = Kind(name, model, singular, shown, label_ru, description, order, sort, needs_sources)
        return model

    return register


@lru_cache(maxsize=1)
def all_kinds() -> dict[str, Kind]:
    """Import every module of this package and return the kinds by name, in the order of their `order`."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(_REGISTRY.items(), key=lambda item: (item[1].order, item[0])))
