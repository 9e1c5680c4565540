"""Rules of numbers that must fit each other: parts and wholes, scores and their bounds, winners and what they won."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from catalog.fields import Quantity, fields_of
from catalog.kinds.benchmark import Benchmark, Metric
from catalog.kinds.dataset import Dataset
from catalog.problems import Rule
from catalog.rules import Context, Finding, check
from catalog.rules.examples import achievement, benchmark, competition, dataset, files, table
from catalog.rules.verdict import contest_verdict, primary_metric


def _number(value: Quantity | None) -> float | None:
    return value.value if value is not None else None


def _plain(number: float) -> str:
    return f"{number:,.10g}".replace(",", "")


@check(Rule(
    "split-sum", "error", "The splits of a data set add up to its stated total.",
    "One of the numbers is wrong, a part is missing, or the total is of something else.",
    files(datasets__digits=dataset("items: 60000\nsplits:\n  train: {items: 60000}\n  test: {items: 10000}\n")),
    files(datasets__digits=dataset("items: 70000\nsplits:\n  train: {items: 60000}\n  test: {items: 10000}\n"))))
def check_splits(context: Context) -> Iterator[Finding]:
    for record in context.catalog.of_kind("datasets"):
        content: Dataset = record.record
        for name in ("items", "instances"):
            total = getattr(content, name)
            if total is None or total.value is None or not content.splits:
                continue
            parts = {key: getattr(split, name) for key, split in content.splits.items()}
            numbers = {key: q.value for key, q in parts.items() if q is not None and q.value is not None}
            slack = _slack(total, list(parts.values()), fields_of(Dataset)[name].tolerance)
            for key, number in numbers.items():
                if number > total.value + slack:
                    yield Finding(record, f"splits.{key}.{name}", f"splits.{key}.{name}: {parts[key]} is more than the total ({total})", f"mend the split or `{name}:`")
                    break
            else:
                if len(numbers) == len(parts) and len(parts) > 1 and not _adds_up(numbers, total.value, slack):
                    shown = " + ".join(str(parts[key]) for key in numbers)
                    what = f"{name}: {total} is not {shown} = {_plain(sum(numbers.values()))}"
                    yield Finding(record, name, what, f"mend the splits or `{name}:`; a split that only joins others (trainval) may stand beside them")


def _slack(total: Quantity, parts: list[Quantity | None], tolerance: float) -> float:
    """Return the difference that rounding explains: the tolerance of the field, or of numbers marked as about."""
    about = any(q is not None and q.text.startswith("~") for q in (total, *parts))
    return abs(total.value) * (0.05 if about else tolerance) + 1e-9


def _adds_up(numbers: dict[str, float], total: float, slack: float) -> bool:
    """Say whether all splits, or all but those that repeat or join others (trainval = train + val), sum to the total."""
    if abs(sum(numbers.values()) - total) <= slack:
        return True
    values = list(numbers.values())
    if len(values) > 12:  # the number of subsets doubles with each split
        return False
    for count in range(1, min(len(values), 4)):  # how many splits are made of the others
        for left_out in combinations(range(len(values)), count):
            kept = [v for i, v in enumerate(values) if i not in left_out]
            if abs(sum(kept) - total) <= slack and all(_is_sum_of(values[i], kept, slack) for i in left_out):
                return True
    return False


def _is_sum_of(number: float, parts: list[float], slack: float) -> bool:
    return any(
        abs(sum(some) - number) <= min(slack, 0.001 * number) + 1e-9
        for count in range(2, min(len(parts), 5) + 1) for some in combinations(parts, count))


@check(Rule(
    "class-count", "error", "The classes that are named are as many as the number of classes says.", "A name is missing, or the number is wrong.",
    files(datasets__digits=dataset("classes: 3\nclass_names: [zero, one]\n")),
    files(datasets__digits=dataset("classes: 2\nclass_names: [zero, one]\n"))))
def check_classes(context: Context) -> Iterator[Finding]:
    for record in context.catalog.of_kind("datasets"):
        classes, names = _number(record.record.classes), record.record.class_names
        if classes is not None and names and len(names) != classes:
            yield Finding(record, "class_names", f"class_names: {len(names)} names stand here, classes is {record.record.classes}", "name all classes, or mend `classes:`")


@check(Rule(
    "score-out-of-range", "error", "Scores and levels lie between the floor and the ceiling of their metric.",
    "A score that cannot be reached is a typing mistake, or stands in the wrong column or unit.",
    files(benchmarks__digits=benchmark(table("alpha: {system: Alpha, scores: [997]}"))),
    files(benchmarks__digits=benchmark(table("alpha: {system: Alpha, scores: [99.7]}")))))
def check_ranges(context: Context) -> Iterator[Finding]:
    for record in context.catalog.of_kind("benchmarks"):
        for i, results in enumerate(record.record.tables, 1):
            for key, result in results.results.items():
                for j, (column, score) in enumerate(zip(results.columns, result.scores, strict=False), 1):
                    yield from _outside(record, f"tables.{i}.results.{key}.scores.{j}", f"results.{key}.scores.{column}", score, record.record.metrics.get(column))
    for record in context.catalog.of_kind("human_baselines"):
        for name, level in record.record.levels.items():
            yield from _outside(record, f"levels.{name}", f"levels.{name}", level, _metric(context, record.record.benchmark, name))
    for record in context.catalog.of_kind("competitions"):
        for year, edition in record.record.editions.items():
            for key, entry in edition.entries.items():
                for name, score in entry.scores.items():
                    place = f"editions.{year}.entries.{key}.scores.{name}"
                    yield from _outside(record, place, place, score, _metric(context, record.record.benchmark, name))


def _metric(context: Context, benchmark: str | None, name: str) -> Metric | None:
    target = context.catalog.get("benchmarks", benchmark)
    return target.record.metrics.get(name) if target else None


def _outside(record, place: str, path: str, score: Quantity | None, metric: Metric | None) -> Iterator[Finding]:
    if score is None or metric is None:
        return
    numbers = [n for n in ((score.value,) if score.value is not None else (score.low, score.high)) if n is not None]
    for bound, word, is_outside in (
        (_number(metric.floor), "floor", lambda n, b: n < b), (_number(metric.ceiling), "ceiling", lambda n, b: n > b),
    ):
        if bound is not None and any(is_outside(n, bound) for n in numbers):
            side = "below" if word == "floor" else "above"
            yield Finding(record, place, f"{path}: {score} is {side} the {word} of {metric.name} ({_plain(bound)})", f"mend the score, or the `{word}:` of the metric")


@check(Rule(
    "contest-verdict", "error", "A contest is not won by the one who won less.", "The counts or the verdict are wrong.",
    files(achievements__digits=achievement("contest: {opponent: students, won: 1, lost: 4}\nverdict: ahead\n", comparison="head-to-head")),
    files(achievements__digits=achievement("contest: {opponent: students, won: 4, lost: 1}\nverdict: ahead\n", comparison="head-to-head"))))
def check_contests(context: Context) -> Iterator[Finding]:
    for record in context.catalog.of_kind("achievements"):
        content = record.record
        counted = contest_verdict(content.contest)
        if content.verdict and counted and {content.verdict, counted} == {"ahead", "behind"}:
            what = f"verdict: {content.verdict}, but the machine won {content.contest.won} and lost {content.contest.lost}"
            yield Finding(record, "verdict", what, "mend the verdict or the counts, which are the machine's")


@check(Rule(
    "winner", "error", "The winner of an edition has the first place and the best score.",
    "A contest is not won by the one who did worse.",
    files(competitions__digits=competition("alpha: {team: Alpha, rank: 2}\nbeta: {team: Beta, rank: 1}")),
    files(competitions__digits=competition("alpha: {team: Alpha, rank: 1}\nbeta: {team: Beta, rank: 2}"))))
def check_winners(context: Context) -> Iterator[Finding]:
    for record in context.catalog.of_kind("competitions"):
        metric = primary_metric(context, record.record.benchmark)
        for year, edition in record.record.editions.items():
            winner = edition.entries.get(edition.winner or "")
            if winner is None:
                continue
            place = f"editions.{year}.winner"
            others = [(key, e) for key, e in edition.entries.items() if e is not winner and not e.is_human]
            firsts = [key for key, e in others if e.rank == 1]
            better = [key for key, e in others if metric and _is_better(e.scores.get(metric[0]), winner.scores.get(metric[0]), metric[1])]
            if winner.rank not in (None, 1) or (winner.rank is None and firsts):
                rank = f"has place {winner.rank}" if winner.rank else f"has no place, and {firsts[0]} has the first"
                yield Finding(record, place, f"{place}: {edition.winner} {rank}", "mend the winner or the places")
            elif better:
                score, own = edition.entries[better[0]].scores[metric[0]], winner.scores[metric[0]]
                what = f"{place}: {edition.winner} has {metric[0]} {own}, {better[0]} has the better {score}"
                yield Finding(record, place, what, "mend the winner or the scores; if another metric decided, mark that one `is_primary: true` in the benchmark")


def _is_better(score: Quantity | None, than: Quantity | None, metric: Metric) -> bool:
    a, b = _number(score), _number(than)
    return a is not None and b is not None and (a > b if metric.direction == "higher" else a < b)


@check(Rule(
    "rank-against-score", "warning", "A better place in a table of results goes with a better score.",
    "A score or a place was copied from another row.",
    files(benchmarks__digits=benchmark(table("alpha: {system: Alpha, rank: 1, scores: [97]}", "beta: {system: Beta, rank: 2, scores: [98]}"))),
    files(benchmarks__digits=benchmark(table("alpha: {system: Alpha, rank: 1, scores: [98]}", "beta: {system: Beta, rank: 2, scores: [97]}")))))
def check_ranks(context: Context) -> Iterator[Finding]:
    for record in context.catalog.of_kind("benchmarks"):
        content: Benchmark = record.record
        metric = primary_metric(context, record.document.slug)
        for i, results in enumerate(content.tables, 1):
            if metric is None or metric[0] not in results.columns:
                continue
            column = results.columns.index(metric[0])
            ranked = sorted(((r.rank, key, r.scores[column]) for key, r in results.results.items() if r.rank and r.scores[column]), key=lambda row: row[0])
            for (rank, key, score), (next_rank, next_key, next_score) in zip(ranked, ranked[1:], strict=False):
                if rank < next_rank and _is_better(next_score, score, metric[1]):
                    place = f"tables.{i}.results.{next_key}.rank"
                    what = f"{place}: place {next_rank} has {metric[0]} {next_score}, better than {score} of place {rank} ({key})"
                    yield Finding(record, place, what, "compare both rows with the source")
