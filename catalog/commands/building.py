"""The commands that make and publish the file: build, serve."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catalog.commands import BUILD, BUILD_FAILED, CANNOT_SERVE, DATA, PROBLEMS, WRONG_USE, Build, Data, checked, fail, open_build, say

if TYPE_CHECKING:
    from catalog.check import Checked


def _build_as_of(data: Path, date: str, build: Path, output: Path | None) -> None:
    """Build the records as committed at a date into a file of their own; the current release stays."""
    from dataclasses import replace

    from catalog.load import BuildFailed, build_file
    from catalog.migrate import SchemaDrift
    from catalog.report import print_problems
    from catalog.review.as_of import data_as_of, parse_moment
    from catalog.review.repository import GitProblem

    try:
        where = output or build / f"catalog-{parse_moment(date).date()}.db"
        with data_as_of(data, date) as (there, commit):
            say(f"reading and checking the records of {commit}")
            result = checked(there)
            errors = [replace(p, path=f"{data}{p.path.removeprefix(str(there))}") for p in result.problems if p.severity == "error"]
            if errors:
                print_problems(errors, (), "text", len(result.documents))
                raise fail(f"Nothing was built: the records of commit {commit} do not pass the check of today.", PROBLEMS)
            digest = build_file(result.catalog, result.claims, there, where, say)
    except GitProblem as error:
        raise fail(str(error), WRONG_USE) from None
    except (BuildFailed, SchemaDrift, OSError) as error:
        raise fail(f"The build failed and changed nothing: {error}", BUILD_FAILED) from None
    print(f"{len(result.catalog.records):,} records as of commit {commit} ({commit.subject}) -> {where} (content {digest[:16]})")


def _build_database(result: Checked, data: Path, url: str) -> tuple[str, str]:
    """Load into PostgreSQL; return the digest and what to call the place, without a password."""
    from sqlalchemy import make_url

    from catalog.postgres import SCHEMA, WrongAddress, build_database

    try:
        digest = build_database(result.catalog, result.claims, str(data), url, say)
    except WrongAddress as error:
        raise fail(str(error), WRONG_USE) from None
    return digest, f"schema {SCHEMA} of {make_url(url).render_as_string(hide_password=True)}"


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""

    @app.command(epilog=(
        "\b\nExample: catalog build --output catalog.db\n         catalog build --as-of 2026-11-30"
        "\n         catalog build --database-url postgresql+psycopg://me@localhost/catalog"))
    def build(
        data: Data = DATA,
        build: Build = BUILD,
        output: Annotated[Path | None, typer.Option("--output", help="Write one file instead of a release.", metavar="FILE")] = None,
        as_of: Annotated[str | None, typer.Option("--as-of", help="Build the records as committed at that date, beside the release.", metavar="DATE")] = None,
        database_url: Annotated[str | None, typer.Option(
            "--database-url", help="Load into the schema `catalog` of a PostgreSQL database instead (extra `postgres`).", metavar="URL",
            envvar="CATALOG_DATABASE_URL", show_envvar=True)] = None,
    ) -> None:
        """Check the records and build the catalog file.

        Nothing is published if anything is wrong. The commits of the records are written beside the release (history.db).
        """
        if database_url and (output or as_of):
            raise fail("--database-url goes with neither --output nor --as-of: a build has one target.", WRONG_USE)
        if as_of is not None:
            return _build_as_of(data, as_of, build, output)

        from catalog.load import BuildFailed, build_file, build_release
        from catalog.migrate import SchemaDrift
        from catalog.release_info import describe_build
        from catalog.report import print_problems
        from catalog.review.history_file import write_history

        say("reading and checking the records")
        result = checked(data)
        errors = [p for p in result.problems if p.severity == "error"]
        if errors:
            print_problems(errors, result.documents, "text", len(result.documents))
            raise fail("Nothing was built: mend the problems above (`catalog check` shows them again).", PROBLEMS)
        try:
            if database_url:
                digest, where = _build_database(result, data, database_url)
            elif output:
                digest = build_file(result.catalog, result.claims, data, output, say)
                where = output
            else:
                release = build_release(result.catalog, result.claims, data, build, describe_build(data), say)
                digest, where = release.digest, release.file
                write_history(data, build / "history.db", lambda why: print(f"No history of the records: {why}", file=sys.stderr))
        except (BuildFailed, SchemaDrift, OSError) as error:
            raise fail(f"The build failed and changed nothing: {error}", BUILD_FAILED) from None
        claims = sum(map(len, result.claims.values()))
        print(f"{len(result.catalog.records):,} records, {claims:,} claims -> {where} (content {digest[:16]})")

    @app.command(epilog="Example: catalog serve --port 8080")
    def serve(
        build: Build = BUILD,
        host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
        port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8001,
    ) -> None:
        """Serve the built catalog with Datasette.

        A new release is taken up without a restart and without a failed request.
        """
        from catalog.site.serve import CannotServe
        from catalog.site.serve import serve as run

        with open_build(build, None):
            pass  # ends here if nothing is built yet
        try:
            run(build, host, port)
        except CannotServe as error:
            raise fail(str(error), CANNOT_SERVE) from None
