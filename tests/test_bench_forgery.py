"""Forged records: refused with the reason, or the documentation says that nothing catches them."""

from __future__ import annotations

import bench_forgery
import pytest
import yaml
from bench_records import CARD, COMMIT, as_read, forged, kernel, training

from catalog.bench.recording import stem_of
from catalog.bench.validating import CHECKS, Looked, differing_weights, refuse

HARDWARE = yaml.load(CARD, yaml.BaseLoader)


def reasons(record: dict, stem: str | None = None) -> list[str]:
    values, texts = as_read(record)
    return [f"{name}: {reason}" for name, reason in refuse(Looked(values, texts, HARDWARE if values.get("device") == "card-1" else None, stem))]


@pytest.mark.parametrize("record", bench_forgery.good_records(), ids=lambda r: r["name"])
def test_good_record_is_not_refused(record):
    assert reasons(record, stem_of(record)) == []


def test_table_of_forgeries_in_the_documentation_is_up_to_date():
    text = bench_forgery.DOCUMENT.read_text(encoding="utf-8")
    assert bench_forgery.with_table(text) == text, "run scripts/docs"
    assert "**nothing**" in text  # what nothing catches is said
    named = {name for name in CHECKS if f" {name}" in text.partition(bench_forgery.BEGIN)[2]}
    assert named >= set(CHECKS) - {"memory"}


def test_edited_value_without_a_new_digest_is_refused():
    record = training()
    record["note"] = "A remark."
    assert reasons(record) == ["digest: the digest is not that of the values: the file was changed after it was written"]


@pytest.mark.parametrize(("path", "value", "reason"), [
    (("median_s",), 60.0, "the median (60 s) is none that the samples could have"),
    (("samples", 0, "first_loss"), 2.6, "seed 1: the first loss is 2.6; a network that guesses among ten classes has ln 10 = 2.303, within 0.15"),
    (("accuracy", "parameters"), 105_505, "the network has 105505 parameters, the lecture's has 105506"),
    (("data", "checksums", "train-images"), "0" * 64, "the checksums of the data are not those of the published MNIST files"),
    (("environment", "commit"), None, "environment.commit is missing or no commit: nobody could measure it again"),
    (("epochs", 0, "seconds"), 1.0, "seed 1: the seconds of the epochs sum up to"),
    (("summary_of_samples", "run_s"), 100.0, "with what is around them, the whole run 100 s"),
    (("settings", "threads"), 8, "settings.threads is 8, where 4 cores may be used"),
    (("settings", "compilation"), "inductor", "the track plain has the plain optimizer, contiguous images and nothing compiled"),
    (("is_rankable",), False, "is_rankable is False, by the samples it is True"),
    (("samples", 1, "is_clean"), False, "samples.2.is_clean is False, by its counters it is True"),
    (("date",), "2026-11-21", "the name is 'mnist-ref, plain"),
])
def test_forged_training_is_refused_with_the_reason(path, value, reason):
    assert any(reason in r for r in reasons(forged(training(), path, value)))


@pytest.mark.parametrize("error", [0.5, 1.7])
def test_error_that_this_network_does_not_reach_is_refused(error):
    record = training()
    record["samples"][0]["error_pct"] = error
    for epoch in record["epochs"]:
        if (epoch["seed"], epoch["epoch"]) == (1, 10):
            epoch["error_pct"] = error
    assert any(f"the error after 10 epochs is {error} %; this network ends between 0.6 and 1.6 %" in r for r in reasons(forged(record, ("format",), "1")))


def test_more_than_the_maker_claims_is_refused():
    record = kernel(seconds=0.3)  # 91.6 TFLOPS where 66.9 are claimed
    assert [r for r in reasons(record) if r.startswith("claim")] == ["claim: gflops is 90898.8, 1.36 times what the maker claims (66900)"]


def test_bandwidth_beyond_the_claim_is_refused():
    assert any("gb_s is" in r and "what the maker claims (3350)" in r for r in reasons(kernel("copy", seconds=0.3)))


def test_another_device_is_refused():
    record = kernel()
    lie = forged(forged(record, ("environment", "gpu"), "Other Card 2"), ("device_name",), "Other Card 2")
    assert "claim: hardware/card-1 is none that calls itself 'Other Card 2'" in reasons(lie)


def test_energy_beyond_what_the_device_may_draw_is_refused():
    assert "energy: the energy means 1000 W, the device may draw 700 W" in reasons(forged(kernel(), ("energy", "joules"), 5200.0))


def test_record_of_another_sort_is_refused_and_breaks_nothing():
    for value in ("x", [], {"a": 1}, [1], [{}], 7):
        for name in ("samples", "epochs", "settings", "environment", "accuracy", "data", "summary_of_samples", "energy"):
            lie = {**training(), name: value}
            texts_values = (lie, lie)
            assert refuse(Looked(texts_values[0], {"digest": "x"}, None)), (name, value)


def test_weights_that_differ_for_equal_seeds_are_a_hint():
    one, other = training(), training()
    other["samples"][0]["weights_sha256"] = "f" * 64
    assert differing_weights([one, one]) == []
    assert differing_weights([one, other]) == [f"seed 1 ended with other weights in {other['name']!r} than in {one['name']!r}"]
    assert differing_weights([one, training("tuned")]) == []
    assert one["environment"]["commit"] == COMMIT
