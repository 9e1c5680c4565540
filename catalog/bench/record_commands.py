"""The commands that measure nothing: list, validate, compare, plot, env. Need no torch (env says more with it)."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from catalog.bench import environment
from catalog.bench.cli import NO_DEVICE, PROBLEMS, WRONG_USE
from catalog.bench.record_file import to_yaml
from catalog.bench.workloads import WORKLOADS, precisions_of

DEFAULT = Path("data/measurements")


def list_command(options: argparse.Namespace) -> int:
    """Print the workloads."""
    if options.json:
        print(json.dumps({w.name: {"about": w.about, "tracks": w.tracks, "precisions": {d: precisions_of(w.name, d) for d in ("cpu", "cuda", "mps", "xpu")}} for w in WORKLOADS.values()}, indent=2))
    else:
        for workload in WORKLOADS.values():
            print(f"{workload.name:<10} {workload.about}\n{'':<10} tracks {', '.join(workload.tracks)}; "
                  f"cpu {', '.join(precisions_of(workload.name, 'cpu'))}; cuda {', '.join(precisions_of(workload.name, 'cuda'))}")
    return 0


def find_records(paths: list[Path]) -> Iterator[Path]:
    """Yield the files that the arguments name; a folder stands for the records in it."""
    for path in paths or [DEFAULT]:
        yield from sorted(path.rglob("*.yaml")) if path.is_dir() else [path]


def validate_command(options: argparse.Namespace) -> int:
    """Check records; exit code 1 if one is refused."""
    from catalog.bench.validating import differing_weights, look_at, refuse

    results, good = [], []
    for file in find_records(options.records):
        try:
            look = look_at(file)
        except (OSError, ValueError) as error:
            results.append((file, [("form", str(error))]))
            continue
        results.append((file, refuse(look)))
        if not results[-1][1]:
            good.append(look.record)
    if not results:
        print("There are no records here. Name files or folders, or run the command where data/measurements is.", file=sys.stderr)
        return WRONG_USE
    hints = differing_weights(good)
    if options.json:
        print(json.dumps({"records": {str(f): [{"check": c, "reason": r} for c, r in reasons] for f, reasons in results}, "hints": hints}, indent=2, ensure_ascii=False))
    else:
        for file, reasons in results:
            for name, reason in reasons:
                print(f"{file}: refused [{name}]: {reason}")
        for hint in hints:
            print(f"hint: {hint}")
        refused = sum(bool(reasons) for _, reasons in results)
        print(f"{len(results)} record{'s' * (len(results) != 1)} checked, {refused} refused")
    return PROBLEMS if any(reasons for _, reasons in results) else 0


def compare_command(options: argparse.Namespace) -> int:
    """Compare two records; exit code 1 if they cannot be."""
    from catalog.bench.comparing import compare, incomparable
    from catalog.bench.validating import look_at

    try:
        a, b = look_at(options.a), look_at(options.b)
    except (OSError, ValueError) as error:
        print(f"a record cannot be read: {error}", file=sys.stderr)
        return WRONG_USE
    reasons = incomparable(a, b)
    if reasons:
        if options.json:
            print(json.dumps({"comparable": False, "reasons": reasons}, indent=2, ensure_ascii=False))
        else:
            print("\n".join(["These two cannot be compared:", *(f"- {r}" for r in reasons)]))
        return PROBLEMS
    found = compare(a.record, b.record)
    print(json.dumps({"comparable": True, **found.to_plain()}, indent=2, ensure_ascii=False) if options.json else found.sentence)
    return 0


def plot_command(options: argparse.Namespace) -> int:
    """Draw records as SVG files."""
    from catalog.bench.plotting import draw_files

    files = list(find_records(options.records))
    drawn = draw_files(files, options.output)
    for file in drawn:
        print(file)
    if not drawn:
        print("There is nothing to draw: no records with samples were found.", file=sys.stderr)
    return 0 if drawn else PROBLEMS


def env_command(options: argparse.Namespace) -> int:
    """Print what a record would say of this machine; without torch, what is known without it."""
    from catalog.bench.child import NO_DEVICE as DEVICE_MISSING
    from catalog.bench.running import Failed, probe

    facts = {**environment.machine(), **environment.settings_around(dict(os.environ)), "load_before": environment.load_average(), **environment.version()}
    try:
        device = probe(options.device)
        facts |= device["facts"] | device["readings"] | {"device": device["name"]}
    except Failed as error:
        print(f"Without what torch would say: {error}", file=sys.stderr)
        if error.kind == DEVICE_MISSING:
            return NO_DEVICE
    facts = {name: value for name, value in facts.items() if value is not None}
    print(json.dumps(facts, indent=2, ensure_ascii=False) if options.json else to_yaml(facts), end="\n" if options.json else "")
    return 0
