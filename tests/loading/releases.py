"""Small catalogs to build, the folders they are built in, and what is found there afterwards."""

from __future__ import annotations

import multiprocessing
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from factories import CITED, MINIMAL, check_files, errors_of

from catalog import load
from catalog.check import Checked
from catalog.load import build_release

FORK = multiprocessing.get_context("fork")
SMALL = {"topics/vision.yaml": "name: Vision\nnames: {ru: Зрение}\n", "topics/x.yaml": "name: X\nparent: vision\n"}
OTHER = {**SMALL, "topics/y.yaml": "name: Hearing\nparent: vision\n"}


def checked(folder: Path, files: dict[str, str] = SMALL) -> Checked:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / "data", ignore_errors=True)
    found = check_files(folder, files)
    assert errors_of(found, folder) == []
    return found


def release(folder: Path, files: dict[str, str] = SMALL, about: dict | None = None, report: Callable[[str], None] = lambda _: None) -> load.Release:
    found = checked(folder, files)
    return build_release(found.catalog, found.claims, folder / "data", folder / "build", about, report)


def topics(file: Path) -> list[str]:
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [row[0] for row in db.execute("SELECT id FROM topics ORDER BY id")]


CONTEST = """\
name: Digit test
released: 1998
results_checked_to: 2026-11-01
metrics:
  accuracy: {name: Accuracy, unit: '%', direction: higher, is_primary: true}
  loss: {name: Loss, direction: lower}
tables:
- source: board
  locator: page 1
  evaluator: claimant
  columns: [accuracy, loss]
  results:
    alpha: {system: Alpha, date: 2010, scores: [90, 0.5]}
    beta: {model: digitnet, date: 2012, scores: [97, 0.3]}
    gamma: {system: Gamma, date: 2013, scores: [98.5, 0.35], errors: [0.5, null]}
    delta: {system: Delta, date: 2014, scores: [98.2, 0.1]}
    omega: {system: Omega, date: 2014, scores: [null, not-reported]}
- track: ensembles
  date: 2015
  evaluator: independent
  columns: [accuracy]
  results:
    eps: {system: Epsilon, by: Team E, scores: [99.5], errors: [0.1]}
"""
PEOPLE = """\
name: Digit readers
benchmark: digits
population: students
people: 12
statistic: mean-person
basis: measured
levels: {accuracy: 98±0.3, loss: 0.2}
"""
CARD = """\
name: Card 1
vendor: chipmaker
type: gpu
announced: 2016-05
power_w: 250
bandwidth_gb_s: 500
peaks:
  fp32: {precision: fp32, unit: vector, gflops: 10000}
  fp16: {precision: fp16, unit: matrix, sparsity: sparse, gflops: 80000}
"""


def everything() -> dict[str, str]:
    """Return a small catalog in which every view has something to show."""
    return {
        "sources/paper.yaml": MINIMAL["sources"] + "date: 1998-11\n",
        "sources/board.yaml": "type: leaderboard\ntitle: Board of digits\n",
        "organizations/chipmaker.yaml": MINIMAL["organizations"],
        "models/digitnet.yaml": MINIMAL["models"],
        "methods/dropout.yaml": MINIMAL["methods"] + "",
        "datasets/digits.yaml": (
            "name: Digits\nsummary: Handwritten résumés of numbers.\nnames: {ru: Ёлочные цифры}\nmodality: [image]\nclasses: 10\nitems: 70000\n"
            "sources:\n- {source: paper, default: true}\n- {source: board, locator: row 3, accessed: 2026-11-02, supports: [classes]}\n"
            "- {source: paper, locator: table 1, states: {items: 60000}, note: Old count.}\n"),
        "benchmarks/digits.yaml": CONTEST + "dataset: digits\n" + CITED,
        "human_baselines/readers.yaml": PEOPLE + CITED,
        "hardware/card.yaml": CARD + CITED,
        "themes/overfitting.yaml": (
            "name: Overfitting\nnames: {ru: Переобучение}\ntype: problem\nremedies:\n- {method: dropout, source: paper, locator: p. 2}\n"
            "- {text: More data., text_ru: Больше данных.}\n" + CITED),
        "milestones/reading.yaml": (
            "name: Digits are read\ndate: 2012\ncategory: system\nenabled_by:\n- {role: dataset, ref: datasets/digits, year: 2009, basis_year: 1998}\n"
            "- {role: method, text: Back-propagation, year: 1986}\n" + CITED),
        "achievements/reading.yaml": (
            "name: A machine reads digits\ndate: 2013\ncomparison: scored-set\nstatus: confirmed\ncaveat: Digits cut out of forms.\nbenchmark: digits\nmetric: accuracy\n"
            "result: benchmarks/digits#results.gamma\nhuman_baseline: readers\nclaims: ahead\n" + CITED),
        "achievements/writing.yaml": (
            "name: A machine writes novels\ndate: 2020\ncomparison: trial\nstatus: open\ncaveat: Nobody read them.\n" + CITED),
        "measurements/run.yaml": (
            "name: A run on card 1\ndate: 2026-11-01\nworkload: gemm\ntrack: plain\ndevice: card\nprecision: fp32\ngflops: 8000\nmedian_s: 0.5\nis_noisy: false\n"),
    }
