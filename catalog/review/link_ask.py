"""Asking addresses politely: few at a time, each host seldom, with patience and without reading what it sends.

HEAD first, GET where HEAD is refused; redirects are followed step by step and judged; a server that is busy is asked
again later, and as late as it wishes.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

import httpx

from catalog.review.link_reply import Reply, failure_reply, is_own_network, reply_of

State = Literal["live", "moved", "gone", "unsure"]
_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_LOGIN = re.compile(r"/(?:login|log-in|signin|sign-in|sign_in|sso|oauth)\b", re.IGNORECASE)
GIVE_UP_AFTER = 3  # addresses in a row for which a host did not answer


@dataclass(frozen=True)
class Manners:
    """How to ask.

    Args:
        concurrency: Requests under way at once.
        delay_s: Seconds between two requests to one host.
        timeout_s: Seconds to wait for a connection or for the next bytes.
        total_s: Seconds one request may take in all.
        tries: Requests for one address before giving up.
        backoff_s: Seconds before the second try; doubled each time.
        patience_s: Longest wait that a server may ask for with Retry-After.
        redirects: Redirects followed.
        contact: Address or e-mail at which who is asked can reach us; part of the user agent.
        may_ask_own_network: Whether to ask addresses of this machine and its network (for tests).
    """

    concurrency: int = 8
    delay_s: float = 1.0
    timeout_s: float = 20.0
    total_s: float = 45.0
    tries: int = 3
    backoff_s: float = 2.0
    patience_s: float = 60.0
    redirects: int = 10
    contact: str | None = None
    may_ask_own_network: bool = False

    @property
    def user_agent(self) -> str:
        more = f"; +{self.contact}" if self.contact else ""
        return f"deep-learning-catalog-link-check/1.0 (asks each address about once a week, HEAD first{more})"


@dataclass(frozen=True)
class Answer:
    """What became of an address: its state, the last status, where redirects led, and why it is not simply live."""

    url: str
    state: State
    status: int | None = None
    final_url: str | None = None
    why: str | None = None
    somebody_answered: bool = True


@dataclass
class _Gate:
    """Lets requests to one host pass one by one with a pause between them."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0
    silent: int = 0  # addresses in a row that it did not answer
    is_own: bool | None = None  # whether it stands in our own network, once looked up


async def ask_all(urls: Iterable[str], manners: Manners, take: Callable[[Answer], None]) -> None:
    """Ask addresses and hand over each answer as soon as it is there."""
    limits = httpx.Limits(max_connections=manners.concurrency, max_keepalive_connections=0)
    headers = {"User-Agent": manners.user_agent, "Accept": "*/*", "Accept-Encoding": "identity"}
    async with httpx.AsyncClient(headers=headers, timeout=manners.timeout_s, limits=limits, follow_redirects=False) as client:
        asker = _Asker(client, manners)

        async def one(url: str) -> None:
            take(await asker.answer(url))

        async with asyncio.TaskGroup() as tasks:
            for url in urls:
                tasks.create_task(one(url))


class _Asker:
    def __init__(self, client: httpx.AsyncClient, manners: Manners):
        self.client, self.manners = client, manners
        self.slots = asyncio.Semaphore(manners.concurrency)
        self.gates: dict[str, _Gate] = {}

    async def answer(self, url: str) -> Answer:
        """Follow an address to its end and judge it; never raises."""
        current, seen, is_permanent, answered = url, {url}, True, False
        for _ in range(self.manners.redirects + 1):
            reply = await self._ask(current)
            answered = answered or reply.status is not None
            if reply.status in _REDIRECTS and reply.location:
                try:
                    target = str(httpx.URL(current).join(reply.location).copy_with(fragment=None))
                except (httpx.InvalidURL, ValueError):
                    return Answer(url, "unsure", reply.status, current, f"redirects to something that is no address: {reply.location[:200]}", answered)
                if not target.startswith(("http://", "https://")):
                    return Answer(url, "unsure", reply.status, current, f"redirects to {reply.location[:200]}, which is no web page", answered)
                is_permanent = is_permanent and reply.status in _PERMANENT
                if target in seen:
                    return Answer(url, "unsure", reply.status, target, "redirects in a circle", answered)
                seen.add(target)
                current = target
                continue
            return _judge(url, current, reply, is_permanent, answered)
        return Answer(url, "unsure", None, current, f"redirects more than {self.manners.redirects} times", answered)

    async def _ask(self, url: str) -> Reply:
        """Return the reply to an address after as many tries as manners allow."""
        try:
            parsed = httpx.URL(url)
            host = f"{parsed.host}:{parsed.port or ''}"
        except (httpx.InvalidURL, ValueError) as error:
            return Reply(why=f"no address that can be asked: {error}")
        gate = self.gates.setdefault(host, _Gate())
        if not self.manners.may_ask_own_network:
            async with gate.lock:
                if gate.is_own is None:
                    gate.is_own = await is_own_network(parsed.host)
            if gate.is_own:
                return Reply(why="stands in the own network and is not asked")
        reply, method, wait = Reply(why="not asked"), "HEAD", 0.0
        for attempt in range(self.manners.tries):
            reply = await self._request(gate, method, url, wait)
            if method == "HEAD" and reply.status is not None and reply.status >= 400 and not reply.is_busy:
                method = "GET"  # many servers refuse HEAD or answer it wrongly
                reply = await self._request(gate, method, url, 0.0)
            if not reply.is_worth_another_try:
                break
            method = "GET" if reply.status is None else method
            wait = self.manners.backoff_s * 2**attempt if reply.retry_after is None else reply.retry_after
            if wait > self.manners.patience_s:
                reply.why = f"asks to come back in {wait:,.0f} seconds"
                break
        gate.silent = 0 if reply.status is not None else gate.silent + 1
        return reply

    async def _request(self, gate: _Gate, method: str, url: str, wait: float) -> Reply:
        """Send one request when its host may be asked again, and return what came, without the body."""
        async with gate.lock:
            if gate.silent >= GIVE_UP_AFTER:
                return Reply(why=f"its host did not answer for {GIVE_UP_AFTER} other addresses", is_worth_another_try=False)
            gate.free_at = max(gate.free_at, time.monotonic() + wait)
            await asyncio.sleep(max(0.0, gate.free_at - time.monotonic()))
            async with self.slots:
                try:
                    async with asyncio.timeout(self.manners.total_s), self.client.stream(method, url) as response:
                        return reply_of(response)
                except Exception as error:
                    return failure_reply(error, self.manners.timeout_s, self.manners.total_s)
                finally:
                    gate.free_at = time.monotonic() + self.manners.delay_s


def _judge(url: str, final: str, reply: Reply, is_permanent: bool, answered: bool) -> Answer:
    """Return the state that a last reply means."""
    where = final if final != url else None
    if reply.status is None:
        return Answer(url, "unsure", None, where, reply.why, answered)
    if reply.status in (404, 410):
        return Answer(url, "gone", reply.status, where, reply.why)
    if not 200 <= reply.status < 300:
        return Answer(url, "unsure", reply.status, where, reply.why)
    if where is None:
        return Answer(url, "live", reply.status)
    before, after = httpx.URL(url).path, httpx.URL(final).path
    if after.strip("/") == "" and before.strip("/").count("/") >= 1:
        return Answer(url, "unsure", reply.status, where, "redirects to the front page; the page itself is probably gone")
    if _LOGIN.search(after) and not _LOGIN.search(before):
        return Answer(url, "unsure", reply.status, where, "redirects to a login")
    if is_permanent:
        return Answer(url, "moved", reply.status, where)
    return Answer(url, "live", reply.status, where, "redirects for the time being")
