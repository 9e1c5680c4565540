"""Long lists in pages: a section stays below the size that a phone loads at once, and every item keeps an address.

An address asks for a page by its number, or, with the name of an item (`show`), for the page on which an item stands, whatever its number is today.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list.

    Args:
        items: What stands on it.
        number, last: Its number and that of the last page, from 1.
        first: Place of its first item in the whole list, from 1.
        total: Number of all items.
        parameter, at: Names by which an address asks for a page of this list, and for the page of an item.
    """

    items: list[T]
    number: int
    last: int
    first: int
    total: int
    parameter: str
    at: str = "show"

    @property
    def numbers(self) -> list[int | None]:
        """The numbers to offer: first, last and near ones; None where some are left out.

        >>> Page([], 6, 12, 1, 0, "page").numbers
        [1, None, 5, 6, 7, None, 12]
        """
        near = sorted({1, self.last, *(n for n in range(self.number - 1, self.number + 2) if 1 <= n <= self.last)})
        found: list[int | None] = []
        for n in near:
            if found and n - (found[-1] or 0) > 1:
                found.append(None)
            found.append(n)
        return found


def cut(items: Sequence[T], parameters: Mapping[str, str], size: int, parameter: str = "page", key: Callable[[T], Any] | None = None, at: str = "show") -> Page[T]:
    """Return the page of a list that an address asks for; the first, if it asks for none that exists.

    Args:
        items: The whole list.
        parameters: Of the address.
        size: Items on a page.
        parameter: Which of them is the number of the page.
        key: The name of an item.
        at: Which of the parameters may name an item to be shown.

    >>> cut("abcde", {"page": "2"}, 2).items, cut("abcde", {"show": "e"}, 2, key=str).number, cut("abcde", {"page": "x"}, 2).number
    (['c', 'd'], 3, 1)
    """
    last = max(1, -(-len(items) // size))
    asked = parameters.get(parameter, "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
    if not number and key is not None and parameters.get(at):
        place = next((i for i, item in enumerate(items) if str(key(item)) == parameters[at]), 0)
        number = place // size + 1
    number = number if 1 <= number <= last else 1
    start = (number - 1) * size
    return Page(list(items[start: start + size]), number, last, start + 1, len(items), parameter, at)
