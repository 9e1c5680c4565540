"""Numbers as records write them: six significant digits, no exponent, so that what is stored is what was computed with."""

from __future__ import annotations

from decimal import Decimal

DIGITS = 6
TOLERANCE = 2e-5  # relative; two numbers rounded to six digits may differ by one in the last of them


def rounded(value: float, digits: int = DIGITS) -> float:
    """Return a number rounded to significant digits.

    >>> rounded(0.012345678), rounded(1234567.8), rounded(0)
    (0.0123457, 1234570.0, 0.0)
    """
    return float(f"{value:.{digits}g}")


def number_text(value: float) -> str:
    """Return a number as text without exponent.

    >>> number_text(0.0000123456), number_text(424656000000), number_text(18.0)
    ('0.0000123456', '424656000000', '18')
    """
    if isinstance(value, int):
        return str(value)
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def is_close(a: float, b: float, tolerance: float = TOLERANCE) -> bool:
    """Say whether two stored numbers are the same but for their rounding."""
    return abs(a - b) <= tolerance * max(abs(a), abs(b), 1e-9)
