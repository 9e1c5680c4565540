"""The record as JSON: what was written, in the order of the fields, numbers with the digits they were printed with."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import pytest
import yaml
from factories import CITED, MINIMAL, minimal, read, validate

from catalog.document import document_json, plain_number, to_plain
from catalog.fields import fields_of
from catalog.kinds import all_kinds
from catalog.kinds.common import Record
from catalog.read import read_document
from catalog.validate import ValidRecord, validate_document

DATA = Path(__file__).parent.parent / "data"


def document(text: str, kind: str = "topics") -> dict:
    found, problems = validate(text, kind)
    assert problems == []
    return json.loads(document_json(found.record))


@pytest.mark.parametrize(("text", "number"), [
    ("7", 7), ("-7", -7), ("0", 0), ("73257", 73257), ("92.0", 92.0), ("0.5", 0.5), ("-0.25", -0.25), ("175000000000", 175000000000),
    ("1.10", "1.10"), ("92.00", "92.00"), ("1e3", "1e3"), ("18.6e9", "18.6e9"), ("+5", "+5"), ("-0", "-0"), ("~7", "~7"), (">50", ">50"), ("5.1±0.6", "5.1±0.6"),
    ("947..1024", "947..1024"), ("not-reported", "not-reported"), ("0.1000000000000000055", "0.1000000000000000055"),
    ("123456789012345678901234567890", 123456789012345678901234567890), ("9" * 5000, "9" * 5000),
])
def test_number_is_a_json_number_only_if_its_digits_survive(text, number):
    found = plain_number(text)
    assert found == number and type(found) is type(number)
    assert str(found) == text


def test_document_holds_what_was_written_in_the_order_of_the_fields():
    text = CITED + "facts:\n- {value: ~7, name: weight, as_of: 2016~}\nnames: {ru: Цифры}\nmodality: [image]\nis_synthetic: false\nname: Digits\nderived: {items: product of classes}\nitems: 10.0\nclasses: 10\n"
    found, problems = validate(text, "datasets")
    assert problems == []
    assert document_json(found.record) == (
        '{"name": "Digits", "names": {"ru": "Цифры"}, "facts": [{"name": "weight", "value": "~7", "as_of": "2016~"}], "derived": {"items": "product of classes"}, '
        '"sources": [{"source": "paper", "default": true}], "modality": ["image"], "items": 10.0, "classes": 10, "is_synthetic": false}')


def test_default_is_left_out_unless_written():
    assert "type" not in document(MINIMAL["frameworks"], "frameworks")
    assert document("type: framework\n" + MINIMAL["frameworks"], "frameworks")["type"] == "framework"


def test_empty_cells_stay_in_their_place():
    table = "tables:\n- columns: [accuracy]\n  results:\n    a: {system: A, scores: [null]}\n    b: {system: B, scores: [not-reported], ensemble: false}\n"
    assert document(table + MINIMAL["benchmarks"], "benchmarks")["tables"] == [
        {"columns": ["accuracy"], "results": {"a": {"system": "A", "scores": [None]}, "b": {"system": "B", "ensemble": False, "scores": ["not-reported"]}}}]


def test_empty_lists_and_maps_are_left_out():
    assert document("name: X\naliases: []\nnames: {}\nfacts: []\n") == {"name": "X"}


@pytest.mark.parametrize("kind", all_kinds())
def test_fields_stand_in_the_order_of_the_class(kind):
    text = next(t for p, t in minimal(kind, "former_ids: [old]\nnames: {ru: Имя}\n").items() if p.startswith(kind + "/"))
    assert list(document(text, kind)) == [n for n in fields_of(all_kinds()[kind].model) if n in document(text, kind)]


@lru_cache(maxsize=1)
def real_records() -> list[ValidRecord]:
    """Return some real records of every kind."""
    found = []
    for kind in all_kinds():
        for file in sorted((DATA / kind).rglob("*.yaml"))[::5][:25]:
            record, _ = validate_document(read_document(str(file), kind, file.stem, file.read_bytes()))
            if isinstance(record, ValidRecord):
                found.append(record)
    return found


def test_document_of_real_records_written_as_yaml_is_the_same_record():
    # nothing is lost or changed on the way to JSON: dates, quoted numbers, empty cells, words as printed
    assert len(real_records()) > 100
    for record in real_records():
        plain = json.loads(document_json(record.record))
        again = read(quoted(plain), record.kind.name, record.document.slug)
        assert again.problems == [], record.ref
        found, problems = validate_document(again)
        assert problems == [], (record.ref, problems)
        assert to_plain(found.record) == plain and found.record == record.record, record.ref


def quoted(value: dict) -> str:
    """Write JSON as YAML with every text in quotes."""
    return yaml.dump(value, Dumper=_Quoting, allow_unicode=True, sort_keys=False, width=10**6)


class _Quoting(yaml.SafeDumper):
    """Quotes texts and writes null as it is."""

    def ignore_aliases(self, data):
        return True


_Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))
_Quoting.add_representer(float, lambda dumper, number: dumper.represent_scalar("tag:yaml.org,2002:float", repr(number)))


def test_document_never_holds_a_field_that_the_kind_lacks():
    for record in real_records():
        assert set(to_plain(record.record)) <= set(record.kind.fields)
        assert set(fields_of(Record)) <= set(record.kind.fields)
