"""Every kind of the registry: described in both languages, with a table, documented, and its least record passes every stage."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import pytest
from factories import MINIMAL, check_files, errors_of, minimal

from catalog.document import document_json
from catalog.fields import FieldSpec, fields_of, label_from_name
from catalog.kinds import all_kinds
from catalog.kinds.common import COMMON_FIELDS, Record
from catalog.link import Catalog
from catalog.load import insert_rows
from catalog.migrate import upgrade
from catalog.plan import plan_tables
from catalog.reference import field_reference
from catalog.rows import make_rows
from catalog.tables import metadata

ROOT = Path(__file__).parent.parent
KINDS = all_kinds()
CYRILLIC = re.compile("[А-Яа-яЁё]")
# International abbreviations that stand without a Russian word.
WITHOUT_RUSSIAN = {"ISBN-13"}


def parts_of(model: type) -> dict[str, type]:
    """Return every class of parts below a model by name."""
    found: dict[str, type] = {}
    waiting = [model]
    while waiting:
        for spec in fields_of(waiting.pop()).values():
            if spec.part and spec.part.__name__ not in found:
                found[spec.part.__name__] = spec.part
                waiting.append(spec.part)
    return found


PARTS = {name: part for kind in KINDS.values() for name, part in parts_of(kind.model).items()}
EVERY_FIELD = [
    pytest.param(spec, id=f"{owner}.{spec.name}")
    for owner, model in [("every", Record), *((k.name, k.model) for k in KINDS.values()), *sorted(PARTS.items())]
    for spec in fields_of(model).values()
    if owner not in KINDS or spec.name not in COMMON_FIELDS or spec != fields_of(Record)[spec.name]
]


def test_there_is_a_factory_for_every_kind_and_no_other():
    assert set(MINIMAL) == set(KINDS)


def test_kinds_are_those_of_the_design_in_the_order_of_their_number():
    assert len(KINDS) == 21
    assert [k.order for k in KINDS.values()] == sorted(k.order for k in KINDS.values())
    assert len({k.order for k in KINDS.values()}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_kind_is_called_and_described_in_both_languages(kind):
    assert re.fullmatch("[a-z]+(_[a-z]+)*", kind.name)
    assert kind.label and kind.singular and CYRILLIC.search(kind.label_ru)
    assert kind.description.endswith(".") and len(kind.description) > 20
    assert kind.model.__module__.startswith("catalog.kinds.")


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_kind_has_every_common_field(kind):
    assert set(COMMON_FIELDS) <= set(kind.fields)


@pytest.mark.parametrize("spec", EVERY_FIELD)
def test_field_is_described_and_labelled_in_both_languages(spec: FieldSpec):
    assert spec.description.strip().endswith(".") and spec.description[0].isupper()
    assert spec.label and spec.label_ru
    assert CYRILLIC.search(spec.label_ru) or spec.label_ru in WITHOUT_RUSSIAN


@pytest.mark.parametrize("spec", EVERY_FIELD)
def test_name_of_a_field_is_a_word_that_tables_and_classes_can_bear(spec: FieldSpec):
    assert re.fullmatch("[a-z][a-z0-9]*(_[a-z0-9]+)*", spec.name)
    assert spec.name not in {"metadata", "registry", "schema", "json", "copy", "id", "kind_", "removed"}
    if spec.type == "boolean" and spec.name.startswith(("is_", "has_")):
        assert spec.shape == "scalar"


def test_same_quantity_has_the_same_unit_everywhere():
    units: dict[str, set] = {}
    for owner in [*(k.model for k in KINDS.values()), *PARTS.values()]:
        for spec in fields_of(owner).values():
            if spec.type == "number" and re.search("_(gib|gb_s|nm|mm2|w|s|bytes|mhz|flop|gflops)$", spec.name):
                units.setdefault(spec.name, set()).add(spec.unit)
    assert units and {name: u for name, u in units.items() if len(u) != 1 or None in u} == {}


def test_label_sets_the_unit_apart():
    assert [label_from_name(n) for n in ("memory_gib", "bandwidth_gb_s", "process_nm", "isbn13", "free_url", "people")] == [
        "Memory (GiB)", "Bandwidth (GB/s)", "Process (nm)", "ISBN-13", "Free URL", "People"]


@pytest.mark.parametrize("name", KINDS)
def test_minimal_record_passes_every_stage(name, tmp_path):
    checked = check_files(tmp_path, minimal(name))
    assert errors_of(checked, tmp_path) == []
    ref = f"{name}/example"
    record = checked.catalog.records[ref]
    assert ref in checked.claims
    rows = make_rows(checked.catalog, checked.claims, str(tmp_path / "data"))
    assert [r["id"] for r in rows[name]] == ["example"] * len(rows[name]) and rows[name]
    assert {r["path"] for r in rows["records"]} >= {f"{name}/example.yaml"}
    assert json.loads(document_json(record.record))


@pytest.mark.parametrize("name", KINDS)
def test_unknown_key_is_refused_in_every_kind(name, tmp_path):
    checked = check_files(tmp_path, minimal(name, "colour: red\n"))
    assert [e for e in errors_of(checked, tmp_path) if e.startswith(f"{name}/")] == [
        f"{name}/example.yaml:1:1: {'an' if KINDS[name].singular[0] in 'aeio' else 'a'} {KINDS[name].singular} has no field 'colour' [unknown-field]"]


def test_minimal_records_of_all_kinds_fit_into_the_migrated_tables(tmp_path):
    files = minimal("sources", slug="paper")
    for name in KINDS:
        files |= minimal(name) if name != "sources" else {}
    checked = check_files(tmp_path, files)
    assert isinstance(checked.catalog, Catalog) and errors_of(checked, tmp_path) == []
    upgrade(tmp_path / "x.db")
    db = sqlite3.connect(tmp_path / "x.db")
    rows = make_rows(checked.catalog, checked.claims, str(tmp_path / "data"))
    insert_rows(db, rows)
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    for table in metadata.tables:
        assert db.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] == len(rows.get(table, ()))
    db.close()


@pytest.mark.parametrize("name", KINDS)
def test_kind_has_a_table_with_a_column_for_each_of_its_own_fields(name):
    table = plan_tables()[0][name]
    assert name in metadata.tables
    written = {c.field.name for t in table.walk() for c in t.columns if c.field} | {step for t in table.walk() for step in t.steps}
    own = set(KINDS[name].fields) - set(COMMON_FIELDS)
    flattened = {s.name for s in KINDS[name].fields.values() if s.shape == "scalar" and s.part and any(c.name.startswith(s.name + "_") for c in table.columns)}
    assert own <= written | flattened


def test_common_fields_have_tables_or_columns_of_their_own():
    common = {table.steps[0] for table in plan_tables()[1]}
    in_records = {"name", "summary", "note"}
    elsewhere = {"derived": "claims", "review_by": "documents"}
    assert set(fields_of(Record)) == common | in_records | set(elsewhere)


@pytest.mark.parametrize("name", KINDS)
def test_kind_has_a_section_in_the_reference(name):
    text = (ROOT / "docs" / "fields.md").read_text(encoding="utf-8")
    section = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert KINDS[name].description in section and KINDS[name].label_ru in section
    for spec in KINDS[name].fields.values():
        if spec.name not in COMMON_FIELDS:
            assert f"{spec.label_ru}. {spec.description}" in section


def test_reference_of_fields_is_up_to_date():
    assert (ROOT / "docs" / "fields.md").read_text(encoding="utf-8") == field_reference(), "run scripts/docs"


def test_every_folder_of_data_is_a_kind():
    folders = {f.name for f in (ROOT / "data").iterdir() if f.is_dir()}
    assert folders and folders <= set(KINDS)
