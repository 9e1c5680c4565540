"""History: when each record was added and last changed, in which commits, from git in one pass.

`history_file` keeps it in `build/history.db`. A record is followed by its id, so a file may move between subfolders; through a change of
its id by `former_ids`, or by git's own guess where a file was renamed and nobody wrote it down. What a merge itself
changed, beyond the commits it joins, is not seen.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from catalog.read import read_document
from catalog.review.repository import Commit, GitProblem, Repository, find_repository
from catalog.review.tree import plain_tree

LIKENESS = 70  # per cent of equal lines from which on a renamed file is believed to be the same record
_WORDS = {"A": "added", "M": "changed", "T": "changed", "D": "deleted", "R": "renamed", "C": "added"}


class NoHistory(Exception):
    """There is no history to be had; the message says why."""


@dataclass(frozen=True)
class Touch:
    """One commit that touched a record: what it did, and the record's older id if it was renamed in it."""

    commit: Commit
    author: str
    action: str
    path: str
    old_ref: str | None = None


@dataclass
class History:
    """The commits of every record, newest first, by reference; `head` is the commit up to which it goes."""

    head: Commit
    records: dict[str, list[Touch]]
    commits: list[tuple[Commit, str]]  # every commit that touched a record, with its author, newest first
    present: set[str] = field(default_factory=set)
    renamed: dict[str, str] = field(default_factory=dict)  # old reference -> the one of today

def read_history(data: Path) -> History:
    """Return the history of the records of a data folder up to HEAD.

    Raises:
        NoHistory: There is no git, no repository, no commit, or only a part of the history (a shallow clone).
    """
    try:
        repository = find_repository(data)
        if repository.is_shallow:
            raise NoHistory("the clone is shallow, so older commits are missing (`git fetch --unshallow` fetches them)")
        head = repository.resolve("HEAD")
        return _follow(repository, head)
    except GitProblem as problem:
        raise NoHistory(str(problem)) from None


def _ref(path: str, data: str) -> str | None:
    """Return the record that a path of the repository names, or None if it names none."""
    parts = PurePosixPath(path).relative_to(data or ".").parts
    return f"{parts[0]}/{parts[-1].removesuffix('.yaml')}" if len(parts) > 1 and parts[-1].endswith(".yaml") else None


def _former_ids(repository: Repository, head: Commit) -> dict[str, str]:
    """Return today's reference by each former one, as the records at HEAD list them."""
    try:
        found = repository.git("grep", "-z", "-l", "--full-name", "-e", "^former_ids:", head.hash, "--", ".").split(b"\0")
    except GitProblem:  # git grep fails where it finds nothing
        return {}
    former: dict[str, str] = {}
    for name in map(os.fsdecode, filter(None, found)):
        path = name.partition(":")[2]
        ref = _ref(path, repository.data)
        if ref is None:
            continue
        kind, _, slug = ref.partition("/")
        tree = plain_tree(read_document(path, kind, slug, repository.git("show", f"{head.hash}:{path}")).root)
        listed = tree.get("former_ids") if isinstance(tree, dict) else None
        former |= {f"{kind}/{old}": ref for old in listed or () if isinstance(old, str)}
    return former


def _follow(repository: Repository, head: Commit) -> History:
    """Walk all commits from the newest to the oldest and give each change to the record it belongs to today."""
    present = {f"{p.parts[0]}/{p.stem}" for p, _, _ in repository.files(head) if len(p.parts) > 1 and p.suffix == ".yaml"}
    now = {old: new for old, new in _former_ids(repository, head).items() if old not in present}
    records: dict[str, dict[str, Touch]] = {}

    def today(ref: str) -> str:
        for _ in range(len(now) + 1):
            if ref not in now:
                break
            ref = now[ref]
        return ref

    def touch(ref: str | None, commit: Commit, author: str, action: str, path: str, old_ref: str | None = None) -> None:
        if ref is None:
            return
        mine = records.setdefault(today(ref), {})
        before = mine.get(commit.hash)
        if before and {before.action, action} == {"added", "deleted"}:  # one record, two ids: it was renamed here
            added, gone = (before.path, path) if before.action == "added" else (path, before.path)
            mine[commit.hash] = Touch(commit, author, "renamed", added, _ref(gone, repository.data))
        elif not before:
            mine[commit.hash] = Touch(commit, author, action, path, old_ref)

    commits: dict[str, tuple[Commit, str]] = {}
    for commit, author, letter, old, path in _log(repository, head):
        commits.setdefault(commit.hash, (commit, author))
        ref, old_ref = _ref(path, repository.data), _ref(old, repository.data) if old else None
        if letter[0] != "R" or ref is None or old_ref is None:
            touch(ref, commit, author, _WORDS.get(letter[0], "changed"), path)
            if letter[0] == "R":
                touch(old_ref, commit, author, "deleted", old)
        elif ref == old_ref:
            touch(ref, commit, author, "moved", path)
        else:
            is_guess_good = int(letter[1:] or 0) >= LIKENESS and ref.partition("/")[0] == old_ref.partition("/")[0]
            if old_ref not in present and old_ref not in now and is_guess_good and today(ref) != old_ref:
                now[old_ref] = ref
            if today(old_ref) == today(ref):
                touch(ref, commit, author, "renamed", path, old_ref)
            else:
                touch(ref, commit, author, "added", path)
                touch(old_ref, commit, author, "deleted", old)
    touched = {ref: list(found.values()) for ref, found in sorted(records.items())}
    return History(head, touched, list(commits.values()), present, {old: today(old) for old in now})


def _log(repository: Repository, head: Commit) -> Iterator[tuple[Commit, str, str, str | None, str]]:
    """Yield every change of a file below the data folder: commit, author, git's letter, old path of a rename, path."""
    raw = repository.git(
        "log", "-z", "--date-order", "--full-history", "--no-show-signature", "--no-relative", "--name-status", "-M",
        "--format=%x01%H%x00%cI%x00%aN%x00%s", head.hash, "--", ".")
    tokens = iter(raw.split(b"\0"))
    commit, author = head, ""
    for token in tokens:
        token = token.lstrip(b"\n")
        if not token:
            continue
        if token.startswith(b"\x01"):
            day, name, subject = (next(tokens).decode("utf-8", "replace") for _ in range(3))
            commit, author = Commit(token[1:].decode(), day, subject.strip()), _without_address(name)
            continue
        letter = token.decode()
        old = os.fsdecode(next(tokens)) if letter[0] in "RC" else None
        yield commit, author, letter, old if letter[0] == "R" else None, os.fsdecode(next(tokens))


def _without_address(name: str) -> str:
    """Return an author's name without an e-mail address in it.

    >>> _without_address("Ann Lee ann@example.org"), _without_address("ann@example.org")
    ('Ann Lee', 'ann')
    """
    return re.sub(r"\s*<?\S+@\S+", "", name).strip() or name.partition("@")[0].strip(" <") or "unknown"
