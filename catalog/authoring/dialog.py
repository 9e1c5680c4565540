"""Making a new record from the command line: gather, ask, propose an id, refuse what is there, write."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from catalog.authoring.ask import ask_missing
from catalog.authoring.create import AlreadyThere, CannotCreate, finish_draft, propose_slug, refuse_existing, start_draft
from catalog.authoring.files import write_whole
from catalog.authoring.identifiers import InvalidIdentifier


class Refused(Exception):
    """No record is made; `is_there` says whether because it exists already."""

    def __init__(self, message: str, is_there: bool = False):
        super().__init__(message)
        self.is_there = is_there


@dataclass(frozen=True, slots=True)
class Made:
    """A new record, not yet written."""

    file: Path
    text: str
    open_fields: list[str]

    def write(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self.file, self.text)

    def next_steps(self) -> str:
        """Return what to say once it is written."""
        steps = f"Fill in {', '.join(self.open_fields)}" if self.open_fields else "Add what you know"
        return (f"{self.file} is written.\n{steps} with an editor; every field is explained there. Then:\n"
                f"  catalog fix {self.file}      removes the explanations, mends quotes and spaces\n"
                f"  catalog check {self.file}    says what is missing")


def _ask(question: str, proposed: str) -> str:
    return typer.prompt(question, default=proposed, show_default=bool(proposed), err=True, prompt_suffix="\n  > ")


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr)


def make_record(data: Path, kind: str, called: str | None, given: dict[str, Any], slug: str | None, anyway: bool, *, is_asking: bool) -> Made:
    """Return a new record.

    Args:
        data: The data folder.
        kind: Kind of the record.
        called: Its name, title, identifier or address.
        given: Values by field, None where none is given.
        slug: Its id, if a certain one is wanted.
        anyway: Whether to make it though another has its name or identifier.
        is_asking: Whether somebody is there to answer.

    Raises:
        Refused: It is there already, or something is wrong or missing.
    """
    try:
        draft = start_draft(data, kind, called, given, slug)
        if draft.names or draft.values.get("identifiers") or draft.slug:
            refuse_existing(draft, anyway)  # before anybody answers ten questions for nothing
        if is_asking:
            _say("Enter leaves a question open, for later.")
            ask_missing(draft, _ask, _say, data)
        if not draft.slug:
            proposed = propose_slug(draft)
            draft.slug = _ask("id: name of the file, which never changes", proposed or "").strip() if is_asking else proposed
        refuse_existing(draft, anyway)
        alike = [] if anyway else draft.existing.alike(draft.names)
        if alike:
            _say("nearly the same name: " + "; ".join(f"{draft.existing.files[found]} ({name})" for found, name in alike))
        made = Made(*finish_draft(data, draft))
        for citation in draft.values.get("sources", ()):
            if not any((data / "sources").rglob(f"{citation['source']}.yaml")):
                _say(f"there is no source {citation['source']!r} yet: `catalog new sources {citation['source']}` begins it")
        return made
    except AlreadyThere as error:
        raise Refused(str(error), is_there=True) from None
    except (CannotCreate, InvalidIdentifier) as error:
        raise Refused(str(error)) from None
