"""Publishing an export: written beside its place, then switched in one step, so that an interrupted one leaves the old."""

from __future__ import annotations

import ctypes
import errno
import glob
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog.export import Format
from catalog.export.source import Source

MANIFEST = "manifest.json"
_HEAD = '{"made_by": "catalog export",'  # how each manifest of ours begins
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


class RefusesToReplace(Exception):
    """What stands at the place is no export of ours; it was left alone."""


def _exchange(a: Path, b: Path) -> bool:
    """Swap two folders in one step (Linux 3.15, renameat2); False where the system or its file system cannot."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    if rename(_AT_FDCWD, os.fsencode(a), _AT_FDCWD, os.fsencode(b), _RENAME_EXCHANGE) == 0:
        return True
    if ctypes.get_errno() in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        return False
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(b))


def _switch_folder(fresh: Path, target: Path) -> None:
    if not target.exists():
        os.replace(fresh, target)
    elif _exchange(fresh, target):
        shutil.rmtree(fresh)
    else:
        old = target.with_name(f".{target.name}.old-{os.getpid()}")
        os.replace(target, old)  # between these two lines nothing stands there; `_recover` puts the old one back
        os.replace(fresh, target)
        shutil.rmtree(old)


def _leavings(target: Path) -> Iterator[tuple[Path, str]]:
    """Yield what dead exports to the same place left beside it, and of which sort it is."""
    for left in target.parent.glob(f".{glob.escape(target.name)}.*-*"):
        sort, _, process = left.name.removeprefix(f".{target.name}.").rpartition("-")
        if sort in ("new", "old") and process.isdecimal():
            try:
                os.kill(int(process), 0)  # asks whether it is running
            except (ProcessLookupError, OverflowError):
                yield left, sort
            except PermissionError:
                continue


def _recover(target: Path) -> None:
    for left, sort in sorted(_leavings(target)):
        if sort == "old" and not target.exists():
            os.replace(left, target)
        elif left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _require_ours(target: Path) -> None:
    """Raise unless a folder may be replaced: it is empty, or its manifest says that we wrote it."""
    if not target.is_dir():
        if target.exists():
            raise RefusesToReplace(f"{target} is a file, the export is a folder")
        return
    try:
        with open(target / MANIFEST, "rb") as manifest:
            ours = manifest.read(len(_HEAD)) == _HEAD.encode()
    except OSError:
        ours = not any(target.iterdir())
    if not ours or target.is_symlink():
        raise RefusesToReplace(f"{target} holds something that is no export of the catalog; name another folder with --output")


@contextmanager
def _published(target: Path, is_folder: bool) -> Iterator[Path]:
    """Give a fresh place beside the target to write to, and put it in the target's place at the end."""
    target = target.absolute()
    target.parent.mkdir(parents=True, exist_ok=True)
    _recover(target)
    if is_folder:
        _require_ours(target)
    elif target.is_dir():
        raise RefusesToReplace(f"{target} is a folder, the export is a file")
    fresh = target.with_name(f".{target.name}.new-{os.getpid()}")
    try:
        if is_folder:
            fresh.mkdir()
            yield fresh
            _switch_folder(fresh, target)
        else:
            yield fresh
            os.replace(fresh, target)
    finally:
        if fresh.is_dir():
            shutil.rmtree(fresh, ignore_errors=True)
        fresh.unlink(missing_ok=True)


def file_digest(file: Path | str) -> str:
    """Return the SHA-256 of a file."""
    with open(file, "rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _files(folder: Path) -> Iterator[str]:
    """Yield the paths of all files below a folder, sorted folder by folder: an export may have a file a record."""
    for where, folders, names in os.walk(folder):
        folders.sort()
        yield from (os.path.relpath(os.path.join(where, name), folder).replace(os.sep, "/") for name in sorted(names))


def _write_manifest(folder: Path, source: Source, rows: dict[str, int]) -> int:
    """Write what a folder holds: each file with its size, SHA-256 and (where it has them) rows; return how many files."""
    meta = source.meta
    about = {
        "content_digest": meta["content_digest"], "schema_revision": meta["schema_revision"], "records": int(meta["records"]),
        "licence": meta["data_licence"],
    }
    count = 0
    with open(folder / MANIFEST, "w", encoding="utf-8", newline="\n") as out:
        out.write(f'{_HEAD}\n{json.dumps(about)[1:-1]},\n"files": {{')
        for name in _files(folder):
            if name != MANIFEST:
                file = os.path.join(folder, name)
                entry = {"bytes": os.path.getsize(file), "rows": rows.get(name), "sha256": file_digest(file)}
                out.write(("," if count else "") + f"\n{json.dumps(name)}: {json.dumps(entry)}")
                count += 1
        out.write("\n}}\n")
    return count


def write_export(source: Source, format: Format, output: Path) -> Path:
    """Write one format and return where it stands; a folder gets a manifest.

    Args:
        output: The folder of a format of many files; the file of a format of one, or a folder to put it in.

    Raises:
        RefusesToReplace, OSError: What stood there is as it was.
    """
    if format.file_name is None:
        with _published(output, is_folder=True) as fresh:
            rows = format.write(source, fresh)
            _write_manifest(fresh, source, rows)
        return output
    if output.is_dir():
        output = output / format.file_name
    with _published(output, is_folder=False) as fresh:
        format.write(source, fresh)
    return output


def write_all(source: Source, formats: dict[str, Format], output: Path) -> int:
    """Write every format into one folder (a folder or file each) with one manifest; return the number of files.

    Raises:
        RefusesToReplace, OSError: What stood there is as it was.
    """
    rows: dict[str, int] = {}
    with _published(output, is_folder=True) as fresh:
        for name, format in formats.items():
            place = fresh / (format.file_name or name)
            if format.file_name is None:
                place.mkdir()
            written = format.write(source, place)
            rows |= {f"{name}/{file}" if format.file_name is None else format.file_name: count for file, count in written.items()}
        return _write_manifest(fresh, source, rows)
