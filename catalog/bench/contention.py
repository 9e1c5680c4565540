"""The contention gauge: was a sample disturbed by somebody else? Judged from the stored numbers, so that anyone can judge again."""

from __future__ import annotations

LEAST_SHARE, MOST_OTHERS = 0.95, 0.05
TICK_S = 0.02  # others are counted in ticks of 10 ms at both ends of a sample
# A core that the sample does not need counts half: it may be the other thread of a core that it does need.
SPARE = 0.5
FEWEST_CLEAN = 3


def is_clean(sample: dict, needed: int, usable: int) -> bool | None:
    """Say whether a sample was undisturbed; None if the system has too few counters to know.

    Clean means: the process's threads ran for at least 95 % of the time in which they wanted to, and others took under
    5 % of the cores it needs.

    Args:
        sample: With `seconds`, and where known `cpu_s`, `waited_s`, `others_s`, `stolen_s`.
        needed: Cores that the sample needs: its threads.
        usable: Cores that the process may use.

    >>> is_clean({"seconds": 1.0, "cpu_s": 1.0, "waited_s": 0.0, "others_s": 0.01, "stolen_s": 0.0}, 1, 1)
    True
    >>> is_clean({"seconds": 1.0, "cpu_s": 0.8, "waited_s": 0.2, "others_s": 0.2, "stolen_s": 0.0}, 1, 1)
    False
    """
    seconds, cpu, waited, others = (sample.get(n) for n in ("seconds", "cpu_s", "waited_s", "others_s"))
    if not seconds or (waited is None and others is None):
        return None
    if waited is not None and cpu is not None and cpu + waited > 0 and cpu / (cpu + waited) < LEAST_SHARE:
        return False
    stolen = sample.get("stolen_s") or 0.0
    if others is not None:
        spare = SPARE * max(0, usable - needed) * seconds
        if max(0.0, others + stolen - spare - TICK_S * needed) / (needed * seconds) >= MOST_OTHERS:
            return False
    return stolen / (needed * seconds) < MOST_OTHERS


def is_noisy(clean: int) -> bool:
    """Say whether a measurement with so many clean samples is noisy."""
    return clean < FEWEST_CLEAN
