"""The attempts over time: a lane per outcome."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection

from analyzer.report.plots.bars import OUTCOME_STYLES, tick_rows
from analyzer.report.plots.canvas import GREY, NOTE_GREY, Canvas, options
from analyzer.report.plots.times import time_axis, wall_times

Period = tuple[datetime, datetime]

LANE_INCHES, FRAME_INCHES = 0.36, 1.2
# Marks that would fall on the same spot of a lane are drawn once.
SPOTS = 300
EDGE = {"edgecolors": NOTE_GREY, "linewidths": 0.4}
LANE_MARKERS = ("o", "D", "X", "P", "s", "v", "p", "h")


def timeline_height(attempts: pd.DataFrame) -> float:
    """Return the height in inches of a timeline of these attempts."""
    return FRAME_INCHES + LANE_INCHES * max(3, attempts["outcome"].nunique())


def draw_timeline(
    canvas: Canvas, attempts: pd.DataFrame, outages: Sequence[Period], given: dict[str, Any]
) -> Axes:
    """Draw attempts with the columns started_at (UTC) and outcome: one mark each, by outcome.

    The periods `outages` are shaded.
    """
    timed = attempts[attempts["started_at"].notna()]
    if timed.empty:
        return canvas.empty("timeline.title", "no_attempts")
    outcomes = timed["outcome"].astype(str)
    lanes = [
        (outcome, marker)
        for outcome, marker in zip(OUTCOME_STYLES, LANE_MARKERS, strict=True)
        if (outcomes == outcome.value).any()
    ]
    span = timed["started_at"].agg(["min", "max"])
    for row, (outcome, marker) in enumerate(lanes):
        moments = timed.loc[outcomes == outcome.value, "started_at"]
        drawn = wall_times(canvas.words, _apart(moments, span["min"], span["max"]))
        defaults = {"color": OUTCOME_STYLES[outcome][0], "marker": marker, "s": 34, **EDGE}
        canvas.ax.scatter(drawn, [row] * len(drawn), **options(defaults, given, PathCollection))
    counts = outcomes.value_counts()
    tick_rows(
        canvas,
        [
            canvas.text("group", group=canvas.word(o.value), n=int(counts[o.value]))
            for o, _ in lanes
        ],
    )
    canvas.ax.grid(axis="y", color=GREY, alpha=0.3)
    _shade(canvas, outages)
    time_axis(canvas, "timeline.axis", wall_times(canvas.words, span))
    return canvas.finish("timeline.title")


def _shade(canvas: Canvas, outages: Sequence[Period]) -> None:
    """Shade the outages behind the marks, and say in a note what the shade means."""
    for outage in outages:
        first, last = wall_times(canvas.words, pd.Series(outage, dtype="datetime64[ms, UTC]"))
        canvas.ax.axvspan(first, last, color=GREY, alpha=0.3, zorder=0.4)
    if outages:
        canvas.notes.append(canvas.text("timeline.outages", n=len(outages)))


def _apart(moments: pd.Series[Any], first: pd.Timestamp, last: pd.Timestamp) -> pd.Series[Any]:
    """Return the moments of which no two fall on the same of `SPOTS` spots between two times."""
    length = max((last - first).total_seconds(), 1.0)
    spots = pd.Series((moments - first).dt.total_seconds() / length * SPOTS).round()
    kept: pd.Series[Any] = moments[~spots.duplicated()]
    return kept
