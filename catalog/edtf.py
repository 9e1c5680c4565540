"""Dates of uncertain precision: the part of EDTF (ISO 8601-2:2019) that a catalog of history needs.

Levels 0 and 1: years, months, days, seasons, intervals with open or unknown ends, the marks `~` (about),
`?` (uncertain) and `%` (both), and unspecified digits (`199X`). A parser of our own: it must refuse days that
do not exist and cost microseconds, since every record has dates.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from functools import lru_cache

_POINT = re.compile(r"(?P<year>[0-9]{4}|[0-9]{3}X|[0-9]{2}XX)(?:-(?P<month>[0-9]{2}|XX)(?:-(?P<day>[0-9]{2}|XX))?)?(?P<mark>[~?%])?")
_SEASONS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 12)}  # spring, summer, autumn, winter up to the year's end


class InvalidDate(ValueError):
    """The text is no date of EDTF level 0 or 1; the message says which part and why."""


@dataclass(frozen=True)
class Date:
    """A date as written and the first and last day it may mean (ISO 8601, inclusive; None is open)."""

    text: str
    first: str | None
    last: str | None

    def __str__(self) -> str:
        return self.text

    def overlaps(self, other: Date) -> bool:
        """Say whether both may mean the same day."""
        return not (self.is_before(other) or other.is_before(self))

    def is_before(self, other: Date) -> bool:
        """Say whether this date certainly ends before the other begins."""
        return self.last is not None and other.first is not None and self.last < other.first

    def contains(self, other: Date) -> bool:
        """Say whether every day of the other lies inside this one (a coarser statement of it)."""
        starts = self.first is None or (other.first is not None and self.first <= other.first)
        return starts and (self.last is None or (other.last is not None and other.last <= self.last))


def _point(text: str) -> tuple[str, str]:
    match = _POINT.fullmatch(text)
    if match is None:
        raise InvalidDate(f"{text!r} is not a year, month or day (YYYY, YYYY-MM or YYYY-MM-DD)")
    year, month, day = match["year"], match["month"], match["day"]
    low_year, high_year = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if low_year == 0:
        raise InvalidDate("the year 0000 is not used here")
    if month is None or month == "XX":
        return f"{low_year:04}-01-01", f"{high_year:04}-12-31"
    if low_year != high_year:
        raise InvalidDate(f"{text!r} has a month in an unspecified year")
    m = int(month)
    if m in _SEASONS:
        if day is not None:
            raise InvalidDate(f"{text!r} has a day in a season")
        start, end = _SEASONS[m]
    elif 1 <= m <= 12:
        start = end = m
    else:
        raise InvalidDate(f"there is no month {month} (01 to 12; seasons 21 to 24)")
    length = calendar.monthrange(low_year, end)[1]
    if day is None or day == "XX":
        return f"{low_year:04}-{start:02}-01", f"{low_year:04}-{end:02}-{length:02}"
    if not 1 <= int(day) <= length:
        raise InvalidDate(f"{low_year:04}-{m:02} has {length} days, there is no day {day}")
    return f"{low_year:04}-{m:02}-{day}", f"{low_year:04}-{m:02}-{day}"


@lru_cache(maxsize=4096)
def parse_date(text: str) -> Date:
    """Return the date that the text means.

    >>> parse_date("1974~/1980~").last
    '1980-12-31'
    >>> parse_date("../2022-02-07")
    Date(text='../2022-02-07', first=None, last='2022-02-07')

    Raises:
        InvalidDate: The text is not EDTF of level 0 or 1, or names a day that does not exist.
    """
    if "/" not in text:
        return Date(text, *_point(text))
    start, _, end = text.partition("/")
    if start in ("", "..") and end in ("", ".."):
        raise InvalidDate(f"{text!r} has neither a beginning nor an end")
    first = None if start in ("", "..") else _point(start)[0]
    last = None if end in ("", "..") else _point(end)[1]
    if first and last and first > last:
        raise InvalidDate(f"{text!r} ends before it begins")
    return Date(text, first, last)
