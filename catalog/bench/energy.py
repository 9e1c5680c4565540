"""Energy of a workload: the accelerator's counter over a pass of its own of at least five seconds, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from catalog.bench.numbers import rounded

LEAST_S, BUSY_S = 5.0, 0.3


def measure_energy(counters: Any, operation: Callable[[], None], synchronise: Callable[[], None], clock: Callable[[], float]) -> dict[str, Any]:
    """Repeat an operation for at least five seconds between two readings of the energy counter.

    Args:
        counters: An `Nvml`, or None if the device has none.
        operation: One epoch or one run of a kernel, queued.
        synchronise: Waits for what is queued.
        clock: Monotonic seconds.

    Returns:
        `joules`, `seconds`, `repeats`, or `reason`.
    """
    if counters is None:
        return {"reason": "no energy counter that this program may read (NVML, of NVIDIA devices)"}
    begun = counters.energy_j()
    if begun is None:
        return {"reason": "the device has no energy counter"}
    synchronise()
    begun, start, repeats, at_once = counters.energy_j(), clock(), 0, 1
    while (seconds := clock() - start) < LEAST_S:
        for _ in range(at_once):
            operation()
        synchronise()
        repeats += at_once
        if clock() - start - seconds < 0.25:  # short operations are queued together: waiting for each would idle the device
            at_once *= 2
    seconds = clock() - start
    ended = counters.energy_j()
    if ended is None or ended <= begun:
        return {"reason": "the energy counter did not move"}
    return {"joules": rounded(ended - begun), "seconds": rounded(seconds), "repeats": repeats}


def read_at_work(read: Callable[[], Any], operation: Callable[[], None], synchronise: Callable[[], None], clock: Callable[[], float]) -> Any:
    """Return what a reading says of the device while it works: an idle one has another clock, and nothing that holds it down.

    As many operations as fit into some tenths of a second, each waited for, are then queued at once, and the device is
    read before they are waited for: an unknown number of long ones could be queued for minutes.
    """
    count, start = 0, clock()
    while clock() - start < BUSY_S:
        operation()
        synchronise()
        count += 1
    for _ in range(count):
        operation()
    found = read()
    synchronise()
    return found
