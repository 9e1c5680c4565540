"""Datasette's metadata, generated from the kinds, the plan of the tables and the first comment of each view.

Units stand in the labels and descriptions, not under Datasette's key `units`: with that key it hands what visitors
write into filters to a parser of units, which computes `9**9**9**9`, and it rewrites numbers as printed (80 GiB).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import catalog
from catalog.fields import label_from_name
from catalog.kinds import all_kinds
from catalog.plan import Table, plan_tables
from catalog.site.columns import column_text, planned_tables
from catalog.site.queries import query_metadata

TITLE = "Deep Learning Catalog"
DESCRIPTION = "An open knowledge base of deep learning in which every number says where it comes from."
LICENCE = ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")
DATABASE = "catalog"
VIEWS = Path(catalog.__file__).parent / "views"
# Tables that are neither kinds nor parts: title, Russian title, description.
_FIXED_TABLES = {
    "records": ("All records", "Все записи", "Every record of every kind: what all other tables refer to."),
    "claims": ("Claims", "Утверждения", "Who supports which value: one row for each value and source."),
    "relations": ("Relations", "Связи", "Every reference from one record to another, with the field it stands in."),
    "documents": ("Documents", "Документы", "Every record as authored, as JSON."),
    "scores": ("Scores", "Оценки", "The cells of all tables of results."),
    "tombstones": ("Removed records", "Удалённые записи", "Records that were removed, and why."),
    "search_documents": ("Search documents", "Тексты поиска", "What the search looks through: one row a record."),
    "search_index": ("Search index", "Индекс поиска", "The full-text index; the page /search asks it."),
    "meta": ("About this file", "Об этом файле", "Schema revision, counts, digest of the content."),
    "alembic_version": ("Schema revision", "Версия схемы", "The migration that made the tables."),
}
# Beside the kinds, what a list of tables shows.
SHOWN = ("records", "claims", "relations")
# Columns by which views and fixed tables can be filtered with profit.
_VIEW_FACETS = ("kind", "category", "role", "basis", "metric", "track", "precision", "vendor_id", "type", "statistic")
# What tells the parts of a record apart, the first that the table has.
_LABELS = ("key", "name", "text", "track", "workload", "value", "date", "code")


@lru_cache(maxsize=1)
def view_descriptions() -> dict[str, str]:
    """Return what each view shows: the comment its SQL begins with."""
    return {
        file.stem: file.read_text(encoding="utf-8").strip().partition("\n")[0].removeprefix("--").strip()
        for file in sorted(VIEWS.glob("*.sql"))
    }


def _facets(table: str, columns: list[str]) -> list[Any]:
    texts = [column_text(table, name) for name in columns]
    return [{"array": t.name} if t.is_array else t.name for t in texts if t.is_facet]


def _sort(sort: str) -> dict[str, str]:
    return {"sort_desc": sort[1:]} if sort.startswith("-") else {"sort": sort}


def _label_column(table: Table, columns: list[str]) -> str:
    if table.kind:
        return "name"
    return next((name for name in _LABELS if name in columns), columns[0])


def _table_entry(name: str, columns: list[str]) -> dict[str, Any]:
    """Return the metadata of one table or view with these columns."""
    entry: dict[str, Any] = {"columns": {c: column_text(name, c).explanation for c in columns}}
    planned = planned_tables().get(name)
    views = view_descriptions()
    if planned is not None:
        entry |= {"title": f"{_title(planned)} · {planned.label_ru}", "description": planned.description.replace("`", ""), "label_column": _label_column(planned, columns)}
        if planned.kind:
            entry |= _sort(planned.kind.sort)
            entry["facets"] = _facets(name, columns)
        else:
            entry["hidden"] = True
    elif name in views:
        entry |= {"title": label_from_name(name), "description": views[name], "facets": [c for c in columns if c in _VIEW_FACETS]}
    else:
        title, russian, description = _FIXED_TABLES.get(name, (label_from_name(name), "", ""))
        entry |= {"title": f"{title} · {russian}" if russian else title, "description": description, "hidden": name not in SHOWN}
        entry["facets"] = [c for c in columns if c in _VIEW_FACETS] if name in SHOWN else []
        if name == "records":
            entry |= {"label_column": "name", "sort": "name"}
        if name == "documents":
            entry["size"] = 10
    return {key: value for key, value in entry.items() if value not in ([], False, {})}


def _title(table: Table) -> str:
    """Return the English title of a planned table; a table of parts says of what (`Datasets: parts`)."""
    return table.label if table.kind else f"{label_from_name(table.name)}"


def make_metadata(columns: dict[str, list[str]]) -> dict[str, Any]:
    """Return the metadata of the site.

    Args:
        columns: The columns of every table and view of the file.
    """
    licence, licence_url = LICENCE
    tables = {name: _table_entry(name, names) for name, names in columns.items()}
    # Kinds come first and in their order, which the list of tables follows.
    order = [*all_kinds(), *SHOWN]
    return {
        "title": TITLE, "description": DESCRIPTION, "license": licence, "license_url": licence_url,
        "databases": {DATABASE: {
            "title": TITLE, "description": DESCRIPTION, "queries": query_metadata(),
            "tables": dict(sorted(tables.items(), key=lambda item: (order.index(item[0]) if item[0] in order else len(order), item[0]))),
        }},
    }


def kind_tables() -> list[str]:
    return list(plan_tables()[0])
