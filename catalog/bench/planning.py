"""What a run will take before it starts: memory, work and time, from the workload alone. Needs no torch."""

from __future__ import annotations

import os

from catalog.bench.workloads import TRAIN_IMAGES, Job, flop_of

GIB, MIB = 2**30, 2**20
# GFLOPS to expect, only for the estimate of the time: one core of a processor of 2020-2024, an accelerator of the same years.
_RATES = {"cpu": {"plain": 22.0, "tuned": 50.0, "open": 50.0}, "gpu": {"plain": 1500.0, "tuned": 6000.0, "open": 6000.0}}
_LIBRARY_MIB = {"cpu": 330, "gpu": 1200}  # Python with torch, and with a device's context
_START_S = {"cpu": 4.0, "gpu": 15.0}
_IMAGE_BYTES = {"float32": 4, "uint8": 1}
_EVALUATION = 1.06  # testing after each epoch


def kind_of(device: str) -> str:
    return "cpu" if device == "cpu" else "gpu"


def memory_mib(job: Job) -> int:
    """Return the memory that a job takes at its peak, roughly, in MiB."""
    base = _LIBRARY_MIB[kind_of(job.device)]
    if job.workload == "mnist-ref":
        images = 70_000 * 784 * _IMAGE_BYTES[job.images_as] + 70_000 * 8
        return round(base + (images + 55_000_000 + 40_000_000) / MIB)  # the raw files while reading, and the activations
    if job.workload == "copy":
        return round(base + 2 * job.copy_bytes / MIB)
    if job.workload == "gemm":
        return round(base + 3 * 4 * max(job.sizes) ** 2 / MIB)
    return base + (400 if job.workload == "conv2d" else 150)


def available_mib() -> int | None:
    """Return the memory that could be had now without swapping, in MiB; None where the system does not say."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            for line in file:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) // 1024
    except OSError:
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // (2 * MIB)
    except (ValueError, OSError, AttributeError):
        return None


def fit(job: Job, available: int | None) -> Job:
    """Make a job smaller where its memory is not there: images as bytes, smaller matrices, less to copy."""
    if available is None:
        return job
    room = available - 100
    if job.workload == "mnist-ref" and memory_mib(job) > room:
        job.images_as = "uint8"
    while job.workload == "gemm" and memory_mib(job) > room and len(job.sizes) > 1:
        job.sizes = job.sizes[:-1]
    if job.workload == "copy" and memory_mib(job) > room * 0.8:
        job.copy_bytes = max(64 * MIB, int((room * 0.8 - _LIBRARY_MIB[kind_of(job.device)]) * MIB / 2))
    return job


def flop_estimate(job: Job) -> int:
    """Return the FLOP of all samples of a job, roughly."""
    if job.workload == "mnist-ref":
        images = TRAIN_IMAGES if not job.is_synthetic else 2_000
        return flop_of("mnist-ref", images=images * job.epochs) * len(job.seeds)
    return 0


def seconds_estimate(job: Job) -> float:
    """Return how long a job takes, roughly, in seconds."""
    start = _START_S[kind_of(job.device)]
    if job.workload == "mnist-ref":
        rate = _RATES[kind_of(job.device)][job.track] * (job.threads**0.8 if job.device == "cpu" else 1)
        return start + flop_estimate(job) / 1e9 / rate * _EVALUATION + (0.5 if job.device == "cpu" else 5) * len(job.seeds)
    search = 3.0 * len(job.sizes) if job.workload == "gemm" else 1.0
    return start + job.samples * job.seconds * 1.3 + (search * job.seconds if not job.is_quick else 0.5)


def text_of_seconds(seconds: float) -> str:
    """Return a duration for people.

    >>> text_of_seconds(42), text_of_seconds(600), text_of_seconds(5400)
    ('42 s', '10 min', '1 h 30 min')
    """
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"
