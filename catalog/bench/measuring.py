"""Measuring one job: training seed after seed, or a kernel sample after sample, told as they are finished. Imports torch."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import torch

from catalog.bench import environment, torch_facts
from catalog.bench.child import UNSUPPORTED
from catalog.bench.devices import Device, choose, set_precision, supports
from catalog.bench.energy import measure_energy, read_at_work
from catalog.bench.images import load
from catalog.bench.kernels import KERNELS, Kernel
from catalog.bench.meter import MachineSource, add, peak_memory_mib
from catalog.bench.numbers import rounded
from catalog.bench.sampling import Sampler, epoch_entry, search_size
from catalog.bench.threads import usable_cores
from catalog.bench.training import check_steps, count_parameters
from catalog.bench.tuned import make_training
from catalog.bench.workloads import Job, shape_of

Tell = Callable[..., None]


def measure_job(asked: dict[str, Any], tell: Tell) -> None:
    """Measure a job and tell: `environment`, `settings`, `sample` …, `energy`, `after`, `done`; or `failed` where it cannot be measured here."""
    job = Job(**{**asked, "seeds": tuple(asked["seeds"]), "sizes": tuple(asked["sizes"])})
    device = choose(job.device)
    reason = supports(device, job.precision)
    if reason:
        return tell("failed", kind=UNSUPPORTED, message=reason)
    torch.set_num_threads(job.threads)
    set_precision(job.precision)
    counters = torch_facts.counters_of(device)
    tell("environment", **environment.machine(), **torch_facts.versions(device), **environment.settings_around(dict(os.environ)),
         **torch_facts.readings(counters, "before"), load_before=environment.load_average())
    device.reset_peak()
    needed = job.threads if device.type == "cpu" else 1
    sampler = Sampler(MachineSource(), device.synchronise, needed, usable_cores())
    operation = (_train if job.workload == "mnist-ref" else _run_kernel)(job, device, sampler, tell)
    tell("energy", **measure_energy(counters if not job.is_quick else None, operation, device.synchronise, time.perf_counter))
    load = environment.load_average()
    after = read_at_work(lambda: torch_facts.readings(counters, "after"), operation, device.synchronise, time.perf_counter) if counters else {}
    tell("after", **after, load_after=load, processes=counters.processes() if counters else None)
    tell("done")


def _memory(device: Device) -> dict[str, float]:
    found = {"peak_mib": peak_memory_mib(), "gpu_peak_mib": device.peak_mib()}
    return {name: rounded(value) for name, value in found.items() if value is not None}


def _train(job: Job, device: Device, sampler: Sampler, tell: Tell) -> Callable[[], Any]:
    start = time.perf_counter()
    images = load(job.folder, device.name, job.images_as)
    training = make_training(job.track, images, device, job.batch, job.precision)
    training.warm_up()
    device.synchronise()
    tell("settings", epochs=job.epochs, batch_size=job.batch, learning_rate=0.1, images_as=job.images_as, **training.describe,
         data={"mean": rounded(images.mean), "deviation": rounded(images.deviation)}, parameters=count_parameters(training.network))
    for seed in job.seeds:
        training.start(seed)
        build_s = time.perf_counter() - start
        sample, epochs = _train_seed(job, training, sampler, seed)
        tell("sample", sample={**sample, "build_s": rounded(build_s)}, epochs=epochs, memory=_memory(device))
        start = time.perf_counter()
    return training.epoch


def _train_seed(job: Job, training: Any, sampler: Sampler, seed: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Train from a seed; only the loop is timed, epoch by epoch, and the test comes between."""
    parts, epochs, evaluation_s, first = [], [], 0.0, 0.0
    error: float | None = None
    for number in range(1, job.epochs + 1):
        taken, losses = sampler.measure(training.epoch)
        begun = time.perf_counter()
        first_loss, loss = check_steps(losses)
        first = first_loss if number == 1 else first
        error = None if job.is_synthetic else training.error_pct()
        evaluation_s += time.perf_counter() - begun
        parts.append(taken)
        epochs.append(epoch_entry(seed, number, taken, loss, error))
    sample = sampler.judged({"seed": seed, **add(parts)}) | {"evaluation_s": rounded(evaluation_s), "first_loss": rounded(first)}
    if error is not None:
        sample["error_pct"] = rounded(error)
    return sample | {"weights_sha256": training.weights_sha256()}, epochs


def _run_kernel(job: Job, device: Device, sampler: Sampler, tell: Tell) -> Callable[[], Any]:
    make, size = KERNELS[job.workload], 0
    if job.workload == "gemm":
        for found in search_size(sampler, lambda n: make(job, device, n).run, job.sizes, job.seconds / 3):
            if isinstance(found, int):
                size = found
            else:
                tell("sample", sample=found, epochs=[], memory=_memory(device))
    kernel: Kernel = make(job, device, size)
    settings = {"size": kernel.size, "size_bytes": kernel.size_bytes, "shape": shape_of(job.workload), "memory_format": kernel.memory_format,
                "direction": job.direction if job.workload == "conv2d" else None}
    repeats = sampler.repeats_for(kernel.run, job.seconds)
    tell("settings", **{k: v for k, v in settings.items() if v is not None})
    for _ in range(job.samples):
        sample = sampler.sample(kernel.run, repeats)
        if kernel.size:
            sample = {"size": kernel.size, "phase": "measure", **sample}
        tell("sample", sample=sample, epochs=[], memory=_memory(device))
    return kernel.run
