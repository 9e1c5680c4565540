"""Sites: leaderboards, demonstrations, playgrounds, documentation, indexes."""

from typing import Literal

from catalog.fields import Date, Language, Ref, Url, field
from catalog.kinds import kind
from catalog.kinds.common import Record


@kind("sites", singular="site", label_ru="Сайты", order=42)
class Site(Record):
    """A web site that the field uses or used."""

    type: Literal["leaderboard", "demo", "playground", "documentation", "data-index", "news", "report", "community", "service"] = field(
        "What it is.", ru="Тип", required=True, facet=True)
    url: Url = field("Its address.", ru="Адрес", required=True)
    archived_url: Url | None = field("A lasting copy.", ru="Копия в архиве")
    state: Literal["live", "frozen", "moved", "gone", "unknown"] = field("Whether it answers and is kept.", ru="Состояние", required=True, evidence=True, facet=True)
    state_checked: Date | None = field("Day for which the state is known.", ru="Проверено", evidence=False)
    launched: Date | None = field("When it opened.", ru="Открыт")
    closed: Date | None = field("When it closed.", ru="Закрыт")
    organizations: list[Ref["organizations"]] = field("Who keeps it.", ru="Кто ведёт", default=list)
    people: list[Ref["people"]] = field("Who keeps it.", ru="Люди", default=list)
    language: Language | None = field("Its language.", ru="Язык")
    benchmarks: list[Ref["benchmarks"]] = field("Benchmarks it shows.", ru="Тесты", default=list)
    datasets: list[Ref["datasets"]] = field("Data sets it shows.", ru="Наборы данных", default=list)
    frameworks: list[Ref["frameworks"]] = field("Libraries it documents.", ru="Библиотеки", default=list)
    successor: Ref["sites"] | None = field("What took its place.", ru="Преемник")
