"""The order in which the fields of a record are written: what it is, then what its kind holds, then where it comes from.

Skeletons and the canonical layout both follow it, so a skeleton that is filled in stays as it is.
"""

from __future__ import annotations

from functools import cache

from sqlmodel import SQLModel

from catalog.fields import FieldSpec, fields_of
from catalog.kinds.common import Record, Sourced

_OPENING = ("name", "names", "aliases", "summary")
_KINSHIP = ("topics", "identifiers", "links")
_CLOSING = ("facts", "examples", "timings", "related", "note", "review_by", "former_ids", "derived", "sources")
_SOURCE_FIELDS = tuple(Sourced.model_fields)


@cache
def field_order(model: type[SQLModel]) -> tuple[str, ...]:
    """Return the names of the fields of a kind or part in the order in which they are written.

    A record begins with its name (a work with its title and whatever else is required), goes on with the fields of
    its kind, the required ones first, and ends with its sources. A part says what it is before it says where that is
    from, unless it is itself a table of parts; remarks come last.

    >>> from catalog.kinds.common import Fact
    >>> field_order(Fact)[:4], field_order(Fact)[-1]
    (('name', 'value', 'text', 'unit'), 'note')
    """
    specs = fields_of(model)
    if issubclass(model, Record):
        own = [s for s in specs.values() if s.name not in _OPENING + _KINSHIP + _CLOSING]
        required = [s.name for s in own if s.required and s.part is None]
        rest = [s.name for s in own if s.name not in required]
        if specs["name"].required:
            return (*_OPENING, *_KINSHIP, *required, *rest, *_CLOSING)
        return (*required, *_OPENING, *rest, *_KINSHIP, *_CLOSING)  # a work begins with its title
    names = list(specs)
    if issubclass(model, Sourced):
        own = [name for name in names if name not in _SOURCE_FIELDS]
        names = [*_SOURCE_FIELDS, *own] if any(map(_holds_parts, specs.values())) else [*own, *_SOURCE_FIELDS]
    return tuple(sorted(names, key=lambda name: name == "note"))


def _holds_parts(spec: FieldSpec) -> bool:
    return spec.part is not None and spec.shape != "scalar"
