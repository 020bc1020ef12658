"""Plots of percentiles: how long half, nine and nineteen in twenty codes took, by group or hour."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analyzer.report.plots.bars import most_rows, name_rows
from analyzer.report.plots.canvas import (
    BLUE,
    GREY,
    ORANGE,
    VERMILION,
    Canvas,
    options,
    seconds_scale,
)
from analyzer.report.plots.latency import mark_late, note_unknown

HOURS, N_POINTS = 24, 7.5
# Color and marker of each percentile, told apart without color, too.
STYLES = {"p50": (BLUE, "o"), "p90": (ORANGE, "D"), "p95": (VERMILION, "^")}


def draw_percentiles(
    canvas: Canvas, by: str, table: pd.DataFrame, late_after: float, given: dict[str, Any]
) -> Axes:
    """Draw p50, p90 and p95 per row of a latency table with the column `name`.

    Percentiles that n is too small for are absent; the bar is the 95 % interval of the median.
    """
    known = table[table["n"] > 0]
    if known.empty:
        return canvas.empty("percentiles.title", "no_latency")
    drawn = canvas.largest(known, most_rows(canvas))
    rows: npt.NDArray[np.int64] = np.arange(len(drawn))
    intervals = zip(rows, _seconds(drawn, "p50_low"), _seconds(drawn, "p50_high"), strict=True)
    for row, low, high in intervals:
        canvas.ax.plot([low, high], [row, row], color=BLUE, linewidth=5, alpha=0.35)
    for name in STYLES:
        _mark(canvas, name, _seconds(drawn, name), rows, given)
    ends = [_seconds(drawn, name) for name in (*STYLES, "p50_high")]
    longest = float(np.nanmax(np.concatenate(ends)))
    seconds_scale(canvas.ax, "x", 0, max(longest, late_after))
    mark_late(canvas, "x", late_after)
    groups = zip(drawn["name"], drawn["n"], drawn["unknown"], strict=True)
    name_rows(canvas, [canvas.group(by, name, int(n), int(unknown)) for name, n, unknown in groups])
    canvas.ax.grid(axis="x", color=GREY, alpha=0.3)
    canvas.ax.set_xlabel(canvas.text("latency.axis"))
    canvas.legend_below(2 if canvas.narrow else 3)
    return canvas.finish("percentiles.title")


def draw_hours(
    canvas: Canvas, table: pd.DataFrame, late_after: float, given: dict[str, Any]
) -> Axes:
    """Draw p50 and p90 of a latency table by `hour` ("00" to "23", local), with n above each."""
    known = table[(table["n"] > 0) & table["hour"].isin([f"{hour:02}" for hour in range(HOURS)])]
    if known.empty:
        return canvas.empty("hours.title", "no_time")
    hours = known["hour"].astype(int).to_numpy()
    median, ninth = _seconds(known, "p50"), _seconds(known, "p90")
    canvas.ax.vlines(hours, median, ninth, color=GREY, linewidth=2, zorder=0.8)
    for name, values in (("p50", median), ("p90", ninth)):
        _mark(canvas, name, hours, values, given)
    longest = float(np.nanmax(np.r_[median, ninth]))
    # Room above the marks for the numbers.
    seconds_scale(canvas.ax, "y", 0, 8 * max(longest, late_after))
    for hour, n in zip(hours, known["n"], strict=True):
        canvas.ax.annotate(
            f"{int(n):,}",
            (hour, 0.99),
            xycoords=canvas.ax.get_xaxis_transform(),
            rotation=90,
            ha="center",
            va="top",
            fontsize=N_POINTS,
        )
    mark_late(canvas, "y", late_after)
    canvas.ax.set_xlim(-0.7, HOURS - 0.3)
    canvas.ax.set_xticks(range(0, HOURS, 3))
    canvas.ax.set_xlabel(canvas.text("hours.axis", zone=canvas.words.zone))
    canvas.ax.set_ylabel(canvas.text("latency.axis"))
    canvas.legend_below(2 if canvas.narrow else 3)
    canvas.notes.append(canvas.text("hours.n"))
    note_unknown(canvas, int(table["unknown"].sum()), int(table["n"].sum()))
    return canvas.finish("hours.title")


def _mark(
    canvas: Canvas,
    name: str,
    x: npt.NDArray[Any],
    y: npt.NDArray[Any],
    given: dict[str, Any],
) -> None:
    """Mark one percentile of every group that has it."""
    color, marker = STYLES[name]
    defaults = {"color": color, "marker": marker, "linestyle": "none", "markersize": 5.5}
    chosen = options(defaults | {"label": canvas.text(name)}, given, Line2D)
    canvas.ax.plot(x, y, **chosen)


def _seconds(table: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    """Return a column of seconds, NaN where n does not support it."""
    return table[name].to_numpy(np.float64, na_value=np.nan)
