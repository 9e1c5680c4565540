"""The catalog as a Python library: `catalog.open()`, frames, records, plots, and the three examples."""

import importlib
import runpy
import sqlite3
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from export_hostile import FORMULA, build_hostile

import catalog
from catalog.browse import NotBuilt, UnknownRecord
from catalog.database import Database, UnknownTable
from catalog.document import to_plain
from catalog.kinds import all_kinds
from catalog.typed import to_model

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def db(catalog_file: Path):
    with catalog.open(catalog_file) as opened:
        yield opened


@pytest.fixture
def small(tmp_path: Path):
    with catalog.open(build_hostile(tmp_path)) as opened:
        yield opened


def test_import_is_light():
    code = "import sys; before = set(sys.modules); import catalog; print(sorted(m for m in set(sys.modules) - before if not m.startswith('catalog') and m != '__future__'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


def test_opening_imports_neither_pandas_nor_matplotlib(tmp_path: Path):
    file = build_hostile(tmp_path)
    code = "import sys, catalog; catalog.open(sys.argv[1]).meta; print([m for m in ('pandas', 'numpy', 'matplotlib', 'pyarrow', 'datasette') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("how", ["path", "text", "url", "environment", "default"])
def test_opens_by_path_and_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str):
    folder = tmp_path / "a b"
    folder.mkdir()
    file = build_hostile(folder)
    if how == "environment":
        monkeypatch.setenv("CATALOG_FILE", str(file))
    elif how == "default":
        monkeypatch.delenv("CATALOG_FILE", raising=False)
        (tmp_path / "build").mkdir()
        file.rename(tmp_path / "build" / "catalog.db")
        monkeypatch.chdir(tmp_path)
    with catalog.open({"path": file, "text": str(file), "url": file.as_uri()}.get(how)) as db:
        assert list(db.topics["name"]) == [FORMULA]


def test_missing_file_and_other_addresses_are_refused(tmp_path: Path):
    with pytest.raises(NotBuilt, match="there is no catalog file"):
        catalog.open(tmp_path / "none.db")
    with pytest.raises(ValueError, match="it must be a path, or a file://, http:// or https:// address"):
        catalog.open("ftp://example.org/catalog.db")


def test_every_table_and_view_is_a_frame(db: Database):
    assert len(db.tables) > 100
    for name in db.tables:
        frame = db.table(name) if name == "meta" else getattr(db, name)  # `db.meta` is a dictionary
        assert len(frame) == db.sql(f'SELECT count(*) FROM "{name}"').iloc[0, 0], name
        assert frame.attrs["table"] == name
    assert set(all_kinds()) <= set(db.tables) <= set(dir(db))


def test_columns_have_the_types_of_the_kinds(db: Database):
    types = {name: str(dtype) for name, dtype in db.datasets.dtypes.items()}
    assert {n: types[n] for n in ("id", "released", "released_from", "items", "is_synthetic", "access", "modality")} == {
        "id": "str", "released": "str", "released_from": "datetime64[s]", "items": "float64", "is_synthetic": "boolean", "access": "category", "modality": "object"}
    assert str(db.results["rank"].dtype) == "Int64"
    assert str(db.claims["accessed"].dtype) == "datetime64[s]"
    assert list(db.claims["role"].cat.categories) == ["accepted", "other", "derived"]
    assert db.hardware.attrs["units"]["bandwidth_gb_s"] == "GB/s"
    assert db.hardware.attrs["descriptions"]["memory_gib"] == "Memory of the whole device."
    assert db.hardware.attrs["content_digest"] == db.meta["content_digest"]


def test_bounds_are_missing_and_lists_are_lists(small: Database):
    row = small.datasets.iloc[0]
    assert (row["items"], row["modality"], row["released_to"]) == (18600.0, ["image", "text"], pd.Timestamp("2011-12-31"))
    assert pd.isna(row["classes"]) and pd.isna(row["is_synthetic"])


def test_empty_tables_keep_their_columns(small: Database):
    frame = small.results
    assert len(frame) == 0 and str(frame["rank"].dtype) == "Int64" and str(frame["date_from"].dtype) == "datetime64[s]"


def test_unknown_table_names_the_nearest(small: Database):
    with pytest.raises(UnknownTable, match="there is no table 'dataset': did you mean 'datasets'"):
        small.dataset  # noqa: B018
    assert not hasattr(small, "_ipython_display_")


def test_sql_takes_parameters_and_cannot_write(small: Database):
    assert small.sql("SELECT :a AS a, :b AS b", {"a": 1, "b": FORMULA}).to_dict("records") == [{"a": 1, "b": FORMULA}]
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        small.sql("DELETE FROM topics")
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        small.sql("SELECT * FROM no_table")


