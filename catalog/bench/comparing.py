"""Comparing two records: the ratio of their durations with its range, in a sentence, or the reasons why not. Needs no torch."""

from __future__ import annotations

import statistics
from dataclasses import asdict, dataclass
from typing import Any

from catalog.bench.summary import durations
from catalog.bench.validating import Looked, refuse

SAME_ERROR_PCT = 0.2  # points of per cent: seeds of one network differ by as much
FEW = 25  # up to so many pairs the range holds all of them, beyond that nine tenths


@dataclass(frozen=True)
class Comparison:
    """How the durations of A and B relate: A is `ratio` (from `low` to `high`) times as fast as B."""

    ratio: float
    low: float
    high: float
    sentence: str

    def to_plain(self) -> dict[str, Any]:
        return asdict(self)


def incomparable(a: Looked, b: Looked) -> list[str]:
    """Return why two records cannot be compared; empty if they can."""
    reasons = []
    for letter, look in (("A", a), ("B", b)):
        record = look.record
        reasons += [f"{letter} is refused: {reason}" for _, reason in refuse(look)[:3]]
        for flag, words in (("noisy", "has fewer than three samples that nobody disturbed"), ("incomplete", "did not run to its end"), ("quick", "is a quick trial"),
                            ("synthetic", "ran on made-up data"), ("few-samples", "has too few samples"), ("dirty-code", "was measured with changed code"),
                            ("shared-gpu", "shared its device with others"), ("throttled", "was measured while the device held its clock down")):
            if flag in record.get("flags", []):
                reasons.append(f"{letter} {words}")
    one, other = a.record, b.record
    names = {"workload": "the workload", "precision": "the number format"}
    reasons += [f"{words} differs: {one.get(n)} and {other.get(n)}" for n, words in names.items() if one.get(n) != other.get(n)]
    settings = {"direction": "the direction", "epochs": "the number of epochs", "batch_size": "the batch size", "size": "the size of the matrices"}
    reasons += [f"{words} differs: {one.get('settings', {}).get(n)} and {other.get('settings', {}).get(n)}" for n, words in settings.items()
                if one.get("settings", {}).get(n) != other.get("settings", {}).get(n)]
    if one.get("track") != other.get("track"):
        if "open" in (one.get("track"), other.get("track")):
            reasons.append(f"the tracks {one.get('track')} and {other.get('track')} do different mathematics")
        elif _place(one) != _place(other):
            reasons.append(f"the tracks differ ({one.get('track')} and {other.get('track')}) and so do the devices: nobody could say which of both made the difference")
    if one.get("data", {}).get("checksums") != other.get("data", {}).get("checksums"):
        reasons.append("the data differ")
    errors = [r.get("accuracy", {}).get("error_pct") for r in (one, other)]
    if None not in errors and abs(errors[0] - errors[1]) > SAME_ERROR_PCT:
        reasons.append(f"the test errors differ by more than {SAME_ERROR_PCT} points: {errors[0]} and {errors[1]} %")
    return list(dict.fromkeys(reasons))


def _place(record: dict[str, Any]) -> tuple:
    return record.get("device_name"), record.get("settings", {}).get("threads"), record.get("environment", {}).get("torch")


def compare_durations(a: list[float], b: list[float]) -> tuple[float, float, float]:
    """Return how many times as fast A is: the ratio of the medians, and the range of the ratios of all pairs of samples.

    >>> [round(r, 2) for r in compare_durations([1.0, 1.1, 1.05], [3.3, 3.36, 3.15])]
    [3.14, 2.86, 3.36]
    """
    pairs = sorted(y / x for x in a for y in b)
    low, high = (pairs[0], pairs[-1]) if len(pairs) <= FEW else (statistics.quantiles(pairs, n=20)[0], statistics.quantiles(pairs, n=20)[-1])
    return statistics.median(b) / statistics.median(a), low, high


def describe(record: dict[str, Any], other: dict[str, Any]) -> str:
    """Return what a sentence calls a record: what the two differ in."""
    words = [record["track"]] if record["track"] != other["track"] else []
    threads = record.get("settings", {}).get("threads")
    if record.get("device_name") != other.get("device_name"):
        words.append(str(record.get("device_name")))
    if record.get("device_type") == "cpu" and threads != other.get("settings", {}).get("threads"):
        words.append(f"{threads} thread{'s' * (threads != 1)}")
    if record.get("environment", {}).get("torch") != other.get("environment", {}).get("torch"):
        words.append(f"torch {record.get('environment', {}).get('torch')}")
    return ", ".join(words)


def compare(a: dict[str, Any], b: dict[str, Any]) -> Comparison:
    """Return how two comparable records relate."""
    ratio, low, high = compare_durations(durations(a), durations(b))
    called_a, called_b = describe(a, b), describe(b, a)
    first, second = f"A ({called_a})" if called_a else "A", f"B ({called_b})" if called_b else "B"
    error = " at the same error" if "error_pct" in a.get("accuracy", {}) else ""
    if low <= 1 <= high:
        sentence = f"{first} and {second} cannot be told apart{error}: the ratios of their samples reach from {low:.2f} to {high:.2f}."
    elif ratio > 1:
        sentence = f"{first} is {_range(low, high)} times faster than {second}{error}."
    else:
        sentence = f"{first} is {_range(1 / high, 1 / low)} times slower than {second}{error}."
    return Comparison(ratio, low, high, sentence)


def _range(low: float, high: float) -> str:
    digits = 1 if high >= 2 else 2
    texts = [f"{v:.{digits}f}" for v in (low, high)]
    return texts[0] if texts[0] == texts[1] else f"{texts[0]} to {texts[1]}"
