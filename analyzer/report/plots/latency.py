"""Plots of last-mile latency: how it is distributed, and when it was long."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.lines import Line2D

from analyzer.measure import LatencyCounts
from analyzer.report.plots.canvas import (
    BLACK,
    DASHES,
    GREY,
    LINE_COLORS,
    MARKERS,
    Canvas,
    options,
    seconds_scale,
)
from analyzer.report.plots.times import time_axis, wall_times

MOST_LINES, MOST_DOTS = len(LINE_COLORS), 5_000


def draw_ecdf(
    canvas: Canvas,
    by: str,
    counts: LatencyCounts,
    names: pd.Series[str],
    given: dict[str, Any],
    title: str = "ecdf.title",
) -> Axes:
    """Draw a line per group of the counts, named by `names` in the order of `counts.totals`."""
    totals = counts.totals.assign(name=names)
    known = totals[totals["n"] > 0]
    if known.empty:
        return canvas.empty(title, "no_latency")
    steps = dict(list(counts.ecdf().groupby(by, observed=True)))
    for place, group in enumerate(canvas.largest(known, MOST_LINES).to_dict("records")):
        step = steps[group[by]]
        seconds, shares = step["second"].to_numpy(), 100 * step["share"].to_numpy()
        defaults = {
            "color": LINE_COLORS[place],
            "linestyle": DASHES[place],
            "marker": MARKERS[place],
            "markevery": (1, max(1, len(step) // 12)),
            "markersize": 4.5,
            "drawstyle": "steps-post",
            "label": canvas.group(by, group["name"], group["n"], group["unknown"]),
        }
        chosen = options(defaults, given, Line2D)
        canvas.ax.plot(np.r_[seconds[:1], seconds], np.r_[0.0, shares], **chosen)
    second = counts.seconds["second"]
    seconds_scale(canvas.ax, "x", second.min(), max(second.max(), counts.late_after))
    mark_late(canvas, "x", counts.late_after)
    canvas.ax.set(xlabel=canvas.text("latency.axis"), ylabel=canvas.text("ecdf.share"))
    canvas.ax.set_ylim(0, 103)
    if canvas.narrow:
        canvas.legend_below(1)
    else:
        canvas.ax.legend(loc="lower right", fontsize=canvas.small)
    note_unknown(canvas, int(totals["unknown"].sum()), int(totals["n"].sum()))
    return canvas.finish(title)


def draw_delays(
    canvas: Canvas, by: str, dots: pd.DataFrame, late_after: float, given: dict[str, Any]
) -> Axes:
    """Draw dots with the columns name, received_at (UTC), latency (s, NaN unknown), blocked."""
    timed = dots[dots["received_at"].notna()]
    known = timed[timed["latency"].notna()]
    if known.empty:
        return canvas.empty("delay.title", "no_time")
    sizes = known.groupby("name", sort=True).size().rename("n").reset_index()
    drawn = _thinned(canvas, known, late_after)
    for place, group in enumerate(canvas.largest(sizes, MOST_LINES).to_dict("records")):
        rows = drawn[drawn["name"] == group["name"]]
        defaults = {
            "color": LINE_COLORS[place],
            "marker": MARKERS[place],
            "s": 26,
            "alpha": 0.8,
            "linewidths": 0,
            "label": canvas.group(by, group["name"], group["n"]),
        }
        chosen = options(defaults, given, PathCollection)
        canvas.ax.scatter(wall_times(canvas.words, rows["received_at"]), rows["latency"], **chosen)
    latency = known["latency"]
    seconds_scale(canvas.ax, "y", latency.min(), max(latency.max(), late_after))
    _mark_blocked(canvas, timed[timed["blocked"]])
    mark_late(canvas, "y", late_after)
    time_axis(canvas, "delay.axis", wall_times(canvas.words, timed["received_at"]))
    canvas.ax.set_ylabel(canvas.text("latency.exact_axis"))
    canvas.legend_below(1 if canvas.narrow else 2)
    at_foot = int((timed["blocked"] & timed["latency"].isna()).sum())
    note_unknown(canvas, len(dots) - len(known) - at_foot, len(known) + at_foot)
    return canvas.finish("delay.title")


def _mark_blocked(canvas: Canvas, blocked: pd.DataFrame) -> None:
    """Cross blocked codes; where their latency is unknown, at the foot of the plot."""
    if blocked.empty:
        return
    unknown = blocked["latency"].isna()
    foot: dict[str, Any] = {"transform": canvas.ax.get_xaxis_transform(), "clip_on": False}
    cross: dict[str, Any] = {"color": BLACK, "marker": "x", "s": 44, "linewidths": 1.4}
    what = "delay.blocked_at_foot" if unknown.any() else "delay.blocked"
    label = canvas.text(what, n=len(blocked), unknown=int(unknown.sum()))
    known = blocked[~unknown]
    canvas.ax.scatter(
        wall_times(canvas.words, known["received_at"]), known["latency"], label=label, **cross
    )
    times = wall_times(canvas.words, blocked[unknown]["received_at"])
    canvas.ax.scatter(times, [0.03] * len(times), **cross, **foot)


def mark_late(canvas: Canvas, axis: str, late_after: float) -> None:
    """Draw a line where lateness begins."""
    draw = canvas.ax.axvline if axis == "x" else canvas.ax.axhline
    label = canvas.text("late_after", late_after=f"{late_after:,g}")
    draw(late_after, color=GREY, linestyle=(0, (4, 3)), linewidth=1.2, zorder=0.5, label=label)


def note_unknown(canvas: Canvas, unknown: int, others: int) -> None:
    """Note how many code messages are not drawn because their latency is not known."""
    if unknown:
        canvas.notes.append(canvas.text("unknown_latency", unknown=unknown, n=unknown + others))


def _thinned(canvas: Canvas, known: pd.DataFrame, late_after: float) -> pd.DataFrame:
    """Return fewer dots where there are very many; late ones are never left out."""
    late = (known["latency"] > late_after).to_numpy()
    step = -(-int((~late).sum()) // MOST_DOTS)
    if step <= 1:
        return known
    canvas.notes.append(canvas.text("delay.thinned", step=step))
    kept: pd.DataFrame = known[late | (np.cumsum(~late) % step == 1)]
    return kept
