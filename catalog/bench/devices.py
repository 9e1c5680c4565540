"""Devices as torch offers them: which there is, waiting for it, its memory, its precision. Imports torch."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

import torch

GIB, MIB = 2**30, 2**20
TYPES = ("cuda", "mps", "xpu")


class NoDevice(Exception):
    """The device that was asked for is not there, or torch was built without it."""


@dataclass(frozen=True)
class Device:
    """A device: its torch name, its kind (`cpu`, `cuda`, `mps`, `xpu`) and the torch module that steers it (None for the processor)."""

    name: str
    type: str
    module: Any

    def synchronise(self) -> None:
        """Wait until everything queued is done; nothing to wait for on the processor."""
        if self.module is not None:
            self.module.synchronize()

    def reset_peak(self) -> None:
        if self.module is not None and hasattr(self.module, "reset_peak_memory_stats"):
            self.module.reset_peak_memory_stats()

    def peak_mib(self) -> float | None:
        """Return the peak of torch's allocator on the device in MiB, None for the processor."""
        if self.module is None:
            return None
        for name in ("max_memory_allocated", "driver_allocated_memory"):
            if hasattr(self.module, name):
                return getattr(self.module, name)() / MIB
        return None


def is_there(kind: str) -> bool:
    """Say whether torch can use a kind of device here."""
    if kind == "mps":
        return torch.backends.mps.is_available()
    module = getattr(torch, kind, None)
    return bool(module and module.is_available())


def choose(asked: str) -> Device:
    """Return the device asked for; `auto` takes the first accelerator there is, else the processor.

    Raises:
        NoDevice: It was named and is not there: nothing else is taken for it.
    """
    if asked == "auto":
        asked = next((kind for kind in TYPES if is_there(kind)), "cpu")
    kind, _, index = asked.partition(":")
    if kind == "cpu" and not index:
        return Device("cpu", "cpu", None)
    if kind not in TYPES:
        raise NoDevice(f"there is no kind of device {kind!r}; there are auto, cpu, {', '.join(TYPES)}")
    if not is_there(kind):
        built = {"cuda": torch.version.cuda or getattr(torch.version, "hip", None), "mps": torch.backends.mps.is_built(), "xpu": getattr(torch.version, "xpu", None)}[kind]
        why = "torch finds none" if built else f"this build of torch ({torch.__version__}) has no support for it"
        raise NoDevice(f"the device {asked!r} was asked for, but {why}")
    module = getattr(torch, kind)
    count = module.device_count()
    if index and (not index.isdigit() or int(index) >= count):
        raise NoDevice(f"the device {asked!r} was asked for, but torch finds only {count} of its kind")
    if index:
        module.set_device(int(index))
    return Device(asked, kind, module)


def describe(device: Device) -> dict[str, Any]:
    """Return what a record says of an accelerator, without anything that tells one specimen from another."""
    if device.type == "cpu":
        return {}
    found: dict[str, Any] = {}
    with contextlib.suppress(RuntimeError, AttributeError):
        properties = device.module.get_device_properties(device.name) if device.type != "mps" else None
        found["gpu"] = device.module.get_device_name(device.name) if properties is not None else "Apple GPU (Metal)"
        if properties is not None:
            found["gpu_memory_gib"] = round(properties.total_memory / GIB, 2)
    if device.type == "cuda":
        found["cuda"] = str(torch.version.cuda or getattr(torch.version, "hip", "") or "unknown")
        if torch.backends.cudnn.is_available():
            found["cudnn"] = str(torch.backends.cudnn.version())
    return found


def capability(device: Device) -> tuple[int, int] | None:
    """Return the CUDA compute capability, None for other devices; AMD's, which torch also calls `cuda`, have none."""
    return torch.cuda.get_device_capability(device.name) if device.type == "cuda" and torch.version.cuda else None


def set_precision(precision: str) -> None:
    """Allow 32-bit products to be rounded to TF32 only where that is what is measured; torch allows it in convolutions by default.

    The older of torch's two ways: all versions have it, and after the newer one (`fp32_precision`) parts of torch that
    still ask the older way, the compiler's convolutions among them, get an error (seen in 2.13).
    """
    for backend in (torch.backends.cuda.matmul, torch.backends.cudnn):
        backend.allow_tf32 = precision == "tf32"


def supports(device: Device, precision: str) -> str | None:
    """Return why a device cannot measure a precision, None if it can."""
    found = capability(device)
    if precision == "tf32" and (found is None or found < (8, 0)):
        return "TF32 needs an NVIDIA device of compute capability 8.0 or newer"
    if precision == "fp8" and (found is None or found < (8, 9)):
        return "FP8 needs an NVIDIA device of compute capability 8.9 or newer"
    return None


def is_out_of_memory(error: BaseException) -> bool:
    """Say whether an exception means that the memory is used up."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in ("out of memory", "can't allocate memory", "not enough memory"))
