"""SQL that visitors write, run in processes of its own that may be killed without harm.

Each instance of the site has a few. A query that breaks its limits takes only its own process along, which the next
query starts anew (about 50 ms); pages that run our own SQL never wait for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import pickle
import socket
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from datasette.database import Database, QueryInterrupted, Results

WORKER = Path(__file__).with_name("sandbox_worker.py")
PROCESSES = 2
WAITING = 20  # queries that may wait for a process; the next one is sent away
ANSWER_SECONDS = 10  # far beyond the alarm of the process itself

# Whether the request being answered brought SQL of its own.
is_foreign: ContextVar[bool] = ContextVar("is_foreign", default=False)


class TooBusy(Exception):
    """More queries wait than there is room for; the visitor should try again in a moment."""


class Row(tuple):
    """A row that answers by position and by column name, as sqlite3.Row does."""

    columns: tuple[str, ...] = ()

    def keys(self) -> list[str]:
        return list(self.columns)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            try:
                return tuple.__getitem__(self, self.columns.index(key))
            except ValueError:
                raise IndexError(f"no column {key!r}") from None
        return tuple.__getitem__(self, key)


class Process:
    """One process and the channel to it; used by one thread at a time."""

    def __init__(self, file: Path):
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(WORKER), str(theirs.fileno()), str(file)],
                pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                cwd="/", env={})
        ours.settimeout(ANSWER_SECONDS)
        self._socket = ours
        self._answers = ours.makefile("rb")

    def ask(self, request: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """Return the answer, or None if the process did not live to give one."""
        try:
            self._socket.sendall(pickle.dumps(request))
            return pickle.load(self._answers)
        except (OSError, EOFError, pickle.UnpicklingError):
            return None

    def close(self) -> None:
        self._answers.close()
        self._socket.close()
        self._process.kill()
        self._process.wait()


class Sandbox:
    """The processes of one instance, started when they are first needed."""

    def __init__(self, file: Path):
        self._file = file
        self._threads = ThreadPoolExecutor(PROCESSES, thread_name_prefix="sandbox")
        self._local = threading.local()
        self._processes: set[Process] = set()
        self._waiting = 0

    async def execute(self, sql: str, parameters: Any, milliseconds: int, limit: int | None) -> tuple[Any, ...] | None:
        """Run one query; see `Process.ask`.

        Raises:
            TooBusy: Too many others wait already.
        """
        if self._waiting >= PROCESSES + WAITING:
            raise TooBusy("too many queries at once; please try again in a few seconds")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._ask, (sql, parameters, milliseconds / 1000, limit))
        finally:
            self._waiting -= 1

    def _ask(self, request: tuple[Any, ...]) -> tuple[Any, ...] | None:
        process = getattr(self._local, "process", None)
        if process is None:
            process = self._local.process = Process(self._file)
            self._processes.add(process)
        answer = process.ask(request)
        if answer is None:
            self._processes.discard(process)
            self._local.process = None
            process.close()
        return answer

    def close(self) -> None:
        """End the threads and the processes; waits for the queries that still run."""
        self._threads.shutdown(wait=True)
        for process in self._processes:
            process.close()
        self._processes.clear()


class MemoryDatabase(Database):
    """A database in memory whose thread for writing can be ended; Datasette's own lives as long as the process."""

    def _execute_writes(self) -> None:
        connection = self.connect(write=True)
        self.ds._prepare_connection(connection, self.name)
        while (task := self._write_queue.get()) is not None:
            try:
                result = task.fn(connection)
            except Exception as error:
                result = error
            task.reply_queue.sync_q.put(result)
        connection.close()

    def close(self) -> None:
        if self._write_thread is not None:
            self._write_queue.put(None)
            self._write_thread.join()


class CatalogDatabase(Database):
    """The built file: our own SQL runs in Datasette's threads, that of visitors in the sandbox."""

    sandbox: Sandbox | None = None

    async def execute(
        self, sql: str, params: Any = None, truncate: bool = False, custom_time_limit: int | None = None,
        page_size: int | None = None, log_sql_errors: bool = True,
    ) -> Results:
        if self.sandbox is None or not is_foreign.get():
            return await super().execute(sql, params, truncate, custom_time_limit, page_size, log_sql_errors=False)
        milliseconds = min(custom_time_limit or self.ds.sql_time_limit_ms, self.ds.sql_time_limit_ms)
        limit = None
        if truncate:
            limit = self.ds.max_returned_rows + (self.ds.max_returned_rows == (page_size or self.ds.page_size))
        parameters = params if isinstance(params, list | tuple) else {key: params[key] for key in params or ()}
        answer = await self.sandbox.execute(sql, parameters, milliseconds, limit)
        if answer is None or answer[0] == "interrupted":
            raise QueryInterrupted(sqlite3.OperationalError("interrupted"), sql, params)
        if answer[0] == "error":
            raise sqlite3.OperationalError(answer[1])
        _, rows, columns, truncated = answer
        shape = type("Row", (Row,), {"columns": tuple(columns or ())})
        return Results([shape(row) for row in rows], truncated, [(c, *(None,) * 6) for c in columns or ()])

    def close(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            super().close()
        if self.sandbox is not None:
            self.sandbox.close()
