"""Applications: what deep learning is used for, then and now."""

from typing import Literal

from catalog.fields import Date, Ref, Text, Url, field
from catalog.kinds import kind
from catalog.kinds.common import Record, Sourced


class Work(Sourced):
    """A work that stands for the application at its time."""

    date: Date | None = field("When.", ru="Дата")
    model: Ref["models"] | None = field("The model.", ru="Модель")
    paper: Ref["sources"] | None = field("The paper or page that describes it.", ru="Работа")
    organization: Ref["organizations"] | None = field("Who made it.", ru="Организация")
    people: list[Ref["people"]] = field("Who made it.", ru="Люди", default=list)
    text: Text | None = field("What it did.", ru="Что сделано")


@kind("applications", singular="application", label_ru="Применения", order=30)
class Application(Record):
    """A use of deep learning, with the work that showed it and what stands there today."""

    then: list[Work] = field("Works by which the lecture or its time showed it.", ru="Тогда", default=list)
    now: list[Work] = field("What represents it today.", ru="Сейчас", default=list)
    organizations: list[Ref["organizations"]] = field("Who offers or offered it.", ru="Организации", default=list)
    models: list[Ref["models"]] = field("Models used.", ru="Модели", default=list)
    datasets: list[Ref["datasets"]] = field("Data sets used.", ru="Наборы данных", default=list)
    evidence_grade: Literal["demo", "study", "trial", "deployed"] | None = field(
        "Best evidence that it works: a demonstration, a study on data, a trial with people, or daily use.",
        ru="Уровень доказательств", evidence=True, facet=True)
    demo_url: Url | None = field("Address of the demonstration.", ru="Демонстрация")
    demo_state: Literal["live", "moved", "gone", "unknown"] | None = field(
        "Whether the demonstration still answers.", ru="Состояние демонстрации", facet=True)
