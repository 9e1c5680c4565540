"""Hardware: claimed throughput by year, devices side by side, whether a model fits, and claims beside measurements."""

from __future__ import annotations

import json
import math
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from catalog.fields import fields_of
from catalog.kinds import all_kinds
from catalog.kinds.common import COMMON_FIELDS
from catalog.site.charts import UnknownChart, draw
from catalog.site.charts.scatter import RATES, claimed_peaks
from catalog.site.evidence import Evidence
from catalog.site.sections import rows, section
from catalog.site.selection import Option, chosen, options_of

SIDES = ("a", "b", "c", "d")
BITS = (64, 32, 16, 8, 4, 2, 1)
# What the three forms of the page ask; each keeps what the others have.
KEPT = ("precision", "unit", "sparsity", "rate", *SIDES, "parameters", "model", "bits")
GIB = 2**30
MOST_PARAMETERS = 1e18
_AMOUNT = re.compile(r"([0-9]{1,19}(?:\.[0-9]{1,6})?)(?:[eE]\+?([0-9]{1,2}))?\s*([kKmMbBgGtT]?)")
_THOUSANDS = re.compile(r"[\s,_](?=[0-9]{3}(?![0-9]))")
_LETTERS = {"": 1, "k": 1e3, "m": 1e6, "b": 1e9, "g": 1e9, "t": 1e12}
# Parts of a device with a shape of their own; everything else is one value.
_PARTS = ("peaks", "prices")


@section("hardware", label="Hardware", label_ru="Оборудование", order=13)
def hardware(db: sqlite3.Connection, parameters: Mapping[str, str]) -> dict[str, Any]:
    """How fast the devices are by their makers' claims, what they have side by side, which models fit into their memory, and what was measured."""
    devices = rows(db, "SELECT h.id, h.ref, h.name, h.type, h.memory_gib, h.chips, coalesce(h.available_from, h.announced_from) AS day, "
                       "coalesce(h.available, h.announced) AS date, coalesce(o.name, h.vendor_id) AS vendor FROM hardware h "
                       "LEFT JOIN organizations o ON o.id = h.vendor_id ORDER BY vendor, day IS NULL, day, h.id")
    return {
        "devices": devices, "by_vendor": _by_vendor(devices), "throughput": _throughput(db, parameters), "compared": _compare(db, parameters, devices),
        "fit": _fit(db, parameters, devices), "measured": measured_rows(db), "reported": _reported(db),
        "measured_charts": _measured_charts(db), "kept": {k: v for k, v in parameters.items() if k in KEPT},
    }


