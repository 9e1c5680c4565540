"""The records as they were committed at a date, in a temporary folder: what `catalog build --as-of` builds."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from pathlib import Path

from catalog.review.repository import Commit, GitProblem, Repository, find_repository


class NoSuchDate(GitProblem):
    """The date cannot be read, or nothing had been committed by then."""


def parse_moment(text: str) -> datetime:
    """Return the last moment of a day, or the moment itself; without a time zone UTC is meant.

    >>> parse_moment("2026-11-01").isoformat(), parse_moment("2026-11-01T12:00+02:00").isoformat()
    ('2026-11-01T23:59:59+00:00', '2026-11-01T12:00:00+02:00')

    Raises:
        NoSuchDate: It is no date.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise NoSuchDate(f"{text!r} is no date: write 2026-11-01, or 2026-11-01T12:00 for a time of day (UTC)") from None
    if re.fullmatch(r"\d{4}-?\d{2}-?\d{2}|\d{4}-?W\d{2}-?\d", text.strip()):
        moment = datetime.combine(moment, time(23, 59, 59))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def commit_at(repository: Repository, text: str) -> Commit:
    """Return the last commit of the present branch that was made up to a date.

    Raises:
        NoSuchDate: The date cannot be read or lies before the first commit.
    """
    moment = parse_moment(text)
    found = repository.git("rev-list", "-1", f"--before={moment.isoformat()}", "HEAD").decode().strip()
    if found:
        return repository.describe(found)
    roots = repository.git("rev-list", "--max-parents=0", "HEAD").decode().split()
    first = min((repository.describe(root) for root in roots), key=lambda c: datetime.fromisoformat(c.date))
    if repository.is_shallow:
        raise NoSuchDate(f"the clone is shallow and begins with {first}: fetch the rest with `git fetch --unshallow`")
    raise NoSuchDate(f"nothing had been committed by {text}; the first commit is {first}")


@contextmanager
def data_as_of(data: Path, text: str) -> Iterator[tuple[Path, Commit]]:
    """Write the records as committed at a date into a temporary folder and return it with the commit.

    Raises:
        GitProblem: There is no repository, no such date, or there were no records then.
    """
    repository = find_repository(data)
    commit = commit_at(repository, text)
    with tempfile.TemporaryDirectory(prefix="catalog-as-of-") as folder:
        there = repository.write_data(commit, Path(folder))
        if not any(there.iterdir()):
            raise NoSuchDate(f"there were no records in {data} at {text} (commit {commit})")
        yield there, commit
