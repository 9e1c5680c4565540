"""Plots of the built file with matplotlib (extra `plot`): what `db.plot` offers. Each returns the axes, to be changed or saved.

    db.plot.progress("glue").figure.savefig("glue.png")
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from catalog.database import Database

# Colours that people with defective colour vision tell apart (Okabe and Ito 2008, https://jfly.uni-koeln.de/color/).
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
LABELS_PER_PLOT = 12  # more would lie on one another


class NothingToPlot(LookupError):
    """The file holds nothing for the plot; the message says what is missing."""


def _axes(ax: Axes | None, width: float = 10, height: float = 5.5) -> Axes:
    if ax is not None:
        return ax
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError("plots need matplotlib; install it with: pip install 'deep-learning-catalog[plot]'") from error

    return plt.subplots(figsize=(width, height), layout="constrained")[1]


def _days(texts: pd.Series) -> pd.Series:
    import pandas as pd

    return pd.to_datetime(texts, format="%Y-%m-%d").astype("datetime64[s]")


def _finish(ax: Axes, title: str, x: str, y: str) -> Axes:
    ax.set_title(title, loc="left")
    ax.set_xlabel(x)
    ax.set_ylabel(y)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="y", alpha=0.3)
    return ax


def label_points(ax: Axes, points: Iterable[tuple[Any, float, str]]) -> None:
    """Write a text beside each point (x, y, text), the first ones first; one that would lie on another is left out."""
    ax.figure.canvas.draw()  # places are known only now
    taken = []
    for x, y, text in points:
        for dx, dy, side in ((6, 3, "left"), (6, -9, "left"), (-6, 3, "right"), (-6, -9, "right")):
            label = ax.annotate(text, (x, y), xytext=(dx, dy), textcoords="offset points", fontsize=7, ha=side, color="0.2")
            box = label.get_window_extent()
            if ax.bbox.x0 <= box.x0 and box.x1 <= ax.figure.bbox.x1 and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                break
            label.remove()


def plain_log_axis(ax: Axes) -> None:
    """Make the vertical axis logarithmic, with plain numbers."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    ax.set_yscale("log")
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.yaxis.set_minor_formatter(NullFormatter())


