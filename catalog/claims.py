"""Claims: who supports which value.

Fourth stage. The citations of a record and the sources of its parts become one row for each value and source:
`accepted` (the source supports the value the record holds), `other` (it states something else) or `derived`
(computed from other values of the record, and computed again here).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from catalog import claim_rules as rules
from catalog.derive import CannotCompute, compute, covers, numbers
from catalog.edtf import Date, InvalidDate, parse_date
from catalog.kinds.common import Citation, Sourced
from catalog.link import Catalog
from catalog.printed import date_agrees, dates_in, number_agrees, same_number
from catalog.problems import Problem
from catalog.quantity import InvalidQuantity, Quantity, parse_quantity
from catalog.suggest import suggestion
from catalog.validate import ValidRecord
from catalog.values import Leaf

Role = Literal["accepted", "other", "derived"]


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source says of one value; `value`, `low` and `high` are in the unit of the field."""

    record: str
    path: str
    value_text: str
    value: float | None
    low: float | None
    high: float | None
    unit: str | None
    source: str | None
    locator: str | None
    accessed: str | None
    read_as: str | None
    via: str | None
    as_printed: str | None
    role: Role
    explicit: bool
    note: str | None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _agrees(leaf: Leaf, printed: str) -> bool:
    """Say whether printed words agree with a value; texts are free to be worded otherwise."""
    value = leaf.value
    if isinstance(value, bool):
        return True
    if isinstance(value, int):
        value = parse_quantity(str(value))
    if isinstance(value, Quantity):
        return number_agrees(value, printed, leaf.spec.tolerance)
    return date_agrees(value, printed) if isinstance(value, Date) else True


def _same(leaf: Leaf, stated: str) -> bool:
    """Say whether what a source states is the accepted value after all, however it writes it."""
    value = leaf.value
    stated = stated.strip()
    if isinstance(value, int | Quantity):
        stated = re.sub(r"(?<=\d)[, '\u00a0\u202f](?=\d{3}(?!\d))", "", stated)
    try:
        if isinstance(value, bool):
            return stated == _text(value)
        if isinstance(value, int):
            return parse_quantity(stated).value == value
        if isinstance(value, Quantity):
            return parse_quantity(stated).agrees_with(value)
        if isinstance(value, Date):
            return parse_date(stated).contains(value)
    except InvalidQuantity:
        return False
    except InvalidDate:
        return any(found.contains(value) for found in dates_in(stated))
    return stated.lower() == _text(value).strip().lower()


