"""JSON Schema (2020-12) of each kind, for editors that complete and check while somebody writes.

A schema never refuses what `catalog check` accepts, also when an editor has read the file as YAML 1.2: an unquoted
`1943` is a number there, so a date field allows numbers too. What only the check can know (whether a reference leads
somewhere, whether a value has a source) is left to it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from sqlmodel import SQLModel

from catalog.authoring.order import field_order
from catalog.fields import KEY, SLUG, FieldSpec, fields_of
from catalog.kinds import Kind, all_kinds
from catalog.kinds.common import PRINTED_PATTERN, Removed
from catalog.quantity import _FORMS, NOT_REPORTED

_POINT = r"(?:[0-9]{4}|[0-9]{3}X|[0-9]{2}XX)(?:-(?:0[1-9]|1[0-2]|2[1-4]|XX)(?:-(?:0[1-9]|[12][0-9]|3[01]|XX))?)?[~?%]?"
_DATE = rf"^(?:{_POINT}(?:/(?:{_POINT}|\.\.)?)?|(?:\.\.)?/{_POINT})$"
_QUANTITY = "^(?:" + re.sub(r"\?P<[a-z]+>", "?:", _FORMS.pattern) + f"|{NOT_REPORTED})$"
_EXAMPLES = {
    "number": [7, "~7", ">50", "947..1024", "5.1±0.6", NOT_REPORTED], "date": ["1943", "1986-10", "2016-03-09", "2016-03-09/2016-03-15", "1974~"],
    "boolean": [True, False],
}


def kind_schema(kind: Kind) -> dict[str, Any]:
    """Return the schema of the records of a kind, tombstones included."""
    parts: dict[str, type[SQLModel]] = {}
    own = _object(kind.model, parts)
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": kind.label,
        "description": kind.description,
        "type": "object",
        "properties": {**own["properties"], "removed": {
            "$ref": "#/$defs/Removed", "description": "Only in the file of a record that was removed: when, why, and what replaces it."}},
        "additionalProperties": False,
        "if": {"required": ["removed"]},
        "then": {"maxProperties": 1},
        "else": {"required": own.get("required", [])},
    }
    parts["Removed"] = Removed
    definitions: dict[str, Any] = {}
    while set(parts) - set(definitions):
        name = min(set(parts) - set(definitions))
        definitions[name] = _object(parts[name], parts)
    return {**schema, "$defs": dict(sorted(definitions.items()))}


def _object(model: type[SQLModel], parts: dict[str, type[SQLModel]]) -> dict[str, Any]:
    specs = fields_of(model)
    properties = {name: _field(specs[name], parts) for name in field_order(model) if name in specs}
    required = [name for name in field_order(model) if specs[name].required]
    doc = " ".join((model.__doc__ or "").split())
    return {"type": "object", "description": doc, "properties": properties, "additionalProperties": False, **({"required": required} if required else {})}


def _field(spec: FieldSpec, parts: dict[str, type[SQLModel]]) -> dict[str, Any]:
    unit, source = (f" In {spec.unit}." if spec.unit else ""), (" Needs a source." if spec.evidence else "")
    about = {"title": spec.label, "description": f"{spec.description}{unit}{source} ({spec.label_ru})"}
    one = _value(spec, parts)
    if spec.shape == "list":
        items = {"anyOf": [one, {"type": "null"}]} if spec.type == "number" else one  # an empty cell of a table
        return {**about, "type": "array", "items": items, **({"minItems": spec.min_items} if spec.min_items else {})}
    if spec.shape == "map":
        return {**about, "type": "object", "propertyNames": _key(spec), "additionalProperties": one, **({"minProperties": spec.min_items} if spec.min_items else {})}
    return {**about, **one}


def _key(spec: FieldSpec) -> dict[str, Any]:
    if spec.key_choices:
        return {"enum": list(spec.key_choices)}
    pattern = spec.key if isinstance(spec.key, str) else (SLUG if spec.key else KEY)
    return {"pattern": "^" + pattern.strip("^$") + "$"}


def _value(spec: FieldSpec, parts: dict[str, type[SQLModel]]) -> dict[str, Any]:
    """Return the schema of one value, wide enough for every form in which an editor may have read it."""
    if spec.type == "part":
        parts[spec.part.__name__] = spec.part
        return {"$ref": f"#/$defs/{spec.part.__name__}"}
    if spec.type == "choice":
        return {"enum": list(spec.choices)}
    if spec.type == "reference":
        return _reference(spec)
    if spec.type == "number":
        return {"type": ["number", "string"], "pattern": _QUANTITY, "examples": _EXAMPLES["number"]}
    if spec.type == "date":
        return {"type": ["integer", "string"], "pattern": _DATE, "minimum": 1, "maximum": 9999, "examples": _EXAMPLES["date"]}
    if spec.type == "integer":
        bounds = {name: bound for name, bound in (("minimum", spec.ge), ("maximum", spec.le)) if bound is not None}
        return {"type": ["integer", "string"], "pattern": "^-?(?:0|[1-9][0-9]{0,14})$", **bounds}
    if spec.type == "boolean":
        return {"type": "boolean"}
    return _text(spec)


def _text(spec: FieldSpec) -> dict[str, Any]:
    if spec.pattern == PRINTED_PATTERN:
        return {"type": ["string", "number", "boolean"]}
    if spec.pattern:
        # spaces and line ends around a text do not count; \" is no escape in the expressions of JSON Schema
        inner = spec.pattern.removeprefix("^").removesuffix("$").replace('\\"', '"')
        examples = {"examples": ["https://example.org/"]} if spec.is_url else {}
        return {"type": "string", "pattern": rf"^\s*{inner}\s*$", **examples}
    return {"type": "string", "minLength": 1, **({"examples": [spec.example]} if spec.example else {})}


def _reference(spec: FieldSpec) -> dict[str, Any]:
    target = spec.reference
    if target.item:
        return {"type": "string", "pattern": rf"^{target.kind}/{SLUG}#{target.item}\.{KEY}$", "examples": [f"{target.kind}/glue#{target.item}.ernie"]}
    if target.kind == "*":
        return {"type": "string", "pattern": rf"^[a-z_]+/{SLUG}$", "examples": ["methods/dropout", "datasets/mnist"]}
    # an id such as 2012 or true is no text to a YAML reader
    return {"type": ["string", "number", "boolean"], "pattern": f"^{SLUG}$"}


def schema_text(kind: Kind) -> str:
    """Return the schema of a kind as it stands in `docs/schema/<kind>.json`."""
    return json.dumps(kind_schema(kind), ensure_ascii=False, indent=1) + "\n"


def vscode_settings() -> str:
    """Return `.vscode/settings.json`: which schema the files of each kind follow, and how they are written."""
    return json.dumps({
        "yaml.schemas": {f"./docs/schema/{name}.json": f"data/{name}/**/*.yaml" for name in all_kinds()},
        "yaml.format.enable": False,
        "files.eol": "\n", "files.insertFinalNewline": True, "files.trimTrailingWhitespace": True,
        "[yaml]": {"editor.insertSpaces": True, "editor.tabSize": 2, "editor.rulers": [120], "files.encoding": "utf8"},
    }, indent=2) + "\n"


def written_files(root: Path) -> dict[Path, str]:
    """Return every file that `catalog schema --write` writes, with its text."""
    schemas = {root / "docs" / "schema" / f"{kind.name}.json": schema_text(kind) for kind in all_kinds().values()}
    return {**schemas, root / ".vscode" / "settings.json": vscode_settings()}
