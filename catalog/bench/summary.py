"""The summary of a record: everything that follows from its samples, computed when it is written and again when it is validated.

Takes and gives plain values (numbers, not texts), all rounded as they are stored. Needs no torch.
"""

from __future__ import annotations

import statistics
from typing import Any

from catalog.bench.contention import is_clean, is_noisy
from catalog.bench.numbers import rounded
from catalog.bench.workloads import TARGET_ERROR_PCT, TRAIN_IMAGES, bytes_of, flop_of

MOST_FAULTS_PER_STEP = 100
FEWEST_SAMPLES = {"mnist-ref": 3}
FEWEST_KERNEL_SAMPLES = 9


def measured(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the samples of the measurement proper, without those of the search for the best size."""
    return [s for s in record.get("samples", []) if s.get("phase") != "search"]


def work_of(record: dict[str, Any]) -> tuple[int, int]:
    """Return the FLOP and the bytes of one duration: a whole training, or one run of an operation."""
    settings, workload = record.get("settings", {}), record["workload"]
    if workload == "mnist-ref":
        if record.get("data", {}).get("name") != "mnist":
            return 0, 0
        return flop_of(workload, images=TRAIN_IMAGES * settings.get("epochs", 0)), 0
    if workload == "copy":
        return 0, bytes_of("copy", size_bytes=settings.get("size_bytes", 0))
    return flop_of(workload, size=settings.get("size", 0), direction=settings.get("direction", "forward")), 0


def durations(record: dict[str, Any]) -> list[float]:
    """Return the seconds of one duration in each sample: of one training, or of one run of the operation."""
    return [s["seconds"] / s.get("repeats", 1) for s in measured(record)]


def needed_cores(record: dict[str, Any]) -> int:
    """Return the cores that a sample needs: its threads, or one that feeds the accelerator."""
    return record.get("settings", {}).get("threads", 1) if record.get("device_type") == "cpu" else 1


def summarise(record: dict[str, Any]) -> dict[str, Any]:
    """Return what follows from the samples, by top-level field; the record's own values of these fields are not looked at."""
    found: dict[str, Any] = {}
    seconds = durations(record)
    samples = measured(record)
    usable = record.get("environment", {}).get("usable_cores", 1)
    judged = [is_clean(s, needed_cores(record), usable) for s in samples]
    clean = sum(c is True for c in judged)
    summary: dict[str, Any] = {"samples": len(seconds), "clean": clean}
    flop, moved = work_of(record)
    if seconds:
        median = statistics.median(seconds)
        found["median_s"] = rounded(median)
        quartiles = statistics.quantiles(seconds, n=4, method="inclusive") if len(seconds) > 1 else [median] * 3
        summary |= {"iqr_s": rounded(quartiles[2] - quartiles[0]), "minimum_s": rounded(min(seconds)), "maximum_s": rounded(max(seconds))}
        if flop:
            found["gflops"] = rounded(flop / median / 1e9)
        if moved:
            found["gb_s"] = rounded(moved / median / 1e9)
    if flop:
        summary["flop"] = flop
    if moved:
        summary["moved_bytes"] = moved
    found["is_noisy"] = is_noisy(clean)
    found["summary_of_samples"] = summary
    found["accuracy"] = accuracy_of(record)
    found["flags"] = flags_of(record, found)
    found["is_rankable"] = not set(found["flags"]) & {"noisy", "incomplete", "quick", "synthetic", "few-samples", "dirty-code", "no-commit"}
    return found


def accuracy_of(record: dict[str, Any]) -> dict[str, Any]:
    """Return the accuracy: the median of the seeds' final errors, and the training time to the target."""
    if record["workload"] != "mnist-ref":
        return {"reason": "the workload trains nothing"}
    if record.get("data", {}).get("name") != "mnist":
        return {"reason": "synthetic data have nothing to be learnt"}
    finals = [s["error_pct"] for s in record.get("samples", []) if "error_pct" in s]
    found: dict[str, Any] = {"parameters": record.get("accuracy", {}).get("parameters")}
    if not finals:
        return {**found, "target_error_pct": TARGET_ERROR_PCT, "reason": "no seed ran to its end"}
    found |= {"error_pct": rounded(statistics.median(finals)), "target_error_pct": TARGET_ERROR_PCT}
    times = [t for t in (time_to_accuracy(record, s["seed"]) for s in record["samples"]) if t is not None]
    found["reached"] = len(times)
    if times:
        found["time_to_accuracy_s"] = rounded(statistics.median(times))
    return found


def time_to_accuracy(record: dict[str, Any], seed: int) -> float | None:
    """Return the training seconds of a seed up to the first epoch's end with a test error within the target, or None."""
    total = 0.0
    for epoch in record.get("epochs", []):
        if epoch["seed"] == seed:
            total += epoch["seconds"]
            if epoch.get("error_pct", 100.0) <= TARGET_ERROR_PCT:
                return total
    return None


def flags_of(record: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Return what a reader should know of the record, in the order of the kind's choices."""
    settings, environment = record.get("settings", {}), record.get("environment", {})
    fewest = FEWEST_SAMPLES.get(record["workload"], FEWEST_KERNEL_SAMPLES)
    steps = [TRAIN_IMAGES // settings["batch_size"] if settings.get("batch_size") else 1]
    faults = any(e.get("faults", 0) > MOST_FAULTS_PER_STEP * steps[0] for e in record.get("epochs", []))
    marks = {
        "noisy": found["is_noisy"], "incomplete": record.get("is_complete") is not True, "quick": settings.get("is_quick") is True,
        "synthetic": record.get("data", {}).get("name") == "synthetic", "few-samples": found["summary_of_samples"]["samples"] < fewest,
        "page-faults": faults, "dirty-code": environment.get("is_dirty") is True, "no-commit": not environment.get("commit"),
        # under its power cap a large accelerator works all day, and the cap is in the record: that alone is no reason to doubt
        "throttled": environment.get("throttled_by", "nothing") not in ("nothing", "power cap"), "shared-gpu": "shared-gpu" in record.get("flags", []),
        "bytes-as-images": settings.get("images_as") == "uint8",
    }
    return [name for name, is_set in marks.items() if is_set]
