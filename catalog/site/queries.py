"""The canned queries: questions already asked, each in one file of SQL.

A file `queries/<name>.sql` begins with comments: the title, what it tells, and one line for each parameter with a value to
try (`-- :year = 2018`; nothing after the name where any will do). Datasette serves it as `/catalog/<name>` with a form, and
as CSV; `/questions` lists all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

QUERIES = Path(__file__).parent / "queries"
ADDRESS = "/catalog"
_PARAMETER = re.compile(r":([a-z][a-z0-9_]*)\s*(?:=\s*(.*))?")


class InvalidQuery(ValueError):
    """A file of SQL does not begin as it must; the message names it and says what is missing."""


@dataclass(frozen=True)
class Query:
    """One canned query.

    Args:
        name: Stem of its file, and its address.
        title: The question, in few words.
        about: What it tells, in a sentence.
        sql: The statement, without the comments before it.
        parameters: An example of each parameter, in the order of the form; empty where it may be left out.
    """

    name: str
    title: str
    about: str
    sql: str
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def given(self) -> dict[str, str]:
        """The examples of those parameters that have one."""
        return {key: value for key, value in self.parameters.items() if value}

    @property
    def url(self) -> str:
        """Address with the examples filled in."""
        return self._address("")

    @property
    def csv_url(self) -> str:
        """Address of the same rows as CSV."""
        return self._address(".csv")

    def _address(self, ending: str) -> str:
        return f"{ADDRESS}/{self.name}{ending}" + (f"?{urlencode(self.parameters)}" if self.parameters else "")


def _header(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith("--"):
            return
        yield line.removeprefix("--").strip()


def read_query(name: str, text: str) -> Query:
    """Return the query that a file holds.

    Raises:
        InvalidQuery: Title, explanation or statement is missing, or a line is no parameter.

    >>> read_query("years", "-- Years\\n-- All of them.\\n-- :first = 1943\\n-- :last\\nSELECT 1\\n").parameters
    {'first': '1943', 'last': ''}
    """
    lines = text.strip().splitlines()
    comments = list(_header(lines))
    sql = "\n".join(lines[len(comments):]).strip()
    if len(comments) < 2 or not all(comments[:2]) or any(c.startswith(":") for c in comments[:2]):
        raise InvalidQuery(f"{name}.sql: must begin with two comments, the title and what it tells")
    if not sql:
        raise InvalidQuery(f"{name}.sql: holds no statement")
    parameters = {}
    for comment in comments[2:]:
        match = _PARAMETER.fullmatch(comment)
        if match is None:
            raise InvalidQuery(f"{name}.sql: {comment!r} is no parameter; write `-- :name = example`")
        parameters[match[1]] = (match[2] or "").strip()
    return Query(name, comments[0], comments[1], sql, parameters)


@lru_cache(maxsize=1)
def load_queries() -> dict[str, Query]:
    """Return all canned queries by name.

    Raises:
        InvalidQuery: A file does not begin as it must.
    """
    return {file.stem: read_query(file.stem, file.read_text(encoding="utf-8")) for file in sorted(QUERIES.glob("*.sql"))}


def query_metadata() -> dict[str, dict[str, Any]]:
    """Return the canned queries as Datasette's metadata of a database wants them, by title."""
    found = {}
    for query in sorted(load_queries().values(), key=lambda q: q.title.casefold()):
        examples = ", ".join(f"{key} = {value}" for key, value in query.given.items())
        found[query.name] = {
            "title": query.title, "description": query.about + (f" For instance {examples}." if examples else ""),
            "sql": query.sql, "params": list(query.parameters), "hide_sql": True,
        }
    return found
