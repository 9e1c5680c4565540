"""Measure the site beside a bare Datasette on the same immutable file: latency and requests per second, by sort of page.

Three servers run on loopback ports at the same time and are asked in turn, each sort of page with one client and with
sixteen, over connections that are kept: a bare Datasette without suggested facets, our site with its cache of responses
switched off (`fresh`), and our site that has answered every page before (`kept`). Printed are the median and the 99th
percentile in milliseconds, requests per second, and the ratio of the median with one client to that of the bare
Datasette's table page. It ends by itself.

usage: .venv/bin/python scripts/measure_site.py [--build build] [--requests 200] [--json FILE]
"""

import argparse
import http.client
import json
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from catalog.site.configuration import CACHE_MB
from catalog.site.sections import all_sections

BIN = Path(sys.executable).parent
ROOT = Path(__file__).resolve().parent.parent
CLIENTS = (1, 16)
BARE = {"suggest_facets": "off"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(command: list[str], port: int, environment: dict[str, str] | None = None) -> Iterator[int]:
    """Run a server until the block ends, which begins when it answers; from a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        try:
            for _ in range(600):
                if server.poll() is not None:
                    raise SystemExit(f"the server ended at once: {' '.join(command)}")
                try:
                    if get(connect(port), "/-/versions.json")[0] == 200:
                        break
                except OSError:
                    time.sleep(0.1)
            yield port
        finally:
            server.terminate()
            server.wait(timeout=30)


def connect(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=60)


def get(connection: http.client.HTTPConnection, path: str) -> tuple[int, int]:
    """Return status and bytes of an answer."""
    connection.request("GET", path, headers={"accept-encoding": "gzip"})
    response = connection.getresponse()
    return response.status, len(response.read())


def read_pages(file: Path) -> dict[str, tuple[list[str], list[str]]]:
    """Return for each sort of page (our addresses, the bare Datasette's for the same)."""
    with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as db:
        kinds = [row[0] for row in db.execute("SELECT kind FROM records GROUP BY kind ORDER BY count(*) DESC")]
        refs = [row[0] for row in db.execute("SELECT ref FROM records WHERE kind <> 'sources' ORDER BY slug LIMIT 400")]
        words = [row[0].split()[0] for row in db.execute("SELECT name FROM records ORDER BY slug LIMIT 400")]
    tables = [f"/catalog/{kind}{more}" for more in ("", "?_sort=name", "?_sort_desc=name", "?_size=20") for kind in kinds]
    rows = [f"/catalog/{ref}" for ref in refs]
    return {
        "home": (["/"], ["/"]),
        "table": (tables, tables),
        "record": (rows, rows),
        "search": ([f"/search?q={quote(w)}" for w in words], []),
        "section": ([f"/{name}" for name in all_sections()], []),
        "JSON table": ([t.partition("?")[0] + ".json?_shape=array&" + t.partition("?")[2] for t in tables],) * 2,
        "suggestions": ([f"/suggest.json?q={quote(w[:3])}" for w in words], []),
    }


def measure(port: int, paths: list[str], clients: int, requests: int) -> dict[str, float]:
    """Ask for `requests` pages with some clients at once; return milliseconds (median, p99), requests per second, failures, bytes."""
    waiting = iter(list(islice(cycle(paths), requests)))
    lock, times, failed, size = threading.Lock(), [], [], []

    def work() -> None:
        connection = connect(port)
        while True:
            with lock:
                path = next(waiting, None)
            if path is None:
                break
            start = time.perf_counter()
            try:
                status, length = get(connection, path)
            except (OSError, http.client.HTTPException):
                status, length, connection = 0, 0, connect(port)
            times.append((time.perf_counter() - start) * 1000)
            size.append(length)
            if status != 200:
                failed.append(f"{status} {path}")
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    return {"median_ms": statistics.median(times), "p99_ms": statistics.quantiles(times, n=100)[98], "per_second": len(times) / seconds,
            "failed": len(failed), "bytes": statistics.median(size)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--build", type=Path, default=ROOT / "build")
    parser.add_argument("--requests", type=int, default=200, help="of each sort of page, by each number of clients")
    parser.add_argument("--json", type=Path, help="also write the figures to a file")
    arguments = parser.parse_args()
    file = (arguments.build / "current" / "catalog.db").resolve()
    if not file.is_file():
        raise SystemExit("nothing is built: run `catalog build` first")
    ports = {who: free_port() for who in ("bare", "fresh", "kept")}
    bare_command = [str(BIN / "datasette"), "serve", "--immutable", str(file), "--port", str(ports["bare"])]
    for name, value in BARE.items():
        bare_command += ["--setting", name, value]

    def ours(who: str, megabytes: str) -> Any:
        command = [str(BIN / "catalog"), "serve", "--build", str(arguments.build.resolve()), "--port", str(ports[who])]
        return running(command, ports[who], {**os.environ, CACHE_MB: megabytes})

    found: list[dict[str, object]] = []
    with running(bare_command, ports["bare"]), ours("fresh", "0"), ours("kept", "256"):
        for sort, (our_paths, bare_paths) in read_pages(file).items():
            for who, port in ports.items():
                paths = (bare_paths if who == "bare" else our_paths)[: arguments.requests]
                if not paths:
                    continue
                measure(port, paths, 1, max(3, len(paths)) if who == "kept" else 3)  # not the first pages after the start; of `kept`, none
                for clients in CLIENTS:
                    found.append({"page": sort, "who": who, "clients": clients, **measure(port, paths, clients, arguments.requests)})
    yardstick = next(row["median_ms"] for row in found if (row["page"], row["who"], row["clients"]) == ("table", "bare", 1))
    print(f"{arguments.requests} requests each, ratio: median with 1 client to the bare table page ({yardstick:.1f} ms)\n")
    print(f"{'page':<12} {'server':<6} {'clients':>7} {'median ms':>10} {'p99 ms':>8} {'per s':>7} {'kB':>6} {'failed':>6} {'ratio':>6}")
    for row in found:
        ratio = f"{row['median_ms'] / yardstick:.2f}" if row["clients"] == 1 else ""
        print(f"{row['page']:<12} {row['who']:<6} {row['clients']:>7} {row['median_ms']:>10.1f} {row['p99_ms']:>8.1f} {row['per_second']:>7.0f} {row['bytes'] / 1000:>6.1f} "
              f"{row['failed']:>6} {ratio:>6}")
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
