"""A difference as JSON for programs: everything, nothing shortened."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from catalog.review.difference import Difference, Edit, Entry
from catalog.review.effects import Effects
from catalog.review.phrases import headline, warnings


def render_json(difference: Difference, effects: Effects | None) -> str:
    """Return the difference as one JSON object.

    Keys: `base`, `head`, `summary`, `warnings`, `entries` (each with `edits` and `citations`), `exceptions`,
    `new_problems`, `effects` (null if they are unknown or were not asked for) and `effects_unknown_because`.
    """
    content = {
        "base": difference.base, "head": difference.head, "summary": headline(difference, effects),
        "warnings": warnings(difference, effects), "base_errors": difference.base_errors, "head_errors": difference.head_errors,
        "entries": [_entry(e) for e in difference.entries], "exceptions": [asdict(c) for c in difference.exceptions],
        "new_problems": [vars(p) for p in difference.new_problems],
        "effects": None if effects is None or effects.unknown else [asdict(e) for e in effects.found],
        "effects_unknown_because": effects.unknown if effects else None,
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _entry(entry: Entry) -> dict[str, Any]:
    found = {k: getattr(entry, k) for k in ("ref", "name", "action", "old_ref", "reason", "replaced_by", "notices")}
    return {**found, "edits": [_edit(e) for e in entry.edits], "citations": [_edit(e) for e in entry.citations]}


def _edit(edit: Edit) -> dict[str, Any]:
    return {**asdict(edit.change), "sources": [asdict(s) for s in edit.supports], "is_sourceless": edit.is_sourceless}
