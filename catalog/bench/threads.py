"""How many processor cores the process may use: affinity and the control group's quota. Needs no torch."""

from __future__ import annotations

import os
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")


def usable_cores() -> int:
    """Return the number of cores the process may use at once, at least one: its affinity, cut by the quota of its control group."""
    quota = core_quota()
    return max(1, min(affinity_count(), int(quota) if quota else affinity_count()))


def affinity_count() -> int:
    """Return how many logical cores the process may be scheduled on."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS, Windows
        return os.cpu_count() or 1


def core_quota(root: Path = CGROUP, own: Path = Path("/proc/self/cgroup")) -> float | None:
    """Return the cores that the control group allows, or None without a limit.

    Reads version 2 (`cpu.max` of the group and all above it) and version 1 (`cpu.cfs_quota_us`); the smallest counts.
    """
    limits = []
    try:
        lines = own.read_text().splitlines()
    except OSError:
        lines = []
    for line in lines or ["0::/"]:
        _, controllers, path = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        base = root if not controllers else root / controllers
        group = base / path.lstrip("/")
        while True:
            limits.append(_limit(group))
            if group == base or base not in group.parents:
                break
            group = group.parent
    found = [limit for limit in limits if limit]
    return min(found) if found else None


def _limit(group: Path) -> float | None:
    try:
        quota, period = (group / "cpu.max").read_text().split()
    except (OSError, ValueError):
        try:
            quota, period = (group / "cpu.cfs_quota_us").read_text().strip(), (group / "cpu.cfs_period_us").read_text().strip()
        except OSError:
            return None
    return int(quota) / int(period) if quota not in ("max", "-1") and int(period) else None
