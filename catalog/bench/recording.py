"""From what a child told to a record of the catalog: the fields in the order of the kind, the summary, the digest. Needs no torch."""

from __future__ import annotations

import re
from typing import Any

from catalog.bench import environment
from catalog.bench.data_places import CHECKSUMS
from catalog.bench.numbers import rounded
from catalog.bench.planning import memory_mib
from catalog.bench.record_file import sealed
from catalog.bench.running import Told
from catalog.bench.summary import summarise
from catalog.bench.workloads import Job

FORMAT = "1"
# As catalog/kinds/measurement.py has them (a test compares): a record is written in this order.
ORDER = (
    "name", "date", "workload", "track", "format", "device", "device_name", "device_type", "precision", "median_s", "gflops", "gb_s", "is_noisy",
    "is_complete", "is_rankable", "flags", "settings", "environment", "data", "summary_of_samples", "accuracy", "memory", "energy", "samples", "epochs",
    "digest", "note")
SETTINGS = (
    "threads", "epochs", "batch_size", "learning_rate", "optimizer", "memory_format", "compilation", "images_as", "size", "size_bytes", "shape", "direction", "is_quick")
ENVIRONMENT = (
    "cpu", "cores", "usable_cores", "core_quota", "instructions", "cache_bytes", "memory_gib", "system", "kernel", "virtualisation", "python", "torch",
    "torch_commit", "torch_build", "blas", "allocator", "variables", "compile_cache", "is_deterministic", "is_tf32", "gpu", "gpu_memory_gib", "driver", "cuda",
    "cudnn", "power_limit_w", "has_ecc", "clock_before_mhz", "clock_after_mhz", "temperature_before_c", "temperature_after_c", "throttled_by", "load_before",
    "load_after", "benchmark", "commit", "is_dirty")
SAMPLE = (
    "seed", "size", "phase", "repeats", "seconds", "cpu_s", "waited_s", "others_s", "stolen_s", "system_s", "faults", "is_clean", "build_s", "evaluation_s",
    "first_loss", "error_pct", "weights_sha256")
EPOCH = ("seed", "epoch", "seconds", "loss", "error_pct", "faults", "system_s")


def ordered(values: dict[str, Any], order: tuple[str, ...]) -> dict[str, Any]:
    """Return the values in an order, without those that are None or empty.

    Raises:
        KeyError: There is a value that the order does not name.
    """
    unknown = set(values) - set(order)
    if unknown:
        raise KeyError(f"no place for {', '.join(sorted(unknown))}")
    return {name: values[name] for name in order if values.get(name) not in (None, [], {})}


def device_name(job: Job, facts: dict[str, Any]) -> str:
    return facts.get("cpu", "unknown processor") if job.device == "cpu" else facts.get("gpu", f"unknown {job.device} device")


def name_of(record: dict[str, Any]) -> str:
    """Return the name of a record, made of its other values."""
    settings = record.get("settings", {})
    threads = settings.get("threads", 1)
    where = f"{threads} thread{'s' * (threads != 1)}" if record.get("device_type") == "cpu" else record.get("device_type", "")
    direction = " forward and backward" if settings.get("direction") == "forward-backward" else ""
    return f"{record['workload']}{direction}, {record['track']}, {record.get('precision')}, {where}: {record.get('device_name')}, {record['date']}"


def stem_of(record: dict[str, Any]) -> str:
    """Return the id of a record without the number that tells runs of one day apart, at most 76 characters."""
    settings = record.get("settings", {})
    where = f"{settings.get('threads', 1)}t" if record.get("device_type") == "cpu" else record.get("device_type", "")
    words = [record["date"], record["workload"], "fb" if settings.get("direction") == "forward-backward" else "", record["track"], record.get("precision", ""), where]
    device = re.sub(r"\((?:r|tm|c)\)", "", (record.get("device_name") or "").lower())
    stem = re.sub("[^a-z0-9]+", "-", " ".join([*filter(None, words), device])).strip("-")
    return stem[:76].rstrip("-")


def make_record(job: Job, told: Told, day: str, hardware: str | None, run_s: float, note: str | None = None) -> dict[str, Any]:
    """Return the finished record of a job.

    Args:
        told: What the child told, to the end or not.
        day: Day of the run, YYYY-MM-DD.
        hardware: Id of the device's record, None if it has none.
        run_s: Seconds that the run took as a whole.
        note: Remark of whoever ran it.
    """
    settings = dict(told.settings)
    data_facts, parameters = settings.pop("data", {}), settings.pop("parameters", None)
    is_training = job.workload == "mnist-ref"
    data = {"name": "synthetic" if job.is_synthetic else "mnist", "checksums": None if job.is_synthetic else dict(CHECKSUMS), **data_facts} if is_training else {}
    facts = {**told.environment, **environment.version()}
    record: dict[str, Any] = {
        "date": day, "workload": job.workload, "track": job.track, "format": FORMAT, "device": hardware, "device_name": device_name(job, facts),
        "device_type": job.device.partition(":")[0], "precision": job.precision, "is_complete": told.is_done,
        "flags": ["shared-gpu"] if (told.processes or 0) > 1 else [],
        "settings": ordered({"threads": job.threads, **settings, "is_quick": job.is_quick}, SETTINGS), "environment": ordered(facts, ENVIRONMENT),
        "data": {k: v for k, v in data.items() if v is not None}, "samples": [ordered(s, SAMPLE) for s in told.samples],
        "epochs": [ordered(e, EPOCH) for e in told.epochs], "memory": {**told.memory, "estimated_mib": memory_mib(job)},
        "energy": told.energy or {"reason": "the run was not finished"}, "accuracy": {"parameters": parameters}, "note": note,
    }
    record |= summarise(record)
    record["summary_of_samples"]["run_s"] = rounded(run_s)
    record["accuracy"] = {k: v for k, v in record["accuracy"].items() if v is not None}
    record["name"] = name_of(record)
    seal = sealed(ordered(record, ORDER))
    return ordered(seal, ORDER)
