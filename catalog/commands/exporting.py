"""The command that writes the built file in other formats: export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catalog.commands import BUILD, BUILD_FAILED, WRONG_USE, Build, File, Json, fail, open_build, say


def _list_formats(as_json: bool) -> None:
    import json

    from catalog.export import all_formats

    formats = all_formats()
    if as_json:
        print(json.dumps({f.name: {"description": f.description, "file": f.file_name} for f in formats.values()}, indent=2))
        return
    width = max(map(len, formats))
    for found in formats.values():
        print(f"{found.name:<{width}}  {found.description}")
    print(f"{'all':<{width}}  every format in one folder, with a manifest")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""

    @app.command(epilog="Example: catalog export parquet --output parquet")
    def export(
        format: Annotated[str | None, typer.Argument(help="The format, or all; without it, the formats are listed.")] = None,
        output: Annotated[Path | None, typer.Option("--output", help="Folder or file to write. Without it, in the folder export of the releases' folder.", metavar="DIR|FILE")] = None,
        build: Build = BUILD,
        file: File = None,
        base_url: Annotated[str | None, typer.Option("--base-url", help="Address at which the site is published, for formats that link to it.", metavar="URL")] = None,
        json: Json = False,
    ) -> None:
        """Write the built catalog in another format.

        What stood at the place is replaced in one step at the end, and only if it was an export too.
        """
        if format is None:
            return _list_formats(json)

        import sqlite3

        from catalog.export import MissingPackage, UnknownFormat, all_formats, find_format
        from catalog.export.publish import RefusesToReplace, write_all, write_export
        from catalog.export.source import DEFAULT_BASE_URL, Source

        try:
            formats = {name: find_format(name) for name in (all_formats() if format == "all" else [format])}
        except (UnknownFormat, MissingPackage) as error:
            raise fail(str(error), WRONG_USE) from None
        only = None if format == "all" else formats[format]
        where = output or build / "export" / (only.file_name or format if only else format)
        with open_build(build, file) as db:
            source = Source(db, base_url or DEFAULT_BASE_URL, say)
            try:
                if only:
                    where = write_export(source, only, where)
                    print(f"{format} -> {where}")
                else:
                    count = write_all(source, formats, where)
                    print(f"{len(formats)} formats, {count:,} files -> {where}")
            except RefusesToReplace as error:
                raise fail(str(error), WRONG_USE) from None
            except (OSError, sqlite3.Error) as error:  # a full disk is met by either
                raise fail(f"The export failed and changed nothing: {error}", BUILD_FAILED) from None
