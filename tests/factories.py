"""Data folders for tests: records written as text below `tmp_path`, checked as a whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from catalog.check import Checked, check_data
from catalog.problems import Problem

TODAY = date(2026, 12, 1)  # the day of all tests, so that they pass on any other


def write_data(folder: Path, files: str | dict[str, str]) -> Path:
    """Write files below `folder/data` and return that folder.

    Args:
        folder: Usually `tmp_path`.
        files: Text by path below `data/`; a bare text is that of a topic. Lone surrogates stand for bytes that are no UTF-8.
    """
    data = folder / "data"
    for path, text in ({"topics/example.yaml": files} if isinstance(files, str) else files).items():
        file = data / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8", "surrogateescape"))
    data.mkdir(exist_ok=True)
    return data


def check_files(folder: Path, files: str | dict[str, str], today: date = TODAY) -> Checked:
    """Write the files and check them."""
    return check_data(write_data(folder, files), today=today)


def problems_of(folder: Path, files: str | dict[str, str], rule: str) -> list[Problem]:
    """Return the problems of one rule that the files give, with paths below `data/`."""
    checked = check_files(folder, files)
    prefix = str(folder / "data") + "/"
    return [
        Problem(p.path.removeprefix(prefix), p.line, p.column, p.rule, p.what, p.why, p.fix, p.severity)
        for p in checked.problems if p.rule == rule
    ]


def found(folder: Path, files: str | dict[str, str], rule: str) -> list[str]:
    """Return what one rule says of the files, as `path:line:column: what`."""
    return [f"{p.path}:{p.line}:{p.column}: {p.what}" for p in problems_of(folder, files, rule)]
