"""What torch says of itself for the environment record. Imports torch."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path
from typing import Any

import torch

from catalog.bench.devices import Device, describe
from catalog.bench.nvml import NoCounters, Nvml


def versions(device: Device) -> dict[str, Any]:
    """Return version, commit, build and libraries of torch, and the accelerator."""
    text = torch.__config__.show()
    blas = re.search(r"BLAS_INFO=(\w+)", text)
    return {
        "instructions": torch.backends.cpu.get_cpu_capability(), "torch": str(torch.__version__), "torch_commit": torch.version.git_version,
        "torch_build": "cuda" if torch.version.cuda else "rocm" if getattr(torch.version, "hip", None) else "xpu" if getattr(torch.version, "xpu", None) else "cpu",
        "blas": blas[1] if blas else "unknown", "compile_cache": compile_cache(), "is_deterministic": torch.are_deterministic_algorithms_enabled(),
        "is_tf32": torch.backends.cuda.matmul.allow_tf32, **describe(device),
    }


def compile_cache() -> str:
    """Return whether compiled code of earlier runs may be used."""
    if os.environ.get("TORCHINDUCTOR_FORCE_DISABLE_CACHES") == "1":
        return "off"
    folder = os.environ.get("TORCHINDUCTOR_CACHE_DIR")
    if folder is None:
        import getpass
        import tempfile

        with contextlib.suppress(Exception):  # a user without a name has no such folder
            folder = str(Path(tempfile.gettempdir()) / f"torchinductor_{re.sub(r'[^A-Za-z0-9_.-]', '_', getpass.getuser())}")
    with contextlib.suppress(OSError, TypeError):
        return "used before" if any(Path(folder).iterdir()) else "empty"
    return "empty"


def counters_of(device: Device) -> Nvml | None:
    """Return the counters of an NVIDIA device, None for others."""
    if device.type != "cuda":
        return None
    index = torch.cuda.current_device()
    with contextlib.suppress(NoCounters):
        return Nvml(index, uuid=getattr(torch.cuda.get_device_properties(index), "uuid", None))
    return None


def readings(counters: Nvml | None, when: str) -> dict[str, Any]:
    """Return clock and temperature `before` or `after`, and what does not change, without what is unknown."""
    if counters is None:
        return {}
    found = {f"clock_{when}_mhz": counters.clock_mhz(), f"temperature_{when}_c": counters.temperature_c()}
    if when == "before":
        found |= {"driver": counters.driver(), "power_limit_w": counters.power_limit_w(), "has_ecc": counters.has_ecc()}
    else:
        found["throttled_by"] = counters.throttled_by()
    return {k: v for k, v in found.items() if v is not None}
