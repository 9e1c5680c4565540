"""The commands that judge the data: check, explain."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from catalog.commands import DATA, PROBLEMS, WRONG_USE, Data, Json, checked, fail


class Format(StrEnum):
    """How problems are printed."""

    text = "text"
    json = "json"
    github = "github"
    sarif = "sarif"


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""

    @app.command(epilog="Example: catalog check data/datasets/mnist.yaml")
    def check(
        paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders to report on; without them, everything.", metavar="[PATH]...")] = None,
        data: Data = DATA,
        format: Annotated[Format, typer.Option("--format", help="How to print the problems.")] = Format.text,
    ) -> None:
        """Check the records; say what is wrong and how to mend it.

        Each problem comes with its file, line and column, the reason, and what to write instead.
        """
        from catalog.authoring.affected import select_affected
        from catalog.report import print_problems

        missing = [p for p in paths or [] if not p.exists()]
        if missing:
            raise fail(f"there is no file or folder {missing[0]}", WRONG_USE)
        result = checked(data)
        own, elsewhere = select_affected(result, paths) if paths else (result.problems, [])
        problems = own + elsewhere
        print_problems(problems, result.documents, format.value, len(result.documents))
        if elsewhere:
            print(f"{len(elsewhere)} of them in other files, because of the files you named", file=sys.stderr)
        if any(p.severity == "error" for p in problems):
            raise typer.Exit(PROBLEMS)

    @app.command(epilog="Example: catalog explain unsourced-value")
    def explain(
        rule: Annotated[str | None, typer.Argument(help="The rule, as messages name it; without it, all rules are listed.")] = None,
        json: Json = False,
    ) -> None:
        """Explain a rule of the check with a bad and a good example."""
        from catalog.report import UnknownRule, print_rule, print_rules

        try:
            print_rules(json) if rule is None else print_rule(rule, json)
        except UnknownRule as error:
            raise fail(str(error), WRONG_USE) from None
