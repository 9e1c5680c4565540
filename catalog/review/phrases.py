"""The words of a difference that every format shares: counts, sources, and long texts shortened to what differs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import groupby

from catalog.review.difference import Difference, Edit, Entry, Support
from catalog.review.effects import Effects
from catalog.review.tree import Change

LONG = 80  # characters from which on two texts are compared word by word
CONTEXT = 5  # words shown around a difference
SAME = 3  # effects on one record in one view that are shown, where there are more
SHOWN = 400  # characters of one value at most


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun.

    >>> count(1, "record"), count(2, "entry", "entries")
    ('1 record', '2 entries')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def headline(difference: Difference, effects: Effects | None) -> str:
    """Return the whole difference in one line."""
    parts = [f"{n:,} {action}" for action in ("added", "changed", "renamed", "removed", "unreadable") if (n := len(difference.of(action)))]
    if difference.exceptions:
        parts.append("exceptions changed")
    if effects and effects.found:
        parts.append(count(len(effects.found), "effect on views", "effects on views"))
    return ", ".join(parts) or "no record differs"


def warnings(difference: Difference, effects: Effects | None) -> list[str]:
    """Return what a reviewer must know before reading on: sides that do not check, values without sources, lost redirects."""
    found = []
    if difference.is_base_empty:
        found.append(f"there are no records at {difference.base}: everything counts as added")
    for name, errors in ((difference.base, difference.base_errors), (difference.head, difference.head_errors)):
        if errors:
            found.append(f"{name} does not pass the check ({count(errors, 'error')}); shown is what could be read")
    if effects and effects.unknown:
        found.append(f"effects on views are unknown: {effects.unknown}")
    for entry in difference.entries:
        found += [f"{entry.ref}: {notice}" for notice in entry.notices if entry.action in ("removed", "unreadable") or "redirect" in notice]
        missing = [e.change.path for e in entry.edits if e.is_sourceless]
        if missing:
            found.append(f"{entry.ref}: no source for {', '.join(missing[:6])}{' …' if len(missing) > 6 else ''}")
    return found


def effect_lines(effects: Effects | None, full: bool = False) -> list[tuple[str, str]]:
    """Return record and words of each effect; of many on one record in one view only the first, unless all are asked for."""
    lines = []
    for (_, record), group in groupby(effects.found if effects else (), key=lambda e: (e.view, e.about)):
        found = list(group)
        shown = found if full or len(found) <= SAME + 1 else found[:SAME]
        lines += [(record, e.what) for e in shown]
        if len(shown) < len(found):
            lines.append((record, f"and {len(found) - len(shown):,} more of the same view (--full shows them)"))
    return lines


def about(entry: Entry) -> str:
    """Return how much of an entry there is, in few words."""
    if entry.action == "added":
        supports = {s for e in entry.edits for s in e.supports}
        sources = {s.source for s in supports if s.source}
        read = {s.source for s in supports if s.read}
        return f"{count(len(entry.edits), 'field')}, {count(len(sources), 'source')}" + (f", {len(read)} read" if read else "")
    parts = [count(len(entry.edits), "change")] if entry.edits else []
    if entry.citations:
        parts.append(count(len(entry.citations), "change of citations", "changes of citations"))
    return ", ".join(parts)


def before_and_after(change: Change) -> tuple[str | None, str | None]:
    """Return the old and the new value fit to be shown: of long texts only what differs, marked [-old-] and {+new+}."""
    if change.action == "changed" and max(len(change.old), len(change.new)) > LONG:
        return None, word_difference(change.old, change.new)
    return shorten(change.old), shorten(change.new)


def shorten(text: str | None, limit: int = SHOWN) -> str | None:
    """Return a text in one line and not too long."""
    if text is None:
        return None
    line = re.sub(r"\s+", " ", text)
    return line if len(line) <= limit else f"{line[:limit - 1]}… ({len(text):,} characters)"


def word_difference(old: str, new: str) -> str:
    """Return two long texts as one: unchanged words only near a difference.

    >>> word_difference("a b c d e f g h i j", "a b c d e f g X i j")
    '… c d e f g [-h-] {+X+} i j'
    """
    a, b = old.split(), new.split()
    shown: list[str] = []
    steps = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    for i, (tag, a1, a2, b1, b2) in enumerate(steps):
        if tag == "equal":
            head = a[a1:a2][:CONTEXT] if i else []
            tail = a[max(a1 + len(head), a2 - CONTEXT):a2] if i + 1 < len(steps) else []
            shown += [*head, *(["…"] if len(head) + len(tail) < a2 - a1 else []), *tail]
            continue
        shown += [f"[-{shorten(' '.join(a[a1:a2]))}-]"] if a2 > a1 else []
        shown += [f"{{+{shorten(' '.join(b[b1:b2]))}+}}"] if b2 > b1 else []
    if set(t for t, *_ in steps) <= {"equal"}:
        return "(only spaces and line breaks differ)"
    return " ".join(shown)


def source_phrase(support: Support) -> str:
    """Return what a source says of the new value, as a reviewer reads it."""
    if support.role == "derived":
        return "computed from other values"
    place = support.source + (f", {support.locator}" if support.locator else "")
    if support.role == "other":
        return f"but {place} says {shorten(support.stated, 80)}"
    remarks = [
        *([f"read {support.read}"] if support.read else []), *([f"via {support.via}"] if support.via else []),
        *([f"prints “{shorten(support.as_printed, 80)}”"] if support.as_printed else []), *(["by default"] if support.is_default else []),
    ]
    return place + (f" ({'; '.join(remarks)})" if remarks else "")


def shared_sources(edits: Iterable[Edit]) -> tuple[Support, ...]:
    """Return the sources of all edits if they are the same for each that has any, so that they are said once."""
    found = {e.supports for e in edits if e.supports}
    return found.pop() if len(found) == 1 and sum(bool(e.supports) for e in edits) > 1 else ()


def sources_of(edit: Edit, shared: tuple[Support, ...]) -> list[str]:
    """Return what to say of the sources below one edit."""
    if edit.is_sourceless:
        return ["no source could be resolved"]
    return [] if edit.supports == shared else [source_phrase(s) for s in edit.supports]
