"""Checks of a record against its device and its workload: the maker's claims, the settings, memory and energy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from catalog.bench.hardware_records import claimed_gb_s, claimed_gflops, is_called, memory_gib
from catalog.bench.looked import Looked, registry
from catalog.bench.summary import measured, work_of
from catalog.bench.workloads import shape_of

MOST_OVER_CLAIMED = 1.25
CHECKS, check = registry()


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
    memory, seen = memory_gib(hardware), record.get("environment", {}).get("gpu_memory_gib")
    if memory and seen is not None and not 0.85 * memory <= seen <= 1.1 * memory:
        yield f"environment.gpu_memory_gib is {seen}, the maker says {memory:g} GiB"
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
