"""How one value is written: plain where our reader and others take it for what it is, quoted otherwise, long texts folded.

Used by the layout and by skeletons. `write_line` gives the form that stands on one line, `write_block` the form over
several.
"""

from __future__ import annotations

import re

from catalog.authoring.commented import Text
from catalog.fields import FieldSpec
from catalog.kinds.common import PRINTED_PATTERN
from catalog.validate import _AMBIGUOUS, _NULL

_INDICATORS = "?:,[]{}#&*!|>'\"%@`"
_UNSAFE = re.compile(r":(?:\s|$)|\s#|\t|^\s|\s$|^(?:---|\.\.\.)|^-(?:\s|$)|^(?:<<|=)$")
_UNSAFE_IN_FLOW = re.compile(r"[,\[\]{}?]|:(?:[?,\[\]{}]|$)")
_SURVIVES = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?|[0-9]{4}-[0-9]{2}-[0-9]{2}")  # the same words in every reader
_BREAK = re.compile(r"(?<=\S) (?=\S)")
_TRUTH = {"true", "false"}


def is_ambiguous(text: str) -> bool:
    """Say whether some YAML reader takes a plain text for a number, a date, a truth value or nothing.

    >>> [word for word in ("no", "2012", "1.10", "3d", "GPT-2", "on Monday") if is_ambiguous(word)]
    ['no', '2012', '1.10']
    """
    return text in _NULL or bool(_AMBIGUOUS.fullmatch(text))


def _can_be_plain(text: str, in_flow: bool) -> bool:
    if not text or "\n" in text or text[0] in _INDICATORS or text != text.strip() or _UNSAFE.search(text):
        return False
    return not (in_flow and _UNSAFE_IN_FLOW.search(text))


def quote(text: str) -> str:
    """Return a text in quotes: double ones, or single ones where the text holds a double quote or a backslash.

    >>> print(quote("1.10"), quote('the "best"'))
    "1.10" 'the "best"'
    """
    if "\n" in text or "\t" in text:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t") + '"'
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def write_key(key: str) -> str:
    """Return a key as it is written."""
    return key if _can_be_plain(key, in_flow=True) and not is_ambiguous(key) else quote(key)


def is_text(spec: FieldSpec | None) -> bool:
    return spec is not None and spec.type == "text"


def write_line(value: Text, spec: FieldSpec | None, in_flow: bool) -> str | None:
    """Return a value as it stands on one line, or None if it cannot stand there and mean the same.

    Args:
        value: The value.
        spec: Its field, None if the record's kind has no such field: then quotes are kept as they are.
        in_flow: Whether it stands inside [ ] or { }.
    """
    text = content(value, spec)
    plain_possible = _can_be_plain(text, in_flow)
    if value.plain and (text in _NULL or spec is None or is_ambiguous(text)):
        # what it means hangs on standing without quotes: a missing value, a truth value, or a mistake to be mended
        if text in _NULL and text:
            return "null" if spec is not None and spec.type == "number" else text
        return text if plain_possible or (not text and not in_flow) else None
    return text if plain_possible and (value.plain or _may_be_plain(text, spec)) else quote(text)


def _may_be_plain(text: str, spec: FieldSpec | None) -> bool:
    """Say whether a value that stands in quotes means the same without them."""
    if spec is None or text in _NULL or spec.type == "boolean":
        return False
    if spec.type in ("number", "date", "integer"):
        return text not in _TRUTH
    if is_text(spec) and spec.pattern == PRINTED_PATTERN:
        return not is_ambiguous(text) or bool(_SURVIVES.fullmatch(text))
    return not is_ambiguous(text)


def content(value: Text, spec: FieldSpec | None) -> str:
    """Return the text of a value; of a text field without line ends at its end, which the record does not keep."""
    return value.text.rstrip("\n") if is_text(spec) and not value.plain and value.text.strip() else value.text


def write_block(value: Text, spec: FieldSpec | None, indent: int, width: int) -> list[str] | None:
    """Return a text as the lines of a block, the first being its sign (`>-` or `|`), or None if it cannot be one.

    Args:
        value: A text.
        spec: Its field.
        indent: Columns by which the lines are indented.
        width: Columns that a line may fill.
    """
    text = content(value, spec)
    if not is_text(spec) or (value.plain and is_ambiguous(text)) or not text:
        return None
    lines = text.split("\n")
    if any(line != line.rstrip() for line in lines) or not lines[0] or lines[0][0] in " \t":
        return None
    pad = " " * indent
    if len(lines) > 1 and (all(indent + len(line) <= width for line in lines) or any(line[:1] in (" ", "\t") for line in lines)):
        return ["|", *((pad + line) if line else "" for line in lines)]
    folded = [[""] if not line else _fill(line, width - indent) for line in lines]
    if len(lines) == 1 and len(folded[0]) == 1 and indent + len(text) > width:
        return None  # a long word, an address: a block would be as long
    return [">-", *((pad + line) if line else "" for i, part in enumerate(folded) for line in (part if i == 0 or part == [""] else ["", *part]))]


def _fill(text: str, width: int) -> list[str]:
    """Break a line at single spaces so that folding joins it again to the same text."""
    words = _BREAK.split(text)
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines
