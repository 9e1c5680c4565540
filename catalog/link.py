"""Linking: references between records resolved, near names suggested.

Third stage. References are resolved against every record that was read, valid or not, so that one typing
mistake gives one problem. What comes out is the catalog of clean records that claims and rules look at.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from catalog import link_rules as rules
from catalog.fields import fields_of
from catalog.kinds.benchmark import Benchmark
from catalog.kinds.common import Citation
from catalog.kinds.competition import Competition
from catalog.kinds.human_baseline import HumanBaseline
from catalog.problems import Problem
from catalog.read import Document
from catalog.suggest import suggestion
from catalog.validate import Tombstone, ValidRecord
from catalog.values import Leaf, walk


@dataclass(frozen=True, slots=True)
class Relation:
    """A reference: the record it stands in, the path there, and the record it leads to."""

    record: str
    path: str
    target: str


@dataclass(slots=True)
class Catalog:
    """Clean records by reference (`datasets/mnist`), sorted, with what links them."""

    records: dict[str, ValidRecord]
    tombstones: list[Tombstone]
    relations: list[Relation]
    leaves: dict[str, list[Leaf]]
    by_kind: dict[str, list[ValidRecord]] = field(default_factory=dict)

    def of_kind(self, kind: str) -> list[ValidRecord]:
        return self.by_kind.get(kind, [])

    def get(self, kind: str, slug: str | None) -> ValidRecord | None:
        return self.records.get(f"{kind}/{slug}") if slug else None


class _Targets:
    """Everything a reference may name."""

    def __init__(self, documents: Iterable[Document], records: Iterable[ValidRecord], tombstones: Iterable[Tombstone]):
        self.slugs: dict[str, set[str]] = defaultdict(set)
        for document in documents:
            self.slugs[document.kind].add(document.slug)
        self.removed = {t.document.ref: t.removed for t in tombstones}
        self.former = {f"{r.kind.name}/{former}": r.ref for r in records for former in r.record.former_ids}

    def problem(self, record: ValidRecord, leaf: Leaf, kind: str, slug: str) -> Problem | None:
        """Return what is wrong with a reference to a record, or None."""
        ref = f"{kind}/{slug}"
        path, mark = record.document.path, record.document.mark(leaf.place)
        prefix = f"{leaf.path}: "
        if ref in self.removed:
            replaced = self.removed[ref].replaced_by
            fix = f"write {replaced.partition('/')[2]!r}" if replaced else "name another record, or delete the reference"
            return rules.REMOVED_REFERENCE.at(path, mark, f"{prefix}{ref} was removed: {self.removed[ref].reason}", fix)
        if slug in self.slugs[kind]:
            if ref == record.ref:
                return rules.SELF_REFERENCE.at(path, mark, f"{prefix}the record names itself", "delete the reference, or name the other record")
            return None
        if ref in self.former:
            now = self.former[ref].partition("/")[2]
            written = re.sub(rf"(^|/){slug}(#|$)", rf"\g<1>{now}\g<2>", leaf.value, count=1)
            return rules.RENAMED_REFERENCE.at(path, mark, f"{prefix}{slug!r} is now called {now!r}", f"write {written!r}")
        if not self.slugs[kind] and kind not in self._kinds():
            return rules.UNKNOWN_REFERENCE.at(path, mark, f"{prefix}there is no kind {kind!r}", suggestion(kind, self._kinds(), "the kinds are " + ", ".join(self._kinds())))
        otherwise = f"add data/{kind}/{slug}.yaml"
        if kind == "sources":
            otherwise += f" (`catalog new sources {slug}` writes its skeleton)"
        fix = suggestion(slug, self.slugs[kind], otherwise)
        why = f"a reference must be the file stem of a record in data/{kind}"
        return rules.UNKNOWN_REFERENCE.at(path, mark, f"{prefix}no {_singular(kind)} {slug!r}", fix, why)

    @staticmethod
    def _kinds() -> list[str]:
        from catalog.kinds import all_kinds

        return list(all_kinds())


def _singular(kind: str) -> str:
    from catalog.kinds import all_kinds

    return all_kinds()[kind].singular if kind in all_kinds() else kind


def _keys_in(document: Document, field_name: str) -> set[str] | None:
    """Return the keys of a map as written, or None if the document could not be read."""
    if document.root is None:
        return None
    node = document.root.entries.get(field_name)
    return set(getattr(node, "entries", {}))


def _result_keys(document: Document) -> set[str] | None:
    if document.root is None:
        return None
    keys: set[str] = set()
    tables = document.root.entries.get("tables")
    for table in getattr(tables, "items", ()):
        results = getattr(table, "entries", {}).get("results")
        keys |= set(getattr(results, "entries", {}))
    return keys


class _Linker:
    def __init__(self, documents: list[Document], records: list[ValidRecord], tombstones: list[Tombstone]):
        self.documents = {d.ref: d for d in documents}
        self.records = records
        self.targets = _Targets(documents, records, tombstones)

    def references(self, record: ValidRecord, leaves: list[Leaf]) -> Iterator[tuple[Leaf, str, Problem | None]]:
        """Yield every reference of a record with the record it names and what is wrong with it."""
        for leaf in leaves:
            if leaf.spec.type != "reference":
                continue
            target = leaf.spec.reference
            if target.item:
                ref, _, item = leaf.value.partition("#")
                kind, slug = ref.split("/", 1)
                problem = self.targets.problem(record, leaf, kind, slug) or self._item_problem(record, leaf, ref, item)
                yield leaf, ref, problem
            else:
                kind, slug = leaf.value.split("/", 1) if target.kind == "*" else (target.kind, leaf.value)
                yield leaf, f"{kind}/{slug}", self.targets.problem(record, leaf, kind, slug)
        for i, citation in enumerate(record.record.sources, 1):
            for name in ("source", "via"):
                slug = getattr(citation, name)
                if slug:
                    spec = _citation_spec(name)
                    leaf = Leaf(f"sources.{i}.{name}", f"sources.{i}.{name}", spec, slug, None, "", True)
                    yield leaf, f"sources/{slug}", self.targets.problem(record, leaf, "sources", slug)

    def _item_problem(self, record: ValidRecord, leaf: Leaf, ref: str, item: str) -> Problem | None:
        key = item.partition(".")[2]
        keys = _result_keys(self.documents[ref])
        if keys is None or key in keys:
            return None
        return rules.UNKNOWN_ITEM.at(
            record.document.path, record.document.mark(leaf.place), f"{leaf.path}: {ref} has no result {key!r}",
            suggestion(key, keys, f"add the result to data/{ref}.yaml"))

    def keys(self, record: ValidRecord) -> Iterator[Problem]:
        """Yield what is wrong with keys that must name a metric or an entry."""
        content, document = record.record, record.document
        if isinstance(content, Benchmark):
            yield from self._tables(content, document)
        elif isinstance(content, HumanBaseline):
            yield from self._metrics(document, content.benchmark, content.levels, "levels")
        elif isinstance(content, Competition):
            for year, edition in content.editions.items():
                if edition.winner and edition.winner not in edition.entries:
                    yield rules.UNKNOWN_ITEM.at(
                        document.path, document.mark(f"editions.{year}.winner"), f"editions.{year}.winner: there is no entry {edition.winner!r}",
                        suggestion(edition.winner, edition.entries, "the entries are " + ", ".join(edition.entries)))
                for key, entry in edition.entries.items():
                    if entry.scores and content.benchmark:
                        yield from self._metrics(document, content.benchmark, entry.scores, f"editions.{year}.entries.{key}.scores")
        elif getattr(content, "metric", None) and getattr(content, "benchmark", None):
            yield from self._metrics(document, content.benchmark, [content.metric], "", "metric")

    def _metrics(self, document: Document, benchmark: str, used: Iterable[str], path: str, place: str = "") -> Iterator[Problem]:
        target = self.documents.get(f"benchmarks/{benchmark}")
        known = _keys_in(target, "metrics") if target else None
        if not known:
            return
        for metric in used:
            if metric not in known:
                at = place or f"{path}.{metric}"
                yield rules.UNKNOWN_METRIC.at(
                    document.path, document.mark(at, key=not place), f"{at}: benchmarks/{benchmark} has no metric {metric!r}",
                    suggestion(metric, known, "its metrics are " + ", ".join(sorted(known))))

    def _tables(self, benchmark: Benchmark, document: Document) -> Iterator[Problem]:
        seen: dict[str, str] = {}
        for i, table in enumerate(benchmark.tables, 1):
            for j, column in enumerate(table.columns, 1):
                if column in table.columns[: j - 1]:
                    yield rules.DUPLICATE_COLUMN.at(
                        document.path, document.mark(f"tables.{i}.columns.{j}"), f"tables.{i}.columns.{j}: the column {column!r} stands already in this table",
                        "delete one of the two with its scores, or give it a metric of its own")
                if column not in benchmark.metrics:
                    yield rules.UNKNOWN_METRIC.at(
                        document.path, document.mark(f"tables.{i}.columns.{j}"), f"tables.{i}.columns.{j}: there is no metric {column!r}",
                        suggestion(column, benchmark.metrics, "the metrics are " + ", ".join(benchmark.metrics)))
            for key, result in table.results.items():
                place = f"tables.{i}.results.{key}"
                if key in seen:
                    yield rules.DUPLICATE_RESULT.at(
                        document.path, document.mark(place, key=True), f"{place}: the key {key!r} stands already in {seen[key]}",
                        f"give this row another key, e.g. {key}-2")
                seen[key] = f"tables.{i}"
                for name in ("scores", "errors"):
                    row = getattr(result, name)
                    if row and len(row) != len(table.columns) or (name == "scores" and not row):
                        yield rules.ROW_LENGTH.at(
                            document.path, document.mark(f"{place}.{name}"),
                            f"{place}: {len(row)} {name} stand under {len(table.columns)} columns",
                            "add what is missing (null for an empty cell, not-reported for an unknown one), or delete what is too much")


def _citation_spec(name: str):
    return fields_of(Citation)[name]


def link_catalog(
    documents: list[Document], records: list[ValidRecord], tombstones: list[Tombstone],
) -> tuple[Catalog, list[Problem]]:
    """Resolve every reference.

    Args:
        documents: Everything that was read, valid or not: what references may name.
        records: The records without problems.
        tombstones: The removed records.

    Returns:
        The catalog of the records that are clean up to here, and the problems found.
    """
    linker = _Linker(documents, records, tombstones)
    clean: dict[str, ValidRecord] = {}
    relations: list[Relation] = []
    all_leaves: dict[str, list[Leaf]] = {}
    problems: list[Problem] = []
    for record in records:
        leaves = list(walk(record.record))
        found = list(linker.references(record, leaves))
        its_problems = [p for _, _, p in found if p] + list(linker.keys(record))
        if its_problems:
            problems += its_problems
            continue
        clean[record.ref] = record
        all_leaves[record.ref] = leaves
        relations += [Relation(record.ref, leaf.path, ref) for leaf, ref, _ in found]
    catalog = Catalog(clean, tombstones, relations, all_leaves)
    for record in clean.values():
        catalog.by_kind.setdefault(record.kind.name, []).append(record)
    return catalog, problems
