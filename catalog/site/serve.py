"""Serving: the built file on an address, until Ctrl+C."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

from catalog.site.app import SwappingApp
from catalog.site.configuration import InvalidSetting, check_settings
from catalog.site.instance import CannotOpen

CONNECTIONS = 200  # further ones are told to come back (503)
HEADER_BYTES = 65_536  # of an address with its headers; SQL may be 20,000 letters long


class CannotServe(Exception):
    """The server could not start; the message says why and what to do."""


def serve(build: Path, host: str = "127.0.0.1", port: int = 8001) -> None:
    """Serve the current release of a build folder, or one built file, until the process is told to stop.

    Args:
        build: The build folder; a new release is taken up while serving.
        host: Address to listen on; `0.0.0.0` for every one.
        port: Port; 0 takes a free one.

    Raises:
        CannotServe: The port is taken, the address is not ours, a setting is wrong, or there is nothing to serve.
    """
    try:
        check_settings()
    except InvalidSetting as error:
        raise CannotServe(str(error)) from None
    with _listen(host, port) as listener:
        try:
            asyncio.run(_run(build, listener))
        except CannotOpen as error:
            raise CannotServe(f"{error}\nRun `catalog build` first.") from None


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to the address, so that a taken port is noticed before anything is loaded."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named by its protocol, or asyncio does not switch off Nagle's algorithm and every answer waits 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)  # at once: until then another program could still take the port
    except OSError as error:
        listener.close()
        raise CannotServe(_explain(error, host, port)) from None
    return listener


def _explain(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken by another program.\nStop that program, or choose another port: catalog serve --port {_free_port(port)}"
    if error.errno == errno.EACCES:
        return f"port {port} may not be used without special rights.\nChoose one from 1024 on: catalog serve --port 8001"
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine.\nLeave --host out for this machine only, or write --host 0.0.0.0 for every address."
    return f"cannot listen on {host} port {port}: {error.strerror or error}"


def _free_port(after: int) -> int:
    """Return the next port that nobody listens on."""
    for port in range(after + 1, min(after + 50, 65_536)):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    return 8001


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}/"


async def _run(build: Path, listener: socket.socket) -> None:
    import uvicorn

    class Server(uvicorn.Server):
        """uvicorn without its handling of signals, which ends the process before our instances are closed."""

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    application = SwappingApp(build)
    await application.start()
    config = uvicorn.Config(
        application, lifespan="off", log_level="warning", access_log=False, server_header=False, limit_concurrency=CONNECTIONS,
        h11_max_incomplete_event_size=HEADER_BYTES, timeout_keep_alive=10, timeout_graceful_shutdown=5)
    server = Server(config)
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, setattr, server, "should_exit", True)
    records = len(application.site.facts.names)
    print(f"The Deep Learning Catalog ({records:,} records) is at {_address(listener)}  (Ctrl+C ends it)", flush=True)
    try:
        await server.serve(sockets=[listener])
    finally:
        await application.stop()
