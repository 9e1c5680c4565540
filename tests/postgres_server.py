"""A real PostgreSQL server for the tests: its own, on a socket in a folder of its own, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Server:
    """A running server: the folder of its socket, and how its programs are run."""

    folder: Path
    programs: Path
    user: tuple[str, ...]

    def run(self, program: str, *arguments: str, **more) -> subprocess.CompletedProcess[str]:
        done = subprocess.run([*self.user, str(self.programs / program), *arguments], capture_output=True, text=True, timeout=120, cwd=self.folder, **more)
        assert done.returncode == 0, done.stderr
        return done

    def psql(self, *arguments: str, **more) -> str:
        return self.run("psql", "-X", "-q", "-h", str(self.folder), "-U", "postgres", "-v", "ON_ERROR_STOP=1", *arguments, **more).stdout

    def create(self, database: str) -> str:
        """Make a database and return its address."""
        self.psql("-c", f"CREATE DATABASE {database}")
        return self.url(database)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"


def find_programs() -> Path | None:
    """Return the folder of PostgreSQL's programs; on Debian they stand outside PATH."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((f for f in folders if all((f / p).exists() for p in ("initdb", "pg_ctl", "postgres", "psql"))), None)


def run_server() -> Iterator[Server]:
    """Start a server and stop it at the end."""
    programs = find_programs()
    if programs is None:
        reason = "PostgreSQL is not installed (Debian: apt install postgresql); scripts/setup dev installs it where it may"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="catalog-pg-", dir="/tmp"))  # the path of a socket must be short
    user: tuple[str, ...] = ()
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        user = ("runuser", "-u", "postgres", "--")
    server = Server(folder, programs, user)
    try:
        server.run("initdb", "-D", str(folder / "data"), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c full_page_writes=off"
        subprocess.run(
            [*user, str(programs / "pg_ctl"), "-D", str(folder / "data"), "-w", "-o", options, "-l", str(folder / "log"), "start"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, cwd=folder)
        yield server
    finally:
        subprocess.run([*user, str(programs / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "stop"], capture_output=True, timeout=60, cwd="/")
        shutil.rmtree(folder, ignore_errors=True)
