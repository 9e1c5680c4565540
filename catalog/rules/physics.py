"""Rules of hardware: numbers that no device of its year could have, or that do not fit each other.

The records below are the best devices of their year as their makers state them. They are no data of the catalog,
only yardsticks: a number beyond twice the record (or a hundred times below it) is more often in the wrong unit than true.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog.bench.hardware_records import chips_seen_apart
from catalog.kinds.hardware import Hardware, Peak
from catalog.problems import Rule
from catalog.rules import Context, Finding, check
from catalog.rules.chronology import beginning
from catalog.rules.examples import VENDOR, files, hardware

_MARGIN = 2.0
# GB/s of memory outside the chip, per chip: Radeon 9700 Pro, 8800 Ultra, GTX 285, GTX 580, HD 7970 GHz, Titan Black, Fury X,
# P100, V100, Radeon VII, A100, MI250X, H100, MI300X, B200, Rubin (announced)
_BANDWIDTH = {2002: 20, 2006: 104, 2008: 159, 2010: 192, 2012: 288, 2014: 336, 2015: 512, 2016: 732, 2017: 900, 2018: 1024,
              2020: 1935, 2021: 3277, 2022: 3352, 2023: 5300, 2024: 8000, 2026: 22000}
# Million transistors per mm²: Pentium 4, G80, RV770, Cypress, Kepler, Maxwell, Pascal, Volta, Navi 10, A100, Apple A14, M2,
# A17 Pro, Blackwell die
_DENSITY = {2000: 0.3, 2006: 1.7, 2008: 3.7, 2009: 6.4, 2012: 12.3, 2014: 16, 2016: 25, 2017: 50, 2018: 84, 2020: 134, 2023: 183, 2025: 250}
# GFLOPS per watt of fp32 on ordinary units: 8800 GTX, HD 4870, HD 5870, HD 7970, GTX 980, Tesla P4, Quadro RTX 4000, RTX A2000, L4
_VECTOR = {2006: 2.4, 2008: 8, 2009: 14.5, 2012: 17, 2014: 28, 2016: 110, 2018: 116, 2021: 140, 2022: 421, 2025: 450}
# … and on matrix units, dense, counted in 16-bit arithmetic: TPU v1 (8 bit), V100, T4 and Edge TPU, A30, L4, B200, later
_MATRIX = {2015: 614, 2017: 614, 2018: 1000, 2021: 1250, 2022: 1690, 2024: 2500, 2026: 5000}
_BITS = {"fp64": 64, "fp32": 32, "tf32": 32, "fp16": 16, "bf16": 16, "int16": 16, "fp8": 8, "int8": 8, "fp6": 8, "fp4": 4, "int4": 4, "int1": 1}
_MEASURED_PRECISION = {"float32": "fp32", "float16": "fp16", "bfloat16": "bf16", "float64": "fp64"}


def _record(table: dict[int, float], year: int) -> float | None:
    """Return the record of a year, the next table entry's if that is only a year away; None before the table begins."""
    known = [value for since, value in table.items() if since <= year + 1]
    return known[-1] if known else None


def _year(content: Hardware) -> int | None:
    begun = beginning(content)
    return int(begun[1].last[:4]) if begun and begun[1].last else None


def _devices(context: Context) -> Iterator[tuple]:
    """Yield (record, fields, year, chips) of every device that has a year; systems only where they say how many chips they have."""
    for record in context.catalog.of_kind("hardware"):
        content: Hardware = record.record
        year = _year(content)
        chips = content.chips.value if content.chips else None
        if year is not None and (chips or content.type not in ("system", "wafer")):
            yield record, content, year, chips or 1.0


def _plain(number: float) -> str:
    """Return a number with three or more digits, never with an exponent."""
    return f"{number:.0f}" if abs(number) >= 100 else f"{number:.3g}"


def _judge(record, place: str, value: float, best: float | None, year: int, words: str, unit: str) -> Iterator[Finding]:
    if best is not None and not best / 100 / _MARGIN <= value <= best * _MARGIN:
        only = "only " if value < best else ""
        what = f"{place}: {words} {only}{_plain(value)} {unit}, where the best around {year} had {_plain(best)}"
        yield Finding(record, place, what, "check the number and its unit, and the year")


