"""What a change of the records does to the views: records broken, crossings moved, verdicts and disagreements changed.

Both sides are built in memory by the stages of the real build (migrations, rows, views; neither search index nor checks of
the file, which no view reads), and the rows of the views are compared by their keys.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from catalog import migrate
from catalog.load import insert_rows, read_views
from catalog.review.sides import Side
from catalog.rows import make_rows

Row = dict[str, Any]


@dataclass(frozen=True)
class Effect:
    """One row of a view that appeared, vanished or changed; `what` says so in words, `about` names the record."""

    view: str
    about: str
    what: str
    old: Row | None
    new: Row | None


@dataclass
class Effects:
    """The effects, or why they are unknown."""

    found: list[Effect] = field(default_factory=list)
    unknown: str | None = None


@dataclass(frozen=True)
class _View:
    """How the rows of a view are compared.

    `key` tells its rows apart and `watched` are the columns whose change counts; `kinds` says of which kind the id in a
    column is, so that the old rows of a renamed record are found under its new name (`*`: the column holds kind and id).
    """

    key: tuple[str, ...]
    watched: tuple[str, ...]
    kinds: dict[str, str]
    about: Callable[[Row], str]
    words: Callable[[Row | None, Row | None], str]


def _score(row: Row) -> str:
    return f"{row['system']} with {_number(row['value'])}" + (f" ({row['date']})" if row["date"] else "")


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _best(old: Row | None, new: Row | None) -> str:
    place = "{metric}, {track}".format(**(new or old))
    if old is None:
        return f"first result here ({place}): {_score(new)}"
    if new is None:
        return f"no result any more ({place}); it was {_score(old)}"
    if _watched(old, "result_id") == _watched(new, "result_id") and old["value"] == new["value"]:
        return f"the best result ({place}) is dated {new['date'] or 'nowhere'} instead of {old['date'] or 'nowhere'}: {_score(new)}"
    return f"new best result ({place}): {_score(new)}; before: {_score(old)}"


def _crossing(row: Row) -> str:
    return f"{row['first_above']} ({row['first_above_date'] or 'undated'})" if row["first_above"] else "nobody"


def _parity(old: Row | None, new: Row | None) -> str:
    metric = (new or old)["metric"]
    if old is None:
        return f"new human level for {metric}, {_number(new['human_level'])}; first above: {_crossing(new)}"
    if new is None:
        return f"the human level for {metric} is gone"
    level = "" if old["human_level"] == new["human_level"] else f"the human level is {_number(new['human_level'])} instead of {_number(old['human_level'])}"
    if any(_watched(old, c) != _watched(new, c) for c in ("first_above_result_id", "first_above_date")):
        word = "the crossing moved" if old["first_above"] and new["first_above"] else "machines have crossed" if new["first_above"] else "the crossing is gone"
        return f"{word} ({metric}): first above {_crossing(new)}, before {_crossing(old)}{'; ' + level if level else ''}"
    if level:
        return f"{level} for {metric}; first above still {_crossing(new)}"
    names = {"first_beyond_error": "first beyond error", "first_confirmed": "first confirmed"}
    moved = [
        f"{word} {new[c] or 'nobody'} ({new[c + '_date'] or 'undated'}), before {old[c] or 'nobody'} ({old[c + '_date'] or 'undated'})"
        for c, word in names.items() if (old[c], old[c + "_date"]) != (new[c], new[c + "_date"])]
    return f"{metric}: " + "; ".join(moved)


def _verdict(old: Row | None, new: Row | None) -> str:
    if old is None:
        return f"new: {_standing(new)}"
    if new is None:
        return f"gone; it was {_standing(old)}"
    return f"now {_standing(new)}; before {_standing(old)}"


def _standing(row: Row) -> str:
    return f"machine {row['verdict'] or 'without a verdict'} ({row['verdict_basis']}), claimed {row['claimed'] or 'nothing'}, {row['status']}"


def _disagreement(old: Row | None, new: Row | None) -> str:
    row = new or old
    said = f"{row['path']} is {row['accepted']}, {row['other_source']} says {row['other']}"
    return f"new disagreement: {said}" if old is None else f"no longer a disagreement: {said}" if new is None else f"another value is accepted: {said}"


def _ahead(old: Row | None, new: Row | None) -> str:
    row = new or old
    word = "people are ahead" if old is None else "people are no longer listed as ahead" if new is None else "people are still ahead"
    level = f": {_number(row['human_level'])} against {_number(row['best_machine'])}" if row["human_level"] is not None else ""
    return f"{word} ({row['basis']}){level}"


VIEWS = {
    "best_recorded": _View(
        ("benchmark_id", "metric", "track"), ("result_id", "value", "date"), {"benchmark_id": "benchmarks"},
        lambda r: f"benchmarks/{r['benchmark_id']}", _best),
    "human_parity": _View(
        ("human_baseline_id", "metric"),
        ("human_level", "first_above_result_id", "first_above_date", "first_beyond_error", "first_beyond_error_date", "first_confirmed", "first_confirmed_date"),
        {"human_baseline_id": "human_baselines"}, lambda r: f"human_baselines/{r['human_baseline_id']}", _parity),
    "verdicts": _View(("id",), ("verdict", "verdict_basis", "claimed", "status"), {"id": "achievements"}, lambda r: f"achievements/{r['id']}", _verdict),
    "humans_ahead": _View(("ref", "basis"), ("human_level", "best_machine"), {"ref": "*"}, lambda r: r["ref"], _ahead),
    "disagreements": _View(
        ("record", "path", "other_source", "other", "other_locator"), ("accepted",), {"record": "*", "other_source": "sources"},
        lambda r: r["record"], _disagreement),
}


def find_effects(base: Side, head: Side, renamed: dict[str, str]) -> Effects:
    """Build both sides and return how the rows of the views differ.

    Args:
        base, head: The two sides.
        renamed: New reference of each renamed record by its old one.
    """
    for side in (base, head):
        if side.error_count:
            return Effects(unknown=f"{side.name} does not pass the check ({side.error_count:,} error{'s' * (side.error_count != 1)}), so it cannot be built")
    try:
        with tempfile.TemporaryDirectory(prefix="catalog-effects-") as folder:
            empty = Path(folder, "empty.db")
            migrate.upgrade(empty)
            old, new = (rows_of(side, empty) for side in (base, head))
    except (SQLAlchemyError, sqlite3.Error) as error:
        return Effects(unknown=f"building failed: {error}")
    return Effects(list(compare_rows(old, new, renamed)))


def rows_of(side: Side, empty: Path) -> dict[str, list[Row]]:
    """Build a side from a migrated file and return the rows of the compared views; a side without records has none."""
    if side.checked is None:
        return {name: [] for name in VIEWS}
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        with closing(sqlite3.connect(empty)) as migrated:
            migrated.backup(db)
        insert_rows(db, make_rows(side.checked.catalog, side.checked.claims, str(side.data)))
        for sql in read_views().values():
            db.execute(sql)
        db.row_factory = sqlite3.Row
        return {name: [dict(r) for r in db.execute(f'SELECT * FROM "{name}"')] for name in VIEWS}


def compare_rows(old: dict[str, list[Row]], new: dict[str, list[Row]], renamed: dict[str, str]) -> Iterator[Effect]:
    """Yield the rows that appeared, vanished or changed, view by view."""
    for name, view in VIEWS.items():
        before = {_key(view, row, renamed): row for row in old[name]}
        after = {_key(view, row, {}): row for row in new[name]}
        for key in sorted({*before, *after}, key=repr):
            a, b = before.get(key), after.get(key)
            if a is None or b is None or any(_watched(a, c) != _watched(b, c) for c in view.watched):
                yield Effect(name, view.about(b or a), view.words(a, b), a, b)


def _watched(row: Row, column: str) -> Any:
    """Return a value to compare; of a result its key alone, since its benchmark may have been renamed."""
    value = row[column]
    return value.partition(".")[2] if column.endswith("result_id") and value else value


def _key(view: _View, row: Row, renamed: dict[str, str]) -> tuple[Any, ...]:
    def now(column: str) -> Any:
        value, kind = row[column], view.kinds.get(column)
        if kind is None or value is None:
            return value
        ref = value if kind == "*" else f"{kind}/{value}"
        return renamed.get(ref, ref)

    return tuple(now(column) for column in view.key)
