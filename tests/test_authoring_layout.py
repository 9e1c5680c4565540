"""The canonical layout keeps every value and comment, is the same when applied again, and looks as documented."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.authoring.commented import parse_commented
from catalog.authoring.layout import WIDTH, CannotFormat, _comments_of, lay_out
from catalog.authoring.order import field_order
from catalog.fields import fields_of
from catalog.kinds import all_kinds
from catalog.read import read_document
from catalog.validate import Tombstone, validate_document

DATA = Path(__file__).resolve().parent.parent / "data"
FILES = sorted(f for f in DATA.rglob("*.yaml") if f.name != "exceptions.yaml")
# The records with the most to lose: long, nested, quoted, with tables.
RICH = sorted(sorted(FILES, key=lambda f: -f.stat().st_size)[:40] + FILES[::60])


def kind_of(file: Path) -> str:
    return file.relative_to(DATA).parts[0]


def record_of(text: str, kind: str):
    document = read_document("", kind, "x", text.encode("utf-8"))
    assert document.root is not None and not document.problems, document.problems
    found, problems = validate_document(document)
    if found is None:
        return sorted((p.rule, p.what) for p in problems)
    return found.removed if isinstance(found, Tombstone) else found.record


def check_layout(text: str, kind: str) -> str | None:
    """Lay a text out; return None if it cannot be read, else assert that nothing is lost and return the layout."""
    try:
        new = lay_out(text, kind)
    except CannotFormat as error:
        assert "please report" not in str(error), (str(error), text)
        return None
    assert record_of(new, kind) == record_of(text, kind)
    assert _comments_of(parse_commented(new)) == _comments_of(parse_commented(text))
    assert lay_out(new, kind) == new
    assert new.endswith("\n") and not new.endswith("\n\n") and "\t" not in new
    return new


def test_every_record_keeps_its_values():
    assert FILES
    for file in FILES:
        assert check_layout(file.read_text(encoding="utf-8"), kind_of(file)) is not None, file


def restyle(text: str, choice: random.Random) -> str:
    """Return the same values in another style, with comments between them."""
    events = []
    for event in yaml.parse(text):
        if isinstance(event, yaml.ScalarEvent) and not event.implicit[0]:
            event.style = choice.choice(["'", '"', "|", ">", '"'])
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            event.flow_style = choice.random() < 0.4
        events.append(event)
    styled = yaml.emit(events, allow_unicode=True, width=choice.choice([40, 80, 400]), indent=choice.choice([2, 4]))
    lines = []
    for number, line in enumerate(styled.split("\n")):
        dice = choice.random()
        if dice < 0.08:
            lines += [""] * choice.randrange(2) + [" " * choice.choice([0, 2, 4, len(line) - len(line.lstrip())]) + f"# above {number}"] + [""] * choice.randrange(2)
        lines.append(line + (f"  # behind {number}" if 0.08 < dice < 0.16 and line.strip() else ""))
    return "\n".join(lines)


@settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(RICH), st.integers(0, 2**32))
def test_any_style_and_any_comment_keeps_its_values(file: Path, seed: int):
    check_layout(restyle(file.read_text(encoding="utf-8"), random.Random(seed)), kind_of(file))


PIECES = list("abc019 -:#,'\"[]{}>|~.?!&*@%\\\n") + ["\n\n", "\n  ", ": ", "- ", " # note", "null", "true", "1,000", "…"]


@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(RICH), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(["", *PIECES])), min_size=1, max_size=4))
def test_any_slip_of_the_pen_keeps_its_values(file: Path, slips):
    text = file.read_text(encoding="utf-8")
    for where, length, piece in slips:
        at = int(where * len(text))
        text = text[:at] + piece + text[at + length:]
    check_layout(text, kind_of(file))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(alphabet=st.sampled_from("ab1 :#-'\"\n,[]{}&*!|>%@`~?.=\\é"), min_size=1, max_size=300).filter(str.strip))
def test_any_text_survives(text: str):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    source = f'name: X\nsummary: "{escaped}"\naliases: ["{escaped}"]\nlinks:\n- {{kind: home, url: "https://x.org/", note: "{escaped}"}}\n'
    assert check_layout(source, "topics")


def laid_out(text: str, kind: str = "topics") -> str:
    new = check_layout(text, kind)
    assert new is not None
    return new


def test_order_flow_and_quotes():
    assert laid_out(
        "sources:\n- source: a-2011-b\n  supports:\n  - items\nclasses: '10'\nmodality:\n    - image\n"
        "name: 'Digits'\naliases: ['no', \"1.10\", 'a: b', 'he said \"no\"', plain, \"it's\"]\n"
        "splits: {train: {items: 7}, test: {items: 3}}\nidentifiers:\n  huggingface: a/b\nitems: '>9'\n", "datasets",
    ) == (
        'name: Digits\naliases: ["no", "1.10", "a: b", he said "no", plain, it\'s]\nidentifiers: {huggingface: a/b}\n'
        'modality: [image]\nitems: ">9"\nsplits:\n  train: {items: 7}\n  test: {items: 3}\nclasses: 10\n'
        "sources:\n  - {source: a-2011-b, supports: [items]}\n")


def test_long_texts_are_folded_and_short_ones_are_not():
    words = " ".join(f"word{i}" for i in range(30))
    new = laid_out(f"name: X\nsummary: {words}\nnote: >-\n  two\n  words\n")
    assert new.split("\n")[1] == "summary: >-"
    assert new.endswith("note: two words\n")
    assert max(map(len, new.split("\n"))) <= WIDTH


def test_lines_of_code_stay_lines():
    code = "name: X\nlistings:\n- language: Python\n  code: |\n    import torch\n\n    if True:  # always\n        print(1)\n"
    assert laid_out(code, "methods") == (
        "name: X\nlistings:\n  - language: Python\n    code: |\n      import torch\n\n      if True:  # always\n          print(1)\n")


def test_comments_stay_with_their_key():
    assert laid_out(
        "# head of the file\n\n# of the summary\nsummary: S.  # behind it\n# of the name\nname: X\nsources:\n"
        "# of the first\n- source: a  # behind a key\n  locator: p. 1\n- {source: b, default: true}  # behind an item\n"
        "# of the links\nlinks: [{kind: home,  # inside\n  url: 'https://x.org/'}]\n# at the end\n",
    ) == (
        "# of the name\nname: X\n# head of the file\n\n# of the summary\nsummary: S.  # behind it\n# of the links\nlinks:\n"
        "  - kind: home  # inside\n    url: https://x.org/\nsources:\n  # of the first\n  - source: a  # behind a key\n"
        "    locator: p. 1\n  - {source: b, default: true}  # behind an item\n# at the end\n")


def test_mistakes_are_not_mended_silently():
    assert laid_out("name: 2012\naliases: [no, 1.10]\nsumary: 'x'\n") == "name: 2012\naliases: [no, 1.10]\nsumary: \"x\"\n"


def test_tombstone():
    assert laid_out("removed:\n  reason: Twice.\n  date: '2026-01-05'\n") == "removed: {date: 2026-01-05, reason: Twice.}\n"


@pytest.mark.parametrize("text", ["name: [\n", "name: X\nname: Y\n", "- a\n", "name: X\n---\nname: Y\n", "name: &a X\n", "a\ufeffb: c\n", "name: x\r\n"])
def test_what_cannot_be_read_is_refused(text: str):
    with pytest.raises(CannotFormat):
        lay_out(text, "topics")


@pytest.mark.parametrize("kind", all_kinds().values(), ids=lambda k: k.name)
def test_order_holds_every_field_once(kind):
    models, seen = [kind.model], set()
    while models:
        model = models.pop()
        assert sorted(field_order(model)) == sorted(fields_of(model))
        seen.add(model)
        models += [s.part for s in fields_of(model).values() if s.part and s.part not in seen]
