"""The small catalog opened as a site, for tests that ask for its pages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from site_catalog import build_catalog

from catalog.load import Release
from catalog.site.instance import CatalogSite, close_site, open_site, probe_script_hashes


@dataclass
class OpenedSite:
    """A site with the event loop it lives in."""

    site: CatalogSite
    release: Release
    runner: asyncio.Runner

    def get(self, path: str, **more: object) -> httpx.Response:
        return self.runner.run(self.site.client.get(path, **more))

    def render(self, template: str, context: dict[str, object]) -> str:
        return self.runner.run(self.site.render_template(template, context))


@contextmanager
def opened_site(folder: Path, more: dict[str, str] | None = None) -> Iterator[OpenedSite]:
    """Build the small catalog with further files below a folder, and open it."""
    release = build_catalog(folder, more)
    with asyncio.Runner() as runner:
        site = runner.run(open_site(release.file, runner.run(probe_script_hashes())))
        yield OpenedSite(site, release, runner)
        runner.run(close_site(site))
