"""A section in all its pages, for tests that look for everything it shows."""

import html
import re
from collections.abc import Callable

_NEXT = re.compile(r'<a href="([^"]+)" rel="next">')


def whole(get: Callable[[str], str], path: str, most: int = 40) -> str:
    """Return the text of a page and of all that follow it, one list at a time."""
    text = get(path)
    read, waiting = {path}, [html.unescape(p) for p in _NEXT.findall(text)]
    while waiting:
        following = waiting.pop(0).partition("#")[0]
        if following in read:
            continue
        assert len(read) < most, f"{path} has too many pages"
        read.add(following)
        page = get(following)
        text += page
        waiting += [html.unescape(p) for p in _NEXT.findall(page)]
    return text
