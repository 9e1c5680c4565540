"""Checks of what a run says of itself: its form, its samples, the epochs and what was learned, data and code.

Each check is one function from a record (plain values) and its surroundings to the reasons why it is refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from catalog.bench.contention import is_clean
from catalog.bench.data_places import CHECKSUMS
from catalog.bench.digest import digest_of
from catalog.bench.looked import Looked, registry
from catalog.bench.numbers import is_close
from catalog.bench.recording import FORMAT, ORDER, name_of, stem_of
from catalog.bench.summary import measured, needed_cores, summarise
from catalog.bench.workloads import PARAMETERS, WORKLOADS, precisions_of

ERROR_PCT, FULL_EPOCHS = (0.6, 1.6), 10
FIRST_LOSS, FIRST_LOSS_MARGIN = math.log(10), 0.15
TRAIN_MEAN, TRAIN_DEVIATION = 33.3184, 78.5675  # of the training images, which the checksums fix
REQUIRED = ("name", "date", "workload", "track", "format", "device_name", "device_type", "precision", "median_s", "is_noisy", "is_complete", "is_rankable",
            "settings", "environment", "summary_of_samples", "accuracy", "memory", "energy", "samples", "digest")
REQUIRED_FACTS = ("cores", "usable_cores", "python", "torch", "torch_commit", "instructions", "kernel", "system", "benchmark")
_COMMIT = re.compile("[0-9a-f]{40}")
CHECKS, check = registry()


@check("form")
def check_form(look: Looked) -> Iterator[str]:
    """What a record must have is there, and of the version that this program knows."""
    record = look.record
    for name in REQUIRED:
        if name not in record:
            yield f"{name} is missing"
    for name in set(record) - set(ORDER):
        yield f"{name} is no field of a record that the benchmark writes"
    if record.get("format") != FORMAT:
        yield f"format is {record.get('format')!r}; this program knows {FORMAT!r}"
    workload = record.get("workload")
    if workload not in WORKLOADS:
        yield f"there is no workload {workload!r}"
    elif record.get("track") not in WORKLOADS[workload].tracks:
        yield f"{workload} has no track {record.get('track')!r}"
    elif record.get("track") != "open" and record.get("precision") not in precisions_of(workload, str(record.get("device_type"))):
        yield f"{workload} is not measured in {record.get('precision')!r} on {record.get('device_type')!r}"
    environment = record.get("environment", {})
    for name in (*REQUIRED_FACTS, "cpu" if record.get("device_type") == "cpu" else "gpu"):
        if name not in environment:
            yield f"environment.{name} is missing"
    for name in ("threads", "is_quick"):
        if name not in record.get("settings", {}):
            yield f"settings.{name} is missing"
    if "commit" in environment and "is_dirty" not in environment:
        yield "environment.is_dirty is missing"


@check("digest")
def check_digest(look: Looked) -> Iterator[str]:
    """The digest is that of the values."""
    if digest_of(look.texts) != look.texts.get("digest"):
        yield "the digest is not that of the values: the file was changed after it was written"


@check("name")
def check_name(look: Looked) -> Iterator[str]:
    """Name and file name say what the values say."""
    if look.record.get("name") != name_of(look.record):
        yield f"the name is {look.record.get('name')!r}, by the values it is {name_of(look.record)!r}"
    wanted = stem_of(look.record)
    if look.stem is not None and not re.fullmatch(re.escape(wanted) + r"(?:-\d{1,3})?", look.stem):
        yield f"the file is called {look.stem}, by the values it is {wanted}"


@check("summary")
def check_summary(look: Looked) -> Iterator[str]:
    """All that follows from the samples is what they give."""
    computed = summarise(look.record)
    for name, value in computed.items():
        stored = look.record.get(name)
        if isinstance(value, dict):
            for key in sorted(set(value) | set(stored or {})):
                if not (name == "summary_of_samples" and key == "run_s") and not (name == "accuracy" and key == "parameters"):
                    yield from _compare(f"{name}.{key}", (stored or {}).get(key), value.get(key))
        else:
            yield from _compare(name, [] if name == "flags" and stored is None else stored, value)
    for name in ("gflops", "gb_s"):
        if name in look.record and name not in computed:
            yield f"{name} stands there, and {look.record['workload']} gives none"


def _compare(place: str, stored: Any, computed: Any) -> Iterator[str]:
    is_number = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (stored, computed))
    if not (is_close(stored, computed) if is_number else stored == computed):
        yield f"{place} is {stored}, by the samples it is {computed}"


@check("samples")
def check_samples(look: Looked) -> Iterator[str]:
    """The median lies among the samples, each mark follows from its counters, and no counter exceeds what there was."""
    record = look.record
    seconds = [s["seconds"] / s.get("repeats", 1) for s in measured(record)]
    if seconds and not min(seconds) * (1 - 1e-4) <= record.get("median_s", 0) <= max(seconds) * (1 + 1e-4):
        yield f"the median ({record.get('median_s')} s) is none that the samples could have"
    usable, cores = (record.get("environment", {}).get(n, 1) for n in ("usable_cores", "cores"))
    counters = ("cpu_s", "waited_s", "others_s", "stolen_s", "system_s", "faults", "size", "phase", "repeats", "build_s", "evaluation_s")
    if len({tuple(n for n in counters if n in s) for s in record.get("samples", [])}) > 1:
        yield "some samples lack counters that others have"
    for i, sample in enumerate(record.get("samples", []), 1):
        if sample["seconds"] <= 0 or sample.get("repeats", 1) < 1:
            yield f"samples.{i}: nothing takes {sample['seconds']} s"
            continue
        mark = is_clean(sample, needed_cores(record), usable)
        if sample.get("is_clean") is not mark:
            yield f"samples.{i}.is_clean is {sample.get('is_clean')}, by its counters it is {mark}"
        room = cores * sample["seconds"] * 1.02 + 0.05
        for name in ("cpu_s", "others_s", "stolen_s"):
            if sample.get(name, 0) > room:
                yield f"samples.{i}.{name} is more than {cores} cores have in {sample['seconds']} s"
        threads = record.get("settings", {}).get("threads", 1)
        if record.get("device_type") == "cpu" and sample.get("cpu_s", 0) > threads * sample["seconds"] * 1.05 + 0.1:
            yield f"samples.{i}.cpu_s is more than {threads} threads have in {sample['seconds']} s"
        if sample.get("system_s", 0) > sample.get("cpu_s", 0) * 1.02 + 0.02:
            yield f"samples.{i}.system_s is more than the process's whole time"


@check("threads")
def check_threads(look: Looked) -> Iterator[str]:
    """There are no more threads than cores that may be used, and no more of these than the machine has."""
    environment, threads = look.record.get("environment", {}), look.record.get("settings", {}).get("threads", 1)
    cores, usable = environment.get("cores", 0), environment.get("usable_cores", 0)
    if not 1 <= usable <= cores:
        yield f"environment.usable_cores is {usable}, of {cores}"
    if look.record.get("device_type") == "cpu" and not 1 <= threads <= usable:
        yield f"settings.threads is {threads}, where {usable} cores may be used"
    if environment.get("core_quota", cores) > cores or environment.get("core_quota", usable) + 1 <= usable:
        yield f"environment.core_quota is {environment['core_quota']}, where {usable} of {cores} cores may be used"


@check("epochs")
def check_epochs(look: Looked) -> Iterator[str]:
    """Epochs are numbered, sum up to their sample, and the samples fit into the run."""
    record = look.record
    samples, epochs = record.get("samples", []), record.get("epochs", [])
    if record.get("workload") == "mnist-ref":
        seeds = [s.get("seed") for s in samples]
        if len(set(seeds)) != len(seeds):
            yield "two samples have the same seed"
        for sample in samples:
            own = [e for e in epochs if e["seed"] == sample.get("seed")]
            if [e["epoch"] for e in own] != list(range(1, record.get("settings", {}).get("epochs", 0) + 1)):
                yield f"seed {sample.get('seed')}: the epochs are not those of 1 to {record.get('settings', {}).get('epochs')}"
            for name in ("seconds", "faults", "system_s"):
                total = sum(e.get(name, 0) for e in own)
                if name in sample and not is_close(total, sample[name], 1e-4) and abs(total - sample[name]) > 1e-5:
                    yield f"seed {sample.get('seed')}: the {name} of the epochs sum up to {total:.6g}, the sample says {sample[name]}"
            if own and own[-1].get("error_pct") != sample.get("error_pct"):
                yield f"seed {sample.get('seed')}: the error of the last epoch is {own[-1].get('error_pct')}, the sample says {sample.get('error_pct')}"
        if any(e["seed"] not in seeds for e in epochs):
            yield "an epoch belongs to no sample"
    elif epochs:
        yield f"{record.get('workload')} has no epochs"
    run = record.get("summary_of_samples", {}).get("run_s")
    total = sum(s["seconds"] + s.get("build_s", 0) + s.get("evaluation_s", 0) for s in samples)
    if run is None or total > run * 1.001:
        yield f"the samples take {total:.4g} s with what is around them, the whole run {run} s"


@check("learning")
def check_learning(look: Looked) -> Iterator[str]:
    """The network has the lecture's size, begins by guessing, learns, and ends where this network ends."""
    record = look.record
    settings, accuracy = record.get("settings", {}), record.get("accuracy", {})
    is_real = record.get("data", {}).get("name") == "mnist"
    if record.get("workload") != "mnist-ref":
        return
    if is_real and accuracy.get("parameters") != PARAMETERS:
        yield f"the network has {accuracy.get('parameters')} parameters, the lecture's has {PARAMETERS}"
    for sample in record.get("samples", []):
        seed, first = sample.get("seed"), sample.get("first_loss")
        if first is None or abs(first - FIRST_LOSS) > FIRST_LOSS_MARGIN:
            yield f"seed {seed}: the first loss is {first}; a network that guesses among ten classes has ln 10 = 2.303, within {FIRST_LOSS_MARGIN}"
        if not re.fullmatch("[0-9a-f]{64}", str(sample.get("weights_sha256"))):
            yield f"seed {seed}: the digest of the weights is missing"
        error = sample.get("error_pct")
        if is_real and record.get("track") != "open" and settings.get("epochs") == FULL_EPOCHS and (error is None or not ERROR_PCT[0] <= error <= ERROR_PCT[1]):
            yield f"seed {seed}: the error after {FULL_EPOCHS} epochs is {error} %; this network ends between {ERROR_PCT[0]} and {ERROR_PCT[1]} %"
        losses = [e.get("loss") for e in record.get("epochs", []) if e["seed"] == seed]
        if is_real and (None in losses or any(not 0 < loss < FIRST_LOSS for loss in losses) or any(b > 1.3 * a for a, b in zip(losses, losses[1:], strict=False))):
            yield f"seed {seed}: the losses of the epochs are not those of a network that learns"
        if is_real and any(not 0.2 <= e.get("error_pct", -1) <= 15 for e in record.get("epochs", []) if e["seed"] == seed):
            yield f"seed {seed}: no epoch of this network ends with such a test error"
    if record.get("track") != "open" and (settings.get("batch_size"), settings.get("learning_rate")) != (100, 0.1):
        yield f"the track {record.get('track')} has batches of 100 and steps of 0.1"
    if record.get("track") == "plain" and [settings.get(n) for n in ("optimizer", "memory_format", "compilation")] != ["sgd", "contiguous", "none"]:
        yield "the track plain has the plain optimizer, contiguous images and nothing compiled"


@check("data")
def check_data(look: Looked) -> Iterator[str]:
    """The data are the published files, or the made-up set."""
    data = look.record.get("data", {})
    if look.record.get("workload") != "mnist-ref":
        if data:
            yield f"{look.record.get('workload')} reads no data"
        return
    if data.get("name") == "mnist":
        if data.get("checksums") != CHECKSUMS:
            yield "the checksums of the data are not those of the published MNIST files"
        if not (abs(data.get("mean", 0) - TRAIN_MEAN) < 1e-3 and abs(data.get("deviation", 0) - TRAIN_DEVIATION) < 1e-3):
            yield f"mean and deviation of the training images are {TRAIN_MEAN} and {TRAIN_DEVIATION}, not {data.get('mean')} and {data.get('deviation')}"
    elif data.get("name") != "synthetic" or "checksums" in data:
        yield f"there are no data {data.get('name')!r} with such checksums"


@check("code")
def check_code(look: Looked) -> Iterator[str]:
    """The commit of the benchmark and that of torch are named."""
    environment = look.record.get("environment", {})
    for name in ("commit", "torch_commit"):
        if not _COMMIT.fullmatch(str(environment.get(name, ""))):
            yield f"environment.{name} is missing or no commit: nobody could measure it again"
