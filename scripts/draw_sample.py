"""Draw records for an audit: a fixed seed, so that anybody draws the same ones from the same data.

usage: .venv/bin/python scripts/draw_sample.py [--records 60] [--seed 20261123] [--file build/catalog.db]

Records with claims are drawn, kinds in proportion to the square root of their size, so that small kinds are not missed.
Printed are the references, one a line; who audits opens the sources named there and judges each claim anew.
"""

import argparse
import random
import sqlite3
from collections import defaultdict


def draw(file: str, wanted: int, seed: int) -> list[str]:
    """Return references of the drawn records, sorted."""
    kinds: dict[str, list[str]] = defaultdict(list)
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as db:
        sql = "SELECT DISTINCT r.kind, r.ref FROM records r JOIN claims c ON c.record = r.ref WHERE c.role = 'accepted' ORDER BY r.ref"
        for kind, ref in db.execute(sql):
            kinds[kind].append(ref)
    weights = {kind: len(refs) ** 0.5 for kind, refs in kinds.items()}
    total = sum(weights.values())
    chance = random.Random(seed)
    drawn: list[str] = []
    for kind in sorted(kinds):
        share = min(len(kinds[kind]), max(1, round(wanted * weights[kind] / total)))
        drawn += chance.sample(kinds[kind], share)
    return sorted(chance.sample(drawn, min(wanted, len(drawn))))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=60)
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--file", default="build/catalog.db")
    options = parser.parse_args()
    print("\n".join(draw(options.file, options.records, options.seed)))
