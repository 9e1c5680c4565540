"""Checking some files of a large catalog: they and what they depend on are read, not everything.

What is said of the given files is what the whole check says of them, except for the rules named in `not_run`. Where
that cannot be promised (a circle, two files of one id, a rule that needs all records) the whole check runs instead.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from catalog.authoring.affected import JUDGES, JUDGING_BY_OTHER, NAMING_OTHER, select_affected
from catalog.authoring.index import Index, NoIndex, open_index
from catalog.check import Checked, _without_collector
from catalog.claims import make_claims
from catalog.kinds import all_kinds
from catalog.kinds.common import COMMON_FIELDS
from catalog.link import link_catalog
from catalog.problems import Problem, sort_problems
from catalog.read import Document, read_document
from catalog.rules import all_checks, check_rules
from catalog.validate import validate_catalog

FEWEST_FILES = 500  # a smaller catalog is read as a whole in less than a second
MOST_GIVEN = 50
MOST_REFERRING = 40
# Rules that look at one record, at those it refers to, or at those that share a name or identifier with it. Every other
# rule is left to the whole check: a new one must be put here, and tests/test_authoring_partial.py must agree.
RULES_RUN = frozenset({
    "alias-taken", "arxiv-form", "boost-below-base", "claim-stronger", "class-count", "contest-verdict", "cycle", "date-in-future", "dispute-missing",
    "doi-form", "edition-year", "former-id", "identifier-form", "identifiers-disagree", "implausible-bandwidth", "implausible-density",
    "implausible-efficiency", "impossible-ancestry", "impossible-arxiv-date", "impossible-order", "incomparable", "isbn-form", "look-alike",
    "measured-impossible", "measured-over-claimed", "measurement-by-hand", "measurement-untrue", "number-in-prose", "open-but-ahead", "outside-life", "past-review", "peak-arithmetic",
    "rank-against-score", "read-before-published", "replacement", "result-subject", "russian-name", "same-name", "saturated-without-test",
    "score-out-of-range", "shared-identifier", "source-before-event", "split-sum", "unjudged-achievement", "verdict-written", "winner",
    "withdrawn-without-reason",
})
_NEEDS_REFERRING = "number-in-prose"  # a number may stand in the name of a record that refers to this one


@dataclass(frozen=True, slots=True)
class Partial:
    """What was found, as `select_affected` returns it; the documents that were read; the rules that were not run.

    `referring` counts the records that refer to the given ones but were not looked at, because they are many.
    """

    own: list[Problem]
    elsewhere: list[Problem]
    documents: list[Document]
    given: int
    not_run: list[str]
    referring: int

    def describe(self) -> str:
        """Return what was read and what was left to the whole check."""
        others = len(self.documents) - self.given
        lines = [f"of them {self.given} named and {others} they depend on; not run here: {', '.join(self.not_run)}"]
        if self.referring:
            lines.append(f"{self.referring} records refer to them and were not looked at")
        return "\n".join([*lines, "`catalog check` without paths runs every rule on everything"])


def check_some(data: Path, paths: list[Path], cache: Path, today: date | None = None, fewest: int = FEWEST_FILES) -> Partial | None:
    """Check some files by themselves.

    Args:
        data: The data folder.
        paths: Files of records.
        cache: Folder of the index.
        today: Day of the check.
        fewest: Number of files below which everything is read.

    Returns:
        What was found, or None if the whole check is to be run instead.
    """
    if len(paths) > MOST_GIVEN or not all(path.is_file() for path in paths):
        return None
    try:
        with open_index(data, cache, fewest) as index, _without_collector():
            wanted = {os.path.relpath(os.path.abspath(path), os.path.abspath(data)).replace(os.sep, "/") for path in paths}
            given = {ref for ref, path in index.paths.items() if path in wanted}
            return _check(data, paths, given, index, today) if len(given) == len(wanted) else None
    except NoIndex:
        return None


def _check(data: Path, paths: list[Path], given: set[str], index: Index, today: date | None) -> Partial | None:
    neighbours = (_same_keys(given, index) | index.referring(given | {key[len("former:"):] for key in index.keys(given) if key.startswith("former:")})) - given
    few = len(neighbours) <= MOST_REFERRING
    judged = given | neighbours if few else given
    wanted = judged | neighbours if few else judged | _same_keys(given, index)
    # a problem elsewhere lies between a neighbour and a given record, unless that is one by which others are compared
    compared = any(ref.partition("/")[0] in JUDGES for ref in given)
    wanted |= index.targets(judged if compared else given) | _ancestors(given, index) | index.having({"tombstone", "renamed"})
    # references into a table of results, and scores by a metric, are resolved in the text of the benchmark
    wanted |= {ref for ref in index.targets(wanted) if ref.startswith("benchmarks/")}
    folder = "" if data == Path() else f"{data}/"  # as Path joins them, which takes too long for ten thousand
    documents = [_document(folder + path, ref, ref in wanted) for ref, path in sorted(index.paths.items())]
    read = [d for d in documents if d.ref in wanted]
    problems = [p for d in read for p in d.problems]
    records, tombstones, more = validate_catalog(d for d in read if not d.problems)
    linked, link_problems = link_catalog(documents, records, tombstones)
    claims, claim_problems = make_claims(linked, today)
    found = check_rules(linked, claims, documents, data, is_complete=False, today=today)
    if any(p.rule == "cycle" for p in found):
        return None  # which of several circles are named depends on all records
    run = RULES_RUN if few else RULES_RUN - {_NEEDS_REFERRING}
    not_run = set(all_checks()) - run
    problems += [*more, *link_problems, *claim_problems, *(p for p in found if p.rule not in not_run)]
    own, elsewhere = select_affected(Checked(read, linked, claims, sort_problems(problems)), paths)
    judged_paths = {d.path for d in read if d.ref in judged} | {t.document.path for t in tombstones}
    elsewhere = [p for p in elsewhere if p.path in judged_paths and p.rule in NAMING_OTHER | JUDGING_BY_OTHER]
    return Partial(own, elsewhere, read, len(given), sorted(not_run), 0 if few else len(neighbours))


@dataclass(slots=True)
class _Unread:
    """A document of which only the id is known: what references need of most."""

    ref: str
    kind: str
    slug: str
    root: None = None


def _document(path: str, ref: str, is_read: bool) -> Document | _Unread:
    """Return a document as `read_catalog` does, or only its id."""
    kind, _, slug = ref.partition("/")
    return read_document(path, kind, slug, Path(path).read_bytes()) if is_read else _Unread(ref, kind, slug)


def _same_keys(refs: set[str], index: Index) -> set[str]:
    """Return the records that share a name or identifier with these, or have the name of one as an alias or the other way round."""
    keys = index.keys(refs)
    other_way = {f"alias:{key[5:]}" for key in keys if key.startswith("name:")} | {f"name:{key[6:]}" for key in keys if key.startswith("alias:")}
    same = {key for key in keys if key.startswith(("name:", "id:", "former:"))}
    return index.having(same | other_way | {f"former:{ref}" for ref in refs})


def _ancestors(refs: set[str], index: Index) -> set[str]:
    """Return all records above these in the trees that fields of their kind make."""
    found, new = set(refs), set(refs)
    while new:
        above: set[str] = set()
        for kind in {ref.partition("/")[0] for ref in new}:
            fields = [n for n, s in all_kinds()[kind].fields.items() if n not in COMMON_FIELDS and s.reference and s.reference.kind == kind and not s.reference.item]
            of_kind = {ref for ref in new if ref.startswith(kind + "/")}
            above |= index.targets(of_kind, fields) if fields else set()
        new = {ref for ref in above if ref in index.paths} - found
        found |= new
    return found