def _by_vendor(devices: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for device in devices:
        found.setdefault(device["vendor"], []).append(device)
    return found


def _throughput(db: sqlite3.Connection, parameters: Mapping[str, str]) -> dict[str, Any]:
    """Return the chart of claimed peaks, what it can be asked for, and the same as a list."""
    counts = {name: [(r[name], r["count"]) for r in rows(
        db, f"SELECT coalesce({name}, 'dense') AS {name}, count(DISTINCT hardware_id) AS count FROM hardware_peaks GROUP BY 1 ORDER BY count(DISTINCT hardware_id) DESC, 1")]
        for name in ("precision", "unit", "sparsity")}
    options = {name: options_of(found) for name, found in counts.items()}
    options["rate"] = [Option(key, label) for key, label in RATES.items()]
    asked = {"precision": chosen(parameters, "precision", options["precision"], "fp32"), "unit": chosen(parameters, "unit", options["unit"]),
             "sparsity": chosen(parameters, "sparsity", options["sparsity"], "dense"), "rate": chosen(parameters, "rate", options["rate"], "gflops")}
    try:
        chart = draw(db, "hardware", asked)
    except UnknownChart:
        chart = None
    peaks = sorted(claimed_peaks(db, asked), key=lambda p: (-p.value, p.name))
    known = [" ".join(row) for row in db.execute(
        "SELECT DISTINCT precision, unit, coalesce(sparsity, 'dense') FROM hardware_peaks WHERE precision = ? ORDER BY 1, 2, 3", (asked["precision"],))]
    return {"options": options, "asked": asked, "chart": chart, "chart_url": f"/charts/hardware.svg?{urlencode(sorted((k, v) for k, v in asked.items() if v))}",
            "peaks": peaks, "rate": RATES[asked["rate"]], "known": known}


@dataclass
class Feature:
    """One line of the comparison: a field of the kind, and the value of each device."""

    label: str
    label_ru: str
    unit: str
    about: str
    values: list[dict[str, Any] | None]
    is_number: bool


def _compare(db: sqlite3.Connection, parameters: Mapping[str, str], devices: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the chosen devices side by side, every field that one of them has."""
    names = {d["id"]: d["name"] for d in devices}
    asked = {side: parameters.get(side, "") if parameters.get(side, "") in names else "" for side in SIDES}
    slugs = list(dict.fromkeys(slug for slug in asked.values() if slug))
    dated = [d for d in devices if d["day"]]
    first, last = (min(dated, key=lambda d: d["day"]), max(dated, key=lambda d: d["day"])) if dated else (None, None)
    suggestion = {"a": first, "b": last} if first and last and first is not last else None
    if not slugs:
        return {"asked": asked, "devices": [], "features": [], "suggestion": suggestion}
    documents = {slug: json.loads(db.execute("SELECT document FROM documents WHERE ref = ?", (f"hardware/{slug}",)).fetchone()[0]) for slug in slugs}
    evidence = Evidence(db, "hardware")
    refs = {row[0]: row[1] for row in db.execute("SELECT ref, name FROM records WHERE kind IN ('hardware', 'organizations')")}
    features = [_feature(spec, slugs, documents, evidence, refs) for name, spec in fields_of(all_kinds()["hardware"].model).items()
                if name not in COMMON_FIELDS and name not in _PARTS and any(name in document for document in documents.values())]
    features += _peak_features(slugs, documents, evidence) + _price_features(slugs, documents)
    return {"asked": asked, "devices": [{"id": slug, "name": names[slug]} for slug in slugs], "features": features, "suggestion": suggestion}


def _feature(spec: Any, slugs: list[str], documents: dict[str, Any], evidence: Evidence, refs: dict[str, str]) -> Feature:
    values: list[dict[str, Any] | None] = []
    for slug in slugs:
        raw = documents[slug].get(spec.name)
        if raw is None:
            values.append(None)
            continue
        ref = f"{spec.reference.kind}/{raw}" if spec.type == "reference" else None
        values.append({"text": refs.get(ref, str(raw)) if ref else str(raw), "ref": ref if ref in refs else None, "others": evidence.others(slug, spec.name),
                       "is_date": spec.type == "date"})
    return Feature(_bare_label(spec.label, spec.unit), spec.label_ru, spec.unit or "", spec.description, values, spec.type in ("number", "integer"))


def _bare_label(label: str, unit: str | None) -> str:
    """Return a label without the unit at its end, which stands beside it.

    >>> _bare_label("Memory (GiB)", "GiB"), _bare_label("Base clock mhz", "MHz"), _bare_label("Units", None)
    ('Memory', 'Base clock', 'Units')
    """
    for ending in (f" ({unit})", f" {unit}"):
        if unit and label.lower().endswith(ending.lower()):
            return label[:-len(ending)]
    return label


def _peak_features(slugs: list[str], documents: dict[str, Any], evidence: Evidence) -> list[Feature]:
    """Return a line for each precision, unit, sparsity and clock at which one of the devices claims a peak."""
    peaks: dict[tuple[str, str, str, str], dict[str, list[tuple[str, Any]]]] = {}
    for slug in slugs:
        for key, peak in documents[slug].get("peaks", {}).items():
            place = (peak["precision"], peak["unit"], peak.get("sparsity", "dense"), peak.get("clock", "not-reported"))
            peaks.setdefault(place, {}).setdefault(slug, []).append((key, peak))
    order = fields_of(fields_of(all_kinds()["hardware"].model)["peaks"].part)["precision"].choices or ()
    found = []
    for precision, unit, sparsity, clock in sorted(peaks, key=lambda p: (list(order).index(p[0]) if p[0] in order else 99, p[1:])):
        place = (precision, unit, sparsity, clock)
        values: list[dict[str, Any] | None] = []
        for slug in slugs:
            own = peaks[place].get(slug, [])
            others = [o for key, _ in own for o in evidence.others(slug, f"peaks.{key}.gflops")]
            text = " / ".join(str(peak["gflops"]) for _, peak in own)
            values.append({"text": text, "ref": None, "others": others, "is_date": False, "keys": ", ".join(key for key, _ in own)} if own else None)
        label = f"Claimed peak, {precision}, {unit} units" + (", sparse" if sparsity == "sparse" else "")
        found.append(Feature(label, "", "GFLOPS", "clock not reported" if clock == "not-reported" else f"at the {clock} clock", values, True))
    return found


def _price_features(slugs: list[str], documents: dict[str, Any]) -> list[Feature]:
    prices: dict[tuple[str, str], list[dict[str, Any] | None]] = {}
    for position, slug in enumerate(slugs):
        for price in documents[slug].get("prices", []):
            line = prices.setdefault((price["currency"], price.get("condition", "new")), [None] * len(slugs))
            text, date = str(price["amount"]), str(price["date"])
            if line[position] is None:
                line[position] = {"text": text, "ref": None, "others": [], "is_date": False, "on": date}
    return [Feature(f"Price, {condition.replace('-', ' ')}", "Цена", currency, "At the day below; not adjusted for inflation.", values, True)
            for (currency, condition), values in sorted(prices.items())]


def parameters_number(text: str) -> float | None:
    """Return a number of parameters as people write it, or None if it is none or beyond reason.

    >>> [parameters_number(t) for t in ("70e9", "7B", "1,5 b", "340M", "7 000 000", "7,000", "", "-1", "NaN", "9e99")]
    [70000000000.0, 7000000000.0, 1500000000.0, 340000000.0, 7000000.0, 7000.0, None, None, None, None]
    """
    match = _AMOUNT.fullmatch(_THOUSANDS.sub("", text.strip()).replace(",", "."))
    if match is None:
        return None
    number = float(match[1]) * 10.0 ** int(match[2] or 0) * _LETTERS[match[3].lower()]
    return number if 1 <= number <= MOST_PARAMETERS else None


def _fit(db: sqlite3.Connection, parameters: Mapping[str, str], devices: list[dict[str, Any]]) -> dict[str, Any]:
    """Return whether the parameters alone fit into each device's memory, with the arithmetic."""
    models = rows(db, "SELECT id, ref, name, parameters FROM models WHERE parameters > 0 ORDER BY lower(name), id")
    model = next((m for m in models if m["id"] == parameters.get("model")), None)
    bits_text = parameters.get("bits", "")
    bits = int(bits_text) if bits_text in {str(b) for b in BITS} else 16
    text = parameters.get("parameters", "")
    number = parameters_number(text) if text else (model["parameters"] if model else None)
    if text and number is not None:
        model = None  # what was written goes before what was chosen
    answer = {"models": models, "model": model, "bits": bits, "all_bits": BITS, "text": text, "is_wrong": bool(text) and number is None, "number": number, "answers": []}
    if number is None:
        return answer
    size = number * bits / 8
    gib = size / GIB
    found = []
    for device in devices:
        memory = device["memory_gib"]
        need = math.ceil(gib / memory) if memory else None
        found.append({**device, "need": need, "left": memory - gib if memory else None, "share": gib / memory if memory else None})
    found.sort(key=lambda d: (d["memory_gib"] is None, -(d["memory_gib"] or 0), d["name"]))
    return {**answer, "bytes": size, "gib": gib, "answers": found, "fitting": sum(1 for d in found if d["need"] == 1)}


def _reported(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """Return what others report of the network of mnist-ref: `duration` as authored, device, conditions, source and place in it."""
    return rows(db, "SELECT t.ref, coalesce(c.value_text, t.duration_s) AS duration, t.conditions, t.hardware_id, h.name AS device, t.source_id, t.locator "
                    "FROM timings t LEFT JOIN hardware h ON h.id = t.hardware_id "
                    "LEFT JOIN claims c ON c.record = t.ref AND c.path = 'timings.' || t.position || '.duration_s' AND c.role = 'accepted' "
                    "WHERE t.ref = 'models/mnist-lecture-network' ORDER BY t.id")


def _measured_charts(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """Return the roofline of each device that has one and the samples of each workload, with their addresses."""
    asked: list[tuple[str, dict[str, str]]] = []
    for device, name in db.execute("SELECT DISTINCT device_id, device_name FROM measurements WHERE device_name IS NOT NULL ORDER BY 2, 1"):
        asked.append(("roofline", {"device": device} if device else {"name": name}))
    asked += [("samples", {"workload": row[0]}) for row in db.execute("SELECT DISTINCT workload FROM measurements ORDER BY workload")]
    return draw_all(db, asked)


def draw_all(db: sqlite3.Connection, asked: list[tuple[str, dict[str, str]]]) -> list[dict[str, Any]]:
    """Return the charts that there is something to draw for, each with the address of its file."""
    found = []
    for chart, parameters in dict.fromkeys((c, tuple(sorted(p.items()))) for c, p in asked):
        try:
            found.append({"drawing": draw(db, chart, dict(parameters)), "url": f"/charts/{chart}.svg?{urlencode(parameters)}"})
        except UnknownChart:
            continue
    return found


def measured_rows(db: sqlite3.Connection, device: str | None = None) -> list[dict[str, Any]]:
    """Return claimed beside measured, of one device or of all, tracks apart; `flags` as a list."""
    found = rows(db, "SELECT * FROM claimed_vs_measured WHERE ? IS NULL OR device_id = ? "
                     "ORDER BY device IS NULL, device, workload, track, precision, direction, threads, date, measurement_id", (device, device))
    return [{**row, "flags": json.loads(row["flags"] or "[]")} for row in found]
