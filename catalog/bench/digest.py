"""The digest of a record: SHA-256 of its values, whatever their layout. It shows an edit and proves no honesty. Needs no torch."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def digest_of(texts: dict[str, Any]) -> str:
    """Return the digest of a record whose values are texts as they stand in the file; its own `digest` is left out."""
    content = {name: value for name, value in texts.items() if name != "digest"}
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")).hexdigest()
