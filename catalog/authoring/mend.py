"""Mending what is mechanical: encoding, line ends, tabs, quotes, separators, truth values, renamed references, left-over skeletons.

Nothing is guessed: where two readings are possible the text is left as it is, and a change that would bring a new
problem is not made.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import yaml

from catalog.authoring.scalars import quote
from catalog.authoring.skeleton import write_skeleton
from catalog.kinds import all_kinds
from catalog.problems import Mark, Problem
from catalog.read import Document, read_document
from catalog.validate import validate_document

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_GROUPED = re.compile("[0-9]{1,3}(?:[,_ \u00a0\u202f][0-9]{3})+(?:\\.[0-9]+)?")
_TRUTH = {"yes": "true", "on": "true", "true": "true", "no": "false", "off": "false", "false": "false"}
_RENAMED = re.compile("write '([^']+)'")


@dataclass(frozen=True, slots=True)
class Mended:
    """One thing that was mended, at its line in the new text (0: everywhere)."""

    line: int
    what: str


def mend(data: bytes, kind: str, renamed: Iterable[Problem] = ()) -> tuple[str, list[Mended]] | None:
    """Mend one file.

    Args:
        data: Its bytes.
        kind: The kind of its record.
        renamed: Problems of the rule `renamed-reference` in it.

    Returns:
        The new text and what was done, or None if the bytes are no UTF-8.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    done: list[Mended] = []
    for step in (_characters, _tabs, _spaces, _left_over):
        text, more = step(text, kind)
        done += more
    text, more = _values(text, kind, renamed)
    return text, done + more


def _characters(text: str, kind: str) -> tuple[str, list[Mended]]:
    done = []
    if text.startswith("\ufeff"):
        text = text.lstrip("\ufeff")
        done.append(Mended(0, "removed the byte-order mark"))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        done.append(Mended(0, "line ends are LF now"))
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
        done.append(Mended(0, "letters with accents are single characters now (NFC)"))
    return text, done


def _read(text: str, kind: str) -> Document:
    return read_document("", kind, "", text.encode("utf-8"))


def _is_readable(text: str, kind: str) -> bool:
    document = _read(text, kind)
    return document.root is not None and not document.problems


def _tabs(text: str, kind: str) -> tuple[str, list[Mended]]:
    """Replace tabs that indent, where every indentation is either of tabs alone or of two spaces a level."""
    if not any(p.rule == "tab" for p in _read(text, kind).problems):
        return text, []
    lines = text.split("\n")
    indents = [line[: len(line) - len(line.lstrip())] for line in lines if line.strip()]
    spaced = [len(i) for i in indents if i and "\t" not in i]
    if any("\t" in i and i.strip("\t") for i in indents) or (spaced and min(spaced) != 2):
        return text, []
    changed = [i for i, line in enumerate(lines) if line.startswith("\t") and line.strip()]
    for i in changed:
        bare = lines[i].lstrip("\t")
        lines[i] = "  " * (len(lines[i]) - len(bare)) + bare
    new = "\n".join(lines)
    return (new, [Mended(changed[0] + 1, f"{_count(len(changed), 'line')} indented with spaces instead of tabs")]) if _is_readable(new, kind) else (text, [])


def _spaces(text: str, kind: str) -> tuple[str, list[Mended]]:
    """Remove spaces at the end of lines and empty lines at the end of the file, except inside texts of several lines."""
    if not _is_readable(text, kind):
        return text, []
    inside = _lines_inside_texts(text)
    lines = text.split("\n")
    changed = [i for i, line in enumerate(lines) if line != line.rstrip(" \t") and i not in inside]
    for i in changed:
        lines[i] = lines[i].rstrip(" \t")
    done = [Mended(changed[0] + 1, f"removed spaces at the end of {_count(len(changed), 'line')}")] if changed else []
    new = "\n".join(lines).rstrip("\n") + "\n"
    if new.count("\n") != text.count("\n"):
        done.append(Mended(0, "the file ends with one line end now"))
    return (new, done) if _same_values(text, new, kind) else (text, [])


def _lines_inside_texts(text: str) -> set[int]:
    inside: set[int] = set()
    for event in yaml.parse(text, _LOADER):
        if isinstance(event, yaml.ScalarEvent):
            inside.update(range(event.start_mark.line, event.end_mark.line))
    return inside


def _same_values(old: str, new: str, kind: str) -> bool:
    a, b = validate_document(_read(old, kind)), validate_document(_read(new, kind))
    return _summary(a) == _summary(b)


def _summary(validated: tuple) -> object:
    found, problems = validated
    return [(p.rule, p.what) for p in problems] if found is None else getattr(found, "record", None) or found.removed


def _left_over(text: str, kind: str) -> tuple[str, list[Mended]]:
    """Remove lines of the skeleton that nobody filled in."""
    if "\n#" not in "\n" + text or not _is_readable(text, kind):
        return text, []
    ours = {line for line in write_skeleton(all_kinds()[kind]).split("\n") if line.startswith("#")}
    inside = _lines_inside_texts(text)
    lines = text.split("\n")
    kept = [line for i, line in enumerate(lines) if i in inside or line not in ours]
    if len(kept) == len(lines):
        return text, []
    return "\n".join(kept).lstrip("\n"), [Mended(0, f"removed {_count(len(lines) - len(kept), 'line')} that the skeleton left over")]


def _values(text: str, kind: str, renamed: Iterable[Problem]) -> tuple[str, list[Mended]]:
    """Rewrite single values, last first so that the places before them stay right; all or none of a file."""
    document = _read(text, kind)
    if document.root is None or document.problems:
        return text, []
    places = {Mark(e.start_mark.line + 1, e.start_mark.column + 1): (e.start_mark.index, e.end_mark.index, e.value)
              for e in yaml.parse(text, _LOADER) if isinstance(e, yaml.ScalarEvent)}
    problems = validate_document(document)[1]
    edits = []
    for problem in (*problems, *renamed):
        start, end, value = places.get(Mark(problem.line, problem.column), (0, 0, ""))
        new = _mended_value(problem, value)
        if new is not None and end:
            edits.append((start, end, new, Mended(problem.line, f"{text[start:end]} is now {new}")))
    new_text = text
    edits.sort(key=lambda edit: edit[0])
    for start, end, new, _ in reversed(edits):
        new_text = new_text[:start] + new + new_text[end:]
    before = {(p.rule, p.what) for p in problems}
    after = _read(new_text, kind)
    if not edits or after.problems or {(p.rule, p.what) for p in validate_document(after)[1]} - before:
        return text, []
    return new_text, [done for *_, done in edits]


def _mended_value(problem: Problem, value: str) -> str | None:
    """Return what to write instead of a value with a problem, or None if it takes somebody who knows."""
    if problem.rule == "quote-it":
        return quote(value)
    if problem.rule in ("invalid-number", "invalid-integer") and _GROUPED.fullmatch(value):
        return re.sub("[^0-9.]", "", value)
    if problem.rule == "invalid-boolean":
        return _TRUTH.get(value.lower())
    if problem.rule == "renamed-reference":
        match = _RENAMED.fullmatch(problem.fix)
        return match[1] if match else None
    return None


def find_renamed(documents: list[Document]) -> Iterator[Problem]:
    """Yield the references of all records to records that have another id now."""
    from catalog.link import link_catalog
    from catalog.validate import validate_catalog

    records, tombstones, _ = validate_catalog(d for d in documents if not d.problems)
    yield from (p for p in link_catalog(documents, records, tombstones)[1] if p.rule == "renamed-reference")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
