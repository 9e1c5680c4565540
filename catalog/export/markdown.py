"""Markdown: a page for each record, with its values, their sources, what disagrees and what it is linked to.

CommonMark with tables of GitHub; texts of the records are escaped, so that none of them is taken for markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalog.export import export_format
from catalog.export.json import global_ref
from catalog.export.source import Source
from catalog.fields import FieldSpec, fields_of
from catalog.kinds import all_kinds

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
_LINE_START = re.compile(r"^(\s*)([-+=](?=[-+=\s]|$)|\d+[.)](?=\s|$))")
# Shown in their own places.
_SHOWN_APART = frozenset(("name", "names", "title", "summary", "aliases", "links", "identifiers", "sources", "derived", "related", "former_ids", "examples"))
_PROVENANCE = frozenset(("source", "locator", "via", "accessed", "read_as", "as_printed"))


def escape(text: Any) -> str:
    r"""Return a text that Markdown shows as it is, on one line.

    >>> escape("a*b | <c>"), escape("1. first")
    ('a\\*b \\| \\<c\\>', '1\\. first')
    """
    line = _MARKUP.sub(r"\\\1", " ".join(str(text).split()))
    return _LINE_START.sub(lambda m: m[1] + m[2][:-1] + "\\" + m[2][-1], line)


def _link(text: str, ref: str, depth: int = 1) -> str:
    return f"[{escape(text)}]({'../' * depth}{ref}.md)"


class _Page:
    """Makes the page of one record."""

    def __init__(self, source: Source, row: Any, document: dict[str, Any]):
        self.source, self.row, self.document = source, row, document
        self.kind = all_kinds()[row["kind"]]

    def lines(self) -> Iterator[str]:
        document = self.document
        russian = f" · {escape(self.row['name_ru'])}" if self.row["name_ru"] and self.row["name_ru"] != self.row["name"] else ""
        yield f"# {escape(self.row['name'])}{russian}\n"
        yield f"{self.kind.singular.capitalize()} · `{self.row['ref']}`\n"
        if document.get("title") and document["title"] != self.row["name"]:
            yield f"*{escape(document['title'])}*\n"
        if document.get("summary"):
            yield escape(document["summary"]) + "\n"
        if document.get("aliases"):
            yield "Also called: " + ", ".join(map(escape, document["aliases"])) + "\n"
        body = {n: v for n, v in document.items() if n not in _SHOWN_APART and n != "tables"}
        if body:
            yield "## Values\n"
            yield from self._values(self.kind.fields, body, 0)
            yield ""
        for table in document.get("tables", []) if self.row["kind"] == "benchmarks" else []:
            yield from self._results(table)
        for example in document.get("examples", []):
            yield "## Example\n"
            yield from (f"- {label}: {escape(example[label])}" for label in ("input", "output", "original") if example.get(label))
            yield ""
        yield from self._claims()
        yield from self._links()

    def _values(self, specs: dict[str, FieldSpec], part: dict[str, Any], depth: int) -> Iterator[str]:
        pad = "  " * depth
        for name, value in part.items():
            if name in _PROVENANCE and "source" in part:
                continue
            spec = specs[name]
            label = f"{pad}- **{escape(spec.label)}**" + (f" ({spec.unit})" if spec.unit and spec.unit not in spec.label else "")
            if spec.type == "part" and spec.shape != "scalar":
                yield label
                items = value.items() if spec.shape == "map" else enumerate(value, 1)
                for key, one in items:
                    yield f"{pad}  - {escape(key)}{self._origin(one)}" if spec.shape == "map" else f"{pad}  - № {key}{self._origin(one)}"
                    yield from self._values(fields_of(spec.part), one, depth + 2)
            elif spec.type == "part":
                yield label + self._origin(value)
                yield from self._values(fields_of(spec.part), value, depth + 1)
            elif spec.shape == "map":
                yield label + ": " + ", ".join(f"{escape(k)}: {self._value(spec, v)}" for k, v in value.items())
            else:
                yield label + ": " + ", ".join(self._value(spec, v) for v in (value if spec.shape == "list" else [value]))

    def _value(self, spec: FieldSpec, value: Any) -> str:
        if spec.type != "reference" or value is None:
            return escape({True: "yes", False: "no", None: "–"}.get(value, value) if value is None or isinstance(value, bool) else value)
        ref = global_ref(spec.reference, value)
        return _link(self.source.name_of(ref) or value, ref.partition("#")[0])

    def _origin(self, part: dict[str, Any]) -> str:
        slug = part.get("source")
        return f" ({_link(self.source.name_of(f'sources/{slug}') or slug, f'sources/{slug}')})" if slug else ""

    def _results(self, table: dict[str, Any]) -> Iterator[str]:
        yield f"## Results: {escape(table.get('track', 'main'))}\n"
        if table.get("source"):
            yield "From" + self._origin(table) + (f", state of {escape(table['date'])}" if table.get("date") else "") + "\n"
        yield "| System | " + " | ".join(map(escape, table["columns"])) + " |"
        yield "|---|" + "---:|" * len(table["columns"])
        for key, result in table.get("results", {}).items():
            model = result.get("model")
            who = _link(self.source.name_of(f"models/{model}") or model, f"models/{model}") if model else escape(result.get("system", key))
            cells = ["" if s is None else escape(s) for s in result.get("scores", [])]
            yield f"| {who} | " + " | ".join(cells + [""] * (len(table["columns"]) - len(cells))) + " |"
        yield ""

    def _claims(self) -> Iterator[str]:
        rows = self.source.db.execute(
            "SELECT path, value_text, unit, role, source, locator, accessed, as_printed, note FROM claims WHERE record = ? ORDER BY id", (self.row["ref"],))
        header = False
        for claim in rows:
            if not header:
                yield "## Who says so\n\n| Value | Is | Source | Place | Read on |\n|---|---|---|---|---|"
                header = True
            said = escape(claim["value_text"]) + (f" {escape(claim['unit'])}" if claim["unit"] else "")
            if claim["role"] == "other":
                said = f"**otherwise:** {said}" + (f" ({escape(claim['note'])})" if claim["note"] else "")
            if claim["as_printed"]:
                said += f" – printed “{escape(claim['as_printed'])}”"
            slug = claim["source"]
            who = _link(self.source.name_of(f"sources/{slug}") or slug, f"sources/{slug}") if slug else "computed from other values"
            yield f"| {escape(claim['path'])} | {said} | {who} | {escape(claim['locator'] or '')} | {claim['accessed'] or ''} |"
        if header:
            yield ""

    def _links(self) -> Iterator[str]:
        links = [(link["kind"], link["url"]) for link in self.document.get("links", [])]
        if links or self.document.get("identifiers"):
            yield "## Elsewhere\n"
            yield from (f"- {escape(kind)}: <{url}>" for kind, url in links)
            yield from (f"- {escape(scheme)}: {escape(value)}" for scheme, value in self.document.get("identifiers", {}).items())
            yield ""
        others = self.source.db.execute(
            "SELECT DISTINCT r.ref, r.name FROM relations x JOIN records r ON r.ref = CASE x.record WHEN :ref THEN x.target ELSE x.record END "
            "WHERE (x.record = :ref OR x.target = :ref) AND r.ref <> :ref AND NOT (r.kind = 'sources' AND x.record = :ref) ORDER BY r.ref", {"ref": self.row["ref"]})
        lines = [f"- {_link(o['name'], o['ref'])}" for o in others]
        if lines:
            yield "\n".join(["## Related records\n", *lines, ""])


@export_format("markdown", "a Markdown page for each record, with sources and links between the pages")
def write(source: Source, folder: Path) -> dict[str, int]:
    """Write `<kind>/<id>.md`, `<kind>/_index.md` for each kind, and `index.md`; no id begins with `_`."""
    meta = source.meta
    contents = ["# The Deep Learning Catalog\n"]
    for kind in source.kinds():
        source.report(kind)
        (folder / kind).mkdir()
        count = 0
        with open(folder / kind / "_index.md", "w", encoding="utf-8") as index:
            about = all_kinds()[kind]
            index.write(f"# {escape(about.label)}\n\n{escape(about.description)}\n\n")
            for row, document in source.documents(kind):
                (folder / kind / f"{row['slug']}.md").write_text("\n".join(_Page(source, row, document).lines()).rstrip() + "\n", encoding="utf-8")
                index.write(f"- [{escape(row['name'])}]({row['slug']}.md)\n")
                count += 1
        contents.append(f"- [{escape(all_kinds()[kind].label)}]({kind}/_index.md): {count}")
    contents.append(f"\nContent {meta['content_digest'][:16]}, schema {meta['schema_revision']}, licence {meta['data_licence']}.")
    (folder / "index.md").write_text("\n".join(contents) + "\n", encoding="utf-8")
    return {}
