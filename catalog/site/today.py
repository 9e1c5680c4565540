"""What holds today: for records whose state has moved since they were first told of, a line each.

Reads the built file; knows nothing of HTML.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

STATES = {"live": "answers", "frozen": "no longer kept", "moved": "has moved", "gone": "gone"}


def today_of(db: sqlite3.Connection) -> dict[str, list[str]]:
    """Return the lines of every record that has any, by ref."""
    found: dict[str, list[str]] = {}
    for ref, line in _lines(db):
        found.setdefault(ref, []).append(line)
    return found


def _lines(db: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    yield from _achievements(db)
    yield from _applications(db)
    yield from _states(db)
    sql = ("SELECT 'benchmarks/' || b.benchmark_id, b.system, b.metric, b.value, b.date, b.track, b.results_checked_to FROM best_recorded b "
           "JOIN benchmark_metrics m ON m.id = b.benchmark_id || '.' || b.metric WHERE m.is_primary = 1 "
           "ORDER BY b.benchmark_id, CASE m.direction WHEN 'higher' THEN -b.value ELSE b.value END")
    seen: set[str] = set()
    for ref, system, metric, value, date, track, checked in db.execute(sql):
        if ref in seen:  # the best of all tracks is enough here
            continue
        seen.add(ref)
        when = f", {date}" if date else ""
        yield ref, f"Best recorded here: {system or 'unnamed'}, {metric} {value:g}{when} ({track})" + (f"; checked to {checked}." if checked else ".")


def _achievements(db: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    for ref, status, verdict, caveat in db.execute("SELECT ref, status, verdict, caveat FROM verdicts ORDER BY ref"):
        judged = f"; the machine is {verdict}" if verdict and status != "open" else ""
        yield ref, f"{status.capitalize()}{judged}. {caveat}"


def _applications(db: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    sql = ("SELECT 'applications/' || n.application_id, n.date, coalesce(n.text, m.name, s.name) FROM application_now n "
           "LEFT JOIN models m ON m.id = n.model_id LEFT JOIN sources s ON s.id = n.paper_id ORDER BY n.application_id, n.position")
    for ref, date, text in db.execute(sql):
        if text:
            yield ref, f"{date}: {text}" if date else text


def _states(db: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    sql = "SELECT s.ref, s.state, s.closed, n.name FROM sites s LEFT JOIN sites n ON n.id = s.successor_id ORDER BY s.ref"
    for ref, state, closed, successor in db.execute(sql):
        if state in STATES:
            line = STATES[state].capitalize() + (f" since {closed}" if closed else "")
            yield ref, line + (f"; {successor} took its place." if successor else ".")
    for ref, status, reason in db.execute("SELECT ref, status, withdrawn_reason FROM datasets WHERE status NOT IN ('available') ORDER BY ref"):
        yield ref, f"{status.capitalize()}" + (f": {reason}" if reason else ".")
    sql = "SELECT f.ref, f.status, f.latest, f.latest_date, n.name FROM frameworks f LEFT JOIN frameworks n ON n.id = f.successor_id ORDER BY f.ref"
    for ref, status, latest, date, successor in db.execute(sql):
        release = f"latest release {latest}" + (f" of {date}" if date else "") if latest else ""
        words = [w for w in (status, release, f"{successor} took its place" if successor else "") if w]
        if words:
            line = "; ".join(words)
            yield ref, line[0].upper() + line[1:] + "."
    sql = "SELECT o.ref, n.title, n.year FROM books n JOIN books o ON o.id = n.previous_edition_id ORDER BY o.ref"
    for ref, title, year in db.execute(sql):
        yield ref, f"There is a newer edition: {title}" + (f", {year}." if year else ".")
