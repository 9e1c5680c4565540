"""The commands that read the built file: search, show, stats."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog.commands import BUILD, PROBLEMS, Build, File, Json, fail, open_build
from catalog.review.completion import complete_ref


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""

    @app.command(epilog="Example: catalog search внимание")
    def search(
        text: Annotated[list[str], typer.Argument(help="Words in English or Russian; the last may be the beginning of a word.", metavar="TEXT...")],
        kind: Annotated[str | None, typer.Option(help="Only records of this kind.")] = None,
        limit: Annotated[int, typer.Option(help="How many.", min=1, max=200)] = 20,
        build: Build = BUILD,
        file: File = None,
        json: Json = False,
    ) -> None:
        """Search names and texts of all records."""
        from catalog.browse import print_hits
        from catalog.search import search as find

        with open_build(build, file) as db:
            hits = find(db, " ".join(text), kind=kind, limit=limit)
            print_hits(db, hits, " ".join(text), json)
        if not hits:
            raise typer.Exit(PROBLEMS)

    @app.command(epilog="Example: catalog show datasets/mnist")
    def show(
        ref: Annotated[str, typer.Argument(help="The record, as kind/id.", autocompletion=complete_ref)],
        build: Build = BUILD,
        file: File = None,
        json: Json = False,
    ) -> None:
        """Show one record: values, sources, links.

        Each value stands with its sources and with what others say otherwise; then come the records it is linked to.
        """
        from catalog.browse import UnknownRecord, print_record

        with open_build(build, file) as db:
            try:
                print_record(db, ref, json)
            except UnknownRecord as error:
                raise fail(str(error), PROBLEMS) from None

    @app.command(epilog="Example: catalog stats --json")
    def stats(build: Build = BUILD, file: File = None, json: Json = False) -> None:
        """Count records, claims and disagreements by kind."""
        from catalog.browse import print_stats

        with open_build(build, file) as db:
            print_stats(db, json)
