"""What a check of a record sees, and how checks are registered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass
class Looked:
    """A record as the checks see it.

    Args:
        record: Plain values.
        texts: The same as texts of the file.
        hardware: The record of its device with texts, None if it names none or there is none.
        stem: Name of its file without ending, None if it stands in no file.
    """

    record: dict[str, Any]
    texts: dict[str, Any]
    hardware: dict[str, Any] | None = None
    stem: str | None = None


Check = Callable[[Looked], Iterator[str]]


def registry() -> tuple[dict[str, Check], Callable[[str], Callable[[Check], Check]]]:
    """Return an empty registry of checks and the decorator that puts a function into it under a name."""
    checks: dict[str, Check] = {}

    def check(name: str) -> Callable[[Check], Check]:
        def register(function: Check) -> Check:
            checks[name] = function
            return function

        return register

    return checks, check
