"""Records as plain trees, and what differs between two of them.

The trees are those of the reader, so that a record which does not check can be compared too. Paths are those that
citations use (items of lists counted from 1, a result by its key): `splits.train.items`, `results.ernie.scores.cola`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from catalog.read import Mapping, Node, Scalar, Sequence

Action = Literal["added", "removed", "changed", "reordered"]
_MISSING = object()
# What tells one item of a list from another, the most telling first.
_IDENTITY = ("key", "name", "url", "source", "ref", "input", "text", "argument", "kind", "date", "by")


@dataclass(frozen=True)
class Change:
    """One value, or one part with all its values, that differs.

    `path` is that in the new record, or in the old one if it was removed; `label` names items of lists by what they are.
    """

    path: str
    label: str
    action: Action
    old: str | None
    new: str | None


def plain_tree(node: Node | None, kind: str = "") -> Any:
    """Return a node as dictionaries, lists and texts; the results of a benchmark stand together, each by its key."""
    if isinstance(node, Mapping):
        tree = {key: plain_tree(value) for key, value in node.entries.items()}
        if kind == "benchmarks" and isinstance(tree.get("tables"), list):
            tree["results"] = dict(_results(tree["tables"]))
        return tree
    if isinstance(node, Sequence):
        return [plain_tree(item) for item in node.items]
    return node.text.rstrip("\n") if isinstance(node, Scalar) else None


def _results(tables: list[Any]) -> Iterator[tuple[str, Any]]:
    """Take the results out of their tables, each with the track it stands in and its scores by column."""
    for number, table in enumerate(tables, 1):
        if not isinstance(table, dict) or not isinstance(table.get("results"), dict):
            continue
        columns = table.get("columns") if isinstance(table.get("columns"), list) else []
        for key, result in table.pop("results").items():
            if isinstance(result, dict):
                result = {**result, "track": str(table.get("track", "main"))}
                for name in ("scores", "errors"):
                    if isinstance(result.get(name), list):
                        names = [str(c) for c in columns] + [str(i) for i in range(len(columns) + 1, len(result[name]) + 1)]
                        result[name] = {c: v for c, v in zip(names, result[name], strict=False) if v != "null"}
            yield key, result if isinstance(result, dict) else {"table": str(number), "value": result}


def inline(value: Any) -> str:
    """Return a value in one line, parts in YAML's short form.

    >>> inline({"train": {"items": "60000"}, "tags": ["a", "b"]})
    '{train: {items: 60000}, tags: [a, b]}'
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {inline(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(v) for v in value) + "]"
    return "" if value is None else str(value)


def changes_between(old: Any, new: Any, path: str = "", label: str = "") -> Iterator[Change]:
    """Yield what differs between two trees, in the order of the new one."""
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in (*new, *(k for k in old if k not in new)):
            yield from _change(old.get(key, _MISSING), new.get(key, _MISSING), _join(path, key), _join(label, key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _lists(old, new, path, label)
    else:
        yield from _change(old, new, path, label)


def _join(path: str, step: str | int) -> str:
    return f"{path}.{step}" if path else str(step)


def _change(old: Any, new: Any, path: str, label: str) -> Iterator[Change]:
    if old is _MISSING:
        yield Change(path, label, "added", None, inline(new))
    elif new is _MISSING:
        yield Change(path, label, "removed", inline(old), None)
    elif type(old) is type(new) and isinstance(old, (dict, list)):
        yield from changes_between(old, new, path, label)
    elif old != new:
        yield Change(path, label, "changed", inline(old), inline(new))


def _lists(old: list[Any], new: list[Any], path: str, label: str) -> Iterator[Change]:
    pairs = _pair(old, new)
    partners = dict(pairs)
    kept = {i for i, _ in pairs}
    for j, item in enumerate(new):
        i = next((i for i, partner in partners.items() if partner == j), None)
        yield from _change(_MISSING if i is None else old[i], item, _join(path, j + 1), _item_label(label, j, item))
    for i, item in enumerate(old):
        if i not in kept:
            yield Change(_join(path, i + 1), _item_label(label, i, item), "removed", inline(item), None)
    if not any(isinstance(i, (dict, list)) for i in (*old, *new)) and Counter(old) == Counter(new):
        yield Change(path, label, "reordered", inline(old), inline(new))


def _item_label(label: str, index: int, item: Any) -> str:
    """Return how an item of a list is called: by its place and its name; a bare text by its list alone."""
    if not isinstance(item, (dict, list)):
        return label
    name = _identity(item)
    shown = f" ({name[1] if len(name[1]) <= 40 else name[1][:39] + '…'})" if name else ""
    return _join(label, f"{index + 1}{shown}")


def _identity(item: Any) -> tuple[str, str] | None:
    if isinstance(item, dict):
        for key in _IDENTITY:
            if isinstance(item.get(key), str):
                return key, item[key]
    return None


def _pair(old: list[Any], new: list[Any]) -> list[tuple[int, int]]:
    """Return which item of the old list became which of the new: equal ones, then those of one name, then similar ones."""
    pairs: list[tuple[int, int]] = []
    left, right = list(range(len(old))), list(range(len(new)))

    def match(same: Any) -> None:
        for i in list(left):
            j = next((j for j in right if same(old[i], new[j])), None)
            if j is not None:
                pairs.append((i, j))
                left.remove(i)
                right.remove(j)

    match(lambda a, b: a == b)
    match(lambda a, b: _identity(a) is not None and _identity(a) == _identity(b) and a.get("locator") == b.get("locator"))
    match(lambda a, b: _identity(a) is not None and _identity(a) == _identity(b))
    match(lambda a, b: isinstance(a, dict) and isinstance(b, dict) and _likeness(a, b) >= 0.5)
    if len(left) == len(right) == 1 and not isinstance(old[left[0]], (dict, list)):
        pairs.append((left[0], right[0]))  # one text of the list was mended
    return pairs


def _likeness(a: dict[str, Any], b: dict[str, Any]) -> float:
    """Return which share of the entries of two parts is equal, between 0 and 1."""
    return sum(k in b and a[k] == b[k] for k in a) / max(len(a), len(b), 1)


def likeness(a: Any, b: Any) -> float:
    """Return how much two records are alike, between 0 and 1: the share of their values that both have."""
    mine, other = Counter(_flat(a)), Counter(_flat(b))
    total = max(mine.total(), other.total())
    return (mine & other).total() / total if total else 0.0


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(item, _join(path, key))
    elif isinstance(value, list):
        for item in value:
            yield from _flat(item, path)
    else:
        yield path, str(value)
