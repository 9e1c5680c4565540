"""What `build.json` says of a build: the git commit of the data and the versions it was made with."""

from __future__ import annotations

import sqlite3
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def describe_build(data: Path) -> dict[str, Any]:
    """Return commit (None outside a git checkout), whether data/ differs from it, and versions."""
    commit = _git(data, "rev-parse", "HEAD")
    dirty = _git(data, "status", "--porcelain", "--", ".") if commit else None
    versions = {"sqlite": sqlite3.sqlite_version}
    for package in ("deep-learning-catalog", "sqlmodel", "alembic", "datasette"):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "unknown"
    return {"commit": commit, "data_differs_from_commit": bool(dirty) if dirty is not None else None, "versions": versions}
