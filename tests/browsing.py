"""A browser for tests: found on the machine, watched for errors and outside requests, and asked for accessibility."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ADVICE = "no Chromium was found: run scripts/setup dev as root on Debian, or .venv/bin/playwright install chromium"
WIDTHS = (1280, 390)
PICTURE_HEIGHT = 8_000  # pixels of a page up to which its picture shows all of it


def find_chromium(playwright: Any) -> str:
    """Return a Chromium of the machine or of Playwright; skip the test if there is none, or fail where CI must have one."""
    own = playwright.chromium.executable_path
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), own if own and Path(own).exists() else None)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(ADVICE)
        pytest.skip(ADVICE)
    return found


@dataclass
class Watched:
    """A page of the browser with all that went wrong on it."""

    page: Any
    base: str
    problems: list[str] = field(default_factory=list)
    expected: str = ""

    def open(self, path: str, expected: str = "") -> None:
        """Go to a path; `expected` is what the console may say, such as the status of an error page."""
        self.expected = expected
        self.page.goto(self.base + path, wait_until="load")

    def screenshot(self, name: str) -> None:
        """Save a picture in the folder that CATALOG_SCREENSHOTS names, if it does."""
        folder = os.environ.get("CATALOG_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            file = Path(folder) / f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-') or 'home'}.png"
            # Without a graphics card a picture of a very long page takes longer than the page.
            is_whole = self.page.evaluate("document.documentElement.scrollHeight") < PICTURE_HEIGHT
            self.page.screenshot(path=str(file), full_page=is_whole)

    def overflow(self) -> str:
        """Return what sticks out of the page to the right, if it can be scrolled sideways."""
        return self.page.evaluate("""() => {
            const width = document.documentElement.clientWidth;
            if (document.scrollingElement.scrollWidth <= width) return "";
            const name = e => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + [...e.classList].map(c => "." + c).join("");
            const hidden = e => { for (let p = e.parentElement; p; p = p.parentElement) if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(p).overflowX)) return true; return false; };
            const wide = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > width + 1 && !hidden(e));
            return document.scrollingElement.scrollWidth + " of " + width + " px: " + wide.slice(0, 4).map(name).join(", ");
        }""")


@contextmanager
def watched(browser: Any, base: str, **options: Any) -> Iterator[Watched]:
    """Open a page and note errors of the console and of scripts, failed requests and requests to other hosts."""
    context = browser.new_context(viewport={"width": WIDTHS[0], "height": 900}, **options)
    page = context.new_page()
    page.set_default_timeout(30_000)
    found = Watched(page, base)

    def on_console(message: Any) -> None:
        if message.type in ("error", "warning") and not (found.expected and found.expected in message.text):
            found.problems.append(f"{message.type} on the console: {message.text}")

    def on_request(request: Any) -> None:
        if not request.url.startswith(("data:", "about:", "blob:")) and urlsplit(request.url).netloc != urlsplit(base).netloc:
            found.problems.append(f"request to another host: {request.url}")

    page.on("console", on_console)
    page.on("request", on_request)
    page.on("pageerror", lambda error: found.problems.append(f"error of a script: {error}"))
    try:
        yield found
    finally:
        context.close()


def violations(page: Any, rules: list[str] | None = None) -> list[str]:
    """Return the serious and critical violations that axe finds on a page, a line each."""
    from axe_playwright_python.sync_playwright import Axe

    options = {"resultTypes": ["violations"], **({"runOnly": {"type": "rule", "values": rules}} if rules else {})}
    found = Axe().run(page, options=options).response["violations"]
    lines = []
    for violation in found:
        if violation["impact"] in ("serious", "critical"):
            nodes = violation["nodes"]
            shown = "; ".join(f"{node['target'][0]} {' '.join(node['failureSummary'].split())[:220]}" for node in nodes[:3])
            lines.append(f"{violation['id']} ({violation['impact']}, {len(nodes)} places): {shown}")
    return lines