class _RecordClaims:
    """Makes the claims of one record."""

    def __init__(self, record: ValidRecord, leaves: list[Leaf], today: str):
        self.record, self.document, self.today = record, record.document, today
        self.leaves = leaves
        self.values = {leaf.path: leaf for leaf in leaves if leaf.needs_source}
        self.statable = {leaf.path: leaf for leaf in leaves if not leaf.is_source_field}
        self.problems: list[Problem] = []
        self.claims: list[Claim] = []

    def run(self) -> None:
        content = self.record.record
        for path in content.derived:
            self._derive(path)
        covered = set(content.derived)
        for leaf in self.values.values():
            if leaf.part is not None:
                self._from_part(leaf)
                covered.add(leaf.path)
        default: Citation | None = None
        for i, citation in enumerate(content.sources, 1):
            place = f"sources.{i}"
            self._check_citation(citation, place)
            if citation.default:
                if default is not None:
                    self._report(rules.TWO_DEFAULTS, f"{place}.default", f"{place}: {citation.source} is a second default", "write `supports:` with the paths it covers instead")
                default = default or citation
            covered |= self._supports(citation, place)
            self._states(citation, place)
        missing = []
        for path, leaf in self.values.items():
            if path in covered:
                continue
            if default is not None:
                self._claim(leaf, "accepted", default, explicit=False)
            else:
                missing.append(path)
        if missing:
            self._unsourced(missing)
        elif not content.sources and self.record.kind.needs_sources:
            self._report(rules.NO_SOURCE, "", f"the {self.record.kind.singular} names no source", "add `sources:` with `- {source: <id>, default: true}`")
        self._parts_without_source()

    def _report(self, rule, place: str, what: str, fix: str, key: bool = False) -> None:
        self.problems.append(rule.at(self.document.path, self.document.mark(place, key=key), what, fix))

    def _unsourced(self, missing: list[str]) -> None:
        shown = ", ".join(missing[:8]) + (f" and {len(missing) - 8} more" if len(missing) > 8 else "")
        known = [c.source for c in self.record.record.sources]
        fix = f"add them to `supports:` of a citation ({known[0]}?), or mark one citation `default: true`" if known else "add `sources:` with a citation whose `supports:` names them"
        self._report(rules.UNSOURCED_VALUE, self.values[missing[0]].place, f"no source for {shown}", fix)

    def _claim(self, leaf: Leaf, role: Role, by: Citation | Sourced | None, *, explicit: bool, text: str | None = None, printed: str | None = None) -> None:
        value: Any = leaf.value
        if role == "other":
            value = text
            if isinstance(leaf.value, Quantity) or (isinstance(leaf.value, int) and not isinstance(leaf.value, bool)):
                try:
                    value = parse_quantity(text)
                except InvalidQuantity:
                    value = text
        central, low, high = numbers(value)
        self.claims.append(Claim(
            record=self.record.ref, path=leaf.path, value_text=_text(value), value=central, low=low, high=high, unit=leaf.spec.unit,
            source=by.source if by else None, locator=by.locator if by else None,
            accessed=str(by.accessed) if by and by.accessed and explicit else None, read_as=by.read_as if by else None,
            via=by.via if by else None, as_printed=printed, role=role, explicit=explicit,
            note=getattr(by, "note", None) if isinstance(by, Citation) else None,
        ))

    # citations of the record

    def _check_citation(self, citation: Citation, place: str) -> None:
        if not (citation.default or citation.supports or citation.states):
            self._report(rules.IDLE_CITATION, place, f"{place}: {citation.source} is cited for nothing", "add `supports:` with paths, `states:` with what it says otherwise, or `default: true`")
        for path in citation.as_printed:
            if not any(covers(prefix, path) for prefix in citation.supports):
                self._report(rules.PRINTED_WITHOUT_SUPPORT, f"{place}.as_printed", f"{place}: as_printed names {path}, which the citation does not support", f"add {path} to its `supports:`")
            elif not any(covers(path, known) for known in self.statable):
                self._unknown_path(path, f"{place}.as_printed")
        self._check_accessed(citation, place, bool(citation.supports or citation.states))

    def _check_accessed(self, by: Citation | Sourced, place: str, says_something: bool) -> None:
        if by.accessed is None:
            return
        if not by.locator or not says_something:
            self._report(rules.ACCESSED_WITHOUT_PLACE, f"{place}.accessed", f"{place}: accessed stands without " + ("a locator" if says_something else "supports or states"), "add where in the source it stands and which paths it supports, or delete `accessed:`")
        day = by.accessed
        if day.first != day.last or (day.first or "") > self.today:
            self._report(rules.ACCESSED_IN_FUTURE, f"{place}.accessed", f"{place}: accessed is {day}", "write the one day on which the text was read (YYYY-MM-DD)")

    def _supports(self, citation: Citation, place: str) -> set[str]:
        covered: set[str] = set()
        for i, prefix in enumerate(citation.supports, 1):
            below = [leaf for path, leaf in self.values.items() if covers(prefix, path)] or [
                leaf for path, leaf in self.statable.items() if covers(prefix, path)]  # a text or link, named outright
            here = f"{place}.supports.{i}"
            if not below:
                self._unknown_path(prefix, here)
                continue
            free = [leaf for leaf in below if leaf.part is None]
            if not free:
                self._report(rules.COVERED_BY_PART, here, f"{here}: {prefix} has its own source ({below[0].part.source})", "delete the path here")
            for leaf in free:
                printed = _printed(citation.as_printed, leaf.path)
                if printed is not None and not _agrees(leaf, printed):
                    self._report(rules.AS_PRINTED_DIFFERS, f"{place}.as_printed", f"{place}: {citation.source} prints {printed!r} for {leaf.path}, the record has {_text(leaf.value)}", f"move it to `states: {{{leaf.path}: …}}`, or mend the value")
                if leaf.path not in covered:
                    self._claim(leaf, "accepted", citation, explicit=True, printed=printed)
                covered.add(leaf.path)
        return covered

    def _states(self, citation: Citation, place: str) -> None:
        for path, stated in citation.states.items():
            leaf = self.statable.get(path)
            if leaf is None:
                self._unknown_path(path, f"{place}.states", exact=True)
            elif _same(leaf, stated):
                self._report(rules.STATES_AGREES, f"{place}.states", f"{place}: {citation.source} states {stated} for {path}, which agrees with {_text(leaf.value)}", f"write `supports: [{path}]` with `as_printed: {{{path}: {stated}}}`")
            else:
                self._claim(leaf, "other", citation, explicit=True, text=stated)

    def _unknown_path(self, path: str, place: str, exact: bool = False) -> None:
        known = self.statable if exact else {p for leaf in self.statable for p in _prefixes(leaf)}
        below = [p for p in self.values if covers(path, p)]
        if exact and below:
            fix = "write the whole path: " + ", ".join(below[:4])
        else:
            fix = suggestion(path, known, "the paths that need a source are " + (", ".join(list(self.values)[:12]) or "none"))
        self._report(rules.UNKNOWN_PATH, place, f"{place}: there is no value {path!r}", fix)

    # parts with their own source

    def _from_part(self, leaf: Leaf) -> None:
        part = leaf.part
        relative = leaf.path.removeprefix(leaf.part_path + ".")
        printed = _printed(part.as_printed, relative)
        if printed is None and leaf.place.startswith("tables."):
            printed = _printed(part.as_printed, leaf.path.removeprefix("results.")) or _printed(part.as_printed, leaf.path)
        if printed is not None and not _agrees(leaf, printed):
            self._report(rules.AS_PRINTED_DIFFERS, leaf.place, f"{leaf.path}: {part.source} prints {printed!r}, the record has {_text(leaf.value)}", "mend the value, or name the source that says it")
        self._claim(leaf, "accepted", part, explicit=True, printed=printed)

    def _parts_without_source(self) -> None:
        for leaf in self.leaves:
            if leaf.is_source_field and leaf.part is None and leaf.spec.name != "source":
                self._report(rules.SOURCELESS_PART, leaf.place, f"{leaf.path}: stands without a source", "add `source:` beside it, or delete it")
        parts: dict[int, list[Leaf]] = {}
        for leaf in self.leaves:
            if leaf.part is not None:
                parts.setdefault(id(leaf.part), []).append(leaf)
        for leaves in parts.values():
            part, place = leaves[0].part, leaves[0].place.rpartition(".")[0]  # the first leaf is its `source`
            self._check_accessed(part, place, True)
            if part.as_printed:
                self._check_printed(part, place, leaves)

    def _check_printed(self, part: Sourced, place: str, leaves: list[Leaf]) -> None:
        known = {form for leaf in leaves if not leaf.is_source_field for form in _names_inside(leaf)}
        for path in part.as_printed:
            if not any(covers(path, name) for name in known):
                fix = suggestion(path, known, "the values of this part are " + ", ".join(sorted(known)[:12]))
                self._report(rules.UNKNOWN_PATH, f"{place}.as_printed", f"{place}: as_printed names {path}, which is no value of this part", fix)

    # derived values

    def _derive(self, path: str) -> None:
        recipe = self.record.record.derived[path]
        place = f"derived.{path}" if "." not in path else "derived"
        leaf = self.values.get(path)
        if leaf is None:
            self._unknown_path(path, place)
            return
        try:
            result = compute(path, self.record.record.derived, self.values)
        except CannotCompute as error:
            self._report(rules.UNKNOWN_DERIVATION, place, f"derived {path}: {error}", "write `sum of <path>`, `product of <path>, <path>` or `<path> / <path>`")
            return
        held = numbers(leaf.value)[0]
        if held is None or not same_number(held, result):
            self._report(rules.DERIVED_DIFFERS, leaf.place, f"{path} is {_text(leaf.value)}, but {recipe} is {result:.10g}", "mend the value or its parts")
        self._claim(leaf, "derived", None, explicit=True, printed=None)


