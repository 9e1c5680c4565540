"""Courses to learn from."""

from typing import Literal

from catalog.fields import Date, Language, Line, Ref, Text, field
from catalog.kinds import kind
from catalog.kinds.common import Record


@kind("courses", singular="course", label_ru="Курсы", order=41)
class Course(Record):
    """A course with its teachers, place, years and materials; the materials' addresses stand in `links`."""

    institution: Ref["organizations"] | None = field("Where it is taught.", ru="Где", evidence=True)
    instructors: list[Line] = field("Teachers as named, where they have no record.", ru="Преподаватели", default=list)
    people: list[Ref["people"]] = field("Teachers who have a record.", ru="Преподаватели (люди)", default=list)
    code: Line | None = field("Number in the institution's list.", ru="Номер")
    years: Date | None = field("When it was or is taught.", ru="Годы")
    level: Literal["introductory", "bachelor", "master", "doctoral", "professional"] | None = field(
        "For whom.", ru="Уровень", evidence=True, facet=True)
    audience: Line | None = field("For whom exactly.", ru="Слушатели", evidence=True)
    prerequisites: Text | None = field("What one should know.", ru="Требования")
    format: Text | None = field("How it is taught and examined.", ru="Форма")
    language: Language | None = field("Language of the teaching.", ru="Язык", facet=True)
    platform: Line | None = field("Where the materials stand.", ru="Площадка")
    is_free: bool | None = field("Whether the materials are free.", ru="Бесплатно", evidence=True, facet=True)
    frameworks: list[Ref["frameworks"]] = field("Libraries used.", ru="Библиотеки", default=list)
    books: list[Ref["books"]] = field("Books it follows.", ru="Книги", default=list)
