"""The charts: valid XML, text escaped, marks that lead to records, the same bytes every time."""

import re
import sqlite3
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from bench_records import DEVICE_FILES, kernel, training
from factories import build

from catalog.bench.record_file import to_yaml
from catalog.bench.recording import stem_of
from catalog.check import check_data
from catalog.load import build_file
from catalog.site.charts import UnknownChart, all_charts, draw
from catalog.site.charts.scatter import _generations, claimed_peaks
from catalog.site.charts.svg import Drawing, Scale, nice_scale, whole_year, year_scale

ROOT = Path(__file__).resolve().parent.parent
MEASURED = {"learning", "roofline", "samples"}
PARAMETERS = {"progress": {"benchmark": "imagenet"}, "models": {"value": "parameters"}}


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory):
    """The real data: charts must bear what is in it."""
    file = tmp_path_factory.mktemp("charts") / "catalog.db"
    checked = check_data(ROOT / "data")
    build_file(checked.catalog, checked.claims, ROOT / "data", file)
    connection = sqlite3.connect(file)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory):
    """Made-up measurements: the real data need not hold any."""
    files = {**DEVICE_FILES, **{f"measurements/{stem_of(r)}.yaml": to_yaml(r) for r in (training(), training("tuned", 5.0), kernel(), kernel("copy"), kernel("conv2d"), kernel("attention"))}}
    connection = build(tmp_path_factory.mktemp("measured"), files)
    connection.row_factory = None
    yield connection
    connection.close()


@pytest.fixture
def db_of(db: sqlite3.Connection, measured: sqlite3.Connection):
    """A function that gives the file in which a chart finds something to draw."""
    return lambda name: measured if name in MEASURED else db


@pytest.mark.parametrize("name", sorted(all_charts()))
def test_chart_is_well_formed_with_title_description_and_links_to_records(name: str, db_of):
    db = db_of(name)
    svg = draw(db, name, PARAMETERS.get(name)).render(is_file=True)
    root = ElementTree.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    assert root.find(f"{space}title").text and root.find(f"{space}desc").text
    links = [a.get("href") for a in root.iter(f"{space}a")]
    assert len(links) >= 3
    records = {r[0] for r in db.execute("SELECT ref FROM records")}
    for link in links:
        kind, slug = link.removeprefix("/catalog/").split("/")
        assert kind == "results" or f"{kind}/{slug}" in records, link
    for mark in root.iter():
        if mark.get("class") == "mark":
            assert mark.find(f"{space}title").text
    assert "<script" not in svg and "http" not in svg.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("name", sorted(all_charts()))
def test_chart_is_the_same_every_time(name: str, db_of):
    db = db_of(name)
    assert draw(db, name, PARAMETERS.get(name)).render() == draw(db, name, PARAMETERS.get(name)).render()


def test_coordinates_stay_inside_the_drawing(db_of):
    for name in all_charts():
        drawing = draw(db_of(name), name, PARAMETERS.get(name))
        for mark in ElementTree.fromstring(drawing.render(is_file=True)).iter():
            if mark.tag.endswith("circle"):
                assert 0 <= float(mark.get("cx")) <= drawing.width
                assert 0 <= float(mark.get("cy")) <= drawing.height


@pytest.mark.parametrize("benchmark", ["nothing", ""])
def test_progress_of_an_unknown_benchmark_says_so(benchmark: str, db: sqlite3.Connection):
    with pytest.raises(UnknownChart, match="has no dated results"):
        draw(db, "progress", {"benchmark": benchmark})


def test_unknown_parameter_names_the_known(db: sqlite3.Connection):
    with pytest.raises(UnknownChart, match="there are gflops, gflops_per_watt, gflops_per_usd"):
        draw(db, "hardware", {"rate": "speed; DROP TABLE hardware"})


