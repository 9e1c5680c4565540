"""JSON as authored, and the way back: the same file, byte for byte."""

import json
import sqlite3
from pathlib import Path

import pandas as pd
import pytest
from export_hostile import FILES, NASTY, build_hostile, export_hostile
from factories import TODAY

from catalog.check import check_data
from catalog.export.json import ENVELOPE
from catalog.export.restore import NoExport, UnsafePath, restore
from catalog.kinds import all_kinds
from catalog.load import build_file

ROOT = Path(__file__).resolve().parent.parent


def rebuild(folder: Path, data: Path, file: Path) -> Path:
    """Turn an export into records, build them and return the file."""
    restore(folder, data)
    checked = check_data(data, today=TODAY)
    assert [p for p in checked.problems if p.severity == "error"] == []
    build_file(checked.catalog, checked.claims, data, file)
    return file


def test_every_record_has_its_document(exported: Path, catalog_file: Path):
    with sqlite3.connect(catalog_file) as db:
        refs = {r[0] for r in db.execute("SELECT ref FROM records")}
    db.close()
    documents = {json.loads(f.read_text(encoding="utf-8"))["ref"] for f in (exported / "json").glob("*/*.json")}
    assert documents == refs


def test_pandas_reads_the_lines_of_a_kind(exported: Path, catalog_file: Path):
    frame = pd.read_json(exported / "json" / "datasets.jsonl", lines=True)
    with sqlite3.connect(catalog_file) as db:
        assert list(frame["id"]) == [r[0] for r in db.execute("SELECT id FROM datasets ORDER BY id")]
    db.close()


def test_references_are_resolved(exported: Path):
    device = json.loads(next((exported / "json" / "hardware").glob("*.json")).read_text(encoding="utf-8"))
    assert set(device["vendor"]) == {"id", "name"}
    nameless = []

    def look(value: object, where: str) -> None:
        if isinstance(value, dict):
            if set(value) == {"id", "name"} and value["name"] is None:
                nameless.append((where, value["id"]))
            for key, one in value.items():
                look(one, f"{where}.{key}")
        elif isinstance(value, list):
            for one in value:
                look(one, where)

    for file in (exported / "json").glob("*.jsonl"):
        with open(file, encoding="utf-8") as lines:
            for line in lines:
                look(json.loads(line), file.stem)
    assert nameless == []


def test_no_kind_has_a_field_of_the_envelope():
    assert {name: set(kind.fields) & set(ENVELOPE) for name, kind in all_kinds().items() if set(kind.fields) & set(ENVELOPE)} == {}


def test_numbers_stay_as_printed(tmp_path: Path):
    document = json.loads((export_hostile(tmp_path, "json") / "json" / "datasets" / "digits.json").read_text(encoding="utf-8"))
    assert (document["items"], document["classes"], document["splits"]["train"]["items"]) == ("~18.60e3", ">50", "1e3")
    assert list(document["splits"]) == ["train", "test", "b-last"], "in the order of the file"
    assert document["known_issues"][0]["text"] == NASTY.replace("\t", " ")
    assert document["path"] == "datasets/2016/digits.yaml"


def test_restored_real_records_build_the_same_file(exported: Path, catalog_file: Path, tmp_path: Path):
    assert rebuild(exported / "json", tmp_path / "data", tmp_path / "again.db").read_bytes() == catalog_file.read_bytes()


def test_restored_hostile_records_build_the_same_file(tmp_path: Path):
    folder = export_hostile(tmp_path, "json")
    again = rebuild(folder / "json", tmp_path / "restored", tmp_path / "again.db")
    assert again.read_bytes() == (folder / "hostile.db").read_bytes()
    assert {f.relative_to(tmp_path / "restored").as_posix() for f in (tmp_path / "restored").rglob("*.yaml")} == set(FILES)


def test_restore_of_another_folder_is_refused(tmp_path: Path):
    with pytest.raises(NoExport, match="holds no JSON export"):
        restore(tmp_path, tmp_path / "data")


@pytest.mark.parametrize("path", ["../escape.yaml", "datasets/../../digits.yaml", "/etc/digits.yaml", "topics/digits.yaml", "datasets/other.yaml"])
def test_restore_writes_only_where_records_stand(tmp_path: Path, path: str):
    file = export_hostile(tmp_path, "json") / "json" / "datasets.jsonl"
    line = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(line | {"path": path}) + "\n", encoding="utf-8")
    with pytest.raises(UnsafePath):
        restore(tmp_path / "json", tmp_path / "restored")
    assert not list(tmp_path.rglob("escape.yaml"))


def test_build_is_unchanged_by_the_way_back(tmp_path: Path):
    """The comparison above means something: another value gives another file."""
    file = build_hostile(tmp_path)
    other = tmp_path / "data" / "datasets" / "2016" / "digits.yaml"
    other.write_text(other.read_text(encoding="utf-8").replace("items: 7", "items: 8"), encoding="utf-8")
    checked = check_data(tmp_path / "data", today=TODAY)
    build_file(checked.catalog, checked.claims, tmp_path / "data", tmp_path / "other.db")
    assert (tmp_path / "other.db").read_bytes() != file.read_bytes()
