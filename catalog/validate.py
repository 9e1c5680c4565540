"""Validation: trees of raw scalars become records of their kind, or positioned problems.

Second stage. Each scalar is resolved by the type of its field, so an unquoted `1943` is a date in a date field
and a mistake in a text field. The SQLModel class of the kind then checks lengths, patterns and ranges.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import ValidationError

from catalog import schema_rules as rules
from catalog.edtf import InvalidDate, parse_date
from catalog.fields import KEY, LANGUAGE, ONE_LINE, SLUG, SLUG_LIMIT, FieldSpec, Reference, fields_of
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

    def part(self, node: Mapping, model: type, where: str) -> dict[str, Any]:
        """Return the values of a mapping by field; fields with problems are left out."""
        specs = fields_of(model)
        values: dict[str, Any] = {}
        for key, child in node.entries.items():
            spec = specs.get(key)
            if spec is None:
                names = [s for s in specs if not specs[s].hidden]
                fix = suggestion(key, names, "the fields here are " + ", ".join(sorted(names)))
                self.report(rules.UNKNOWN_FIELD, node.key_marks[key], f"{where}has no field {key!r}", fix)
                continue
            value = self.field(child, spec, node.key_marks[key])
            if value is not _MISSING:
                values[key] = value
        for name, spec in specs.items():
            if spec.required and name not in node.entries:
                fix = f"add `{name}:` ({_lower(spec.description)})"
                self.report(rules.MISSING_FIELD, node.mark, f"{where}lacks the field {name!r}", fix)
        return values

    def field(self, node: Node, spec: FieldSpec, key_mark: Mark) -> Any:
        if isinstance(node, Scalar) and node.plain and node.text in _NULL:
            return self.report(rules.EMPTY_VALUE, key_mark, f"{spec.name}: has no value", f"write the value, or delete the line `{spec.name}:`")
        if spec.shape == "list":
            if not isinstance(node, Sequence):
                return self.report(rules.WRONG_SHAPE, node.mark, f"{spec.name}: a list is expected", self._as_list(node, spec))
            values = [self.item(child, spec, f"{spec.name}.{i}", nullable=True) for i, child in enumerate(node.items, 1)]
            return _MISSING if any(v is _MISSING for v in values) else values
        if spec.shape == "map":
            if not isinstance(node, Mapping):
                return self.report(rules.WRONG_SHAPE, node.mark, f"{spec.name}: a mapping is expected", f"write the keys below `{spec.name}:`, indented by two spaces")
            return self._map(node, spec)
        return self.item(node, spec, spec.name)

    def _as_list(self, node: Node, spec: FieldSpec) -> str:
        if isinstance(node, Scalar):
            return f"write `{spec.name}: [{node.text}]`"
        return "begin each item of the list with `- `"

    def _map(self, node: Mapping, spec: FieldSpec) -> Any:
        values = {}
        good = True
        for key, child in node.entries.items():
            key_problem = self._key_problem(key, spec)
            if key_problem:
                good = False
                self.report(rules.INVALID_KEY, node.key_marks[key], f"{spec.name}: {key_problem[0]}", key_problem[1])
            value = self.item(child, spec, f"{spec.name}.{key}")
            good = good and value is not _MISSING
            values[key] = value
        return values if good else _MISSING

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
            before = len(self.problems)
            values = self.part(node, spec.part, f"{where} ")
            return values if len(self.problems) == before else _MISSING
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
        if node.text and not text.strip():
            return self.report(rules.EMPTY_VALUE, node.mark, f"{where}: has no value but spaces", "write the text, or delete the line")
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
            unit = f" in {spec.unit}" if spec.unit else ""
            fix = f"write a number{unit} as 7, ~7, \">50\", 947..1024, 5.1±0.6, 18.6e9, or not-reported"
            return self.report(rules.INVALID_NUMBER, node.mark, f"{where}: {error}", fix)

    def _integer(self, node: Scalar, spec: FieldSpec, where: str) -> Any:
        if not re.fullmatch(r"-?(0|[1-9][0-9]{0,14})", node.text):
            return self.report(rules.INVALID_INTEGER, node.mark, f"{where}: {node.text!r} is not a whole number", "write digits only, without separators")
        return int(node.text)

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


def _pydantic_problems(document: Document, error: ValidationError, *above: str) -> Iterable[Problem]:
    """Turn what the SQLModel class refuses into problems; what is missing was reported already."""
    seen = set()
    for item in error.errors(include_url=False):
        steps = [*above, *(str(s + 1) if isinstance(s, int) else str(s) for s in item["loc"])]
        path = ".".join(steps)
        if item["type"] == "missing" or path in seen:
            continue
        seen.add(path)
        mark = document.mark(path) or Mark(1, 1)
        context = item.get("ctx") or {}
        texts = {
            "string_too_long": ("the text is too long", f"shorten it to {context.get('max_length')} characters"),
            "string_too_short": ("the text is empty or too short", "write the text, or delete the line"),
            "too_short": ("the list or mapping is empty", "write at least one item, or delete the key"),
            "greater_than_equal": ("the number is too small", f"write at least {context.get('ge')}"),
            "less_than_equal": ("the number is too large", f"write at most {context.get('le')}"),
        }
        what, fix = texts.get(item["type"], (item["msg"].lower(), "see the reference of the field in docs/fields.md"))
        rule = rules.EMPTY_VALUE if item["type"] in ("too_short", "string_too_short") else rules.INVALID_TEXT
        yield rule.at(document.path, mark, f"{path}: {what}", fix)


def validate_document(document: Document) -> tuple[ValidRecord | Tombstone | None, list[Problem]]:
    """Return the record of a document that could be read, or None, and the problems of its fields."""
    if document.root is None:
        return None, []
    kind = all_kinds()[document.kind]
    validator = _Validator(document)
    if set(document.root.entries) == {"removed"}:
        node = document.root.entries["removed"]
        if not isinstance(node, Mapping):
            validator.report(rules.WRONG_SHAPE, node.mark, "removed: keys and values are expected", "write `date:` and `reason:` below it")
            return None, validator.problems
        values = validator.part(node, Removed, "removed ")
        if validator.problems:
            return None, validator.problems
        try:
            return Tombstone(document, Removed.model_validate(values)), []
        except ValidationError as error:
            return None, list(_pydantic_problems(document, error, "removed"))
    values = validator.part(document.root, kind.model, f"{_a(kind.singular)} ")
    try:
        record = kind.model.model_validate(values)
    except ValidationError as error:
        validator.problems += _pydantic_problems(document, error)
        record = None
    if validator.problems or record is None:
        return None, validator.problems
    return ValidRecord(document, kind, record), []


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
