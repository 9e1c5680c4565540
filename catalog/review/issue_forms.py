"""The issue forms of `.github/ISSUE_TEMPLATE`, made from the kinds: a new record, a wrong number, a dead link.

`python -m catalog.review.issue_forms` writes them anew; a test compares them with what they would be now.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from catalog.kinds import Kind, all_kinds

MADE_BY_PROGRAM = {"measurements"}  # nobody writes these by hand (docs/format.md)
_HEAD = "# Made by `python -m catalog.review.issue_forms` from the kinds; do not edit.\n"
Element = dict[str, Any]


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as they read."""


_Dumper.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None))


def _kinds() -> list[Kind]:
    return [k for k in all_kinds().values() if k.name not in MADE_BY_PROGRAM]


def _words(text: str) -> Element:
    return {"type": "markdown", "attributes": {"value": text}}


def _field(type: str, id: str, label: str, description: str, *, placeholder: str | None = None, required: bool = True) -> Element:
    attributes = {"label": label, "description": description}
    if placeholder:
        attributes["placeholder"] = placeholder
    return {"type": type, "id": id, "attributes": attributes, "validations": {"required": required}}


def _choice(id: str, label: str, description: str, options: list[str]) -> Element:
    return {"type": "dropdown", "id": id, "attributes": {"label": label, "description": description, "options": options}, "validations": {"required": True}}


def _promise(label: str) -> Element:
    return {"type": "checkboxes", "id": "read", "attributes": {"label": "How it was seen", "options": [{"label": label, "required": False}]}}


def _kind_choice(description: str) -> Element:
    return _choice("kind", "Kind", description, [f"{k.name} – {k.label}" for k in _kinds()])


def _needed(kind: Kind) -> str:
    """Return one line that says what a record of a kind must have."""
    needed = ", ".join(f"`{name}`" for name, s in kind.fields.items() if s.required)
    return f"- **{kind.label}**: {needed}. {kind.description}"


def _form(name: str, description: str, title: str, label: str, body: list[Element]) -> str:
    form = {"name": name, "description": description, "title": title, "labels": [label], "body": body}
    return _HEAD + yaml.dump(form, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)


_RECORD = _field(
    "input", "record", "Record", "Kind and id, as in the address of its page and the name of its file.", placeholder="datasets/mnist")


def new_record() -> str:
    """Return the form that proposes a record."""
    return _form("New record", "Something is missing from the catalog.", "New record: ", "new record", [
        _words("A pull request is quicker, if you can make one: docs/format.md explains the format on two pages.\n"
               "Without one, this form is welcome. Every number needs a source that we can open."),
        _kind_choice("What kind of thing it is; what each kind needs stands at the end."),
        _field("input", "name", "Name", "In English, or the proper name.", placeholder="Street View House Numbers"),
        _field("input", "name_ru", "Name in Russian", "If there is one.", required=False),
        _field("textarea", "summary", "What it is and why it matters", "Two or three sentences in your own words."),
        _field("textarea", "values", "Numbers, dates and facts", "One a line, each with its source and the place in it, in the source's own words.",
               placeholder="training images: 73,257 (Netzer 2011, section 3: “73257 digits for training”)"),
        _field("textarea", "sources", "Sources", "Title, authors, year and address of each.",
               placeholder="Reading Digits in Natural Images, Netzer and others, 2011, https://…"),
        _promise("I have read the places named above in the sources themselves."),
        _words("What each kind needs at least:\n\n" + "\n".join(_needed(k) for k in _kinds())),
    ])


def wrong_number() -> str:
    """Return the form that says that a value is wrong."""
    return _form("Wrong number", "A number, date or name in the catalog is wrong.", "Wrong number: ", "wrong number", [
        _kind_choice("Of the record that is wrong."),
        _RECORD,
        _field("input", "path", "Which value", "As its page names it.", placeholder="splits.train.items"),
        _field("input", "found", "What the catalog says", "As it stands there now."),
        _field("input", "expected", "What it should say", "As the source prints it."),
        _field("textarea", "source", "Which source says so, and where", "Title and address, and section, table, page or slide.",
               placeholder="Netzer 2011, section 3, https://…"),
        _promise("I have read that place in the source itself."),
        _words("If two good sources disagree, both are kept: one value is accepted with the reason, the other stands beside it."),
    ])


def dead_link() -> str:
    """Return the form that says that an address does not answer any more."""
    return _form("Dead link", "An address in the catalog leads nowhere, or somewhere else.", "Dead link: ", "dead link", [
        _kind_choice("Of the record in which the address stands."),
        _RECORD,
        _field("input", "url", "The address", "As the record has it.", placeholder="https://…"),
        _choice("state", "What happens there", "As you see it in a browser.", [
            "It does not answer or says that there is no such page", "It has moved to another address", "Something else stands there now",
            "It asks for a login or for money"]),
        _field("input", "moved_to", "Where it is now", "If you know.", required=False),
        _field("input", "archived", "A lasting copy", "For example in the Wayback Machine.", placeholder="https://web.archive.org/web/…", required=False),
    ])


FORMS = {"new-record.yml": new_record, "wrong-number.yml": wrong_number, "dead-link.yml": dead_link}


if __name__ == "__main__":
    folder = Path(__file__).resolve().parents[2] / ".github" / "ISSUE_TEMPLATE"
    folder.mkdir(parents=True, exist_ok=True)
    for file, make in FORMS.items():
        (folder / file).write_text(make(), encoding="utf-8")
        print(f".github/ISSUE_TEMPLATE/{file}")
