"""Good records of the reference benchmark, made of told values without torch and without measuring anything."""

from __future__ import annotations

import copy
from typing import Any

from catalog.bench import recording
from catalog.bench.contention import is_clean
from catalog.bench.numbers import rounded
from catalog.bench.record_file import read_texts, sealed, to_texts, to_values
from catalog.bench.running import Told
from catalog.bench.workloads import Job

CPU = "Example(R) Processor 9000"
ENVIRONMENT = {
    "cpu": CPU, "cores": 4, "usable_cores": 4, "core_quota": 4.0, "instructions": "AVX512", "cache_bytes": 33554432, "memory_gib": 31.3, "system": "Debian GNU/Linux 12",
    "kernel": "6.1.0-18", "virtualisation": "none seen", "python": "3.12.1", "torch": "2.13.0+cpu", "torch_commit": "cf30153c4c131c8164ee7798e5022d810682e2cb",
    "torch_build": "cpu", "blas": "mkl", "allocator": "system (glibc)", "variables": {"malloc_mmap_threshold": "33554432"}, "compile_cache": "empty",
    "is_deterministic": False, "is_tf32": False, "load_before": 0.12, "load_after": 1.03}
GPU = {
    "gpu": "Example Card 1", "gpu_memory_gib": 80.0, "driver": "570.1", "cuda": "12.9", "cudnn": "91002", "power_limit_w": 700.0, "has_ecc": True,
    "clock_before_mhz": 1200, "clock_after_mhz": 1755, "temperature_before_c": 31, "temperature_after_c": 48, "throttled_by": "nothing", "torch_build": "cuda"}
COMMIT = "0123456789abcdef0123456789abcdef01234567"
CARD = (
    "name: Card 1\naliases: [Example Card 1]\nvendor: chipmaker\ntype: gpu\nannounced: 2022-03\nmemory_gib: 80\nbandwidth_gb_s: 3350\npower_w: 700\n"
    "peaks:\n  fp32: {precision: fp32, unit: vector, gflops: 66900}\n  bf16: {precision: bf16, unit: matrix, gflops: 989400}\nsources:\n- {source: paper, default: true}\n")
DEVICE_FILES = {"hardware/card-1.yaml": CARD, "organizations/chipmaker.yaml": "name: Chipmaker\ntype: company\n", "sources/paper.yaml": "type: paper\ntitle: On digits\n"}


def _counters(seconds: float, threads: int) -> dict[str, Any]:
    found = {"seconds": rounded(seconds), "cpu_s": rounded(seconds * threads), "waited_s": 0.0, "others_s": 0.01, "stolen_s": 0.0, "system_s": rounded(0.01 * seconds), "faults": 120}
    return found | {"is_clean": is_clean(found, threads, 4)}


def training(track: str = "plain", epoch_s: float = 12.0, threads: int = 1, seeds: tuple[int, ...] = (1, 2, 3), device: str = "cpu") -> dict[str, Any]:
    """Return a good record of mnist-ref: ten epochs for each seed, seeds a little apart."""
    told = Told(environment={**ENVIRONMENT, **(GPU if device != "cpu" else {})}, is_done=True, memory={"peak_mib": 612.0}, energy={"reason": "no energy counter"})
    tuned = {"optimizer": "sgd-fused", "memory_format": "channels-last", "compilation": "none"}
    plain = {"optimizer": "sgd", "memory_format": "contiguous", "compilation": "none"}
    told.settings = {"epochs": 10, "batch_size": 100, "learning_rate": 0.1, "images_as": "float32", **(plain if track == "plain" else tuned),
                     "data": {"mean": 33.3184, "deviation": 78.5675}, "parameters": 105506}
    for seed in seeds:
        own = []
        for number in range(1, 11):
            seconds = rounded(epoch_s * (1 + 0.01 * seed + 0.001 * number))
            own.append({"seed": seed, "epoch": number, "seconds": seconds, "loss": rounded(0.25 / number), "error_pct": rounded(2.4 / number**0.4 + 0.02 * seed), "faults": 12,
                        "system_s": rounded(0.001 * seconds * 10)})
        sample = {"seed": seed, **_counters(sum(e["seconds"] for e in own), threads), "build_s": 2.5, "evaluation_s": 4.0, "first_loss": 2.3012 + 0.001 * seed,
                  "error_pct": own[-1]["error_pct"], "weights_sha256": f"{seed:x}{track[0].encode().hex()}".ljust(64, "0")}
        sample["system_s"] = rounded(sum(e["system_s"] for e in own))
        told.samples.append(sample)
        told.epochs += own
    job = Job("mnist-ref", track, "fp32", threads=threads, device=device)
    return _made(job, told, "card-1" if device != "cpu" else None)


def kernel(workload: str = "gemm", seconds: float = 0.6, device: str = "cuda", precision: str = "fp32", direction: str = "forward", threads: int = 1) -> dict[str, Any]:
    """Return a good record of a kernel, by default of a device whose record is `DEVICE_FILES`."""
    told = Told(environment={**ENVIRONMENT, **(GPU if device != "cpu" else {})}, is_done=True, memory={"peak_mib": 912.0, "gpu_peak_mib": 1024.0}, processes=1)
    told.energy = {"joules": 3200.0, "seconds": 5.2, "repeats": 480} if device == "cuda" else {"reason": "no energy counter"}
    told.settings = {"gemm": {"size": 4096}, "copy": {"size_bytes": 2**30}, "conv2d": {"shape": "8 x 256 x 28 x 28, 3 x 3 x 256 x 256", "memory_format": "channels-last", "direction": direction},
                     "attention": {"shape": "4 x 8 x 512 x 64"}}[workload]
    repeats = {"gemm": 200, "copy": 700, "conv2d": 3000, "attention": 4000}[workload]
    if workload == "gemm":
        told.samples += [{"size": n, "phase": "search", "repeats": r, **_counters(0.21, threads)} for n, r in ((1024, 4000), (2048, 520), (4096, 70)) for _ in range(3)]
    for number in range(9):
        head = {"size": 4096, "phase": "measure"} if workload == "gemm" else {}
        told.samples.append({**head, "repeats": repeats, **_counters(seconds * (1 + 0.002 * number), threads)})
    return _made(Job(workload, "plain", precision, direction, device, threads), told, "card-1" if device != "cpu" else None)


def _made(job: Job, told: Told, hardware: str | None) -> dict[str, Any]:
    before = recording.environment.version
    recording.environment.version = lambda: {"benchmark": "0.1.0", "commit": COMMIT, "is_dirty": False}
    try:
        run_s = sum(s["seconds"] + s.get("build_s", 0) + s.get("evaluation_s", 0) for s in told.samples) + 5
        return recording.make_record(job, told, "2026-11-20", hardware, run_s)
    finally:
        recording.environment.version = before


def as_read(record: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a record as reading its file gives it: values and texts."""
    from catalog.bench.record_file import to_yaml

    texts = read_texts(to_yaml(record))
    return to_values(texts), texts


def forged(record: dict[str, Any], path: tuple, value: Any) -> dict[str, Any]:
    """Return a copy with one value changed (None: deleted) and the digest computed anew, as a forger would."""
    changed = copy.deepcopy(record)
    place = changed
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    if path == ("digest",):
        return changed
    resealed = sealed(changed)
    assert to_texts(resealed)["digest"]
    return resealed
