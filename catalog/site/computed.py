"""Views computed once for a release: what they show never changes while it is served, and pages ask for them again and again.

Each connection of Datasette gets a temporary table of the same name with the rows of each view, which SQLite finds before the
view itself (https://sqlite.org/lang_naming.html); nobody who asks has to know. Visitors' SQL runs elsewhere, on the views.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from catalog.load import read_views

Rows = list[tuple[Any, ...]]


def compute_views(db: sqlite3.Connection) -> dict[str, Rows]:
    """Return the rows of every view of the file, in the order in which it gives them."""
    present = {row[0] for row in db.execute("SELECT name FROM main.sqlite_master WHERE type = 'view'")}
    return {name: db.execute(f'SELECT * FROM main."{name}"').fetchall() for name in read_views() if name in present}


def keep_views(db: sqlite3.Connection, views: dict[str, Rows]) -> None:
    """Put computed rows where the connection finds them first."""
    for name, rows in views.items():
        db.execute(f'CREATE TEMP TABLE "{name}" AS SELECT * FROM main."{name}" WHERE 0')  # names and types, no rows
        if rows:
            db.executemany(f'INSERT INTO temp."{name}" VALUES ({", ".join("?" * len(rows[0]))})', rows)
    db.commit()
