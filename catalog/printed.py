"""Comparing the words of a source with a value: `531,131`, `10 million`, `over 13k`, `9 March 2016`.

Used by `claims`. The question is always whether the source agrees: says the same, or the same more coarsely.
"""

from __future__ import annotations

import contextlib
import math
import re

from catalog.edtf import Date, InvalidDate, parse_date
from catalog.quantity import InvalidQuantity, Quantity, parse_quantity

_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "hundred": 100, "один": 1, "два": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6, "семь": 7, "восемь": 8, "девять": 9, "десять": 10,
    "single": 1, "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "dozen": 12,
}
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "thousands": 1e3, "k": 1e3, "тыс": 1e3, "тысяч": 1e3, "million": 1e6, "millions": 1e6, "mln": 1e6, "m": 1e6,
    "mb": 1e6, "млн": 1e6, "м": 1e6, "миллион": 1e6, "миллиона": 1e6, "миллионов": 1e6, "billion": 1e9, "bn": 1e9, "b": 1e9, "gb": 1e9, "g": 1e9, "млрд": 1e9, "trillion": 1e12, "t": 1e12,
    "tflops": 1e3, "teraflops": 1e3, "tflop/s": 1e3, "tops": 1e3, "pops": 1e6, "gbps": 1.0, "tbps": 1e3, "pflops": 1e6, "petaflops": 1e6, "gflops": 1.0, "tb": 1e12, "tb/s": 1e3, "gib": 1.0,
    "ghz": 1e3, "mhz": 1.0, "kib": 1 / 1024**2, "mib": 1 / 1024,
    "min": 60.0, "minutes": 60.0, "hour": 3600.0, "hours": 3600.0, "day": 86400.0, "days": 86400.0, "week": 604800.0, "weeks": 604800.0,
    "дня": 86400.0, "дней": 86400.0, "неделя": 604800.0, "нед": 604800.0, "ms": 1e-3,
}
_NUMBER = re.compile(r"(?<![\w.])[-+−]?(?:\d{1,3}(?:[, '\u00a0\u202f]\d{3})+|\d+)(?:[.,]\d+)?(?:\s*[·×x*]\s*10\^?\{?[-−]?\d+\}?|[eE][-+]?\d+)?|(?<![\w.])\.\d+")
_MONTHS = {m: i for i, m in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)}
_MONTHS |= {m: i for i, m in enumerate(
    ("янв", "фев", "мар", "апр", "ма[йя]", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"), 1)}
# The rest of a month's name, so that "marks" is not March.
_MONTH_ENDINGS = (
    r"\.|uary|ruary|ch|il|e|y|ust|t|tember|ober|ember|"
    r"арь|аря|брь|бря|раль|раля|т|та|ель|еля|я|ь|уст|уста|тябрь|тября|ябрь|ября|абрь|абря"
)
# First and last year of a part of a decade, both included.
_PARTS_OF_A_DECADE = {("early", "начал"): (0, 4), ("mid", "середин"): (3, 7), ("late", "кон"): (5, 9)}
_MORE = re.compile(r"\b(over|more than|above|at least|exceed\w*|upwards|plus|более|свыше|больше)\b|[>≥+]", re.IGNORECASE)
_LESS = re.compile(r"\b(under|less than|below|at most|up to|nearly|almost|fewer than|менее|почти|до)\b|[<≤]", re.IGNORECASE)
_ABOUT = re.compile(r"\b(about|around|approximately|approx|roughly|circa|ca|some|около|примерно|порядка)\b|[~≈∼]", re.IGNORECASE)


def _plain(text: str) -> tuple[float, int]:
    """Return the number of a matched text and its last significant decimal place (-3 is thousands).

    Raises:
        ValueError: The text is no single number (`1,234,56`).
    """
    bare = text.replace("−", "-").strip()
    scientific = re.fullmatch(r"(.*?)\s*[·×x*]\s*10\^?\{?(-?\d+)\}?", bare)
    exponent = 0
    if scientific:
        bare, exponent = scientific[1], int(scientific[2])
    elif "e" in bare.lower():
        bare, _, power = bare.lower().partition("e")
        exponent = int(power)
    bare = re.sub(r"[ '\u00a0\u202f]", "", bare)
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", bare):
        bare = bare.replace(",", "")
    else:
        bare = bare.replace(",", ".")
    places = len(bare.partition(".")[2])
    if not places:
        digits = bare.lstrip("+-")
        places = -(len(digits) - len(digits.rstrip("0"))) if digits.strip("0") else 0
    return float(f"{bare}e{exponent}"), places - exponent


def numbers_in(text: str) -> list[tuple[float, float]]:
    """Return the numbers that a text prints, each with half a unit of its last printed place.

    >>> numbers_in("about 1.2 million images")[1]
    (1200000.0, 50000.0)
    """
    found = []
    for match in _NUMBER.finditer(text):
        try:
            value, places = _plain(match.group())
        except ValueError:
            continue
        half = float(f"0.5e{-places}")
        found.append((value, half))
        after = re.match(r"[\s(\[-]*([A-Za-zА-Яа-я/]+)", text[match.end():])
        scale = _SCALES.get(after[1].lower().rstrip(".")) if after else None
        if scale:
            found.append((value * scale, half * scale))
        if text[match.end():match.end() + 1] == "%":
            found.append((value / 100, half / 100))
        elif abs(value) <= 1:
            found.append((value * 100, half * 100))  # 0.108 printed for 10.8 per cent
        elif abs(value) <= 100:
            found.append((value / 100, half / 100))  # 10.8 in a column of percentages printed for 0.108
    for word in re.findall(r"[^\W\d_]+", text.lower()):
        if word in _WORDS:
            found.append((float(_WORDS[word]), 0.5))
    return [(number, half) for number, half in found if math.isfinite(number) and math.isfinite(half)]


def number_agrees(value: Quantity, printed: str, tolerance: float = 0.0) -> bool:
    """Say whether the printed words agree with the number: equal, or a rounding or bound that contains it."""
    if not value.is_reported:
        return True
    try:
        exact = parse_quantity(printed.strip())
        if exact.agrees_with(value, tolerance):
            return True
    except InvalidQuantity:
        pass
    wanted = [v for v in (value.value, value.low, value.high) if v is not None]
    candidates = numbers_in(printed)
    product = re.fullmatch(r"\s*(\d+)\s*[x×]\s*([\d.,]+)(?:\s*=\s*[\d.,]+)?\s*", printed)
    if product:
        with contextlib.suppress(ValueError):
            candidates.append((_plain(product[1])[0] * _plain(product[2])[0], 0.5))
    times = re.search(r"[x×]\s*(\d{1,3})\s*$", printed)
    if times:  # 1600:80:32×2, of a card with two chips
        candidates += [(number * int(times[1]), half * int(times[1])) for number, half in candidates]
    for number, half in candidates:
        for goal in wanted:
            slack = max(half, abs(number) * max(tolerance, 1e-9)) * (1 + 1e-9)
            if _ABOUT.search(printed):
                slack = max(slack, abs(number) * 0.05)
            if abs(number - goal) <= slack:
                return True
            if _MORE.search(printed) and number <= goal <= number * 1.25:
                return True
            if _LESS.search(printed) and number * 0.8 <= goal <= number:
                return True
    return not wanted


def date_agrees(value: Date, printed: str) -> bool:
    """Say whether the printed words may mean the same day, month or year, or a period that contains it."""
    text = printed.strip()
    candidates = []
    try:
        candidates.append(parse_date(text))
    except InvalidDate:
        candidates += dates_in(text)
    return any(value.overlaps(c) or c.contains(value) for c in candidates)


def dates_in(text: str) -> list[Date]:
    """Return the dates that a text prints in English or Russian, as far as they can be read."""
    found = []
    lower = re.sub(r"(\d{4}-\d{2})-01t00:00:00", r"\1", text.lower())  # how tables of data write a month
    for part, century in re.findall(r"\b(early|mid|late|начал\w*|середин\w*|кон[ец]\w*)?[\s-]*\b(1[89][0-9]|20[0-9])0(?:['’]?s|-?[хе]|-ых|-ые)\b", lower):
        first, last = next((years for names, years in _PARTS_OF_A_DECADE.items() if part.startswith(names)), (0, 9)) if part else (0, 9)
        found.append(parse_date(f"{century}{first}/{century}{last}"))
    lower = re.sub(r"\b(?:1[89][0-9]|20[0-9])0(?:['’]?s|-?[хе]|-ых|-ые)\b", " ", lower)
    for whole in re.findall(r"(?<![\d-])\d{4}-\d{2}(?:-\d{2})?(?![\d-])", lower):
        with contextlib.suppress(InvalidDate):
            found.append(parse_date(whole))
            lower = lower.replace(whole, " ")
    for day, month, year in re.findall(r"(?<!\d)(\d{1,2})[./](\d{1,2})[./](\d{4})(?!\d)", lower):
        for d, m in ((day, month), (month, day)):
            with contextlib.suppress(InvalidDate):
                found.append(parse_date(f"{year}-{int(m):02}-{int(d):02}"))
    lower = re.sub(r"(?<!\d)\d{1,2}[./]\d{1,2}[./]\d{4}(?!\d)", " ", lower)  # or the year alone would agree with any day of it
    for year in re.findall(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)", lower):
        month = next((number for name, number in _MONTHS.items() if re.search(rf"\b{name}(?:{_MONTH_ENDINGS})?\b", lower)), None)
        day = re.search(r"(?<![\d.])([0-3]?\d)(?:st|nd|rd|th)?(?![\d])", re.sub(year, "", lower))
        try:
            if month and day and 1 <= int(day[1]) <= 31:
                found.append(parse_date(f"{year}-{month:02}-{int(day[1]):02}"))
            elif month:
                found.append(parse_date(f"{year}-{month:02}"))
            else:
                found.append(parse_date(year))
        except InvalidDate:
            continue
    return found


def same_number(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-9)
