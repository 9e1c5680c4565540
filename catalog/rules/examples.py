"""Small records for the examples of rules: each a text that is valid by itself, to which one thing is added."""

from __future__ import annotations

_CITED = "sources:\n- {source: paper, default: true}\n"
PAPER = "type: paper\ntitle: On digits\n"


def files(**records: str) -> dict[str, str]:
    """Return a data folder of the records, named `kind__slug` (hyphens as `_`), with the source that all of them cite.

    >>> files(topics__computer_vision="name: Computer vision\\n")["topics/computer-vision.yaml"]
    'name: Computer vision\\n'
    """
    named = {}
    for name, text in records.items():
        kind, _, slug = name.partition("__")
        named[f"{kind}/{slug.replace('_', '-')}.yaml"] = text
    if any("source: paper" in text for text in records.values()):
        named.setdefault("sources/paper.yaml", PAPER)
    return named


def source(more: str = "", title: str = "On digits", type: str = "paper") -> str:
    return f"type: {type}\ntitle: {title}\n{more}"


def person(more: str = "") -> str:
    return f"name: Ada Example\n{more}{_CITED}"


def dataset(more: str = "", name: str = "Digits") -> str:
    return f"name: {name}\nmodality: [image]\n{more}{_CITED}"


def method(more: str = "", name: str = "Dropping units") -> str:
    return f"name: {name}\nfamily: layer\n{more}{_CITED}"


def model(more: str = "", name: str = "DigitNet") -> str:
    return f"name: {name}\n{more}{_CITED}"


def benchmark(more: str = "", name: str = "Digit test") -> str:
    metric = "metrics:\n  accuracy: {name: Accuracy, unit: '%', direction: higher, floor: 0, ceiling: 100, is_primary: true}\n"
    return f"name: {name}\n{metric}{more}{_CITED}"


def table(*results: str, columns: str = "accuracy") -> str:
    rows = "".join(f"    {result}\n" for result in results)
    return f"tables:\n- columns: [{columns}]\n  results:\n{rows}"


def baseline(more: str = "levels: {accuracy: 99.8}\n") -> str:
    head = "name: Human digit readers\nbenchmark: digits\npopulation: students\npeople: 12\nstatistic: mean-person\nbasis: measured\n"
    return f"{head}{more}{_CITED}"


def achievement(more: str, name: str = "A machine reads digits", comparison: str = "scored-set", status: str = "confirmed") -> str:
    head = f"name: {name}\ndate: 2012\ncomparison: {comparison}\nstatus: {status}\ncaveat: Digits cut out of forms.\n"
    return f"{head}{more}{_CITED}"


def competition(entries: str, more: str = "", year: str = "2011", winner: str = "alpha") -> str:
    edition = f"editions:\n  '{year}':\n    date: 2011\n    winner: {winner}\n    entries:\n"
    rows = "".join(f"      {line}\n" for line in entries.split("\n"))
    return f"name: Digit contest\n{more}{edition}{rows}{_CITED}"


VENDOR = "name: Chipmaker\ntype: company\n"


def hardware(more: str, type: str = "gpu") -> str:
    return f"name: Card 1\nvendor: chipmaker\ntype: {type}\nannounced: 2016-05\n{more}{_CITED}"
