"""The commands that make and publish the file: build, serve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catalog.commands import BUILD, BUILD_FAILED, CANNOT_SERVE, DATA, PROBLEMS, Build, Data, checked, fail, open_build, say



def register(app: typer.Typer) -> None:
    """Add the commands to the application."""

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

        say("reading and checking the records")
        result = checked(data)
        errors = [p for p in result.problems if p.severity == "error"]
        if errors:
            print_problems(errors, result.documents, "text", len(result.documents))
            raise fail("Nothing was built: mend the problems above (`catalog check` shows them again).", PROBLEMS)
        try:
            if output:
                digest = build_file(result.catalog, result.claims, data, output, say)
                where = output
            else:
                release = build_release(result.catalog, result.claims, data, build, describe_build(data), say)
                digest, where = release.digest, release.file
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
        """Serve the built catalog with Datasette; a new release is taken up without a restart."""
        from catalog.site.serve import CannotServe
        from catalog.site.serve import serve as run

        open_build(build, None).close()
        try:
            run(build, host, port)
        except CannotServe as error:
            raise fail(str(error), CANNOT_SERVE) from None
