"""Organizations: companies, universities, laboratories, publishers."""

from typing import Literal

from catalog.fields import Date, Line, Ref, field
from catalog.kinds import kind
from catalog.kinds.common import Record


@kind("organizations", singular="organization", label_ru="Организации", order=61, needs_sources=False)
class Organization(Record):
    """A company, university, laboratory, publisher or community that acts in the field."""

    type: Literal["company", "university", "laboratory", "institute", "government", "non-profit", "community", "publisher", "consortium"] = field(
        "What it is.", ru="Тип", required=True, facet=True)
    country: Line | None = field("Country of its seat, ISO 3166-1 alpha-2 code.", ru="Страна", facet=True, max_length=2, min_length=2)
    founded: Date | None = field("When it was founded.", ru="Основана")
    closed: Date | None = field("When it ended or was merged.", ru="Закрыта")
    parent: Ref["organizations"] | None = field("Organization it is part of.", ru="Входит в")
