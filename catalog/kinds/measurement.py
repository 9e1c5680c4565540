"""Measurements: what the reference benchmark measured; written by it and never by hand."""

from typing import Literal

from catalog.fields import Date, Line, Quantity, Ref, field
from catalog.kinds import kind
from catalog.kinds.common import Record


@kind("measurements", singular="measurement", label_ru="Измерения", order=18, needs_sources=False)
class Measurement(Record):
    """One run of the reference benchmark on one device (docs/benchmark.md)."""

    date: Date = field("Day of the run.", ru="Дата", evidence=False, required=True)
    workload: Literal["mnist-ref", "gemm", "copy", "conv2d", "attention"] = field("What was run.", ru="Задача", required=True, facet=True)
    track: Literal["plain", "tuned", "open"] = field("Under which rules.", ru="Категория", required=True, facet=True)
    device: Ref["hardware"] | None = field("On what; left out when the device has no record.", ru="Устройство")
    precision: Line | None = field("Number format.", ru="Точность")
    median_s: Quantity | None = field("Median duration.", ru="Медиана", unit="s", evidence=False)
    gflops: Quantity | None = field("Rate reached.", ru="Скорость", unit="GFLOPS", evidence=False)
    is_noisy: bool | None = field("Whether fewer than three samples were clean.", ru="Шумное измерение")
