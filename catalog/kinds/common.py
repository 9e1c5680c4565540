"""What every record has, whatever its kind, and the parts that many kinds share."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from catalog.fields import Date, Language, Line, Part, Quantity, Ref, Slug, Text, Url, field

# A scalar kept exactly as it stands in the file, quoted or not: words and numbers as a source printed them.
PRINTED_PATTERN = r"^[^\x00]{1,2000}$"
Printed = Annotated[str, StringConstraints(pattern=PRINTED_PATTERN)]
PATH_PATTERN = r"^[a-z0-9]+(?:[-_][a-z0-9]+)*(?:\.[a-z0-9]+(?:[-_][a-z0-9]+)*)*$"
Path = Annotated[str, StringConstraints(pattern=PATH_PATTERN, max_length=300)]

Scheme = Literal[
    "arxiv", "doi", "isbn13", "isbn10", "issn", "wikidata", "orcid", "openalex", "semantic-scholar", "acl",
    "openreview", "pmid", "pmcid", "hal", "github", "gitlab", "huggingface", "openml", "kaggle", "pypi", "npm",
    "youtube", "ror", "dblp", "spdx", "patent", "techpowerup",
]
LinkKind = Literal[
    "home", "paper", "code", "data", "demo", "documentation", "announcement", "leaderboard", "video", "slides",
    "syllabus", "download", "model-card", "datasheet", "article", "community", "playground", "notebook", "other",
]


class Sourced(Part):
    """A part that may name its own source, which then covers its values."""

    source: Ref["sources"] | None = field("Source of the values of this part.", ru="Источник")
    locator: Line | None = field("Place in that source: page, section, table, slide.", ru="Место в источнике")
    via: Ref["sources"] | None = field("Other source through which it was seen.", ru="Через источник")
    accessed: Date | None = field(
        "Day on which the text of the source itself was read.", ru="Прочитано", evidence=False)
    read_as: Line | None = field("What was read, if it was a stored copy and not the original.", ru="Прочитанная копия")
    as_printed: dict[Path, Printed] = field(
        "Words of the source for values written otherwise here, by their path inside this part.",
        ru="Как напечатано", default=dict)


class Citation(Part):
    """What one source says of a record."""

    source: Ref["sources"] = field("The source.", ru="Источник", required=True)
    default: bool | None = field("Whether it covers every value that no other citation covers.", ru="По умолчанию")
    locator: Line | None = field("Place in the source: page, section, table, slide.", ru="Место в источнике")
    accessed: Date | None = field("Day on which the text of this source was read.", ru="Прочитано", evidence=False)
    read_as: Line | None = field("What was read, if it was a stored copy and not the original.", ru="Прочитанная копия")
    via: Ref["sources"] | None = field("Other source through which it was seen.", ru="Через источник")
    supports: list[Path] = field("Paths of the values it supports; a path means all below it.", ru="Подтверждает", default=list)
    as_printed: dict[Path, Printed] = field(
        "Its words for values that are written otherwise here.", ru="Как напечатано", default=dict)
    states: dict[Path, Printed] = field("What it says where it differs, by exact path.", ru="Утверждает иное", default=dict)
    note: Text | None = field("Why the accepted value was preferred.", ru="Пояснение")


class Link(Part):
    """An address of the thing itself."""

    kind: LinkKind = field("What stands at the address.", ru="Вид", required=True)
    url: Url = field("The address.", ru="Адрес", required=True)
    archived_url: Url | None = field("A lasting copy in a web archive.", ru="Копия в архиве")
    state: Literal["live", "moved", "gone", "unknown"] | None = field("Whether it still answers.", ru="Состояние")
    checked: Date | None = field("Day on which the state was seen.", ru="Проверено", evidence=False)
    note: Line | None = field("Remark.", ru="Пояснение")


class Fact(Sourced):
    """A number that no field of the kind holds."""

    name: Line = field("What the number is, in few words; the same words in every record.", ru="Показатель", required=True)
    value: Quantity | None = field("The number.", ru="Значение")
    text: Line | None = field("The fact, where it is not a number.", ru="Текст", evidence=True)
    unit: Line | None = field("Unit of the number.", ru="Единица")
    as_of: Date | None = field("Day or year for which it holds.", ru="На дату", evidence=False)
    note: Text | None = field("Remark.", ru="Пояснение")


class Example(Sourced):
    """A sample of what goes in and what comes out."""

    input: Text | None = field("What is given: prompt, question, picture in words.", ru="Вход")
    output: Text | None = field("What comes out.", ru="Выход")
    language: Language | None = field("Language of the example.", ru="Язык")
    original: Text | None = field("The example in its own language, where input and output are translated.", ru="Оригинал")
    note: Line | None = field("Remark.", ru="Пояснение")


class Timing(Sourced):
    """A duration that somebody reports; our own measurements are records of their own."""

    workload: Line = field("What was run.", ru="Задача", required=True)
    hardware: Ref["hardware"] | None = field("On which device.", ru="Оборудование")
    duration_s: Quantity = field("How long it took.", ru="Длительность", unit="s", required=True)
    conditions: Line | None = field("Under which conditions.", ru="Условия")


class Listing(Sourced):
    """A short piece of code that shows how it is written."""

    name: Line | None = field("What the code does.", ru="Название")
    language: Line = field("Programming language.", ru="Язык", required=True)
    framework: Ref["frameworks"] | None = field("Library used.", ru="Библиотека")
    licence: Line | None = field("Licence of the code.", ru="Лицензия")
    code: Text = field("The code.", ru="Код", required=True)
    note: Text | None = field("Remark.", ru="Пояснение")


class Record(Part):
    """What every record has."""

    name: Line = field("Name in English, or the proper name.", ru="Название", required=True)
    names: dict[Language, Line] = field("Names in other languages.", ru="Названия", default=dict)
    aliases: list[Line] = field("Other names and spellings under which people look for it.", ru="Другие названия", default=list)
    summary: Text | None = field("What it is and why it matters, in our own words.", ru="Описание")
    topics: list[Ref["topics"]] = field("Areas and tasks it belongs to.", ru="Темы", default=list)
    identifiers: dict[Scheme, Line] = field("Identifiers in other collections.", ru="Идентификаторы", default=dict)
    links: list[Link] = field("Addresses of the thing itself.", ru="Ссылки", default=list)
    facts: list[Fact] = field("Numbers and facts without a field of their own.", ru="Факты", default=list)
    examples: list[Example] = field("Samples of what goes in and what comes out.", ru="Примеры", default=list)
    timings: list[Timing] = field("Durations that others report.", ru="Время работы", default=list)
    related: list[Ref["*"]] = field("Other records that belong to it, where no field says how.", ru="Связано", default=list)
    note: Text | None = field("Editorial remark.", ru="Примечание")
    review_by: Date | None = field("Day by which it should be looked at again.", ru="Проверить до", evidence=False)
    former_ids: list[Slug] = field("Slugs it had before.", ru="Прежние имена", default=list)
    derived: dict[Path, Line] = field("Values computed from others, and how.", ru="Вычислено", default=dict)
    sources: list[Citation] = field("Where it comes from.", ru="Источники", default=list)


class Removed(Part):
    """The tombstone of a record: its id is never used again."""

    date: Date = field("Day of the removal.", ru="Удалено", evidence=False, required=True)
    reason: Text = field("Why it was removed.", ru="Причина", required=True)
    replaced_by: Ref["*"] | None = field("The record to read instead.", ru="Заменено на")


COMMON_FIELDS = tuple(Record.model_fields)
