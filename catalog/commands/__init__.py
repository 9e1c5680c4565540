"""The subcommands of `catalog`: one module for each group, discovered; a module's `register(app)` adds its commands.

Heavy imports stay inside the commands, so that `catalog --help` answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import sqlite3
    from contextlib import closing

    from catalog.check import Checked

PROBLEMS, WRONG_USE, NOT_BUILT, BUILD_FAILED, CANNOT_SERVE = 1, 2, 3, 4, 5

Data = Annotated[Path, typer.Option("--data", help="Folder of the records.", metavar="DIR")]
Build = Annotated[Path, typer.Option("--build", help="Folder of the releases.", metavar="DIR")]
File = Annotated[Path | None, typer.Option("--file", help="A built catalog file, instead of the current release.", metavar="FILE")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
DATA, BUILD = Path("data"), Path("build")


def say(message: str) -> None:
    """Report progress, only to somebody who is watching."""
    if sys.stderr.isatty():
        print(f"  {message}", file=sys.stderr)


def fail(message: str, code: int) -> typer.Exit:
    """Print a message on standard error and return the exception that ends the command with a code."""
    print(message, file=sys.stderr)
    return typer.Exit(code)


def checked(data: Path) -> Checked:
    """Return the checked data, or end the command if there is none."""
    from catalog.check import check_data

    try:
        return check_data(data)
    except FileNotFoundError as error:
        raise fail(f"{error}\nRun the command where the folder data/ is, or name it with --data.", WRONG_USE) from None


def open_build(build: Path, database: Path | None) -> closing[sqlite3.Connection]:
    """Return the built file opened for reading, or end the command if there is none."""
    from catalog.browse import NotBuilt, open_file

    try:
        return open_file(database or build / "catalog.db")
    except NotBuilt as error:
        raise fail(f"{error}\nRun `catalog build` first, or name a file with --file.", NOT_BUILT) from None
