"""Values computed from others of the same record: `sum of splits`, `product of chips, units`, `items / 2`.

Used by `claims`, which holds them to what the record says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from catalog.quantity import Quantity
from catalog.values import Leaf


class CannotCompute(ValueError):
    """A derivation cannot be computed again; the message says why."""


def covers(prefix: str, path: str) -> bool:
    """Say whether a path is the prefix or stands below it."""
    return path == prefix or path.startswith(prefix + ".")


def numbers(value: Any) -> tuple[float | None, float | None, float | None]:
    """Return the central value, low and high of a number; None for what it has not."""
    if isinstance(value, Quantity):
        return value.value, value.low, value.high
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value), None, None
    return None, None, None


def compute(path: str, recipes: Mapping[str, str], values: Mapping[str, Leaf]) -> float:
    """Compute a derived value again.

    Args:
        path: Which value.
        recipes: How each derived value of the record is computed, by path.
        values: Every value of the record, by path.

    Raises:
        CannotCompute: The recipe is none, names no plain numbers, or leads back to the value itself.
    """
    result = _apply(recipes[path], path, values)
    if path in _computed_from(path, recipes, values):
        raise CannotCompute("it is computed from itself")
    return result


def _apply(recipe: str, path: str, values: Mapping[str, Leaf]) -> float:
    match = re.fullmatch(r"sum of (.+)|product of (.+)|(\S+) / (\S+)", recipe)
    if match is None:
        raise CannotCompute(f"{recipe!r} is no recipe")
    if match[1]:
        return sum(term for prefix in match[1].split(", ") for term in _terms(prefix, path, values))
    if match[2]:
        product = 1.0
        for name in match[2].split(", "):
            product *= _operand(name, values)
        return product
    divisor = _operand(match[4], values)
    if divisor == 0:
        raise CannotCompute(f"{match[4]} is zero")
    return _operand(match[3], values) / divisor


def _computed_from(path: str, recipes: Mapping[str, str], values: Mapping[str, Leaf]) -> set[str]:
    """Return the paths that a derived value is computed from, those of other derived values followed."""
    seen: set[str] = set()
    waiting = [path]
    while waiting:
        current = waiting.pop()
        recipe = recipes.get(current, "")
        is_sum = recipe.startswith("sum of ")  # a sum over a prefix leaves out the value itself
        names = re.split(", | / ", recipe.removeprefix("sum of ").removeprefix("product of "))
        below = {p for name in names for p in values if covers(name, p) and not (is_sum and p == current)}
        waiting += below - seen
        seen |= below
    return seen


def _terms(prefix: str, path: str, values: Mapping[str, Leaf]) -> list[float]:
    """Return the numbers below a prefix; of a map of parts only the field of the derived value's name."""
    name = path.rpartition(".")[2]
    found = [leaf for p, leaf in values.items() if covers(prefix, p) and p != path]
    same = [leaf for leaf in found if leaf.path.rpartition(".")[2] == name] or found
    terms = [numbers(leaf.value)[0] for leaf in same]
    if not terms or None in terms:
        raise CannotCompute(f"there are no plain numbers below {prefix!r}")
    return terms


def _operand(text: str, values: Mapping[str, Leaf]) -> float:
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return float(text)
    leaf = values.get(text)
    number = numbers(leaf.value)[0] if leaf else None
    if number is None:
        raise CannotCompute(f"there is no plain number {text!r}")
    return number
