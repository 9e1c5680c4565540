"""Methods: ideas that models are built from and trained with."""

from typing import Literal

from catalog.fields import Date, Ref, field
from catalog.kinds import kind
from catalog.kinds.common import Listing, Record


@kind("methods", singular="method", label_ru="Методы", order=21, sort="introduced_from")
class Method(Record):
    """An idea that models are built from or trained with: a layer, an objective, an optimiser, a regulariser."""

    family: Literal[
        "architecture", "layer", "activation", "objective", "optimisation", "regularisation", "normalisation",
        "initialisation", "learning-paradigm", "generative-model", "search", "compression", "representation",
        "reinforcement-learning", "probabilistic-model", "data", "interpretation", "security", "training-system", "inference",
    ] = field("What sort of idea it is.", ru="Семейство", required=True, facet=True)
    introduced: Date | None = field("First public appearance.", ru="Предложен")
    people: list[Ref["people"]] = field("Who proposed it.", ru="Авторы", default=list)
    organizations: list[Ref["organizations"]] = field("Where.", ru="Организации", default=list)
    predecessors: list[Ref["methods"]] = field("Methods it grew from.", ru="Предшественники", default=list)
    paper: Ref["sources"] | None = field("The work that introduced it.", ru="Работа")
    listings: list[Listing] = field("Code that shows it.", ru="Код", default=list)
