"""Exceptions: records that are excused from a warning, with the reason, in `data/exceptions.yaml`.

```yaml
near-duplicate:
  datasets/mnist-8m: A data set of its own, made from MNIST.
```

The file is read as strictly as a record. An exception that excuses nothing is an error, so the list never grows old.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from catalog.problems import RULES, Problem, Rule, declare
from catalog.read import Document, Mapping, Scalar, read_document
from catalog.rules import Context, Finding
from catalog.suggest import suggestion

_RECORDS = {"topics/vision.yaml": "name: Vision\nreview_by: 2020-01-01\n"}


def _rule(id: str, title: str, why: str, bad: str, good: str = "past-review:\n  topics/vision: Nothing new is known.\n") -> Rule:
    return declare(Rule(id, "error", title, why, {**_RECORDS, "exceptions.yaml": bad}, {**_RECORDS, "exceptions.yaml": good}))


FORM = _rule(
    "exception-form", "`exceptions.yaml` holds rules, below each rule records, and beside each record the reason.",
    "Nobody can judge an exception without its reason.",
    "past-review: [topics/vision]\n")
UNKNOWN_RULE = _rule(
    "exception-unknown-rule", "An exception names a rule that exists.", "It excuses nothing.",
    "past-revue:\n  topics/vision: Nothing new is known.\n")
UNKNOWN_RECORD = _rule(
    "exception-unknown-record", "An exception names a record that exists.", "It excuses nothing.",
    "past-review:\n  topics/vison: Nothing new is known.\n")
OF_ERROR = _rule(
    "exception-of-error", "Only warnings are excused.", "An error says that the record is wrong; no reason makes it right.",
    "impossible-arxiv-date:\n  topics/vision: It is so.\n")
NOT_NEEDED = _rule(
    "exception-not-needed", "An exception excuses something.",
    "An exception that is no longer needed would hide the next mistake.",
    "past-review:\n  topics/vision: Nothing new is known.\nnear-duplicate:\n  topics/vision: It only looks so.\n")


def _read(file: Path) -> tuple[Document | None, list[Problem]]:
    if not file.is_file():
        return None, []
    document = read_document(str(file), "", "exceptions", file.read_bytes())
    if all(not line.strip() or line.lstrip().startswith("#") for line in document.text.split("\n")) and document.text:
        return None, []  # nothing but comments
    return document, list(document.problems)


def _entries(document: Document, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    """Yield (rule, record) of every exception that has the right form."""
    def report(place: str, what: str) -> None:
        problems.append(FORM.at(document.path, document.mark(place), what, "write `<rule>:` and below it lines of the form `  <kind>/<id>: <reason>`"))

    for rule, below in document.root.entries.items():
        if not isinstance(below, Mapping):
            report(rule, f"{rule}: records with their reasons are expected")
            continue
        for ref, reason in below.entries.items():
            if not isinstance(reason, Scalar) or (reason.plain and reason.text in ("", "~", "null")) or not reason.text.strip():
                report(f"{rule}.{ref}", f"{rule}: {ref} has no reason")
            else:
                yield rule, ref


def apply_exceptions(
    file: Path, findings: Iterable[tuple[Rule, Finding]], context: Context,
) -> tuple[set[tuple[str, str]], list[Problem]]:
    """Read the exceptions and compare them with what the rules found.

    Args:
        file: `exceptions.yaml`; it may be absent.
        findings: What every rule found.
        context: The records. Whether an exception is needed is only judged when all of them are clean.

    Returns:
        Pairs (rule, record) that are excused, and what is wrong with the file.
    """
    document, problems = _read(file)
    if document is None or document.root is None:
        return set(), problems
    found = {(rule.id, finding.record.document.ref) for rule, finding in findings}
    excused = set()

    def report(rule: Rule, place: str, what: str, fix: str) -> None:
        problems.append(rule.at(document.path, document.mark(place, key=True), what, fix))

    for name, ref in _entries(document, problems):
        place = f"{name}.{ref}"
        rule = RULES.get(name)
        if rule is None:
            report(UNKNOWN_RULE, name, f"there is no rule {name!r}", suggestion(name, RULES, "`catalog explain` lists the rules; those that warn can be excused"))
        elif rule.severity == "error":
            report(OF_ERROR, name, f"{name} is an error, not a warning", f"mend {ref}, and delete the exception")
        elif ref not in context.known:
            report(UNKNOWN_RECORD, place, f"{name}: there is no record {ref!r}", suggestion(ref, context.known, "delete the line"))
        elif (name, ref) in found:
            excused.add((name, ref))
        elif context.is_complete:
            report(NOT_NEEDED, place, f"{name}: {ref} does not need this exception", "delete the line")
    return excused, problems
