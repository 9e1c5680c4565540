"""The values of a record one by one, with the path that citations use and the place in the file.

Used by every stage after validation. The two paths differ only in tables of results: a cell is cited as
`results.<row>.scores.<column>` wherever its table stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.fields import FieldSpec, fields_of
from catalog.kinds.benchmark import Result, ResultTable
from catalog.kinds.common import COMMON_FIELDS, Record, Sourced

# Fields that say where a record comes from; they are no values of their own.
PROVENANCE = frozenset({"sources", "derived"})
_SOURCE_FIELDS = frozenset(Sourced.model_fields)


@dataclass(slots=True, frozen=True)
class Leaf:
    """One value of a record.

    `path` is how citations name it, `place` where it stands in the file (items of lists counted from 1),
    `part` the innermost part around it that names a source of its own and `part_path` the path of that part.
    """

    path: str
    place: str
    spec: FieldSpec
    value: Any
    part: Sourced | None
    part_path: str
    is_source_field: bool

    @property
    def needs_source(self) -> bool:
        return self.spec.evidence and not self.is_source_field


def walk(record: Record) -> Iterator[Leaf]:
    """Yield every value of a record that is written, common fields included, without its provenance."""
    for name, spec in fields_of(type(record)).items():
        if name not in PROVENANCE:
            yield from _field(record, name, spec, "", "", None, "")


def walk_part(part: Any, path: str, place: str) -> Iterator[Leaf]:
    """Yield every value of one part, as `walk` does."""
    yield from _part(part, path, place, None, "")


def _field(owner: Any, name: str, spec: FieldSpec, path: str, place: str, part: Sourced | None, part_path: str) -> Iterator[Leaf]:
    value = getattr(owner, name)
    if value is None or value == [] or value == {}:
        return
    here, there = f"{path}{name}", f"{place}{name}"
    is_source_field = isinstance(owner, Sourced) and name in _SOURCE_FIELDS
    if isinstance(owner, ResultTable) and name == "results":
        for key, result in value.items():
            yield from _result(result, owner, key, f"{there}.{key}")
        return
    if spec.shape == "scalar":
        items = (("", "", value),)
    elif spec.shape == "list":
        items = ((f".{i}", f".{i}", v) for i, v in enumerate(value, 1))
    else:
        items = ((f".{k}", f".{k}", v) for k, v in value.items())
    for step, step_place, one in items:
        if one is None:
            continue
        if spec.type == "part":
            yield from _part(one, here + step, there + step_place, part, part_path)
        else:
            yield Leaf(here + step, there + step_place, spec, one, part, part_path, is_source_field)


def _part(part: Any, path: str, place: str, outer: Sourced | None, outer_path: str) -> Iterator[Leaf]:
    if isinstance(part, Sourced) and part.source:
        outer, outer_path = part, path
    for name, spec in fields_of(type(part)).items():
        yield from _field(part, name, spec, f"{path}.", f"{place}.", outer, outer_path)


def _result(result: Result, table: ResultTable, key: str, place: str) -> Iterator[Leaf]:
    path = f"results.{key}"
    part: Sourced | None = result if result.source else (table if table.source else None)
    for name, spec in fields_of(Result).items():
        if name in ("scores", "errors"):
            for i, (column, score) in enumerate(zip(table.columns, getattr(result, name), strict=False), 1):  # link reports a row of the wrong length
                if score is not None:
                    yield Leaf(f"{path}.{name}.{column}", f"{place}.{name}.{i}", spec, score, part, path, False)
        else:
            yield from _field(result, name, spec, f"{path}.", f"{place}.", part, path)


def title_of(record: Record) -> str:
    """Return the name by which a record is shown: its English name, or its title as printed."""
    return record.name or record.title


def is_common(name: str) -> bool:
    return name in COMMON_FIELDS
