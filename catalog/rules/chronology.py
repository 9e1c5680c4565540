"""Rules of time inside one record and between records that refer to each other.

All are warnings, and only speak where the intervals of two dates cannot be put into the right order: `2016` is
not after `2016-03-09`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from catalog.edtf import Date, parse_date
from catalog.kinds.common import Record
from catalog.problems import Rule
from catalog.rules import Context, Finding, check, plus_days
from catalog.rules.examples import competition, dataset, files, method, person

# The field that says since when a thing is there; the first one that a kind has.
_BEGINNINGS = ("date", "introduced", "released", "announced", "available", "first_release", "founded", "launched", "born", "year")
# What cannot come before what, inside one record.
_ORDER = (
    ("born", "died"), ("date", "published"), ("founded", "closed"), ("launched", "closed"), ("announced", "available"),
    ("announced", "supported_until"), ("available", "supported_until"), ("first_release", "latest_date"), ("first_release", "ended"),
    ("released", "withdrawn"), ("released", "saturated_on"),
)
# Dates inside lists and maps that cannot come before a date of the record.
_ORDER_BELOW = {
    "affiliations": "born", "known_issues": "released", "disputes": "date", "critiques": "measured_on", "tables": "released",
    "prices": "announced",
}
# References to what must have been there first, and by how many days it may nevertheless be made public later:
# what a company trains on and with, it often announces afterwards.
_EARLIER = {
    "version_of": 0, "derived_from": 0, "variant_of": 0, "based_on": 0, "predecessors": 0, "methods": 0, "previous_edition": 0,
    "translation_of": 0, "training_data": 366, "training_hardware": 366,
}
_KINDS_MADE_OF_METHODS = ("models",)
_LATER = {"superseded_by": 0}


@cache
def _written_in(kind: type[Record], names: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of the names that are fields of a kind, in their order."""
    return tuple(name for name in names if name in kind.model_fields)


@cache
def _order_of(kind: type[Record]) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in _ORDER if set(pair) <= set(kind.model_fields))


def beginning(record: Record) -> tuple[str, Date] | None:
    """Return the field and date since when the thing is there (a book's year as a date), or None if none is written."""
    for name in _written_in(type(record), _BEGINNINGS):
        value = getattr(record, name)
        if isinstance(value, Date):
            return name, value
        if isinstance(value, int):
            return name, parse_date(f"{value:04}")
    return None


def is_before(first: Date, second: Date, slack_days: int = 0) -> bool:
    """Say whether the first date certainly ends more than `slack_days` before the second begins."""
    return first.last is not None and second.first is not None and plus_days(first.last, slack_days) < second.first


@check(Rule(
    "impossible-order", "warning", "The dates of a record are in the order of events.",
    "Nobody dies before birth and nothing ends before it begins: one of the two dates is wrong.",
    files(people__ada=person("born: 1912\ndied: 1902\n")), files(people__ada=person("born: 1902\ndied: 1912\n"))))
def check_order(context: Context) -> Iterator[Finding]:
    for ref, leaves in context.dates.items():
        record = context.records[ref]
        content = record.record
        for first, second in _order_of(type(content)):
            a, b = getattr(content, first), getattr(content, second)
            if a is not None and b is not None and b.is_before(a):
                yield Finding(record, second, f"{second}: {b} is before {first} ({a})", f"mend `{first}:` or `{second}:`")
        for i, enabler in enumerate(getattr(content, "enabled_by", None) or (), 1):
            if enabler.year and enabler.year.value and content.date.last and enabler.year.value > int(content.date.last[:4]):
                place = f"enabled_by.{i}.year"
                yield Finding(record, place, f"{place}: {enabler.year} is after date ({content.date}), which it made possible", "mend one of the two")
        for leaf in leaves:
            first = _ORDER_BELOW.get(leaf.place.partition(".")[0])
            a = getattr(content, first, None) if first else None
            if isinstance(a, Date) and not leaf.is_source_field and leaf.value.is_before(a):
                yield Finding(record, leaf.place, f"{leaf.path}: {leaf.value} is before {first} ({a})", f"mend this date or `{first}:`")