@check(Rule(
    "implausible-bandwidth", "warning", "Memory is not more than twice as fast as the fastest of its year.",
    "Such a number is usually in the wrong unit, or of another device.",
    files(hardware__card=hardware("bandwidth_gb_s: 320000\n"), organizations__chipmaker=VENDOR),
    files(hardware__card=hardware("bandwidth_gb_s: 320\n"), organizations__chipmaker=VENDOR)))
def check_bandwidth(context: Context) -> Iterator[Finding]:
    for record, content, year, chips in _devices(context):
        on_chip = "sram" in (content.memory_type or "").lower()
        if content.bandwidth_gb_s and content.bandwidth_gb_s.value and not on_chip and content.type in ("gpu", "tpu", "system"):
            yield from _judge(record, "bandwidth_gb_s", content.bandwidth_gb_s.value / chips, _record(_BANDWIDTH, year), year, "each chip moves", "GB/s")


@check(Rule(
    "implausible-density", "warning", "Transistors stand not more than twice as close as the closest of their year.",
    "The number of transistors or the area is wrong, or one is of a chip and the other of the whole device.",
    files(hardware__card=hardware("transistors: 7.2e12\ndie_mm2: 314\n"), organizations__chipmaker=VENDOR),
    files(hardware__card=hardware("transistors: 7.2e9\ndie_mm2: 314\n"), organizations__chipmaker=VENDOR)))
def check_density(context: Context) -> Iterator[Finding]:
    for record, content, year, chips in _devices(context):
        if content.transistors and content.die_mm2 and content.transistors.value and content.die_mm2.value:
            density = content.transistors.value / 1e6 / content.die_mm2.value / chips
            yield from _judge(record, "transistors", density, _record(_DENSITY, year), year, "each mm² holds", "million transistors")


@check(Rule(
    "implausible-efficiency", "warning", "Arithmetic per watt is not more than twice the best of its year.",
    "The peak or the power is wrong, or the peak counts structured zeros.",
    files(hardware__card=hardware("power_w: 180\npeaks:\n  fp32: {precision: fp32, unit: vector, gflops: 8873000}\n"), organizations__chipmaker=VENDOR),
    files(hardware__card=hardware("power_w: 180\npeaks:\n  fp32: {precision: fp32, unit: vector, gflops: 8873}\n"), organizations__chipmaker=VENDOR)))
def check_efficiency(context: Context) -> Iterator[Finding]:
    for record in context.catalog.of_kind("hardware"):
        content: Hardware = record.record
        year, power = _year(content), content.power_w.value if content.power_w else None
        if year is None or not power:
            continue
        for key, peak in content.peaks.items():
            if peak.gflops.value is None:
                continue
            matrix = peak.unit == "matrix" or _BITS[peak.precision] < 16
            rate = peak.gflops.value * _BITS[peak.precision] / (16 if matrix else 32) / (2 if peak.sparsity == "sparse" else 1) / power
            best = _record(_MATRIX if matrix else _VECTOR, year)
            if best is not None and rate > best * _MARGIN:
                what = f"peaks.{key}.gflops: {_plain(rate)} GFLOPS per watt (counted in {16 if matrix else 32}-bit arithmetic), where the best around {year} had {_plain(best)}"
                yield Finding(record, f"peaks.{key}.gflops", what, "check the peak, its precision and sparsity, and the power")


@check(Rule(
    "peak-arithmetic", "warning", "The fp32 peak of a GPU is its units times its clock times two.",
    "A multiply-add counts as two; some chips start two of them at a time. Another ratio means that one of the numbers is of another card or clock.",
    files(hardware__card=hardware("units: 2560\nboost_clock_mhz: 1733\npeaks:\n  fp32: {precision: fp32, unit: vector, clock: boost, gflops: 8228}\n"), organizations__chipmaker=VENDOR),
    files(hardware__card=hardware("units: 2560\nboost_clock_mhz: 1733\npeaks:\n  fp32: {precision: fp32, unit: vector, clock: boost, gflops: 8873}\n"), organizations__chipmaker=VENDOR)))
