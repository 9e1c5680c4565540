"""People of the field: published professional facts only."""

from catalog.fields import Date, Line, Ref, field
from catalog.kinds import kind
from catalog.kinds.common import Record, Sourced


class Affiliation(Sourced):
    """A place of work."""

    organization: Ref["organizations"] = field("Where.", ru="Организация", required=True)
    role: Line | None = field("As what.", ru="Должность")
    date: Date | None = field("When.", ru="Период")


@kind("people", singular="person", label="People", label_ru="Люди", order=60)
class Person(Record):
    """A person who made, described or teaches deep learning; published professional facts only."""

    family_name: Line | None = field("Family name, by which lists are sorted.", ru="Фамилия")
    born: Date | None = field("Date of birth, only where published by the person or a reference work.", ru="Дата рождения")
    died: Date | None = field("Date of death.", ru="Дата смерти")
    affiliations: list[Affiliation] = field("Places of work.", ru="Места работы", default=list)
    awards: list[Line] = field("Prizes for this work.", ru="Награды", default=list, evidence=True)
