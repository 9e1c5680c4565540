"""What the columns of the file are called, mean and lead to, from the plan of the tables.

Read by the metadata, by the cells of tables and by the pages; views have no plan, so their columns are known by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from catalog.fields import FieldSpec, label_from_name
from catalog.plan import Column, Table, plan_tables

# Columns that no kind describes: (label, Russian label, description).
_FIXED = {
    "id": ("ID", "Имя записи", "Name of the row in addresses; of a record, the stem of its file."),
    "ref": ("Record", "Запись", "The record, as kind/id."),
    "record": ("Record", "Запись", "The record, as kind/id."),
    "kind": ("Kind", "Вид", "Kind of record: the table and data folder it stands in."),
    "slug": ("ID", "Имя записи", "Stem of the record's file."),
    "name": ("Name", "Название", "Name in English, or the proper name."),
    "name_ru": ("Russian name", "Название по-русски", "Name in Russian."),
    "summary": ("Summary", "Описание", "What it is and why it matters, in our own words."),
    "note": ("Remark", "Примечание", "Remark."),
    "path": ("Path", "Путь", "Where the value stands in the record; items of lists are counted from 1."),
    "position": ("Position", "Место", "Place in the list, from 1."),
    "key": ("Key", "Ключ", "Key of the part in its record."),
    "target": ("Target", "Куда", "The record that is referred to."),
    "value_text": ("Value as written", "Значение", "The value as written, with its bounds."),
    "value": ("Value", "Число", "The number; empty for a bound or a range."),
    "low": ("Low", "От", "Lower bound of the number."),
    "high": ("High", "До", "Upper bound of the number."),
    "unit": ("Unit", "Единица", "Unit of the number."),
    "source": ("Source", "Источник", "Who says so."),
    "locator": ("Place in the source", "Место в источнике", "Page, section, table or slide."),
    "accessed": ("Read on", "Прочитано", "Day on which this source's own text was read."),
    "read_as": ("Copy read", "Прочитанная копия", "What was read, if it was a stored copy."),
    "via": ("Seen through", "Через источник", "Other source through which it was seen."),
    "as_printed": ("As printed", "Как напечатано", "The words of the source."),
    "role": ("Role", "Роль", "accepted: the source supports the value; other: it says something else; derived: computed from other values."),
    "explicit": ("Explicit", "Явно", "Whether a citation names this value; otherwise it is covered by the record's default source."),
    "date_from": ("Earliest day", "Не раньше", "First day the date may mean."),
    "date_to": ("Latest day", "Не позже", "Last day the date may mean."),
}
# Columns of views and fixed tables that hold references of a known sort.
_REFERENCES = {"ref": "*", "record": "*", "target": "*", "other_ref": "*", "replaced_by": "*", "source": "sources", "via": "sources"}
# Of interest to programs, not to readers: left out of tables unless asked for.
_QUIET = {"id", "ref", "position", "summary", "name_ru"}
_QUIET_IN_PARTS = {"read_as", "accessed", "via_id", "locator"}
_QUIET_ENDINGS = ("_from", "_to")


@dataclass(frozen=True)
class ColumnText:
    """What a column is called, means and leads to.

    `target` is a kind, `*` for a reference to any record, or the table of a part; `is_quiet` columns are shown on request.
    """

    name: str
    label: str
    label_ru: str
    description: str
    unit: str | None = None
    target: str | None = None
    is_quiet: bool = False
    is_facet: bool = False
    is_array: bool = False
    is_date: bool = False

    @property
    def heading(self) -> str:
        """The label with its unit."""
        return self.label if not self.unit or self.unit in self.label else f"{self.label} ({self.unit})"

    @property
    def explanation(self) -> str:
        """All of it in one line, for Datasette's metadata."""
        russian = f" · {self.label_ru}" if self.label_ru else ""
        unit = f" Unit: {self.unit}." if self.unit else ""
        return f"{self.label}{russian}: {self.description}{unit}" if self.description else f"{self.label}{russian}.{unit}"


