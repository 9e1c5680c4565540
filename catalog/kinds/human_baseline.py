"""Human baselines: who the humans were and how they were measured."""

from typing import Literal

from catalog.fields import Date, Line, Quantity, Ref, Text, field
from catalog.kinds import kind
from catalog.kinds.common import Record, Sourced


class Critique(Sourced):
    """An objection to the baseline."""

    by: Line = field("Who objects.", ru="Кто", required=True)
    date: Date | None = field("When.", ru="Когда")
    argument: Text = field("The objection.", ru="Довод", required=True)


@kind("human_baselines", singular="human baseline", label_ru="Уровень человека", order=12)
class HumanBaseline(Record):
    """How well people do on a benchmark, who they were and how it was measured; unknown is `not-reported`."""

    benchmark: Ref["benchmarks"] = field("On which benchmark.", ru="Тест", required=True)
    version: Line | None = field("Version of the benchmark.", ru="Версия")
    split: Line | None = field("Part of the data.", ru="Часть данных")
    levels: dict[str, Quantity] = field("Human level by metric of the benchmark.", ru="Уровни", default=dict)
    statistic: Literal[
        "mean-person", "best-person", "single-person", "majority-vote", "percentile", "agreement", "team", "record", "not-reported",
    ] = field("What the number is of: the average person, the best, a vote, a percentile, the agreement between people.",
              ru="Статистика", required=True, facet=True)
    percentile: Quantity | None = field("Which percentile, if it is one.", ru="Процентиль", unit="%")
    population: Line = field("Who they were.", ru="Кто", required=True, evidence=True)
    people: Quantity = field("How many people.", ru="Сколько людей", required=True)
    items: Quantity | None = field("How many items they answered.", ru="Заданий")
    same_items: bool | None = field("Whether machines were judged on the same items.", ru="Те же задания")
    training: Line | None = field("How they were prepared.", ru="Подготовка", evidence=True)
    pay: Line | None = field("What they were paid.", ru="Оплата", evidence=True)
    time_limit: Line | None = field("Time allowed.", ru="Время", evidence=True)
    attempts: Line | None = field("Attempts allowed.", ru="Попытки", evidence=True)
    tools: Line | None = field("Aids allowed.", ru="Средства", evidence=True)
    measured_on: Date | None = field("When.", ru="Когда измерено")
    measured_by: list[Ref["organizations"]] = field("Who measured.", ru="Кто измерил", default=list)
    measured_by_people: list[Ref["people"]] = field("Who measured.", ru="Кто измерил (люди)", default=list)
    basis: Literal["measured", "estimated", "assumed", "borrowed", "not-reported"] = field(
        "Whether it was measured here, estimated, assumed, or borrowed from another test.", ru="Основание", required=True, facet=True)
    critiques: list[Critique] = field("Objections.", ru="Критика", default=list)
