"""The JSON Schemas are up to date, never refuse what the check accepts, and refuse the mistakes an editor can see."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
import yaml
from factories import MINIMAL
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from catalog.authoring.json_schema import kind_schema, written_files
from catalog.kinds import all_kinds
from catalog.read import read_document
from catalog.report import all_rules
from catalog.validate import validate_document

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted(f for f in (ROOT / "data").rglob("*.yaml") if f.name != "exceptions.yaml")
VALIDATORS = {kind.name: Draft202012Validator(kind_schema(kind)) for kind in all_kinds().values()}


class Core(yaml.SafeLoader):
    """Reads plain values as an editor does, by the core schema of YAML 1.2 (section 10.3.2)."""

    yaml_implicit_resolvers: dict = {}

    def construct_mapping(self, node, deep=False):
        return {self.construct_scalar(key): self.construct_object(value, deep=True) for key, value in node.value}


for tag, pattern, first in (
    ("null", r"null|Null|NULL|~|", [*"nN~", ""]), ("bool", "true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", list("-+0123456789.")),
):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), first)
Core.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value, 0 if node.value[:2] in ("0o", "0x") else 10))
Core.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))


def refusals(text: str, kind: str) -> list[str]:
    """Return what a schema says of a text that an editor has read."""
    return [f"{'.'.join(map(str, e.absolute_path))}: {e.message}" for e in VALIDATORS[kind].iter_errors(yaml.load(text, Core))]


def is_accepted(text: str, kind: str) -> bool:
    """Say whether reading and validation accept a text."""
    document = read_document("", kind, "x", text.encode("utf-8"))
    return document.root is not None and not document.problems and validate_document(document)[0] is not None


def test_committed_files_are_up_to_date():
    for file, text in written_files(ROOT).items():
        assert file.read_text(encoding="utf-8") == text, f"{file}: run `catalog schema --write`"
    assert {f.stem for f in (ROOT / "docs" / "schema").glob("*.json")} == set(all_kinds())


@pytest.mark.parametrize("kind", all_kinds().values(), ids=lambda kind: kind.name)
def test_schema_is_a_schema(kind):
    schema = kind_schema(kind)
    Draft202012Validator.check_schema(schema)
    patterns = re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', json.dumps(schema))
    for pattern in map(json.loads, patterns):
        re.compile(pattern)
        assert not re.search(r"\\[^dswbnrSWDB.*+?^$(){}\[\]|/\\-]|\(\?[P<]", pattern), f"{pattern} is no expression of ECMA-262"


def test_no_record_is_refused():
    assert FILES
    for file in FILES:
        kind, text = file.relative_to(ROOT / "data").parts[0], file.read_text(encoding="utf-8")
        if is_accepted(text, kind):
            assert refusals(text, kind) == [], file


def test_no_minimal_record_and_no_good_example_is_refused():
    texts = [(f"{kind}/x.yaml", text) for kind, text in MINIMAL.items()]
    for rule in all_rules().values():
        texts += list(rule.good.items()) if isinstance(rule.good, dict) else [("topics/x.yaml", rule.good)] if rule.good else []
    for path, text in texts:
        kind = path.partition("/")[0]
        if kind in VALIDATORS and is_accepted(text, kind):
            assert refusals(text, kind) == [], text


VALUES = [
    "7", "'7'", "~7", '">50"', "1e5", "0x1f", "007", "2016", "0943", "'1943'", "1974~", "../2022-02-07", "2016-03-09", "true", "'true'", "no", "null",
    "not-reported", "947..1024", "5.1±0.6", "60,000", "abc", "a-b", "[a]", "[]", "{a: 1}", "'a'", '"https://x.org/\\n"', "https://x.org/", "'  '", "''",
    "|\n    text\n", "methods/dropout", "1.10", "en", "'no'", "[null, 1]", ".5", "-3", "+7", "\u00a0x",
]


@settings(max_examples=500, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(FILES[::25] + sorted(FILES, key=lambda f: -f.stat().st_size)[:20]), st.integers(0, 2**32), st.sampled_from(VALUES))
def test_nothing_that_the_check_accepts_is_refused(file: Path, seed: int, value: str):
    kind, lines = file.relative_to(ROOT / "data").parts[0], file.read_text(encoding="utf-8").split("\n")
    places = [i for i, line in enumerate(lines) if re.match(r"^ *(- )?[a-z_]+: \S", line)]
    i = random.Random(seed).choice(places)
    lines[i] = re.match(r"^( *(?:- )?[a-z_]+: )", lines[i])[1] + value
    text = "\n".join(lines)
    if is_accepted(text, kind):
        assert refusals(text, kind) == []


@pytest.mark.parametrize(("kind", "old", "new"), [
    ("topics", "name: Vision", "name: Vision\nsumary: Seeing."),
    ("datasets", "[image]", "[picture]"), ("datasets", "[image]", "image"), ("datasets", "[image]", "[]"), ("datasets", "modality: [image]\n", ""),
    ("datasets", "name: Digits", "name: Digits\nitems: 60,000"), ("datasets", "name: Digits", "name: Digits\nitems: many"),
    ("datasets", "name: Digits", "name: Digits\nis_synthetic: yes"), ("datasets", "name: Digits", "name: [Digits]"), ("datasets", "name: Digits", "name: 2012"),
    ("datasets", "name: Digits", "name: Digits\nreleased: 30.11.2026"), ("datasets", "name: Digits", "name: Digits\nreleased: 2026-13"),
    ("datasets", "name: Digits", "name: Digits\nreleased: 20261"), ("datasets", "name: Digits", "name: Digits\ntopics: [Computer Vision]"),
    ("datasets", "name: Digits", "name: Digits\nrelated: [mnist]"), ("datasets", "name: Digits", "name: Digits\nsplits: {Train set: {items: 7}}"),
    ("datasets", "name: Digits", "name: Digits\nsplits: [train]"), ("datasets", "name: Digits", "name: Digits\nlinks: [{kind: home}]"),
    ("datasets", "name: Digits", "name: Digits\nlinks: [{kind: home, url: 'javascript:x'}]"), ("datasets", "name: Digits", "name: Digits\nnames: {Russian: X}"),
    ("datasets", "name: Digits", "name: Digits\nidentifiers: {isbn: x}"), ("datasets", "name: Digits", "name:"),
    ("datasets", "source: paper", "sorce: paper"), ("datasets", "source: paper", "source: A Paper"), ("datasets", "default: true", "default: 'true'"),
    ("books", "language: en", "language: English"), ("books", "language: en", "language: en\nyear: about 2016"), ("books", "language: en", "language: en\nyear: 20166"),
    ("human_baselines", "people: 12", "people: twelve"), ("hardware", "vendor: example", "vendor: Example Inc."), ("hardware", "type: gpu", "type: GPU"),
    ("topics", "name: Vision", "removed: {date: 2026-01-05}"), ("topics", "name: Vision", "name: Vision\nremoved: {date: 2026-01-05, reason: Twice}"),
])
def test_mistakes_are_refused(kind: str, old: str, new: str):
    text = MINIMAL[kind]
    assert old in text and refusals(text, kind) == []
    wrong = text.replace(old, new, 1)
    assert not is_accepted(wrong, kind)
    assert refusals(wrong, kind) != []


def test_tombstone_is_accepted():
    assert refusals("removed: {date: 2026-01-05, reason: Twice, replaced_by: topics/vision}\n", "topics") == []
