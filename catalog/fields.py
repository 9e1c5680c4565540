"""The field types that kinds are written in, and the description that every other stage reads from them.

A kind is a SQLModel class whose fields are annotated with the types below and described by `field()`. From the
class follow the resolution of YAML scalars, the tables, the site's labels, the JSON Schema and the reference
documentation: `fields_of()` returns what all of them read, so nothing is written twice.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import ConfigDict, StringConstraints
from pydantic_core import core_schema
from sqlmodel import Field, SQLModel
from sqlmodel.main import FieldInfoMetadata

from catalog import edtf, quantity

SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
KEY = r"[a-z0-9]+(?:[-_][a-z0-9]+)*"
LANGUAGE = r"[a-z]{2,3}(?:-[A-Z][A-Za-z]{1,3})?"
TEXT_LIMIT = 20_000  # the server refuses values above 100 KB (docs/serving.md), so the data must stay below
SLUG_LIMIT = 80


@dataclass(frozen=True)
class Reference:
    """Marks a text as the slug of a record of `kind`, or (kind `*`) as `kind/slug`, with `item` as `kind/slug#path`."""

    kind: str
    item: str | None = None


class Ref(str):
    """`Ref["datasets"]`: a reference to a record by its slug; `Ref["*"]`: to a record of any kind by `kind/slug`."""

    def __class_getitem__(cls, kind: str) -> Any:
        return Annotated[str, Reference(kind)]


class ItemRef(str):
    """`ItemRef["benchmarks", "results"]`: a reference to a keyed part, written `benchmarks/glue#results.ernie`."""

    def __class_getitem__(cls, target: tuple[str, str]) -> Any:
        return Annotated[str, Reference(*target)]


Text = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_LIMIT)]
ONE_LINE = r"^[^\n\r]+$"
Line = Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=ONE_LINE)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"'`\\]+$", max_length=2000)]
Slug = Annotated[str, StringConstraints(pattern=rf"^{SLUG}$", max_length=SLUG_LIMIT)]
Language = Annotated[str, StringConstraints(pattern=rf"^{LANGUAGE}$")]
Version = Annotated[str, StringConstraints(min_length=1, max_length=60)]


def _instance_schema(cls: type) -> Any:
    """Give a value class to pydantic: an instance made by the reader, never converted from something else."""
    return classmethod(lambda _, source, handler: core_schema.is_instance_schema(cls))


Quantity = quantity.Quantity
Date = edtf.Date
Quantity.__get_pydantic_core_schema__ = _instance_schema(Quantity)
Date.__get_pydantic_core_schema__ = _instance_schema(Date)


class Part(SQLModel):
    """A nested part of a record: unknown keys are refused and nothing is converted."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)


def field(
    description: str,
    ru: str,
    *,
    label: str | None = None,
    unit: str | None = None,
    evidence: bool | None = None,
    tolerance: float = 0.0,
    default: Any = None,
    required: bool = False,
    facet: bool = False,
    hidden: bool = False,
    example: str | None = None,
    **constraints: Any,
) -> Any:
    """Describe one field of a kind.

    Args:
        description: What it holds, one sentence that a reader of the page understands without the code.
        ru: Its label in Russian.
        label: Its label in English; without it the name is used, its unit set apart.
        unit: Unit of the number.
        evidence: Whether each value needs a source; numbers and dates do unless told otherwise, texts do not.
        tolerance: Relative difference within which a source still agrees with the value.
        default: Value of a field that is not written (`list` and `dict` make empty ones).
        required: Whether it must be written.
        facet: Whether the table's page offers to filter by it.
        hidden: Whether tables and pages leave it out.
        example: A value to show in the reference.
        constraints: Bounds, inclusive: `ge` and `le` of a whole number, `min_length` and `max_length` of a text (characters),
            `min_length` of a list or map (items).
    """
    extra = {"ru": ru, "label": label, "unit": unit, "evidence": evidence, "tolerance": tolerance,
             "facet": facet, "hidden": hidden, "example": example}
    if required:
        return Field(description=description, schema_extra={"json_schema_extra": {"catalog": extra}}, **constraints)
    if default in (list, dict):
        return Field(default_factory=default, description=description, schema_extra={"json_schema_extra": {"catalog": extra}}, **constraints)
    return Field(default=default, description=description, schema_extra={"json_schema_extra": {"catalog": extra}}, **constraints)


@dataclass(frozen=True)
class FieldSpec:
    """One field as every stage sees it.

    `shape` is `scalar`, `list` or `map`; `type` says what one value is: `text`, `integer`, `number` (a Quantity),
    `date`, `boolean`, `choice`, `reference` or `part`. Bounds are inclusive and hold for one value, `min_items` for a list or map.
    """

    name: str
    shape: Literal["scalar", "list", "map"]
    type: str
    description: str
    label: str
    label_ru: str
    unit: str | None
    evidence: bool
    tolerance: float
    required: bool
    facet: bool
    hidden: bool
    example: str | None
    choices: tuple[str, ...] = ()
    reference: Reference | None = None
    part: type[SQLModel] | None = None
    key: Reference | str | None = None  # of a map: a reference, a pattern, or None for KEY
    pattern: str | None = None
    min_length: int | None = None  # characters
    max_length: int | None = None  # characters
    ge: int | None = None
    le: int | None = None
    min_items: int = 0
    default: Any = None  # of a field that is not written; `list` and `dict` make a new one
    key_choices: tuple[str, ...] = ()

    @property
    def is_url(self) -> bool:
        return self.pattern is not None and self.pattern.startswith("^https?")


