"""Hardware: what networks are trained and run on, and what its makers claim."""

from typing import Literal

from catalog.fields import Date, Line, Quantity, Ref, Version, field
from catalog.kinds import kind
from catalog.kinds.common import Record, Sourced


class Peak(Sourced):
    """A peak rate of arithmetic as its maker claims it."""

    precision: Literal[
        "fp64", "fp32", "tf32", "fp16", "bf16", "fp8", "fp6", "fp4", "int16", "int8", "int4", "int1",
    ] = field("Number format.", ru="Точность", required=True)
    unit: Literal["vector", "matrix"] = field(
        "Ordinary arithmetic units or matrix units (tensor cores, systolic arrays).", ru="Блок", required=True)
    sparsity: Literal["dense", "sparse"] = field("Whether structured zeros are counted.", ru="Разреженность", default="dense")
    clock: Literal["base", "boost", "not-reported"] = field("Clock the figure holds at.", ru="Частота", default="not-reported")
    gflops: Quantity = field("Peak rate, a multiply-add counted as two.", ru="Пик", unit="GFLOPS", required=True, tolerance=0.005)


class Price(Sourced):
    """A price at a day."""

    date: Date = field("When.", ru="Дата", required=True)
    amount: Quantity = field("How much.", ru="Сумма", required=True)
    currency: Line = field("ISO 4217 code.", ru="Валюта", required=True, min_length=3, max_length=3)
    condition: Literal["new", "used", "rental-hour"] = field("New, used, or rent for an hour.", ru="Состояние", default="new")


@kind("hardware", singular="device", label="Hardware", label_ru="Оборудование", order=17, sort="-announced_from")
class Hardware(Record):
    """A processor, accelerator, card or system, with what its maker claims for it."""

    vendor: Ref["organizations"] = field("Who designs it.", ru="Производитель", required=True, facet=True)
    type: Literal["gpu", "tpu", "npu", "cpu", "asic", "fpga", "wafer", "soc", "system"] = field(
        "What it is.", ru="Тип", required=True, facet=True)
    architecture: Line | None = field("Architecture.", ru="Архитектура", evidence=True, facet=True)
    chip: Line | None = field("Chip.", ru="Чип", evidence=True)
    chips: Quantity | None = field("Number of chips that work as one device.", ru="Чипов")
    variant_of: Ref["hardware"] | None = field("Device it is a variant of.", ru="Вариант")
    announced: Date | None = field("When it was announced.", ru="Анонс")
    available: Date | None = field("When it could be had.", ru="В продаже")
    supported_until: Date | None = field("End of its maker's support.", ru="Поддержка до")
    process_nm: Quantity | None = field("Manufacturing process, as its maker names it.", ru="Техпроцесс", unit="nm")
    transistors: Quantity | None = field("Transistors of the whole device.", ru="Транзисторов", tolerance=0.01)
    die_mm2: Quantity | None = field("Area of one die.", ru="Площадь кристалла", unit="mm²", tolerance=0.01)
    base_clock_mhz: Quantity | None = field("Base clock.", ru="Базовая частота", unit="MHz")
    boost_clock_mhz: Quantity | None = field("Boost clock.", ru="Турбочастота", unit="MHz")
    units: Quantity | None = field("Number of arithmetic units as its maker counts them (CUDA cores, stream processors).", ru="Блоков")
    memory_gib: Quantity | None = field("Memory of the whole device.", ru="Память", unit="GiB")
    memory_type: Line | None = field("Kind of memory.", ru="Тип памяти", evidence=True)
    bandwidth_gb_s: Quantity | None = field("Memory bandwidth of the whole device.", ru="Пропускная способность", unit="GB/s", tolerance=0.005)
    interconnect_gb_s: Quantity | None = field("Bandwidth to other devices, both directions together.", ru="Связь", unit="GB/s")
    power_w: Quantity | None = field("Rated power.", ru="Мощность", unit="W")
    form_factor: Line | None = field("Card, module, chip.", ru="Исполнение", evidence=True)
    compute_capability: Version | None = field("CUDA compute capability, quoted.", ru="Вычислительная версия CUDA", evidence=True)
    peaks: dict[str, Peak] = field("Claimed peak rates by key.", ru="Заявленные пики", default=dict)
    prices: list[Price] = field("Prices.", ru="Цены", default=list)
