"""Rules of names: one name for one thing, in letters that are what they look like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz import fuzz

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
_SAME_WORK = {"paper", "preprint", "chapter", "report"}  # one work may be recorded as any of them
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


def _key(record: ValidRecord) -> tuple[str, ...]:
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
        first = seen.setdefault((record.kind.name, *_key(record)), record)
        if first is not record:
            place = "name" if record.record.name else "title"
            yield Finding(record, place, f"{place}: {title_of(record.record)!r} is also the name of {first.ref}", "join the two records, or give one of them the name that tells it apart")


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold().replace("ё", "е")))


def _marks(text: str) -> tuple[str, ...]:
    """Return what tells versions apart however alike their names are: numbers, single letters, Roman numerals."""
    return tuple(sorted(w for w in text.split() if len(w) <= 2 or re.search(r"[0-9]", w) or re.fullmatch("[ivx]+", w)))


def _may_be_same(a: str, b: str) -> bool:
    if _marks(a) != _marks(b) or min(len(a), len(b)) < 8:
        return False
    first, second = " ".join(sorted(a.split())), " ".join(sorted(b.split()))
    if first == second:
        return True
    if len(a.split()) == len(b.split()):  # words must be alike one by one: object detection is not object selection
        pairs = zip(a.split(), b.split(), strict=True)
        return all(x == y or (min(len(x), len(y)) >= 5 and fuzz.ratio(x, y) >= 84) for x, y in pairs) and fuzz.ratio(a, b) >= 90
    return a.replace(" ", "") == b.replace(" ", "")


@check(Rule(
    "near-duplicate", "warning", "No two records of a kind have nearly the same name.",
    "They are often one thing under two spellings.",
    files(topics__a="name: Image segmentation\n", topics__b="name: Image segmentaton\n"),
    files(topics__a="name: Image segmentation\n", topics__b="name: Image generation\n")))
def check_near_duplicates(context: Context) -> Iterator[Finding]:
    for kind, records in context.catalog.by_kind.items():
        if kind == "measurements":
            continue
        names = [(_folded(title_of(r.record)), r) for r in records]
        reported = set()
        for a, b in _neighbours(names):
            (name, record), (other_name, other) = sorted((a, b), key=lambda item: item[1].ref)
            if name == other_name and _key(record) == _key(other):
                continue  # an error of its own
            if (record.ref, other.ref) in reported or not _may_be_same(name, other_name) or _tells_apart(record, other):
                continue
            reported.add((record.ref, other.ref))
            place = "name" if other.record.name else "title"
            yield Finding(other, place, f"{place}: {title_of(other.record)!r} is nearly {title_of(record.record)!r} of {record.ref}", "join the two records; if they are two things, excuse this one in data/exceptions.yaml")


def _neighbours(names: list[tuple[str, ValidRecord]], window: int = 3) -> Iterator[tuple]:
    """Yield pairs that stand near each other when the names are sorted as they are, by their words, and backwards.

    The sorted-neighbourhood method (Hernández and Stolfo 1995) finds a typing mistake in one place without comparing all with all.
    """
    for order in (lambda n: n, lambda n: " ".join(sorted(n.split())), lambda n: n[::-1], lambda n: n.replace(" ", "")):
        ordered = sorted(names, key=lambda item: order(item[0]))
        for i, item in enumerate(ordered):
            for other in ordered[i + 1:i + 1 + window]:
                yield item, other


def _tells_apart(record: ValidRecord, other: ValidRecord) -> bool:
    """Say whether two works of one title are told apart by author, year, edition or language."""
    if record.kind.name not in ("sources", "books", "courses"):
        return False
    for field in ("authors", "people", "institution", "language", "edition", "version", "date", "year", "organizations", "type"):
        a, b = getattr(record.record, field, None), getattr(other.record, field, None)
        if field in ("authors", "people", "organizations"):
            if a and b and not {_surname(x) for x in a} & {_surname(x) for x in b}:
                return True
        elif field == "type":
            if a != b and not {a, b} <= _SAME_WORK:
                return True
        elif a is not None and b is not None and (str(a)[:4] != str(b)[:4] if field in ("date", "year") else a != b):
            return True
    return False


def _surname(name: str) -> str:
    return re.split(r"[\s-]+", name.casefold())[-1]