_UNITS = ("gib", "mhz", "gb_s", "nm", "mm2", "w", "pct", "ms", "bytes", "years", "days", "s", "usd", "gflops", "flop", "mib")
_UNIT_TEXT = {"gib": "GiB", "mhz": "MHz", "gb_s": "GB/s", "mm2": "mm²", "w": "W", "pct": "%", "usd": "USD", "gflops": "GFLOPS", "flop": "FLOP"}
ACRONYMS = {"id": "ID", "isbn13": "ISBN-13", "url": "URL", "doi": "DOI", "ru": "RU", "gpu": "GPU", "tls": "TLS"}


def label_from_name(name: str) -> str:
    """Return an English label: `memory_gib` becomes `Memory (GiB)`.

    >>> label_from_name("labels_public_since")
    'Labels public since'
    """
    unit = next((u for u in _UNITS if name.endswith("_" + u)), None)
    stem = name.removesuffix("_" + unit) if unit else name
    words = [ACRONYMS.get(word, word) for word in stem.split("_")]
    words[0] = words[0][0].upper() + words[0][1:]
    return " ".join(words) + (f" ({_UNIT_TEXT.get(unit, unit)})" if unit else "")


def _strip_optional(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [a for a in get_args(annotation) if a is not type(None)]
        if len(inner) == 1:
            return inner[0]
    return annotation


_NARROWER = {"min_length": max, "max_length": min, "ge": max, "le": min, "pattern": lambda _, new: new}
_CHECKED = {"text": {"min_length", "max_length", "pattern"}, "integer": {"ge", "le"}, "list": {"min_length"}, "map": {"min_length"}}  # by `validate`


@cache
def _constraints(mark: Any) -> dict[str, Any]:
    """Return what a mark of pydantic demands of a value, by the name of the constraint."""
    return {f.name: value for f in dataclasses.fields(mark) if (value := getattr(mark, f.name)) is not None}


def _joined(known: dict[str, Any], marks: Iterable[Any]) -> dict[str, Any]:
    """Return what is known of a value with what the marks of its annotation add; of two bounds the narrower holds."""
    found = dict(known)
    for mark in marks:
        if isinstance(mark, Reference):
            found |= {"type": "reference", "reference": mark}
        elif not isinstance(mark, FieldInfoMetadata):  # SQLModel's own, about columns
            for name, value in _constraints(mark).items():
                if name not in _CHECKED.get(found["type"], ()):
                    raise TypeError(f"nothing checks {name!r} of a {found['type']}")
                found[name] = _NARROWER[name](found[name], value) if name in found else value
    return found


def _value_type(annotation: Any) -> dict[str, Any]:
    """Say what one value of the annotation is, in the terms of FieldSpec."""
    annotation = _strip_optional(annotation)
    if get_origin(annotation) is Annotated:
        base, *marks = get_args(annotation)
        return _joined(_value_type(base), marks)
    if get_origin(annotation) is Literal:
        return {"type": "choice", "choices": get_args(annotation)}
    if annotation is Quantity:
        return {"type": "number"}
    if annotation is Date:
        return {"type": "date"}
    if annotation in (str, int, bool):
        return {"type": {str: "text", int: "integer", bool: "boolean"}[annotation]}
    if isinstance(annotation, type) and issubclass(annotation, SQLModel):
        return {"type": "part", "part": annotation}
    raise TypeError(f"a kind cannot have a field of type {annotation!r}")


def _key_type(annotation: Any) -> dict[str, Any]:
    if get_origin(annotation) is Literal:
        return {"key_choices": get_args(annotation)}
    value = _value_type(annotation)
    return {"key": value.get("reference") or value.get("pattern")}


def _shape_and_type(annotation: Any, marks: list[Any]) -> dict[str, Any]:
    """Say what a field holds; pydantic keeps the marks of a bare Annotated[...] beside those of the field."""
    annotation = _strip_optional(annotation)
    origin = get_origin(annotation)
    if origin not in (list, dict):
        return {"shape": "scalar", **_joined(_value_type(annotation), marks)}
    shape = "list" if origin is list else "map"
    *key, value = get_args(annotation)
    fewest = _joined({"type": shape}, marks).get("min_length", 0)
    return {"shape": shape, "min_items": fewest, **(_key_type(key[0]) if key else {}), **_value_type(value)}


@cache
def fields_of(model: type[SQLModel]) -> dict[str, FieldSpec]:
    """Return the fields of a kind or part by name, in the order they are written in the class."""
    specs = {}
    for name, info in model.model_fields.items():
        extra = (info.json_schema_extra or {}).get("catalog")
        if extra is None:
            raise TypeError(f"{model.__name__}.{name} has no field() description")
        found = _shape_and_type(info.annotation, info.metadata)
        evidence = extra["evidence"]
        if evidence is None:
            evidence = found["type"] in ("number", "date")
        specs[name] = FieldSpec(
            name=name, description=info.description, label=extra["label"] or label_from_name(name),
            label_ru=extra["ru"], unit=extra["unit"], evidence=evidence, tolerance=extra["tolerance"],
            required=info.is_required(), facet=extra["facet"], hidden=extra["hidden"], example=extra["example"],
            default=info.default_factory or info.default, **found,
        )
    return specs


def make_object(model: type[SQLModel], values: dict[str, Any]) -> Any:
    """Return the object of a kind or part from values that `validate` has checked, defaults for what is not written.

    Pydantic would check them all again, and takes longer to prepare that than a contributor should wait for the check of a file.
    """
    filled = {n: values[n] if n in values else s.default() if callable(s.default) else s.default for n, s in fields_of(model).items()}
    return model.model_construct(set(values), **filled)
