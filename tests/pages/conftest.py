"""The small catalog opened as a site."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from site_catalog import build_catalog

from catalog.site.instance import CatalogSite, close_site, open_site, probe_script_hashes
from pages.small_site import Get


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def site(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CatalogSite]:
    release = build_catalog(tmp_path_factory.mktemp("site"))
    site = runner.run(open_site(release.file, runner.run(probe_script_hashes())))
    yield site
    runner.run(close_site(site))


@pytest.fixture(scope="module")
def get(runner: asyncio.Runner, site: CatalogSite) -> Get:
    def get(path: str, method: str = "GET") -> httpx.Response:
        return runner.run(site.client.request(method, path))

    return get
