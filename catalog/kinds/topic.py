"""Topics: areas and tasks in one tree."""

from catalog.fields import Line, Ref, field
from catalog.kinds import kind
from catalog.kinds.common import Record


@kind("topics", singular="topic", label_ru="Темы", order=62, needs_sources=False)
class Topic(Record):
    """An area (computer vision) or a task (object detection), in one tree."""

    parent: Ref["topics"] | None = field("The wider area.", ru="Шире")
    definition: Line | None = field("What the task gives and asks for.", ru="Определение")
