"""Rows: records and claims as rows of the tables, following the plan.

Part of loading. Everything comes out in sorted order, so that two builds of the same data are the same bytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from catalog.claims import Claim
from catalog.document import document_json
from catalog.kinds.benchmark import Benchmark
from catalog.link import Catalog
from catalog.plan import KEY_NAMES, Table, plan_tables
from catalog.search import fold
from catalog.validate import ValidRecord
from catalog.values import title_of

Row = dict[str, Any]
Rows = dict[str, list[Row]]


def _children(table: Table, part: Any, row_id: str, rows: Rows, extra: Row) -> None:
    for child in table.children:
        _fill(child, part, row_id, rows, extra)


def _fill(table: Table, part: Any, owner_id: str, rows: Rows, extra: Row) -> None:
    """Add the rows of one list or map of a part, and of everything below it."""
    value = part
    for step in table.steps:
        value = getattr(value, step)
        if value is None:
            return
    items = value.items() if isinstance(value, dict) else enumerate(value, 1)
    step_name = KEY_NAMES.get(table.name, "key") if isinstance(value, dict) else "position"
    for key, one in items:
        row: Row = {table.owner.name: owner_id, step_name: key}
        for column in table.columns:
            row[column.name] = column.get(one)
        if table.shape in ("list", "map"):
            row_id = f"{owner_id}.{key}"
            if table.name == "results":
                row_id = f"{extra['benchmark_id']}.{key}"
                row["benchmark_id"] = extra["benchmark_id"]
            row["id"] = row_id
            rows[table.name].append(row)
            _children(table, one, row_id, rows, extra)
        else:
            rows[table.name].append(row)


def _score_rows(benchmark: Benchmark, slug: str) -> Iterator[Row]:
    for table in benchmark.tables:
        for key, result in table.results.items():
            errors = result.errors or [None] * len(table.columns)
            for metric, score, error in zip(table.columns, result.scores, errors, strict=True):
                if score is not None:
                    yield {
                        "result_id": f"{slug}.{key}", "metric": metric, "metric_id": f"{slug}.{metric}", "value": score.value,
                        "value_text": score.text, "error": error.value if error else None,
                    }


def _texts(record: ValidRecord) -> str:
    """Return the words of a record that the search looks through besides its names."""
    content = record.record
    texts = [content.summary, content.note]
    for name in ("significance", "annotation", "argument", "caveat", "architecture", "definition", "known_issues", "statements", "remedies"):
        value = getattr(content, name, None)
        texts += [value] if isinstance(value, str) else [getattr(p, "text", None) for p in value or ()]
        texts += [getattr(p, "text_ru", None) for p in value or () if not isinstance(value, str)]
    texts += [t for e in content.examples for t in (e.input, e.output, e.original)]
    texts += [t for f in content.facts for t in (f.name, f.text)]
    texts += list(getattr(content, "authors", ())) + list(getattr(content, "instructors", ())) + list(content.identifiers.values())
    return "\n".join(t for t in texts if t)


def _search_row(number: int, record: ValidRecord) -> Row:
    content = record.record
    name = title_of(content)
    names = [*content.names.values(), *content.aliases]
    title = getattr(content, "title", None)
    if title and title != name:
        names.append(title)
    names.append(record.document.slug.replace("-", " "))
    text = _texts(record)
    joined = " ".join(names)
    return {
        "id": number, "ref": record.ref, "kind": record.kind.name, "name": name, "names": joined, "text": text,
        "folded": fold(f"{name} {joined} {text}"),
    }


def make_rows(catalog: Catalog, claims: dict[str, list[Claim]], data_prefix: str) -> Rows:
    """Return the rows of every table.

    Args:
        catalog: Clean, linked records.
        claims: Claims by record.
        data_prefix: Path of the data folder, taken off the paths that are stored.

    Returns:
        Lists of rows (column to value) by table, in a fixed order.
    """
    kinds, common = plan_tables()
    rows: Rows = defaultdict(list)
    for number, (ref, record) in enumerate(sorted(catalog.records.items()), 1):
        content, slug = record.record, record.document.slug
        name_ru, name = content.names.get("ru"), title_of(content)
        path = record.document.path.removeprefix(data_prefix).lstrip("/")
        rows["records"].append({
            "ref": ref, "kind": record.kind.name, "slug": slug, "name": name, "name_ru": name_ru, "summary": content.summary,
            "note": content.note, "path": path})
        rows["documents"].append({"ref": ref, "document": document_json(content)})
        table = kinds[record.kind.name]
        row: Row = {"id": slug, "ref": ref, "name": name, "name_ru": name_ru, "summary": content.summary}
        for column in table.columns:
            row[column.name] = column.get(content)
        rows[table.name].append(row)
        _children(table, content, slug, rows, {"benchmark_id": slug})
        if isinstance(content, Benchmark):
            rows["scores"] += _score_rows(content, slug)
        for shared in common:
            _fill(shared, content, ref, rows, {})
        rows["search_documents"].append(_search_row(number, record))
    ordered = [c for ref in sorted(claims) for c in claims[ref]]
    for number, claim in enumerate(ordered, 1):
        rows["claims"].append({"id": number, **{name: getattr(claim, name) for name in Claim.__slots__}, "explicit": int(claim.explicit)})
    relations = sorted({(r.record, r.path, r.target) for r in catalog.relations if r.target in catalog.records})
    rows["relations"] = [{"id": i, "record": a, "path": p, "target": b} for i, (a, p, b) in enumerate(relations, 1)]
    for tombstone in sorted(catalog.tombstones, key=lambda t: t.document.ref):
        removed = tombstone.removed
        rows["tombstones"].append({"ref": tombstone.document.ref, "date": str(removed.date), "reason": removed.reason, "replaced_by": removed.replaced_by})
    return rows
