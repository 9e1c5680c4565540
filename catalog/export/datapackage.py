"""A data package (Frictionless Data, Table Schema 1.0): CSV files with a descriptor of types, keys, units and descriptions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from catalog.export import export_format
from catalog.export.csv import write_table
from catalog.export.publish import file_digest
from catalog.export.source import Field, Relation, Source

DESCRIPTOR = "datapackage.json"
TITLE = "The Deep Learning Catalog"
SUMMARY = "An open knowledge base of deep learning in which every number says where it comes from."
LICENCES = {"CC-BY-4.0": ("Creative Commons Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/")}
_TYPES = {"text": "string", "integer": "integer", "real": "number", "boolean": "boolean", "date": "date", "list": "array"}


def _field(field: Field, key: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {"name": field.name, "type": _TYPES[field.type]}
    if field.type == "boolean":
        found |= {"trueValues": ["1"], "falseValues": ["0"]}
    if field.description:
        found["description"] = field.description
    if field.unit:
        found["unit"] = field.unit
    constraints: dict[str, Any] = {}
    if not field.nullable:
        constraints["required"] = True
    if field.choices:
        constraints["enum"] = list(field.choices)
    if key == (field.name,):
        constraints["unique"] = True
    return found | ({"constraints": constraints} if constraints else {})


def table_schema(relation: Relation) -> dict[str, Any]:
    """Return the Table Schema of a table or view; a reference to a row of the same table names the resource ''."""
    schema: dict[str, Any] = {"fields": [_field(f, relation.key) for f in relation.fields], "missingValues": [""]}
    if relation.key:
        schema["primaryKey"] = list(relation.key)
    keys = [
        {"fields": [f.name], "reference": {"resource": "" if f.references[0] == relation.name else f.references[0], "fields": [f.references[1]]}}
        for f in relation.fields if f.references]
    return schema | ({"foreignKeys": keys} if keys else {})


@export_format("datapackage", "a Frictionless data package: CSV files with their schema")
def write(source: Source, folder: Path) -> dict[str, int]:
    """Write `data/<table>.csv` and `datapackage.json`."""
    (folder / "data").mkdir()
    rows, resources = {}, []
    for name, relation in source.relations.items():
        path = f"data/{name}.csv"
        rows[path] = write_table(source, relation, folder / path)
        resources.append({
            "name": name, "path": path, "profile": "tabular-data-resource", "scheme": "file", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
            "description": relation.description, "bytes": (folder / path).stat().st_size, "hash": f"sha256:{file_digest(folder / path)}",
            "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\r\n"}, "schema": table_schema(relation)})
    licence = source.meta["data_licence"]
    title, path = LICENCES.get(licence, (licence, ""))
    descriptor = {
        "profile": "tabular-data-package", "name": "deep-learning-catalog", "title": TITLE, "description": SUMMARY,
        "version": source.meta["content_digest"][:16], "homepage": source.url(),
        "licenses": [{"name": licence, "title": title, "path": path}], "resources": resources,
    }
    (folder / DESCRIPTOR).write_text(json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return rows
