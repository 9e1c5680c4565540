"""Every section of the real catalog in all its pages: small enough for a phone, every item reachable by its name."""

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from whole_pages import whole

from catalog.site import section_pages
from catalog.site.instance import close_site, open_site
from catalog.site.sections import all_sections

LARGEST = 150_000  # bytes of a page without its charts
_CHART = re.compile(r"<svg.*?</svg>", re.DOTALL)


@pytest.fixture(scope="module")
def get(catalog_file: Path) -> Iterator[Callable[[str], str]]:
    with asyncio.Runner() as runner, patch.object(section_pages, "SECTION_MILLISECONDS", 20_000):  # however busy the machine is
        site = runner.run(open_site(catalog_file))

        def get(path: str) -> str:
            response = runner.run(site.client.get(path))
            assert response.status_code == 200, path
            return response.text

        yield get
        runner.run(close_site(site))


@pytest.mark.parametrize("path", ["/", *(f"/{name}" for name in all_sections())])
def test_every_page_of_a_section_is_small(path: str, get: Callable[[str], str]):
    sizes = {}

    def measured(page: str) -> str:
        text = get(page)
        sizes[page] = len(_CHART.sub("", text).encode())
        return text

    whole(measured, path)
    assert {page: size for page, size in sizes.items() if size > LARGEST} == {}


def test_an_item_is_shown_on_whatever_page_it_stands(get: Callable[[str], str]):
    pages = whole(get, "/people-and-machines")
    entries = re.findall(r'<tbody class="entry" id="([a-z0-9-]+)">', pages)
    assert len(entries) > 25
    for slug in (entries[0], entries[len(entries) // 2], entries[-1]):
        assert f'<tbody class="entry" id="{slug}">' in get(f"/people-and-machines?show={slug}")
    assert 'id="slide-100"' in get("/lecture?slide=100") and 'id="slide-100"' not in get("/lecture")
