"""Whole responses kept in memory, since a release never changes: an ASGI wrapper around one open release.

Kept are answers of 200 to GET without authorization or any cookie but that of the language, by data version, host, path,
query and language. Left alone is what may differ though the release is the same: Datasette's own pages (`/-/`), SQL of
visitors (`random()`), feeds and maps (the history beside the release may be newer), and what is large or streamed. Kept
answers carry an ETag, so that a browser that has a page already is told so (304, RFC 9110 section 13), and are sent
compressed where that is accepted.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from catalog.site.guards import App, Message, Receive, Send

LARGEST = 2_000_000  # bytes of a response that is kept; larger ones pass through as they come
KEPT_SECONDS = 600.0  # a page whose facets took too long in a busy moment does not stay for ever
SMALLEST_GZIP = 500  # bytes below which compression does not pay
OVERHEAD = 3_000  # bytes an entry is reckoned to cost beside its body
_NEVER = ("/-/", "/atom.xml", "/sitemap", "/static/")
_TEXTUAL = (b"text/", b"application/json", b"application/ld+json", b"application/xml", b"application/x-bibtex", b"application/opensearchdescription+xml", b"image/svg+xml")
# Cookies under which answers are kept: none, or the language that a visitor chose (`pages.LANGUAGE_COOKIE`).
_LANGUAGES = (b"", b"language=en", b"language=ru")
# What a kept answer may vary by: cookies and host are in the key, authorization is absent, the last is done here.
_VARIES = {b"cookie", b"authorization", b"host", b"accept-encoding"}
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class _Answer:
    """A kept response; `body` is compressed if `is_gzip`."""

    headers: Headers
    body: bytes
    is_gzip: bool
    etag: str
    until: float

    @property
    def cost(self) -> int:
        return len(self.body) + OVERHEAD


def _header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> bytes:
    return b", ".join(value for key, value in headers if key.lower() == name)


def accepts_gzip(value: bytes) -> bool:
    """Say whether an Accept-Encoding allows gzip.

    >>> accepts_gzip(b"br;q=1.0, gzip;q=0.8"), accepts_gzip(b"gzip;q=0, identity"), accepts_gzip(b"*"), accepts_gzip(b"")
    (True, False, True, False)
    """
    weights = {}
    for part in value.decode("latin-1").lower().split(","):
        name, _, parameter = part.partition(";")
        try:
            weights[name.strip()] = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            weights[name.strip()] = 0.0
    return weights.get("gzip", weights.get("*", 0.0)) > 0


class CachedResponses:
    """An ASGI application that answers for another one where it can.

    Args:
        app: The application of one release.
        version: Content digest of the release, part of every key and ETag.
        limit: Bytes that may be kept, bodies compressed; 0 keeps nothing.
    """

    def __init__(self, app: App, version: str, limit: int):
        self._app, self._version, self._limit = app, version, limit
        self._answers: OrderedDict[tuple[bytes, ...], _Answer] = OrderedDict()
        self._cost = self.hits = self.misses = 0

    @property
    def cost(self) -> int:
        """Bytes that are kept."""
        return self._cost

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        key = self._key(scope) if self._limit else None
        if key is None:
            await self._app(scope, receive, send)
            return
        answer = self._answers.get(key)
        if answer is not None and time.monotonic() < answer.until:
            self.hits += 1
            self._answers.move_to_end(key)
            await asyncio.sleep(0)  # nothing else here waits, and whoever asks in a loop must not keep all others out
            await self._send(answer, scope, send)
        elif scope["method"] == "HEAD":
            await self._app(scope, receive, send)
        else:
            self.misses += 1
            await self._ask(key, scope, receive, send)

    def _key(self, scope: Message) -> tuple[bytes, ...] | None:
        """Return under what an answer is kept, or None if it must not be."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return None
        path = (scope.get("raw_path") or scope["path"].encode()).partition(b"?")[0]
        if path.decode("latin-1").startswith(_NEVER) or b"%" in path:  # %2D is another way to write what must not be kept
            return None
        headers = scope.get("headers", [])
        cookies = _header(headers, b"cookie")
        if cookies not in _LANGUAGES or any(name.lower() in (b"authorization", b"range") for name, _ in headers):
            return None
        query: bytes = scope.get("query_string", b"")
        if any(name in ("sql", "_stream", "_timelimit", "_ttl") or name.startswith(("_where", "_trace")) for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True)):
            return None
        return self._version.encode(), str(scope.get("scheme")).encode(), _header(headers, b"host"), path, query, cookies

    async def _ask(self, key: tuple[bytes, ...], scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on; keep the answer if it may be kept, and send it, held back only as long as it may."""
        start: Message | None = None
        chunks: list[bytes] = []
        length = 0
        is_kept = True

        async def hold(message: Message) -> None:
            nonlocal start, length, is_kept
            if not is_kept:
                await send(message)
            elif message["type"] == "http.response.start":
                start = message
                is_kept = _may_be_kept(message, has_language=bool(key[-1]))
                if not is_kept:
                    await send(message)
            else:
                assert start is not None
                chunks.append(bytes(message.get("body", b"")))
                length += len(chunks[-1])
                has_more = message.get("more_body", False)
                if length > LARGEST:
                    is_kept = False
                    await send(start)
                    await send({"type": "http.response.body", "body": b"".join(chunks), "more_body": has_more})
                elif not has_more:
                    answer = self._make(start, b"".join(chunks))
                    self._keep(key, answer)
                    await self._send(answer, scope, send)

        await self._app(scope, receive, hold)

    def _make(self, start: Message, body: bytes) -> _Answer:
        headers = [(bytes(k).lower(), bytes(v)) for k, v in start.get("headers", [])]
        is_gzip = len(body) >= SMALLEST_GZIP and _header(headers, b"content-type").startswith(_TEXTUAL)
        etag = hashlib.sha256(self._version.encode() + body).hexdigest()[:32]
        varies = [v.strip() for v in _header(headers, b"vary").split(b",") if v.strip()] + ([b"Accept-Encoding"] if is_gzip else [])
        kept = [(k, v) for k, v in headers if k not in (b"content-length", b"etag", b"vary", b"transfer-encoding")]
        if varies:
            kept.append((b"vary", b", ".join(dict.fromkeys(varies))))
        # Level 5 packs as small as the default here, in half the time; no time of packing in the bytes.
        return _Answer(kept, gzip.compress(body, 5, mtime=0) if is_gzip else body, is_gzip, etag, time.monotonic() + KEPT_SECONDS)

    def _keep(self, key: tuple[bytes, ...], answer: _Answer) -> None:
        old = self._answers.pop(key, None)
        self._cost += answer.cost - (old.cost if old else 0)
        self._answers[key] = answer
        while self._cost > self._limit:
            self._cost -= self._answers.popitem(last=False)[1].cost

    async def _send(self, answer: _Answer, scope: Message, send: Send) -> None:
        request = scope.get("headers", [])
        is_packed = answer.is_gzip and accepts_gzip(_header(request, b"accept-encoding"))
        # Two forms of one page are two representations: their strong tags differ (RFC 9110 section 8.8.3.3).
        etag = f'"{answer.etag}-gzip"' if is_packed else f'"{answer.etag}"'
        headers = [*answer.headers, (b"etag", etag.encode())]
        if _is_known(_header(request, b"if-none-match").decode("latin-1"), etag):
            headers = [(k, v) for k, v in headers if k != b"content-type"]
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        body = answer.body if is_packed or not answer.is_gzip else gzip.decompress(answer.body)
        headers += [(b"content-encoding", b"gzip")] if is_packed else []
        headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _is_known(if_none_match: str, etag: str) -> bool:
    """Say whether a client has a representation already; tags are compared weakly (RFC 9110 section 13.1.2).

    >>> _is_known('W/"a", "b"', '"b"'), _is_known("*", '"b"'), _is_known('W/"b"', '"b"'), _is_known("", '"b"')
    (True, True, True, False)
    """
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or "*" in tags


def _may_be_kept(start: Message, has_language: bool = False) -> bool:
    """Say whether a response may be kept, by its beginning.

    Args:
        start: The message `http.response.start`.
        has_language: Whether the one cookie of the request is that of the language: Datasette calls every answer to a
            cookie private, yet this one is the same for all who chose the language, and the cookie is in the key.
    """
    headers = start.get("headers", [])
    if start["status"] != 200 or _header(headers, b"set-cookie") or _header(headers, b"content-encoding"):
        return False
    if not has_language and any(word in _header(headers, b"cache-control").lower() for word in (b"no-store", b"no-cache", b"private", b"max-age=0")):
        return False
    varies = {v.strip().lower() for v in _header(headers, b"vary").split(b",") if v.strip()}
    length = _header(headers, b"content-length")
    return varies <= _VARIES and not (length.isdigit() and int(length) > LARGEST)
