"""JSON: a document for each record, nested as authored, and JSON Lines for each kind.

References are resolved to `{"id", "name"}`. `catalog.export.restore` turns the folder back into YAML.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from catalog.export import export_format
from catalog.export.source import Source
from catalog.fields import FieldSpec, Reference, fields_of
from catalog.kinds import all_kinds

# What stands in each document before the record's own fields.
ENVELOPE = ("ref", "id", "kind", "path")
TOMBSTONES = "tombstones.jsonl"


def global_ref(reference: Reference, value: str) -> str:
    """Return a reference as `kind/slug` (or `kind/slug#item`) for one as authored."""
    return value if reference.kind == "*" or reference.item else f"{reference.kind}/{value}"


def map_references(model: type, part: dict[str, Any], change: Callable[[FieldSpec, Any], Any]) -> dict[str, Any]:
    """Return a document with `change` applied to each reference in it, parts within parts included."""
    specs = fields_of(model)

    def one(spec: FieldSpec, value: Any) -> Any:
        if spec.type == "part" and value is not None:
            return map_references(spec.part, value, change)
        return change(spec, value) if spec.type == "reference" and value is not None else value

    result = {}
    for name, value in part.items():
        spec = specs[name]
        if spec.shape == "list":
            result[name] = [one(spec, v) for v in value]
        elif spec.shape == "map":
            result[name] = {k: one(spec, v) for k, v in value.items()}
        else:
            result[name] = one(spec, value)
    return result


def resolved(source: Source, kind: str, document: dict[str, Any]) -> dict[str, Any]:
    """Return a document with each reference as `{"id", "name"}`."""
    return map_references(
        all_kinds()[kind].model, document,
        lambda spec, value: {"id": value, "name": source.name_of(global_ref(spec.reference, value))})


@export_format("json", "a JSON document for each record, nested as authored, and JSON Lines for each kind")
def write(source: Source, folder: Path) -> dict[str, int]:
    """Write `<kind>/<id>.json`, `<kind>.jsonl` and, if records were removed, `tombstones.jsonl`."""
    rows = {}
    for kind in source.kinds():
        source.report(kind)
        (folder / kind).mkdir()
        count = 0
        with open(folder / f"{kind}.jsonl", "w", encoding="utf-8") as lines:
            for row, document in source.documents(kind):
                head = {"ref": row["ref"], "id": row["slug"], "kind": kind, "path": row["path"]}
                whole = head | resolved(source, kind, document)
                (folder / kind / f"{row['slug']}.json").write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
                lines.write(json.dumps(whole, ensure_ascii=False) + "\n")
                count += 1
        rows[f"{kind}.jsonl"] = count
    removed = source.db.execute("SELECT ref, date, reason, replaced_by FROM tombstones ORDER BY ref").fetchall()
    if removed:
        with open(folder / TOMBSTONES, "w", encoding="utf-8") as lines:
            lines.writelines(json.dumps(dict(r), ensure_ascii=False) + "\n" for r in removed)
        rows[TOMBSTONES] = len(removed)
    return rows
