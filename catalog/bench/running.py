"""Running jobs in child processes and collecting what they tell, so that nothing finished is ever lost. Needs no torch."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from catalog.bench.child import BROKEN, MARK, NO_TORCH, OUT_OF_MEMORY
from catalog.bench.workloads import Job

PACKAGE_PARENT = Path(__file__).resolve().parent.parent.parent
# glibc reuses mnist-ref's activations of 7 MB, or maps them anew in every step, by the history of the heap; the second
# takes 1.7 times as long. Above these thresholds it always reuses them (mallopt(3); 32 MiB is the most glibc accepts).
MALLOC = {"MALLOC_MMAP_THRESHOLD_": "33554432", "MALLOC_TRIM_THRESHOLD_": "2147483647", "MALLOC_TOP_PAD_": "268435456"}


class Failed(Exception):
    """A child could not do its job; `kind` is one of those that `child` names."""

    def __init__(self, kind: str, message: str):
        super().__init__(message)
        self.kind = kind


@dataclass
class Told:
    """What a child has told of its job."""

    environment: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    samples: list[dict[str, Any]] = field(default_factory=list)
    epochs: list[dict[str, Any]] = field(default_factory=list)
    memory: dict[str, Any] = field(default_factory=dict)
    energy: dict[str, Any] = field(default_factory=dict)
    processes: int | None = None
    is_done: bool = False

    def take(self, event: dict[str, Any]) -> None:
        """Add one event."""
        kind = event.pop("event")
        if kind == "environment":
            self.environment |= event
        elif kind == "settings":
            self.settings |= event
        elif kind == "sample":
            self.samples.append(event["sample"])
            self.epochs += event["epochs"]
            self.memory |= event["memory"]
        elif kind == "energy":
            self.energy = event
        elif kind == "after":
            self.processes = event.pop("processes", None)
            self.environment |= {k: v for k, v in event.items() if v is not None}
        elif kind == "done":
            self.is_done = True


def find_python() -> str:
    """Return the Python that has torch: this one, else that of `.venv-bench` beside the checkout's code.

    Raises:
        Failed: Neither has it.
    """
    if importlib.util.find_spec("torch") is not None:
        return sys.executable
    for own in (PACKAGE_PARENT / ".venv-bench" / "bin" / "python", PACKAGE_PARENT / ".venv-bench" / "Scripts" / "python.exe"):
        if own.exists():
            return str(own)
    raise Failed(NO_TORCH, "torch is not installed")


def _environment(malloc: dict[str, str]) -> dict[str, str]:
    paths = [str(PACKAGE_PARENT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, **malloc, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}


def events(argument: dict[str, Any], malloc: dict[str, str], python: str | None = None) -> Iterator[dict[str, Any]]:
    """Run a child and yield what it tells.

    Raises:
        Failed: It said so, or was ended by the system.
    """
    command = [python or find_python(), "-m", "catalog.bench.child", json.dumps(argument)]
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:  # a pipe that nobody reads would fill up
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True, env=_environment(malloc))
        try:
            for line in child.stdout:
                if line.startswith(MARK):
                    event = json.loads(line.removeprefix(MARK))
                    if event["event"] == "failed":
                        raise Failed(event["kind"], event["message"])
                    yield event
            _judge_end(child.wait(), said)
        finally:
            _end(child)


def _judge_end(code: int, said: IO[str]) -> None:
    """Raise what the exit code of a child means."""
    if code == -9:
        raise Failed(OUT_OF_MEMORY, "the system ended the process, most likely for want of memory")
    if code in (130, -2):
        raise KeyboardInterrupt
    if code:
        said.seek(0)
        raise Failed(BROKEN, (said.read().strip().splitlines() or [f"the process ended with code {code}"])[-1][:300])


def _end(child: subprocess.Popen) -> None:
    """Leave no child behind, whatever happened."""
    if child.poll() is None:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=10)
        if child.poll() is None:
            child.kill()
            child.wait()
    child.stdout.close()


def probe(device: str, python: str | None = None) -> dict[str, Any]:
    """Return what the device is that a run would use: `type`, `name`, `capability`, `facts`.

    Raises:
        Failed: There is no torch, or no such device.
    """
    found: dict[str, Any] = {}
    for event in events({"probe": device}, {}, python):
        found = event
    return found


def run_job(job: Job, told: Told, on_event: Callable[[dict[str, Any]], None], python: str | None = None) -> None:
    """Measure a job; what it tells is added to `told` at once, so that it is there whatever ends the run.

    Raises:
        Failed: It could not be measured (to its end).
    """
    job.malloc = MALLOC if job.device == "cpu" and sys.platform.startswith("linux") else {}
    for event in events(job.to_plain(), job.malloc, python):
        told.take(dict(event))  # first: a Ctrl-C while it is shown must not lose it
        on_event(event)
