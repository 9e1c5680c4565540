"""Rules of trees: nothing is its own ancestor, and the ids that records had lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.kinds import Kind, all_kinds
from catalog.kinds.common import COMMON_FIELDS
from catalog.problems import Rule
from catalog.rules import Context, Finding, check
from catalog.rules.examples import files


def _tree_fields(kind: Kind) -> list[str]:
    """Return the fields of a kind that lead to its own kind: each spans a tree, or a family with several parents."""
    return [
        name for name, spec in kind.fields.items()
        if name not in COMMON_FIELDS and spec.type == "reference" and spec.reference.kind == kind.name and not spec.reference.item
    ]


@check(Rule(
    "cycle", "error", "No record is its own ancestor.",
    "Parents, versions, variants and predecessors lead upwards; in a circle there is no upwards.",
    files(topics__a="name: A\nparent: b\n", topics__b="name: B\nparent: a\n"),
    files(topics__a="name: A\nparent: b\n", topics__b="name: B\n")))
def check_cycles(context: Context) -> Iterator[Finding]:
    for kind in all_kinds().values():
        for name in _tree_fields(kind):
            edges = {}
            for record in context.catalog.of_kind(kind.name):
                value = getattr(record.record, name)
                if value:
                    edges[record.document.slug] = value if isinstance(value, list) else [value]
            for circle in _circles(edges):
                record = context.catalog.get(kind.name, circle[0])
                shown = " → ".join([*circle, circle[0]])
                yield Finding(record, name, f"{name}: {shown} is a circle", f"delete `{name}:` in the record that comes first of them")


def _circles(edges: dict[str, list[str]]) -> Iterator[list[str]]:
    """Yield circles of a graph, each from its alphabetically first member; nodes shared by several are named once.

    >>> list(_circles({"c": ["a"], "a": ["b"], "b": ["c"], "d": ["a"]}))
    [['a', 'b', 'c']]
    """
    done: set[str] = set()
    for start in sorted(edges):
        if start in done:
            continue
        path: dict[str, None] = {start: None}  # the way from the start, in order
        stack = [iter(edges[start])]
        while stack:
            node = next(stack[-1], None)
            if node is None:
                stack.pop()
                done.add(path.popitem()[0])
            elif node in path:
                way = list(path)
                circle = way[way.index(node):]
                least = circle.index(min(circle))
                yield circle[least:] + circle[:least]
            elif node not in done and node in edges:
                path[node] = None
                stack.append(iter(edges[node]))


@check(Rule(
    "former-id", "error", "A former id belongs to one record, and to no record of today.",
    "An old address can only lead to one page.",
    files(topics__vision="name: Vision\nformer_ids: [sight]\n", topics__sight="name: Sight\n"),
    files(topics__vision="name: Vision\nformer_ids: [seeing]\n", topics__sight="name: Sight\n")))
def check_former_ids(context: Context) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for record in context.records.values():
        for i, former in enumerate(record.record.former_ids, 1):
            ref = f"{record.kind.name}/{former}"
            place = f"former_ids.{i}"
            if ref in context.known:
                yield Finding(record, place, f"{place}: {ref} is a record of today", "delete the former id, or rename the other record")
            elif seen.setdefault(ref, record.ref) != record.ref:
                yield Finding(record, place, f"{place}: {former} is also a former id of {seen[ref]}", "delete it in one of the two records")


@check(Rule(
    "replacement", "error", "The record that replaces a removed one exists.", "The old address leads there.",
    {"topics/sight.yaml": "removed: {date: 2026-01-05, reason: Twice, replaced_by: topics/vison}\n", "topics/vision.yaml": "name: Vision\n"},
    {"topics/sight.yaml": "removed: {date: 2026-01-05, reason: Twice, replaced_by: topics/vision}\n", "topics/vision.yaml": "name: Vision\n"}))
def check_replacements(context: Context) -> Iterator[Finding]:
    removed = {t.document.ref for t in context.catalog.tombstones}
    for tombstone in context.catalog.tombstones:
        target = tombstone.removed.replaced_by
        if target and (target not in context.known or target in removed):
            state = "was itself removed" if target in removed else "does not exist"
            yield Finding(tombstone, "removed.replaced_by", f"replaced_by: {target} {state}", "name a record of today, or delete the line")
