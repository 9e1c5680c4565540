"""A section in all its pages, for tests that look for everything it shows."""

import html
import re
from collections.abc import Callable

_NEXT = re.compile(r'<a href="([^"]+)" rel="next">')


def pages_of(get: Callable[[str], str], path: str, most: int = 60) -> list[str]:
    """Return the texts of a page and of all that follow it, one list at a time."""
    pages = [get(path)]
    read, waiting = {path}, [html.unescape(p) for p in _NEXT.findall(pages[0])]
    while waiting:
        following = waiting.pop(0).partition("#")[0]
        if following in read:
            continue
        assert len(read) < most, f"{path} has too many pages"
        read.add(following)
        pages.append(get(following))
        waiting += [html.unescape(p) for p in _NEXT.findall(pages[-1])]
    return pages


def whole(get: Callable[[str], str], path: str) -> str:
    """Return the text of a page and of all that follow it."""
    return "".join(pages_of(get, path))
