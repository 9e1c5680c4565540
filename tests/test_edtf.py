"""Dates of uncertain precision: what they mean, which are refused, and how two are compared."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.edtf import Date, InvalidDate, parse_date


@pytest.mark.parametrize(("text", "first", "last"), [
    ("1943", "1943-01-01", "1943-12-31"),
    ("0001", "0001-01-01", "0001-12-31"),
    ("9999", "9999-01-01", "9999-12-31"),
    ("1986-10", "1986-10-01", "1986-10-31"),
    ("2000-02", "2000-02-01", "2000-02-29"),
    ("1900-02", "1900-02-01", "1900-02-28"),
    ("2016-03-09", "2016-03-09", "2016-03-09"),
    ("2016-02-29", "2016-02-29", "2016-02-29"),
    ("2016-03-09~", "2016-03-09", "2016-03-09"),
    ("1974?", "1974-01-01", "1974-12-31"),
    ("1974%", "1974-01-01", "1974-12-31"),
    ("199X", "1990-01-01", "1999-12-31"),
    ("19XX", "1900-01-01", "1999-12-31"),
    ("2016-XX", "2016-01-01", "2016-12-31"),
    ("2016-03-XX", "2016-03-01", "2016-03-31"),
    ("2016-21", "2016-03-01", "2016-05-31"),
    ("2016-24", "2016-12-01", "2016-12-31"),
    ("2016-03-09/2016-03-15", "2016-03-09", "2016-03-15"),
    ("1974~/1980~", "1974-01-01", "1980-12-31"),
    ("2016/2016", "2016-01-01", "2016-12-31"),
    ("../2022-02-07", None, "2022-02-07"),
    ("/2022-02-07", None, "2022-02-07"),
    ("2019/..", "2019-01-01", None),
    ("2019/", "2019-01-01", None),
])
def test_date_keeps_its_text_and_its_first_and_last_day(text, first, last):
    assert parse_date(text) == Date(text, first, last)


@pytest.mark.parametrize(("text", "reason"), [
    ("2018-02-29", "2018-02 has 28 days, there is no day 29"),
    ("2018-02-30", "2018-02 has 28 days, there is no day 30"),
    ("1900-02-29", "1900-02 has 28 days, there is no day 29"),
    ("2018-04-31", "2018-04 has 30 days, there is no day 31"),
    ("2018-04-00", "2018-04 has 30 days, there is no day 00"),
    ("2018-13", "there is no month 13 (01 to 12; seasons 21 to 24)"),
    ("2018-00", "there is no month 00 (01 to 12; seasons 21 to 24)"),
    ("2018-25", "there is no month 25 (01 to 12; seasons 21 to 24)"),
    ("2018-21-05", "'2018-21-05' has a day in a season"),
    ("199X-05", "'199X-05' has a month in an unspecified year"),
    ("0000", "the year 0000 is not used here"),
    ("00XX", "the year 0000 is not used here"),
    ("18", "'18' is not a year, month or day (YYYY, YYYY-MM or YYYY-MM-DD)"),
    ("2018-4", "'2018-4' is not a year, month or day (YYYY, YYYY-MM or YYYY-MM-DD)"),
    ("20180401", "'20180401' is not a year, month or day (YYYY, YYYY-MM or YYYY-MM-DD)"),
    ("2018-04-01T10:00", "'2018-04-01T10:00' is not a year, month or day (YYYY, YYYY-MM or YYYY-MM-DD)"),
    ("30.11.2026", "'30.11.2026' is not a year, month or day (YYYY, YYYY-MM or YYYY-MM-DD)"),
    ("1943 ", "'1943 ' is not a year, month or day (YYYY, YYYY-MM or YYYY-MM-DD)"),
    ("1943\n", "'1943\\n' is not a year, month or day (YYYY, YYYY-MM or YYYY-MM-DD)"),
    ("١٩٤٣", "'١٩٤٣' is not a year, month or day (YYYY, YYYY-MM or YYYY-MM-DD)"),
    ("", "'' is not a year, month or day (YYYY, YYYY-MM or YYYY-MM-DD)"),
    ("/", "'/' has neither a beginning nor an end"),
    ("../..", "'../..' has neither a beginning nor an end"),
    ("2018/2017", "'2018/2017' ends before it begins"),
    ("2016-03-15/2016-03-09", "'2016-03-15/2016-03-09' ends before it begins"),
    ("2016/2017/2018", "'2017/2018' is not a year, month or day (YYYY, YYYY-MM or YYYY-MM-DD)"),
    ("2016-03-09/15", "'15' is not a year, month or day (YYYY, YYYY-MM or YYYY-MM-DD)"),
])
def test_what_is_no_date_is_refused_with_the_reason(text, reason):
    with pytest.raises(InvalidDate) as caught:
        parse_date(text)
    assert str(caught.value) == reason


@pytest.mark.parametrize(("a", "b", "overlap"), [
    ("2016", "2016-03-09", True),
    ("2016-03", "2016-04", False),
    ("2016-03-09/2016-03-15", "2016-03-15", True),
    ("2016-03-09/2016-03-15", "2016-03-16", False),
    ("../2022-02-07", "2022-02-07", True),
    ("../2022-02-07", "2022-02-08", False),
    ("2019/..", "2018", False),
    ("2019/..", "../2020", True),
])
def test_dates_overlap_when_both_may_mean_the_same_day(a, b, overlap):
    assert parse_date(a).overlaps(parse_date(b)) is overlap
    assert parse_date(b).overlaps(parse_date(a)) is overlap


@pytest.mark.parametrize(("coarse", "fine", "contains"), [
    ("2016", "2016-03-09", True),
    ("2016", "2016", True),
    ("2016-03-09", "2016", False),
    ("2016", "2015-12/2016-01", False),
    ("2015/..", "2016/..", True),
    ("2016/..", "2015/..", False),
    ("../2020", "../2019", True),
    ("2016", "2016/..", False),
    ("2016", "../2016", False),
])
def test_coarser_date_contains_the_finer(coarse, fine, contains):
    assert parse_date(coarse).contains(parse_date(fine)) is contains


def test_open_dates_are_never_certainly_before():
    assert not parse_date("2019/..").is_before(parse_date("2030"))
    assert not parse_date("2010").is_before(parse_date("../2020"))
    assert parse_date("2010").is_before(parse_date("2011/.."))


@given(st.dates())
@settings(derandomize=True, max_examples=200)
def test_every_day_of_the_calendar_is_a_date_and_the_day_after_its_month_is_none(day):
    assert parse_date(day.isoformat()) == Date(day.isoformat(), day.isoformat(), day.isoformat())
    month = parse_date(day.isoformat()[:7])
    assert month.first <= day.isoformat() <= month.last
    assert date.fromisoformat(month.last).day == 31 or (date.fromisoformat(month.last) + timedelta(days=1)).day == 1


@given(st.text(alphabet="0123456789-/.X~?% ", max_size=24) | st.text(max_size=12))
@settings(derandomize=True, max_examples=500)
def test_any_text_is_a_date_or_refused(text):
    try:
        found = parse_date(text)
    except InvalidDate as error:
        assert str(error)
    else:
        assert found.text == text
        assert found.first or found.last
        assert not (found.first and found.last and found.first > found.last)
