"""The canonical layout of a record: order of the fields, indentation, what stands on one line, how texts are quoted and folded.

Values and comments are never changed: the new text is read again and compared with the old one before it is used.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache

from sqlmodel import SQLModel

from catalog.authoring.commented import Collection, Entry, Text, parse_commented
from catalog.authoring.order import field_order
from catalog.authoring.scalars import write_block, write_key, write_line
from catalog.fields import FieldSpec, Part, field, fields_of
from catalog.kinds import all_kinds
from catalog.kinds.common import Removed
from catalog.read import Document, Node, Scalar, Sequence, read_document
from catalog.validate import Tombstone, ValidRecord, validate_document

WIDTH = 120
_BLANK = "\0"  # an empty line between comments, unlike one inside a text
_SHORT = 40  # characters of an item: lists of such are filled line by line, longer ones stand one below the other


class CannotFormat(ValueError):
    """The text cannot be laid out; the message says why."""


class _Writer:
    """Writes one tree; comments count neither for the width nor for what fits."""

    def root(self, node: Collection, model: type[SQLModel]) -> list[str]:
        lines: list[str] = []
        for line in self._mapping(node, model, 0):
            if line != _BLANK or (lines and lines[-1] != _BLANK):
                lines.append(line)
        if lines[-1] == _BLANK:
            lines.pop()
        return ["" if line == _BLANK else line for line in lines]

    def _mapping(self, node: Collection, model: type[SQLModel] | None, indent: int) -> list[str]:
        specs = fields_of(model) if model else {}
        lines: list[str] = []
        for entry in _in_order(node, model):
            lines += _comments(entry.head, indent)
            lines += self._value(" " * indent + write_key(entry.key) + ":", entry, specs.get(entry.key), indent)
        return lines + _comments(node.foot, indent)

    def _value(self, lead: str, entry: Entry, spec: FieldSpec | None, indent: int) -> list[str]:
        """Return the lines of a key with what stands behind and below it."""
        inline = self._inline(lead, entry, spec, indent)
        return inline or [lead + _tail(entry), *self._block(entry.value, spec, indent + 2)]

    def _inline(self, lead: str, entry: Entry, spec: FieldSpec | None, indent: int) -> list[str] | None:
        """Return the lines of a key or dash whose value begins on the same line, or None if it is a block of entries."""
        node = entry.value
        if isinstance(node, Text):
            return self._text(lead, node, spec, indent, _tail(entry))
        flow = _flow(node, spec, nested=False)
        if flow is not None and len(lead) + 1 + len(flow) <= WIDTH:
            return [f"{lead} {flow}{_tail(entry)}"]
        filled = self._filled(lead, node, spec, indent)
        return [*filled[:-1], filled[-1] + _tail(entry)] if filled else None

    def _text(self, lead: str, value: Text, spec: FieldSpec | None, indent: int, tail: str) -> list[str]:
        line = write_line(value, spec, in_flow=False)
        if line is None or "\n" in value.text.rstrip("\n") or len(lead) + 1 + len(line) > WIDTH:
            block = write_block(value, spec, indent + 2, WIDTH)
            if block:
                return [f"{lead} {block[0]}{tail}", *block[1:]]
        if line is None:
            raise CannotFormat(f"the text {value.text[:40]!r} can stand neither plain nor quoted")
        return [f"{lead} {line}".rstrip() + tail]

    def _block(self, node: Collection, spec: FieldSpec | None, indent: int) -> list[str]:
        part = spec.part if spec else None
        if node.is_map:
            if spec is not None and spec.shape == "map":
                return self._keyed(node, spec, indent)
            return self._mapping(node, part if spec is not None and spec.shape == "scalar" else None, indent)
        lines: list[str] = []
        for entry in node.entries:
            lines += self._item(entry, spec, indent)
        return lines + _comments(node.foot, indent)

    def _keyed(self, node: Collection, spec: FieldSpec, indent: int) -> list[str]:
        lines: list[str] = []
        for entry in node.entries:
            lines += _comments(entry.head, indent)
            lines += self._value(" " * indent + write_key(entry.key) + ":", entry, _one(spec), indent)
        return lines + _comments(node.foot, indent)

    def _item(self, entry: Entry, spec: FieldSpec | None, indent: int) -> list[str]:
        dash, one, node = " " * indent + "-", _one(spec), entry.value
        inline = self._inline(dash, entry, one, indent)
        if inline:
            return _comments(entry.head, indent) + inline
        if not node.is_map:
            return [*_comments(entry.head, indent), dash + _tail(entry), *self._block(node, one, indent + 2)]
        # a mapping in a block begins behind its dash; what is said of it stands above the dash
        first = _in_order(node, one.part if one else None)[0]
        said = entry.head + ([entry.tail] if entry.tail else []) + first.head
        first.head = []
        below = self._block(node, one, indent + 2)
        return [*_comments(said, indent), dash + " " + below[0].lstrip(), *below[1:]]

    def _filled(self, lead: str, node: Collection, spec: FieldSpec | None, indent: int) -> list[str] | None:
        """Return a list of short values that fills lines inside [ ], or None if the list is another."""
        items = [write_line(e.value, spec, in_flow=True) if isinstance(e.value, Text) else None for e in node.entries]
        if node.is_map or node.has_comments or not items or any(i is None or len(i) > _SHORT for i in items):
            return None
        lines, pad = [f"{lead} [{items[0]}"], " " * (indent + 2)
        for item in items[1:]:
            if len(lines[-1]) + len(item) + 3 <= WIDTH:
                lines[-1] += f", {item}"
            else:
                lines[-1] += ","
                lines.append(pad + item)
        lines[-1] += "]"
        return lines


@cache
def _one(spec: FieldSpec | None) -> FieldSpec | None:
    """Return the field of one item of a list or map."""
    return replace(spec, shape="scalar") if spec is not None else None


def _tail(entry: Entry) -> str:
    return f"  {entry.tail}" if entry.tail else ""


def _in_order(node: Collection, model: type[SQLModel] | None) -> list[Entry]:
    """Return entries in the order of the fields; an unknown key stays behind the one it stands behind."""
    if model is None:
        return node.entries
    places = {name: i for i, name in enumerate(field_order(model))}
    ranked, last = [], -1
    for entry in node.entries:
        last = places.get(entry.key, last)
        ranked.append((last, entry))
    return [entry for _, entry in sorted(ranked, key=lambda pair: pair[0])]


def _comments(comments: list[str], indent: int) -> list[str]:
    return [" " * indent + c if c else _BLANK for c in comments]


def _flow(node: Text | Collection, spec: FieldSpec | None, nested: bool) -> str | None:
    """Return a node as it stands on one line, or None if it holds comments, long texts or tables of parts."""
    if isinstance(node, Text):
        return None if "\n" in node.text.rstrip("\n") else write_line(node, spec, in_flow=True)
    if node.has_comments:
        return None
    if not node.entries:
        return "{}" if node.is_map else "[]"
    is_part = spec is not None and spec.part is not None
    if is_part and spec.shape != "scalar":
        return None  # lists and maps of parts show one part on a line
    model = spec.part if is_part else None
    specs = fields_of(model) if model else {}
    written = []
    for entry in _in_order(node, model):
        inner = specs.get(entry.key) if model else (_one(spec) if spec is not None else None)
        if isinstance(entry.value, Collection) and entry.value.entries and nested and model is None:
            return None
        text = _flow(entry.value, inner, nested=True)
        if text is None:
            return None
        written.append(f"{write_key(entry.key)}: {text}" if node.is_map else text)
    joined = ", ".join(written)
    return "{" + joined + "}" if node.is_map else f"[{joined}]"


def lay_out(text: str, kind: str) -> str:
    """Return the text of a record in the canonical layout.

    Args:
        text: The text, as `read_document` accepts it.
        kind: The kind of the record.

    Raises:
        CannotFormat: A value could not be kept as it is, or a comment; nothing should be written then.
    """
    before = read_document("", kind, "", text.encode("utf-8"))
    if before.root is None or before.problems:
        raise CannotFormat(before.problems[0].what if before.problems else "the file holds nothing")
    is_tombstone = set(before.root.entries) == {"removed"}
    model = _Tombstone if is_tombstone else all_kinds()[kind].model
    result = "\n".join(_Writer().root(parse_commented(text), model)) + "\n"
    if result != text:
        _compare(before, read_document("", kind, "", result.encode("utf-8")), text, result)
    return result


class _Tombstone(Part):
    """What the file of a removed record holds."""

    removed: Removed = field("Why the record was removed.", ru="Удалено", required=True)


def _compare(before: Document, after: Document, old: str, new: str) -> None:
    """Refuse a layout that lost or changed anything.

    Raises:
        CannotFormat: It did; what is said is for whoever mends the layout.
    """
    if after.root is None or after.problems:
        raise CannotFormat(f"the layout cannot be read again ({after.problems[0].what}); please report it")
    if _comments_of(parse_commented(old)) != _comments_of(parse_commented(new)):
        raise CannotFormat("a comment would be lost; please report it")
    (record, problems), (new_record, new_problems) = validate_document(before), validate_document(after)
    if sorted((p.rule, p.what) for p in problems) != sorted((p.rule, p.what) for p in new_problems):
        raise CannotFormat("the layout would change what is wrong with the record; please report it")
    is_same = _content(record) == _content(new_record) if record is not None else _plain(before.root) == _plain(after.root)
    if not is_same:
        raise CannotFormat("a value would change; please report it")


def _content(found: ValidRecord | Tombstone) -> SQLModel:
    return found.removed if isinstance(found, Tombstone) else found.record


def _comments_of(node: Collection) -> Counter[str]:
    found = Counter(c for c in node.foot if c)
    for entry in node.entries:
        found.update(c for c in (*entry.head, entry.tail) if c)
        if isinstance(entry.value, Collection):
            found += _comments_of(entry.value)
    return found


def _plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.text.rstrip("\n")
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return {key: _plain(value) for key, value in node.entries.items()}
