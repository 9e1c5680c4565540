"""Drawing: SVG written in Python, with text escaped, a title behind each mark, and no script.

The same drawing stands inside a page and as a file of its own: colours are CSS variables with a light and a dark value,
and a caveat and source line can be put inside. The same rows always give the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

STYLE = """
.chart{--ink:#1f2328;--soft:#59636e;--line:#d0d7de;--fill:#fff;--band:#f3f5f7;
--c0:#0b62c4;--c1:#b3400a;--c2:#1a7f37;--c3:#8250df;--c4:#9a6700;--c5:#bf3989;--c6:#0a7080;--c7:#57606a;
font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-size:12px;fill:var(--ink)}
@media (prefers-color-scheme:dark){.chart{--ink:#e6edf3;--soft:#9aa4ae;--line:#3a424b;--fill:#0d1117;--band:#171c23;
--c0:#6cb0ff;--c1:#ff9a62;--c2:#5fd37a;--c3:#c8a5ff;--c4:#e3b341;--c5:#ff8cc5;--c6:#56d3e0;--c7:#a5adb6}}
.chart .soft{fill:var(--soft)}.chart .axis{stroke:var(--soft);stroke-width:1;fill:none}
.chart .grid{stroke:var(--line);stroke-width:1;fill:none}.chart .band{fill:var(--band)}
.chart a:hover .mark,.chart a:focus .mark{stroke:var(--ink);stroke-width:2}
.chart .halo{paint-order:stroke;stroke:var(--fill);stroke-width:3px;stroke-linejoin:round}
.chart .h{font-size:14px;font-weight:600}.chart .s{font-size:11px}
"""
COLOURS = 8


def number(value: float) -> str:
    """Return a coordinate with at most two decimals and no trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def short_number(value: float) -> str:
    """Return a value for an axis: 1.2M, 350k, 0.05.

    >>> short_number(1_200_000), short_number(175e9), short_number(0.05)
    ('1.2M', '175G', '0.05')
    """
    for limit, letter in ((1e24, "Y"), (1e21, "Z"), (1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= limit:
            return f"{value / limit:.3g}{letter}"
    return f"{value:.3g}"


@dataclass(frozen=True)
class Scale:
    """A mapping of values to pixels, linear or logarithmic; bounds are inclusive.

    Raises:
        ValueError: A logarithmic scale reaches zero or below.
    """

    low: float
    high: float
    start: float
    end: float
    is_log: bool = False

    def __post_init__(self) -> None:
        if self.is_log and self.low <= 0:
            raise ValueError("a logarithmic scale needs positive values")

    def __call__(self, value: float) -> float:
        if self.is_log:
            low, high, value = math.log10(self.low), math.log10(self.high), math.log10(value)
        else:
            low, high = self.low, self.high
        share = 0.5 if high == low else (value - low) / (high - low)
        return self.start + share * (self.end - self.start)

    def ticks(self, wanted: int = 6) -> list[float]:
        """Return round values to mark, at most about `wanted` of them."""
        if self.is_log:
            first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
            if last - first < 2:  # less than three powers of ten: mark the steps between them too
                between = [m * 10.0**e for e in range(first - 1, last + 1) for m in (1, 2, 5)]
                return [v for v in between if self.low <= v <= self.high]
            step = max(1, math.ceil((last - first) / wanted))
            return [10.0**e for e in range(first, last + 1, step)]
        span = self.high - self.low
        if span <= 0:
            return [self.low]
        raw = span / wanted
        base = 10 ** math.floor(math.log10(raw))
        step = next(m * base for m in ((1, 2, 5, 10) if raw >= 0.5 and self.low > 1000 else (1, 2, 2.5, 5, 10)) if m * base >= raw * 0.999)
        first = math.ceil(self.low / step - 1e-9)
        return [round(i * step, 10) for i in range(first, math.floor(self.high / step + 1e-9) + 1)]


def nice_scale(values: Iterable[float], start: float, end: float, is_log: bool = False, pad: float = 0.05) -> Scale:
    """Return a scale that holds all values with a little room at both ends."""
    found = [v for v in values if v is not None and (not is_log or v > 0)]
    low, high = (min(found), max(found)) if found else (1.0, 10.0)
    if is_log:
        margin = 10 ** max(0.1, pad * (math.log10(high) - math.log10(low)))
        return Scale(low / margin, high * margin, start, end, True)
    margin = (high - low) * pad or abs(high) * 0.1 or 1.0
    return Scale(low - margin, high + margin, start, end)


def year_of(day: str) -> float:
    """Return a day (ISO 8601) as a year with a fraction.

    >>> round(year_of("2016-07-02"), 1)
    2016.5
    """
    year, month, date = int(day[:4]), int(day[5:7]), int(day[8:10])
    return year + ((month - 1) * 30.4375 + date - 1) / 365.25


def year_scale(days: Iterable[str], start: float, end: float, pad: float = 0.05) -> Scale:
    """Return a scale of years that holds all days (ISO 8601), at least four years wide."""
    years = [year_of(day) for day in days]
    short = max(0.0, 4.0 - (max(years) - min(years))) / 2
    return nice_scale([min(years) - short, max(years) + short], start, end, pad=pad)


def whole_year(value: float) -> str:
    """Return the label of a year; what lies between years has none.

    >>> whole_year(2016.0), whole_year(2016.5)
    ('2016', '')
    """
    return str(int(value)) if value == int(value) else ""


TALL = 450  # pixels from which one does not see the foot of a chart with its head


@dataclass
class Drawing:
    """One chart: a title and description for those who cannot see it, and its elements in drawing order.

    Args:
        width, height: Size in pixels of its own coordinate system; pages scale it to their width.
        title: Said by screen readers and shown by the page.
        description: What the chart shows, one or two sentences.
        footer: Lines inside the drawing at its foot: caveat, sources.
    """

    width: float
    height: float
    title: str
    description: str
    footer: Sequence[str] = ()
    elements: list[str] = field(default_factory=list)

    def add(self, markup: str) -> None:
        self.elements.append(markup)

    def line(self, x1: float, y1: float, x2: float, y2: float, css: str = "grid", extra: str = "") -> None:
        self.add(f'<path class="{css}" d="M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}"{extra}/>')

    def path(self, points: Sequence[tuple[float, float]], colour: int = 0, width: float = 2, dash: str = "") -> None:
        steps = "L".join(f"{number(x)} {number(y)}" for x, y in points)
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.add(f'<path d="M{steps}" fill="none" style="stroke:var(--c{colour % COLOURS})" stroke-width="{number(width)}"{dashes}/>')

    def text(self, x: float, y: float, text: str, css: str = "", anchor: str = "start", rotate: float | None = None) -> None:
        classes = f' class="{css}"' if css else ""
        turned = f' transform="rotate({number(rotate)} {number(x)} {number(y)})"' if rotate else ""
        middle = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self.add(f'<text x="{number(x)}" y="{number(y)}"{classes}{middle}{turned}>{escape(text)}</text>')

    def rect(self, x: float, y: float, width: float, height: float, css: str = "band", style: str = "") -> None:
        styled = f' style="{style}"' if style else ""
        self.add(f'<rect class="{css}" x="{number(x)}" y="{number(y)}" width="{number(max(width, 0))}" height="{number(height)}"{styled}/>')

    def mark(self, x: float, y: float, title: str, href: str | None = None, colour: int = 0, radius: float = 4.5, shape: str = "circle", hollow: bool = False) -> None:
        """Add one mark with its title, leading to a page."""
        fill = "var(--fill)" if hollow else f"var(--c{colour % COLOURS})"
        style = f'style="fill:{fill};stroke:var(--c{colour % COLOURS})" stroke-width="1.5"'
        if shape == "circle":
            drawn = f'<circle class="mark" cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" {style}>'
            closing = "</circle>"
        else:
            r = radius * (1.25 if shape == "diamond" else 1.0)
            corners = {
                "diamond": ((0, -r), (r, 0), (0, r), (-r, 0)),
                "square": ((-r, -r), (r, -r), (r, r), (-r, r)),
                "triangle": ((0, -r * 1.2), (r * 1.1, r * 0.8), (-r * 1.1, r * 0.8)),
            }[shape]
            steps = "L".join(f"{number(x + dx)} {number(y + dy)}" for dx, dy in corners)
            drawn, closing = f'<path class="mark" d="M{steps}Z" {style}>', "</path>"
        inner = f"{drawn}<title>{escape(title)}</title>{closing}"
        self.add(f'<a href="{escape(href)}">{inner}</a>' if href else inner)

    def x_axis(self, scale: Scale, y: float, top: float, label: str = "", format: Callable[[float], str] = short_number, wanted: int = 8) -> None:
        """Add an axis below the field with a grid line up to `top` for each tick; a tall field has its labels above as well."""
        for tick in scale.ticks(wanted):
            self.tick(scale(tick), y, top, format(tick))
        self.line(scale.start, y, scale.end, y, "axis")
        if label:
            self.text((scale.start + scale.end) / 2, y + 34, label, "soft", "middle")

    def tick(self, x: float, y: float, top: float, label: str) -> None:
        """Add a grid line with its label below, and above where the foot may be out of sight."""
        self.line(x, top, x, y)
        self.text(x, y + 16, label, "soft", "middle")
        if y - top > TALL:
            self.text(x, top - 6, label, "soft", "middle")

    def y_axis(self, scale: Scale, x: float, right: float, label: str = "", format: Callable[[float], str] = short_number, wanted: int = 6) -> None:
        """Add an axis left of the field with a grid line to `right` for each tick."""
        for tick in scale.ticks(wanted):
            y = scale(tick)
            self.line(x, y, right, y)
            self.text(x - 6, y + 4, format(tick), "soft", "end")
        if label:
            self.text(x, min(scale.start, scale.end) - 10, label, "soft")

    def legend(self, x: float, y: float, entries: Sequence[tuple[str, int, str] | tuple[str, int, str, bool]], limit: float) -> float:
        """Add a legend of (label, colour, shape, and whether it is hollow) in rows up to `limit`; return the y below it."""
        left = x
        for label, colour, shape, *hollow in entries:
            width = 30 + 6.9 * len(label)
            if left + width > limit and left > x:
                left, y = x, y + 18
            self.mark(left + 6, y - 4, label, None, colour, 4.5, shape, any(hollow))
            self.text(left + 16, y, label, "soft")
            left += width
        return y + 18

    def render(self, is_file: bool = False) -> str:
        """Return the SVG, for a page, or with everything a file of its own needs."""
        below = 18 * len(self.footer)
        height = self.height + below
        space = ' xmlns="http://www.w3.org/2000/svg"' if is_file else ""
        size = f' width="{number(self.width)}" height="{number(height)}"' if is_file else ""
        back = f'<rect width="{number(self.width)}" height="{number(height)}" fill="var(--fill)"/>' if is_file else ""
        foot = "".join(
            f'<text class="soft s" x="8" y="{number(self.height + 12 + 18 * i)}">{escape(line)}</text>' for i, line in enumerate(self.footer))
        # An image has no parts for those who cannot see it; a chart with links is a group of them.
        role = "group" if any("<a " in element for element in self.elements) else "img"
        head = f'<svg class="chart" role="{role}"{space}{size} viewBox="0 0 {number(self.width)} {number(height)}" aria-label="{escape(self.title)}">'
        return (
            f"{head}<title>{escape(self.title)}</title><desc>{escape(self.description)}</desc><style>{STYLE}</style>"
            f"{back}{''.join(self.elements)}{foot}</svg>"
        )
