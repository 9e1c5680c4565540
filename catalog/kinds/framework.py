"""Frameworks: the libraries the field works with."""

from typing import Literal

from catalog.fields import Date, Line, Ref, Version, field
from catalog.kinds import kind
from catalog.kinds.common import Record


@kind("frameworks", singular="framework", label_ru="Библиотеки", order=22, sort="first_release_from")
class Framework(Record):
    """A library or tool that models are written, trained or run with."""

    type: Literal["framework", "library", "automl", "compiler", "runtime", "toolkit", "platform"] = field(
        "What it is.", ru="Тип", default="framework", facet=True)
    first_release: Date | None = field("First public release.", ru="Первый выпуск")
    latest: Version | None = field("Newest release seen, quoted.", ru="Последняя версия", evidence=True)
    latest_date: Date | None = field("Day of that release.", ru="Дата последней версии")
    licence: Line | None = field("Licence, SPDX.", ru="Лицензия", evidence=True, facet=True)
    languages: list[Line] = field("Programming languages it is used from.", ru="Языки", default=list)
    maintainers: list[Ref["organizations"]] = field("Who keeps it.", ru="Кто развивает", default=list)
    people: list[Ref["people"]] = field("Who made it.", ru="Авторы", default=list)
    paper: Ref["sources"] | None = field("The work that describes it.", ru="Работа")
    based_on: list[Ref["frameworks"]] = field("Libraries it is built on.", ru="Основан на", default=list)
    status: Literal["active", "maintenance", "frozen", "ended"] | None = field("Standing today.", ru="Статус", evidence=True, facet=True)
    ended: Date | None = field("When it ended.", ru="Прекращён")
    successor: Ref["frameworks"] | None = field("What took its place.", ru="Преемник")
