"""The command line: thin subcommands that parse arguments, call one function and set the exit code.

Exit codes: 0 fine, 1 problems in the data, 2 wrong use, 3 nothing built yet, 4 the build failed, 5 the server could not start.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys

import typer

from catalog import commands

app = typer.Typer(
    no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="The Deep Learning Catalog: check the records, build the file, publish it, ask it.",
    epilog="Exit codes: 0 fine, 1 problems in the data, 2 wrong use, 3 nothing built yet, 4 the build failed, 5 the server could not start.",
)
for _module in sorted(pkgutil.iter_modules(commands.__path__), key=lambda m: m.name):
    importlib.import_module(f"catalog.commands.{_module.name}").register(app)


def _take_named_shell(words: list[str]) -> None:
    """Let `--show-completion zsh` name the shell: typer takes a name only where it is told not to look for itself."""
    if words[:1] in (["--show-completion"], ["--install-completion"]) and words[1:2]:
        os.environ["_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION"] = "1"


def main() -> None:
    """Run the command line; a closed pipe (`catalog stats | head`) ends it quietly."""
    _take_named_shell(sys.argv[1:])
    try:
        try:
            app()
        finally:
            sys.__stdout__.flush()  # here, where it can be caught: at its own end Python would tell of the closed pipe
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())
        raise SystemExit(0) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
