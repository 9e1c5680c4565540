"""Asking on a terminal for what a new record needs; Enter leaves a field open, to be filled in with an editor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from catalog.authoring.create import Draft
from catalog.edtf import InvalidDate, parse_date
from catalog.fields import FieldSpec
from catalog.quantity import InvalidQuantity, parse_quantity
from catalog.suggest import nearest, suggestion

Ask = Callable[[str, str], str]  # question, proposed answer -> answer
Say = Callable[[str], None]


def ask_missing(draft: Draft, ask: Ask, say: Say, data: Path) -> None:
    """Ask for the required fields that are open, for what the id is made of, and for a source.

    Args:
        draft: What is known; answers are added to it.
        ask: Puts a question and returns the answer, empty if it is left open.
        say: Tells something.
        data: The data folder, in which sources are looked up.
    """
    wanted = [n for n in (draft.title_field, "authors", "date") if draft.kind.name == "sources" or n == draft.title_field]
    wanted += [n for n, s in draft.kind.fields.items() if s.required and s.part is None and n not in wanted]
    for name in wanted:
        if not draft.values.get(name):
            _ask_field(draft, draft.kind.fields[name], ask, say)
    if draft.kind.needs_sources and not draft.values.get("sources"):
        source = _ask_source(ask, say, data)
        if source:
            draft.values["sources"] = [{"source": source, "default": True}]


def _ask_field(draft: Draft, spec: FieldSpec, ask: Ask, say: Say) -> None:
    question = f"{spec.name}: {spec.description}"
    if spec.choices:
        question += f" One of {', '.join(spec.choices)}."
    if spec.shape == "list":
        question += " Several: separate them with ;"
    while True:
        answer = ask(question, draft.likely_type or "" if spec.name == "type" else "").strip()
        if not answer:
            return
        values = [v.strip() for v in answer.split(";") if v.strip()] if spec.shape == "list" else [answer]
        wrong = next((w for w in (_wrong(v, spec) for v in values) if w), None)
        if wrong is None:
            draft.values[spec.name] = values if spec.shape == "list" else answer
            return
        say(wrong)


def _wrong(value: str, spec: FieldSpec) -> str | None:
    """Return why a value cannot stand in a field, or None."""
    if spec.choices and value not in spec.choices:
        return f"{value!r} is none of the allowed values: " + suggestion(value, spec.choices, "choose one of those listed, or press Enter")
    try:
        if spec.type == "date":
            parse_date(value)
        elif spec.type == "number":
            parse_quantity(value)
    except (InvalidDate, InvalidQuantity) as error:
        return str(error)
    return None


def _ask_source(ask: Ask, say: Say, data: Path) -> str | None:
    known = {f.stem for f in (data / "sources").rglob("*.yaml")}
    while True:
        answer = ask("sources: Where does it come from? Id of a record in data/sources.", "").strip()
        if not answer or answer in known:
            return answer or None
        near = nearest(answer, known)
        say(f"there is no source {answer!r}" + (f"; near it: {', '.join(near)}" if near else "")
            + "\nPress Enter to leave it open; `catalog new sources arxiv:…`, `doi:…` or a title makes one.")
