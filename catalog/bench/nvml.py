"""The accelerator's own counters through NVML, NVIDIA's library that comes with its driver. Needs no torch.

Only what has no name on it is told: no serial number, no UUID, no bus address.
"""

from __future__ import annotations

import contextlib
import ctypes
from typing import Any

# NVML API Reference, "Clocks Throttle Reasons": bits of nvmlDeviceGetCurrentClocksThrottleReasons that mean held down.
_REASONS = {0x4: "power cap", 0x8: "hardware slowdown", 0x20: "thermal (software)", 0x40: "thermal (hardware)", 0x80: "power brake"}
_SM_CLOCK, _TEMPERATURE = 1, 0


class NoCounters(Exception):
    """There is no NVML, or it does not know the device; the message says which."""


class Nvml:
    """One device's counters. Every reading returns None where the device has no such counter.

    Args:
        index: Number of the device.
        library: The loaded library; tests give a fake one.
        uuid: What torch calls the device's UUID. NVML counts all devices of the machine, torch only those that
            `CUDA_VISIBLE_DEVICES` leaves, in another order too: by number one may read the counters of a neighbour.

    Raises:
        NoCounters: The library cannot be loaded or does not start, or does not know the device.
    """

    def __init__(self, index: int = 0, library: Any = None, uuid: Any = None):
        if library is None:
            for name in ("libnvidia-ml.so.1", "nvml.dll"):
                with contextlib.suppress(OSError):
                    library = ctypes.CDLL(name)
                    break
        if library is None:
            raise NoCounters("the library of the NVIDIA driver (NVML) cannot be loaded")
        self._library, self._device = library, ctypes.c_void_p()
        if library.nvmlInit_v2() or self._find(index, uuid):
            raise NoCounters("NVML does not know the device")

    def _find(self, index: int, uuid: Any) -> int:
        """Find the device and return NVML's status, 0 if it is found."""
        if uuid is not None and hasattr(self._library, "nvmlDeviceGetHandleByUUID"):
            return self._library.nvmlDeviceGetHandleByUUID(f"GPU-{str(uuid).removeprefix('GPU-')}".encode(), ctypes.byref(self._device))
        return self._library.nvmlDeviceGetHandleByIndex_v2(ctypes.c_uint(index), ctypes.byref(self._device))

    def _number(self, function: str, kind: Any, *arguments: Any) -> int | None:
        value = kind()
        call = getattr(self._library, function, None)
        if call is None or call(self._device, *arguments, ctypes.byref(value)):
            return None
        return value.value

    def energy_j(self) -> float | None:
        """Return the energy since the driver was loaded, in joules (the counter is in millijoules; Volta and newer)."""
        value = self._number("nvmlDeviceGetTotalEnergyConsumption", ctypes.c_ulonglong)
        return None if value is None else value / 1000

    def power_limit_w(self) -> float | None:
        value = self._number("nvmlDeviceGetEnforcedPowerLimit", ctypes.c_uint)
        return None if value is None else value / 1000

    def clock_mhz(self) -> int | None:
        return self._number("nvmlDeviceGetClockInfo", ctypes.c_uint, ctypes.c_uint(_SM_CLOCK))

    def temperature_c(self) -> int | None:
        return self._number("nvmlDeviceGetTemperature", ctypes.c_uint, ctypes.c_uint(_TEMPERATURE))

    def throttled_by(self) -> str | None:
        """Return what holds the clock down now, `nothing` if nothing does."""
        bits = self._number("nvmlDeviceGetCurrentClocksThrottleReasons", ctypes.c_ulonglong)
        if bits is None:
            return None
        return ", ".join(name for bit, name in _REASONS.items() if bits & bit) or "nothing"

    def has_ecc(self) -> bool | None:
        pending = ctypes.c_uint()
        current = ctypes.c_uint()
        call = getattr(self._library, "nvmlDeviceGetEccMode", None)
        if call is None or call(self._device, ctypes.byref(current), ctypes.byref(pending)):
            return None
        return bool(current.value)

    def driver(self) -> str | None:
        text = ctypes.create_string_buffer(96)
        call = getattr(self._library, "nvmlSystemGetDriverVersion", None)
        return None if call is None or call(text, ctypes.c_uint(96)) else text.value.decode("ascii", "replace")

    def processes(self) -> int | None:
        """Return how many processes compute on the device, ours included."""
        count = ctypes.c_uint(0)
        call = getattr(self._library, "nvmlDeviceGetComputeRunningProcesses_v3", None) or getattr(self._library, "nvmlDeviceGetComputeRunningProcesses", None)
        if call is None:
            return None
        status = call(self._device, ctypes.byref(count), None)
        return count.value if status in (0, 7) else None  # 7: there are more than the (empty) list holds, which is what is asked