@lru_cache(maxsize=1)
def planned_tables() -> dict[str, Table]:
    """Return every table of the plan by name, children included."""
    kinds, common = plan_tables()
    return {table.name: table for top in (*kinds.values(), *common) for table in top.walk()}


@lru_cache(maxsize=1)
def part_owners() -> dict[str, str]:
    """Return the kind that each table of parts belongs to."""
    return {table.name: name for name, top in plan_tables()[0].items() for table in top.walk()}


def _target(references: str | None) -> str | None:
    if references is None:
        return None
    table = references.partition(".")[0]
    return "*" if table == "records" else table


def _planned(column: Column) -> ColumnText:
    spec = column.field
    target = _target(column.references)
    if spec is None:
        return ColumnText(column.name, label_from_name(column.name.removesuffix("_id")), "", "", target=target)
    ending = next((e for e in _QUIET_ENDINGS if column.name.endswith(spec.name + e)), "")
    label, label_ru = _label(column.name.removesuffix(ending), spec)
    description = spec.description
    if ending:
        label, description = f"{label} ({'earliest' if ending == '_from' else 'latest'} day)", f"{description} The {'first' if ending == '_from' else 'last'} day it may mean."
    is_quiet = spec.hidden or bool(ending) or column.name in _QUIET_IN_PARTS
    return ColumnText(
        column.name, label, label_ru, description, spec.unit, target, is_quiet, spec.facet and not ending,
        spec.shape == "list" and spec.type in ("text", "choice"), spec.type == "date")


def _label(name: str, spec: FieldSpec) -> tuple[str, str]:
    """Return the labels of a column; one of a flattened part (`contest_won`) says which part."""
    stem = name.removesuffix("_id").removesuffix("_ref")
    prefix = stem.removesuffix(spec.name).rstrip("_") if stem.endswith("_" + spec.name) else ""
    if not prefix:
        return spec.label, spec.label_ru
    return f"{label_from_name(prefix)}: {spec.label[0].lower()}{spec.label[1:]}", spec.label_ru


@lru_cache(maxsize=1)
def _by_name() -> dict[str, ColumnText]:
    """Return the texts of columns whose name means one thing wherever it stands, for views."""
    found: dict[str, list[ColumnText]] = {}
    for table in planned_tables().values():
        for column in table.columns:
            found.setdefault(column.name, []).append(_planned(column))
        if table.kind:
            own = table.name.removesuffix("s") + "_id"
            found.setdefault(own, []).append(ColumnText(own, table.kind.singular.capitalize(), table.label_ru, table.description, target=table.name))
    result = {}
    for name, texts in found.items():
        targets = {t.target for t in texts}
        if len(targets) == 1:
            result[name] = texts[0]
    return result


def _is_quiet(name: str) -> bool:
    return name in _QUIET or name.endswith(_QUIET_ENDINGS)


@lru_cache(maxsize=5000)  # bounded: visitors name the columns of their queries
def column_text(table: str | None, name: str) -> ColumnText:
    """Return the text of a column of a table, a view, or (table None) a query."""
    planned = planned_tables().get(table or "")
    if planned is not None:
        for column in planned.columns:
            if column.name == name:
                return _planned(column)
        if planned.owner is not None and planned.owner.name == name:
            return ColumnText(name, label_from_name(name.removesuffix("_id")), "", "The record or part it belongs to.", target=_target(planned.owner.references))
    if name in _FIXED:
        label, label_ru, description = _FIXED[name]
        return ColumnText(name, label, label_ru, description, target=_REFERENCES.get(name), is_quiet=_is_quiet(name))
    known = _by_name().get(name) if planned is None else None
    if known is not None:
        return known
    target = _REFERENCES.get(name) or ("sources" if name.endswith("_source") else None)
    if planned is not None and name == "benchmark_id":
        target = "benchmarks"
    return ColumnText(name, label_from_name(name.removesuffix("_id")), "", "", target=target, is_quiet=_is_quiet(name))
