"""The command line: thin subcommands that parse arguments, call one function and set the exit code."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=True, no_args_is_help=True, pretty_exceptions_enable=False, help="Deep Learning Catalog")


@app.callback()
def _root() -> None:
    """Deep Learning Catalog."""


@app.command()
def check(
    paths: Annotated[list[Path] | None, typer.Argument()] = None,
    data: Annotated[Path, typer.Option()] = Path("data"),
) -> None:
    """Check the records and say what is wrong with them."""
    from catalog.check import check_data
    from catalog.problems import format_text

    result = check_data(data)
    lines = {d.path: d for d in result.documents}
    wanted = [str(p) for p in paths or []]
    shown = [p for p in result.problems if not wanted or any(p.path == w or p.path.startswith(w.rstrip("/") + "/") for w in wanted)]
    for p in shown:
        document = lines.get(p.path)
        print(format_text(p, document.line(p.line) if document and document.text else None))
    print(f"{len(result.documents)} files, {len(shown)} problems", file=sys.stderr)
    raise typer.Exit(1 if any(p.severity == "error" for p in shown) else 0)


def main() -> None:
    app()
