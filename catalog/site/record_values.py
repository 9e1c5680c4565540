"""The values of one record as its page shows them: single values, and parts as tables, each with its claims.

Reads the record as authored and its claims, and knows nothing of HTML or Datasette.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from catalog.fields import FieldSpec, fields_of
from catalog.kinds.benchmark import Result
from catalog.kinds.common import Sourced

Names = dict[str, tuple[str, str | None]]
_SOURCE_FIELDS = frozenset(Sourced.model_fields)


@dataclass(frozen=True)
class Note:
    """Where claims come from: a source, a place in it, and whether and when it was read there."""

    source: str | None
    locator: str | None = None
    via: str | None = None
    accessed: str | None = None
    read_as: str | None = None


@dataclass
class Claim:
    """What one source says of one value; `number` is that of its note on the page."""

    role: str
    text: str
    note: Note
    number: int
    printed: str | None
    remark: str | None


@dataclass
class Value:
    """One value as shown: `ref` leads to a record, `url` to the web; `claims` support it, `others` disagree."""

    text: str
    path: str
    type: str
    ref: str | None = None
    anchor: str = ""
    url: str | None = None
    claims: list[Claim] = field(default_factory=list)
    others: list[Claim] = field(default_factory=list)
    derived: str | None = None


@dataclass
class Grid:
    """Parts as a table: a row a part, a column a field that any of them has."""

    columns: list[FieldSpec]
    rows: list[GridRow]
    has_keys: bool
    caption: str = ""
    notes: list[int] = field(default_factory=list)


@dataclass
class GridRow:
    """One part: its key (and where the key leads), its cells in the order of the columns, the number of its own note."""

    key: str
    key_ref: str | None
    anchor: str
    cells: list[list[Value]]
    note: int | None


@dataclass
class Field:
    """One field of the record: single values, or parts as tables."""

    spec: FieldSpec
    label: str
    values: list[Value] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)


class Reader:
    """Builds the fields of one record; collects the notes on the way."""

    def __init__(self, document: dict[str, Any], claims: list[Any], names: Names):
        self.document, self.names = document, names
        self.notes: dict[Note, int] = {}
        self.by_path: dict[str, list[Any]] = {}
        for row in claims:
            self.by_path.setdefault(row[0], []).append(row)

    def number(self, note: Note) -> int:
        return self.notes.setdefault(note, len(self.notes) + 1)

    def value(self, spec: FieldSpec, raw: Any, path: str, own: Note | None) -> Value:
        """Return one value with its claims; those that the note around it covers are not repeated."""
        value = Value(_text(raw), path, spec.type)
        if spec.type == "reference":
            self._follow(value, spec, str(raw))
        elif spec.is_url:
            value.url = str(raw)
        for _, role, text, source, locator, accessed, read_as, via, printed, remark in self.by_path.get(path, ()):
            note = Note(source, locator, via, accessed, read_as)
            if role == "derived":
                value.derived = self.document.get("derived", {}).get(path, "other values of this record")
            elif role == "other":
                value.others.append(Claim(role, text, note, self.number(note), printed, remark))
            elif note != own or printed:
                value.claims.append(Claim(role, text, note, self.number(note), printed, remark))
        return value

    def _follow(self, value: Value, spec: FieldSpec, raw: str) -> None:
        whole, _, item = raw.partition("#")
        ref = whole if spec.reference.kind == "*" or spec.reference.item else f"{spec.reference.kind}/{whole}"
        if ref in self.names:
            value.ref, value.anchor = ref, item
            value.text = self.names[ref][0] + (f" ({item.rpartition('.')[2]})" if item else "")

    def own_note(self, part: dict[str, Any]) -> Note | None:
        """Return where a part says that it comes from."""
        if not part.get("source"):
            return None
        return Note(part["source"], part.get("locator"), part.get("via"), part.get("accessed"), part.get("read_as"))

    def field(self, spec: FieldSpec, raw: Any, path: str, label: str, own: Note | None = None) -> list[Field]:
        """Return a field, or those of a single part, which are shown one by one."""
        if spec.type != "part":
            found = Field(spec, label)
            for key, step, one in _items(spec, raw):
                value = self.value(spec, one, path + step, own)
                if spec.shape == "map":
                    value.text = f"{key}: {value.text}"
                found.values.append(value)
            return [found]
        if spec.shape == "scalar":
            inner = self.own_note(raw) or own
            if inner and inner is not own:
                self.number(inner)
            return [f for name, sub in fields_of(spec.part).items() if name in raw and name not in _SOURCE_FIELDS
                    for f in self.field(sub, raw[name], f"{path}.{name}", f"{label}: {sub.label[0].lower()}{sub.label[1:]}", inner)]
        if spec.part.__name__ == "ResultTable":
            return [Field(spec, label, grids=[self._results(table, i) for i, table in enumerate(raw, 1)])]
        return [Field(spec, label, grids=[self._grid(spec, raw, path, own)])]

    def _grid(self, spec: FieldSpec, raw: Any, path: str, own: Note | None) -> Grid:
        parts = [(key, f"{path}{step}", part) for key, step, part in _items(spec, raw)]
        used = {name for _, _, part in parts for name in part}
        columns = [sub for name, sub in fields_of(spec.part).items() if name in used and name not in _SOURCE_FIELDS]
        rows = []
        for key, place, part in parts:
            note = self.own_note(part)
            number = self.number(note) if note else None
            cells = [self._cell(column, part[column.name], f"{place}.{column.name}", note or own) if column.name in part else [] for column in columns]
            reference = getattr(spec.key, "kind", None)
            ref = f"{reference}/{key}" if reference and f"{reference}/{key}" in self.names else None
            rows.append(GridRow(self.names[ref][0] if ref else key, ref, place, cells, number))
        return self._same_note(Grid(columns, rows, spec.shape == "map"))

    def _cell(self, spec: FieldSpec, raw: Any, path: str, own: Note | None) -> list[Value]:
        """Return the values in one cell; parts inside parts are told value by value."""
        if spec.type != "part":
            return [self.value(spec, one, path + step, own) for _, step, one in _items(spec, raw)]
        found = []
        for key, step, part in _items(spec, raw):
            note = self.own_note(part) or own
            for name, sub in fields_of(spec.part).items():
                if name in part and name not in _SOURCE_FIELDS:
                    values = self._cell(sub, part[name], f"{path}{step}.{name}", note)
                    for value in values:
                        value.text = f"{key} · {value.text}" if spec.shape == "map" and name == next(iter(part)) else value.text
                    found += values
        return found

    def _same_note(self, grid: Grid) -> Grid:
        """Move a note that all rows share below the table."""
        numbers = {row.note for row in grid.rows}
        if len(numbers) == 1 and None not in numbers:
            grid.notes = sorted(numbers)
            for row in grid.rows:
                row.note = None
        return grid

    def _results(self, table: dict[str, Any], position: int) -> Grid:
        """Return a table of results with a column for each metric."""
        specs = fields_of(Result)
        score = specs["scores"]
        own = self.own_note(table)
        used = {name for result in table.get("results", {}).values() for name in result}
        describing = [s for name, s in specs.items() if name in used and name not in _SOURCE_FIELDS and name not in ("scores", "errors")]
        metrics = self.document.get("metrics", {})
        columns = describing + [_metric_column(score, key, metrics.get(key, {})) for key in table["columns"]]
        rows = []
        for key, result in table.get("results", {}).items():
            note = self.own_note(result)
            path = f"results.{key}"
            cells = [self._cell(s, result[s.name], f"{path}.{s.name}", note or own) if s.name in result else [] for s in describing]
            errors = result.get("errors") or []
            for i, (column, raw) in enumerate(zip(table["columns"], result.get("scores", []), strict=False)):
                value = self.value(score, raw, f"{path}.scores.{column}", note or own) if raw is not None else None
                if value and i < len(errors) and errors[i] is not None:
                    value.text += f" ± {_text(errors[i])}"
                cells.append([value] if value else [])
            rows.append(GridRow(key, None, path, cells, self.number(note) if note else None))
        words = [table.get("track"), f"state of {table['date']}" if table.get("date") else None,
                 f"measured by: {table['evaluator']}" if table.get("evaluator") else None, table.get("note")]
        caption = f"Table {position}" + "".join(f" · {word}" for word in words if word)
        return Grid(columns, rows, True, caption, [self.number(own)] if own else [])


def _metric_column(score: FieldSpec, key: str, metric: dict[str, Any]) -> FieldSpec:
    direction = {"higher": "higher is better", "lower": "lower is better"}.get(metric.get("direction", ""), "")
    values = {**vars(score), "name": key, "shape": "scalar", "label": metric.get("name") or key, "unit": metric.get("unit"),
              "description": direction, "label_ru": ""}
    return FieldSpec(**values)


def _items(spec: FieldSpec, raw: Any) -> list[tuple[str, str, Any]]:
    """Return (key, step of the path, value) of every value of a field."""
    if spec.shape == "scalar":
        return [("", "", raw)]
    if spec.shape == "list":
        return [(str(i), f".{i}", one) for i, one in enumerate(raw, 1) if one is not None]
    return [(key, f".{key}", one) for key, one in raw.items()]


def _text(raw: Any) -> str:
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    return str(raw)
