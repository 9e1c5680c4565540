"""The two sides of a comparison: the records at a revision or in the working tree, checked with the present code."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from catalog.check import Checked, check_data
from catalog.problems import Problem
from catalog.read import Document, read_document
from catalog.review.repository import Repository, UnknownRevision, find_repository
from catalog.review.tree import plain_tree

WORKING_TREE = "the working tree"


@dataclass
class Side:
    """The records of one side; `checked` is None where there are none."""

    name: str
    data: Path
    checked: Checked | None

    @cached_property
    def documents(self) -> dict[str, Document]:
        """Return every file that is a record or a tombstone, by reference."""
        return {d.ref: d for d in self.checked.documents} if self.checked else {}

    @cached_property
    def trees(self) -> dict[str, Any]:
        """Return the records that could be read as plain trees, by reference."""
        return {ref: plain_tree(d.root, d.kind) for ref, d in self.documents.items() if d.root is not None}

    @cached_property
    def exceptions(self) -> Any:
        """Return the exceptions from warnings as a plain tree."""
        file = self.data / "exceptions.yaml"
        return plain_tree(read_document(str(file), "", "exceptions", file.read_bytes()).root) if file.is_file() else None

    @property
    def problems(self) -> list[Problem]:
        return self.checked.problems if self.checked else []

    @property
    def error_count(self) -> int:
        return sum(p.severity == "error" for p in self.problems)

    def shown_path(self, path: str) -> str:
        """Return a file's path as the contributor knows it, also where it was read from a temporary folder."""
        return "data/" + path.removeprefix(str(self.data)).lstrip("/")


def _read(name: str, data: Path) -> Side:
    try:
        return Side(name, data, check_data(data))
    except FileNotFoundError:
        return Side(name, data, None)


def split_revisions(base: str, head: str | None) -> tuple[str, str | None, bool]:
    """Return base, head and whether their common ancestor is meant: `main...topic` is git's way to write that.

    >>> split_revisions("main...topic", None), split_revisions("v1..", None), split_revisions("main", "topic")
    (('main', 'topic', True), ('v1', 'HEAD', False), ('main', 'topic', False))
    """
    for dots in ("...", ".."):
        before, found, after = base.partition(dots)
        if found and before and head is None:
            return before, after or "HEAD", dots == "..."
    return base, head, False


@contextmanager
def open_sides(data: Path, base: str, head: str | None = None) -> Iterator[tuple[Side, Side]]:
    """Read both sides of a comparison; what is taken from git stands in a temporary folder until the end.

    Args:
        data: Data folder of the working tree.
        base: Revision of the old side, or both as `base..head` or `base...head` (since they parted).
        head: Revision of the new side; the working tree without it.

    Raises:
        catalog.review.repository.GitProblem: There is no repository or no such revision.
    """
    repository = find_repository(data)
    base, head, since_parting = split_revisions(base, head)
    old = repository.resolve(base)
    new = repository.resolve(head) if head else None
    if new and since_parting:
        old = repository.merge_base(old, new)
    if new is None and not data.is_dir():
        raise UnknownRevision(f"there is no data folder {data} in the working tree; name a second revision to compare two of them")
    with tempfile.TemporaryDirectory(prefix="catalog-diff-") as folder:
        sides = []
        for i, (word, commit) in enumerate(((base, old), (head, new))):
            place = _written(repository, commit, Path(folder, str(i))) if commit else data
            name = WORKING_TREE if commit is None else str(commit) if word in (None, commit.hash, commit.short) else f"{word} ({commit})"
            sides.append(_read(name, place))
        yield sides[0], sides[1]


def _written(repository: Repository, commit: Any, folder: Path) -> Path:
    folder.mkdir()
    return repository.write_data(commit, folder)
