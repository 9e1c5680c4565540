"""A difference as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.review.difference import Difference, Edit, Entry
from catalog.review.effects import Effects
from catalog.review.phrases import (
    about,
    before_and_after,
    count,
    effect_lines,
    headline,
    shared_sources,
    shorten,
    source_phrase,
    sources_of,
    warnings,
)

MANY = 20  # new records from which on they are listed without their values, unless everything is asked for
TITLES = {"removed": "Removed", "unreadable": "Cannot be read", "renamed": "Renamed", "changed": "Changed", "added": "Added"}


def render_text(difference: Difference, effects: Effects | None, full: bool = False) -> str:
    """Return the difference as text: what to know first, the effects, then record by record.

    Args:
        difference: What differs.
        effects: Effects on the views, if they were asked for.
        full: Show the values of every new record, however many there are.
    """
    return "\n".join(_lines(difference, effects, full)) + "\n"


def _lines(difference: Difference, effects: Effects | None, full: bool) -> Iterator[str]:
    yield f"{difference.base} → {difference.head}"
    yield headline(difference, effects)
    found = warnings(difference, effects)
    if found:
        yield from ("", "Look at", *(f"  ! {_plain(line)}" for line in found))
    if effects and effects.found:
        yield from ("", "Effects on views", *(f"  {record}: {_plain(what)}" for record, what in effect_lines(effects, full)))
    for action, title in TITLES.items():
        entries = difference.of(action)
        if entries:
            yield from ("", f"{title} ({len(entries):,})")
            is_short = action == "added" and len(entries) > MANY and not full
            for entry in entries:
                yield from _entry(entry, is_short)
            if is_short:
                yield "  (--full shows their values)"
    if difference.exceptions:
        yield from ("", "Exceptions from warnings (data/exceptions.yaml)")
        for change in difference.exceptions:
            yield from _edit(Edit(change), ())
    if difference.new_problems:
        yield from ("", f"{count(len(difference.new_problems), 'new problem')} ({difference.head})")
        yield from (f"  {p.path}:{p.line}: {p.severity}: {_plain(p.what)} [{p.rule}]" for p in difference.new_problems[:40])
        if len(difference.new_problems) > 40:
            yield f"  and {len(difference.new_problems) - 40:,} more: `catalog check` shows them"


def _entry(entry: Entry, is_short: bool) -> Iterator[str]:
    name = f"  {_plain(entry.name)}" if entry.name != entry.ref.partition("/")[2] else ""
    facts = about(entry)
    head = f"{entry.old_ref} → {entry.ref} (the old id leads to the new one)" if entry.old_ref else entry.ref
    yield f"  {head}{name}" + (f"  ({facts})" if facts else "")
    if is_short:
        return
    if entry.reason is not None:
        yield f"    reason: {_plain(entry.reason)}" + (f"; instead: {_plain(entry.replaced_by)}" if entry.replaced_by else "")
    for notice in entry.notices:
        yield f"    ! {_plain(notice)}"
    shared = shared_sources(entry.edits)
    for edit in entry.edits:
        yield from _edit(edit, shared)
    if shared:
        yield "    all of it by " + "; ".join(_plain(source_phrase(s)) for s in shared)
    for edit in entry.citations:
        yield from _edit(edit, ())


def _edit(edit: Edit, shared: tuple) -> Iterator[str]:
    change = edit.change
    old, new = (value if value is None else _plain(value) for value in before_and_after(change))
    label = _plain(change.label)
    if change.action == "reordered":
        yield f"    {label}: other order: {new}"
    elif old is None and change.action == "changed":
        yield f"    {label}: {new}"
    elif old is None:
        yield f"    + {label}: {new}"
    elif new is None:
        yield f"    - {label}: {old}"
    else:
        yield f"    {label}: {old} → {new}"
    yield from (f"        {_plain(line)}" for line in sources_of(edit, shared))


def _plain(text: str) -> str:
    """Return a text from a record in one line without anything that would steer the terminal."""
    return "".join(c if c.isprintable() else "·" for c in shorten(str(text), 2000))
