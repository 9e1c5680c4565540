"""Which files of the data folder differ from the last commit: what a contributor is working on."""

from __future__ import annotations

import subprocess
from pathlib import Path


def changed_files(data: Path) -> list[Path]:
    """Return the files below the data folder that are new or changed since the last commit; none without git."""
    try:
        done = subprocess.run(
            ["git", "-C", str(data), "status", "--porcelain=v1", "-z", "--untracked-files=all", "--", "."], capture_output=True, timeout=30)
        top = subprocess.run(["git", "-C", str(data), "rev-parse", "--show-toplevel"], capture_output=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return []
    if done.returncode or top.returncode:
        return []
    root = Path(top.stdout.decode().strip())
    entries = done.stdout.decode("utf-8", "surrogateescape").split("\0")
    found, skip = [], False
    for entry in entries:
        if skip or not entry:  # after a rename stands the old name
            skip = False
            continue
        skip = entry[0] in "RC"
        found.append(root / entry[3:])
    return sorted(p.resolve() for p in found if p.is_file())
