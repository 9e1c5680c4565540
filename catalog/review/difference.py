"""The difference between two sides record by record: added, changed, renamed, removed, and what looks wrong about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from catalog.claims import Claim
from catalog.problems import Problem
from catalog.review.sides import Side
from catalog.review.tree import Change, changes_between, likeness

ALIKE = 0.5  # from this share of equal values on, a vanished record and a new one are probably the same


@dataclass(frozen=True)
class Support:
    """What one source says of a new value; `stated` is its value where it differs, `read` the day on which it was read.

    `is_default`: it covers the value only because nothing else does.
    """

    source: str | None
    locator: str | None
    read: str | None
    via: str | None
    as_printed: str | None
    role: str
    stated: str | None = None
    is_default: bool = False


@dataclass(frozen=True)
class Edit:
    """A change of a value with the sources of the new value; `is_sourceless` if it needs one and none is known."""

    change: Change
    supports: tuple[Support, ...] = ()
    is_sourceless: bool = False


@dataclass
class Entry:
    """What happened to one record.

    `unreadable` is a file whose YAML cannot be read on one of the sides. `notices` are what a reviewer should look at.
    """

    ref: str
    name: str
    action: Literal["added", "changed", "renamed", "removed", "unreadable"]
    edits: list[Edit] = field(default_factory=list)
    citations: list[Edit] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    old_ref: str | None = None
    reason: str | None = None
    replaced_by: str | None = None


@dataclass
class Difference:
    """Everything that differs between two sides, and the problems that only the new one has."""

    base: str
    head: str
    base_errors: int
    head_errors: int
    entries: list[Entry]
    exceptions: list[Change]
    new_problems: list[Problem]
    is_base_empty: bool = False

    def of(self, action: str) -> list[Entry]:
        return [e for e in self.entries if e.action == action]

    @property
    def renamed(self) -> dict[str, str]:
        """Return the new reference of each renamed record by its old one."""
        return {e.old_ref: e.ref for e in self.entries if e.action == "renamed"}


def compare_sides(base: Side, head: Side) -> Difference:
    """Return what differs between two sides."""
    entries = list(_Comparison(base, head).entries())
    order = {"removed": 0, "unreadable": 1, "renamed": 2, "changed": 3, "added": 4}
    return Difference(
        base.name, head.name, base.error_count, head.error_count, sorted(entries, key=lambda e: (order[e.action], e.ref)),
        list(changes_between(base.exceptions or {}, head.exceptions or {})), list(_new_problems(base, head)),
        is_base_empty=not base.documents)


def _new_problems(base: Side, head: Side) -> Iterator[Problem]:
    """Yield the problems that the base does not have; a line that moved makes no problem new."""
    known = {(base.shown_path(p.path), p.rule, p.what) for p in base.problems}
    for p in head.problems:
        path = head.shown_path(p.path)
        if (path, p.rule, p.what) not in known:
            yield Problem(path, p.line, p.column, p.rule, p.what, p.why, p.fix, p.severity)


class _Comparison:
    """Compares the records of two sides."""

    def __init__(self, base: Side, head: Side):
        self.base, self.head = base, head
        self.leaves = head.checked.catalog.leaves if head.checked else {}
        self.claims = head.checked.claims if head.checked else {}

    def entries(self) -> Iterator[Entry]:
        old, new = self.base.documents, self.head.documents
        renamed = dict(self._renamed())
        for ref in sorted({*old, *new} - set(renamed)):
            origin = next((a for a, b in renamed.items() if b == ref), None)
            if origin:
                yield self._pair(origin, ref)
            elif ref not in new:
                yield self._gone(ref)
            elif ref not in old:
                yield self._added(ref)
            elif old[ref].text != new[ref].text or (old[ref].root is None) != (new[ref].root is None):
                yield self._pair(ref, ref)
            elif self.base.shown_path(old[ref].path) != self.head.shown_path(new[ref].path):
                yield Entry(ref, self._name(ref), "changed", notices=[self._moved(ref)])

    def _renamed(self) -> Iterator[tuple[str, str]]:
        for ref, tree in self.head.trees.items():
            if ref in self.base.documents or not isinstance(tree.get("former_ids"), list):
                continue
            for former in tree["former_ids"]:
                old = f"{ref.partition('/')[0]}/{former}"
                if old in self.base.documents and old not in self.head.documents:
                    yield old, ref
                    break

    def _pair(self, old_ref: str, ref: str) -> Entry:
        """Compare a record with what it was; a tombstone on either side makes it removed or restored."""
        old, new = self.base.trees.get(old_ref), self.head.trees.get(ref)
        if old is None or new is None:
            where, document = ("base", self.base.documents[old_ref]) if old is None else ("head", self.head.documents[ref])
            side = self.base if old is None else self.head
            why = next((p for p in document.problems), None)
            said = f"{side.name}: the file cannot be read" + (f" (line {why.line}: {why.what})" if why else "")
            return Entry(ref, self._name(ref, prefer=self.base if where == "head" else self.head), "unreadable", notices=[said])
        if set(new) == {"removed"} and set(old) != {"removed"}:
            return self._tombstone(ref, new["removed"])
        if set(old) == {"removed"} and set(new) != {"removed"}:
            entry = self._added(ref)
            entry.notices.append(f"it stood here as removed before ({_reason(old['removed'])}); removed ids should not come back for something else")
            return entry
        entry = Entry(ref, self._name(ref), "changed" if ref == old_ref else "renamed", old_ref=None if ref == old_ref else old_ref)
        self._fill(entry, old, new)
        lost = [f for f in old.get("former_ids", []) if f not in new.get("former_ids", [])]
        if lost and isinstance(old.get("former_ids"), list):
            entry.notices.append(f"the redirect from {', '.join(map(str, lost))} is gone: keep it in `former_ids`")
        if ref == old_ref and not entry.edits and not entry.citations:
            entry.notices.append("only its layout or comments differ, no value")
        return entry

    def _added(self, ref: str) -> Entry:
        entry = Entry(ref, self._name(ref), "added")
        tree = self.head.trees.get(ref)
        if tree is None:
            document = self.head.documents[ref]
            entry.notices.append(f"the file cannot be read: {document.problems[0].what}" if document.problems else "the file cannot be read")
        elif set(tree) == {"removed"}:
            entry.notices.append("it begins as a tombstone: there was no such record before")
        else:
            self._fill(entry, {}, tree)
        return entry

    def _gone(self, ref: str) -> Entry:
        """Return the entry of a record whose file vanished; say what it probably became."""
        entry = Entry(ref, self._name(ref, prefer=self.base), "removed")
        old = self.base.trees.get(ref)
        if isinstance(old, dict) and set(old) == {"removed"}:
            entry.notices.append("its tombstone vanished: keep the file, so that the id is not used again")
            return entry
        kind = ref.partition("/")[0]
        fresh = [r for r in self.head.trees if r.startswith(kind + "/") and r not in self.base.documents]
        likely = max(fresh, key=lambda r: likeness(old, self.head.trees[r]), default=None) if old else None
        slug = ref.partition("/")[2]
        if likely and likeness(old, self.head.trees[likely]) >= ALIKE:
            entry.notices.append(f"removed without a tombstone; {likely} looks like it: if it was renamed, add `former_ids: [{slug}]` there")
        else:
            entry.notices.append(f"removed without a tombstone: keep data/{ref}.yaml with `removed: {{date: …, reason: …}}`")
        return entry

    def _tombstone(self, ref: str, removed: object) -> Entry:
        entry = Entry(ref, self._name(ref, prefer=self.base), "removed", reason=_reason(removed))
        if isinstance(removed, dict):
            entry.replaced_by = removed.get("replaced_by")
        return entry

    def _fill(self, entry: Entry, old: dict, new: dict) -> None:
        for change in changes_between(old, new):
            steps = change.path.partition(".")
            if steps[0] == "sources":
                entry.citations += self._citation(old, change, new)
            elif change.path != "former_ids" and not (steps[0] == "former_ids" and entry.action == "renamed"):
                entry.edits.append(Edit(change, *self._support(entry.ref, change)))

    def _citation(self, old: dict, change: Change, new: dict) -> Iterator[Edit]:
        """Yield a change of the citations; all citations of a new record, or of one that had none, one by one."""
        if change.path == "sources":
            yield from (Edit(c) for c in changes_between(old.get("sources", []), new.get("sources", []), "sources", "sources"))
        else:
            yield Edit(change)

    def _support(self, ref: str, change: Change) -> tuple[tuple[Support, ...], bool]:
        if change.action == "removed" or ref not in self.leaves:
            return (), False
        known = [c for c in self.claims.get(ref, ()) if _inside(c.path, change.path)]
        is_needed = any(leaf.needs_source and _inside(leaf.path, change.path) for leaf in self.leaves[ref])
        return tuple(dict.fromkeys(_support_of(c, change.path) for c in known)), is_needed and not known

    def _name(self, ref: str, prefer: Side | None = None) -> str:
        for side in (prefer or self.head, self.head, self.base):
            tree = side.trees.get(ref)
            if isinstance(tree, dict) and isinstance(tree.get("name", tree.get("title")), str):
                return tree.get("name") or tree["title"]
        return ref.partition("/")[2]

    def _moved(self, ref: str) -> str:
        old, new = self.base.documents[ref].path, self.head.documents[ref].path
        return f"the file moved from {self.base.shown_path(old)} to {self.head.shown_path(new)}; its id is the same"


def _inside(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(prefix + ".")


def _support_of(claim: Claim, path: str) -> Support:
    """Return a claim as the support of a changed value; of a whole part only where it stands, not each printed word."""
    is_whole = claim.path == path
    return Support(
        claim.source, claim.locator, claim.accessed, claim.via, claim.as_printed if is_whole else None, claim.role,
        claim.value_text if claim.role == "other" else None, is_default=not claim.explicit)


def _reason(removed: object) -> str:
    return str(removed.get("reason", "no reason given")) if isinstance(removed, dict) else "no reason given"
