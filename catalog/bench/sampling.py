"""Taking samples: how often an operation runs in one, which size is best, and what the meter says. Needs no torch itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from catalog.bench.contention import is_clean
from catalog.bench.meter import Source, difference
from catalog.bench.numbers import rounded
from catalog.bench.workloads import flop_of

SEARCH_SAMPLES = 3
MOST_S_OF_ONE = 3.0  # a size whose single run takes longer is not tried
MOST_REPEATS = 1_000_000


class Sampler:
    """Measures operations on one device.

    Args:
        source: Where the counters are read.
        synchronise: Waits until everything queued is done.
        needed, usable: Cores that a sample needs, and that there are, for the contention gauge.
    """

    def __init__(self, source: Source, synchronise: Callable[[], None], needed: int, usable: int):
        self.source, self.synchronise, self.needed, self.usable = source, synchronise, needed, usable

    def measure(self, work: Callable[[], Any]) -> tuple[dict[str, Any], Any]:
        """Run something once between two readings; return what passed, unjudged, and what it returned."""
        self.synchronise()
        before = self.source.read()
        result = work()
        self.synchronise()
        return difference(before, self.source.read(is_end=True)), result

    def judged(self, sample: dict[str, Any]) -> dict[str, Any]:
        """Return the sample with its mark, if it can be judged."""
        clean = is_clean(sample, self.needed, self.usable)
        return sample if clean is None else {**sample, "is_clean": clean}

    def repeats_for(self, operation: Callable[[], Any], seconds: float) -> int:
        """Return how often an operation must run to fill so many seconds, after warming it up; at least once."""
        operation()
        repeats = 1
        while True:
            sample, _ = self.measure(lambda n=repeats: _repeat(operation, n))
            taken = sample["seconds"]
            if taken >= seconds or repeats >= MOST_REPEATS:
                return repeats
            if taken >= seconds / 10:
                return max(repeats + 1, min(MOST_REPEATS, int(repeats * seconds * 1.1 / taken) + 1))
            repeats = min(MOST_REPEATS, repeats * 8)

    def sample(self, operation: Callable[[], Any], repeats: int) -> dict[str, Any]:
        """Return one judged sample of so many runs."""
        taken, _ = self.measure(lambda: _repeat(operation, repeats))
        return self.judged({"repeats": repeats, **taken})


def _repeat(operation: Callable[[], Any], repeats: int) -> None:
    for _ in range(repeats):
        operation()


def search_size(sampler: Sampler, make: Callable[[int], Callable[[], Any]], sizes: tuple[int, ...], seconds: float, most_s: float = MOST_S_OF_ONE) -> Iterator[dict[str, Any] | int]:
    """Yield the samples of each size of the matrices, and at last the best size by its fastest sample.

    A size is tried while its single run may be expected to take at most `most_s` seconds.
    """
    rates: dict[int, float] = {}
    for size in sizes:
        if rates and flop_of("gemm", size=size) / max(rates.values()) > most_s:
            break
        operation = make(size)
        repeats = sampler.repeats_for(operation, seconds)
        for _ in range(SEARCH_SAMPLES):
            sample = {"size": size, "phase": "search", **sampler.sample(operation, repeats)}
            rates[size] = max(rates.get(size, 0.0), flop_of("gemm", size=size) * repeats / sample["seconds"])
            yield sample
    yield max(rates, key=lambda size: rates[size])


def epoch_entry(seed: int, number: int, taken: dict[str, Any], loss: float, error: float | None) -> dict[str, Any]:
    """Return one epoch as a record stores it."""
    entry = {"seed": seed, "epoch": number, "seconds": taken["seconds"], "loss": rounded(loss)}
    if error is not None:
        entry["error_pct"] = rounded(error)
    return entry | {name: taken[name] for name in ("faults", "system_s") if name in taken}
