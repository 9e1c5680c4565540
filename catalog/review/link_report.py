"""The report of the addresses: gone, unsure, moved and live, as text, Markdown or JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from catalog.review.links import Address, Round, Use
from catalog.review.phrases import count
from catalog.review.render_markdown import code

TITLES = {"gone": "Gone", "unsure": "Unsure", "moved": "Moved for good"}
MARKER = "<!-- catalog links -->"
MARKDOWN_LIMIT = 60_000  # bytes; GitHub refuses issues above 65,536 characters
# What a record may say of an address that answers so, without being reminded.
_AGREES = {"live": {"live", "frozen", "unknown"}, "moved": {"moved", "live", "frozen", "unknown"}, "gone": {"gone", "unknown"}}


def _group(found: Round, state: str) -> list[Address]:
    return [a for a in found.addresses if a.known and a.known.state == state]


def contradictions(found: Round) -> list[tuple[Address, Use]]:
    """Return the places where a record says something else of its address than the address itself."""
    return [
        (a, use) for a in found.addresses if a.known and a.known.state in _AGREES
        for use in a.uses if use.stated and use.stated not in _AGREES[a.known.state]]


def headline(found: Round) -> str:
    """Return all counts in one line."""
    states = Counter(a.known.state if a.known else "not asked yet" for a in found.addresses)
    parts = [f"{states[s]:,} {s}" for s in ("live", "moved", "gone", "unsure", "not asked yet") if states[s]]
    return f"{count(len(found.addresses), 'address', 'addresses')}: {', '.join(parts) or 'none'} ({found.asked:,} asked now)"


def remarks(found: Round) -> list[str]:
    """Return what must be known to read the report."""
    said = []
    if found.is_offline:
        said.append("nobody answered at all: is there a network here? These failures were not kept")
    if found.unreadable:
        said.append(f"{count(found.unreadable, 'file is', 'files are')} no valid record (`catalog check`): the addresses there are left out")
    return said


def _places(address: Address) -> str:
    shown = [f"{u.ref} {u.path}" for u in address.uses[:4]]
    return ", ".join(shown) + (f" and {len(address.uses) - 4} more" if len(address.uses) > 4 else "")


def _verdict(address: Address) -> str:
    known = address.known
    words = [f"to {known.final_url}"] if known.state == "moved" else [known.why or "", f"at {known.final_url}" if known.final_url else ""]
    since = f"{known.state} since {known.since.date()}, asked {known.asked.date()}" if known.state == "gone" or known.since != known.asked else f"asked {known.asked.date()}"
    return "; ".join(w for w in (*words, since) if w)


def render_text(found: Round) -> str:
    """Return the report as text."""
    lines = [headline(found), *(f"! {r}" for r in remarks(found))]
    for state, title in TITLES.items():
        group = _group(found, state)
        if group:
            lines += ["", f"{title} ({len(group):,})"]
            for a in group:
                lines += [f"  {a.url}", f"      {_clean(_verdict(a))}", f"      in {_places(a)}"]
    wrong = contradictions(found)
    if wrong:
        lines += ["", f"Records that say otherwise ({len(wrong):,})"]
        lines += [f"  {use.ref} {use.path}: says {use.stated}, found {a.known.state}: {a.url}" for a, use in wrong]
    return "\n".join(lines) + "\n"


def render_markdown(found: Round) -> str:
    """Return the report as Markdown for an issue or a job's summary; what servers sent stands in code spans."""
    groups = [
        (title, [f"- <{a.url}>: {code(_verdict(a))} in {code(_places(a))}" for a in _group(found, state)]) for state, title in TITLES.items()]
    groups.append(("Records that say otherwise", [
        f"- {code(f'{u.ref} {u.path}')} says {u.stated}, found {a.known.state}: <{a.url}>" for a, u in contradictions(found)]))
    return "\n".join(_fitting([MARKER, f"**{headline(found)}**", "", *(f"- ⚠️ {r}" for r in remarks(found))], groups)) + "\n"


def _fitting(top: list[str], groups: list[tuple[str, list[str]]]) -> Iterator[str]:
    """Yield the head and the folded groups; what does not fit is counted."""
    yield from top
    size = sum(len(line.encode()) + 1 for line in top)
    for title, lines in groups:
        if not lines:
            continue
        yield from ("", f"<details{' open' if title == TITLES['gone'] else ''}><summary>{title} ({len(lines):,})</summary>", "")
        for i, line in enumerate(lines):
            size += len(line.encode()) + 1
            if size > MARKDOWN_LIMIT:
                yield f"- and {len(lines) - i:,} more: `catalog links --limit 0` shows them"
                break
            yield line
        yield from ("", "</details>")


def render_json(found: Round) -> str:
    """Return the report as JSON: `summary`, `remarks` and every address with its answer and places."""
    addresses = [
        {"url": a.url, "state": a.known.state if a.known else None, "status": a.known.status if a.known else None,
         "final_url": a.known.final_url if a.known else None, "why": a.known.why if a.known else None,
         "asked": a.known.asked.isoformat() if a.known else None, "since": a.known.since.isoformat() if a.known else None,
         "uses": [vars(u) for u in a.uses]} for a in found.addresses]
    content = {"summary": headline(found), "asked_now": found.asked, "is_offline": found.is_offline, "remarks": remarks(found), "addresses": addresses}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _clean(text: str) -> str:
    return "".join(c if c.isprintable() else "·" for c in text)
