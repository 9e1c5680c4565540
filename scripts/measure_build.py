"""Measure check and build beside yaml-to-sqlite on the same files, and the answer time of `catalog --help`.

Copies of the real records are written until there are enough, then each command runs as a whole process several
times in alternation with the one it is compared with. Printed are medians, records per second, peak memory and the
ratio pair by pair, since these machines are noisy.

usage: .venv/bin/python scripts/measure_build.py [--records 5000] [--runs 5]
(yaml-to-sqlite is installed into a folder of its own: build/.measure)
"""

import argparse
import hashlib
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
CATALOG = ROOT / ".venv" / "bin" / "catalog"
PYTHON = ROOT / ".venv" / "bin" / "python"


def renamed(value, spec, suffix: str):
    """Return a value as plain YAML values, references to records given a suffix."""
    from sqlmodel import SQLModel

    from catalog.document import to_plain
    from catalog.fields import fields_of

    if isinstance(value, list):
        return [renamed(v, spec, suffix) for v in value]
    if isinstance(value, dict):
        return {k: renamed(v, spec, suffix) for k, v in value.items()}
    if isinstance(value, SQLModel):
        specs = fields_of(type(value))
        return {name: renamed(getattr(value, name), specs[name], suffix) for name in to_plain(value)}
    if spec.type == "reference":
        slug, mark, item = value.partition("#")
        return f"{slug}{suffix}{mark}{item}"
    return to_plain(value)


def copy_records(target: Path, wanted: int) -> int:
    """Write data/ and whole copies of it with renamed ids (`mnist-c1`) until there are `wanted` records; return their number."""
    from catalog.check import check_data

    checked = check_data(ROOT / "data")
    if not checked.is_clean:
        raise SystemExit("data/ has problems: run `catalog check` first")
    count = copy = 0
    while count < wanted:
        for record in checked.catalog.records.values():
            content = record.record
            suffix = f"-c{copy}" if copy else ""
            plain = renamed(content, None, suffix)
            plain.pop("former_ids", None)
            if copy:
                for key in ("name", "title"):
                    if plain.get(key):
                        plain[key] += f" {hashlib.sha256(f'{record.ref}{copy}'.encode()).hexdigest()[:10]}"
                plain.pop("identifiers", None)
            path = target / record.kind.name / f"{record.document.slug}{suffix}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=110), encoding="utf-8")
            count += 1
        copy += 1
    return count


def run(command: list[str], cwd: Path) -> tuple[float, float, int]:
    """Run a command to its end; return wall seconds, peak memory in MiB and its exit code."""
    start = time.monotonic()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    return time.monotonic() - start, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


def compare(title: str, a: list[str], b: list[str], cwd: Path, runs: int, records: int | None = None, reset=lambda: None) -> None:
    """Run A and B in alternation, print both and the ratio A/B."""
    results: dict[str, list[tuple[float, float, int]]] = {"A": [], "B": []}
    for i in range(runs + 1):
        for name, command in (("A", a), ("B", b)):
            reset()
            measured = run(command, cwd)
            if i:  # the first round warms the caches
                results[name].append(measured)
    print(title)
    for name, command in (("A", a), ("B", b)):
        seconds = statistics.median(r[0] for r in results[name])
        memory = max(r[1] for r in results[name])
        rate = f", {records / seconds:,.0f} records/s" if records else ""
        codes = sorted({r[2] for r in results[name]})
        print(f"  {name}: {seconds:.2f} s{rate}, {memory:.0f} MiB, exit codes {codes}: {' '.join(map(str, command))}")
    ratios = [x[0] / y[0] for x, y in zip(results["A"], results["B"], strict=True)]
    print(f"  A/B: median {statistics.median(ratios):.2f} (from {min(ratios):.2f} to {max(ratios):.2f})\n")


def install_yaml_to_sqlite() -> Path:
    """Install yaml-to-sqlite beside the builds and return its command."""
    folder = ROOT / "build" / ".measure"
    command = folder / "bin" / "yaml-to-sqlite"
    if not command.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "-q", "yaml-to-sqlite", "setuptools"], check=True)
    return command


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=5000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    other = install_yaml_to_sqlite()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        count = copy_records(work / "data", options.records)
        print(f"{count:,} records, copies of data/ with renamed ids; {options.runs} counted runs each\n")
        # yaml-to-sqlite loads one file into one table, so it gets the same records as one list a kind.
        script = work / "all.sh"
        lines = ["set -e"]
        for kind in sorted(p.name for p in (work / "data").iterdir() if p.is_dir()):
            joined = work / f"{kind}.yaml"
            with open(joined, "w", encoding="utf-8") as out:
                for record in sorted((work / "data" / kind).rglob("*.yaml")):
                    body = record.read_text(encoding="utf-8").rstrip("\n").split("\n")
                    out.write(f"- id: {record.stem}\n" + "".join(f"  {line}\n" if line else "\n" for line in body))
            lines.append(f"{other} {work}/other.db {kind} {joined}")
        script.write_text("\n".join(lines) + "\n")

        def reset() -> None:
            (work / "other.db").unlink(missing_ok=True)
            (work / "ours.db").unlink(missing_ok=True)

        compare("check against yaml-to-sqlite", [str(CATALOG), "check"], ["sh", str(script)], work, options.runs, count, reset)
        compare("build against yaml-to-sqlite", [str(CATALOG), "build", "--output", "ours.db"], ["sh", str(script)], work, options.runs, count, reset)
        one_line = work / "one_line.py"
        one_line.write_text("import typer\napp = typer.Typer()\n@app.command()\ndef main():\n    print('hello')\napp()\n")
        compare("catalog --help against a Typer program that prints one line", [str(CATALOG), "--help"], [str(PYTHON), str(one_line)], work, options.runs * 3)
        compare("catalog --help against that program's --help", [str(CATALOG), "--help"], [str(PYTHON), str(one_line), "--help"], work, options.runs * 3)
    print(f"peak memory is the largest single process; measuring itself took {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
