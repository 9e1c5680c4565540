"""What a server's reply to one request means, and in which words it is told."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

_BUSY = {408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524}
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


@dataclass
class Reply:
    """The reply to one request: its status (None if there was none), where it redirects to, and what to say of it."""

    status: int | None = None
    location: str | None = None
    retry_after: float | None = None  # seconds
    why: str | None = None
    is_worth_another_try: bool = False

    @property
    def is_busy(self) -> bool:
        return self.status in _BUSY


def reply_of(response: httpx.Response) -> Reply:
    """Return what the head of a response says; its body is not read."""
    raw = next((value for name, value in response.headers.raw if name.lower() == b"location"), None)
    status = response.status_code
    reply = Reply(status, _decode(raw) if raw is not None else None, _seconds(response.headers.get("retry-after")))
    reply.is_worth_another_try = reply.is_busy
    if not 200 <= status < 300:
        reply.why = _status_words(status, reply.location)
    return reply


def _decode(raw: bytes) -> str:
    """Return an address as meant: servers send UTF-8, some Latin-1, though the standard allows neither."""
    try:
        return raw.decode("utf-8").strip()
    except UnicodeDecodeError:
        return raw.decode("latin-1").strip()


def _seconds(retry_after: str | None) -> float | None:
    """Return how long a server asks to wait, written as seconds or as a date (RFC 9110, section 10.2.3).

    >>> _seconds("120"), _seconds("soon"), _seconds("-3"), _seconds(None)
    (120.0, None, None, None)
    """
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _status_words(status: int, location: str | None) -> str:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "no status of the standard"
    words = f"{status} {phrase}"
    if status in (401, 403, 406, 418, 451, 999):
        return f"{words}: refuses us, perhaps not a browser"
    if 300 <= status < 400 and not location:
        return f"{words} without an address to go to"
    return words


def failure_reply(error: BaseException, timeout_s: float, total_s: float) -> Reply:
    """Return a request that failed as a reply without a status, with the reason in words."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            reason = getattr(cause, "verify_message", "") or getattr(cause, "reason", "") or "unknown reason"
            return Reply(why=f"no secure connection: {reason}")
        if isinstance(cause, socket.gaierror):
            return Reply(why="host name not found", is_worth_another_try=True)
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.InvalidURL) or "location header" in str(error):  # httpx looks at it before we do
        return Reply(why="redirects to something that is no address")
    if isinstance(error, (httpx.UnsupportedProtocol, UnicodeError)):
        return Reply(why=f"no address that can be asked: {_line(error)}")
    if isinstance(error, TimeoutError):
        return Reply(why=f"no whole answer within {total_s:g} seconds", is_worth_another_try=True)
    if isinstance(error, httpx.TimeoutException):
        return Reply(why=f"no answer within {timeout_s:g} seconds", is_worth_another_try=True)
    if isinstance(error, httpx.ConnectError):
        return Reply(why="no connection", is_worth_another_try=True)
    if isinstance(error, httpx.RemoteProtocolError):
        return Reply(why=f"answers what is no HTTP: {_line(error)}", is_worth_another_try=True)
    return Reply(why=f"the connection broke: {_line(error) or type(error).__name__}", is_worth_another_try=True)


def _line(error: BaseException) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in str(error)).split())[:200].rstrip(".")


def _is_own(address: str) -> bool:
    try:
        return not ipaddress.ip_address(address.partition("%")[0]).is_global
    except ValueError:
        return False


async def is_own_network(host: str) -> bool:
    """Say whether a host is this machine or one beside it: a record must not make us knock at doors in here."""
    name = host.strip("[]").rstrip(".").lower()
    if name in ("localhost", "") or name.endswith((".localhost", ".local", ".internal", ".home.arpa")) or _is_own(name):
        return True
    if any(os.environ.get(p) for p in _PROXIES):  # then the proxy resolves names, and decides
        return False
    try:
        found = await asyncio.get_running_loop().getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False  # asking will fail and say why
    return any(_is_own(address[4][0]) for address in found)
