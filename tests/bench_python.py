"""The Python that has torch, for the tests that run the benchmark itself."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv-bench" / "bin" / "python"
ADVICE = "there is no PyTorch for the benchmark's tests: run scripts/setup bench"


def bench_python() -> Path:
    """Return it; skip the test if there is none, or fail where all tests must run."""
    if PYTHON.exists():
        return PYTHON
    if os.environ.get("CI") == "true":
        pytest.fail(ADVICE)
    pytest.skip(ADVICE)


def bench(*arguments: object, cwd: Path | None = None, timeout: int = 280, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the benchmark with it, as a stranger does on a machine with nothing but torch and pyyaml."""
    command = [str(bench_python()), "-m", "catalog.bench", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd or ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}, capture_output=True, text=True, timeout=timeout)
