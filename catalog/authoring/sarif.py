"""Problems as SARIF 2.1.0 (OASIS, 2020), which code-scanning pages show beside the lines of a pull request."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import quote

from catalog.problems import RULES, Problem

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def format_sarif(problems: Iterable[Problem]) -> str:
    """Return a SARIF log of one run. Paths are written relative to the current folder, as the code-scanning pages expect."""
    problems = list(problems)
    rules = sorted({p.rule for p in problems})
    places = {rule: i for i, rule in enumerate(rules)}
    driver = {"name": "catalog check", "rules": [_rule(rule) for rule in rules]}
    with contextlib.suppress(PackageNotFoundError):
        driver["version"] = version("deep-learning-catalog")
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(p, places[p.rule]) for p in problems],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _rule(name: str) -> dict:
    rule = RULES[name]
    return {
        "id": name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.title} {rule.why} `catalog explain {name}` shows a bad and a good example."},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(problem: Problem, rule_index: int) -> dict:
    # what names a problem across versions of its file: all but its place
    print_ = hashlib.sha256("\0".join((problem.path, problem.rule, problem.what)).encode()).hexdigest()
    return {
        "ruleId": problem.rule, "ruleIndex": rule_index, "level": problem.severity,
        "message": {"text": f"{problem.what}\nwhy: {problem.why}\nfix: {problem.fix}"},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": _uri(problem.path)},
            "region": {"startLine": problem.line, "startColumn": problem.column},
        }}],
        "partialFingerprints": {"problem/v1": print_},
    }


def _uri(path: str) -> str:
    """Return a relative path as a URI reference, an absolute one as a file URI.

    >>> _uri("data/topics/a b.yaml"), _uri("/tmp/x.yaml")
    ('data/topics/a%20b.yaml', 'file:///tmp/x.yaml')
    """
    return Path(path).as_uri() if Path(path).is_absolute() else quote(Path(path).as_posix())
