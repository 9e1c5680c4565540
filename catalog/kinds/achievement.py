"""Achievements: machines against people."""

from typing import Literal

from catalog.fields import Date, ItemRef, Line, Part, Quantity, Ref, Text, field
from catalog.kinds import kind
from catalog.kinds.common import Record, Sourced
from catalog.kinds.milestone import Enabler

Verdict = Literal["behind", "level", "ahead"]


class Contest(Part):
    """A contest between a machine and people, counted from the machine's side."""

    opponent: Line = field("Whom the machine met.", ru="Соперник", required=True, evidence=True)
    people: list[Ref["people"]] = field("Records of the opponents.", ru="Соперники", default=list)
    title: Line | None = field("Title at stake or strength of the opponent.", ru="Титул", evidence=True)
    won: Quantity | None = field("Games the machine won.", ru="Выиграно")
    lost: Quantity | None = field("Games the machine lost.", ru="Проиграно")
    drawn: Quantity | None = field("Games drawn.", ru="Вничью")
    place: Line | None = field("Where it was held.", ru="Место")
    protocol: Text | None = field("Rules and time control.", ru="Условия")


class Dispute(Sourced):
    """A published objection to the claim."""

    date: Date | None = field("When.", ru="Когда")
    by: Line = field("Who objects.", ru="Кто", required=True)
    argument: Text = field("The objection.", ru="Довод", required=True)
    reply: Text | None = field("What the claimants answer.", ru="Ответ")


@kind("achievements", singular="achievement", label="Machines against people", label_ru="Машины и люди", order=11, sort="date_from")
class Achievement(Record):
    """A comparison of a machine with people: what was claimed, against whom, under which conditions, and what remains."""

    date: Date = field("When the comparison was made or first published.", ru="Дата", required=True)
    comparison: Literal[
        "scored-set", "head-to-head", "reader-study", "blind-preference", "trial", "record",
    ] = field("How machine and people were compared.", ru="Вид сравнения", required=True, facet=True)
    benchmark: Ref["benchmarks"] | None = field("On which benchmark.", ru="Тест")
    metric: Line | None = field("Metric of the benchmark by which it is judged.", ru="Метрика")
    result: ItemRef["benchmarks", "results"] | None = field("The machine's result.", ru="Результат машины")
    human_baseline: Ref["human_baselines"] | None = field("The people's level.", ru="Уровень человека")
    contest: Contest | None = field("The contest, where they met.", ru="Состязание")
    claims: Verdict | None = field("What the claimant says: the machine is behind, level or ahead.", ru="Заявлено", evidence=True)
    verdict: Verdict | None = field(
        "What we hold, where there is no baseline to compute it from.", ru="Наша оценка")
    status: Literal["claimed", "confirmed", "disputed", "reversed", "withdrawn", "open"] = field(
        "Standing of the claim today; open means that people are ahead.", ru="Статус", required=True, facet=True)
    models: list[Ref["models"]] = field("The machine.", ru="Модели", default=list)
    organizations: list[Ref["organizations"]] = field("Who built it.", ru="Организации", default=list)
    people: list[Ref["people"]] = field("Who built it.", ru="Люди", default=list)
    competition: Ref["competitions"] | None = field("Competition it was part of.", ru="Соревнование")
    claimed_by: list[Ref["organizations"]] = field("Who claims it.", ru="Кто заявил", default=list)
    evaluated_by: Literal["claimant", "independent", "both", "not-reported"] | None = field(
        "Who judged it.", ru="Кто оценивал", evidence=True, facet=True)
    machine_conditions: Text | None = field("Hardware, time, attempts and help the machine had.", ru="Условия машины")
    test_exposure: Line | None = field("Whether the test could have been seen in training.", ru="Знакомство с тестом")
    caveat: Line = field("What must be said wherever the claim is shown, in one line.", ru="Оговорка", required=True)
    disputes: list[Dispute] = field("Published objections.", ru="Споры", default=list)
    enabled_by: list[Enabler] = field("What made it possible, and since when it could be had.", ru="Благодаря чему", default=list)
