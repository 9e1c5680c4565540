"""Rules of what a record should have: relations, Russian names, reasons, and a look at it from time to time."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.problems import Rule
from catalog.rules import Context, Finding, check
from catalog.rules.examples import achievement, benchmark, dataset, files, method
from catalog.rules.verdict import compare_achievement
from catalog.validate import ValidRecord

_FEWEST_RELATIONS = 3
_COMMON_FACT = 5
_LECTURE = "sources/dyakonov-2022-introduction"
_RUSSIAN = frozenset({"topics", "methods", "themes", "milestones", "achievements"})
_NOT_TRANSLATED = frozenset({"sources", "measurements"})  # titles are as printed


@check(Rule(
    "orphan", "warning", "A record has at least three relations, in both directions together.",
    "What nothing leads to is not found, and what leads nowhere explains nothing.",
    files(topics__a="name: A\n", topics__b="name: B\nparent: a\n"),
    files(topics__a="name: A\n", **{f"topics__{s}": f"name: {s.upper()}\nparent: a\nrelated: [{', '.join('topics/' + o for o in 'bcd' if o != s)}]\n" for s in "bcd"})))
def check_orphans(context: Context) -> Iterator[Finding]:
    if not context.is_complete:
        return  # a relation may stand in a record that is to be mended first
    for ref, record in context.records.items():
        if record.kind.name == "measurements":
            continue
        others = {r.target for r in context.outgoing.get(ref, ())} | {r.record for r in context.incoming.get(ref, ())}
        if len(others) < _FEWEST_RELATIONS:
            shown = ", ".join(sorted(others)) or "none"
            what = f"the {record.kind.singular} has fewer than {_FEWEST_RELATIONS} relations: {shown}"
            yield Finding(record, "", what, "name topics, people, organizations, works or `related:` records, here or there")


@check(Rule(
    "past-review", "warning", "`review_by` lies ahead.", "What was expected to change has not been looked at since.",
    files(topics__vision="name: Vision\nreview_by: 2020-01-01\n"), files(topics__vision="name: Vision\nreview_by: 2999-01-01\n")))
def check_reviews(context: Context) -> Iterator[Finding]:
    for record in context.records.values():
        day = record.record.review_by
        if day is not None and day.last is not None and day.last < context.today:
            yield Finding(record, "review_by", f"review_by: {day} is past", "look at the record again, and write the next day of review, or delete the line")


@check(Rule(
    "russian-name", "warning", "Topics, methods, themes, milestones, achievements and what the lecture speaks of have a Russian name.",
    "Readers search in Russian; where no Russian term is in use the English one stands in `names.ru` too.",
    files(methods__a=method()), files(methods__a=method("names: {ru: Прореживание}\n"))))
def check_russian_names(context: Context) -> Iterator[Finding]:
    from_lecture = {r.record for r in context.incoming.get(_LECTURE, ()) if r.path.endswith(("source", "via"))}
    for ref, record in context.records.items():
        kind = record.kind.name
        if "ru" in record.record.names or kind in _NOT_TRANSLATED or getattr(record.record, "language", None) == "ru":
            continue
        if kind in _RUSSIAN or ref in from_lecture:
            reason = f"every {record.kind.singular} has one" if kind in _RUSSIAN else "the lecture speaks of it"
            yield Finding(record, "names", f"names.ru: the Russian name is missing; {reason}", "add `names: {ru: …}`")


@check(Rule(
    "unjudged-achievement", "warning", "An achievement has a contest, or a result and a human baseline of one metric, or our verdict.",
    "Without them a reader cannot see who did better.",
    files(achievements__digits=achievement("", status="confirmed")),
    files(achievements__digits=achievement("verdict: ahead\n", status="confirmed"))))
def check_judged(context: Context) -> Iterator[Finding]:
    for record in context.catalog.of_kind("achievements"):
        content = record.record
        if content.status in ("open", "claimed") or content.contest or content.verdict:
            continue
        if content.result and content.human_baseline:
            benchmark = context.records.get(content.result.partition("#")[0])
            if benchmark is not None and compare_achievement(context.catalog, content) is None:
                yield Finding(record, "result", "result: it is not said on which metric it is compared with the human baseline", "add `metric:`, or our `verdict:` where several metrics decide")
            continue
        yield Finding(record, "", f"the achievement ({content.status}) has neither contest nor result and human baseline nor verdict", "add what it was judged by, or set `status: claimed`")


@check(Rule(
    "common-fact", "warning", "A number that five records of a kind state as a fact has a field of its own.",
    "Facts of one name in many records cannot be sorted, plotted or compared as a column can.",
    files(**{f"datasets__d{i}": dataset(f"facts:\n- {{name: number of speakers, value: {i}0}}\n", f"Voices {i}") for i in range(1, 6)}),
    files(**{f"datasets__d{i}": dataset(f"facts:\n- {{name: number of speakers, value: {i}0}}\n", f"Voices {i}") for i in range(1, 5)})))
def check_common_facts(context: Context) -> Iterator[Finding]:
    for records in context.catalog.by_kind.values():
        users: dict[str, list[tuple[ValidRecord, int]]] = {}
        for record in records:
            names: set[str] = set()
            for i, fact in enumerate(record.record.facts, 1):
                name = " ".join(fact.name.casefold().split())
                if fact.value is not None and name not in names:
                    names.add(name)
                    users.setdefault(name, []).append((record, i))
        for name, found in users.items():
            if len(found) >= _COMMON_FACT:
                record, i = found[0]
                what = f"facts.{i}.name: {len(found)} records of {record.kind.name} state {name!r}"
                yield Finding(record, f"facts.{i}.name", what, "make it a field of the kind, or give different numbers different names")


@check(Rule(
    "withdrawn-without-reason", "warning", "A withdrawn data set says when and why.", "That is what a reader needs to know first.",
    files(datasets__digits=dataset("status: withdrawn\n")),
    files(datasets__digits=dataset("status: withdrawn\nwithdrawn: 2020-06\nwithdrawn_reason: Faces without consent.\n"))))
def check_withdrawn(context: Context) -> Iterator[Finding]:
    for record in context.catalog.of_kind("datasets"):
        content = record.record
        missing = [name for name in ("withdrawn", "withdrawn_reason") if getattr(content, name) is None]
        if content.status == "withdrawn" and missing:
            yield Finding(record, "status", f"status: withdrawn, without {' and '.join(missing)}", "add " + " and ".join(f"`{name}:`" for name in missing))


@check(Rule(
    "saturated-without-test", "warning", "A benchmark that is called saturated says by which test.", "There is no common one.",
    files(benchmarks__digits=benchmark("saturated_on: 2018\n")),
    files(benchmarks__digits=benchmark("saturated_on: 2018\nsaturation_test: above the agreement of people\n"))))
def check_saturation(context: Context) -> Iterator[Finding]:
    for record in context.catalog.of_kind("benchmarks"):
        if record.record.saturated_on and not record.record.saturation_test:
            yield Finding(record, "saturated_on", f"saturated_on: {record.record.saturated_on}, without saturation_test", "add `saturation_test:` in words")
