"""Validation: trees of raw scalars become records of their kind, or positioned problems.

Second stage. Each scalar is resolved by the type of its field, so an unquoted `1943` is a date in a date field
and a mistake in a text field; then it is held against the lengths, patterns and ranges that the SQLModel class of the kind
asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlmodel import SQLModel

from catalog import schema_rules as rules
from catalog.edtf import InvalidDate, parse_date
from catalog.fields import KEY, LANGUAGE, ONE_LINE, SLUG, SLUG_LIMIT, FieldSpec, Reference, fields_of, make_object
from catalog.kinds import Kind, all_kinds
from catalog.kinds.common import PATH_PATTERN, PRINTED_PATTERN, Record, Removed
from catalog.problems import Mark, Problem, Rule
from catalog.quantity import InvalidQuantity, parse_quantity
from catalog.read import Document, Mapping, Node, Scalar, Sequence
from catalog.suggest import suggestion

_NULL = {"", "~", "null", "Null", "NULL"}
_BOOLEANS = {"true": True, "false": False}
# What YAML 1.1 or 1.2 readers take for something other than text when it stands without quotes.
_AMBIGUOUS = re.compile(
    r"(?i:y|yes|n|no|on|off|true|false|null)|~"
    r"|[-+]?(?:[0-9][0-9_,]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?|[-+]?(?:0x[0-9a-fA-F_]+|0o[0-7_]+|0b[01_]+)"
    r"|[-+]?[0-9]+(?::[0-5]?[0-9])+(?:\.[0-9]*)?|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?|[-+]?\.(?:inf|nan|Inf|NaN|INF|NAN)|="
)
_WITH_UNIT = re.compile(r"[~<>]?[0-9]+(?:\.[0-9]+)?(?:e[0-9]+)?\s*([^\W\d_][\w/²³]*|%|\$|€)")
_OUT_OF_RANGE = "A number outside the range of its field is a slip of the pen."
KEY_LIMIT = 300  # characters of a key in a map, as many as a path may have
_MISSING = object()


@dataclass(slots=True)
class ValidRecord:
    """A document whose fields are all right."""

    document: Document
    kind: Kind
    record: Record

    @property
    def ref(self) -> str:
        return self.document.ref


@dataclass(slots=True)
class Tombstone:
    """A document that says why its record was removed."""

    document: Document
    removed: Removed


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


class _Validator:
    """Validates one document; collects problems instead of stopping at the first."""

    def __init__(self, document: Document):
        self.document = document
        self.problems: list[Problem] = []

    def report(self, rule: Rule, mark: Mark, what: str, fix: str, why: str | None = None) -> Any:
        self.problems.append(rule.at(self.document.path, mark, _shorten(what, 400), _shorten(fix, 2000), why))
        return _MISSING

    def part(self, node: Mapping, model: type[SQLModel], owner: str, path: str = "") -> Any:
        """Return the object of a mapping, or _MISSING after reporting its problems.

        Args:
            node: The mapping.
            model: Class of the object.
            owner: What the mapping is in messages: `a dataset`, `facts.2`.
            path: Its path in the record, empty for the record itself.
        """
        before = len(self.problems)
        specs = fields_of(model)
        values: dict[str, Any] = {}
        for key, child in node.entries.items():
            spec = specs.get(key)
            if spec is None:
                names = [s for s in specs if not specs[s].hidden]
                fix = suggestion(key, names, "the fields here are " + ", ".join(sorted(names)))
                self.report(rules.UNKNOWN_FIELD, node.key_marks[key], f"{owner} has no field {key!r}", fix)
                continue
            values[key] = self.field(child, spec, f"{path}.{key}" if path else key, node.key_marks[key])
        for name, spec in specs.items():
            if spec.required and name not in node.entries:
                fix = f"add `{name}:` ({_lower(spec.description)})"
                self.report(rules.MISSING_FIELD, node.mark, f"{owner} lacks the field {name!r}", fix)
        return make_object(model, values) if len(self.problems) == before else _MISSING

    def field(self, node: Node, spec: FieldSpec, where: str, key_mark: Mark) -> Any:
        if isinstance(node, Scalar) and node.plain and node.text in _NULL:
            below = " (indent the lines that belong to it by two spaces)" if spec.shape != "scalar" or spec.type == "part" else ""
            return self.report(rules.EMPTY_VALUE, key_mark, f"{where}: has no value", f"write the value{below}, or delete the line `{spec.name}:`")
        if spec.shape == "scalar":
            return self.item(node, spec, where)
        if spec.shape == "list":
            if not isinstance(node, Sequence):
                return self.report(rules.WRONG_SHAPE, node.mark, f"{where}: a list is expected", self._as_list(node, spec))
            values: Any = [self.item(child, spec, f"{where}.{i}", nullable=True) for i, child in enumerate(node.items, 1)]
        else:
            if not isinstance(node, Mapping):
                return self.report(rules.WRONG_SHAPE, node.mark, f"{where}: a mapping is expected", f"write the keys below `{spec.name}:`, indented by two spaces")
            values = self._map(node, spec, where)
        if len(values) < spec.min_items:
            return self.report(rules.EMPTY_VALUE, node.mark, f"{where}: the {'list' if spec.shape == 'list' else 'mapping'} is empty", "write at least one item" + ("" if spec.required else ", or delete the key"))
        return values

    def _as_list(self, node: Node, spec: FieldSpec) -> str:
        if isinstance(node, Scalar):
            return f"write `{spec.name}: [{node.text}]`"
        return "begin each item of the list with `- `"

    def _map(self, node: Mapping, spec: FieldSpec, where: str) -> dict[str, Any]:
        values = {}
        for key, child in node.entries.items():
            key_problem = self._key_problem(key, spec)
            if key_problem:
                self.report(rules.INVALID_KEY, node.key_marks[key], f"{where}: {key_problem[0]}", key_problem[1])
            values[key] = self.item(child, spec, f"{where}.{key}")
        return values

    @staticmethod
    def _key_problem(key: str, spec: FieldSpec) -> tuple[str, str] | None:
        if spec.key_choices:
            if key in spec.key_choices:
                return None
            return f"{key!r} is none of the allowed keys", suggestion(key, spec.key_choices, "allowed are " + ", ".join(spec.key_choices))
        if len(key) > KEY_LIMIT:
            return f"{_shorten(key, 40)!r} has {len(key):,} characters, more than {KEY_LIMIT}", "write a shorter key"
        pattern = SLUG if isinstance(spec.key, Reference) else (spec.key or KEY)
        if _compiled(pattern.strip("^$")).fullmatch(key):
            return None
        if pattern == f"^{LANGUAGE}$":
            return f"{key!r} is no language code", "write a code such as ru, en, de, zh-Hans"
        if pattern == PATH_PATTERN:
            return f"{key!r} is no path", "write field names and keys joined by dots: splits.train.items"
        mended = re.sub("[^a-z0-9_]+", "-", key.lower()).strip("-_")
        return f"{key!r} cannot be a key", f"write {mended!r}" if mended else "use lower-case letters and digits"

    def item(self, node: Node, spec: FieldSpec, where: str, nullable: bool = False) -> Any:
        """Return one value of a field, resolved by its type, or _MISSING after reporting a problem."""
        if spec.type == "part":
            if not isinstance(node, Mapping):
                names = [n for n, s in fields_of(spec.part).items() if s.required] or list(fields_of(spec.part))[:3]
                return self.report(rules.WRONG_SHAPE, node.mark, f"{where}: keys and values are expected", "write a mapping with " + ", ".join(f"`{n}:`" for n in names))
            return self.part(node, spec.part, where, where)
        if not isinstance(node, Scalar):
            return self.report(rules.WRONG_SHAPE, node.mark, f"{where}: a single value is expected", "write one value after the colon; quote it if it begins with [ or {")
        if node.plain and node.text in _NULL:
            if nullable and spec.type == "number":
                return None
            return self.report(rules.EMPTY_VALUE, node.mark, f"{where}: has no value", "write the value, or delete the line; quote the word if it is meant")
        return getattr(self, "_" + spec.type)(node, spec, where)

    def _text(self, node: Scalar, spec: FieldSpec, where: str) -> Any:
        if node.plain and spec.pattern != PRINTED_PATTERN and _AMBIGUOUS.fullmatch(node.text):
            return self.report(rules.QUOTE_IT, node.mark, f"{where}: {node.text} is a text here but stands without quotes", f"quote it: '{node.text}'")
        text = node.text.strip() if node.plain else node.text.rstrip("\n")
        if not text.strip():
            return self.report(rules.EMPTY_VALUE, node.mark, f"{where}: has no value" + (" but spaces" if node.text else ""), "write the text, or delete the line")
        if spec.min_length is not None and len(text) < spec.min_length:
            return self.report(rules.INVALID_TEXT, node.mark, f"{where}: {text!r} has {len(text)} characters, fewer than {spec.min_length}", f"write it in full ({_lower(spec.description)})")
        if spec.max_length is not None and len(text) > spec.max_length:
            return self.report(rules.INVALID_TEXT, node.mark, f"{where}: the text has {len(text):,} characters, more than {spec.max_length:,}", f"shorten it to {spec.max_length:,} characters ({_lower(spec.description)})")
        if spec.pattern and not spec.is_url and not _compiled(spec.pattern).search(text):
            return self.report(rules.INVALID_TEXT, node.mark, f"{where}: {text!r} has not the form of this field", self._form(spec))
        if spec.is_url and not _compiled(spec.pattern).search(text):
            return self.report(rules.INVALID_TEXT, node.mark, f"{where}: {text!r} is no address", "write an address that begins with https:// or http:// and has no spaces")
        return text

    @staticmethod
    def _form(spec: FieldSpec) -> str:
        if spec.pattern == f"^{LANGUAGE}$":
            return "write a language code such as ru, en, de, zh-Hans"
        if spec.pattern == PATH_PATTERN:
            return "write field names and keys joined by dots: splits.train.items"
        if spec.pattern == ONE_LINE:
            return "write it on one line"
        if spec.pattern and SLUG in spec.pattern:
            return "write an id: lower-case letters, digits and hyphens"
        return f"the form is {spec.pattern}"

    def _number(self, node: Scalar, spec: FieldSpec, where: str) -> Any:
        try:
            return parse_quantity(node.text)
        except InvalidQuantity as error:
            found = _WITH_UNIT.fullmatch(node.text)
            if found and str(error).endswith("is not a number"):
                fix = "write the number alone" + (f", in {spec.unit}" if spec.unit else "; where a unit is to be told, a field beside it holds it")
                return self.report(rules.INVALID_NUMBER, node.mark, f"{where}: {node.text!r} holds {found[1]!r} beside the number", fix)
            unit = f" in {spec.unit}" if spec.unit else ""
            fix = f"write a number{unit} as 7, ~7, \">50\", 947..1024, 5.1±0.6, 18.6e9, or not-reported"
            return self.report(rules.INVALID_NUMBER, node.mark, f"{where}: {error}", fix)

    def _integer(self, node: Scalar, spec: FieldSpec, where: str) -> Any:
        if not re.fullmatch(r"-?(0|[1-9][0-9]{0,14})", node.text):
            return self.report(rules.INVALID_INTEGER, node.mark, f"{where}: {node.text!r} is not a whole number", "write digits only, without separators")
        number = int(node.text)
        if spec.ge is not None and number < spec.ge:
            return self.report(rules.INVALID_INTEGER, node.mark, f"{where}: {number} is too small", f"write at least {spec.ge}", _OUT_OF_RANGE)
        if spec.le is not None and number > spec.le:
            return self.report(rules.INVALID_INTEGER, node.mark, f"{where}: {number} is too large", f"write at most {spec.le}", _OUT_OF_RANGE)
        return number

    def _date(self, node: Scalar, spec: FieldSpec, where: str) -> Any:
        try:
            return parse_date(node.text)
        except InvalidDate as error:
            fix = "write 1943, 1986-10, 2016-03-09, 2016-03-09/2016-03-15, 1974~ or ../2022-02-07"
            return self.report(rules.INVALID_DATE, node.mark, f"{where}: {error}", fix)

    def _boolean(self, node: Scalar, spec: FieldSpec, where: str) -> Any:
        if node.plain and node.text in _BOOLEANS:
            return _BOOLEANS[node.text]
        return self.report(rules.INVALID_BOOLEAN, node.mark, f"{where}: {node.text!r} is not a truth value", "write true or false, without quotes")

    def _choice(self, node: Scalar, spec: FieldSpec, where: str) -> Any:
        if node.text in spec.choices:
            return node.text
        fix = suggestion(node.text, spec.choices, "allowed are " + ", ".join(spec.choices))
        return self.report(rules.NOT_ALLOWED, node.mark, f"{where}: {node.text!r} is none of the allowed values", fix)

    def _reference(self, node: Scalar, spec: FieldSpec, where: str) -> Any:
        target = spec.reference
        if target.item:
            form, example = rf"{target.kind}/{SLUG}#{target.item}\.{KEY}", f"{target.kind}/<id>#{target.item}.<key>"
        elif target.kind == "*":
            form, example = rf"[a-z_]+/{SLUG}", "<kind>/<id>, e.g. methods/dropout"
        else:
            form, example = SLUG, f"the id of a record in data/{target.kind}, e.g. mnist"
        if len(node.text) > 3 * SLUG_LIMIT or not _compiled(form).fullmatch(node.text):
            fix = f"write {example}"
            if target.kind not in ("*",) and not target.item and node.text.startswith(target.kind + "/"):
                fix = f"write {node.text.removeprefix(target.kind + '/')!r}: the field itself says the kind"
            return self.report(rules.INVALID_REFERENCE, node.mark, f"{where}: {node.text!r} is no reference", fix)
        return node.text


def _shorten(text: str, limit: int) -> str:
    """Return a text that fits into a message; a value in it may be as long as the file."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeio' else 'a'} {noun}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")


