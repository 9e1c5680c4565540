"""Themes: concepts, trends, drivers, and problems with their remedies."""

from typing import Literal

from catalog.fields import Ref, Text, field
from catalog.kinds import kind
from catalog.kinds.common import Record, Sourced


class Remedy(Sourced):
    """Something that helps against a problem; a method with a record, or words."""

    method: Ref["methods"] | None = field("The method.", ru="Метод")
    ref: Ref["*"] | None = field("Another record that helps.", ru="Запись")
    text: Text | None = field("The remedy in words.", ru="Описание", evidence=True)
    text_ru: Text | None = field("The remedy in Russian.", ru="Описание по-русски")


class Statement(Sourced):
    """One thing that is said about the theme."""

    text: Text = field("The statement.", ru="Утверждение", required=True, evidence=True)
    text_ru: Text | None = field("The statement in Russian.", ru="Утверждение по-русски")


@kind("themes", singular="theme", label_ru="Идеи и проблемы", order=31)
class Theme(Record):
    """A concept, trend, driver of progress, or a problem with what helps against it."""

    type: Literal["concept", "trend", "driver", "problem"] = field("What it is.", ru="Тип", required=True, facet=True)
    statements: list[Statement] = field("What is said about it.", ru="Утверждения", default=list)
    remedies: list[Remedy] = field("What helps against it.", ru="Средства", default=list)
    methods: list[Ref["methods"]] = field("Methods it is about.", ru="Методы", default=list)
    indicators: list[Ref["indicators"]] = field("Series that show it.", ru="Показатели", default=list)
    part_of: Ref["themes"] | None = field("The wider theme.", ru="Часть")
