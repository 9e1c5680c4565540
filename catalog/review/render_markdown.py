"""A difference as Markdown for a comment on a pull request: a short summary first, the details folded.

Texts of records are strangers' texts: they stand in code spans or code elements, where nobody is mentioned, nothing is
linked and no markup is read.
"""

from __future__ import annotations

import html
import re
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
from catalog.review.render_text import TITLES

MARKER = "<!-- catalog diff -->"  # by which a workflow finds its own comment again
SIZE_LIMIT = 60_000  # bytes; GitHub refuses comments above 65,536 characters
FIRST = 12  # lines of a list before it is folded


def code(text: str | None) -> str:
    """Return a text as a code span that nothing inside can end.

    >>> print(code("a `b` <c> @d"), code("`"))
    ``a `b` <c> @d`` `` ` ``
    """
    line = "".join(c if c.isprintable() else "·" for c in shorten(text or "", 1000)) or " "
    fence = "`" * (max(map(len, re.findall("`+", line)), default=0) + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}"


def html_code(text: str) -> str:
    """Return a text as an HTML code element, for places where Markdown is not read."""
    return f"<code>{html.escape(shorten(text, 300))}</code>"


def render_markdown(difference: Difference, effects: Effects | None) -> str:
    """Return the difference as Markdown of at most SIZE_LIMIT bytes; what does not fit is counted at the end."""
    top = "\n".join(_top(difference, effects)) + "\n"
    size, left = len(top.encode()), 0
    blocks = [top]
    for block in _details(difference):
        size += len(block.encode())
        if left or size > SIZE_LIMIT - 300:
            left += 1
        else:
            blocks.append(block)
    if left:
        blocks.append(f"\n{count(left, 'more section does', 'more sections do')} not fit into a comment: run {code('catalog diff --full')} to see everything.\n")
    return "".join(blocks)


def _top(difference: Difference, effects: Effects | None) -> Iterator[str]:
    yield from (MARKER, f"**Records: {headline(difference, effects)}**", "", f"{code(difference.base)} → {code(difference.head)}")
    yield from _list("Look at", [f"⚠️ {code(line)}" for line in warnings(difference, effects)])
    yield from _list("Effects on views", [f"{code(record)}: {code(what)}" for record, what in effect_lines(effects)])
    problems = [f"{code(f'{p.path}:{p.line}')} {p.severity}: {code(p.what)} ({code(p.rule)})" for p in difference.new_problems]
    yield from _list("New problems", problems)


def _list(title: str, lines: list[str]) -> Iterator[str]:
    """Yield a list under its title: all of it while it is short, else the rest folded or, when very long, counted."""
    if not lines:
        return
    yield from ("", f"**{title}** ({len(lines):,})", "", *(f"- {line}" for line in lines[:FIRST]))
    rest = lines[FIRST:]
    if rest:
        yield from ("", f"<details><summary>{len(rest):,} more</summary>", "", *(f"- {line}" for line in rest[:60]))
        yield from ([f"- and {len(rest) - 60:,} more"] if len(rest) > 60 else [])
        yield from ("", "</details>")


def _details(difference: Difference) -> Iterator[str]:
    """Yield one folded block for each record, with a title before each group."""
    for action, title in TITLES.items():
        entries = difference.of(action)
        for i, entry in enumerate(entries):
            head = f"\n**{title}** ({len(entries):,})\n\n" if i == 0 else ""
            yield head + "\n".join(_entry(entry)) + "\n"
    if difference.exceptions:
        lines = [line for change in difference.exceptions for line in _edit(Edit(change), ())]
        yield "\n" + "\n".join(_folded("Exceptions from warnings", lines)) + "\n"


def _folded(summary: str, lines: list[str]) -> list[str]:
    return [f"<details><summary>{summary}</summary>", "", *lines, "", "</details>"]


def _entry(entry: Entry) -> Iterator[str]:
    name = "" if entry.name == entry.ref.partition("/")[2] else f" {html_code(entry.name)}"
    head = f"{html_code(entry.old_ref)} → {html_code(entry.ref)}" if entry.old_ref else html_code(entry.ref)
    facts = about(entry)
    shared = shared_sources(entry.edits)
    lines = []
    if entry.old_ref:
        lines.append(f"- {code(entry.old_ref)} leads to {code(entry.ref)} from now on")
    if entry.reason is not None:
        lines.append(f"- reason: {code(entry.reason)}" + (f"; instead: {code(entry.replaced_by)}" if entry.replaced_by else ""))
    lines += [f"- ⚠️ {code(notice)}" for notice in entry.notices]
    for edit in entry.edits:
        lines += _edit(edit, shared)
    if shared:
        lines.append("- all of it by " + "; ".join(code(source_phrase(s)) for s in shared))
    for edit in entry.citations:
        lines += _edit(edit, ())
    yield from _folded(f"{head}{name}" + (f" – {html.escape(facts)}" if facts else ""), lines)


def _edit(edit: Edit, shared: tuple) -> Iterator[str]:
    change = edit.change
    old, new = before_and_after(change)
    label = code(change.label)
    if change.action == "reordered":
        yield f"- {label}: other order: {code(new)}"
    elif old is None and change.action == "changed":
        yield f"- {label}: {code(new)}"
    elif old is None:
        yield f"- **+** {label}: {code(new)}"
    elif new is None:
        yield f"- **−** {label}: {code(old)}"
    else:
        yield f"- {label}: {code(old)} → {code(new)}"
    yield from (f"  - {code(line)}" for line in sources_of(edit, shared))
