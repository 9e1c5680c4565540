"""Problems that belong to the files somebody works on: those inside them, and those elsewhere that arise because of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from catalog.check import Checked
from catalog.problems import Problem

# Rules that look at two records and name the other one in what they say …
NAMING_OTHER = frozenset({
    "duplicate-id", "renamed-reference", "removed-reference", "unknown-metric", "unknown-item", "same-name", "alias-taken",
    "shared-identifier", "near-duplicate", "cycle", "former-id", "replacement", "impossible-ancestry", "outside-life",
    "source-before-event", "read-before-published", "incomparable",
})
# … and rules that judge a record by the values of one it refers to, without naming it.
JUDGING_BY_OTHER = frozenset({
    "score-out-of-range", "winner", "claim-stronger", "open-but-ahead", "unjudged-achievement", "verdict-written",
    "measured-over-claimed", "measured-impossible", "measurement-untrue",
})
JUDGES = frozenset({"benchmarks", "human_baselines", "hardware"})  # kinds by whose values others are judged
_WORD = re.compile(r"[a-z_]+/[a-z0-9]+(?:-[a-z0-9]+)*|[a-z0-9]+(?:-[a-z0-9]+)*")


def is_inside(path: str, places: Iterable[Path]) -> bool:
    """Say whether a file is one of the files, or lies in one of the folders."""
    here = os.path.abspath(path)
    return any(here == (place := os.path.abspath(p)) or here.startswith(place + os.sep) for p in places)


def select_affected(checked: Checked, places: list[Path]) -> tuple[list[Problem], list[Problem]]:
    """Return the problems in the given files or folders, and those in other files that arise because of them.

    A problem elsewhere counts if it names a record of these files, or if its record refers to one and is judged by it.
    """
    inside = {path for path in {p.path for p in checked.problems} | {d.path for d in checked.documents} if is_inside(path, places)}
    own = [p for p in checked.problems if p.path in inside]
    given = {d.ref for d in checked.documents if d.path in inside}
    refs = {d.path: d.ref for d in checked.documents}
    judges = {ref for ref in given if ref.partition("/")[0] in JUDGES}
    referring = {r.record for r in checked.catalog.relations if r.target in judges}
    names = given | {ref.partition("/")[2] for ref in given}  # messages name a record with its kind or without
    elsewhere = [
        p for p in checked.problems if p.path not in inside and (
            (p.rule in NAMING_OTHER and not names.isdisjoint(_WORD.findall(p.what)))
            or (p.rule in JUDGING_BY_OTHER and refs.get(p.path) in referring))]
    return own, elsewhere
