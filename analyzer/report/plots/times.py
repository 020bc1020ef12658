"""Axes of time: by the clock of the zone that the log is shown in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

from analyzer.report.plots.canvas import Canvas
from analyzer.report.words import Words

# Months as numbers: their names would follow the locale of the machine.
DATES = ["%Y", "%Y-%m", "%m-%d", "%H:%M", "%H:%M", "%H:%M:%S"]
DATE_OFFSETS = ["", "%Y", "%Y", "%Y-%m-%d", "%Y-%m-%d", "%Y-%m-%d %H:%M"]
MOST_TICKS, MOST_TICKS_NARROW = 9, 6


def wall_times(words: Words, moments: pd.Series[pd.Timestamp]) -> npt.NDArray[np.datetime64]:
    """Return moments (UTC) as the clock on the wall shows them in the zone of the report."""
    if words.zone_name:
        local = moments.dt.tz_convert(words.zone_name).dt.tz_localize(None)
        return local.to_numpy("datetime64[s]")
    return np.array([words.time(moment) for moment in moments], "datetime64[s]")


def time_axis(canvas: Canvas, label: str) -> None:
    """Make the x axis one of dates and times; `label` is the text that names the zone."""
    ticks = MOST_TICKS_NARROW if canvas.narrow else MOST_TICKS
    locator = AutoDateLocator(minticks=3, maxticks=ticks, tz="UTC")  # type: ignore[no-untyped-call]
    formatter = ConciseDateFormatter(  # type: ignore[no-untyped-call]
        locator, tz="UTC", formats=DATES, zero_formats=DATES, offset_formats=DATE_OFFSETS
    )
    canvas.ax.xaxis.set_major_locator(locator)
    canvas.ax.xaxis.set_major_formatter(formatter)
    canvas.ax.set_xlabel(canvas.text(label, zone=canvas.words.zone))
