"""`catalog log`: the commits of one record, for the terminal and for programs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path, PurePath

from catalog.review.history import History, NoHistory, Touch, read_history
from catalog.review.history_file import open_history
from catalog.suggest import nearest


class UnknownRecord(LookupError):
    """No record of that name has a history; the message names near ones."""


@dataclass(frozen=True)
class RecordLog:
    """The commits of a record, newest first, and the reference it has today."""

    ref: str
    asked: str
    touches: list[Touch]
    exists_now: bool


def find_history(data: Path, file: Path) -> tuple[History, str | None]:
    """Return the history from git, else from the file of an earlier build, and in that case a remark that says so.

    Raises:
        NoHistory: Neither is there.
    """
    try:
        return read_history(data), None
    except NoHistory as reason:
        try:
            history = open_history(file)
        except NoHistory as other:
            raise NoHistory(f"{reason}; and {other}") from None
        return history, f"from {file}, up to {history.head}: {reason}"


def ref_of(words: str) -> str:
    """Return the record that somebody means, who may have written the path of its file.

    >>> ref_of("data/sources/2016/he-2016-residual.yaml"), ref_of("datasets/mnist")
    ('sources/he-2016-residual', 'datasets/mnist')
    """
    parts = PurePath(words.removesuffix(".yaml")).parts
    parts = parts[parts.index("data") + 1:] if "data" in parts else parts
    return f"{parts[0]}/{parts[-1]}" if len(parts) > 1 else words


def log_of(history: History, words: str, data: Path) -> RecordLog:
    """Return the commits of one record.

    Raises:
        UnknownRecord: It has none; the message says whether its file is just not committed yet.
    """
    asked = ref_of(words)
    ref = history.renamed.get(asked, asked)
    if ref in history.records:
        return RecordLog(ref, asked, history.records[ref], ref in history.present)
    kind, _, slug = asked.partition("/")
    if slug and any((data / kind).rglob(f"{slug}.yaml")):
        raise UnknownRecord(f"{asked} stands in no commit yet: its file is new in the working tree")
    near = nearest(asked, history.records)
    hint = f"did you mean {', '.join(near)}?" if near else "write kind/id, e.g. datasets/mnist"
    raise UnknownRecord(f"no commit knows a record {asked!r}; {hint}")


def log_text(log: RecordLog) -> str:
    """Return the commits as text, newest first."""
    first, last = log.touches[-1].commit, log.touches[0].commit
    now = "" if log.exists_now else "; it is not there any more"
    was = f" (asked as {log.asked})" if log.asked != log.ref else ""
    number = len(log.touches)
    lines = [f"{log.ref}{was}: added {first.date[:10]}, last changed {last.date[:10]}, {number} commit{'s' * (number != 1)}{now}", ""]
    width = max(len(_plain(t.author)) for t in log.touches)
    for t in log.touches:
        renamed = f" (was {t.old_ref})" if t.old_ref else ""
        lines.append(f"{t.commit.date[:10]}  {t.commit.short}  {t.action:<7}  {_plain(t.author):<{width}}  {_plain(t.commit.subject)}{renamed}")
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else "·" for c in text)


def log_json(log: RecordLog) -> str:
    """Return the commits as a JSON object: `ref`, `exists_now`, `added`, `changed` and `commits`."""
    commits = [
        {"hash": t.commit.hash, "date": t.commit.date, "author": t.author, "subject": t.commit.subject, "action": t.action, "path": t.path,
         "old_ref": t.old_ref} for t in log.touches]
    content = {
        "ref": log.ref, "asked": log.asked, "exists_now": log.exists_now, "added": commits[-1]["date"], "changed": commits[0]["date"], "commits": commits}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
