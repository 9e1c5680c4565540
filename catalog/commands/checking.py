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
        whole: Annotated[bool, typer.Option("--whole", help="Read everything and run every rule, also where only some files are named.")] = False,
    ) -> None:
        """Check the records; say what is wrong and how to mend it.

        Each problem comes with its file, line and column, the reason, and what to write instead.
        """
        from catalog.authoring.affected import select_affected
        from catalog.authoring.partial import check_some
        from catalog.report import print_problems

        missing = [p for p in paths or [] if not p.exists()]
        if missing:
            raise fail(f"there is no file or folder {missing[0]}", WRONG_USE)
        some = check_some(data, paths, data.parent / "build" / ".cache") if paths and not whole else None
        if some is not None:
            own, elsewhere, documents = some.own, some.elsewhere, some.documents
        else:
            result = checked(data)
            own, elsewhere = select_affected(result, paths) if paths else (result.problems, [])
            documents = result.documents
        problems = own + elsewhere
        print_problems(problems, documents, format.value, len(documents))
        if elsewhere:
            print(f"{len(elsewhere)} of them in other files, because of the files you named", file=sys.stderr)
        if some is not None:
            print(some.describe(), file=sys.stderr)
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
