"""Measure how long a contributor waits: `catalog new` and `catalog check ONE-FILE`, and five changed files among ten thousand.

Each command runs as a whole process in alternation with `python -c 'import sqlmodel'`, which nothing here can do without.
Printed are medians and what the command takes above it, pair by pair.

usage: .venv/bin/python scripts/measure_check.py [--records 10000] [--runs 9]
"""

import argparse
import random
import shutil
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from measure_build import CATALOG, PYTHON, ROOT, copy_records, run

BASE = [str(PYTHON), "-c", "import sqlmodel"]


def above(title: str, command: list[str], cwd: Path, runs: int, before: Callable[[], None] = lambda: None) -> None:
    """Run a command and the import in turn; print both medians and the difference of each pair."""
    pairs = []
    for i in range(runs + 1):
        before()
        seconds, _, code = run(command, cwd)
        base, _, _ = run(BASE, cwd)
        if code not in (0, 1):
            raise SystemExit(f"{' '.join(command)} ended with exit code {code}")
        if i:  # the first round warms the caches and writes the index
            pairs.append((seconds, base))
    more = [a - b for a, b in pairs]
    print(f"{title:<46} {statistics.median(a for a, _ in pairs):6.2f} s, import {statistics.median(b for _, b in pairs):5.2f} s, "
          f"above it {statistics.median(more):5.2f} s (from {min(more):.2f} to {max(more):.2f})", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        shutil.copytree(ROOT / "data", work / "real" / "data")
        count = len(list((work / "real" / "data").rglob("*.yaml")))
        fresh = work / "real" / "data" / "datasets" / "a-thing-nobody-has.yaml"
        above(f"catalog new, {count:,} records", [str(CATALOG), "new", "datasets", "A thing nobody has"], work / "real", options.runs, lambda: fresh.unlink(missing_ok=True))
        fresh.unlink(missing_ok=True)
        above(f"catalog check ONE-FILE, {count:,} records", [str(CATALOG), "check", "data/datasets/mnist.yaml"], work / "real", options.runs)
        many = copy_records(work / "many" / "data", options.records)
        files = sorted((work / "many" / "data").rglob("*.yaml"))
        chance = random.Random(5)
        changed = chance.sample(files, 5)

        def change() -> None:
            for file in changed:
                with open(file, "a", encoding="utf-8") as out:
                    out.write("# changed\n")

        names = [str(f.relative_to(work / "many")) for f in changed]
        above(f"catalog check of 5 changed files, {many:,} records", [str(CATALOG), "check", *names], work / "many", options.runs, change)


if __name__ == "__main__":
    main()
