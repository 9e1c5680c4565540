"""Have data sets or algorithms paced progress? Years from each to the breakthrough it made possible.

The lecture's table (after Wissner-Gross, 2016) says: 3 years after the data, 18 after the algorithm. Here both bases are drawn,
the table's own years and those that our sources hold.

usage: .venv/bin/python scripts/examples/what_paced_progress.py [--file build/catalog.db] [--output pace.png]
"""

from __future__ import annotations

from asking import parse, save

import catalog


def main(arguments: list[str] | None = None) -> dict[str, float]:
    """Draw the plot, print the answer and return the mean lag in years by basis and role."""
    options = parse(__doc__, "pace.png", arguments)
    import matplotlib.pyplot as plt

    with catalog.open(options.file) as db:
        lags = db.breakthrough_lags
    means = lags.groupby(["basis", "role"])["lag_years"].mean()
    medians = lags.groupby(["basis", "role"])["lag_years"].median()
    order = lags.drop_duplicates("ref").sort_values("breakthrough_year", ascending=False)
    figure, panels = plt.subplots(1, 2, figsize=(12, 4.2), sharex=True, sharey=True, layout="constrained")
    for ax, (basis, title) in zip(panels, (("lecture", "years of the lecture's table"), ("accepted", "years our sources hold")), strict=True):
        mine = lags[lags["basis"] == basis]
        for role, colour, marker in (("dataset", "#0072b2", "o"), ("method", "#d55e00", "s")):
            points = mine[mine["role"] == role].set_index("ref")["lag_years"]
            rows = [i for i, ref in enumerate(order["ref"]) if ref in points.index]
            ax.plot([points[order["ref"].iloc[i]] for i in rows], rows, marker, color=colour, label=role, markersize=8)
            ax.axvline(means[basis, role], color=colour, linestyle="--", linewidth=1)
        ax.set_title(f"{title}\nmean: {means[basis, 'dataset']:.1f} after the data, {means[basis, 'method']:.1f} after the method", loc="left", fontsize=9)
        ax.set_xlabel("years from it to the breakthrough")
        ax.spines[["top", "right"]].set_visible(False)
        ax.margins(x=0.1)
        ax.grid(axis="x", alpha=0.3)
    panels[0].set_yticks(range(len(order)), [f"{name} ({year})" if len(name) < 46 else f"{name[:44]}… ({year})" for name, year in zip(order["name"], order["breakthrough_year"], strict=True)], fontsize=8)
    panels[1].legend(frameon=False, loc="center", bbox_to_anchor=(0.36, 0.5))
    save(figure, options.output)
    for (basis, role), mean in means.items():
        print(f"{basis}: {mean:.1f} years after the {role} on average, median {medians[basis, role]:g}, {len(order)} breakthroughs")
    print("Six hand-picked breakthroughs show a pattern and prove no cause: the table chose the data that were there just before.")
    return {f"{basis} {role}": float(mean) for (basis, role), mean in means.items()}


if __name__ == "__main__":
    main()
