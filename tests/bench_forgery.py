"""Forges good records field by field, the digest computed anew, and says which check catches each; writes the table in docs/benchmark.md.

`python tests/bench_forgery.py` writes it (scripts/docs does so); tests/test_bench_forgery.py compares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from bench_records import CARD, as_read, forged, kernel, training

from catalog.bench.recording import stem_of
from catalog.bench.validating import Looked, refuse

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "benchmark.md"
BEGIN, END = "<!-- forgery: begin -->", "<!-- forgery: end -->"
OTHER = {"mnist-ref": "gemm", "gemm": "attention", "copy": "gemm", "plain": "tuned", "tuned": "plain", "cpu": "cuda", "cuda": "cpu", "fp32": "bf16", "bf16": "fp32",
         "mnist": "synthetic", "forward": "forward-backward", "forward-backward": "forward", "measure": "search", "search": "measure", "float32": "uint8",
         "contiguous": "channels-last", "sgd": "sgd-fused", "none": "inductor", "nothing": "power cap", "2026-11-20": "2026-11-21", "card-1": "card-2"}
HARDWARE = yaml.load(CARD, yaml.BaseLoader)


def good_records() -> list[dict[str, Any]]:
    """Return records that together have every field that can be forged."""
    return [training(), training(device="cuda"), kernel(), kernel("copy"), kernel("conv2d"), kernel("attention")]


def leaves(value: Any, path: tuple = ()) -> Iterator[tuple]:
    """Yield the path of every single value; of lists of parts only those of the first, of gemm's samples also the first measured one."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        yield from leaves(value[0], (*path, 0))
        if value[0].get("phase") == "search":
            yield from leaves(value[-1], (*path, len(value) - 1))
    else:
        yield path


def at(record: dict[str, Any], path: tuple) -> Any:
    for step in path:
        record = record[step]
    return record


def other_value(value: Any) -> Any:
    """Return a value that a forger could write instead: a tenth more, the opposite, another choice."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + max(1, value // 10)
    if isinstance(value, float):
        return round(value * 1.1, 6) if value else 0.5
    if isinstance(value, list):
        return ["quick"]
    if re.fullmatch("[0-9a-f]{40,64}", value):
        return ("0" if value[0] != "0" else "1") + value[1:]
    return OTHER.get(value, value + " x")


def caught(record: dict[str, Any]) -> list[str]:
    """Return the names of the checks that refuse a record."""
    values, texts = as_read(record)
    hardware = HARDWARE if values.get("device") == "card-1" else None
    return sorted({name for name, _ in refuse(Looked(values, texts, hardware, STEMS.get(id(record))))})


STEMS: dict[int, str] = {}


def forge_everything() -> dict[str, dict[str, set[str]]]:
    """Return, by field, the checks that catch its change and its removal; an empty set somewhere means that it can be forged."""
    found: dict[str, dict[str, set[str]]] = {}
    for record in good_records():
        stem = stem_of(record)
        for path in leaves(record):
            field = ".".join(str(s) for s in path if not isinstance(s, int))
            if record["workload"] == "gemm" and path[:2] == ("samples", 0):
                field += " (search)"
            if path[:2] in (("environment", "variables"), ("data", "checksums")):
                field = f"{path[0]}.{path[1]}"
            for how, value in (("changed", other_value(at(record, path))), ("removed", None)):
                lie = forged(record, path, value)
                STEMS[id(lie)] = stem  # the file keeps its name
                checks = caught(lie)
                STEMS.clear()
                entry = found.setdefault(field, {}).setdefault(how, set())
                entry |= set(checks) if checks else {"nothing"}
    return found


def table() -> str:
    """Return the table for the documentation: what catches a change and a removal of each field; fields that are caught alike share a line."""
    lines: dict[tuple[str, str], list[str]] = {}
    for field, ways in forge_everything().items():
        words = tuple("**nothing**" if ways[how] == {"nothing"} else ", ".join(sorted(ways[how] - {"nothing"})) + (" (in some workloads)" if "nothing" in ways[how] else "")
                      for how in ("changed", "removed"))
        lines.setdefault(words, []).append(f"`{field}`")
    rows = [f"| {', '.join(fields)} | {changed} | {removed} |" for (changed, removed), fields in sorted(lines.items(), key=lambda item: ("nothing" in item[0][0], item[1]))]
    return "\n".join(["| field | a changed value is caught by | a removed one by |", "|---|---|---|", *rows])


def with_table(text: str) -> str:
    """Return the document with the table as it is now."""
    head, _, rest = text.partition(BEGIN)
    return f"{head}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    DOCUMENT.write_text(with_table(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    print("docs/benchmark.md")
