"""Git: which revisions there are, and the records as they stood at one of them, without touching the working tree."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from catalog.suggest import nearest

TIMEOUT_S = 120
# Inside a git hook these point at the repository of the hook; the one meant is that of the data folder.
_SET_BY_HOOKS = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"}


class GitProblem(Exception):
    """Git cannot answer; the message says why and what to do."""


class UnknownRevision(GitProblem):
    """There is no such commit; the message names near ones."""


@dataclass(frozen=True)
class Commit:
    """One commit: its hash, the date on which it was committed (ISO 8601) and the first line of its message."""

    hash: str
    date: str
    subject: str

    @property
    def short(self) -> str:
        return self.hash[:8]

    def __str__(self) -> str:
        return f"{self.short} of {self.date[:10]}"


@dataclass(frozen=True)
class Repository:
    """A git repository and the path of the data folder inside it (`data`, without a slash at the end)."""

    folder: Path
    data: str

    def git(self, *arguments: str, feed: bytes | None = None) -> bytes:
        """Run git for reading and return what it prints.

        Raises:
            GitProblem: It ended with an error.
        """
        return _run(self.folder, *arguments, feed=feed)

    @property
    def is_shallow(self) -> bool:
        return self.git("rev-parse", "--is-shallow-repository").strip() == b"true"

    def resolve(self, revision: str) -> Commit:
        """Return the commit that a revision names (`main`, `HEAD~3`, a tag, a hash).

        Raises:
            UnknownRevision: There is none.
        """
        try:
            if revision.startswith("-") or not revision.strip():
                raise GitProblem
            name = self.git("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}").decode().strip()
            return self.describe(name)
        except GitProblem:
            raise UnknownRevision(self._unknown(revision)) from None

    def describe(self, name: str) -> Commit:
        """Return the commit of a full hash."""
        shown = self.git("show", "--no-patch", "--no-show-signature", "--format=%H%x00%cI%x00%s", name)
        return Commit(*_text(shown).strip("\n").split("\0"))

    def merge_base(self, a: Commit, b: Commit) -> Commit:
        """Return the newest commit that two have in common.

        Raises:
            UnknownRevision: They have none.
        """
        try:
            return self.describe(self.git("merge-base", a.hash, b.hash).decode().split()[0])
        except (GitProblem, IndexError):
            more = "; the clone is shallow: fetch the rest with `git fetch --unshallow`" if self.is_shallow else ""
            raise UnknownRevision(f"{a.short} and {b.short} have no commit in common{more}") from None

    def _unknown(self, revision: str) -> str:
        names = _text(self.git("for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes", "refs/tags")).split()
        near = nearest(revision, names)
        if Path(revision).exists():
            hint = "it is a file; name a revision: `catalog diff HEAD` compares the working tree with the last commit"
        elif near:
            hint = "did you mean " + " or ".join(near) + "?"
        elif names:
            hint = f"the branches and tags here are {', '.join(names[:12])}{' …' if len(names) > 12 else ''}; a hash or HEAD~3 will do too"
        else:
            hint = "nothing has been committed yet"
        if self.is_shallow:
            hint += "\nThe clone is shallow, older commits are missing: fetch them with `git fetch --unshallow`."
        return f"git knows no revision {revision!r}; {hint}"

    def files(self, commit: Commit) -> Iterator[tuple[PurePosixPath, str, str]]:
        """Yield the files below the data folder at a commit: path inside that folder, mode, and name of the content."""
        listed = self.git("ls-tree", "-r", "-z", "--full-tree", commit.hash, *(("--", self.data) if self.data else ()))
        for line in listed.split(b"\0"):
            if not line:
                continue
            about, _, name = line.partition(b"\t")
            mode, type, blob = about.decode().split()
            path = PurePosixPath(os.fsdecode(name))
            if type == "blob" and ".." not in path.parts:
                yield path.relative_to(self.data) if self.data else path, mode, blob

    def write_data(self, commit: Commit, folder: Path) -> Path:
        """Write the records as they stood at a commit below an empty folder, and return the data folder there.

        A symbolic link becomes a file that holds its target's name, so that nothing outside is read through it.
        """
        target = folder / "data"
        target.mkdir(parents=True)
        files = list(self.files(commit))
        stream = self.git("cat-file", "--batch", feed="".join(f"{blob}\n" for _, _, blob in files).encode())
        position = 0
        for path, _, blob in files:
            end = stream.index(b"\n", position)
            found, _, size = stream[position:end].decode().split()
            if found != blob:
                raise GitProblem(f"git returned another object than {blob}")
            file = target.joinpath(*path.parts)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(stream[end + 1:end + 1 + int(size)])
            position = end + 1 + int(size) + 1
        return target


def find_repository(data: Path) -> Repository:
    """Return the repository in which a data folder stands.

    Raises:
        GitProblem: It stands in none, or git is not installed.
    """
    folder, below = (data, "") if data.is_dir() else (data.absolute().parent, data.name)
    if not folder.is_dir():
        raise GitProblem(f"there is no folder {folder}")
    prefix = os.fsdecode(_run(folder, "rev-parse", "--show-prefix").rstrip(b"\n"))
    if _run(folder, "rev-parse", "--is-inside-work-tree").strip() != b"true":
        raise GitProblem(f"{folder} belongs to a bare git repository without working files")
    return Repository(folder, f"{prefix}{below}".strip("/"))


def _run(folder: Path, *arguments: str, feed: bytes | None = None) -> bytes:
    settings = {name: value for name, value in os.environ.items() if name not in _SET_BY_HOOKS}
    settings |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    command = ["git", "--no-pager", "-c", "core.quotepath=false", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, timeout=TIMEOUT_S, input=feed, env=settings)
    except FileNotFoundError:
        raise GitProblem("git is not installed; revisions and history need it") from None
    except subprocess.TimeoutExpired:
        raise GitProblem(f"git gave no answer within {TIMEOUT_S} seconds") from None
    if done.returncode == 0:
        return done.stdout
    said = _text(done.stderr).strip()
    if "not a git repository" in said:
        raise GitProblem(f"{folder} stands in no git repository")
    raise GitProblem(f"git says: {said or 'nothing, and fails'}")


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