def check_peaks(context: Context) -> Iterator[Finding]:
    for record in context.catalog.of_kind("hardware"):
        content: Hardware = record.record
        for key, peak in content.peaks.items():
            clock = {"boost": content.boost_clock_mhz, "base": content.base_clock_mhz}.get(peak.clock)
            if content.type != "gpu" or (peak.precision, peak.unit) != ("fp32", "vector") or not (clock and clock.value and content.units and content.units.value):
                continue
            computed = 2 * content.units.value * clock.value / 1000
            if peak.gflops.value and all(abs(peak.gflops.value / computed - factor) > 0.04 * factor for factor in (0.5, 1, 2)):
                what = f"peaks.{key}.gflops: {peak.gflops}, but 2 × {content.units} units × {clock} MHz is {_plain(computed)} GFLOPS"
                yield Finding(record, f"peaks.{key}.gflops", what, "compare the peak, the units and the clock with their sources")


@check(Rule(
    "boost-below-base", "warning", "The boost clock is not below the base clock.", "The two were exchanged, or one is of another card.",
    files(hardware__card=hardware("base_clock_mhz: 1733\nboost_clock_mhz: 1607\n"), organizations__chipmaker=VENDOR),
    files(hardware__card=hardware("base_clock_mhz: 1607\nboost_clock_mhz: 1733\n"), organizations__chipmaker=VENDOR)))
def check_clocks(context: Context) -> Iterator[Finding]:
    for record in context.catalog.of_kind("hardware"):
        base, boost = record.record.base_clock_mhz, record.record.boost_clock_mhz
        if base and boost and base.value and boost.value and boost.value < base.value:
            yield Finding(record, "boost_clock_mhz", f"boost_clock_mhz: {boost} is below the base clock ({base})", "mend one of the two")


_MEASURED = "name: Run 1\ndate: 2026-11-20\nworkload: gemm\ntrack: plain\ndevice: card\nprecision: fp32\ngflops: %s\n"
_CLAIMED = {"hardware__card": hardware("peaks:\n  fp32: {precision: fp32, unit: vector, gflops: 8873}\n"), "organizations__chipmaker": VENDOR}


def _ratios(context: Context) -> Iterator[tuple]:
    """Yield (record, place, measured, claimed, ratio) of every rate whose device claims a dense peak of its precision, or a bandwidth."""
    for record in context.catalog.of_kind("measurements"):
        device = context.catalog.get("hardware", record.record.device)
        if device is None:
            continue
        precision = (record.record.precision or "").lower()
        best = _best_peak(device.record, _MEASURED_PRECISION.get(precision, precision))
        chips = chips_seen_apart(device.record.type, device.record.chips and device.record.chips.value)
        pairs = (("gflops", record.record.gflops, best.gflops if best else None), ("gb_s", record.record.gb_s, device.record.bandwidth_gb_s))
        for place, measured, claimed in pairs:
            if measured is not None and measured.value is not None and claimed is not None and claimed.value:
                yield record, place, measured, claimed, measured.value / claimed.value * chips


def _best_peak(content: Hardware, precision: str) -> Peak | None:
    claimed = [p for p in content.peaks.values() if p.precision == precision and p.sparsity == "dense" and p.gflops.value]
    return max(claimed, key=lambda p: p.gflops.value, default=None)


@check(Rule(
    "measured-over-claimed", "warning", "What was measured is not above the peak that the maker claims.",
    "A clock beyond the rated one explains a little; the page shows it.",
    files(measurements__run_1=_MEASURED % 9100, **_CLAIMED), files(measurements__run_1=_MEASURED % 7900, **_CLAIMED)))
def check_measured(context: Context) -> Iterator[Finding]:
    for record, place, measured, claimed, ratio in _ratios(context):
        if 1 < ratio <= 1.25:
            yield Finding(record, place, f"{place}: {measured} is {ratio:.2f} times the claimed peak ({claimed})", "compare the clock during the run with the clock that the peak holds at")


@check(Rule(
    "measured-impossible", "error", "What was measured is at most 1.25 times the peak that the maker claims.",
    "So much cannot be explained by the clock: the precision, the sparsity or the device is another one.",
    files(measurements__run_1=_MEASURED % 18000, **_CLAIMED), files(measurements__run_1=_MEASURED % 7900, **_CLAIMED)))
def check_measured_impossible(context: Context) -> Iterator[Finding]:
    for record, place, measured, claimed, ratio in _ratios(context):
        if ratio > 1.25:
            yield Finding(record, place, f"{place}: {measured} is {ratio:.2f} times the claimed peak ({claimed})", "check the device, the precision and the claimed peak")
