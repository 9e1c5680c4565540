"""Indicators: dated series about the field itself."""

from catalog.fields import Date, Line, Quantity, Ref, field
from catalog.kinds import kind
from catalog.kinds.common import Record, Sourced


class Point(Sourced):
    """One value of the series."""

    date: Date = field("Day, month or year for which it holds.", ru="Дата", required=True)
    value: Quantity = field("The value.", ru="Значение", required=True)
    subject: Line | None = field("Of what or whom, where the series has several.", ru="О ком")
    geography: Line | None = field("Where.", ru="Где")
    note: Line | None = field("Remark.", ru="Пояснение")


@kind("indicators", singular="indicator", label_ru="Показатели", order=32)
class Indicator(Record):
    """A dated series: users of a library, professors who left, the cost of a training run."""

    unit: Line = field("Unit of the values.", ru="Единица", required=True)
    geography: Line | None = field("Where it was counted.", ru="Где")
    method: Line | None = field("How it was counted.", ru="Как измерено", evidence=True)
    organizations: list[Ref["organizations"]] = field("Whom it is about.", ru="Организации", default=list)
    frameworks: list[Ref["frameworks"]] = field("Libraries it is about.", ru="Библиотеки", default=list)
    points: list[Point] = field("The values, by date.", ru="Значения", required=True, min_length=1)
