"""Checks of a record: everything that follows is computed again, and what cannot be true is refused. Needs no torch.

Each check is one function from a record (plain values) and its surroundings to the reasons why it is refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.bench.contention import is_clean
from catalog.bench.data_places import CHECKSUMS
from catalog.bench.digest import digest_of
from catalog.bench.hardware_records import claimed_gb_s, claimed_gflops, is_called, read_hardware
from catalog.bench.numbers import is_close
from catalog.bench.record_file import read_texts, to_values
from catalog.bench.recording import FORMAT, ORDER, name_of, stem_of
from catalog.bench.summary import measured, needed_cores, summarise, work_of
from catalog.bench.workloads import PARAMETERS, WORKLOADS, precisions_of, shape_of

MOST_OVER_CLAIMED = 1.25
ERROR_PCT, FULL_EPOCHS = (0.6, 1.6), 10
FIRST_LOSS, FIRST_LOSS_MARGIN = math.log(10), 0.15
TRAIN_MEAN, TRAIN_DEVIATION = 33.3184, 78.5675  # of the training images, which the checksums fix
REQUIRED = ("name", "date", "workload", "track", "format", "device_name", "device_type", "precision", "median_s", "is_noisy", "is_complete", "is_rankable",
            "settings", "environment", "summary_of_samples", "accuracy", "memory", "energy", "samples", "digest")
REQUIRED_FACTS = ("cores", "usable_cores", "python", "torch", "torch_commit", "instructions", "kernel", "system", "benchmark")
_COMMIT = re.compile("[0-9a-f]{40}")


@dataclass
class Looked:
    """A record as the checks see it.

    Args:
        record: Plain values.
        texts: The same as texts of the file.
        hardware: The record of its device with texts, None if it names none or there is none.
        stem: Name of its file without ending, None if it stands in no file.
    """

    record: dict[str, Any]
    texts: dict[str, Any]
    hardware: dict[str, Any] | None = None
    stem: str | None = None


Check = Callable[[Looked], Iterator[str]]
CHECKS: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Register the decorated function as the check of a name."""

    def register(function: Check) -> Check:
        CHECKS[name] = function
        return function

    return register


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


@check("claim")
def check_claim(look: Looked) -> Iterator[str]:
    """What was measured is at most 1.25 times what the maker claims, and the device is the one of the record it names."""
    record, hardware = look.record, look.hardware
    own = record.get("environment", {}).get("cpu" if record.get("device_type") == "cpu" else "gpu")
    if record.get("device_name") != own:
        yield f"device_name is {record.get('device_name')!r}, the environment says {own!r}"
    if hardware is None:
        if "device" in record:
            yield f"there is no record hardware/{record['device']}"
        return
    if not is_called(hardware, str(record.get("device_name"))):
        yield f"hardware/{record['device']} is none that calls itself {record.get('device_name')!r}"
    try:
        memory, own = float(hardware.get("memory_gib", "")), record.get("environment", {}).get("gpu_memory_gib")
        if own is not None and not 0.85 * memory <= own <= 1.1 * memory:
            yield f"environment.gpu_memory_gib is {own}, the maker says {memory:g} GiB"
    except ValueError:
        pass  # the record states no single size
    for name, claimed in (("gflops", claimed_gflops(hardware, str(record.get("precision")))), ("gb_s", claimed_gb_s(hardware))):
        if claimed and record.get(name, 0) > MOST_OVER_CLAIMED * claimed:
            yield f"{name} is {record[name]}, {record[name] / claimed:.2f} times what the maker claims ({claimed:g})"


@check("work")
def check_work(look: Looked) -> Iterator[str]:
    """The settings are those of the workload."""
    record, settings = look.record, look.record.get("settings", {})
    workload = record.get("workload")
    if settings.get("shape") != shape_of(str(workload)):
        yield f"settings.shape is {settings.get('shape')!r}, {workload} has {shape_of(str(workload))!r}"
    if ("direction" in settings) != (workload == "conv2d"):
        yield f"settings.direction does not fit {workload}"
    sizes = {s.get("size") for s in measured(record)} - {None}
    if workload == "gemm" and sizes != {settings.get("size")}:
        yield f"settings.size is {settings.get('size')}, the samples have {sorted(sizes)}"
    if workload == "gemm" and not settings.get("is_quick"):
        yield from _check_best_size(record)
    cache = record.get("environment", {}).get("cache_bytes")
    if workload == "copy" and cache and record.get("device_type") == "cpu" and not settings.get("is_quick") and settings.get("size_bytes", 0) < min(4 * cache, 256 * 2**20):
        yield f"settings.size_bytes is {settings.get('size_bytes')}, which the cache ({cache}) may hold"
    if record.get("environment", {}).get("is_tf32", False) is not (record.get("precision") == "tf32"):
        yield f"environment.is_tf32 does not fit {record.get('precision')}"
    if not any(work_of(record)) and record.get("data", {}).get("name") != "synthetic":
        yield "no work follows from the settings"
    if settings.get("images_as") not in ((None,) if workload != "mnist-ref" else ("float32", "uint8")):
        yield f"settings.images_as is {settings.get('images_as')!r}"


