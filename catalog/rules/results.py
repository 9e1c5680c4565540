"""Rules of results and of machines against people: who reached what, and whether the claim is as strong as its numbers."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.problems import Rule
from catalog.rules import Context, Finding, check
from catalog.rules.examples import achievement, baseline, benchmark, files, table
from catalog.rules.verdict import RANK, compare_achievement, contest_verdict

_TABLE = benchmark(table("alpha: {system: Alpha, scores: [99.7]}"))
_JUDGED = "result: benchmarks/digits#results.alpha\nhuman_baseline: digits\nmetric: accuracy\n"
_FILES = {"benchmarks__digits": _TABLE, "human_baselines__digits": baseline()}


def _example(more: str, **files_: str) -> dict[str, str]:
    return files(**{**_FILES, **files_}, achievements__digits=achievement(more))


@check(Rule(
    "result-subject", "error", "A result says who reached it by exactly one of `model` and `system`.",
    "`model` names a record, `system` the words of the source; with both, nobody knows which holds.",
    files(benchmarks__digits=benchmark(table("alpha: {by: A university, scores: [99.7]}"))), files(benchmarks__digits=_TABLE)))
def check_subjects(context: Context) -> Iterator[Finding]:
    for record in context.catalog.of_kind("benchmarks"):
        for i, results in enumerate(record.record.tables, 1):
            for key, result in results.results.items():
                if bool(result.model) == bool(result.system):
                    place = f"tables.{i}.results.{key}"
                    state = f"names both the model {result.model} and the system {result.system!r}" if result.model else "names neither model nor system"
                    fix = "delete one of the two" if result.model else "write `system:` as printed, or `model:` with the id of its record"
                    yield Finding(record, place, f"{place}: {state}", fix, key=True)


@check(Rule(
    "incomparable", "error", "A result and the human baseline it is judged against are of one benchmark and have the metric.",
    "Numbers of two tests, or of two metrics, cannot be compared.",
    _example(_JUDGED, human_baselines__digits=baseline("levels: {}\n").replace("levels: {}\n", "")), _example(_JUDGED)))
def check_comparable(context: Context) -> Iterator[Finding]:
    for record in context.catalog.of_kind("achievements"):
        content = record.record
        tested = content.result.partition("#")[0].partition("/")[2] if content.result else None
        if content.benchmark and tested and tested != content.benchmark:
            yield Finding(record, "result", f"result: {content.result} is no result of {content.benchmark}", "name a result of the benchmark, or mend `benchmark:`")
            continue
        people = context.catalog.get("human_baselines", content.human_baseline)
        if people is None:
            continue
        wanted = tested or content.benchmark
        if wanted and people.record.benchmark != wanted:
            what = f"human_baseline: {content.human_baseline} was measured on {people.record.benchmark}, not on {wanted}"
            yield Finding(record, "human_baseline", what, "name a baseline of the same benchmark, or the result of the other one")
        elif content.metric and tested and context.catalog.get("benchmarks", tested) and compare_achievement(context.catalog, content) is None:
            lacking = "the baseline" if content.metric not in people.record.levels else "the result"
            known = ", ".join(people.record.levels) or "none"
            what = f"metric: {lacking} has no number for {content.metric}"
            yield Finding(record, "metric", what, f"name a metric that both have (the baseline has {known}), or add the number")


@check(Rule(
    "verdict-written", "error", "Where a verdict can be computed it is not written.",
    "Against a human baseline the verdict follows from the two numbers; a second one could only differ.",
    _example(_JUDGED + "verdict: ahead\n"), _example(_JUDGED)))
def check_written_verdicts(context: Context) -> Iterator[Finding]:
    for record in context.catalog.of_kind("achievements"):
        found = compare_achievement(context.catalog, record.record) if record.record.verdict else None
        if found and found.verdict:
            what = f"verdict: {record.record.verdict} is written, and {found.machine} against {found.human} gives {found.verdict}"
            yield Finding(record, "verdict", what, "delete the line `verdict:`")


@check(Rule(
    "claim-stronger", "warning", "A claim is not stronger than its numbers.",
    "That people were reached or passed must follow from the scores or the games; otherwise the page says that it does not.",
    _example(_JUDGED + "claims: ahead\n"), _example(_JUDGED + "claims: behind\n")))
def check_claims(context: Context) -> Iterator[Finding]:
    for record in context.catalog.of_kind("achievements"):
        content = record.record
        if content.claims is None:
            continue
        found = compare_achievement(context.catalog, content)
        verdict = found.verdict if found else contest_verdict(content.contest)
        if verdict is not None and RANK[content.claims] > RANK[verdict]:
            numbers = f"{found.machine} against {found.human} in {found.metric}" if found else f"{content.contest.won} won and {content.contest.lost} lost"
            yield Finding(record, "claims", f"claims: {content.claims}, but {numbers} means {verdict}", "compare claim and numbers with the source; if both are right, excuse the record in data/exceptions.yaml")


@check(Rule(
    "open-but-ahead", "warning", "What is open is a task at which people are ahead.", "Status and numbers contradict each other.",
    files(**_FILES, achievements__digits=achievement(_JUDGED.replace("alpha", "beta"), status="open"))
    | {"benchmarks/digits.yaml": benchmark(table("beta: {system: Beta, scores: [99.9]}"))},
    _example(_JUDGED)))
def check_open(context: Context) -> Iterator[Finding]:
    for record in context.catalog.of_kind("achievements"):
        content = record.record
        if content.status != "open":
            continue
        found = compare_achievement(context.catalog, content)
        verdict = found.verdict if found else content.verdict or contest_verdict(content.contest)
        if verdict == "ahead":
            numbers = f"{found.machine} against {found.human} in {found.metric}" if found else "the verdict or the games"
            yield Finding(record, "status", f"status: open, but {numbers} means that the machine is ahead", "mend the status, or name the best result at which people are still ahead")


@check(Rule(
    "dispute-missing", "warning", "What is disputed, reversed or withdrawn says by whom.",
    "A reader must be able to read the objection.",
    files(achievements__digits=achievement("", status="disputed")),
    files(achievements__digits=achievement("disputes:\n- {by: A. Critic, argument: The forms were easy.}\n", status="disputed"))))
def check_disputes(context: Context) -> Iterator[Finding]:
    for record in context.catalog.of_kind("achievements"):
        if record.record.status in ("disputed", "reversed", "withdrawn") and not record.record.disputes:
            yield Finding(record, "status", f"status: {record.record.status}, and no dispute is written", "add `disputes:` with `by:`, `argument:` and `source:`")
