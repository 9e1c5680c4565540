"""Milestones: what happened, from 1943 to today."""

from typing import Literal

from catalog.fields import Date, Quantity, Ref, Text, field
from catalog.kinds import kind
from catalog.kinds.common import Record, Sourced


class Enabler(Sourced):
    """A data set or method without which it would not have happened, and since when it could be had."""

    role: Literal["dataset", "method", "hardware"] = field("What it gave.", ru="Роль", required=True)
    ref: Ref["*"] | None = field("Its record.", ru="Запись")
    text: Text | None = field("What it was, where it has no record or the source words it otherwise.", ru="Описание")
    year: Quantity | None = field("Year since which it could be had, as our best source has it.", ru="Год")
    basis_year: Quantity | None = field("Year that the table it was taken from gives.", ru="Год по таблице")


@kind("milestones", singular="milestone", label_ru="Вехи", order=10, sort="date_from")
class Milestone(Record):
    """An event, publication, system or period that the history of the field is told by."""

    date: Date = field("When it happened or first appeared.", ru="Дата", required=True)
    category: Literal[
        "theory", "method", "system", "dataset", "hardware", "event", "failure", "policy", "period",
    ] = field("What sort of milestone it is.", ru="Категория", required=True, facet=True)
    significance: Text | None = field("Why it is remembered.", ru="Значение")
    people: list[Ref["people"]] = field("Who.", ru="Люди", default=list)
    organizations: list[Ref["organizations"]] = field("Where.", ru="Организации", default=list)
    methods: list[Ref["methods"]] = field("Methods it brought or rests on.", ru="Методы", default=list)
    models: list[Ref["models"]] = field("Models it brought or used.", ru="Модели", default=list)
    datasets: list[Ref["datasets"]] = field("Data sets it brought or used.", ru="Наборы данных", default=list)
    achievements: list[Ref["achievements"]] = field("Achievements it is about.", ru="Достижения", default=list)
    enabled_by: list[Enabler] = field("What made it possible, and since when it could be had.", ru="Благодаря чему", default=list)
