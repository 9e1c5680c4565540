"""Reading the built file on the terminal: one record, hits of a search, counts."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from catalog.fields import fields_of
from catalog.kinds import all_kinds
from catalog.kinds.common import Sourced
from catalog.suggest import nearest

_PROVENANCE = frozenset(Sourced.model_fields)


class NotBuilt(FileNotFoundError):
    """There is no built file."""


class UnknownRecord(LookupError):
    """No record has that reference; the message names near ones, or why it was removed."""


def open_file(file: Path) -> closing[sqlite3.Connection]:
    """Open a built catalog file for reading.

    Raises:
        NotBuilt: There is no such file, or it is no catalog.
    """
    if not file.is_file():
        raise NotBuilt(f"there is no catalog file {file}")
    db = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    db.row_factory = sqlite3.Row
    try:
        db.execute("SELECT ref FROM records LIMIT 1")
    except sqlite3.DatabaseError:
        db.close()
        raise NotBuilt(f"{file} is no catalog file") from None
    return closing(db)


def load_record(db: sqlite3.Connection, ref: str) -> dict[str, Any]:
    """Return a record with its claims and relations.

    Returns:
        `record`, `document` (as authored), `claims` and `relations` (`to` and `from`, each with ref, name, path).

    Raises:
        UnknownRecord: No record has that reference.
    """
    row = db.execute("SELECT * FROM records WHERE ref = ?", (ref,)).fetchone()
    if row is None:
        raise UnknownRecord(_why_unknown(db, ref))
    document = json.loads(db.execute("SELECT document FROM documents WHERE ref = ?", (ref,)).fetchone()[0])
    claims = [dict(c) for c in db.execute(
        "SELECT c.*, s.name AS source_name FROM claims c LEFT JOIN sources s ON s.id = c.source WHERE c.record = ? ORDER BY c.id", (ref,))]
    sql = "SELECT DISTINCT x.path, r.ref, r.name FROM relations x JOIN records r ON r.ref = x.{other} WHERE x.{mine} = ? ORDER BY r.ref, x.path"
    relations = {
        "to": [dict(r) for r in db.execute(sql.format(other="target", mine="record"), (ref,))],
        "from": [dict(r) for r in db.execute(sql.format(other="record", mine="target"), (ref,))],
    }
    return {"record": dict(row), "document": document, "claims": claims, "relations": relations}


def _why_unknown(db: sqlite3.Connection, ref: str) -> str:
    removed = db.execute("SELECT * FROM tombstones WHERE ref = ?", (ref,)).fetchone()
    if removed:
        instead = f"; see {removed['replaced_by']}" if removed["replaced_by"] else ""
        return f"{ref} was removed on {removed['date']}: {removed['reason']}{instead}"
    kind, _, slug = ref.partition("/")
    renamed = db.execute("SELECT ref FROM former_ids WHERE value = ? AND ref LIKE ?", (slug, f"{kind}/%")).fetchone()
    if renamed:
        return f"{ref} is now called {renamed['ref']}"
    near = nearest(ref, (r[0] for r in db.execute("SELECT ref FROM records")))
    hint = f"did you mean {', '.join(near)}?" if near else "`catalog search` finds records by their words"
    return f"there is no record {ref!r}; {hint}"


def _print_tree(console: Any, value: Any, path: str, depth: int, seen: set[str], claims: dict[str, list[dict[str, Any]]]) -> None:
    """Print a value of a document with its claims; parts and lists indented."""
    pad = "  " * depth
    items = value.items() if isinstance(value, dict) else ((str(i), v) for i, v in enumerate(value, 1))
    for key, one in items:
        if key in _PROVENANCE and isinstance(value, dict) and "source" in value:
            continue  # stands behind each value below
        here = f"{path}.{key}" if path else key
        if isinstance(one, dict) or (isinstance(one, list) and any(isinstance(v, dict | list) for v in one)):
            console.print(f"{pad}{key}", style="bold", markup=False, highlight=False)
            _print_tree(console, one, here, depth + 1, seen, claims)
            continue
        shown = ", ".join(map(str, one)) if isinstance(one, list) else str(one)
        console.print(f"{pad}{key}: {shown}", markup=False, highlight=False, soft_wrap=True)
        for claim in claims.get(here, ()):
            seen.add(here)
            console.print(f"{pad}    {_claim_line(claim)}", style="yellow" if claim["role"] == "other" else "dim", markup=False, highlight=False, soft_wrap=True)


def _claim_line(claim: dict[str, Any]) -> str:
    if claim["role"] == "derived":
        return "computed from other values of this record"
    words = [claim["source"] or "", claim["locator"] or ""]
    if claim["as_printed"]:
        words.append(f"printed “{claim['as_printed']}”")
    if claim["accessed"]:
        words.append(f"read {claim['accessed']}")
    line = ", ".join(w for w in words if w)
    if claim["role"] == "other":
        return f"but {line} states {claim['value_text']}" + (f" ({claim['note']})" if claim["note"] else "")
    return line


def print_record(db: sqlite3.Connection, ref: str, as_json: bool) -> None:
    """Print one record with claims and relations.

    Raises:
        UnknownRecord: No record has that reference.
    """
    found = load_record(db, ref)
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    console = Console()
    record, kind = found["record"], all_kinds()[found["record"]["kind"]]
    title = record["name"] + (f" · {record['name_ru']}" if record["name_ru"] else "")
    console.print(title, style="bold", markup=False, highlight=False)
    console.print(f"{kind.singular}, {ref}", style="dim", markup=False, highlight=False)
    if record["summary"]:
        console.print(f"\n{record['summary'].strip()}", markup=False, highlight=False)
    claims: dict[str, list[dict[str, Any]]] = {}
    for claim in found["claims"]:
        claims.setdefault(claim["path"], []).append(claim)
    hidden = {"name", "names", "summary", "sources", "derived"}
    body = {name: found["document"][name] for name in fields_of(kind.model) if name in found["document"] and name not in hidden}
    seen: set[str] = set()
    console.print()
    _print_tree(console, body, "", 0, seen, claims)
    rest = [c for path, its in claims.items() if path not in seen for c in its]
    if rest:
        console.print("\nValues in tables", style="bold")
        for claim in rest:
            console.print(f"{claim['path']}: {claim['value_text']}  ({_claim_line(claim)})", markup=False, highlight=False, soft_wrap=True)
    for label, relations in (("Leads to", found["relations"]["to"]), ("Named by", found["relations"]["from"])):
        others = sorted({(r["ref"], r["name"]) for r in relations})
        if others:
            console.print(f"\n{label}", style="bold")
            for other, name in others:
                console.print(f"  {other}  {name}", markup=False, highlight=False, soft_wrap=True)


def print_hits(db: sqlite3.Connection, hits: list[Any], text: str, as_json: bool) -> None:
    """Print the hits of a search, best first."""
    if as_json:
        print(json.dumps([vars(h) if hasattr(h, "__dict__") else h._asdict() for h in hits], ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    console = Console()
    if not hits:
        console.print(f"Nothing found for {text!r}.", markup=False, highlight=False)
        return
    for hit in hits:
        console.print(hit.name, style="bold", end="  ", markup=False, highlight=False)
        console.print(hit.ref, style="dim", markup=False, highlight=False)
        if hit.snippet:
            console.print(f"  {hit.snippet}", markup=False, highlight=False)


def print_stats(db: sqlite3.Connection, as_json: bool) -> None:
    """Print the coverage of every kind and the whole."""
    rows = [dict(r) for r in db.execute("SELECT * FROM coverage")]
    order = {name: i for i, name in enumerate(all_kinds())}
    rows.sort(key=lambda r: order.get(r["kind"], 99))
    meta = dict(db.execute("SELECT key, value FROM meta").fetchall())
    if as_json:
        print(json.dumps({"kinds": rows, "meta": meta}, ensure_ascii=False, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    columns = ("kind", "records", "claims", "by default", "explicit", "read", "derived", "disagreeing")
    for column in columns:
        table.add_column(column, justify="left" if column == "kind" else "right")
    keys = ("records", "claims", "by_default", "explicit_claims", "read_claims", "derived", "disagreeing")
    for row in rows:
        table.add_row(row["kind"], *(f"{row[k]:,}" for k in keys))
    table.add_section()
    table.add_row("all", *(f"{sum(r[k] for r in rows):,}" for k in keys), style="bold")
    console = Console()
    console.print(table)
    console.print(f"content {meta['content_digest'][:16]}, schema {meta['schema_revision']}", style="dim", highlight=False)
