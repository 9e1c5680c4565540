"""The catalog's hardware records, as far as the benchmark needs them: which device this is, and what its maker claims. Needs no torch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_NOISE = {"nvidia", "amd", "intel", "apple", "r", "tm", "c", "cpu", "gpu", "processor", "with", "graphics", "corporation", "inc"}


def words_of(name: str) -> frozenset[str]:
    """Return the words that tell a device from others.

    >>> sorted(words_of("NVIDIA GeForce(R) GTX 1080 Ti"))
    ['1080', 'geforce', 'gtx', 'ti']
    """
    text = re.sub(r"@.*|\d+-core\b|\(family.*", "", name.lower())
    return frozenset(re.findall(r"[a-z0-9]+(?:\.[0-9]+)?", text)) - _NOISE


def read_hardware(data: Path, slug: str) -> dict[str, Any] | None:
    """Return the hardware record of a slug with texts for all values, None if there is none."""
    file = next((data / "hardware").rglob(f"{slug}.yaml"), None) if re.fullmatch(r"[a-z0-9-]+", slug) else None
    if file is None:
        return None
    found = yaml.load(file.read_text(encoding="utf-8"), _LOADER)
    return found if isinstance(found, dict) else None


def _names(record: dict[str, Any]) -> Iterator[str]:
    yield str(record.get("name", ""))
    yield from (str(alias) for alias in record.get("aliases", ()))


def is_called(record: dict[str, Any], device_name: str) -> bool:
    """Say whether a device that names itself so may be the one of the record: one of the record's names is in it."""
    own = words_of(device_name)
    return any(words and words <= own for words in map(words_of, _names(record)))


def read_names(data: Path) -> dict[str, set[frozenset[str]]]:
    """Return the words of each name of each hardware record, by slug."""
    found = {}
    for file in sorted((data / "hardware").rglob("*.yaml")):
        record = yaml.load(file.read_text(encoding="utf-8"), _LOADER)
        if isinstance(record, dict):
            found[file.stem] = set(map(words_of, _names(record)))
    return found


def find_device(names: dict[str, set[frozenset[str]]], device_name: str) -> str | None:
    """Return the slug of the only record that has exactly the device's words among its names, else None: then `--hardware` names it.

    Args:
        names: What `read_names` returns.
        device_name: As the driver prints it.
    """
    own = words_of(device_name)
    found = [slug for slug, known in names.items() if own and own in known]
    return found[0] if len(found) == 1 else None


def _central(text: Any) -> float | None:
    try:
        return float(str(text).lstrip("~"))
    except ValueError:
        return None


def chips_seen_apart(type: str | None, chips: float | None) -> float:
    """Return how many devices a program finds on a card of several chips: it is given one, the maker claims for all of them.

    A record counts in `chips` those chips alone; dies that work as one device (B200, MI300X) are not counted there. The
    view claimed_vs_measured says the same in SQL.
    """
    return chips or 1 if type == "gpu" else 1


def _chips(record: dict[str, Any]) -> float:
    return chips_seen_apart(record.get("type"), _central(record.get("chips")))


def claimed_gflops(record: dict[str, Any], precision: str) -> float | None:
    """Return the highest dense peak that the maker claims at a precision for what a program sees as one device, in GFLOPS."""
    found = [_central(p.get("gflops")) for p in record.get("peaks", {}).values()
             if isinstance(p, dict) and p.get("precision") == precision and p.get("sparsity", "dense") == "dense"]
    highest = max((f for f in found if f), default=None)
    return highest and highest / _chips(record)


def claimed_gb_s(record: dict[str, Any]) -> float | None:
    """Return the memory bandwidth that the maker claims for what a program sees as one device, in GB/s."""
    claimed = _central(record.get("bandwidth_gb_s"))
    return claimed and claimed / _chips(record)


def memory_gib(record: dict[str, Any]) -> float | None:
    """Return the memory of what a program sees as one device, in GiB, None where the record states no single size."""
    stated = _central(record.get("memory_gib"))
    return stated and stated / _chips(record)
