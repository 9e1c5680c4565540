"""A new record: what is known of it, the id it gets, whether it is there already, and the file it becomes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog.authoring.existing import Existing, read_existing
from catalog.authoring.identifiers import Identified, identify, looks_like_identifier
from catalog.authoring.naming import slugify, source_slug
from catalog.authoring.skeleton import write_skeleton
from catalog.fields import SLUG, SLUG_LIMIT
from catalog.kinds import Kind, all_kinds
from catalog.read import read_document
from catalog.validate import validate_document

_LEFT_OPEN = ("empty-value", "missing-field")  # what a skeleton may leave to be filled in


class AlreadyThere(ValueError):
    """The record, or one of its name or identifier, exists; the message says which."""


class CannotCreate(ValueError):
    """Something that was given is wrong or missing; the message says what and how to write it."""


@dataclass(slots=True)
class Draft:
    """What is known of a new record, by field, and what its identifier suggests."""

    kind: Kind
    existing: Existing
    values: dict[str, Any] = field(default_factory=dict)
    slug: str | None = None
    likely_type: str | None = None

    @property
    def title_field(self) -> str:
        return "name" if self.kind.fields["name"].required else "title"

    @property
    def names(self) -> list[str]:
        return [self.values[f] for f in ("name", "title") if self.values.get(f)]


def start_draft(data: Path, kind_name: str, called: str | None, given: dict[str, Any], slug: str | None) -> Draft:
    """Gather what is given about a new record.

    Args:
        data: The data folder.
        kind_name: Its kind.
        called: Its name or title, an identifier (`arxiv:…`, `doi:…`, `isbn:…`), an address, or the id of a source.
        given: Values by field; None and empty lists are not given.
        slug: Its id, if it is to have a certain one.

    Raises:
        CannotCreate: A value cannot stand in its field, or the kind is written by programs only.
    """
    kind = all_kinds()[kind_name]
    if kind_name == "measurements":
        raise CannotCreate("measurements are written by the benchmark, never by hand: see `catalog bench --help`")
    draft = Draft(kind, read_existing(data, kind_name), slug=slug)
    if called and looks_like_identifier(called):
        found: Identified = identify(called)
        draft.values |= {name: value for name, value in found.fields.items() if name in kind.fields}
        draft.likely_type = found.likely_type
    elif called and kind_name == "sources" and not slug and re.fullmatch(SLUG, called):
        draft.slug = called  # as the check names a source that is missing; a title has capitals or spaces
    elif called:
        draft.values[draft.title_field] = called
    for name, value in given.items():
        if value in (None, []):
            continue
        if name not in kind.fields:
            raise CannotCreate(f"{kind_name} have no field {name!r}; docs/fields.md lists theirs")
        draft.values[name] = value
    return draft


def propose_slug(draft: Draft) -> str | None:
    """Return an id made of what is known, or None if too little is known."""
    values, taken = draft.values, draft.existing.taken
    title = values.get(draft.title_field)
    if draft.kind.name == "sources":
        who = (values.get("authors") or [None])[0] or values.get("publisher") or _host(values.get("url"))
        return source_slug(title, who, _year(values.get("date")), taken) if title else None
    slug = slugify(title) if title else ""
    if draft.kind.name == "books" and slug in taken and values.get("authors"):
        slug = slugify(f"{title} {values['authors'][0].split()[-1]}")
    return slug or None


def _year(date: str | None) -> str | None:
    match = re.search(r"[0-9]{4}", date or "")
    return match.group() if match else None


def _host(url: str | None) -> str | None:
    """Return the site of an address, unless it only keeps works of others.

    >>> _host("https://www.nature.com/articles/x"), _host("https://doi.org/10.1/x")
    ('nature', None)
    """
    host = re.sub(r"^https?://(?:www\.)?", "", url or "").partition("/")[0]
    return None if host in ("", "doi.org", "arxiv.org", "github.com", "web.archive.org") else host.split(".")[-2] if "." in host else host


def refuse_existing(draft: Draft, anyway: bool) -> None:
    """Refuse a record that is there already.

    Args:
        draft: What is known of it, with its id.
        anyway: Whether a record of the same name or identifier is another thing, as the contributor says.

    Raises:
        AlreadyThere: Its id is in use or was, or (unless `anyway`) another record has its name or an identifier.
    """
    existing, slug = draft.existing, draft.slug
    if slug in existing.removed:
        raise AlreadyThere(f"{existing.files[slug]} says that this record was removed, and its id is not used again: choose another with --id")
    if slug in existing.files:
        raise AlreadyThere(f"{existing.files[slug]} is there already: mend that file, or choose another id with --id")
    if slug in existing.former:
        raise AlreadyThere(f"{slug} is the former id of {existing.files[existing.former[slug]]}: mend that file, or choose another id with --id")
    if anyway:
        return
    by_identifier = existing.same_identifier(draft.values.get("identifiers", {}), draft.values.get("url"))
    if by_identifier:
        raise AlreadyThere(f"{existing.files[by_identifier[0]]} has {by_identifier[1]} already; mend that file, or repeat the command with --anyway")
    by_name = existing.same_name(draft.names)
    if by_name:
        raise AlreadyThere(
            f"{existing.files[by_name[0]]} is called {by_name[1]!r}; mend that file, or, if this is another thing, repeat the command with --anyway")


def finish_draft(data: Path, draft: Draft) -> tuple[Path, str, list[str]]:
    """Return the file of a new record, its text, and the fields that are still open.

    Raises:
        CannotCreate: It has no id yet, or a value is wrong.
    """
    slug = draft.slug
    if not slug:
        title = draft.title_field
        needed = "title, authors and date (--title, --author, --date)" if draft.kind.name == "sources" else f"a {title}"
        raise CannotCreate(f"the id cannot be made: give {needed}, or the id itself (--id)")
    if not re.fullmatch(SLUG, slug) or len(slug) > SLUG_LIMIT:
        raise CannotCreate(f"{slug!r} cannot be an id: write lower-case letters, digits and single hyphens, e.g. {slugify(slug) or 'name'}")
    folder = data / draft.kind.name
    if draft.kind.name == "sources":
        folder /= _year(slug) or _year(draft.values.get("date")) or "undated"
    text = write_skeleton(draft.kind, draft.values)
    document = read_document("", draft.kind.name, slug, text.encode("utf-8"))
    problems = document.problems + validate_document(document)[1]
    wrong = [p for p in problems if p.rule not in _LEFT_OPEN and not (p.rule == "invalid-text" and "empty" in p.what)]
    if wrong:
        raise CannotCreate(f"{wrong[0].what}\nfix: {wrong[0].fix}")
    keys = sorted((mark.line, key) for key, mark in document.root.key_marks.items())
    still_open = [[key for line, key in keys if line <= p.line][-1] for p in sorted(problems, key=lambda p: p.line)]
    return folder / f"{slug}.yaml", text, list(dict.fromkeys(still_open))
