"""Tables as CSV, data package, workbook and Croissant, each read by a program that is not ours."""

import csv
import importlib
import io
import json
import logging
import re
import sqlite3
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from export_hostile import FORMULA, NASTY, export_hostile

RFC_4180 = re.compile(rb'(?:(?:"(?:[^"]|"")*"|[^",\r\n]*)(?:,(?:"(?:[^"]|"")*"|[^",\r\n]*))*\r\n)+')


def tables_of(file: Path) -> dict[str, int]:
    """Return the number of rows of every table and view that exports hold, asked of SQLite itself."""
    with sqlite3.connect(file) as db:
        names = [r[0] for r in db.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'search_index%' AND name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'")]
        counts = {n: db.execute(f'SELECT count(*) FROM "{n}"').fetchone()[0] for n in names}
    db.close()
    return counts


def test_csv_holds_every_table_and_view(exported: Path, catalog_file: Path):
    found = {}
    for file in (exported / "csv").glob("*.csv"):
        with open(file, encoding="utf-8", newline="") as opened:
            found[file.stem] = sum(1 for _ in csv.reader(opened, strict=True)) - 1
    assert found == tables_of(catalog_file)


def test_csv_is_rfc_4180(exported: Path, tmp_path: Path):
    files = [*(exported / "csv").glob("*.csv"), *(export_hostile(tmp_path, "csv") / "csv").glob("*.csv")]
    assert len(files) > 200
    for file in files:
        assert RFC_4180.fullmatch(file.read_bytes()), file


def test_csv_keeps_texts_and_numbers_as_they_are(tmp_path: Path):
    folder = export_hostile(tmp_path, "csv") / "csv"
    topics = pd.read_csv(folder / "topics.csv", keep_default_na=False)
    assert list(topics["name"]) == [FORMULA]
    assert list(topics["summary"]) == [NASTY.replace("\t", " ")]
    splits = pd.read_csv(folder / "dataset_splits.csv")
    assert splits.set_index("key")["items"].to_dict() == pytest.approx({"train": 1000, "test": float("nan"), "b-last": 7}, nan_ok=True)
    issues = pd.read_csv(folder / "dataset_known_issues.csv")
    assert issues["text"].iloc[1] == "two\nlines"


def test_csv_read_by_pandas_is_the_table(exported: Path, catalog_file: Path):
    db = sqlite3.connect(catalog_file)
    for name in ("hardware", "scores", "claims", "human_parity"):
        read = pd.read_csv(exported / "csv" / f"{name}.csv", keep_default_na=False, na_values=[""])
        held = pd.read_sql_query(f"SELECT * FROM {name}", db)
        assert read.shape == held.shape
        for column in held.select_dtypes("number"):
            assert sorted(read[column].dropna()) == sorted(held[column].dropna()), (name, column)
    db.close()


def test_data_package_is_valid(exported: Path):
    frictionless = importlib.import_module("frictionless")
    report = frictionless.Package(str(exported / "datapackage" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "message"])
    assert report.stats["tasks"] > 100


def test_data_package_with_a_wrong_reference_is_refused(tmp_path: Path):
    """The descriptor says enough for a reader to find a broken row: types, keys and references are really there."""
    frictionless = importlib.import_module("frictionless")
    folder = export_hostile(tmp_path, "datapackage") / "datapackage"
    file = folder / "data" / "record_topics.csv"
    file.write_bytes(file.read_bytes().replace(b",vision", b",visiom"))
    descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    descriptor["resources"] = [r for r in descriptor["resources"] if r["name"] in ("records", "topics", "record_topics", "sources", "organizations")]
    for resource in descriptor["resources"]:
        resource.pop("bytes"), resource.pop("hash")
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    report = frictionless.Package(str(folder / "datapackage.json")).validate()
    assert [e.type for t in report.tasks for e in t.errors] == ["foreign-key"]


def test_workbook_opens_with_all_sheets(exported: Path, catalog_file: Path):
    book = openpyxl.load_workbook(exported / "catalog.xlsx", read_only=True)
    counts = tables_of(catalog_file)
    rows = {r[0]: r[2] for r in book["contents"].iter_rows(values_only=True) if len(r) == 3 and isinstance(r[2], int | float)}
    assert set(rows) == {n[:31] for n in counts if n not in ("documents", "search_documents")}
    for name in ("datasets", "claims", "scores", "human_parity"):
        sheet = list(book[name].iter_rows(values_only=True))
        assert len(sheet) == counts[name] + 1 == rows[name] + 1
    book.close()


def test_workbook_holds_the_values(exported: Path, catalog_file: Path):
    db = sqlite3.connect(catalog_file)
    book = openpyxl.load_workbook(exported / "catalog.xlsx", read_only=True)
    for name in ("hardware", "scores"):
        held = db.execute(f'SELECT * FROM "{name}"').fetchall()
        assert [tuple(r) for r in book[name].iter_rows(min_row=2, max_col=len(held[0]), values_only=True)] == held
    book.close()
    db.close()


def test_workbook_takes_no_text_for_a_formula(tmp_path: Path):
    book = openpyxl.load_workbook(io.BytesIO((export_hostile(tmp_path, "xlsx") / "xlsx").read_bytes()))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if isinstance(c.value, str) and c.value[:1] in "=+-@"]
    assert {c.value for c in cells} >= {FORMULA, "+cmd", "-2", "@x"}
    assert {c.data_type for c in cells} == {"s"}, "a formula would be f"
    assert NASTY.replace("\t", " ") in [c.value for c in book["dataset_known_issues"][2]]


RDFLIB = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


@RDFLIB
def test_croissant_is_valid_and_its_records_load(exported: Path, catalog_file: Path):
    mlcroissant = importlib.import_module("mlcroissant")
    dataset = mlcroissant.Dataset(exported / "croissant" / "metadata.json")
    assert dataset.metadata.issues.errors == dataset.metadata.issues.warnings == set()
    counts = tables_of(catalog_file)
    assert {r.id: None for r in dataset.metadata.record_sets}.keys() == counts.keys()
    for name in ("hardware", "human_parity"):
        assert sum(1 for _ in dataset.records(name)) == counts[name]
    device = next(iter(dataset.records("hardware")))
    assert device["hardware/ref"].startswith(b"hardware/")


@RDFLIB
def test_croissant_of_each_data_set_is_valid(exported: Path, caplog: pytest.LogCaptureFixture):
    mlcroissant = importlib.import_module("mlcroissant")
    caplog.set_level(logging.CRITICAL)
    files = sorted((exported / "croissant" / "datasets").glob("*.json"))
    assert len(files) > 40
    recommended = re.compile(r'Property "\S+/(license|version|datePublished|creator|citeAs)" is recommended')
    for file in files:
        issues = mlcroissant.Dataset(file).metadata.issues
        assert issues.errors == set(), file
        assert all(recommended.search(w) for w in issues.warnings), (file, issues.warnings)  # unknown here, so not invented