def validate_document(document: Document) -> tuple[ValidRecord | Tombstone | None, list[Problem]]:
    """Return the record of a document that could be read, or None, and the problems of its fields."""
    root = document.root
    if root is None:
        return None, []
    validator = _Validator(document)
    if set(root.entries) == {"removed"}:
        node = root.entries["removed"]
        if not isinstance(node, Mapping):
            validator.report(rules.WRONG_SHAPE, node.mark, "removed: keys and values are expected", "write `date:` and `reason:` below it")
            return None, validator.problems
        removed = validator.part(node, Removed, "removed", "removed")
        return (None, validator.problems) if validator.problems else (Tombstone(document, removed), [])
    kind = all_kinds()[document.kind]
    record = validator.part(root, kind.model, _a(kind.singular))
    return (None, validator.problems) if validator.problems else (ValidRecord(document, kind, record), [])


def validate_catalog(documents: Iterable[Document]) -> tuple[list[ValidRecord], list[Tombstone], list[Problem]]:
    """Validate every document that could be read.

    Returns:
        The records without problems, the tombstones, and the problems of all the others.
    """
    records, tombstones, problems = [], [], []
    for document in documents:
        found, its_problems = validate_document(document)
        problems += its_problems
        if isinstance(found, Tombstone):
            tombstones.append(found)
        elif found is not None:
            records.append(found)
    return records, tombstones, problems
