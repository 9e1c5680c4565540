"""Problems found in the data and the rules that find them.

Stands before every stage: each stage reports `Problem`s and never prints or exits. A `Rule` is declared
once, beside the code that applies it, with the text that `catalog explain` shows and the two examples that
its test runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


class Mark(NamedTuple):
    """A place in a text: line and column, both counted from 1. (A tuple: every value of every file has one.)"""

    line: int
    column: int


@dataclass(frozen=True)
class Problem:
    """One thing wrong in the data, with all that is needed to mend it.

    `what` states the fact with the value found, `why` the reason it is refused, `fix` what to write instead.
    """

    path: str
    line: int
    column: int
    rule: str
    what: str
    why: str
    fix: str
    severity: Severity = "error"

    def sort_key(self) -> tuple:
        return (self.path, self.line, self.column, self.rule, self.what)


@dataclass(frozen=True)
class Rule:
    """A named check: its severity, what it demands and why, and two examples for its test and for `explain`.

    Args:
        id: Name in messages, lower case with hyphens.
        severity: An `error` stops the build, a `warning` does not.
        title: What the rule demands, one sentence.
        why: Why it is demanded, one or two sentences.
        bad: A text that breaks the rule, or several files as `{path: text}`.
        good: The same text, mended.
    """

    id: str
    severity: Severity
    title: str
    why: str
    bad: str | dict[str, str] = ""
    good: str | dict[str, str] = ""

    def at(self, path: str, mark: Mark | None, what: str, fix: str, why: str | None = None) -> Problem:
        """Return a problem of this rule at a place; without a mark it stands at the head of the file."""
        line, column = (mark.line, mark.column) if mark else (1, 1)
        return Problem(path, line, column, self.id, what, why or self.why, fix, self.severity)


RULES: dict[str, Rule] = {}


def declare(rule: Rule) -> Rule:
    """Register a rule under its id, which must be new, and return it.

    Raises:
        ValueError: Another rule has that id.
    """
    if rule.id in RULES:
        raise ValueError(f"two rules are called {rule.id!r}")
    RULES[rule.id] = rule
    return rule


def sort_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems by file, line and column, each once."""
    return sorted(set(problems), key=Problem.sort_key)


def has_errors(problems: Iterable[Problem]) -> bool:
    return any(p.severity == "error" for p in problems)


def format_text(problem: Problem, source_line: str | None = None) -> str:
    """Return the message for a terminal: place, fact, the offending line with a caret, why and fix."""
    head = f"{problem.path}:{problem.line}:{problem.column}: {problem.severity}: {problem.what} [{problem.rule}]"
    lines = [head]
    if source_line is not None:
        shown = "".join(c if c.isprintable() else "·" for c in source_line.rstrip("\n"))
        start = max(0, problem.column - 60)  # keep the caret on the screen when a line is very long
        lines += [f"  | {shown[start:start + 110]}", f"  | {' ' * (problem.column - 1 - start)}^"]
    lines += [f"  why: {problem.why}", f"  fix: {problem.fix}"]
    return "\n".join(lines)


def format_json(problems: Iterable[Problem]) -> str:
    """Return the problems as a JSON array of objects, for programs."""
    return json.dumps([vars(p) for p in problems], ensure_ascii=False, indent=2)


def format_annotation(problem: Problem) -> str:
    """Return one GitHub Actions annotation; newlines and percent signs are escaped as its syntax demands."""

    def escape(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    message = escape(f"{problem.what}\nwhy: {problem.why}\nfix: {problem.fix}")
    return (
        f"::{problem.severity} file={escape(problem.path)},line={problem.line},col={problem.column},"
        f"title={problem.rule}::{message}"
    )
