"""The command that hands everything on to the reference benchmark: bench."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the application."""

    @app.command(
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "allow_interspersed_args": False},
        epilog="\b\nExample: catalog bench run --dry-run\n         catalog bench run mnist-ref --quick\n         catalog bench validate")
    def bench(
        command: Annotated[str, typer.Argument(help="list, run, validate, compare, plot, env; `catalog bench run --help` has its options.", metavar="COMMAND")],
        arguments: Annotated[list[str] | None, typer.Argument(help="What the command takes.", metavar="[ARGUMENTS]...")] = None,
    ) -> None:
        """Measure this machine and compare what was measured.

        list: what can be measured. run: measure, and write a record for each run. validate: compute records again and
        refuse what cannot be true. compare: how much faster one record is than another. plot: draw records. env: what a
        record would say of this machine. PyTorch is needed to measure, and installed apart from the rest
        (docs/benchmark.md). Exit codes: 1 problems, 2 wrong use, 3 no torch, 4 no such device, 5 no data, 130 stopped.
        """
        from catalog.bench.cli import main

        raise typer.Exit(main([command, *(arguments or [])]))
