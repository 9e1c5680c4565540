"""The command line: thin subcommands that parse arguments, call one function and set the exit code.

Exit codes: 0 fine, 1 problems in the data, 2 wrong use, 3 nothing built yet, 4 the build failed, 5 the server could not start.
"""

from __future__ import annotations

import importlib
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


def main() -> None:
    """Run the command line; a closed pipe (`catalog stats | head`) ends it quietly."""
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
