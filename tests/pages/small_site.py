"""Pages of the small catalog, what a reader sees of them, and requests as no client would send them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import httpx

Get = Callable[..., httpx.Response]


def text_of(page: str) -> str:
    """Return what a reader sees: tags taken out, spaces joined."""
    return re.sub(r"[ \n]+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))
