"""Sources: what facts are taken from."""

from typing import Literal

from catalog.fields import Date, Language, Line, Ref, Url, field
from catalog.kinds import kind
from catalog.kinds.common import Record


@kind("sources", singular="source", label_ru="Источники", order=90, sort="-date_from", needs_sources=False)
class Source(Record):
    """A paper, book, web page, datasheet, leaderboard, lecture or recording that facts are taken from."""

    type: Literal[
        "paper", "preprint", "thesis", "book", "chapter", "report", "datasheet", "whitepaper", "web-page",
        "blog-post", "news", "leaderboard", "dataset-card", "model-card", "documentation", "repository", "lecture",
        "video", "patent", "press-release", "encyclopedia", "law", "data-file",
    ] = field("What it is.", ru="Тип", required=True, facet=True)
    name: Line | None = field("Title in English, where the title is in another language.", ru="Название")
    title: Line = field("Title as printed.", ru="Заглавие", required=True)
    authors: list[Line] = field("Authors as printed, in order.", ru="Авторы", default=list)
    people: list[Ref["people"]] = field("Those of the authors who have a record.", ru="Люди", default=list)
    organizations: list[Ref["organizations"]] = field("Organizations it comes from.", ru="Организации", default=list)
    date: Date | None = field("First public appearance.", ru="Дата", evidence=False)
    published: Date | None = field("Publication in its venue, where later.", ru="Опубликовано", evidence=False)
    venue: Line | None = field("Journal, conference or site.", ru="Издание")
    volume: Line | None = field("Volume, issue.", ru="Том")
    pages: Line | None = field("Pages.", ru="Страницы")
    publisher: Line | None = field("Publisher.", ru="Издательство")
    url: Url | None = field("Address.", ru="Адрес")
    archived_url: Url | None = field("A lasting copy.", ru="Копия в архиве")
    language: Language | None = field("Language of the text.", ru="Язык", facet=True)
    licence: Line | None = field("Licence of the text.", ru="Лицензия")
    version: Line | None = field("Version or revision meant.", ru="Версия")
