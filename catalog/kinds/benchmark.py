"""Benchmarks: a task, metrics, and the results that were reached."""

from typing import Literal

from catalog.fields import Date, Line, Part, Quantity, Ref, Text, field
from catalog.kinds import kind
from catalog.kinds.common import Record, Sourced


class Metric(Part):
    """What is measured, and which way is better."""

    name: Line = field("Name of the metric.", ru="Метрика", required=True)
    unit: Line | None = field("Unit.", ru="Единица")
    direction: Literal["higher", "lower"] = field("Which way is better.", ru="Лучше", required=True)
    floor: Quantity | None = field("Lowest possible score.", ru="Минимум", evidence=False)
    ceiling: Quantity | None = field("Highest possible score.", ru="Максимум", evidence=False)
    noise_ceiling: Quantity | None = field("Best score that the noise in the labels allows.", ru="Предел шума")
    is_primary: bool | None = field("Whether systems are ranked by it.", ru="Основная")
    subtask: Line | None = field("Part of the benchmark that it measures.", ru="Подзадача")


class Result(Sourced):
    """What one system reached; exactly one of `model` and `system` says who."""

    model: Ref["models"] | None = field("The model, where it has a record.", ru="Модель")
    system: Line | None = field("The system as printed, where it has none.", ru="Система")
    by: Line | None = field("Who submitted it, as printed.", ru="Кто")
    rank: int | None = field("Place in the table.", ru="Место", ge=1, evidence=True)
    date: Date | None = field("When it was reached or published.", ru="Дата")
    ensemble: bool | None = field("Whether several models vote.", ru="Ансамбль")
    extra_data: bool | None = field("Whether data beyond the benchmark's own were used in training.", ru="Дополнительные данные")
    n: Quantity | None = field("Number of runs or items behind the score.", ru="Число измерений")
    attempts: Quantity | None = field("Attempts per item.", ru="Попыток")
    scores: list[Quantity | None] = field("Scores in the order of the table's columns; null is an empty cell.", ru="Результаты", default=list)
    errors: list[Quantity | None] = field("Errors (±) of the scores, in the same order.", ru="Погрешности", default=list, evidence=False)
    note: Line | None = field("Remark.", ru="Пояснение")


class ResultTable(Sourced):
    """A table of results from one place, inside which results can be compared."""

    date: Date | None = field("State of the table.", ru="Дата")
    track: Line = field("What makes its results comparable: split, protocol, single model or ensemble.", ru="Условия", default="main")
    evaluator: Literal["claimant", "independent", "leaderboard", "not-reported"] | None = field(
        "Who measured.", ru="Кто измерил")
    columns: list[Line] = field("Keys of the metrics, in the order of the scores.", ru="Столбцы", required=True, min_length=1)
    results: dict[str, Result] = field("Results by key, unique within the benchmark.", ru="Результаты", default=dict)
    note: Line | None = field("Remark.", ru="Пояснение")


@kind("benchmarks", singular="benchmark", label_ru="Тесты", order=13)
class Benchmark(Record):
    """A task with data, metrics and results: what systems are compared by."""

    dataset: Ref["datasets"] | None = field("Data set it is measured on.", ru="Набор данных")
    datasets: list[Ref["datasets"]] = field("Data sets, where there are several.", ru="Наборы данных", default=list)
    released: Date | None = field("First public appearance.", ru="Вышел")
    metrics: dict[str, Metric] = field("Metrics by key.", ru="Метрики", required=True, min_length=1)
    version_of: Ref["benchmarks"] | None = field("Benchmark it is a version of.", ru="Версия теста")
    superseded_by: Ref["benchmarks"] | None = field("Benchmark that took its place.", ru="Сменён на")
    saturated_on: Date | None = field("When no room was left.", ru="Исчерпан")
    saturation_test: Line | None = field("By which test it counts as saturated.", ru="Признак исчерпания")
    contamination: Text | None = field("Whether its items have leaked into training data.", ru="Утечка в обучение")
    labels_public_since: Date | None = field("Since when the answers are public.", ru="Ответы открыты с")
    results_checked_to: Date | None = field("Day to which the results were looked for.", ru="Результаты собраны до", evidence=False)
    items: Quantity | None = field("Number of test items.", ru="Заданий")
    organizations: list[Ref["organizations"]] = field("Who made it.", ru="Организации", default=list)
    people: list[Ref["people"]] = field("Who made it.", ru="Авторы", default=list)
    paper: Ref["sources"] | None = field("The work that describes it.", ru="Работа")
    tables: list[ResultTable] = field("Tables of results.", ru="Таблицы", default=list)