def _printed(as_printed: dict[str, str], path: str) -> str | None:
    """Return the printed words for a value: those for its own path, or for the nearest path above it."""
    while path:
        if path in as_printed:
            return as_printed[path]
        path = path.rpartition(".")[0]
    return None


def _names_inside(leaf: Leaf) -> tuple[str, ...]:
    """Return how `as_printed` of a part may name one of its values: inside the part, or a cell by its row."""
    inside = leaf.path.removeprefix(leaf.part_path + ".")
    return (inside, leaf.path.removeprefix("results."), leaf.path) if leaf.path.startswith("results.") else (inside,)


def _prefixes(path: str) -> Iterator[str]:
    steps = path.split(".")
    return (".".join(steps[:n]) for n in range(1, len(steps) + 1))


def make_claims(catalog: Catalog, today: date | None = None) -> tuple[dict[str, list[Claim]], list[Problem]]:
    """Resolve the citations of every record to claims.

    Args:
        catalog: Linked records.
        today: Day against which `accessed` is judged.

    Returns:
        Claims by record in the order of its values, and the problems found. Records with problems have no claims.
    """
    day = (today or date.today()).isoformat()
    claims: dict[str, list[Claim]] = {}
    problems: list[Problem] = []
    for ref, record in catalog.records.items():
        maker = _RecordClaims(record, catalog.leaves[ref], day)
        maker.run()
        problems += maker.problems
        if not maker.problems:
            order = {path: i for i, path in enumerate(maker.statable)}
            claims[ref] = sorted(maker.claims, key=lambda c: (order.get(c.path, 0), c.role, c.source or "", c.locator or ""))
    return claims, problems