def test_record_is_typed_with_claims_and_relations(small: Database):
    record = small.record("datasets/digits")
    assert (record.name, record.kind, record.id) == ("Digits", "datasets", "digits")
    assert isinstance(record.fields, all_kinds()["datasets"].model)
    assert (record.fields.items.text, record.fields.items.value) == ("~18.60e3", 18600.0)
    assert (record.fields.classes.value, record.fields.classes.low) == (None, 50.0)
    assert record.fields.released.last == "2011-12-31"
    assert [c.role for c in record.claims_of("items")] == ["accepted", "other"]
    assert [c.path for c in record.claims_of("splits")] == ["splits.train.items", "splits.test.items", "splits.b-last.items"]
    assert [s.ref for s in record.sources] == ["sources/bare", "sources/paper"]
    assert {r.ref for r in record.refers_to} >= {"topics/vision", "organizations/chipmaker"}
    assert "datasets/digits" in {r.ref for r in small.record("topics/vision").referred_by}


def test_every_record_comes_back_as_it_was_written(db: Database):
    """Typed and written again, each document is the one that the file holds."""
    count = 0
    for row, document in db._source.documents():
        assert to_plain(to_model(all_kinds()[row["kind"]].model, document)) == document, row["ref"]
        count += 1
    assert count == int(db.meta["records"])


def test_unknown_and_removed_records_say_why(small: Database):
    with pytest.raises(UnknownRecord, match="did you mean datasets/digits"):
        small.record("datasets/digit")
    with pytest.raises(UnknownRecord, match="was removed on 2026-10-01"):
        small.record("datasets/gone")


def test_search_returns_a_frame(small: Database):
    assert list(small.search("Digits")["ref"]) == ["datasets/digits"]
    nothing = small.search("zzzz")
    assert nothing.empty and list(nothing.columns) == ["ref", "kind", "name", "name_ru", "snippet"]


# plots


@pytest.fixture
def plt(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    pyplot = importlib.import_module("matplotlib.pyplot")
    pyplot.switch_backend("agg")
    yield pyplot
    pyplot.close("all")


def test_timeline_shows_every_entry(db: Database, plt):
    ax = db.plot.timeline()
    assert sum(len(line.get_xdata()) for line in ax.lines) == db.sql("SELECT count(*) FROM timeline WHERE date_from >= '1940'").iloc[0, 0]
    assert {t.get_text() for t in ax.get_yticklabels()} == set(db.timeline.loc[db.timeline["date_from"] >= "1940-01-01", "category"])


def test_progress_shows_results_and_people(db: Database, plt):
    figure, ax = plt.subplots()
    assert db.plot.progress("glue", ax=ax) is ax
    assert any("87.1" in t.get_text() for t in ax.texts)
    points = [line for line in ax.lines if line.get_marker() == "o"]
    assert sum(len(line.get_xdata()) for line in points) == db.sql(
        "SELECT count(*) FROM scored_results WHERE benchmark_id = 'glue' AND metric = 'score' AND value IS NOT NULL AND date_to IS NOT NULL").iloc[0, 0]


def test_hardware_keeps_matrix_units_apart(db: Database, plt):
    def highest(**options: str) -> float:
        return max(max(line.get_ydata()) for line in db.plot.hardware(**options).lines)

    assert highest(precision="fp16", unit="matrix") > highest(precision="fp16", unit="vector")


@pytest.mark.parametrize(("call", "message"), [
    (lambda p: p.progress("glu"), "there is no benchmark 'glu'; there are"),
    (lambda p: p.progress("glue", "colas"), "there is no metric 'colas'; there are score"),
    (lambda p: p.hardware("fp99"), "no device has a dated peak in fp99 of vector units; there are peaks in"),
    (lambda p: p.timeline(since=3000), "the timeline holds nothing since 3000"),
])
def test_plots_of_nothing_say_what_there_is(db: Database, plt, call, message: str):
    with pytest.raises(LookupError) as caught:
        call(db.plot)
    assert caught.value.args[0].startswith(message)


# examples


@pytest.mark.parametrize("name", ["what_paced_progress", "price_of_compute", "benchmark_lifespans"])
def test_example_answers_its_question(name: str, catalog_file: Path, tmp_path: Path, plt, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.syspath_prepend(str(ROOT / "scripts" / "examples"))
    main = runpy.run_path(str(ROOT / "scripts" / "examples" / f"{name}.py"))["main"]
    answer = main(["--file", str(catalog_file), "--output", str(tmp_path / "picture.png")])
    picture = plt.imread(tmp_path / "picture.png")
    assert picture.shape[0] > 300 and picture.std() > 0.05
    assert capsys.readouterr().out.count("\n") >= 3
    if name == "what_paced_progress":  # the lecture's slide says 3 and 18
        assert (round(answer["lecture dataset"]), round(answer["lecture method"])) == (3, 18)
    assert all(value > 0 for value in answer.values())
