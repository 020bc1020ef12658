"""Plots with a row per group: how attempts ended, what the phone blocked, and for which reason."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analyzer.report.plots.canvas import (
    BLACK,
    BLUE,
    DARK_INK,
    GREEN,
    GREY,
    NARROW_INCHES,
    ORANGE,
    PALE_INK,
    PURPLE,
    SKY,
    VERMILION,
    WIDTH_INCHES,
    YELLOW,
    Canvas,
    options,
)
from analyzer.schema import Outcome

MOST_ROWS, MOST_NARROW_ROWS = 20, 10
ROW_INCHES, FRAME_INCHES, LEGEND_INCHES = 0.36, 1.3, 0.75
NARROW_ROW_INCHES, NAME_RISE = 0.5, 0.22
WHOLE_SCALE_PERCENT = 40
# Luminance below which white text has more contrast than black (WCAG 2.2 contrast ratio).
DARK = 0.179

# Color and hatch of each outcome: the hatches tell them apart in grey.
OUTCOME_STYLES = {
    Outcome.IN_TIME: (GREEN, ""),
    Outcome.LATE: (ORANGE, "//"),
    Outcome.EXPIRED: (VERMILION, "xx"),
    Outcome.GARBLED: (PURPLE, "||"),
    Outcome.BLOCKED: (BLUE, "\\\\"),
    Outcome.MISSING: (BLACK, ""),
    Outcome.REFUSED: (YELLOW, "++"),
    Outcome.UNDECIDED: (SKY, "--"),
}


def bars_height(rows: int, width: float = WIDTH_INCHES, legend: bool = False) -> float:
    """Return the height in inches of a plot with so many rows."""
    narrow = width < NARROW_INCHES
    shown = max(3, min(rows, MOST_NARROW_ROWS if narrow else MOST_ROWS))
    each = NARROW_ROW_INCHES if narrow else ROW_INCHES
    return FRAME_INCHES + each * shown + (LEGEND_INCHES if legend else 0)


def most_rows(canvas: Canvas) -> int:
    """Return how many rows a plot has at most."""
    return MOST_NARROW_ROWS if canvas.narrow else MOST_ROWS


def draw_outcomes(canvas: Canvas, by: str, table: pd.DataFrame, given: dict[str, Any]) -> Axes:
    """Draw a stacked bar per row of an outcome table with the column `name`."""
    if table.empty:
        return canvas.empty("outcomes.title", "no_attempts")
    drawn = canvas.largest(table, most_rows(canvas))
    left, longest = np.zeros(len(drawn)), int(drawn["n"].max())
    for outcome in OUTCOME_STYLES:
        numbers = drawn[outcome.value].to_numpy(np.int64)
        if numbers.any():
            _stack(canvas, outcome, (left, numbers, longest), given)
            left += numbers
    for row, n in enumerate(drawn["n"]):
        text = canvas.text("bar", n=int(n))
        canvas.ax.text(n + 0.01 * longest, row, text, va="center", size=canvas.small)
    name_rows(canvas, [canvas.fonts.drawable(canvas.name(by, name)) for name in drawn["name"]])
    canvas.ax.set(xlabel=canvas.text("outcomes.axis"), xlim=(0, 1.2 * longest))
    _count_axis(canvas)
    canvas.legend_below(2 if canvas.narrow else 3)
    return canvas.finish("outcomes.title")


def _stack(
    canvas: Canvas,
    outcome: Outcome,
    place: tuple[
        np.ndarray[tuple[int], np.dtype[np.float64]],
        np.ndarray[tuple[int], np.dtype[np.int64]],
        int,
    ],
    given: dict[str, Any],
) -> None:
    """Add one outcome to all bars, its numbers written where they fit.

    `place` is where the outcome begins in each bar, its numbers, and the length of the longest
    bar.
    """
    left, numbers, longest = place
    color, hatch = OUTCOME_STYLES[outcome]
    ink = DARK_INK if _luminance(color) > DARK else PALE_INK
    label = f"{canvas.word(outcome.value)} ({numbers.sum():,})"
    defaults = {
        "color": color,
        "hatch": hatch,
        "edgecolor": ink,
        "linewidth": 0.5,
        "height": _thickness(canvas),
    }
    chosen = options({**defaults, "label": label}, given, Patch)
    bars = canvas.ax.barh(range(len(numbers)), numbers, left=left, **chosen)
    character = (0.018 if canvas.narrow else 0.011) * longest
    roomy = [f"{n:,}" if n >= character * (len(f"{n:,}") + 1) else "" for n in numbers]
    for text in canvas.ax.bar_label(bars, roomy, label_type="center", color=ink, size=8):
        if text.get_text():
            text.set_bbox({"facecolor": color, "edgecolor": "none", "pad": 1.0})


def draw_blocking(canvas: Canvas, by: str, table: pd.DataFrame, given: dict[str, Any]) -> Axes:
    """Draw a rate with its interval per row of a blocking table with the column `name`."""
    if table.empty:
        return canvas.empty("blocking.title", "no_codes")
    drawn = canvas.largest(table, most_rows(canvas)).sort_values(
        "rate", ascending=False, kind="stable"
    )
    rate, low, high = (100 * drawn[name].to_numpy() for name in ("rate", "rate_low", "rate_high"))
    defaults = {"color": BLUE, "marker": "o", "linestyle": "none", "capsize": 3}
    # The bounds may lie a rounding error on the wrong side of the rate.
    ends = np.maximum([rate - low, high - rate], 0)
    rows = range(len(drawn))
    canvas.ax.errorbar(rate, rows, xerr=ends, **options(defaults, given, Line2D))
    for row, (hits, n, end) in enumerate(zip(drawn["blocked"], drawn["n"], high, strict=True)):
        text = canvas.text("blocking.counts", blocked=int(hits), n=int(n))
        canvas.ax.annotate(
            text, (end, row), (5, 0), textcoords="offset points", va="center", size=canvas.small
        )
    groups = zip(drawn["name"], drawn["n"], strict=True)
    name_rows(canvas, [canvas.group(by, name, int(n)) for name, n in groups])
    # Small rates get a scale of their own, but never one that makes a few percent look like all.
    end = 112 if max(high) > WHOLE_SCALE_PERCENT else max(1.4 * max(high), 10)
    canvas.ax.set(xlabel=canvas.text("blocking.axis"), xlim=(-0.01 * end, end))
    canvas.ax.set_xticks([tick for tick in MaxNLocator(5).tick_values(0, end) if tick <= 100])
    canvas.ax.grid(axis="x", color=GREY, alpha=0.3)
    return canvas.finish("blocking.title")


def draw_reasons(canvas: Canvas, reasons: dict[str, int], given: dict[str, Any]) -> Axes:
    """Draw a bar per block reason: how many code messages the phone blocked for it."""
    if not reasons:
        return canvas.empty("reasons.title", "no_blocked")
    counts = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    names, numbers = [name for name, _ in counts], [count for _, count in counts]
    canvas.ax.barh(
        range(len(counts)),
        numbers,
        **options({"color": BLUE, "height": _thickness(canvas)}, given, Patch),
    )
    for row, count in enumerate(numbers):
        text = canvas.text("bar", n=count)
        canvas.ax.text(count + 0.015 * max(numbers), row, text, va="center", size=canvas.small)
    name_rows(canvas, [canvas.fonts.drawable(canvas.words.reason(name)) for name in names])
    canvas.ax.set(xlabel=canvas.text("reasons.axis"), xlim=(0, 1.18 * max(numbers)))
    _count_axis(canvas)
    return canvas.finish("reasons.title")


def _count_axis(canvas: Canvas) -> None:
    bins = 4 if canvas.narrow else 8
    canvas.ax.xaxis.set_major_locator(MaxNLocator(bins, integer=True, steps=[1, 2, 5, 10]))
    canvas.ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))


def name_rows(canvas: Canvas, names: list[str]) -> None:
    """Name the rows, the first at the top; above each row where the plot is narrow."""
    if not canvas.narrow:
        tick_rows(canvas, names)
        return
    axes = canvas.ax
    tick_rows(canvas, [""] * len(names))
    axes.set_ylim(len(names) - 0.5, -0.75)
    for row, name in enumerate(names):
        axes.annotate(
            name,
            (0, row - NAME_RISE),
            xycoords=axes.get_yaxis_transform(),
            xytext=(3, 0),
            textcoords="offset points",
            va="bottom",
            size=canvas.small,
        )


def tick_rows(canvas: Canvas, names: list[str]) -> None:
    """Name the rows beside the axis, the first at the top."""
    canvas.ax.set_yticks(range(len(names)), names)
    canvas.ax.set_ylim(len(names) - 0.4, -0.6)
    canvas.ax.tick_params(axis="y", length=0)


def _thickness(canvas: Canvas) -> float:
    """Return how thick bars are, in rows: thinner where a name stands above each."""
    return 0.36 if canvas.narrow else 0.72


def _luminance(color: str) -> float:
    """Return the relative luminance of a color, 0 to 1 (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))
