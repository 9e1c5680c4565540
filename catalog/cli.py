"""The command line: thin subcommands that parse arguments, call one function and set the exit code.

Exit codes: 0 fine, 1 problems in the data, 2 wrong use, 3 nothing built yet, 4 the build failed, 5 the server could not start.
Heavy imports stay inside the commands, so that `catalog --help` answers at once.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

PROBLEMS, WRONG_USE, NOT_BUILT, BUILD_FAILED, CANNOT_SERVE = 1, 2, 3, 4, 5

app = typer.Typer(
    no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="The Deep Learning Catalog: check the records, build the file, publish it, ask it.",
    epilog="Exit codes: 0 fine, 1 problems in the data, 2 wrong use, 3 nothing built yet, 4 the build failed, 5 the server could not start.",
)

Data = Annotated[Path, typer.Option("--data", help="Folder of the records.", metavar="DIR")]
Build = Annotated[Path, typer.Option("--build", help="Folder of the releases.", metavar="DIR")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
DATA, BUILD = Path("data"), Path("build")


class Format(StrEnum):
    """How problems are printed."""

    text = "text"
    json = "json"
    github = "github"


def _say(message: str) -> None:
    """Report progress, only to somebody who is watching."""
    if sys.stderr.isatty():
        print(f"  {message}", file=sys.stderr)


def _fail(message: str, code: int) -> typer.Exit:
    print(message, file=sys.stderr)
    return typer.Exit(code)


def _checked(data: Path) -> Any:
    from catalog.check import check_data

    try:
        return check_data(data)
    except FileNotFoundError as error:
        raise _fail(f"{error}\nRun the command where the folder data/ is, or name it with --data.", WRONG_USE) from None


def _open(build: Path, database: Path | None) -> Any:
    from catalog.browse import NotBuilt, open_file

    try:
        return open_file(database or build / "catalog.db")
    except NotBuilt as error:
        raise _fail(f"{error}\nRun `catalog build` first, or name a file with --file.", NOT_BUILT) from None


File = Annotated[Path | None, typer.Option("--file", help="A built catalog file, instead of the current release.", metavar="FILE")]


@app.command(epilog="Example: catalog check data/datasets/mnist.yaml")
def check(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders to report on; without them, everything.", metavar="[PATH]...")] = None,
    data: Data = DATA,
    format: Annotated[Format, typer.Option("--format", help="How to print the problems.")] = Format.text,
) -> None:
    """Check the records and say what is wrong, where, why and how to mend it."""
    from catalog.report import print_problems, select_problems

    missing = [p for p in paths or [] if not p.exists()]
    if missing:
        raise _fail(f"there is no file or folder {missing[0]}", WRONG_USE)
    result = _checked(data)
    problems = select_problems(result.problems, paths or [])
    print_problems(problems, result.documents, format.value, len(result.documents))
    if any(p.severity == "error" for p in problems):
        raise typer.Exit(PROBLEMS)


@app.command(epilog="Example: catalog build --output catalog.db")
def build(
    data: Data = DATA,
    build: Build = BUILD,
    output: Annotated[Path | None, typer.Option("--output", help="Write one file instead of a release.", metavar="FILE")] = None,
) -> None:
    """Check the records and build the catalog file; nothing is published if anything is wrong."""
    from catalog.load import BuildFailed, build_file, build_release
    from catalog.migrate import SchemaDrift
    from catalog.release_info import describe_build
    from catalog.report import print_problems

    _say("reading and checking the records")
    result = _checked(data)
    errors = [p for p in result.problems if p.severity == "error"]
    if errors:
        print_problems(errors, result.documents, "text", len(result.documents))
        raise _fail("Nothing was built: mend the problems above (`catalog check` shows them again).", PROBLEMS)
    try:
        if output:
            digest = build_file(result.catalog, result.claims, data, output, _say)
            where = output
        else:
            release = build_release(result.catalog, result.claims, data, build, describe_build(data), _say)
            digest, where = release.digest, release.file
    except (BuildFailed, SchemaDrift, OSError) as error:
        raise _fail(f"The build failed and changed nothing: {error}", BUILD_FAILED) from None
    claims = sum(map(len, result.claims.values()))
    print(f"{len(result.catalog.records):,} records, {claims:,} claims -> {where} (content {digest[:16]})")


@app.command(epilog="Example: catalog serve --port 8080")
def serve(
    build: Build = BUILD,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8001,
) -> None:
    """Serve the built catalog with Datasette; a new release is taken up without a restart."""
    from catalog.site.serve import CannotServe
    from catalog.site.serve import serve as run

    _open(build, None).close()
    try:
        run(build, host, port)
    except CannotServe as error:
        raise _fail(str(error), CANNOT_SERVE) from None


@app.command(epilog="Example: catalog search внимание")
def search(
    text: Annotated[list[str], typer.Argument(help="Words in English or Russian; the last may be the beginning of a word.", metavar="TEXT...")],
    kind: Annotated[str | None, typer.Option(help="Only records of this kind.")] = None,
    limit: Annotated[int, typer.Option(help="How many.", min=1, max=200)] = 20,
    build: Build = BUILD,
    file: File = None,
    json: Json = False,
) -> None:
    """Search names, summaries and texts of all records."""
    from catalog.browse import print_hits
    from catalog.search import search as find

    with _open(build, file) as db:
        hits = find(db, " ".join(text), kind=kind, limit=limit)
        print_hits(db, hits, " ".join(text), json)
    if not hits:
        raise typer.Exit(PROBLEMS)


@app.command(epilog="Example: catalog show datasets/mnist")
def show(
    ref: Annotated[str, typer.Argument(help="The record, as kind/id.")],
    build: Build = BUILD,
    file: File = None,
    json: Json = False,
) -> None:
    """Show one record: its values with their sources, what disagrees, and what it is linked to."""
    from catalog.browse import UnknownRecord, print_record

    with _open(build, file) as db:
        try:
            print_record(db, ref, json)
        except UnknownRecord as error:
            raise _fail(str(error), PROBLEMS) from None


@app.command(epilog="Example: catalog stats --json")
def stats(build: Build = BUILD, file: File = None, json: Json = False) -> None:
    """Count records, claims, claims read and disagreements by kind."""
    from catalog.browse import print_stats

    with _open(build, file) as db:
        print_stats(db, json)


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
        raise _fail(str(error), WRONG_USE) from None


def main() -> None:
    """Run the command line; a closed pipe (`catalog stats | head`) ends it quietly."""
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
