"""Verdicts computed from numbers: is the machine behind, level or ahead, always in the sense of better.

Used by the rules of results, and by whoever shows an achievement.
"""

from __future__ import annotations

from dataclasses import dataclass

from catalog.fields import Quantity
from catalog.kinds.achievement import Achievement, Contest, Verdict
from catalog.kinds.benchmark import Benchmark, Metric
from catalog.link import Catalog

RANK: dict[Verdict, int] = {"behind": 0, "level": 1, "ahead": 2}


@dataclass(frozen=True)
class Comparison:
    """The two numbers of an achievement on one metric, and what follows from them (None if nothing does)."""

    metric: str
    machine: Quantity
    human: Quantity
    verdict: Verdict | None


def primary_metric(context, benchmark: str | None) -> tuple[str, Metric] | None:
    """Return key and metric by which a benchmark ranks systems: the only primary one, or the only one."""
    target = context.catalog.get("benchmarks", benchmark)
    return _only_metric(target.record) if target else None


def _only_metric(benchmark: Benchmark) -> tuple[str, Metric] | None:
    primary = [item for item in benchmark.metrics.items() if item[1].is_primary] or list(benchmark.metrics.items())
    return primary[0] if len(primary) == 1 else None


def _bounds(score: Quantity) -> tuple[float, float]:
    if score.low is None and score.high is None:
        return score.value, score.value
    return (score.low if score.low is not None else float("-inf")), (score.high if score.high is not None else float("inf"))


def compare(machine: Quantity, human: Quantity, direction: str) -> Verdict | None:
    """Compare a machine's score with a human level.

    Plain numbers are compared as they are. Where one carries an error or an interval that holds the other, they are
    level; bounds (`>50`) decide only where they leave no doubt.

    >>> from catalog.quantity import parse_quantity as q
    >>> compare(q("4.94"), q("5.1"), "lower"), compare(q("97.35"), q("97.5±0.3"), "higher"), compare(q(">90"), q("95"), "higher")
    ('ahead', 'level', None)
    """
    if not (machine.is_reported and human.is_reported):
        return None
    (low, high), (human_low, human_high) = _bounds(machine), _bounds(human)
    if low > human_high or high < human_low:
        above = low > human_high
        return "ahead" if above == (direction == "higher") else "behind"
    return "level" if machine.value is not None and human.value is not None else None


def contest_verdict(contest: Contest | None) -> Verdict | None:
    """Return what the games won and lost say of the machine, or None if they were not both counted."""
    if contest is None or contest.won is None or contest.lost is None or contest.won.value is None or contest.lost.value is None:
        return None
    difference = contest.won.value - contest.lost.value
    return "ahead" if difference > 0 else "behind" if difference < 0 else "level"


def find_result(benchmark: Benchmark, key: str) -> dict[str, Quantity]:
    """Return the scores of a result by metric, each with its error as an interval where the row has one."""
    for table in benchmark.tables:
        result = table.results.get(key)
        if result is not None:
            errors = result.errors or [None] * len(result.scores)
            return {c: _with_error(s, e) for c, s, e in zip(table.columns, result.scores, errors, strict=False) if s is not None}
    return {}


def _with_error(score: Quantity, error: Quantity | None) -> Quantity:
    if error is None or error.value is None or score.value is None or score.low is not None:
        return score
    return Quantity(f"{score}±{error}", score.value, score.value - error.value, score.value + error.value)


def compare_achievement(catalog: Catalog, achievement: Achievement) -> Comparison | None:
    """Compare the result of an achievement with its human baseline on its metric.

    Returns:
        None if it names no result or no baseline, or if one of them lacks the metric.
    """
    baseline = catalog.get("human_baselines", achievement.human_baseline)
    if baseline is None or not achievement.result:
        return None
    ref, _, item = achievement.result.partition("#results.")
    benchmark = catalog.records.get(ref)
    if benchmark is None:
        return None
    only = _only_metric(benchmark.record)
    name = achievement.metric or (only[0] if only else None)
    machine, human = find_result(benchmark.record, item).get(name), baseline.record.levels.get(name)
    if machine is None or human is None:
        return None
    return Comparison(name, machine, human, compare(machine, human, benchmark.record.metrics[name].direction))
