"""A web server on 127.0.0.1 that answers each path in its own bad way, for the tests of the link check."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"


@dataclass
class Server:
    """What was asked: method and path of each request with its time, and the heads as they came."""

    port: int
    asked: list[tuple[str, str, float]] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0
    bytes_sent: Counter = field(default_factory=Counter)
    stop: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def requests(self, path: str) -> list[str]:
        """Return the methods with which a path was asked, in order."""
        return [method for method, asked, _ in self.asked if asked == path]


def _status(code: int, *lines: str, body: bytes = b"") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {code} X", f"Content-Length: {len(body)}", *lines, "", ""]).encode("latin-1") + body


def _answer(server: Server, connection: socket.socket, method: str, path: str) -> None:
    number = len(server.requests(path))

    def send(data: bytes) -> None:
        connection.sendall(data)
        server.bytes_sent[path] += len(data)

    if path.startswith("/status/"):
        send(_status(int(path.split("/")[2])))
    elif path == "/no-head":
        send(_status(405) if method == "HEAD" else OK + b"ok")
    elif path == "/head-says-404":
        send(_status(404) if method == "HEAD" else OK + b"ok")
    elif path == "/broken-twice":
        send(_status(500) if number <= 2 else OK)
    elif path == "/busy-once":
        send(_status(429, "Retry-After: 1") if number == 1 else OK)
    elif path == "/busy-date":
        send(_status(503, "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT") if number == 1 else OK)
    elif path == "/busy-for-hours":
        send(_status(429, "Retry-After: 7200"))
    elif path == "/hangs":
        server.stop.wait(20)
    elif path == "/drips":
        send(b"HTTP/1.1 200 OK\r\n")
        while not server.stop.wait(0.1):
            send(b"X-Drip: 1\r\n")
    elif path == "/huge":
        send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n")
        while method == "GET" and not server.stop.is_set():
            send(b"x" * 65536)
    elif path == "/huge-without-head":
        if method == "HEAD":
            send(_status(501))
        else:
            send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n")
            while not server.stop.is_set():
                send(b"x" * 65536)
    elif path == "/wrong-length":
        send(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nfar too much, even for HEAD")
    elif path == "/bad-length":
        send(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n")
    elif path == "/closes":
        pass
    elif path == "/resets":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    elif path == "/babble":
        send(b"SSH-2.0-OpenSSH_9.2\r\n")
    elif path == "/huge-head":
        send(b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 300_000 + b"\r\n\r\n")
    elif path == "/circle":
        send(_status(302, "Location: /circle-2"))
    elif path == "/circle-2":
        send(_status(302, "Location: /circle"))
    elif path.startswith("/endless/"):
        send(_status(301, f"Location: /endless/{int(path.split('/')[2]) + 1}"))
    elif path == "/moved":
        send(_status(301, "Location: /moved-on"))
    elif path == "/moved-on":
        send(_status(308, "Location: new/place"))
    elif path == "/moved-for-now":
        send(_status(302, "Location: /live"))
    elif path == "/moved-to-gone":
        send(_status(301, "Location: /status/404"))
    elif path == "/deep/page/gone":
        send(_status(301, "Location: /"))
    elif path == "/private":
        send(_status(302, "Location: /accounts/login?next=/private"))
    elif path == "/cyrillic":
        send(b"HTTP/1.1 301 X\r\nContent-Length: 0\r\nLocation: " + "/страница".encode() + b"\r\n\r\n")
    elif path == "/latin":
        send(b"HTTP/1.1 301 X\r\nContent-Length: 0\r\nLocation: /caf\xe9\r\n\r\n")
    elif path == "/to-nowhere":
        send(_status(302))
    elif path == "/to-script":
        send(_status(302, "Location: javascript:alert(1)"))
    elif path == "/to-file":
        send(_status(302, "Location: file:///etc/passwd"))
    elif path == "/to-bad-port":
        send(_status(302, "Location: http://127.0.0.1:port/"))
    elif path == "/to-https":
        send(_status(301, f"Location: https://127.0.0.1:{server.port}/x"))
    elif path == "/slow":
        time.sleep(0.05)
        send(OK)
    else:
        send(OK)


@contextlib.contextmanager
def serve() -> Iterator[Server]:
    """Serve until the context ends; each connection has its thread and one request."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    server = Server(listener.getsockname()[1])
    guard = threading.Lock()

    def handle(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(20)
            head = b""
            while b"\r\n\r\n" not in head:
                more = connection.recv(65536)
                if not more:
                    return
                head += more
            if not head[:1].isalpha():
                return
            method, path, _ = head.split(b"\r\n")[0].decode("latin-1").split(" ")
            with guard:
                server.asked.append((method, path, time.monotonic()))
                server.heads.append(head.decode("latin-1"))
                server.under_way += 1
                server.most_under_way = max(server.most_under_way, server.under_way)
            try:
                _answer(server, connection, method, path)
            finally:
                with guard:
                    server.under_way -= 1

    def accept() -> None:
        while not server.stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=handle, args=(connection,), daemon=True)
            thread.start()
            threads.append(thread)

    threads: list[threading.Thread] = []
    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield server
    finally:
        server.stop.set()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in (accepting, *threads):
            thread.join(timeout=5)
