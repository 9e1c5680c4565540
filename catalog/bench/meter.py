"""The meter: wall clock, processor time, waiting, what others took, page faults; read before and after each sample. Needs no torch."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from catalog.bench.numbers import rounded


@dataclass(frozen=True)
class Reading:
    """Counters at one moment; None where the system has no such counter. All in seconds but `faults`, a count."""

    wall: float
    cpu: float
    system: float | None
    waited: float | None
    busy: float | None
    stolen: float | None
    faults: int | None


class Source(Protocol):
    """Where readings come from; tests have a fake one."""

    def read(self, is_end: bool = False) -> Reading:
        """Return the counters now; at the end of a sample the clock is read first, at its beginning last."""


class MachineSource:
    """The counters of this machine and process (Linux; elsewhere those that there are).

    Waiting is the time that threads stood ready in the queue of a core (second number of `schedstat`, kernel
    documentation "Scheduler Statistics"). What others take is the busy time of the whole machine less our own
    (`/proc/stat`, in ticks of 10 ms).
    """

    def __init__(self, proc: Path = Path("/proc")):
        self._proc = proc
        try:
            self._tick = 1.0 / os.sysconf("SC_CLK_TCK")
        except (AttributeError, ValueError, OSError):
            self._tick = 0.01

    def read(self, is_end: bool = False) -> Reading:
        ended = (time.perf_counter(), time.process_time())
        faults, system = self._usage()
        waited, (busy, stolen) = self._waited(), self._machine()
        wall, cpu = ended if is_end else (time.perf_counter(), time.process_time())
        return Reading(wall, cpu, system, waited, busy, stolen, faults)

    def _waited(self) -> float | None:
        total, seen = 0, False
        try:
            for task in (self._proc / "self" / "task").iterdir():
                try:
                    total += int((task / "schedstat").read_text().split()[1])
                    seen = True
                except (OSError, IndexError, ValueError):  # the thread has ended, or there are no such statistics
                    continue
        except OSError:
            return None
        return total / 1e9 if seen else None

    def _machine(self) -> tuple[float | None, float | None]:
        try:
            numbers = [int(n) for n in (self._proc / "stat").read_text().split("\n", 1)[0].split()[1:9]]
        except (OSError, ValueError):
            return None, None
        user, nice, system, _, _, irq, softirq, steal = (numbers + [0] * 8)[:8]
        return (user + nice + system + irq + softirq) * self._tick, steal * self._tick

    @staticmethod
    def _usage() -> tuple[int | None, float | None]:
        try:
            import resource
        except ImportError:  # Windows
            return None, None
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return usage.ru_minflt, usage.ru_stime


def difference(before: Reading, after: Reading) -> dict[str, float | int]:
    """Return what passed between two readings, as a sample stores it; counters that are missing are left out."""
    cpu = after.cpu - before.cpu
    found: dict[str, float | int | None] = {
        "seconds": after.wall - before.wall, "cpu_s": cpu, "waited_s": _minus(after.waited, before.waited),
        "others_s": None, "stolen_s": _minus(after.stolen, before.stolen), "system_s": _minus(after.system, before.system),
        "faults": _minus(after.faults, before.faults),
    }
    if after.busy is not None and before.busy is not None:
        found["others_s"] = max(0.0, after.busy - before.busy - cpu)
    return {name: value if isinstance(value, int) else rounded(value) for name, value in found.items() if value is not None}


def _minus(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else max(0, after - before)


def add(parts: list[dict[str, float | int]]) -> dict[str, float | int]:
    """Return the sum of differences, counter by counter; a counter that one of them lacks is left out."""
    names = [n for n in parts[0] if all(n in part for part in parts)] if parts else []
    return {n: sum(p[n] for p in parts) if n == "faults" else rounded(sum(p[n] for p in parts)) for n in names}


def peak_memory_mib() -> float | None:
    """Return the high-water mark of the process's memory in MiB."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return rounded(peak / (2**20 if os.uname().sysname == "Darwin" else 2**10))
