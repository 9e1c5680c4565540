"""Progress on standard error: between samples only, silent without a terminal. Needs no torch."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

from catalog.bench.planning import text_of_seconds


class Progress:
    """Shows which job runs, how many samples of it are done, and how long everything is expected to take still.

    Args:
        expected: Seconds expected for each job.
        stream: Where to write; nothing is written unless it is a terminal.
        is_quiet: Write nothing.
        clock: Monotonic seconds; tests give a fake one.
    """

    def __init__(self, expected: list[float], stream: TextIO | None = None, is_quiet: bool = False, clock: Callable[[], float] = time.monotonic):
        self.stream, self.clock = stream or sys.stderr, clock
        self.is_shown = not is_quiet and self.stream.isatty()
        self.expected, self.done = expected, 0
        self.begun = clock()
        self.speed = 1.0  # what jobs took so far by what was expected

    def remaining(self) -> float:
        """Return the seconds expected still, corrected by how long the finished jobs took."""
        return self.speed * sum(self.expected[self.done:])

    def show(self, title: str, finished: int, total: int) -> None:
        """Show one line in place of the last one."""
        if self.is_shown:
            bar = "#" * round(20 * finished / max(1, total))
            line = f"[{self.done + 1}/{len(self.expected)}] {title}  [{bar:<20}] {finished}/{total}, about {text_of_seconds(self.remaining())} left"
            self.stream.write(f"\r\x1b[K{line[:150]}")
            self.stream.flush()

    def finish_job(self) -> None:
        self.done += 1
        planned = sum(self.expected[:self.done])
        if planned > 0:
            self.speed = max(0.05, (self.clock() - self.begun) / planned)
        self.clear()

    def clear(self) -> None:
        if self.is_shown:
            self.stream.write("\r\x1b[K")
            self.stream.flush()

    def say(self, text: str) -> None:
        """Write a line that stays, if somebody is watching."""
        if self.is_shown:
            self.clear()
            self.stream.write(text + "\n")
            self.stream.flush()
