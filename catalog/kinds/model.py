"""Models: trained networks and the systems built on them."""

from typing import Literal

from catalog.fields import Date, Line, Quantity, Ref, Text, field
from catalog.kinds import kind
from catalog.kinds.common import Listing, Record


@kind("models", singular="model", label_ru="Модели", order=20, sort="-released_from")
class Model(Record):
    """A network, trained or designed, or a system built on one."""

    organizations: list[Ref["organizations"]] = field("Who made it.", ru="Организации", default=list)
    people: list[Ref["people"]] = field("Who made it.", ru="Авторы", default=list)
    released: Date | None = field("First public appearance.", ru="Вышла")
    paper: Ref["sources"] | None = field("The work that describes it.", ru="Работа")
    methods: list[Ref["methods"]] = field("Ideas it is built from.", ru="Методы", default=list)
    based_on: list[Ref["models"]] = field("Models it grew from.", ru="Основана на", default=list)
    parameters: Quantity | None = field("Number of trained parameters.", ru="Параметры", tolerance=0.01)
    layers: Quantity | None = field("Number of layers as its authors count them.", ru="Слои")
    context_tokens: Quantity | None = field("Longest input.", ru="Контекст", unit="tokens")
    training_flop: Quantity | None = field("Arithmetic spent on training.", ru="Вычисления обучения", unit="FLOP")
    training_duration: Line | None = field("How long the training took, as reported.", ru="Время обучения", evidence=True)
    training_data: list[Ref["datasets"]] = field("Data it was trained on.", ru="Данные обучения", default=list)
    training_hardware: list[Ref["hardware"]] = field("Devices it was trained on.", ru="Оборудование обучения", default=list)
    training_devices: Quantity | None = field("Number of those devices.", ru="Число устройств")
    weights: Literal["open", "restricted", "api-only", "closed", "lost"] | None = field(
        "Whether the weights can be had; `restricted`: on request only, or under a licence that forbids some uses.", ru="Веса", evidence=True, facet=True)
    weights_licence: Line | None = field("Licence of the weights (SPDX where one exists).", ru="Лицензия весов", evidence=True)
    frameworks: list[Ref["frameworks"]] = field("Libraries it is written in.", ru="Библиотеки", default=list)
    architecture: Text | None = field("How it is built.", ru="Устройство")
    active_parameters: Quantity | None = field(
        "Parameters that work on one token, where only some experts do.", ru="Активные параметры", tolerance=0.01)
    training_tokens: Quantity | None = field("Tokens it was trained on, repetitions counted.", ru="Токены обучения", unit="tokens")
    listings: list[Listing] = field("Code that shows it.", ru="Код", default=list)
