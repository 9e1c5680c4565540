"""Rule of prose: a number in the running text stands in the record as a value with a source, too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog.edtf import Date
from catalog.fields import Quantity
from catalog.printed import numbers_in
from catalog.problems import Rule
from catalog.rules import Context, Finding, check
from catalog.rules.examples import dataset, files
from catalog.validate import ValidRecord
from catalog.values import title_of

_PROSE = ("summary", "significance")
_NOT_DATES = frozenset({"accessed", "checked", "state_checked", "review_by", "results_checked_to"})
_NUMBER = re.compile(
    r"(?<![\w.,/@#$§])(?<![A-Za-zА-Яа-я0-9][-–._×])"  # digits inside names: GPT-3, v1.5, CIFAR-10
    r"(?P<number>\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<after>s\b|(?:st|nd|rd|th)\b|(?=$|[^\w]))"
)
_WORD_BEFORE = re.compile(r"(?P<edge>^|[.!?:;]\s+|\s|[(\"'«])(?P<word>[^\s(\"'«]+)\s$")
_WORD_AFTER = re.compile(r"\s?%|\s+[^\W\d_]+(?:/s)?")
_MONTH = re.compile(r"^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?$", re.IGNORECASE)
_DIGITS = re.compile(r"\d")


@check(Rule(
    "number-in-prose", "warning", "A number in a summary equals a value, a date, a fact or a name of the record.",
    "A number that stands only in prose has no source, and nobody notices when the value is mended.",
    files(datasets__digits=dataset("summary: 60,000 scanned digits of 250 writers.\nitems: 60000\n")),
    files(datasets__digits=dataset("summary: 60,000 scanned digits of 250 writers.\nitems: 60000\nfacts:\n- {name: writers, value: 250}\n"))))
def check_prose(context: Context) -> Iterator[Finding]:
    for record in context.records.values():
        for field in _PROSE:
            text = getattr(record.record, field, None)
            if not text or not _DIGITS.search(text):
                continue
            found = list(_numbers(text))
            if not found:
                continue
            known = _Known(context, record)
            missing = [shown for shown, snippet, is_decade in found if not known.holds(shown, snippet, is_decade)]
            if missing:
                verb = "stands" if len(missing) == 1 else "stand"
                what = f"{field}: {', '.join(dict.fromkeys(missing))} {verb} in no value of the record"
                yield Finding(record, field, what, "add each as a field or in `facts:` with its source, or write the sentence without it")


def _numbers(text: str) -> Iterator[tuple[str, str, bool]]:
    """Yield (number as written, number with the word after it, whether it is a decade) of a text, without days and names."""
    for match in _NUMBER.finditer(text):
        number = match["number"]
        before, after = text[max(0, match.start() - 40):match.start()], text[match.end():match.end() + 40]
        if match["after"] and match["after"] != "s":
            continue  # 20th century
        previous, following = _WORD_BEFORE.search(before), _WORD_AFTER.match(after)
        word = following.group() if following else ""
        if len(number) <= 2 and (_MONTH.match(word.strip()) or (previous and _MONTH.match(previous["word"]))):
            continue  # the day of a date
        is_year = _is_year(number)
        if previous and not is_year and "." not in number and _is_name(previous):
            continue  # Dota 2, Atari 57
        yield number + match["after"], number + word, match["after"] == "s"


def _is_year(number: str) -> bool:
    return len(number) == 4 and number.isdigit() and 1600 <= int(number) <= 2100


def _is_name(previous: re.Match) -> bool:
    word = previous["word"]
    starts_sentence = previous["edge"] != " " and "(" not in previous["edge"]
    return word[0].isupper() and (not starts_sentence or (len(word) > 1 and word.isupper()))


class _Known:
    """What a record says besides its prose: numbers, years, and words with digits in names and texts."""

    def __init__(self, context: Context, record: ValidRecord):
        self.numbers: list[float] = []
        self.years: list[tuple[int, int]] = []
        self.words: set[str] = set()
        for leaf in context.leaves(record):
            head = leaf.path.partition(".")[0]
            if head in _PROSE or leaf.spec.name == "note" or leaf.is_source_field:
                continue
            value = leaf.value
            if isinstance(value, Quantity):
                self.numbers += [n for n in (value.value, value.low, value.high) if n is not None]
            elif isinstance(value, Date):
                if leaf.spec.name not in _NOT_DATES:
                    self._date(value)
            elif isinstance(value, int):
                self.numbers.append(float(value))
            elif isinstance(value, str):
                self._text(value)
        for claim in context.claims.get(record.ref, ()):
            self.numbers += [n for n in (claim.value, claim.low, claim.high) if n is not None]
            if claim.role == "other":
                self._text(claim.value_text)
        for ref in {r.target for r in context.outgoing.get(record.ref, ())} | {r.record for r in context.incoming.get(record.ref, ())}:
            other = context.records.get(ref)
            if other is not None:
                for name in (title_of(other.record), *other.record.aliases):
                    self._text(name)
                for leaf in context.dates.get(ref, ()):
                    if "." not in leaf.path and leaf.spec.name not in _NOT_DATES:
                        self._date(leaf.value)
        self.numbers += [float(len(v)) for v in vars(record.record).values() if isinstance(v, (list, dict)) and v]

    def _date(self, day: Date) -> None:
        first = int(day.first[:4]) if day.first else int(day.last[:4]) - 1
        self.years.append((first, int(day.last[:4]) if day.last else 9999))

    def _text(self, text: str) -> None:
        if _DIGITS.search(text):
            self.words.update(re.findall(r"\d+(?:[.,]\d+)*", text))

    def holds(self, shown: str, snippet: str, is_decade: bool) -> bool:
        """Say whether a number of the prose stands in the record: equal, rounded, in another unit, as a year or in a name."""
        bare = shown.rstrip("s")
        if bare in self.words or bare.replace(",", "") in self.words:
            return True
        if is_decade or _is_year(bare):
            year = int(bare)
            end = year + 9 if is_decade else year
            if any(first <= end and year <= last for first, last in self.years):
                return True
        return any(
            abs(number - value) <= half * (1 + 1e-9) + 1e-12
            for number, half in numbers_in(snippet) for value in self.numbers)
