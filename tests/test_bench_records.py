"""Records of the benchmark in the catalog: checked, laid out, built, shown beside claims; compared and drawn."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from bench_records import DEVICE_FILES, as_read, forged, kernel, training
from factories import build, check_files, errors_of

from catalog.authoring.layout import lay_out
from catalog.bench import recording, summary
from catalog.bench.cli import main
from catalog.bench.comparing import compare, incomparable
from catalog.bench.record_file import read_texts, to_yaml
from catalog.bench.recording import stem_of
from catalog.bench.validating import Looked
from catalog.fields import fields_of
from catalog.kinds import all_kinds
from catalog.kinds.common import COMMON_FIELDS
from catalog.kinds.measurement import Environment, Epoch, Flag, Sample, Settings
from catalog.site.charts import UnknownChart, draw
from catalog.site.measured import load_measured
from catalog.site.sections.hardware import measured_rows

OTHER_CARD = "name: Card 9\nvendor: chipmaker\ntype: gpu\nannounced: 2022-03\nsources:\n- {source: paper, default: true}\n"


def records() -> list[dict]:
    return [training(), training("tuned", 5.0), training(device="cuda", epoch_s=0.9), kernel(), kernel(precision="bf16", seconds=0.09), kernel("copy"), kernel("conv2d"),
            kernel("conv2d", direction="forward-backward", seconds=1.9), kernel("attention"), kernel("gemm", 120.0, "cpu")]


def data_files(found: list[dict] | None = None) -> dict[str, str]:
    return {**DEVICE_FILES, **{f"measurements/{stem_of(r)}.yaml": to_yaml(r) for r in found or records()}}


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    connection = build(tmp_path_factory.mktemp("measured"), data_files())
    yield connection
    connection.close()


def test_order_of_the_program_is_that_of_the_kind():
    from catalog.authoring.order import field_order

    kind = all_kinds()["measurements"]
    own = [n for n in field_order(kind.model) if n not in COMMON_FIELDS or n in ("name", "note")]
    assert tuple(own) == recording.ORDER
    for part, order in ((Settings, recording.SETTINGS), (Environment, recording.ENVIRONMENT), (Sample, recording.SAMPLE), (Epoch, recording.EPOCH)):
        assert tuple(fields_of(part)) == order


def test_flags_of_the_program_are_those_of_the_kind():
    record = training()
    marks = summary.flags_of({**record, "flags": ["shared-gpu"], "is_complete": False, "data": {"name": "synthetic"}, "settings": {"is_quick": True, "images_as": "uint8", "batch_size": 100},
                              "environment": {"is_dirty": True, "throttled_by": "power cap, thermal (hardware)"}, "epochs": [{"faults": 10**6}]},
                             {"is_noisy": True, "summary_of_samples": {"samples": 1}})
    assert tuple(marks) == Flag.__args__


def test_power_cap_alone_is_no_mark():
    """Large accelerators work under theirs all day; the record says so, and is compared all the same."""
    for reason, expected in (("nothing", []), ("power cap", []), ("power cap, thermal (hardware)", ["throttled"]), ("power brake", ["throttled"])):
        record = training()
        record["environment"] = {**record["environment"], "throttled_by": reason}
        found = {"is_noisy": False, "summary_of_samples": {"samples": 3}}
        assert [m for m in summary.flags_of(record, found) if m == "throttled"] == expected


def test_records_pass_the_check_and_stand_in_its_layout(tmp_path):
    files = data_files()
    checked = check_files(tmp_path, files)
    assert errors_of(checked, tmp_path) == []
    assert not [p for p in checked.problems if p.path.find("measurements") > 0 and p.rule != "measured-over-claimed"]
    for path, text in files.items():
        if path.startswith("measurements/"):
            assert lay_out(text, "measurements") == text


def test_long_names_and_notes_stand_as_the_layout_has_them():
    for words in ("a processor that tells its family and its model and its stepping, " * 4, "one long word: " + "x" * 200, "with  two spaces: " * 12):
        record = {"name": words.strip(), "date": "2026-11-28", "note": "- " + words.strip()}
        text = to_yaml(record)
        assert lay_out(text, "measurements") == text
        assert read_texts(text) == record


def test_shipped_records_stand_in_the_layout():
    for file in (Path(__file__).resolve().parent.parent / "data" / "measurements").glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        assert lay_out(text, "measurements") == text, file.name


def test_forged_record_is_refused_by_the_check_too(tmp_path):
    record = forged(training(), ("samples", 0, "first_loss"), 2.9)
    said = errors_of(check_files(tmp_path, data_files([record])), tmp_path)
    assert len(said) == 1 and "learning: seed 1: the first loss is 2.9" in said[0] and said[0].endswith("[measurement-untrue]")


@pytest.mark.parametrize(("seconds", "rule"), [(0.6, None), (0.4, "measured-over-claimed"), (0.3, "measured-impossible")])
def test_rate_above_the_claim_is_a_warning_and_far_above_an_error(tmp_path, seconds, rule):
    found = {p.rule for p in check_files(tmp_path, data_files([kernel(seconds=seconds)])).problems if p.rule.startswith("measure")}
    assert found == ({rule} if rule else set())


@pytest.mark.parametrize(("seconds", "rule"), [(0.6, None), (0.4, "measured-over-claimed"), (0.3, "measured-impossible")])
def test_bandwidth_above_the_claim_is_a_warning_and_far_above_an_error(tmp_path, seconds, rule):
    found = {p.rule for p in check_files(tmp_path, data_files([kernel("copy", seconds=seconds)])).problems if p.rule.startswith("measure")}
    assert found == ({rule} if rule else set())


def test_record_of_another_device_is_refused(tmp_path):
    files = data_files([kernel()])
    name = next(n for n in files if n.startswith("measurements/"))
    files |= {"hardware/card-9.yaml": OTHER_CARD, name: to_yaml(forged(kernel(), ("device",), "card-9"))}
    assert any("hardware/card-9 is none that calls itself 'Example Card 1'" in said for said in errors_of(check_files(tmp_path, files), tmp_path))


def test_claimed_stands_beside_measured(db):
    rows = {(r["workload"], r["precision"], r["direction"]): r for r in measured_rows(db, "card-1")}
    gemm = rows["gemm", "fp32", None]
    assert (gemm["claimed_gflops"], gemm["measured_over_claimed"]) == (66900, round(gemm["measured_gflops"] / 66900, 3))
    copied = rows["copy", "fp32", None]
    assert (copied["claimed_gb_s"], copied["claimed_gflops"]) == (3350, None) and copied["measured_over_claimed"] == round(copied["measured_gb_s"] / 3350, 3)
    assert rows["mnist-ref", "fp32", None]["error_pct"] == pytest.approx(1.0, abs=0.2)
    assert rows["conv2d", "fp32", "forward-backward"]["measured_gflops"]


def test_claim_of_a_card_of_two_chips_is_halved_for_the_one_that_was_measured(tmp_path, db):
    files = data_files()
    twice = re.sub(r"(gflops|memory_gib|bandwidth_gb_s): ([0-9]+)", lambda m: f"{m[1]}: {2 * int(m[2])}", files["hardware/card-1.yaml"])
    connection = build(tmp_path, files | {"hardware/card-1.yaml": twice + "chips: 2\n"})
    names = ("workload", "precision", "claimed_gflops", "claimed_gb_s", "measured_over_claimed")
    doubled, single = ([{n: r[n] for n in names} for r in measured_rows(c, "card-1")] for c in (connection, db))
    connection.close()
    assert doubled == single and any(r["claimed_gb_s"] for r in single)


def test_unlisted_device_is_shown_without_a_claim(db):
    unlisted = [r for r in measured_rows(db) if r["device_id"] is None]
    assert {r["device"] for r in unlisted} == {"Example(R) Processor 9000"} and {r["claimed_gflops"] for r in unlisted} == {None}


def test_pages_of_devices_and_measurements_show_their_charts(db):
    shown = load_measured(db, "hardware", "card-1")
    assert len(shown["measured"]) == 7 and [c["url"] for c in shown["measured_charts"]] == ["/charts/roofline.svg?device=card-1"]
    slug = db.execute("SELECT id FROM measurements WHERE track = 'tuned'").fetchone()[0]
    assert [c["url"] for c in load_measured(db, "measurements", slug)["measured_charts"]] == [f"/charts/learning.svg?run={slug}", f"/charts/samples.svg?run={slug}"]
    assert load_measured(db, "datasets", "mnist") == {"measured": [], "measured_charts": []}


@pytest.mark.parametrize(("chart", "parameters"), [
    ("learning", {}), ("samples", {}), ("samples", {"workload": "gemm"}), ("roofline", {"device": "card-1"}), ("roofline", {"name": "Example(R) Processor 9000"}), ("roofline", {})])
def test_charts_are_well_formed_and_stay_inside(db, chart, parameters):
    drawing = draw(db, chart, parameters)
    root = ElementTree.fromstring(drawing.render(is_file=True))
    assert root.find("{http://www.w3.org/2000/svg}title").text
    marks = [e for e in root.iter() if e.get("class") == "mark"]
    assert marks and all(m.find("{http://www.w3.org/2000/svg}title").text for m in marks)
    for mark in root.iter():
        if mark.tag.endswith("circle"):
            assert 0 <= float(mark.get("cx")) <= drawing.width and 0 <= float(mark.get("cy")) <= drawing.height
    assert draw(db, chart, parameters).render() == drawing.render()


def test_samples_chart_shows_every_sample_and_marks_the_disturbed():
    from catalog.site.charts.measurements import draw_samples

    record = training()
    record["samples"][1]["is_clean"] = False
    svg = draw_samples([("run", record)]).render()
    assert len(re.findall(r"<title>seed \d: [^<]*</title>", svg)) == 3 and svg.count(", disturbed</title>") == 1


def test_chart_of_nothing_says_so(db):
    for chart, parameters in (("learning", {"run": "nothing"}), ("samples", {"workload": "nothing"}), ("roofline", {"device": "nothing"})):
        with pytest.raises(UnknownChart):
            draw(db, chart, parameters)


# comparing


def looked(record: dict) -> Looked:
    import yaml
    from bench_records import CARD

    values, texts = as_read(record)
    return Looked(values, texts, yaml.load(CARD, yaml.BaseLoader) if "device" in values else None)


def test_sentence_says_how_much_faster_with_the_range():
    assert compare(training("tuned", 5.0), training()).sentence == "A (tuned) is 2.4 times faster than B (plain) at the same error."
    assert compare(training(), training("tuned", 5.0)).sentence == "A (plain) is 2.4 times slower than B (tuned) at the same error."
    found = compare(kernel(seconds=0.5), kernel(seconds=0.6))
    assert found.sentence == "A is 1.19 to 1.21 times faster than B." and found.low < found.ratio < found.high


def test_what_cannot_be_told_apart_is_said():
    assert compare(training(), training(epoch_s=12.1)).sentence.startswith("A and B cannot be told apart at the same error: the ratios of their samples reach from 0.99 to")


@pytest.mark.parametrize(("other", "reason"), [
    (lambda: kernel(), "the workload differs: mnist-ref and gemm"), (lambda: training("tuned", device="cuda"), "the tracks differ (plain and tuned) and so do the devices"),
    (lambda: training(seeds=(1,)), "B has fewer than three samples that nobody disturbed"), (lambda: forged(training(), ("median_s",), 1.0), "B is refused: median_s is 1, by the samples it is"),
])
def test_what_is_not_comparable_is_refused_with_the_reason(other, reason):
    assert any(reason in r for r in incomparable(looked(training()), looked(other())))


def test_equal_tracks_of_different_devices_and_tracks_of_one_device_are_comparable():
    assert incomparable(looked(training()), looked(training(device="cuda"))) == []
    assert incomparable(looked(training()), looked(training("tuned"))) == []
    assert incomparable(looked(kernel(precision="fp32")), looked(kernel(precision="bf16", seconds=0.09))) == ["the number format differs: fp32 and bf16"]


# the commands that need no torch


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    for name, text in data_files().items():
        file = tmp_path / "data" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data" / "measurements"


def test_validate_reads_all_and_names_what_it_refuses(folder, capsys):
    assert main(["validate"]) == 0
    assert capsys.readouterr().out == "10 records checked, 0 refused\n"
    file = next(folder.glob("*mnist-ref-plain*1t*"))
    file.write_text(file.read_text(encoding="utf-8").replace("epoch: 1, seconds: 1", "epoch: 1, seconds: 2"), encoding="utf-8")
    assert main(["validate", str(file)]) == 1
    assert f"data/measurements/{file.name}: refused [digest]: the digest is not that of the values" in capsys.readouterr().out.replace(str(folder.parent.parent) + "/", "")
    assert main(["validate", str(file), "--json"]) == 1
    assert any(r["check"] == "epochs" for r in json.loads(capsys.readouterr().out)["records"][str(file)])


def test_validate_of_nothing_and_of_no_record_says_so(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["validate", str(tmp_path)]) == 2
    (tmp_path / "x.yaml").write_text("[1, 2")
    assert main(["validate", str(tmp_path / "x.yaml")]) == 1
    assert "refused [form]: it is no YAML" in capsys.readouterr().out


def test_compare_prints_a_sentence_or_the_reasons(folder, capsys):
    plain, tuned = next(folder.glob("*plain*1t*processor*")), next(folder.glob("*tuned*"))
    plain = next(f for f in folder.glob("*mnist-ref-plain*1t*"))
    assert main(["compare", str(tuned), str(plain)]) == 0
    assert capsys.readouterr().out == "A (tuned) is 2.4 times faster than B (plain) at the same error.\n"
    assert main(["compare", str(tuned), str(next(folder.glob("*copy*")))]) == 1
    assert "- the workload differs: mnist-ref and copy" in capsys.readouterr().out
    assert main(["compare", str(tuned), str(folder / "none.yaml")]) == 2


def test_plot_writes_the_drawings(folder, tmp_path, capsys):
    assert main(["plot", "--output", str(tmp_path / "plots")]) == 0
    names = sorted(f.name.split("-2026")[0] for f in (tmp_path / "plots").glob("*.svg"))
    assert names == ["learning"] * 3 + ["roofline-1.svg", "roofline-2.svg", "samples-attention.svg", "samples-conv2d.svg", "samples-copy.svg", "samples-gemm.svg", "samples-mnist-ref.svg"]
    for file in (tmp_path / "plots").glob("*.svg"):
        ElementTree.parse(file)


def test_list_and_dry_run_need_no_torch_and_touch_nothing(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["list"]) == 0 and "mnist-ref" in capsys.readouterr().out
    assert set(json.loads((main(["list", "--json"]), capsys.readouterr().out)[1])) == {"mnist-ref", "gemm", "copy", "conv2d", "attention"}
    assert main(["run", "--dry-run", "--device", "cpu", "--threads", "1"]) == 0
    out = capsys.readouterr().out
    assert "mnist-ref, tuned, fp32, 1 thread" in out and "12,740 GFLOP" in out and "Nothing was started, read or written." in out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [["run", "nothing"], ["run", "--threads", "0"], ["run", "--seeds", "x"], [], ["nothing"]])
def test_wrong_use_is_refused(arguments, capsys):
    assert main(arguments) == 2
