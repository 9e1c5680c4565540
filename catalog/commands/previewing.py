"""The command that shows a contributor the site with the changed records first: preview."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from catalog.commands import BUILD, BUILD_FAILED, CANNOT_SERVE, DATA, PROBLEMS, WRONG_USE, Build, Data, checked, fail, say


def register(app: typer.Typer) -> None:
    """Add the command to the application."""

    @app.command(epilog="Example: catalog preview data/datasets/mnist.yaml")
    def preview(
        paths: Annotated[list[Path] | None, typer.Argument(help="Files to show first; without them, what git says is changed.", metavar="[PATH]...")] = None,
        data: Data = DATA,
        build: Build = BUILD,
        host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
        port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)] = 8002,
    ) -> None:
        """Show the site with your changed records first.

        It is built into a folder of its own; the published release stays as it is.
        """
        from catalog.load import BuildFailed, build_release
        from catalog.migrate import SchemaDrift
        from catalog.report import print_problems
        from catalog.review.changed import changed_files
        from catalog.site.configuration import PREVIEW
        from catalog.site.serve import CannotServe
        from catalog.site.serve import serve as run

        missing = [p for p in paths or [] if not p.exists()]
        if missing:
            raise fail(f"there is no file or folder {missing[0]}", WRONG_USE)
        say("reading and checking the records")
        result = checked(data)
        errors = [p for p in result.problems if p.severity == "error"]
        if errors:
            print_problems(errors, result.documents, "text", len(result.documents))
            raise fail("Nothing to show yet: mend the problems above.", PROBLEMS)
        wanted = [p.resolve() for p in paths] if paths else changed_files(data)
        first = [d.ref for d in result.documents if any(Path(d.path).resolve().is_relative_to(p) for p in wanted)]
        try:
            build_release(result.catalog, result.claims, data, build / "preview", None, say)
        except (BuildFailed, SchemaDrift, OSError) as error:
            raise fail(f"The build failed: {error}", BUILD_FAILED) from None
        os.environ[PREVIEW] = ",".join(first[:200])
        many = "" if len(first) == 1 else "s"
        print(f"{len(first)} changed record{many} first:" if first else "Nothing is changed: this is the catalog as committed.")
        for ref in first[:10]:
            print(f"  {ref}")
        try:
            run(build / "preview", host, port)
        except CannotServe as error:
            raise fail(str(error), CANNOT_SERVE) from None
