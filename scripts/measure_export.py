"""Measure memory and time of every export: of the real records and of many whole copies of them.

Each export runs as a process of its own; printed are its peak memory and wall time for both files. Memory is flat if the
second stays near the first however many copies there are. The copies come from `measure_build.copy_records`, in a process
of their own: Linux counts what the parent held at the start as a child's peak, so this one must stay small.

usage: .venv/bin/python scripts/measure_export.py [--times 100] [FORMAT…]
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from measure_build import CATALOG, ROOT, run

COPY = "import sys; from pathlib import Path; from measure_build import copy_records; print(copy_records(Path(sys.argv[1]), int(sys.argv[2])), 'records')"


def build(data: Path, file: Path) -> None:
    subprocess.run([CATALOG, "build", "--data", data, "--output", file], check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("formats", nargs="*", metavar="FORMAT")
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--large", type=Path, help="a large file that is there already")
    options = parser.parse_args()
    formats = options.formats or list(json.loads(subprocess.run([CATALOG, "export", "--json"], check=True, capture_output=True).stdout))
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        build(ROOT / "data", work / "small.db")
        large = options.large or work / "large.db"
        if not options.large:
            records = len(list((ROOT / "data").rglob("*.yaml")))
            subprocess.run([sys.executable, "-c", COPY, work / "data", str(records * options.times)], check=True, cwd=ROOT / "scripts")
            build(work / "data", large)
        print(f"files of {(work / 'small.db').stat().st_size / 2**20:.0f} and {large.stat().st_size / 2**20:.0f} MiB")
        print(f"{'format':12} {'real, MiB':>10} {'copies, MiB':>12} {'ratio':>6} {'real, s':>8} {'copies, s':>10}")
        for name in formats:
            measured = [run([str(CATALOG), "export", name, "--file", str(file), "--output", str(work / "out" / f"{file.stem}-{name}")], work) for file in (work / "small.db", large)]
            (seconds, memory, code), (more_seconds, more_memory, more_code) = measured
            if code or more_code:
                sys.exit(f"{name} ended with exit codes {code} and {more_code}")
            print(f"{name:12} {memory:10.0f} {more_memory:12.0f} {more_memory / memory:6.2f} {seconds:8.1f} {more_seconds:10.1f}", flush=True)
            subprocess.run(["rm", "-rf", work / "out"], check=True)


if __name__ == "__main__":
    main()
