"""Numbers as printed: which forms there are, what stands in the column, and when two agree."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.quantity import InvalidQuantity, Quantity, parse_quantity


@pytest.mark.parametrize(("text", "value", "low", "high"), [
    ("7", 7.0, None, None),
    ("0", 0.0, None, None),
    ("-0.5", -0.5, None, None),
    ("+5", 5.0, None, None),
    ("92.0", 92.0, None, None),
    ("18.6e9", 18.6e9, None, None),
    ("1E-3", 0.001, None, None),
    ("~7", 7.0, None, None),
    ("5.1±0.6", 5.1, 4.5, 5.7),
    ("5.1 ± 0.6", 5.1, 4.5, 5.7),
    ("5.1+-0.6", 5.1, 4.5, 5.7),
    ("0.1±0.25", 0.1, -0.15, 0.35),
    ("1e2±0.5", 100.0, 99.5, 100.5),
    (">50", None, 50.0, None),
    ("≥50", None, 50.0, None),
    (">= 50", None, 50.0, None),
    ("<50", None, None, 50.0),
    ("≤-50", None, None, -50.0),
    ("947..1024", None, 947.0, 1024.0),
    ("-5..-1", None, -5.0, -1.0),
    ("3..3", None, 3.0, 3.0),
    ("not-reported", None, None, None),
    ("1.7976931348623157e308", 1.7976931348623157e308, None, None),
    ("0e999", 0.0, None, None),
])
def test_number_keeps_its_text_central_value_and_bounds(text, value, low, high):
    assert parse_quantity(text) == Quantity(text, value, low, high)


@pytest.mark.parametrize(("text", "reason"), [
    ("60,000", "'60,000' has thousands separators; write 60000"),
    ("1 000 000", "'1 000 000' has thousands separators; write 1000000"),
    ("1\u00a0000", "'1\\xa0000' has thousands separators; write 1000"),
    ("1_000.5", "'1_000.5' has thousands separators; write 1000.5"),
    ("1,5", "1,5 has a decimal comma; write 1.5"),
    ("7%", "7% has a percent sign; the unit belongs to the field, write 7"),
    ("1.5k", "1.5k has a letter for its size; write the number itself or a power of ten (1.2e6)"),
    ("175B", "175B has a letter for its size; write the number itself or a power of ten (1.2e6)"),
    ("010", "010 begins with a zero, which some readers take for an octal number; write 10"),
    ("000", "000 begins with a zero, which some readers take for an octal number; write 0"),
    (".inf", ".inf is not a finite number"),
    ("-Infinity", "-Infinity is not a finite number"),
    ("NaN", "NaN is not a finite number"),
    ("1e999", "1e999 is too large to be a number here"),
    ("-1e999", "-1e999 is too large to be a number here"),
    (">1e999", "1e999 is too large to be a number here"),
    ("1..1e999", "1e999 is too large to be a number here"),
    ("5±1e999", "1e999 is too large to be a number here"),
    ("1e-999", "1e-999 is too small to be a number here"),
    ("1e308±1e308", "the bounds of 1e308±1e308 are too large to be numbers here"),
    ("5..3", "the range 5..3 ends below its beginning"),
    ("5±-1", "'5±-1' is not a number"),
    (".5", "'.5' is not a number"),
    ("5.", "'5.' is not a number"),
    ("0x1F", "'0x1F' is not a number"),
    ("--5", "'--5' is not a number"),
    ("~>5", "'~>5' is not a number"),
    ("1..2..3", "'1..2..3' is not a number"),
    ("７", "'７' is not a number"),
    ("about 7", "'about 7' is not a number"),
    ("not reported", "'not reported' is not a number"),
    ("7\n", "'7\\n' is not a number"),
    ("", "'' is not a number"),
])
def test_what_is_no_number_is_refused_with_the_reason(text, reason):
    with pytest.raises(InvalidQuantity) as caught:
        parse_quantity(text)
    assert str(caught.value) == reason


def test_thousands_of_zeros_are_refused_like_few():
    # Python refuses to turn more than 4,300 digits into an int; that ended the whole check
    with pytest.raises(InvalidQuantity, match="begins with a zero"):
        parse_quantity("0" * 5000 + "1")


@pytest.mark.parametrize(("a", "b", "tolerance", "agree"), [
    ("7", "7.0", 0, True),
    ("7", "~7", 0, True),
    ("7", "7.1", 0, False),
    ("7", "7.05", 0.01, True),
    ("7", "7.2", 0.01, False),
    ("5.1±0.6", "5.6", 0, True),
    ("5.1±0.6", "5.8", 0, False),
    (">50", "60", 0, True),
    (">50", "40", 0, False),
    (">50", "<60", 0, True),
    (">50", "<40", 0, False),
    ("947..1024", "1000", 0, True),
    ("947..1024", "1025", 0, False),
    ("947..1024", "1024..1100", 0, True),
    ("5±1", ">5.5", 0, True),
    ("5±1", ">6.5", 0, False),
    ("not-reported", "not-reported", 0, True),
    ("not-reported", "7", 0, False),
    ("0", "0", 0, True),
    ("0", "1e-6", 0, False),
])
def test_numbers_agree_when_both_may_mean_the_same(a, b, tolerance, agree):
    assert parse_quantity(a).agrees_with(parse_quantity(b), tolerance) is agree
    assert parse_quantity(b).agrees_with(parse_quantity(a), tolerance) is agree


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(derandomize=True, max_examples=300)
def test_every_finite_number_is_read_as_it_is_written(number):
    assert parse_quantity(repr(number)).value == number


@given(st.text(alphabet="0123456789.,eE+-±~<>≥≤ kM%_", max_size=20) | st.text(max_size=12))
@settings(derandomize=True, max_examples=600)
def test_any_text_is_a_number_or_refused(text):
    try:
        found = parse_quantity(text)
    except InvalidQuantity as error:
        assert str(error)
    else:
        assert found.text == text
        assert all(n is None or math.isfinite(n) for n in (found.value, found.low, found.high))
        assert found.low is None or found.high is None or found.low <= found.high
