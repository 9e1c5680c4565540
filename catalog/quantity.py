"""Numbers as sources print them: exact, about, bounded, ranged or with an error.

The text is kept; the central value goes into the column (None for a bound, a range or `not-reported`), the
bounds into the claim. A plain number has no bounds: precision is not invented.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache

NOT_REPORTED = "not-reported"
_SEPARATOR = "[,_ \u00a0\u202f]"  # comma, underscore, space, no-break spaces
_UNSIGNED = r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
_NUMBER = rf"[-+]?{_UNSIGNED}"
_FORMS = re.compile(
    rf"(?P<about>~)?(?P<value>{_NUMBER})(?:\s*(?:±|\+-)\s*(?P<error>{_UNSIGNED}))?"
    rf"|(?P<sign>>=|<=|>|<|≥|≤)\s*(?P<bound>{_NUMBER})"
    rf"|(?P<low>{_NUMBER})\.\.(?P<high>{_NUMBER})"
)


class InvalidQuantity(ValueError):
    """The text is no number; the message says why and how to write it."""


@dataclass(frozen=True)
class Quantity:
    """A number as written, its central value, and its bounds where the source gives them (inclusive)."""

    text: str
    value: float | None
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        return self.text

    @property
    def is_reported(self) -> bool:
        return self.text != NOT_REPORTED

    def agrees_with(self, other: Quantity, tolerance: float = 0.0) -> bool:
        """Say whether both may mean the same number: equal, inside bounds, or one the other rounded.

        Args:
            tolerance: Relative difference that still counts as agreement (0.01 is one per cent).
        """
        if not (self.is_reported and other.is_reported):
            return self.text == other.text
        if self.value is None or other.value is None:
            (a, b), (c, d) = _interval(self), _interval(other)
            return a <= d and c <= b
        if math.isclose(self.value, other.value, rel_tol=max(tolerance, 1e-9), abs_tol=1e-12):
            return True
        for bounded, plain in ((self, other), (other, self)):
            if bounded.low is not None and bounded.high is not None and bounded.low <= plain.value <= bounded.high:
                return True
        return False


def _interval(q: Quantity) -> tuple[float, float]:
    if q.value is not None and q.low is None:
        return q.value, q.value
    return (q.low if q.low is not None else -math.inf), (q.high if q.high is not None else math.inf)


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise InvalidQuantity(f"{text} is too large to be a number here")
    if value == 0 and re.search("[1-9]", re.split("[eE]", text)[0]):
        raise InvalidQuantity(f"{text} is too small to be a number here")
    return value


@lru_cache(maxsize=8192)
def parse_quantity(text: str) -> Quantity:
    """Return the quantity that the text means.

    >>> parse_quantity("5.1±0.6")
    Quantity(text='5.1±0.6', value=5.1, low=4.5, high=5.7)
    >>> parse_quantity(">50").value is None
    True

    Raises:
        InvalidQuantity: The text is not a number of the forms above.
    """
    if text == NOT_REPORTED:
        return Quantity(text, None)
    match = _FORMS.fullmatch(text)
    if match is None:
        raise InvalidQuantity(_reason(text))
    if match["bound"]:
        bound = _float(match["bound"])
        return Quantity(text, None, bound, None) if match["sign"][0] in ">≥" else Quantity(text, None, None, bound)
    if match["low"]:
        low, high = _float(match["low"]), _float(match["high"])
        if low > high:
            raise InvalidQuantity(f"the range {text} ends below its beginning")
        return Quantity(text, None, low, high)
    value = _float(match["value"])
    if match["error"]:
        error = _float(match["error"])
        digits = max(len(part.partition(".")[2]) for part in (match["value"], match["error"]))
        exponent = "e" in text.lower()
        bounds = (value - error, value + error) if exponent else (round(value - error, digits), round(value + error, digits))
        if not all(map(math.isfinite, bounds)):
            raise InvalidQuantity(f"the bounds of {text} are too large to be numbers here")
        return Quantity(text, value, *bounds)
    return Quantity(text, value)


def _reason(text: str) -> str:
    bare = text.strip()
    if re.fullmatch(r"[-+.~]*(inf|infinity|nan)", bare, re.IGNORECASE):
        return f"{bare} is not a finite number"
    if re.fullmatch(rf"[0-9]{{1,3}}({_SEPARATOR}[0-9]{{3}})+(\.[0-9]+)?", bare):
        joined = re.sub(_SEPARATOR, "", bare)
        return f"{bare!r} has thousands separators; write {joined}"
    if re.fullmatch(r"0[0-9]+", bare):
        return f"{bare} begins with a zero, which some readers take for an octal number; write {bare.lstrip('0') or 0}"
    if re.fullmatch(r"[0-9]+,[0-9]+", bare):
        return f"{bare} has a decimal comma; write {bare.replace(',', '.')}"
    if bare.endswith("%"):
        return f"{bare} has a percent sign; the unit belongs to the field, write {bare[:-1].strip()}"
    if re.fullmatch(r"[0-9.]+\s*[kKmMbBgGtT]", bare):
        return f"{bare} has a letter for its size; write the number itself or a power of ten (1.2e6)"
    return f"{text!r} is not a number"
