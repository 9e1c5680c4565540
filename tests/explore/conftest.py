"""The sections opened on the real records and on a few hostile ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from factories import CITED, MINIMAL, build

from explore.explored import BREAKOUT, HOSTILE, Get, opened


@pytest.fixture(scope="module")
def db(catalog_file: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(catalog_file)
    connection.row_factory = sqlite3.Row
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def get(catalog_file: Path) -> Iterator[Get]:
    with opened(catalog_file) as get:
        yield get


SMALL = {
    "sources/paper.yaml": MINIMAL["sources"],
    "organizations/example.yaml": f"name: Chips {HOSTILE}\ntype: company\n",
    "topics/vision.yaml": f"name: Vision {HOSTILE}\n",
    "topics/digits.yaml": "name: Digits\nparent: vision\n",
    "methods/old.yaml": f"name: Old {HOSTILE}\nfamily: layer\nintroduced: 1990\nsummary: '{HOSTILE}'\n" + CITED,
    "methods/new.yaml": "name: New\nfamily: layer\nintroduced: 1990\npredecessors: [old]\n" + CITED,
    "models/net.yaml": f"name: Net {HOSTILE}\nparameters: ~12000\nreleased: 2012\nweights: open\nweights_licence: '{BREAKOUT}'\nmethods: [new]\n" + CITED,
    "datasets/digits.yaml": (
        f"name: Digits {HOSTILE}\nmodality: [image]\ntopics: [digits]\nreleased: 1998\nitems: 100\nclasses: 10\nlicence: '{BREAKOUT}'\nstatus: withdrawn\n"
        f"withdrawn: 2020\nwithdrawn_reason: 'Because {HOSTILE}'\ndownload_bytes: 2000000\n" + CITED),
    "datasets/digits-2.yaml": "name: Digits 2\nmodality: [image, text]\nreleased: 2005\nversion_of: digits\nderived_from: [digits]\n" + CITED,
    "benchmarks/example.yaml": (
        f"name: Test {HOSTILE}\ntopics: [digits]\nmetrics:\n  accuracy: {{name: 'Accuracy {HOSTILE}', unit: '%', direction: higher, is_primary: true}}\n"
        "tables:\n- source: paper\n  locator: table 1\n  date: 2012\n  evaluator: independent\n"
        f"  columns: [accuracy]\n  results:\n    net: {{model: net, scores: [99]}}\n    other: {{system: '{BREAKOUT}', scores: [97.5]}}\n" + CITED),
    "human_baselines/readers.yaml": MINIMAL["human_baselines"].replace("students", f"'{HOSTILE}'"),
    "achievements/claim.yaml": (
        f"name: Claim {HOSTILE}\ndate: 2012\ncomparison: scored-set\nstatus: disputed\nclaims: ahead\ncaveat: 'Mind {HOSTILE}'\nbenchmark: example\nmetric: accuracy\n"
        f"result: benchmarks/example#results.net\nhuman_baseline: readers\ntopics: [digits]\ndisputes:\n- {{by: '{BREAKOUT}', argument: 'No {HOSTILE}', reply: 'Yes {HOSTILE}', source: paper}}\n" + CITED),
    "achievements/open.yaml": "name: Not yet\ndate: 2013\ncomparison: record\nstatus: open\nverdict: behind\ncaveat: Still open.\n" + CITED,
    "hardware/card.yaml": (
        f"name: Card {HOSTILE}\nvendor: example\ntype: gpu\navailable: 2016-05\nmemory_gib: 8\nchips: 2\npower_w: 100\nform_factor: '{BREAKOUT}'\n"
        "peaks:\n  a: {precision: fp32, unit: vector, clock: boost, gflops: 8000}\n  b: {precision: fp16, unit: matrix, gflops: 64000}\n"
        "prices:\n- {date: 2016-06-01, amount: 400, currency: USD}\n- {date: 2018-01, amount: 200, currency: USD}\n"
        "sources:\n- {source: paper, default: true}\n- {source: paper, locator: page 2, states: {power_w: 120}}\n"),
    "measurements/run.yaml": "name: A run\ndate: 2026-11-01\nworkload: gemm\ntrack: plain\ndevice: card\nprecision: fp32\ngflops: 3000\n",
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Get]:
    """A few records full of hostile text."""
    folder = tmp_path_factory.mktemp("small")
    build(folder, SMALL).close()
    with opened(folder / "catalog.db") as get:
        yield get