def test_hostile_text_is_escaped():
    drawing = Drawing(10, 10, '<script>alert("x")</script>', "&", ["<img src=x onerror=alert(1)>"])
    drawing.text(1, 1, "</text><script>")
    drawing.mark(1, 1, '"><script>', '/catalog/x"onload="alert(1)')
    root = ElementTree.fromstring(drawing.render(is_file=True))
    assert not [e for e in root.iter() if e.tag.endswith("script") or e.tag.endswith("img")]
    assert not [e for e in root.iter() if "onload" in e.attrib]


def test_scale_maps_its_bounds_and_marks_round_values():
    scale = Scale(0, 10, 100, 200)
    assert (scale(0), scale(5), scale(10)) == (100, 150, 200)
    assert scale.ticks(5) == [0, 2, 4, 6, 8, 10]
    assert Scale(1, 1000, 0, 3, True).ticks() == [1, 10, 100, 1000]
    assert Scale(1260, 84_200, 0, 1, True).ticks() == [2000, 5000, 10_000, 20_000, 50_000]
    assert Scale(2009.5, 2026.4, 0, 1).ticks(8) == [2010, 2015, 2020, 2025]


def test_one_value_still_makes_a_scale():
    scale = nice_scale([5.0], 0, 100)
    assert 0 < scale(5.0) < 100


def test_logarithmic_scale_refuses_zero():
    with pytest.raises(ValueError, match="positive"):
        Scale(0, 1, 0, 1, True)


@pytest.mark.parametrize("name,parameters,table,condition", [
    ("ledger", {"status": "disputed"}, "achievements", "status = 'disputed'"),
    ("datasets", {"modality": "video"}, "datasets", "modality LIKE '%\"video\"%' AND items > 0 AND classes > 0"),
    ("datasets", {"from": "2016", "to": "2016"}, "datasets", "released_from LIKE '2016%' AND items > 0 AND classes > 0"),
    ("models", {"topic": "image-classification"}, "models",
     "parameters > 0 AND released IS NOT NULL AND ref IN (SELECT ref FROM record_topics WHERE topic_id = 'image-classification')"),
])
def test_filters_of_a_section_narrow_its_chart(name: str, parameters: dict[str, str], table: str, condition: str, db: sqlite3.Connection):
    drawn = set(re.findall(rf'href="/catalog/{table}/([a-z0-9-]+)"', draw(db, name, parameters).render()))
    assert drawn == {row[0] for row in db.execute(f"SELECT id FROM {table} WHERE {condition}")} != set()


def test_filter_that_nothing_fits_says_so(db: sqlite3.Connection):
    with pytest.raises(UnknownChart, match="no such achievements"):
        draw(db, "ledger", {"topic": "' OR 1=1 --"})


def test_rate_per_dollar_names_price_and_day(db: sqlite3.Connection):
    peaks = claimed_peaks(db, {"rate": "gflops_per_usd"})
    assert peaks and all(p.value == pytest.approx(p.gflops / p.price) and p.price_date for p in peaks)
    svg = draw(db, "hardware", {"rate": "gflops_per_usd"}).render()
    assert all(f"{p.price:,.6g} USD, {p.price_date}" in svg for p in peaks)


def test_matrix_units_are_hollow_only_beside_ordinary_ones(db: sqlite3.Connection):
    assert "Hollow marks are matrix units" in draw(db, "hardware", {"precision": "fp16"}).render()
    assert "Hollow marks" not in draw(db, "hardware", {"precision": "fp16", "unit": "matrix"}).render()


def test_one_day_does_not_make_an_axis_of_centuries():
    scale = year_scale(["2015-02-01"], 0, 100)
    assert scale.high - scale.low < 6
    assert [whole_year(t) for t in scale.ticks(8) if whole_year(t)] == ["2013", "2014", "2015", "2016", "2017"]


def test_predecessor_of_the_same_year_stands_above(db: sqlite3.Connection):
    svg = draw(db, "genealogy").render()
    assert svg.index(">Neocognitron<") < svg.index(">Convolutional neural network<")


def test_circle_of_descent_ends():
    assert set(_generations([("a", "b"), ("b", "a")])) == {"a", "b"}
