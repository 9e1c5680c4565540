"""Completion of references in the shell: `catalog show d<Tab>` offers `datasets/`, `catalog show datasets/m<Tab>` records.

Reads the built file alone and imports nothing heavy, since a shell waits for it. Silent whatever goes wrong: there is no
place for a message between two words.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import typer

LIMIT = 200  # more than anybody reads


def complete_ref(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return references that begin so; kinds while several kinds do."""
    try:
        file = ctx.params.get("file") or Path(ctx.params.get("build") or "build", "catalog.db")
        with closing(sqlite3.connect(f"{Path(file).resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            if "/" not in incomplete:
                kinds = [k for (k,) in db.execute("SELECT DISTINCT kind FROM records ORDER BY kind") if k.startswith(incomplete)]
                if len(kinds) != 1:
                    return [f"{k}/" for k in kinds]
                incomplete = kinds[0] + "/"
            sql = "SELECT ref FROM records WHERE substr(ref, 1, ?) = ? ORDER BY ref LIMIT ?"
            return [ref for (ref,) in db.execute(sql, (len(incomplete), incomplete, LIMIT))]
    except Exception:  # a traceback would land in the middle of somebody's command line
        return []
