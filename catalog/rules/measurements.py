"""Rules of measurements: what the benchmark wrote follows from its samples, and is unchanged (catalog/bench/validating.py)."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.document import to_plain
from catalog.problems import Rule
from catalog.read import Mapping, Node, Scalar
from catalog.rules import Context, Finding, check
from catalog.rules.examples import files
from catalog.validate import ValidRecord

_BARE = "name: Run 1\ndate: 2026-11-20\nworkload: gemm\ntrack: plain\n"
_EMPTY = _BARE + 'format: "1"\n'


def _texts(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Mapping):
        return {key: _texts(value) for key, value in node.entries.items()}
    return [_texts(item) for item in node.items]


def _refusals(context: Context, record: ValidRecord) -> list[tuple[str, str]]:
    """Return what the benchmark's own checks say of a measurement, as name and reason."""
    from catalog.bench.record_file import to_texts, to_values  # only where there is a measurement, so that other checks start sooner
    from catalog.bench.validating import Looked, refuse

    texts = _texts(record.document.root)
    device = context.catalog.get("hardware", record.record.device)
    hardware = to_texts(to_plain(device.record)) if device is not None else None
    return refuse(Looked(to_values(texts), texts, hardware, record.document.slug))


@check(Rule(
    "measurement-untrue", "error", "A measurement follows from its samples, could have been, and is as the benchmark wrote it.",
    "Measurements are compared with what makers claim, so nobody may mend them; measure again instead. `catalog bench validate` says the same.",
    files(measurements__run_1=_EMPTY), files(measurements__run_1=_BARE)))
def check_measurements(context: Context) -> Iterator[Finding]:
    for record in context.catalog.of_kind("measurements"):
        if record.record.format is not None:
            for name, reason in _refusals(context, record):
                if not (name == "claim" and "times what the maker claims" in reason):  # measured-impossible says it
                    yield Finding(record, "", f"{name}: {reason}", "measure again; if the benchmark wrote it so, report the mistake")


@check(Rule(
    "measurement-by-hand", "warning", "A measurement has the form that the benchmark writes.",
    "Without its samples, its environment and its digest nobody can tell what was measured.",
    files(measurements__run_1=_BARE), {"topics/a.yaml": "name: A\n"}))
def check_written_by_hand(context: Context) -> Iterator[Finding]:
    for record in context.catalog.of_kind("measurements"):
        if record.record.format is None:
            yield Finding(record, "", "the measurement has no format, samples and digest", "run the benchmark and commit the file that it writes")
