"""How long do benchmarks last until machines pass people?

Of every benchmark with a human baseline: from its release to the first result recorded here above the people, one bar a
baseline, since it matters who the people were. An open bar ends on the day to which results were looked for, else with the last
result recorded.

usage: .venv/bin/python scripts/examples/benchmark_lifespans.py [--file build/catalog.db] [--output lifespans.png]
"""

from __future__ import annotations

from asking import parse, save

import catalog

QUERY = """
SELECT l.benchmark_id, l.name, b.released_from, l.years_to_people, p.human_baseline, p.first_above,
  round((julianday(coalesce(b.results_checked_to_to,
    (SELECT max(s.date_to) FROM scored_results s WHERE s.benchmark_id = b.id AND s.metric = p.metric), (SELECT max(accessed) FROM claims))) - julianday(b.released_from)) / 365.25, 1) AS years_so_far
FROM benchmark_lifespans l JOIN benchmarks b ON b.id = l.benchmark_id
JOIN human_parity p ON p.human_baseline_id = l.human_baseline_id
JOIN benchmark_metrics m ON m.id = b.id || '.' || p.metric AND m.is_primary = 1
ORDER BY b.released_from, l.benchmark_id, p.human_baseline_id"""


def main(arguments: list[str] | None = None) -> dict[str, float]:
    """Draw the plot, print the answer and return the median years until people were passed, and how many never were."""
    options = parse(__doc__, "lifespans.png", arguments)
    import matplotlib.pyplot as plt
    import numpy as np
    import pandas as pd

    with catalog.open(options.file) as db:
        spans = db.sql(QUERY)
    start = pd.to_datetime(spans["released_from"]).map(lambda d: d.year + (d.day_of_year - 1) / 365.25)
    passed = spans["years_to_people"].notna()
    length = spans["years_to_people"].where(passed, spans["years_so_far"])
    rows = np.arange(len(spans))[::-1]
    figure, ax = plt.subplots(figsize=(11, 1.2 + 0.42 * len(spans)), layout="constrained")
    ax.barh(rows[passed], length[passed], left=start[passed], height=0.6, color="#0072b2", label="until a machine passed the people")
    ax.barh(rows[~passed], length[~passed], left=start[~passed], height=0.6, facecolor="none", edgecolor="#d55e00", hatch="//", label="people not passed in the results recorded here")
    for row, x, years, first in zip(rows, start + length, length, spans["first_above"], strict=True):
        ax.annotate(f" {years:.1f} years" + (f", {first}" if isinstance(first, str) else ""), (x, row), va="center", fontsize=8)
    ax.set_yticks(rows, [f"{name}\n{who}" for name, who in zip(spans["name"], spans["human_baseline"], strict=True)], fontsize=7)
    ax.set_title(f"Benchmarks last {length[passed].median():g} years (median of {int(passed.sum())} baselines passed)", loc="left")
    ax.spines[["top", "right"]].set_visible(False)
    ax.margins(x=0.25)
    ax.set_xlim(left=float(start.min()) - 0.5)
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.legend(frameon=False, fontsize=8, loc="lower left")
    save(figure, options.output)
    print(f"Median {length[passed].median():g} years over {int(passed.sum())} baselines; {int((~passed).sum())} not passed in the results recorded here.")
    for year, mine in pd.DataFrame({"half": np.where(start < 2015, "released before 2015", "released since 2015"), "years": length})[passed].groupby("half"):
        print(f"  {year}: {mine['years'].median():g} years ({len(mine)})")
    return {"median_years": float(length[passed].median()), "not_passed": int((~passed).sum())}


if __name__ == "__main__":
    main()
