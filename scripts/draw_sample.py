"""Draw records or claims for an audit: a fixed seed, so that anybody draws the same ones from the same data.

usage: .venv/bin/python scripts/draw_sample.py [--records 60 | --claims 100] [--seed 20261123] [--file build/catalog.db]

Records with claims are drawn, kinds in proportion to the square root of their size, so that small kinds are not missed.
Printed are the references, one a line; who audits opens the sources named there and judges each claim anew.

With `--claims` single claims are drawn, each with the same chance, so that the share found wrong is that of all claims.
Printed are, separated by tabs: number, record, its name, path, value, unit, source, its title, place, through which source
it was seen, day it was read, words as printed where they differ (values within a field's tolerance count as the same). Who audits
sees these lines and not the records.
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


def draw_claims(file: str, wanted: int, seed: int) -> list[tuple[str, ...]]:
    """Return the drawn claims in their order in the file, as the lines that are printed."""
    sql = ("SELECT c.id, c.record, r.name, c.path, c.value_text, c.unit, c.source, s.title, c.locator, c.via, c.accessed, c.as_printed FROM claims c "
           "JOIN records r ON r.ref = c.record LEFT JOIN sources s ON s.id = c.source WHERE c.role = 'accepted' ORDER BY c.record, c.path, c.source, c.id")
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as db:
        claims = db.execute(sql).fetchall()
    drawn = sorted(random.Random(seed).sample(range(len(claims)), min(wanted, len(claims))))
    return [(str(n), *("" if v is None else str(v).replace("\t", " ").replace("\n", " ") for v in claims[i][1:])) for n, i in enumerate(drawn, 1)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=60)
    parser.add_argument("--claims", type=int, default=0)
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--file", default="build/catalog.db")
    options = parser.parse_args()
    if options.claims:
        print("\n".join("\t".join(line) for line in draw_claims(options.file, options.claims, options.seed)))
    else:
        print("\n".join(draw(options.file, options.records, options.seed)))
