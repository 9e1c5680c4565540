"""Serving: releases change under load without a failed request, broken ones are refused, nothing is left behind."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import httpx
import pytest
from site_catalog import build_catalog

from catalog.load import Release
from catalog.site.app import SwappingApp
from catalog.site.instance import CannotOpen
from catalog.site.serve import CannotServe, _listen, serve

MARK = "models/second-release.yaml"


def another(folder: Path, number: int) -> Release:
    """Build a release that differs by one record."""
    return build_catalog(folder, {MARK: f"name: Release {number}\nsources:\n- {{source: jing-2019-survey, default: true}}\n"})


def point(build: Path, target: Path) -> None:
    """Let `current` lead to a folder, in one step, as a build does."""
    link = build / ".current.test"
    link.symlink_to(target)
    os.replace(link, build / "current")


async def until(condition, seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


async def started(app: SwappingApp) -> httpx.AsyncClient:
    await app.start()
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://localhost")


def test_releases_change_under_load_without_a_failed_request(tmp_path: Path):
    first, second = build_catalog(tmp_path), another(tmp_path, 2)
    build = tmp_path / "build"
    point(build, first.folder)
    messages: list[str] = []

    async def run() -> None:
        app = SwappingApp(build, poll_seconds=0.05, report=messages.append)
        client = await started(app)
        statuses: list[int] = []
        stop = False

        async def load(paths: list[str]) -> None:
            i = 0
            while not stop:
                statuses.append((await client.get(paths[i % len(paths)])).status_code)
                i += 1

        loads = [asyncio.create_task(load(paths)) for paths in (
            ["/", "/catalog/datasets/svhn"], ["/search?q=attention", "/catalog/hardware"], ["/catalog.json?sql=select+count(*)+from+records"], ["/catalog/claims", "/catalog.db"])]
        for i in range(3):
            point(build, (second, first)[i % 2].folder)
            await until(lambda i=i: len(messages) == i + 1)
            expected = 200 if i % 2 == 0 else 404
            assert (await client.get("/catalog/models/second-release")).status_code == expected
        stop = True
        await asyncio.gather(*loads)
        await client.aclose()
        await app.stop()
        assert len(statuses) > 20 and set(statuses) == {200}

    before = set(threading.enumerate())
    asyncio.run(run())
    assert set(threading.enumerate()) == before
    assert [m.split(" (")[0] for m in messages] == [f"serving the new release {r.folder.name}" for r in (second, first, second)]


def test_retired_instances_leave_no_threads_processes_or_files_open(tmp_path: Path):
    first, second = build_catalog(tmp_path), another(tmp_path, 2)
    build = tmp_path / "build"

    def opened() -> int:
        return sum(1 for fd in Path("/proc/self/fd").iterdir() if "catalog.db" in str(fd.resolve()))

    def children() -> int:
        return len(subprocess.run(["ps", "--ppid", str(os.getpid()), "-o", "args="], capture_output=True, text=True, check=False).stdout.split("sandbox_worker")) - 1

    async def run() -> None:
        app = SwappingApp(build, poll_seconds=0.02, report=lambda _: None)
        client = await started(app)
        counts = []
        for i in range(4):
            point(build, (first, second)[i % 2].folder)
            await until(lambda i=i: str((first, second)[i % 2].folder) in app._current.key[0] and not app._closing)
            for _ in range(8):
                assert (await client.get("/catalog.json?sql=select+1")).status_code == 200
            counts.append((threading.active_count(), children()))
        assert max(counts)[0] <= counts[0][0] + 2 and {c for _, c in counts} <= {1, 2}, counts
        await client.aclose()
        await app.stop()

    before = set(threading.enumerate())
    asyncio.run(run())
    assert set(threading.enumerate()) == before
    assert (opened(), children()) == (0, 0)


def test_request_in_flight_keeps_the_old_release_open(tmp_path: Path):
    first, second = build_catalog(tmp_path), another(tmp_path, 2)
    point(tmp_path / "build", first.folder)

    async def run() -> None:
        app = SwappingApp(tmp_path / "build", poll_seconds=0.02, report=lambda _: None)
        client = await started(app)
        old = app.site
        slow = asyncio.create_task(client.get("/catalog.json?sql=with+recursive+c(x)+as+(select+1+union+all+select+x%2B1+from+c)+select+count(*)+from+c"))
        await asyncio.sleep(0.1)
        point(tmp_path / "build", second.folder)
        await until(lambda: app.site is not old)
        response = await slow
        assert response.status_code == 400 and "half a second" in response.text
        await until(lambda: not app._closing)
        await client.aclose()
        await app.stop()

    asyncio.run(run())


@pytest.mark.parametrize("damage", ["garbage", "truncated", "empty", "no catalog", "missing"])
def test_release_that_cannot_be_opened_is_refused_and_the_old_one_goes_on(damage: str, tmp_path: Path):
    good = build_catalog(tmp_path)
    build = tmp_path / "build"
    bad = build / "releases" / "bad"
    shutil.copytree(good.folder, bad)
    file = bad / "catalog.db"
    if damage == "garbage":
        file.write_bytes(os.urandom(50_000))
    elif damage == "truncated":
        file.write_bytes(file.read_bytes()[:100_000])
    elif damage == "empty":
        file.write_bytes(b"")
    elif damage == "no catalog":
        file.unlink()
        subprocess.run([sys.executable, "-c", f"import sqlite3; db = sqlite3.connect({str(file)!r}); db.execute('create table a (b)'); db.commit()"], check=True)
    else:
        file.unlink()
    messages: list[str] = []

    async def run() -> None:
        app = SwappingApp(build, poll_seconds=0.02, report=messages.append)
        client = await started(app)
        old = app.site
        point(build, bad)
        await until(lambda: messages)
        await asyncio.sleep(0.2)
        assert app.site is old and (await client.get("/catalog/datasets/svhn")).status_code == 200
        assert len(messages) == 1 and messages[0].startswith("the new release is refused, the old one goes on: "), messages
        another(tmp_path, 3)
        await until(lambda: app.site is not old)
        assert (await client.get("/catalog/models/second-release")).status_code == 200
        await client.aclose()
        await app.stop()

    before = set(threading.enumerate())
    asyncio.run(run())
    assert set(threading.enumerate()) == before


def test_single_file_is_served_too(tmp_path: Path):
    file = tmp_path / "copy.db"
    shutil.copy(build_catalog(tmp_path).file, file)

    async def run() -> None:
        app = SwappingApp(file)
        client = await started(app)
        assert (await client.get("/catalog/datasets/svhn")).status_code == 200
        assert (await client.get("/catalog/datasets")).status_code == 200
        await client.aclose()
        await app.stop()

    asyncio.run(run())


def test_application_starts_and_stops_with_any_server(tmp_path: Path):
    build_catalog(tmp_path)

    async def run(build: Path) -> list[str]:
        messages: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        sent: list[str] = []

        async def send(message: dict[str, str]) -> None:
            sent.append(message["type"])

        for kind in ("lifespan.startup", "lifespan.shutdown"):
            messages.put_nowait({"type": kind})
        await SwappingApp(build)({"type": "lifespan"}, messages.get, send)
        return sent

    assert asyncio.run(run(tmp_path / "build")) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert asyncio.run(run(tmp_path / "none")) == ["lifespan.startup.failed"]


def test_nothing_built_is_said(tmp_path: Path):
    with pytest.raises(CannotOpen, match="there is no built catalog in"):
        asyncio.run(SwappingApp(tmp_path).start())
    with pytest.raises(CannotServe, match="Run `catalog build` first"):
        serve(tmp_path, "127.0.0.1", 0)


def test_taken_port_names_a_free_one(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotServe) as caught:
            serve(tmp_path, "127.0.0.1", port)
    first, second = str(caught.value).splitlines()
    assert first == f"port {port} is taken by another program."
    assert second.startswith("Stop that program, or choose another port: catalog serve --port ")


def test_answers_do_not_wait_for_nagles_algorithm():
    with _listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP  # otherwise asyncio leaves TCP_NODELAY off: 40 ms an answer


@pytest.mark.parametrize("host", ["203.0.113.7", "no.such.host.invalid"])
def test_foreign_address_is_explained(host: str, tmp_path: Path):
    with pytest.raises(CannotServe, match="is no address of this machine"):
        serve(tmp_path, host, 0)


@pytest.mark.parametrize("signal", ["INT", "TERM"])
def test_server_prints_its_address_answers_and_ends_on_a_signal(signal: str, tmp_path: Path):
    build_catalog(tmp_path)
    code = f"from pathlib import Path; from catalog.site.serve import serve; serve(Path({str(tmp_path / 'build')!r}), '127.0.0.1', 0)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        line = server.stdout.readline()
        address = line.partition(" is at ")[2].split()[0]
        assert line.startswith("The Deep Learning Catalog (")
        with urllib.request.urlopen(address + "catalog.json?sql=select+count(*)+from+records", timeout=10) as answer:
            assert answer.status == 200
        with urllib.request.urlopen(address + "catalog/datasets/svhn", timeout=10) as answer:
            assert b"SVHN" in answer.read() and "server" not in {h.lower() for h in answer.headers}
        server.send_signal({"INT": 2, "TERM": 15}[signal])
        assert server.wait(timeout=15) == 0
        assert server.stderr.read() == ""