@check(Rule(
    "impossible-ancestry", "warning", "What something was made from is not younger than itself.",
    "A method cannot grow from one that did not exist, nor a data set from one that was released later.",
    files(methods__a=method("introduced: 2014\npredecessors: [b]\n"), methods__b=method("introduced: 2019\n", "Masking units")),
    files(methods__a=method("introduced: 2019\npredecessors: [b]\n"), methods__b=method("introduced: 2014\n", "Masking units"))))
def check_ancestry(context: Context) -> Iterator[Finding]:
    for relation in context.catalog.relations:
        name = relation.path.partition(".")[0]
        slack, later = _EARLIER.get(name), name in _LATER
        if (slack is None and not later) or relation.target not in context.records:
            continue
        record, target = context.records[relation.record], context.records[relation.target]
        if (name == "methods" and record.kind.name not in _KINDS_MADE_OF_METHODS) or record.kind.name == "frameworks":
            continue  # a library is rebuilt on younger ones
        own, its = beginning(record.record), beginning(target.record)
        if own is None or its is None:
            continue
        if (is_before(its[1], own[1]) if later else is_before(own[1], its[1], slack)):
            word = "before" if later else "after"
            what = f"{relation.path}: {target.ref} ({its[0]} {its[1]}) came {word} this record ({own[0]} {own[1]})"
            yield Finding(record, relation.path, what, f"mend `{own[0]}:` here, `{its[0]}:` of {target.ref}, or the reference")


@check(Rule(
    "outside-life", "warning", "People act while they live.",
    "Somebody who had died, or was a child, did not do it: the person or the date is wrong. Papers and books may appear after their author's death.",
    files(people__ada=person("born: 1815\ndied: 1852\n"), methods__a=method("introduced: 1943\npeople: [ada]\n")),
    files(people__ada=person("born: 1915\ndied: 1952\n"), methods__a=method("introduced: 1943\npeople: [ada]\n"))))
def check_lives(context: Context) -> Iterator[Finding]:
    for person_record in context.catalog.of_kind("people"):
        born, died = person_record.record.born, person_record.record.died
        if born is None and died is None:
            continue
        for relation in context.incoming.get(person_record.ref, ()):
            if relation.path.partition(".")[0] not in ("people", "contest"):
                continue
            record = context.records.get(relation.record)
            when = beginning(record.record) if record else None
            if when is None:
                continue
            field, day = when
            if died and died.is_before(day) and record.kind.name not in ("sources", "books", "courses"):
                yield Finding(record, relation.path, f"{relation.path}: {person_record.ref} died in {died}, before {field} ({day})", "mend the reference, this date, or `died:` of the person")
            if born and born.last and day.last and int(day.last[:4]) < int(born.last[:4]) + 10:
                yield Finding(record, relation.path, f"{relation.path}: {person_record.ref} was born in {born}, less than ten years before {field} ({day})", "mend the reference, this date, or `born:` of the person")


@check(Rule(
    "date-in-future", "warning", "What is dated has happened.", "An event that is still to come cannot have a source.",
    files(datasets__digits=dataset("released: 2999\n")), files(datasets__digits=dataset("released: 1999\n"))))
def check_future(context: Context) -> Iterator[Finding]:
    for ref, leaves in context.dates.items():
        for leaf in leaves:
            if leaf.spec.name in ("review_by", "supported_until", "accessed") or leaf.value.first is None:
                continue
            if leaf.value.first > context.today:
                yield Finding(context.records[ref], leaf.place, f"{leaf.path}: {leaf.value} is still to come", "mend the date, or wait with the record")


@check(Rule(
    "edition-year", "warning", "An edition that is called by its year was held in that year.", "The key or the date is wrong.",
    files(competitions__digits=competition("alpha: {team: Alpha}", year="2012")),
    files(competitions__digits=competition("alpha: {team: Alpha}", year="2011"))))
def check_editions(context: Context) -> Iterator[Finding]:
    for record in context.catalog.of_kind("competitions"):
        for key, edition in record.record.editions.items():
            if key.isdigit() and len(key) == 4 and not edition.date.overlaps(parse_date(key)):
                place = f"editions.{key}.date"
                yield Finding(record, place, f"{place}: {edition.date} is not in {key}", "mend the date or the key")