def _check_best_size(record: dict[str, Any]) -> Iterator[str]:
    rates: dict[int, float] = {}
    for s in record.get("samples", []):
        if s.get("phase") == "search":
            rates[s["size"]] = max(rates.get(s["size"], 0.0), s["size"] ** 3 * s.get("repeats", 1) / s["seconds"])
    if not rates or max(rates, key=lambda size: rates[size]) != record.get("settings", {}).get("size"):
        yield "settings.size is not the size that the search found best"


@check("memory")
def check_memory(look: Looked) -> Iterator[str]:
    """The process took some memory, and not more than there is."""
    memory, environment = look.record.get("memory", {}), look.record.get("environment", {})
    for name, limit, least in (("peak_mib", environment.get("memory_gib"), 100), ("gpu_peak_mib", environment.get("gpu_memory_gib"), 0)):
        if name in memory and (memory[name] < least or (limit and memory[name] > limit * 1024 * 1.05)):
            yield f"memory.{name} is {memory[name]}, where {limit} GiB are there"


@check("energy")
def check_energy(look: Looked) -> Iterator[str]:
    """Energy is that of at least five seconds at a power that the device may draw, or there is a reason why there is none."""
    energy, limit = look.record.get("energy", {}), look.record.get("environment", {}).get("power_limit_w")
    if ("joules" in energy) == ("reason" in energy):
        yield "energy holds neither joules nor a reason, or both"
    if "joules" in energy:
        if energy.get("seconds", 0) < 5 or energy.get("repeats", 0) < 1:
            yield f"the energy was taken over {energy.get('seconds')} s, at least 5 are needed"
        elif limit and energy["joules"] / energy["seconds"] > 1.1 * limit:
            yield f"the energy means {energy['joules'] / energy['seconds']:.0f} W, the device may draw {limit:g} W"
        if look.record.get("device_type") != "cuda":
            yield "only NVIDIA devices have an energy counter that the benchmark reads"


def refuse(look: Looked) -> list[tuple[str, str]]:
    """Return (check, reason) of everything for which a record is refused; a record without a form is judged by that alone."""
    found: list[tuple[str, str]] = []
    try:
        found += [("form", reason) for reason in check_form(look)]
        if not any("is missing" in reason for _, reason in found):
            found += [(name, reason) for name, function in CHECKS.items() if name != "form" for reason in function(look)]
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as error:
        found.append(("form", f"a value is missing or of another sort than the benchmark writes ({type(error).__name__}: {error})"))
    return found


def look_at(file: Path, data: Path | None = None) -> Looked:
    """Read a record's file, and the record of its device from the data folder that it stands in.

    Raises:
        ValueError: It cannot be read as a record.
        OSError: It cannot be read at all.
    """
    texts = read_texts(file.read_text(encoding="utf-8"))
    record = to_values(texts)
    data = data or next((p.parent for p in file.resolve().parents if p.name == "measurements"), file.resolve().parent)
    hardware = read_hardware(data, str(record["device"])) if record.get("device") else None
    return Looked(record, texts, hardware, file.stem)


def differing_weights(records: list[dict[str, Any]]) -> list[str]:
    """Return where equal seed, torch, threads, processor and track gave different weights: a hint, since libraries may differ."""
    seen: dict[tuple, tuple[str, str]] = {}
    found = []
    for record in records:
        environment, settings = record.get("environment", {}), record.get("settings", {})
        for sample in record.get("samples", []):
            if "weights_sha256" not in sample or not record.get("is_complete"):
                continue
            key = (record.get("track"), record.get("precision"), record.get("device_name"), settings.get("threads"), settings.get("epochs"), settings.get("images_as"),
                   record.get("data", {}).get("name"), environment.get("torch"), environment.get("instructions"), sample.get("seed"))
            name, digest = seen.setdefault(key, (str(record.get("name")), sample["weights_sha256"]))
            if digest != sample["weights_sha256"]:
                found.append(f"seed {sample.get('seed')} ended with other weights in {record.get('name')!r} than in {name!r}")
    return found
