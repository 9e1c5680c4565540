"""The characters of a file: decoded and looked through before the YAML parser sees them.

Used by `read`, and by `catalog fix`, which mends what is refused here.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator

from catalog import reading_rules as rules
from catalog.problems import Mark, Problem, Rule

SIZE_LIMIT = 96 * 1024  # bytes: the server shows no value above 100 KB; the largest table of results has a tenth
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0"
    "\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e01ef]")


def mark_at(text: str, index: int) -> Mark:
    """Return the place of a character by its index."""
    return Mark(text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))


def check_text(path: str, data: bytes) -> tuple[str, list[Problem]]:
    """Decode a file and check its characters before the YAML parser sees them.

    Returns:
        The text (empty if it cannot be used) and the problems found.
    """
    if len(data) > SIZE_LIMIT:
        what = f"the file has {len(data):,} bytes, more than {SIZE_LIMIT:,}"
        return "", [rules.TOO_LARGE.at(path, None, what, "split it into several records")]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        what = f"byte 0x{data[error.start]:02x} is not UTF-8"
        return "", [rules.INVALID_UTF8.at(path, mark_at(before, len(before)), what, "save the file with the encoding UTF-8")]
    problems = []
    if text.startswith("\ufeff"):
        problems.append(rules.BYTE_ORDER_MARK.at(path, Mark(1, 1), "the file begins with a byte-order mark", "save it as UTF-8 without BOM"))
        text = text[1:]
    if "\r" in text:
        mark = mark_at(text, text.index("\r"))
        problems.append(rules.LINE_ENDING.at(path, mark, "the line ends with a carriage return", "save the file with Unix line endings (LF)"))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    for rule, index, what in unseen(text):
        problems.append(rule.at(path, mark_at(text, index), what, "delete the character"))
        if rule is rules.CONTROL_CHARACTER:
            return "", problems
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        index = len(os.path.commonprefix([text, unicodedata.normalize("NFC", text)]))
        problems.append(rules.NOT_NFC.at(path, mark_at(text, index), "a letter is written as base letter and accent", "normalise the text to NFC (`catalog fix` will do it)"))
    return text, problems


def unseen(text: str) -> Iterator[tuple[Rule, int, str]]:
    """Yield the first control and the first invisible character of a text: rule, index, and what to say of it."""
    for pattern, rule in ((_CONTROL, rules.CONTROL_CHARACTER), (_INVISIBLE, rules.INVISIBLE_CHARACTER)):
        match = pattern.search(text)
        if match:
            char = match.group()
            name = unicodedata.name(char, "control character")
            yield rule, match.start(), f"the character U+{ord(char):04X} ({name.lower()}) stands here unseen"
