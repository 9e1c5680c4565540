"""The skeleton of a new record: what is known is filled in, what is required stands open, all the rest is a comment.

A line that begins with `#` and a space explains; one that begins with `#` alone is a field to use.
"""

from __future__ import annotations

import textwrap
from typing import Any

from catalog.authoring.commented import Collection, Entry, Text
from catalog.authoring.layout import WIDTH, _Writer
from catalog.authoring.order import field_order
from catalog.fields import LANGUAGE, FieldSpec, fields_of
from catalog.kinds import Kind, all_kinds
from catalog.kinds.common import PATH_PATTERN, Sourced

_LONG_CHOICE = 12  # more values than these are listed in docs/fields.md only


def write_skeleton(kind: Kind, values: dict[str, Any] | None = None) -> str:
    """Return the text of a new record.

    Args:
        kind: Its kind.
        values: What is known already: texts, lists of texts, mappings, by field.
    """
    values = values or {}
    lines = [
        *_explain(f"A new record of {kind.name}: {kind.description}"),
        *_explain("Lines that begin with # and no space are fields: delete the # and write the value. ◆ marks what needs a source. "
                  "What you leave, `catalog fix` deletes. Every field is explained in docs/fields.md, the format in docs/format.md."),
        "",
    ]
    for name in field_order(kind.model):
        spec = kind.fields[name]
        if spec.hidden or name in ("former_ids", "review_by") and name not in values:
            continue
        is_open = spec.required or name in values or (name == "sources" and kind.needs_sources)
        lines += _explain(describe(spec) + (" Required." if spec.required or is_open and name == "sources" else ""))
        lines += _open(spec, values) if is_open else ["#" + line for line in example(spec)]
    return "\n".join(lines) + "\n"


def _explain(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="# ", subsequent_indent="# ", break_long_words=False, break_on_hyphens=False)


def _open(spec: FieldSpec, values: dict[str, Any]) -> list[str]:
    if values.get(spec.name):
        return _Writer()._value(f"{spec.name}:", _entry(values[spec.name]), spec, 0)
    if spec.name == "sources":
        return ["sources:", "  - source:", "    default: true"]
    if spec.part is not None and spec.shape != "scalar":
        return [f"{spec.name}:", *("#" + line for line in example(spec)[1:])]
    return [f"{spec.name}: []" if spec.shape == "list" else f"{spec.name}:"]


def _entry(value: Any, parent: Collection | None = None, key: str | None = None) -> Entry:
    """Return a value of Python as a node of the layout."""
    node: Text | Collection = Text("true", True) if value is True else Text(str(value), False)
    if isinstance(value, (list, dict)):
        node = Collection(isinstance(value, dict), 0)
        items = value.items() if isinstance(value, dict) else [(None, v) for v in value]
        node.entries = [_entry(v, node, k) for k, v in items]
    return Entry(key, node, parent or Collection(True, 0), 0, 0, 0)


def describe(spec: FieldSpec) -> str:
    """Return what a field holds and how it is written, in one or two sentences.

    >>> from catalog.kinds.hardware import Hardware
    >>> describe(fields_of(Hardware)["memory_gib"])
    'Memory of the whole device. Number in GiB ◆.'
    >>> describe(fields_of(Hardware)["topics"])
    'Areas and tasks it belongs to. A list of ids of records in topics.'
    """
    return f"{spec.description} {_form(spec)}".rstrip()


def _form(spec: FieldSpec) -> str:
    one, many = _words(spec)
    if spec.shape == "list":
        one = f"a list of {many}"
    elif spec.shape == "map":
        keys = "one of " + ", ".join(spec.key_choices) if spec.key_choices else _key_form(spec)
        one = f"keys of your own, each with {one}" if spec.part is not None else f"`key: value` with {one or 'text'}; key: {keys}"
    text = one + (" ◆" if spec.evidence else "")
    return text.strip()[:1].upper() + text.strip()[1:] + "." if text else ""


