"""The process in which SQL of visitors runs: standard library only, started by `sandbox`, never imported.

SQLite cannot be stopped inside one operation: a thousand `instr()` in one row run for a minute, and common table
expressions that double thirty times ask for a terabyte before the first step. So this process limits itself: memory,
size of temporary files, a deadline inside SQLite, and an alarm that kills it when that deadline is not kept.
"""

import contextlib
import os
import pickle
import resource
import signal
import socket
import sqlite3
import sys
import time
from typing import Any

MEMORY_BYTES = 512 << 20
TEMPORARY_FILE_BYTES = 256 << 20
RESULT_BYTES = 4_000_000  # of all values together; a page of 200 rows has 0.1 MB
CELLS = 10_000
VALUE_BYTES = 100_000
GRACE_SECONDS = 0.5  # from SQLite's deadline to the alarm
LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: VALUE_BYTES,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 20_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 200,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 1000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
FORBIDDEN_FUNCTIONS = {"load_extension", "fts3_tokenizer"}  # the latter tells addresses in memory
PRAGMAS = {
    "foreign_key_list", "function_list", "index_info", "index_list", "index_xinfo", "page_count", "page_size",
    "schema_version", "table_info", "table_list", "table_xinfo", "data_version",
}


class ResultTooLarge(Exception):
    """The rows of the answer are more than a page should hold."""


def authorize(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:
    """Allow reading only; `database_list` answers nothing, because it names the path of the file."""
    if action == sqlite3.SQLITE_FUNCTION and second in FORBIDDEN_FUNCTIONS:
        return sqlite3.SQLITE_DENY
    if action in READING:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA:
        return sqlite3.SQLITE_OK if first in PRAGMAS else sqlite3.SQLITE_IGNORE
    return sqlite3.SQLITE_DENY


def open_database(path: str) -> sqlite3.Connection:
    db = sqlite3.connect(f"file:{path}?immutable=1", uri=True, isolation_level=None)
    for limit, value in LIMITS.items():
        db.setlimit(limit, value)
    db.text_factory = lambda raw: str(raw, "utf-8", "replace")
    # The first use of a virtual table declares it, which the authorizer would refuse.
    virtual = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'")]
    for table in [*virtual, "json_each", "json_tree", *(f"pragma_{pragma}" for pragma in PRAGMAS)]:
        with contextlib.suppress(sqlite3.Error):
            db.execute(f'SELECT * FROM "{table}" LIMIT 0').fetchall()
    db.set_authorizer(authorize)
    return db


def run(db: sqlite3.Connection, sql: str, parameters: Any, seconds: float, limit: int | None) -> tuple[list[tuple[Any, ...]], list[str] | None, bool]:
    """Return (rows, column names, whether there are more rows than `limit`)."""
    deadline = time.monotonic() + seconds
    db.set_progress_handler(lambda: time.monotonic() >= deadline, 1000)
    cursor = db.execute(sql, parameters)
    columns = [c[0] for c in cursor.description] if cursor.description else None
    most = CELLS // max(1, len(columns or ()))
    limit = min(limit, most) if limit is not None else most
    rows: list[tuple[Any, ...]] = []
    size = 0
    for row in cursor:
        if len(rows) == limit:
            return rows, columns, True
        size += sum(len(v) if isinstance(v, str | bytes) else 8 for v in row)
        if size > RESULT_BYTES:
            raise ResultTooLarge(f"the result is larger than {RESULT_BYTES:,} bytes: select fewer columns or rows")
        rows.append(row)
    return rows, columns, False


def main() -> None:
    channel = socket.socket(fileno=int(sys.argv[1]))
    os.nice(5)  # pages of other visitors come first
    db = open_database(sys.argv[2])
    for kind, size in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_FSIZE, TEMPORARY_FILE_BYTES), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(kind, (size, size))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C ends the server, which then closes the channel
    with channel.makefile("rb") as requests, channel.makefile("wb") as answers:
        while True:
            try:
                sql, parameters, seconds, limit = pickle.load(requests)
            except EOFError:
                return
            signal.setitimer(signal.ITIMER_REAL, seconds + GRACE_SECONDS)
            try:
                answer = ("rows", *run(db, sql, parameters, seconds, limit))
            except sqlite3.Error as error:
                answer = ("interrupted",) if error.args == ("interrupted",) else ("error", str(error))
            except MemoryError:
                answer = ("error", "the query needs too much memory")
            except ResultTooLarge as error:
                answer = ("error", str(error))
            except Exception as error:  # whatever SQLite's module refuses: a parameter of a wrong type, a NUL
                answer = ("error", f"{type(error).__name__}: {error}")
            pickle.dump(answer, answers)
            answers.flush()
            signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    main()
