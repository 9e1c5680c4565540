"""Which files a command works on, and writing them whole or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from catalog.kinds import all_kinds
from catalog.read import find_files


class NotARecord(ValueError):
    """A path that was named is no file or folder of records; the message says why."""


def record_files(data: Path, paths: list[Path]) -> list[tuple[Path, str]]:
    """Return the records among files and folders with their kinds, sorted; all below the data folder if none is named.

    Args:
        data: The data folder.
        paths: Files and folders below it.

    Raises:
        NotARecord: A path is not there, lies elsewhere, or is a file that is no record.
    """
    if not data.is_dir():
        raise NotARecord(f"there is no data folder {data}\nRun the command where the folder data/ is, or name it with --data.")
    root = Path(os.path.abspath(data))
    found: dict[Path, str] = {}
    for path in paths or [data]:
        if not path.exists():
            raise NotARecord(f"there is no file or folder {path}")
        here = Path(os.path.abspath(path))
        if here != root and root not in here.parents:
            raise NotARecord(f"{path} does not lie in the data folder {data} (--data names another)")
        if path.is_file() and _kind(root, here) is None:
            raise NotARecord(f"{path} is no record: records are {data}/<kind>/<id>.yaml")
        for file in [path] if path.is_file() else find_files(path):
            kind = _kind(root, Path(os.path.abspath(file)))
            if kind:
                found[file] = kind
    return sorted(found.items())


def _kind(root: Path, file: Path) -> str | None:
    parts = file.relative_to(root).parts
    return parts[0] if len(parts) > 1 and parts[0] in all_kinds() and file.suffix == ".yaml" else None


def write_whole(file: Path, text: str) -> None:
    """Write a file through a hidden neighbour that takes its place, so that it is never half written; a link stays one."""
    target = file.resolve()
    draft = target.with_name(f".{target.name}.new")
    try:
        draft.write_bytes(text.encode("utf-8"))
        if target.exists():
            shutil.copymode(target, draft)
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