def _key_form(spec: FieldSpec) -> str:
    return "language code" if spec.key == f"^{LANGUAGE}$" else "path of a value" if spec.key == PATH_PATTERN else "word"


def _words(spec: FieldSpec) -> tuple[str, str]:
    """Return what one value is, and what several are; a single text needs no words."""
    if spec.type == "part":
        own_source = issubclass(spec.part, Sourced)
        keys = ", ".join(_part_key(s) for name, s in _ordered(spec) if not (own_source and name in Sourced.model_fields))
        keys += " and its own source" if own_source else ""
        return keys, f"entries with {keys}"
    if spec.type == "reference":
        target = spec.reference
        if target.kind == "*" or target.item:
            form = f"{target.kind}/<id>#{target.item}.<key>" if target.item else "<kind>/<id>"
            return form, form
        return f"id of a record in {target.kind}", f"ids of records in {target.kind}"
    if spec.type == "choice":
        values = ", ".join(spec.choices)
        return f"one of {values}", values
    unit = f" in {spec.unit}" if spec.unit else ""
    return {
        "number": (f"number{unit}", f"numbers{unit}"), "integer": ("whole number", "whole numbers"), "date": ("date", "dates"),
        "boolean": ("true or false", "truth values"),
    }.get(spec.type, ("address", "addresses") if spec.is_url else ("", "texts"))


def _part_key(spec: FieldSpec) -> str:
    marks = ["required"] if spec.required else []
    if spec.type == "choice":
        marks.append("one of " + ", ".join(spec.choices) if len(spec.choices) <= _LONG_CHOICE else "see docs/fields.md")
    return spec.name + (f" ({'; '.join(marks)})" if marks else "")


def _ordered(spec: FieldSpec) -> list[tuple[str, FieldSpec]]:
    specs = fields_of(spec.part)
    return [(name, specs[name]) for name in field_order(spec.part)]


def example(spec: FieldSpec) -> list[str]:
    """Return the lines of a field with values that have the right form."""
    return _Writer()._value(f"{spec.name}:", _entry(_example(spec)), spec, 0)


def _example(spec: FieldSpec) -> Any:
    one = _example_of_one(spec)
    if spec.shape == "list":
        return [one]
    if spec.shape == "map":
        key = spec.key_choices[0] if spec.key_choices else {"language code": "ru", "path of a value": "items"}.get(_key_form(spec), "key")
        return {key: one}
    return one


def _example_of_one(spec: FieldSpec) -> Any:
    if spec.example:
        return spec.example
    if spec.name == "derived":
        return "sum of splits"
    if spec.type == "part":
        fields = _ordered(spec)
        chosen = [item for item in fields if item[1].required] or [item for item in fields if item[0] not in Sourced.model_fields][:2]
        if len(chosen) == 1 and chosen[0][1].type == "text" and chosen[0][1].shape == "scalar":
            chosen += [item for item in fields if item[1].type == "number"][:1]
        return {name: _example(inner) for name, inner in chosen}
    if spec.type == "reference":
        return _example_of_reference(spec)
    if spec.type == "choice":
        return spec.choices[0]
    if spec.type == "text" and spec.is_url:
        return "https://example.org/"
    if spec.type == "text" and spec.pattern == f"^{LANGUAGE}$":
        return "en"
    if spec.type == "text" and spec.pattern == PATH_PATTERN:
        return "items"
    return {"number": "7", "integer": "2016" if spec.name == "year" else "1", "date": "2016-03-09", "boolean": True}.get(spec.type, "…")


def _example_of_reference(spec: FieldSpec) -> str:
    target = spec.reference
    if target.item:
        return f"{target.kind}/glue#{target.item}.ernie"
    if target.kind == "*":
        return "methods/dropout"
    if target.kind == "sources":
        return "author-2016-word"
    singular = all_kinds()[target.kind].singular.replace(" ", "-")
    return f"id-of-{'an' if singular[0] in 'aeio' else 'a'}-{singular}"
