"""Books to learn from."""

from typing import Literal

from catalog.fields import Language, Line, Ref, Url, field
from catalog.kinds import kind
from catalog.kinds.common import Record


@kind("books", singular="book", label_ru="Книги", order=40)
class Book(Record):
    """A book, in one edition; its ISBN stands in `identifiers`."""

    name: Line | None = field("Title in English, where the title is in another language.", ru="Название")
    title: Line = field("Title as printed.", ru="Заглавие", required=True)
    authors: list[Line] = field("Authors as printed, in order.", ru="Авторы", required=True, min_length=1)
    people: list[Ref["people"]] = field("Those of the authors who have a record.", ru="Люди", default=list)
    edition: int | None = field("Edition, counted from 1.", ru="Издание", ge=1, evidence=True)
    year: int | None = field("Year of this edition.", ru="Год", ge=1900, le=2100, evidence=True, facet=True)
    publisher: Ref["organizations"] | None = field("Publisher.", ru="Издательство", evidence=True)
    pages: int | None = field("Number of pages.", ru="Страниц", ge=1, evidence=True)
    language: Language = field("Language of the text.", ru="Язык", required=True, facet=True)
    translation_of: Ref["books"] | None = field("Book it is a translation of.", ru="Перевод книги")
    previous_edition: Ref["books"] | None = field("The edition before.", ru="Прежнее издание")
    free_url: Url | None = field("Address of a free copy that its authors or publisher offer.", ru="Бесплатно", evidence=True)
    level: Literal["introductory", "intermediate", "advanced", "reference"] | None = field(
        "For whom.", ru="Уровень", facet=True)
    frameworks: list[Ref["frameworks"]] = field("Libraries its examples use.", ru="Библиотеки", default=list)
    courses: list[Ref["courses"]] = field("Courses that go with it.", ru="Курсы", default=list)
