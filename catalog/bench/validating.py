"""Checks of a record: everything that follows is computed again, and what cannot be true is refused. Needs no torch.

The checks stand in `checks_of_run` and `checks_of_device`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from catalog.bench import checks_of_device, checks_of_run
from catalog.bench.checks_of_run import check_form
from catalog.bench.hardware_records import read_hardware
from catalog.bench.looked import Looked
from catalog.bench.record_file import read_texts, to_values

CHECKS = {**checks_of_run.CHECKS, **checks_of_device.CHECKS}


def refuse(look: Looked) -> list[tuple[str, str]]:
    """Return (check, reason) of everything for which a record is refused; a record without a form is judged by that alone."""
    found: list[tuple[str, str]] = []
    try:
        found += [("form", reason) for reason in check_form(look)]
        if not any("is missing" in reason for _, reason in found):
            found += [(name, reason) for name, function in CHECKS.items() if name != "form" for reason in function(look)]
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as error:
        found.append(("form", f"a value is missing or of another sort than the benchmark writes ({type(error).__name__}: {error})"))
    return found


def look_at(file: Path, data: Path | None = None) -> Looked:
    """Read a record's file, and the record of its device from the data folder that it stands in.

    Raises:
        ValueError: It cannot be read as a record.
        OSError: It cannot be read at all.
    """
    texts = read_texts(file.read_text(encoding="utf-8"))
    record = to_values(texts)
    data = data or next((p.parent for p in file.resolve().parents if p.name == "measurements"), file.resolve().parent)
    hardware = read_hardware(data, str(record["device"])) if record.get("device") else None
    return Looked(record, texts, hardware, file.stem)


def differing_weights(records: list[dict[str, Any]]) -> list[str]:
    """Return where equal seed, torch, threads, processor and track gave different weights: a hint, since libraries may differ."""
    seen: dict[tuple, tuple[str, str]] = {}
    found = []
    for record in records:
        environment, settings = record.get("environment", {}), record.get("settings", {})
        for sample in record.get("samples", []):
            if "weights_sha256" not in sample or not record.get("is_complete"):
                continue
            key = (record.get("track"), record.get("precision"), record.get("device_name"), settings.get("threads"), settings.get("epochs"), settings.get("images_as"),
                   record.get("data", {}).get("name"), environment.get("torch"), environment.get("instructions"), sample.get("seed"))
            name, digest = seen.setdefault(key, (str(record.get("name")), sample["weights_sha256"]))
            if digest != sample["weights_sha256"]:
                found.append(f"seed {sample.get('seed')} ended with other weights in {record.get('name')!r} than in {name!r}")
    return found
