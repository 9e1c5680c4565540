"""Hardware: devices side by side, what fits into them, what they cost and what was measured."""

from __future__ import annotations

import sqlite3

import pytest

from catalog.site.sections.hardware import parameters_number
from explore.explored import Get, text_of


def test_devices_stand_side_by_side_with_units_and_disagreements(get: Get):
    page = get("/hardware?a=geforce-gtx-1080&b=nvidia-h100-sxm&c=radeon-hd-5970")
    table = page[page.index('class="compare"'):page.index('id="fit"')]
    for fact in ("GeForce GTX 1080", "NVIDIA H100 SXM", "Radeon HD 5970", "Memory GiB", "Bandwidth GB/s", "Power W", "GFLOPS", "not adjusted for inflation"):
        assert fact in text_of(table)
    assert "≠" in table and "at the boost clock" in text_of(table)


def test_same_device_twice_stands_once(get: Get):
    page = get("/hardware?a=geforce-gtx-1080&b=geforce-gtx-1080")
    assert page.count('<th scope="col"><a href="/catalog/hardware/geforce-gtx-1080">') == 1


def test_fit_shows_its_arithmetic_and_that_it_is_a_lower_bound(get: Get):
    page = get("/hardware?parameters=7B&bits=16")
    fit = text_of(page[page.index('id="fit"'):page.index('id="measured"')]).replace("\u202f", " ")
    assert "7 000 000 000 parameters × 16 bits ÷ 8 = 14 000 000 000 bytes" in fit and "= 13.039 GiB" in fit
    assert "Lower bound" in fit
    assert "13.039 ÷ 80 = 0.16, 66.96 GiB left" in fit
    assert "13.039 ÷ 11 = 1.19, at least 2 of them" in fit


def test_fit_of_a_model_takes_its_published_number(get: Get):
    page = text_of(get("/hardware?model=bert&bits=32")).replace("\u202f", " ")
    assert "BERT : 340 000 000 parameters × 32 bits ÷ 8 = 1 360 000 000 bytes" in page


@pytest.mark.parametrize("number", ["many", "-5", "1e99", "0"])
def test_fit_refuses_what_is_no_number(number: str, get: Get):
    assert "is no number of parameters" in text_of(get(f"/hardware?parameters={number}"))


@pytest.mark.parametrize("text,number", [("7000000", 7e6), ("70e9", 70e9), ("7B", 7e9), ("1.5 b", 1.5e9), ("1,5B", 1.5e9), ("7 000 000", 7e6), ("１２", None), ("1e19", None)])
def test_numbers_of_parameters_are_read_as_people_write_them(text: str, number: float | None):
    assert parameters_number(text) == number


def test_rate_per_dollar_says_the_price_and_its_day(get: Get, small: Get):
    page = get("/hardware?rate=gflops_per_usd")
    assert "599 USD, 2016-05-27" in page and "not adjusted for inflation" in page
    assert "(vector, boost, 400 USD, 2016-06-01)" in small("/hardware?rate=gflops_per_usd")


def test_precision_without_a_device_says_what_there_is(get: Get):
    page = text_of(get("/hardware?precision=int8&sparsity=dense&unit=vector"))
    assert "No dated device claims such a peak" in page and "int8 matrix dense" in page


def test_no_measurements_are_said_to_be_none(get: Get, db: sqlite3.Connection):
    count = db.execute("SELECT count(*) FROM claimed_vs_measured").fetchone()[0]
    assert ("There are no measurements yet" in get("/hardware")) == (count == 0)


def test_measurement_stands_beside_the_claim(small: Get):
    measured = small("/hardware")
    assert "3000 GFLOPS 4000 0.75" in text_of(measured[measured.index('id="measured"'):])


def test_forms_of_the_hardware_page_keep_what_the_others_asked(get: Get):
    page = get("/hardware?a=geforce-gtx-1080&precision=fp64&parameters=7B")
    assert page.count('<input type="hidden" name="a" value="geforce-gtx-1080">') == 2
    assert page.count('<input type="hidden" name="precision" value="fp64">') == 2
