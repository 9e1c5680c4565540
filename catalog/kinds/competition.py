"""Competitions: who met, when, and who won."""

from catalog.fields import Date, Line, Quantity, Ref, field
from catalog.kinds import kind
from catalog.kinds.common import Record, Sourced


class Entry(Sourced):
    """What one team entered."""

    team: Line = field("Team as printed.", ru="Команда", required=True)
    system: Line | None = field("System or method as printed.", ru="Система")
    model: Ref["models"] | None = field("Its record.", ru="Модель")
    organization: Ref["organizations"] | None = field("Where the team comes from.", ru="Организация")
    people: list[Ref["people"]] = field("Its members with a record.", ru="Люди", default=list)
    rank: int | None = field("Place, 1 is first.", ru="Место", ge=1, evidence=True)
    scores: dict[str, Quantity] = field("Scores by metric of the benchmark.", ru="Результаты", default=dict)
    is_human: bool | None = field("Whether people were measured in this row.", ru="Люди вместо машины")
    note: Line | None = field("Remark.", ru="Пояснение")


class Edition(Sourced):
    """One year of a competition."""

    date: Date = field("When it was held.", ru="Дата", required=True)
    place: Line | None = field("Where.", ru="Место")
    winner: Line | None = field("Key of the winning entry.", ru="Победитель", evidence=True)
    entries: dict[str, Entry] = field("Entries by key.", ru="Участники", default=dict)
    note: Line | None = field("Remark.", ru="Пояснение")


@kind("competitions", singular="competition", label_ru="Соревнования", order=14)
class Competition(Record):
    """A contest with dates, entries and a winner."""

    organisers: list[Ref["organizations"]] = field("Who held it.", ru="Организаторы", default=list)
    benchmark: Ref["benchmarks"] | None = field("By which benchmark it was judged.", ru="Тест")
    datasets: list[Ref["datasets"]] = field("Data used.", ru="Наборы данных", default=list)
    editions: dict[str, Edition] = field("Editions by key, usually the year.", ru="Розыгрыши", default=dict)
