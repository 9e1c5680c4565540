"""Drawings of records as SVG files: the same that the site shows, made of the files themselves. Needs no torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from catalog.bench.hardware_records import claimed_gb_s, claimed_gflops
from catalog.bench.validating import Looked, look_at
from catalog.bench.workloads import BYTES, WORKLOADS
from catalog.site.charts.measurements import draw_learning, draw_roofline, draw_samples
from catalog.site.charts.svg import Drawing


def _draw_device(name: str, looks: list[Looked]) -> Drawing | None:
    hardware: dict[str, Any] = next((look.hardware for look in looks if look.hardware), {})
    claimed = {p: rate for p in BYTES if (rate := claimed_gflops(hardware, p))}
    return draw_roofline(name, [(None, look.record) for look in looks], claimed, claimed_gb_s(hardware))


def draw_files(files: list[Path], folder: Path) -> list[Path]:
    """Draw the records of files into a folder and return the files written; what cannot be read is passed over.

    Each training gets `learning-<record>.svg`, each workload `samples-<workload>.svg`, each device `roofline-<n>.svg`.
    """
    looks = []
    for file in files:
        try:
            looks.append(look_at(file))
        except (OSError, ValueError):
            continue
    drawings: dict[str, Drawing | None] = {}
    for look in looks:
        drawings[f"learning-{look.stem}"] = draw_learning(look.record)
    for workload in WORKLOADS:
        drawings[f"samples-{workload}"] = draw_samples([(None, look.record) for look in looks if look.record.get("workload") == workload])
    devices = sorted({str(look.record.get("device_name")) for look in looks})
    for number, name in enumerate(devices, 1):
        drawings[f"roofline-{number}"] = _draw_device(name, [look for look in looks if str(look.record.get("device_name")) == name])
    written = []
    for stem, drawing in drawings.items():
        if drawing is not None:
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / f"{stem}.svg"
            file.write_text(drawing.render(is_file=True), encoding="utf-8")
            written.append(file)
    return written
