"""The way back: an exported JSON folder becomes YAML records, from which a build makes the same file, byte for byte.

`records.path` keeps the subfolder a record stands in, so each document carries its path. Comments and layout of the
YAML are no part of the file and do not come back, nor does `exceptions.yaml`, which only silences warnings.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from catalog.export.json import ENVELOPE, TOMBSTONES, map_references
from catalog.kinds import all_kinds


class NoExport(FileNotFoundError):
    """The folder holds no JSON export."""


class UnsafePath(ValueError):
    """A document names a place outside the data folder, or one that is not its own."""


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):
    """Writes numbers and dates plain, as they were read, and never makes an alias."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _dump(document: dict[str, Any], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
    file.write_text(text, encoding="utf-8")


def authored(whole: dict[str, Any]) -> dict[str, Any]:
    """Return a record as authored from an exported document: no envelope, references as ids."""
    document = {name: value for name, value in whole.items() if name not in ENVELOPE}
    return map_references(all_kinds()[whole["kind"]].model, document, lambda _, value: value["id"])


def restore(folder: Path, data: Path) -> int:
    """Write the records of a JSON export as YAML and return their number, tombstones included.

    Args:
        folder: What `catalog export json` wrote.
        data: The data folder to make; files that stand there are replaced.

    Raises:
        NoExport: There is no document in the folder.
        UnsafePath: A document's path is not that of its kind and id; nothing of it was written.
    """
    count = 0
    for kind in all_kinds():
        lines = folder / f"{kind}.jsonl"
        if not lines.is_file():
            continue
        with open(lines, encoding="utf-8") as opened:
            for line in opened:
                whole = json.loads(line)
                parts = Path(whole["path"]).parts
                if parts[0] != kind or ".." in parts or parts[-1] != f"{whole['id']}.yaml":
                    raise UnsafePath(f"{whole['ref']}: the path {whole['path']!r} is not that of a record of {kind}")
                _dump(authored(whole), data / whole["path"])
                count += 1
    if not count:
        raise NoExport(f"{folder} holds no JSON export: there is no <kind>.jsonl in it")
    removed = folder / TOMBSTONES
    for line in removed.read_text(encoding="utf-8").splitlines() if removed.is_file() else ():
        stone = json.loads(line)
        kind, _, slug = stone["ref"].partition("/")
        if kind not in all_kinds() or not slug.replace("-", "").isalnum():
            raise UnsafePath(f"{stone['ref']!r} is no reference")
        content = {name: stone[name] for name in ("date", "reason", "replaced_by") if stone[name] is not None}
        _dump({"removed": content}, data / kind / f"{slug}.yaml")
        count += 1
    return count
