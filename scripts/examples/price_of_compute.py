"""What do a TFLOPS of computing cost in money and in power, over the years?

Of every device with a price at launch (US dollars of the day, not adjusted) and a claimed peak in fp32 on vector units.
The line is the best fit of an exponential; its halving time is printed with the number of devices behind it.

usage: .venv/bin/python scripts/examples/price_of_compute.py [--file build/catalog.db] [--output price.png]
"""

from __future__ import annotations

from asking import parse, save

import catalog
from catalog.plots import label_points, plain_log_axis

QUERY = """
SELECT h.id, h.name, coalesce(h.announced_from, h.available_from, p.date_from) AS day, max(k.gflops) / 1000 AS tflops, h.power_w, p.amount AS usd
FROM hardware h
JOIN hardware_peaks k ON k.hardware_id = h.id AND k.precision = 'fp32' AND coalesce(k.unit, 'vector') = 'vector' AND k.sparsity IS NOT 'sparse'
LEFT JOIN (SELECT hardware_id, amount, min(date_from) AS date_from FROM hardware_prices
           WHERE currency = 'USD' AND condition = 'new' GROUP BY hardware_id) p ON p.hardware_id = h.id
WHERE k.gflops IS NOT NULL GROUP BY h.id HAVING day IS NOT NULL ORDER BY day"""


def main(arguments: list[str] | None = None) -> dict[str, float]:
    """Draw the plot, print the answer and return the halving times in years."""
    options = parse(__doc__, "price.png", arguments)
    import matplotlib.pyplot as plt
    import numpy as np
    import pandas as pd

    with catalog.open(options.file) as db:
        devices = db.sql(QUERY)
    devices["year"] = pd.to_datetime(devices["day"]).map(lambda d: d.year + (d.day_of_year - 1) / 365.25)
    figure, panels = plt.subplots(1, 2, figsize=(12, 4.8), layout="constrained")
    halving = {}
    for ax, (column, unit, colour) in zip(panels, (("usd", "USD", "#0072b2"), ("power_w", "W", "#d55e00")), strict=True):
        known = devices.dropna(subset=[column])
        cost = known[column] / known["tflops"]
        slope, start = np.polyfit(known["year"] - 2010, np.log2(cost), 1)
        halving[unit] = float(-1 / slope)
        years = np.linspace(known["year"].min(), known["year"].max(), 50)
        ax.plot(years, 2 ** (start + slope * (years - 2010)), color="0.5", linewidth=1)
        ax.plot(known["year"], cost, "o", color=colour)
        plain_log_axis(ax)
        label_points(ax, zip(known["year"], cost, known["name"], strict=True))
        ax.set_title(f"{unit} for one TFLOPS (fp32): halves in {halving[unit]:.1f} years, {len(known)} devices", loc="left", fontsize=10)
        ax.set_xlabel("announced or first sold")
        ax.spines[["top", "right"]].set_visible(False)
        ax.grid(axis="y", which="both", alpha=0.2)
        ax.margins(x=0.12)
        print(f"{unit} for a TFLOPS: {cost.iloc[0]:.3g} in {int(known['year'].iloc[0])}, {cost.iloc[-1]:.3g} in {int(known['year'].iloc[-1])}; halved every {halving[unit]:.1f} years")
    save(figure, options.output)
    print("Peaks are claimed by the vendors and prices are those at launch: nobody buys or reaches exactly these.")
    return halving


if __name__ == "__main__":
    main()
