"""Sections opened on a file: pages that must be whole, and a small catalog of hostile text."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from unittest.mock import patch

from catalog.site import section_pages
from catalog.site.instance import close_site, open_site

HOSTILE = "<script>alert(1)</script>"
BREAKOUT = '"><img src=x onerror=alert(2)>'
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}
Get = Callable[..., str]


@contextmanager
def opened(file: Path) -> Iterator[Get]:
    """Open a site on a built file; the function it gives returns a page that must be all right."""
    with asyncio.Runner() as runner, patch.object(section_pages, "SECTION_MILLISECONDS", 20_000):  # however busy the machine is
        site = runner.run(open_site(file))

        def get(path: str, language: str = "en") -> str:
            response = runner.run(site.client.get(path, cookies={"language": language}))
            assert response.status_code == 200, (path, response.status_code, response.text[-600:])
            return response.text

        yield get
        runner.run(close_site(site))


def text_of(page: str) -> str:
    """Return what a page says, without its mark-up."""
    body = re.sub(r"<(style|title|desc)>.*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


class Balance(HTMLParser):
    """Finds tags that are not closed where they must be, and ids that stand twice."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id" and value:
                self.faults += [f"id {value} stands twice"] if value in self.ids else []
                self.ids.add(value)
            if name.startswith("on"):
                self.faults.append(f"{name} in {tag}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")


def faults_of(page: str) -> list[str]:
    parser = Balance()
    parser.feed(page)
    return parser.faults + [f"<{tag}> stays open" for tag in parser.open]
