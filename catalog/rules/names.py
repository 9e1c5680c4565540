"""Rules of names: one name for one thing, in letters that are what they look like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog.problems import Rule
from catalog.rules import Context, Finding, check
from catalog.rules.examples import files
from catalog.validate import ValidRecord
from catalog.values import title_of

# Letters of each script that can be mistaken for a Latin one (Unicode confusables, the common ones), and the
# Latin letters they are mistaken for.
_CYRILLIC_LIKE = "АВЕКМНОРСТУХЅІЈаеорсухѕіјһԁԛԝ"
_GREEK_LIKE = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϲν"
_LATIN_LIKE = "ABCEHIJKMOPSTXYZNaceiopsxyhdqwvj"
_WORD = re.compile(r"[^\W\d_]+")
_SUSPECT = re.compile("[Ͱ-ԯ\ufb00-\ufb06\uff21-\uff5a]")  # Greek, Cyrillic, ligatures, wide letters
_NAME_FIELDS = ("name", "names", "aliases", "title", "authors", "family_name", "class_names", "chip", "architecture")


def _script(letter: str) -> str:
    code = ord(letter)
    return "Cyrillic" if 0x400 <= code < 0x530 else "Greek" if 0x370 <= code < 0x400 else "Latin" if code < 0x250 else "other"


def find_look_alike(text: str) -> tuple[str, str, str] | None:
    """Return (word, letter, script) of the first word that mixes scripts by letters one cannot tell apart, or None.

    >>> find_look_alike("СIFAR-10"), find_look_alike("β-VAE and IT-отдел"), find_look_alike("GPUшный")
    (('СIFAR', 'С', 'Cyrillic'), None, None)
    """
    if text.isascii() or not _SUSPECT.search(text):
        return None
    for word in _WORD.findall(text):
        if word.isascii():
            continue
        scripts: dict[str, str] = {}
        for letter in word:
            if letter >= "\ufb00":
                return word, letter, "compatibility"
            scripts[_script(letter)] = scripts.get(_script(letter), "") + letter
        if len(scripts) < 2 or "Latin" not in scripts:
            continue
        for script, alike in (("Cyrillic", _CYRILLIC_LIKE), ("Greek", _GREEK_LIKE)):
            letters = scripts.get(script)
            if letters and all(letter in alike for letter in letters):
                return word, letters[0], script
            if letters and all(letter in _LATIN_LIKE for letter in scripts["Latin"]):
                return word, scripts["Latin"][0], "Latin"
    return None


@check(Rule(
    "look-alike", "error", "The letters of a name belong to one alphabet.",
    "A Cyrillic С in a Latin word looks right and is found by nobody.",
    files(topics__vision="name: 'V\u0456sion'\n"), files(topics__vision="name: Vision\n")))
def check_look_alikes(context: Context) -> Iterator[Finding]:
    for record in context.records.values():
        if record.document.text.isascii():
            continue
        for leaf in context.leaves(record):
            if leaf.path.partition(".")[0] not in _NAME_FIELDS or not isinstance(leaf.value, str):
                continue
            found = find_look_alike(leaf.value)
            if found:
                word, letter, script = found
                what = f"{leaf.path}: {letter!r} in {word!r} is a {script} letter (U+{ord(letter):04X}) among others"
                yield Finding(record, leaf.place, what, "type the word again in one alphabet")


def identity(record: ValidRecord) -> tuple[str, ...]:
    """Return what tells records of a kind apart: the folded name, and for works also who, when, where and in which language."""
    content = record.record
    name = " ".join((title_of(content) if record.kind.name != "books" else content.title).casefold().split())
    rest: list[str] = []
    for field in ("authors", "organizations"):
        rest += [str(who).casefold() for who in getattr(content, field, [])[:1]] if record.kind.name in ("sources", "books") else []
    if record.kind.name in ("sources", "books", "courses"):
        for field in ("institution", "date", "year", "edition", "language", "version", "venue"):
            value = getattr(content, field, None)
            rest.append("" if value is None else str(value))
    return (name, *rest)


@check(Rule(
    "same-name", "error", "No two records of a kind have the same name.",
    "Nobody can tell them apart in a list. For sources, books and courses author, year, institution, version and language count as well.",
    files(topics__a="name: Vision\n", topics__b="name: VISION\n"), files(topics__a="name: Vision\n", topics__b="name: Machine vision\n")))
def check_same_names(context: Context) -> Iterator[Finding]:
    seen: dict[tuple[str, ...], ValidRecord] = {}
    for record in context.records.values():
        first = seen.setdefault((record.kind.name, *identity(record)), record)
        if first is not record:
            place = "name" if record.record.name else "title"
            yield Finding(record, place, f"{place}: {title_of(record.record)!r} is also the name of {first.ref}", "join the two records, or give one of them the name that tells it apart")


@check(Rule(
    "alias-taken", "warning", "An alias is not the name of another record of the kind.",
    "Who looks for the other record finds this one.",
    files(topics__a="name: Machine vision\naliases: [Vision]\n", topics__b="name: Vision\n"),
    files(topics__a="name: Machine vision\n", topics__b="name: Vision\n")))
def check_aliases(context: Context) -> Iterator[Finding]:
    for kind, records in context.catalog.by_kind.items():
        if kind == "sources":
            continue  # titles are as printed
        named = {title_of(r.record).casefold(): r for r in records}
        for record in records:
            for i, alias in enumerate(record.record.aliases, 1):
                other = named.get(alias.casefold())
                if other is not None and other is not record:
                    yield Finding(record, f"aliases.{i}", f"aliases.{i}: {alias!r} is the name of {other.ref}", "delete the alias; a relation between the two belongs into a field")