class Plots:
    """The plots of one catalog. Each takes `ax`, the matplotlib axes to draw on, and makes a figure of its own without."""

    def __init__(self, db: Database):
        self._db = db

    def timeline(self, since: int = 1940, ax: Axes | None = None) -> Axes:
        """Draw milestones and achievements by date, a row for each category.

        Args:
            since: First year shown.

        Raises:
            NothingToPlot: Nothing happened since.

        >>> with catalog.open() as db:
        ...     db.plot.timeline(since=1980).get_title(loc="left")
        'Deep learning since 1980'
        """
        frame = self._db.sql("SELECT name, category, date_from FROM timeline WHERE date_from >= ? ORDER BY date_from", [f"{since}-01-01"])
        if frame.empty:
            raise NothingToPlot(f"the timeline holds nothing since {since}")
        frame["day"] = _days(frame["date_from"])
        ax = _axes(ax)
        categories = list(frame["category"].value_counts().index[::-1])
        for row, category in enumerate(categories):
            mine = frame[frame["category"] == category]
            ax.plot(mine["day"], [row] * len(mine), "o", color=COLOURS[row % len(COLOURS)], alpha=0.6, markersize=7, markeredgewidth=0)
        ax.set_yticks(range(len(categories)), categories)
        return _finish(ax, f"Deep learning since {since}", "", "")

    def progress(self, benchmark: str, metric: str | None = None, ax: Axes | None = None) -> Axes:
        """Draw the results of a benchmark by date, the best so far as a line for each track, and what people reach.

        Args:
            benchmark: Id of the benchmark (`glue`).
            metric: Key of the metric; without it, the primary one.

        Raises:
            NothingToPlot: There is no such benchmark or metric, or none of its results has a date.

        >>> with catalog.open() as db:
        ...     db.plot.progress("glue").get_ylabel()
        'GLUE score (points)'
        """
        metrics = self._db.sql("SELECT key, name, unit, direction FROM benchmark_metrics WHERE benchmark_id = ? ORDER BY is_primary IS NULL, rowid", [benchmark])
        found = metrics if metric is None else metrics[metrics["key"] == metric]
        if found.empty:
            known = ", ".join(self._db.sql("SELECT id FROM benchmarks ORDER BY id")["id"]) if metrics.empty else ", ".join(metrics["key"])
            raise NothingToPlot(f"there is no {'benchmark ' + repr(benchmark) if metrics.empty else 'metric ' + repr(metric)}; there are {known}")
        chosen = found.iloc[0]
        results = self._db.sql(
            "SELECT benchmark, system, value, date_to, track FROM scored_results WHERE benchmark_id = ? AND metric = ? AND value IS NOT NULL AND date_to IS NOT NULL "
            "ORDER BY date_to, result_id", [benchmark, chosen["key"]])
        if results.empty:
            raise NothingToPlot(f"no result of {benchmark} in {chosen['key']} has a value and a date")
        results["day"] = _days(results["date_to"])
        ax = _axes(ax)
        records: list[tuple[Any, float, str]] = []
        for i, (track, mine) in enumerate(results.groupby("track", sort=True)):
            colour = COLOURS[i % len(COLOURS)]
            best = mine["value"].cummax() if chosen["direction"] == "higher" else mine["value"].cummin()
            ax.plot(mine["day"], mine["value"], "o", color=colour, alpha=0.45, markersize=5)
            ax.step(mine["day"], best, where="post", color=colour, label=str(track))
            firsts = mine[mine["value"].eq(best) & ~best.duplicated()].drop_duplicates("day", keep="last")
            records += list(firsts[["day", "value", "system"]].tail(LABELS_PER_PLOT).itertuples(index=False, name=None))
        people = self._db.sql(
            "SELECT human_baseline, human_level FROM human_parity WHERE benchmark_id = ? AND metric = ? AND human_level IS NOT NULL ORDER BY human_level", [benchmark, chosen["key"]])
        for name, level in people.itertuples(index=False):
            ax.axhline(level, color="0.35", linestyle="--", linewidth=1)
            ax.annotate(f"{name}: {level:g}", (0, level), xycoords=("axes fraction", "data"), xytext=(4, 3), textcoords="offset points", fontsize=8, color="0.35")
        ax.legend(frameon=False, fontsize=8, loc="best")
        label_points(ax, records[::-1])
        unit = f" ({chosen['unit']})" if isinstance(chosen["unit"], str) else ""
        return _finish(ax, f"{results['benchmark'].iloc[0]}: results recorded here", "", f"{chosen['name']}{unit}")

    def hardware(self, precision: str = "fp32", unit: str = "vector", ax: Axes | None = None) -> Axes:
        """Draw the claimed peak rate of every device by the day it was announced or sold, in TFLOPS on a logarithmic axis, dense.

        Args:
            precision: Kind of number the peak is stated for (`fp32`, `fp16`, `bf16` …).
            unit: `vector`, or `matrix` for units that multiply matrices.

        Raises:
            NothingToPlot: No device has a dated peak of that precision.

        >>> with catalog.open() as db:
        ...     db.plot.hardware().get_yscale()
        'log'
        """
        peaks = self._db.sql(
            "SELECT h.name, h.vendor_id, coalesce(h.announced_from, h.available_from) AS day, max(p.gflops) / 1000 AS tflops "
            "FROM hardware_peaks p JOIN hardware h ON h.id = p.hardware_id WHERE p.precision = ? AND coalesce(p.unit, 'vector') = ? AND p.sparsity IS NOT 'sparse' "
            "AND p.gflops IS NOT NULL AND day IS NOT NULL GROUP BY h.id ORDER BY day, h.name", [precision, unit])
        if peaks.empty:
            known = ", ".join(self._db.sql("SELECT DISTINCT precision FROM hardware_efficiency ORDER BY 1")["precision"])
            raise NothingToPlot(f"no device has a dated peak in {precision} of {unit} units; there are peaks in {known or 'nothing'}")
        peaks["day"] = _days(peaks["day"])
        ax = _axes(ax)
        for i, (vendor, mine) in enumerate(peaks.groupby("vendor_id", sort=True)):
            ax.plot(mine["day"], mine["tflops"], "o", color=COLOURS[i % len(COLOURS)], label=str(vendor))
        plain_log_axis(ax)
        label_points(ax, list(peaks[["day", "tflops", "name"]].itertuples(index=False, name=None))[::-1])
        ax.legend(frameon=False, fontsize=8)
        return _finish(ax, f"Peak rate as claimed, {precision}, {unit} units, dense", "announced or first sold", "TFLOPS")


def save(ax: Any, file: str) -> None:
    """Write the figure of some axes and close it, so that a script that draws many keeps none."""
    import matplotlib.pyplot as plt

    ax.figure.savefig(file, dpi=120)
    plt.close(ax.figure)
