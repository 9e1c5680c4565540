"""Words of a source against a value: what agrees, what does not, and that no words end the check."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.edtf import parse_date
from catalog.printed import date_agrees, number_agrees, numbers_in
from catalog.quantity import parse_quantity


@pytest.mark.parametrize(("value", "printed", "tolerance"), [
    ("531131", "531,131", 0), ("531131", "531 131", 0), ("531131", "531\u00a0131", 0), ("531131", "531'131", 0),
    ("1200000", "1.2 million", 0), ("1200000", "1.2M", 0), ("1200000", "1,2 млн", 0), ("10000000", "10 million images", 0),
    ("1234567", "1.2 million", 0), ("60000", "60k", 0), ("1.2e6", "1.2×10^6", 0), ("1.2e6", "1.2·10^6", 0), ("1.2e6", "1.2e6", 0),
    ("13500", "over 13k", 0), ("13500", ">13,000", 0), ("12000", "nearly 12,500", 0), ("7", "seven", 0), ("9", "девять", 0),
    ("7", "~7", 0), ("1000", "about 1,020", 0), ("94.5", "94.5%", 0), ("0.945", "94.5%", 0), ("10.8", "0.108", 0), ("0.945", "94.5", 0),
    ("-3", "−3", 0), ("0.5", ".5", 0), ("3200", "2 × 1600", 0), ("32768", "4 x 8,192 = 32,768", 0), ("64", "32×2", 0),
    ("100", "100.4", 0.005), ("5.1±0.6", "5.1", 0), ("947..1024", "between 947 and 1024", 0), ("not-reported", "anything", 0),
    ("125000", "125 TFLOPS", 0), ("3600", "1 hour", 0), ("0.004", "4 ms", 0), (">50", "more than 50", 0),
])
def test_printed_number_agrees(value, printed, tolerance):
    assert number_agrees(parse_quantity(value), printed, tolerance)


@pytest.mark.parametrize(("value", "printed", "tolerance"), [
    ("73257", "73,527", 0), ("1234567", "1.3 million", 0), ("60000", "6000", 0), ("7", "eight", 0), ("100", "100.6", 0.005),
    ("20000", "over 13k", 0), ("1000", "about 1,200", 0), ("5", "", 0), ("5", "no number", 0),
    ("1200", "12", 0), ("60000", "600", 0), ("3", "300", 0),  # a hundred times as much is no percentage
    ("5", "1e999", 0), ("5", "1e308 million", 0),  # infinite, and infinitely wide
])
def test_printed_number_differs(value, printed, tolerance):
    assert not number_agrees(parse_quantity(value), printed, tolerance)


@pytest.mark.parametrize("printed", [
    "1e999", "5·10^999", "5·10^-999", "1e-999", "1,234,567,89", "70,123,45", "1,234 567,8", "4 x .", "8 x 1,2,3", "9" * 2000, "1e" + "9" * 1900,
    "10^{", "٣", "19٩0s", "٠٩.٠٣.2016", "²", "1.2.3.4", ",", "x", "× 2", "1 × 10^^2",
])
def test_odd_print_is_read_or_passed_over(printed):
    # each of the first ten ended the whole check with an exception
    for value in ("5", "60000", "0.001", ">50", "1..2"):
        number_agrees(parse_quantity(value), printed)
    date_agrees(parse_date("2016"), printed)


def test_numbers_of_a_text_come_with_half_a_unit_of_their_last_place():
    assert numbers_in("73,257 images")[0] == (73257.0, 0.5)
    assert numbers_in("60,000 images")[0] == (60000.0, 5000.0)
    assert numbers_in("92.0")[0] == (92.0, 0.05)
    assert (18.6e9, 0.05e9) in numbers_in("18.6 billion")


_ENGLISH = "january february march april may june july august september october november december".split()
_RUSSIAN = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
_RUSSIAN_ALONE = "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь".split()


@pytest.mark.parametrize("month", range(1, 13))
def test_month_is_read_in_both_languages(month):
    right, wrong = parse_date(f"2016-{month:02}-09"), parse_date(f"2016-{month % 12 + 1:02}-09")
    name = _ENGLISH[month - 1]
    texts = [
        f"9 {name} 2016", f"{name.capitalize()} 9th, 2016", f"{name[:3].capitalize()}. 9, 2016", f"{name} 2016", f"{name[:3].upper()} 2016",
        f"9 {_RUSSIAN[month - 1]} 2016 г.", f"{_RUSSIAN_ALONE[month - 1]} 2016",
    ]
    for text in texts:
        assert date_agrees(right, text), text
        assert not date_agrees(wrong, text), text


@pytest.mark.parametrize(("value", "printed", "agrees"), [
    ("2016-03-09", "2016", True),
    ("2016-03-09", "2016-03", True),
    ("2016-03", "9 March 2016", True),
    ("2016-03-09/2016-03-15", "9–15 March 2016", True),
    ("2016-03-09", "10 March 2016", False),
    ("2016-03-09", "09.03.2016", True),
    ("2016-03-09", "3/9/2016", True),
    ("2016-03-09", "10.03.2016", False),  # the year of a whole date agreed with any day of it
    ("2016-03-09", "published 2016-03-10, read 2020", False),
    ("2016-03-09", "published 2016-03-09, read 2020", True),
    ("2012-06-22", "2012-06-01T00:00:00", True),  # a month as tables of data write it
    ("2012-06-22", "2012-06-21T00:00:00", False),
    ("1995", "1990s", True),
    ("1987~/1993~", "in the late 1990s", False),  # the decade was read as its first year
    ("1996", "в конце 1990-х", True),
    ("1991", "в конце 1990-х", False),
    ("1984", "mid-1980s", True),
    ("1989", "early 1980's", False),
    ("2016", "2017", False),
    ("2016-09", "a market of 2016", True),
    ("2016-09", "Martin, 2016", True),
    ("2016", "no year", False),
    ("1763", "1763", True),
    ("../2022-02-07", "2021", True),
    ("../2022-02-07", "2023", False),
])
def test_printed_date(value, printed, agrees):
    assert date_agrees(parse_date(value), printed) is agrees


@given(st.text(alphabet="0123456789.,eE+-×x^·~<>% abkMmillionмай/'", max_size=40) | st.text(max_size=20))
@settings(derandomize=True, max_examples=800)
def test_any_print_can_be_compared(printed):
    for value in ("5", "60000", "5.1±0.6", ">50"):
        assert number_agrees(parse_quantity(value), printed) in (True, False)
    assert date_agrees(parse_date("2016-03-09"), printed) in (True, False)
