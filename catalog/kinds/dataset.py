"""Data sets: what is inside, how much, and under which terms."""

from typing import Literal

from catalog.fields import Date, Language, Line, Quantity, Ref, Text, field
from catalog.kinds import kind
from catalog.kinds.common import Record, Sourced


class Split(Sourced):
    """One part of a data set."""

    items: Quantity | None = field("Number of items.", ru="Элементов")
    instances: Quantity | None = field("Number of annotated instances.", ru="Объектов")
    bytes: Quantity | None = field("Size.", ru="Размер", unit="B")
    labels_public: bool | None = field("Whether its labels are public.", ru="Метки открыты")
    note: Line | None = field("Remark.", ru="Пояснение")


class Issue(Sourced):
    """A known fault."""

    date: Date | None = field("When it was published.", ru="Когда")
    text: Text = field("The fault.", ru="Описание", required=True)


@kind("datasets", singular="data set", label="Data sets", label_ru="Наборы данных", order=16)
class Dataset(Record):
    """A collection that models are trained or tested on."""

    modality: list[Literal[
        "image", "video", "audio", "speech", "text", "code", "tabular", "graph", "3d", "time-series", "sensor",
        "game", "molecule", "medical", "multimodal",
    ]] = field("What its items are.", ru="Вид данных", required=True, facet=True, min_length=1)
    released: Date | None = field("First public appearance.", ru="Вышел")
    version: Line | None = field("Version.", ru="Версия")
    version_of: Ref["datasets"] | None = field("Data set it is a version of.", ru="Версия набора")
    derived_from: list[Ref["datasets"]] = field("Data sets it was made from.", ru="Получен из", default=list)
    items: Quantity | None = field("Number of items in all.", ru="Элементов", tolerance=0.005)
    item_unit: Line | None = field("What one item is.", ru="Единица счёта")
    instances: Quantity | None = field("Number of annotated instances in all.", ru="Объектов")
    splits: dict[str, Split] = field("Parts by name (train, validation, test).", ru="Части", default=dict)
    classes: Quantity | None = field("Number of classes.", ru="Классов")
    class_names: list[Line] = field("Names of the classes, where they are few.", ru="Классы", default=list)
    resolution: Line | None = field("Size of an item: pixels, seconds, rate.", ru="Разрешение", evidence=True)
    channels: Line | None = field("Greyscale, colour, depth, mono, stereo.", ru="Каналы", evidence=True)
    annotation: Text | None = field("What is annotated, and by whom.", ru="Разметка")
    is_synthetic: bool | None = field("Whether it was generated.", ru="Синтетический", evidence=True, facet=True)
    languages: list[Language] = field("Languages of its text or speech.", ru="Языки", default=list)
    tasks: list[Ref["topics"]] = field("Tasks it is used for.", ru="Задачи", default=list)
    licence: Line | None = field("Licence (SPDX where one exists), as its makers state it.", ru="Лицензия", evidence=True, facet=True)
    access: Literal["open", "registration", "request", "paid", "closed", "unavailable"] | None = field(
        "How it can be had.", ru="Доступ", evidence=True, facet=True)
    download_bytes: Quantity | None = field("Size of the download.", ru="Загрузка", unit="B", tolerance=0.05)
    organizations: list[Ref["organizations"]] = field("Who made it.", ru="Организации", default=list)
    people: list[Ref["people"]] = field("Who made it.", ru="Авторы", default=list)
    paper: Ref["sources"] | None = field("The work that describes it.", ru="Работа")
    known_issues: list[Issue] = field("Known faults.", ru="Известные недостатки", default=list)
    status: Literal["available", "superseded", "frozen", "withdrawn", "lost"] | None = field(
        "Standing today.", ru="Статус", facet=True)
    withdrawn: Date | None = field("When it was withdrawn.", ru="Отозван")
    withdrawn_reason: Text | None = field("Why it was withdrawn.", ru="Причина отзыва")
    tokens: Quantity | None = field("Number of tokens of its text, as its makers count them.", ru="Токенов")
    hours: Quantity | None = field("Length of its recordings in all.", ru="Часов", unit="h")
    edges: Quantity | None = field("Number of edges of a graph; the note of the source says if each counts in both directions.", ru="Рёбер")
    text_bytes: Quantity | None = field("Size of its text, unpacked.", ru="Объём текста", unit="B", tolerance=0.05)
    language_count: Quantity | None = field("Number of languages, where they are too many to name.", ru="Число языков")
