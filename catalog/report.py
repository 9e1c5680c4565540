"""Printing problems and rules: what `catalog check` and `catalog explain` show."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable

from catalog.problems import RULES, Problem, Rule, format_annotation, format_json, format_text
from catalog.read import Document
from catalog.suggest import suggestion


class UnknownRule(LookupError):
    """There is no such rule; the message names the nearest."""


def print_problems(problems: list[Problem], documents: Iterable[Document], format: str, file_count: int) -> None:
    """Print problems on standard output and their number on standard error.

    Args:
        problems: Sorted problems.
        documents: What was read, for the offending lines.
        format: `text`, `json`, `github` or `sarif`.
        file_count: How many files were read.
    """
    if format == "json":
        print(format_json(problems))
    elif format == "sarif":
        from catalog.authoring.sarif import format_sarif

        print(format_sarif(problems))
    elif format == "github":
        for problem in problems:
            print(format_annotation(problem))
    else:
        texts = {d.path: d for d in documents}
        for problem in problems:
            document = texts.get(problem.path)
            print(format_text(problem, document.line(problem.line) if document and document.text else None))
            print()
    errors = sum(p.severity == "error" for p in problems)
    warnings = len(problems) - errors
    found = "no problems" if not problems else f"{_count(errors, 'error')}, {_count(warnings, 'warning')}"
    print(f"{_count(file_count, 'file')} checked: {found}", file=sys.stderr)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def all_rules() -> dict[str, Rule]:
    """Return every rule of every stage by id."""
    import catalog.check  # noqa: F401  declares the rules of the stages
    from catalog.rules import all_checks

    all_checks()
    return dict(sorted(RULES.items()))


def _example(example: str | dict[str, str]) -> str:
    if isinstance(example, str):
        shown = example if len(example) < 400 else example[:80] + "… (and so on)"
        return _indent(shown.encode("utf-8", "backslashreplace").decode("utf-8"))
    return "\n".join(f"  data/{path}:\n{_indent(_indent(text))}" for path, text in example.items())


def _indent(text: str) -> str:
    return "\n".join(("  " + line) if line else "" for line in text.rstrip("\n").split("\n"))


def print_rule(name: str, as_json: bool) -> None:
    """Print what a rule demands, why, and its two examples.

    Raises:
        UnknownRule: There is no rule of that name.
    """
    rules = all_rules()
    if name not in rules:
        raise UnknownRule(f"there is no rule {name!r}: " + suggestion(name, rules, "`catalog explain` lists them all"))
    rule = rules[name]
    if as_json:
        print(json.dumps({k: getattr(rule, k) for k in ("id", "severity", "title", "why", "bad", "good")}, ensure_ascii=False, indent=2))
        return
    print(f"{rule.id} ({rule.severity})\n\n{rule.title}\n{rule.why}")
    if rule.bad:
        print(f"\nBad:\n{_example(rule.bad)}")
    if rule.good:
        print(f"\nGood:\n{_example(rule.good)}")


def print_rules(as_json: bool) -> None:
    """Print the title of every rule."""
    rules = all_rules()
    if as_json:
        print(json.dumps({r.id: {"severity": r.severity, "title": r.title} for r in rules.values()}, ensure_ascii=False, indent=2))
        return
    width = max(map(len, rules))
    for rule in rules.values():
        print(f"{rule.id:<{width}}  {'warning: ' if rule.severity == 'warning' else ''}{rule.title}")
