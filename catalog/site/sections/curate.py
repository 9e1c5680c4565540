"""For curators: what is open, what was corrected, how well everything is sourced, how often it was found wrong, what belongs in."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from catalog.kinds import all_kinds
from catalog.site.inclusion import INCLUSION
from catalog.site.paths import accepted_beside_others, holder, name_path, value_at
from catalog.site.sections import rows, section
from catalog.site.sections.problems import read_indicators

AUDIT = "catalog-audit"
SHOWN = 40  # corrections on the page; the query has all


def _by_kind(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    """Return (kind, label, count) in the order of the kinds."""
    return [(name, kind.label, counts[name]) for name, kind in all_kinds().items() if counts.get(name)]


def _corrections(db: sqlite3.Connection, kind: str) -> list[dict[str, Any]]:
    """Return the disagreements of a kind or of all, those with a reason first, each with its value in words (`what`)."""
    found = rows(db, "SELECT * FROM disagreements WHERE ? = '' OR record LIKE ? || '/%' ORDER BY reason IS NULL, record, path, other", (kind, kind))
    held = accepted_beside_others(db)
    for row in found[:SHOWN]:
        document = json.loads(db.execute("SELECT document FROM documents WHERE ref = ?", (row["record"],)).fetchone()[0])
        row["what"] = name_path(row["record"].partition("/")[0], document, row["path"])
        accepted, row["accepted_source"] = holder(held.get((row["record"], row["path"]), []), row["other_source"])
        row["accepted"] = accepted or value_at(document, row["path"])
    return found


@section("curate", label="For curators", label_ru="Кураторам", order=40, menu="curate")
def curate(db: sqlite3.Connection, parameters: Mapping[str, str]) -> dict[str, Any]:
    """What is open and what was found: values to be read in their sources, sources that disagree, corrections with their reasons, how often an audit found the catalog wrong, and what belongs in."""
    kind = parameters.get("kind", "")
    kind = kind if kind in all_kinds() else ""
    coverage = {row["kind"]: row for row in rows(db, "SELECT * FROM coverage")}
    order = list(all_kinds())
    disagreeing = dict(db.execute("SELECT substr(record, 1, instr(record, '/') - 1), count(*) FROM disagreements GROUP BY 1").fetchall())
    unread = dict(db.execute("SELECT substr(record, 1, instr(record, '/') - 1), count(*) FROM unverified GROUP BY 1").fetchall())
    corrections = _corrections(db, kind)
    by_default = db.execute("SELECT count(*) FROM unverified WHERE is_explicit = 0").fetchone()[0]
    audits = [i for i in read_indicators(db) if i["id"] == AUDIT]
    reports = rows(db, "SELECT ref, summary, note FROM records WHERE ref IN (SELECT 'sources/' || source_id FROM indicator_points WHERE indicator_id = ?) ORDER BY ref", (AUDIT,))
    sums = {name: sum(row[name] or 0 for row in coverage.values()) for name in ("records", "sourced_values", "claims", "by_default", "explicit_claims", "read_claims", "derived", "disagreeing")}
    return {
        "kind": kind, "disagreements": _by_kind(disagreeing), "disagreement_count": sum(disagreeing.values()),
        "unread": _by_kind(unread), "unread_count": sum(unread.values()), "unread_by_default": by_default, "sums": sums,
        "coverage": [coverage[name] for name in sorted(coverage, key=lambda n: order.index(n) if n in order else len(order))],
        "corrections": corrections[:SHOWN], "correction_count": len(corrections),
        "audit": audits[0] if audits else None, "reports": reports, "inclusion": INCLUSION,
    }
