"""The commands for whoever writes records: new, format, fix, schema."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from catalog.commands import DATA, PROBLEMS, WRONG_USE, Data, fail

Paths = Annotated[list[Path] | None, typer.Argument(help="Files or folders; without them, all records.", metavar="PATH")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""

    @app.command(epilog='Example: catalog new source arxiv:1706.03762 --title "Attention Is All You Need" --author "Ashish Vaswani"')
    def new(
        kind: Annotated[str, typer.Argument(help="Kind of the record: dataset, source, person …", metavar="KIND")],
        called: Annotated[str | None, typer.Argument(
            help="Its name or title; of a source or book also arxiv:…, doi:…, isbn:… or an address.", metavar="NAME")] = None,
        name: Annotated[str | None, typer.Option(help="Name in English.")] = None,
        title: Annotated[str | None, typer.Option(help="Title as printed.")] = None,
        author: Annotated[list[str] | None, typer.Option(help="Author as printed; once for each.")] = None,
        date: Annotated[str | None, typer.Option(help="Date: 2016, 2016-03 or 2016-03-09.")] = None,
        type: Annotated[str | None, typer.Option(help="Type, where the kind has types.")] = None,
        url: Annotated[str | None, typer.Option(help="Address.")] = None,
        source: Annotated[str | None, typer.Option(help="Id of the source that it comes from.")] = None,
        id: Annotated[str | None, typer.Option("--id", help="Its id, instead of one made from its name.")] = None,
        anyway: Annotated[bool, typer.Option("--anyway", help="Write it though another record has its name or identifier.")] = False,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the file instead of writing it.")] = False,
        data: Data = DATA,
    ) -> None:
        """Begin a new record: a file with every field explained.

        Asks for what is missing when a person is there to answer, and refuses what the catalog has already.
        """
        from catalog.authoring.dialog import Refused, make_record
        from catalog.authoring.existing import UnknownKind, find_kind

        given = {"name": name, "title": title, "authors": list(author or []), "date": date, "type": type, "url": url,
                 "sources": [{"source": source, "default": True}] if source else None}
        if not data.is_dir():
            raise fail(f"there is no data folder {data}\nRun the command where the folder data/ is, or name it with --data.", WRONG_USE)
        try:
            made = make_record(data, find_kind(kind), called, given, id, anyway, is_asking=sys.stdin.isatty() and sys.stdout.isatty())
        except UnknownKind as error:
            raise fail(str(error), WRONG_USE) from None
        except Refused as error:
            raise fail(str(error), PROBLEMS if error.is_there else WRONG_USE) from None
        if dry_run:
            print(made.text, end="")
            return
        made.write()
        print(made.next_steps())

    @app.command(epilog="Example: catalog format --check")
    def format(
        paths: Paths = None,
        check: Annotated[bool, typer.Option("--check", help="Change nothing; list the files that would change, exit code 1 if there are any.")] = False,
        data: Data = DATA,
    ) -> None:
        """Write records in the one layout that all have.

        Values and comments stay as they are; what cannot be read is left alone.
        """
        from catalog.authoring.files import NotARecord, record_files
        from catalog.authoring.running import format_files

        try:
            files = record_files(data, paths or [])
        except NotARecord as error:
            raise fail(str(error), WRONG_USE) from None
        if format_files(files, check):
            raise typer.Exit(PROBLEMS)

    @app.command(epilog="Example: catalog fix data/datasets/mnist.yaml")
    def fix(
        paths: Paths = None,
        check: Annotated[bool, typer.Option("--check", help="Change nothing; say what would be mended, exit code 1 if there is anything.")] = False,
        data: Data = DATA,
    ) -> None:
        """Mend what is mechanical, and say what was done.

        Encoding, line ends, tabs, spaces at line ends, missing quotes, thousands separators, yes and no, references to
        renamed records, and what a skeleton left over. Nothing is guessed.
        """
        from catalog.authoring.files import NotARecord, record_files
        from catalog.authoring.running import fix_files

        try:
            files = record_files(data, paths or [])
        except NotARecord as error:
            raise fail(str(error), WRONG_USE) from None
        if fix_files(data, files, check) and check:
            raise typer.Exit(PROBLEMS)

    @app.command(epilog="Example: catalog schema datasets")
    def schema(
        kind: Annotated[str | None, typer.Argument(help="Kind; without it, all kinds are listed.", metavar="KIND")] = None,
        write: Annotated[bool, typer.Option("--write", help="Write docs/schema/ and the editor's settings below the current folder.")] = False,
    ) -> None:
        """Print the JSON Schema of a kind, for editors.

        With it an editor completes fields and marks mistakes while you write (docs/schema/README.md).
        """
        from catalog.authoring.existing import UnknownKind, find_kind
        from catalog.authoring.json_schema import schema_text, written_files
        from catalog.kinds import all_kinds

        if write:
            for file, text in written_files(Path()).items():
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
                print(file)
        elif kind is None:
            for found in all_kinds().values():
                print(f"{found.name:<16} {found.description}")
        else:
            try:
                print(schema_text(all_kinds()[find_kind(kind)]), end="")
            except UnknownKind as error:
                raise fail(str(error), WRONG_USE) from None
