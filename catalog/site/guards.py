"""What keeps visitors from harming the server or one another, and pages from harming visitors.

Every request passes `guard` before Datasette sees it. SQL of visitors is marked here and run elsewhere (`sandbox`).
"""

from __future__ import annotations

import base64
import hashlib
import re
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from catalog.site.configuration import allows_sql
from catalog.site.sandbox import is_foreign

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

SETTINGS = {
    "max_returned_rows": 200,
    "default_page_size": 50,
    "sql_time_limit_ms": 500,
    "facet_time_limit_ms": 200,
    "default_facet_size": 12,
    "suggest_facets": False,
    "num_sql_threads": 4,
    "truncate_cells_html": 140,
    "max_csv_mb": 50,
    "default_cache_ttl": 60,
    "trace_debug": False,
    "template_debug": False,
}
# In the server's own process only our SQL runs; visitors bring parameters, whose size the address limits.
VALUE_BYTES = 2_000_000
PATH_LIMIT, QUERY_LIMIT, ARGUMENT_LIMIT, FACET_LIMIT = 1_000, 24_000, 100, 8  # bytes, bytes, count, count
_HIDDEN = re.compile(r"/-/(threads|messages|allow-debug|permissions|patterns|auth-token|logout)\b")
_NUMBERS = ("_timelimit", "_facet_size", "_ttl")
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)

_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), interest-cohort=()"),
]


def limit_connection(connection: sqlite3.Connection) -> None:
    """Bound what one statement may hold and ask on a connection of the server itself."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, VALUE_BYTES)
    connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 20_000)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)


def script_hashes(pages: Iterable[str]) -> tuple[str, ...]:
    """Return the sources of a Content-Security-Policy that allow the inline scripts of these pages and no other.

    >>> script_hashes(["<p>no script</p>"])
    ()
    """
    scripts = {script for page in pages for script in _INLINE_SCRIPT.findall(page)}
    return tuple(sorted(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts))


def content_security_policy(hashes: Iterable[str]) -> str:
    """Return the policy of every page: nothing from elsewhere, no script but our files and those with these hashes."""
    scripts = " ".join(["'self'", *hashes])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")


def _refusal(scope: Message) -> tuple[int, str] | None:
    """Say why a request is not passed on: (status, reason)."""
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    path = path.partition(b"?")[0]
    query: bytes = scope.get("query_string", b"")
    if scope["method"] not in ("GET", "HEAD"):
        return 405, "this site is for reading: only GET and HEAD are answered"
    if len(path) > PATH_LIMIT or len(query) > QUERY_LIMIT:
        return 414, f"the address is too long (path up to {PATH_LIMIT:,} bytes, query up to {QUERY_LIMIT:,})"
    if not path.startswith(b"/") or b"//" in path or b"\\" in path or b"%5c" in path.lower():
        return 400, "an address with // or a backslash is not answered"
    if any(byte < 0x21 or byte > 0x7E for byte in path):
        return 400, "the address holds characters that must be percent-encoded"
    if _HIDDEN.match(path.decode("ascii")):
        return 404, "there is no such page"
    arguments = _arguments(query)
    facets = sum(1 for key, _ in arguments if key.startswith("_facet") and key != "_facet_size")
    if len(arguments) > ARGUMENT_LIMIT or facets > FACET_LIMIT:
        return 400, f"too many arguments (up to {ARGUMENT_LIMIT}, of which {FACET_LIMIT} facets)"
    for key, value in arguments:
        if key in _NUMBERS and not (value.isascii() and value.isdigit() and len(value) < 10 or (key, value) == ("_facet_size", "max")):
            return 400, f"{key} must be a whole number"
    if _brings_sql(scope) and not allows_sql():
        return 403, "this site answers no SQL of its visitors; /questions has questions that are asked already, /catalog.db is the whole file"
    return None


def _arguments(query: bytes) -> list[tuple[str, str]]:
    return parse_qsl(query.decode("latin-1"), keep_blank_values=True)


def _brings_sql(scope: Message) -> bool:
    return any(key == "sql" or key.startswith("_where") for key, _ in _arguments(scope.get("query_string", b"")))


def guard(app: App, policy: Callable[[], str]) -> App:
    """Wrap an ASGI application: refuse what cannot be meant well, mark visitors' SQL, add the headers of safety.

    Args:
        app: The application.
        policy: Gives the Content-Security-Policy of the moment.
    """

    async def guarded(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _safe_headers(message.get("headers", []), policy(), scope["path"])}
            await send(message)

        refusal = _refusal(scope)
        if refusal:
            await _answer(send_safely, *refusal, is_head=scope["method"] == "HEAD")
            return
        token = is_foreign.set(_brings_sql(scope))
        try:
            await app(scope, receive, send_safely)
        finally:
            is_foreign.reset(token)

    return guarded


def _safe_headers(headers: Iterable[tuple[bytes, bytes]], policy: str, path: str) -> list[tuple[bytes, bytes]]:
    ours = [*_HEADERS, (b"content-security-policy", policy.encode())]
    names = {name for name, _ in ours}
    kept = [(bytes(name), bytes(value)) for name, value in headers if bytes(name).lower() not in names]
    if path.startswith(("/static/", "/-/static/")) and not any(name.lower() == b"cache-control" for name, _ in kept):
        kept.append((b"cache-control", b"public, max-age=3600"))
    return kept + ours


async def _answer(send: Send, status: int, reason: str, *, is_head: bool) -> None:
    body = f"{status}: {reason}\n".encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    if status == 405:
        headers.append((b"allow", b"GET, HEAD"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if is_head else body})
