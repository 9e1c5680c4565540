"""The application that the server runs: it hands requests to the current release and changes releases under load.

When the link `build/current` leads elsewhere, another instance is opened beside the current one and asked for its
pages; only then do new requests go to it, and the old one is closed after its last request. A release that cannot be
opened is refused and reported, and the old one goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog.site.cache import CachedResponses
from catalog.site.configuration import cache_bytes
from catalog.site.guards import Message, Receive, Send
from catalog.site.instance import CannotOpen, CatalogSite, close_site, open_site, probe_script_hashes

FILE = "catalog.db"
Key = tuple[str, int, int]


def _to_stderr(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


@dataclass
class _Instance:
    """An open site with the requests it is answering."""

    site: CatalogSite
    key: Key
    active: int = 0
    is_idle: asyncio.Event = field(default_factory=asyncio.Event)
    app: CachedResponses = field(init=False)

    def __post_init__(self) -> None:
        self.app = CachedResponses(self.site.client.app, self.site.facts.meta.get("content_digest", ""), cache_bytes())


class SwappingApp:
    """An ASGI application over the releases of a build folder.

    Args:
        build: The build folder, whose link `current` leads to the release to serve, or one built file.
        poll_seconds: How often the link is looked at.
        retry_seconds: After how long a refused release is tried again.
        report: Told what happens in a few words.
    """

    def __init__(self, build: Path, *, poll_seconds: float = 1.0, retry_seconds: float = 60.0, report: Callable[[str], None] = _to_stderr):
        self._build = build.resolve()
        self._poll_seconds, self._retry_seconds, self._report = poll_seconds, retry_seconds, report
        self._hashes: tuple[str, ...] = ()
        self._current: _Instance | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def site(self) -> CatalogSite:
        """The site that new requests go to."""
        if self._current is None:
            raise RuntimeError("the application has not been started")
        return self._current.site

    async def start(self) -> None:
        """Open the current release and begin to watch the link.

        Raises:
            CannotOpen: There is no release, or it cannot be served.
        """
        self._hashes = await probe_script_hashes()
        file, key = self._find()
        self._current = _Instance(await open_site(file, self._hashes), key)
        self._watcher = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Stop watching and close all instances."""
        if self._watcher is not None:
            self._watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watcher
        if self._current is not None:
            last, self._current = self._current, None
            self._retire(last)
        while self._closing:
            await asyncio.wait(set(self._closing))

    def _find(self) -> tuple[Path, Key]:
        """Return the file to serve, links followed, with what tells it from another."""
        file = self._build if self._build.is_file() else self._build / "current" / FILE
        try:
            real = file.resolve(strict=True)
            state = real.stat()
        except OSError:
            raise CannotOpen(f"there is no built catalog in {self._build}") from None
        return real, (str(real), state.st_ino, state.st_mtime_ns)

    async def _watch(self) -> None:
        refused: Key | str | None = None
        retry_at = 0.0
        while True:
            await asyncio.sleep(self._poll_seconds)
            key: Key | str = ""
            try:
                file, key = self._find()
                if self._current is None or key == self._current.key or (key == refused and time.monotonic() < retry_at):
                    continue
                await self._take_up(file, key)
                refused = None
            except Exception as error:  # whatever is wrong with a release, the current one goes on
                if key != refused:
                    self._report(f"the new release is refused, the old one goes on: {error}")
                refused, retry_at = key, time.monotonic() + self._retry_seconds

    async def _take_up(self, file: Path, key: Key) -> None:
        fresh = _Instance(await open_site(file, self._hashes), key)
        old, self._current = self._current, fresh
        self._report(f"serving the new release {file.parent.name} ({len(fresh.site.facts.names):,} records)")
        if old is not None:
            self._retire(old)

    def _retire(self, instance: _Instance) -> None:
        """Close an instance after its last request."""

        async def close() -> None:
            if instance.active:
                await instance.is_idle.wait()
            await close_site(instance.site)

        task = asyncio.create_task(close())
        self._closing.add(task)
        task.add_done_callback(self._closed)

    def _closed(self, task: asyncio.Task[None]) -> None:
        self._closing.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._report(f"an old release could not be closed: {task.exception()!r}")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        instance = self._current
        if scope["type"] != "http" or instance is None:
            await _turn_away(scope, send)
            return
        instance.active += 1
        try:
            await instance.app(scope, receive, send)
        finally:
            instance.active -= 1
            if instance.active == 0 and instance is not self._current:
                instance.is_idle.set()

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        """Start and stop with the server, for servers that are not ours."""
        while True:
            message: Any = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    await self.start()
                except CannotOpen as error:
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    return
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


async def _turn_away(scope: Message, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1000})
        return
    await send({"type": "http.response.start", "status": 503, "headers": [(b"content-type", b"text/plain"), (b"retry-after", b"2")]})
    await send({"type": "http.response.body", "body": b"503: starting or stopping\n"})
