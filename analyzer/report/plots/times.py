"""Axes of time: by the clock of the zone that the log is shown in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.dates import (
    MONTHLY,
    SECONDLY,
    YEARLY,
    AutoDateLocator,
    ConciseDateFormatter,
)

from analyzer.report.plots.canvas import Canvas
from analyzer.report.words import Words

# Months as numbers: their names would follow the locale of the machine.
DATES = ["%Y", "%Y-%m", "%m-%d", "%H:%M", "%H:%M", "%H:%M:%S"]
ZERO_DATES = ["", "%Y", "%m-%d", "%m-%d", "%H:%M", "%H:%M"]
MOST_TICKS, MOST_TICKS_NARROW, MOST_MONTHS_NARROW = 9, 7, 5


def wall_times(words: Words, moments: pd.Series[pd.Timestamp]) -> npt.NDArray[np.datetime64]:
    """Return moments (UTC) as the clock on the wall shows them in the zone of the report."""
    if words.zone_name:
        local = moments.dt.tz_convert(words.zone_name).dt.tz_localize(None)
        return local.to_numpy("datetime64[s]")
    return np.array([words.time(moment) for moment in moments], "datetime64[s]")


def time_axis(canvas: Canvas, label: str, times: npt.NDArray[np.datetime64]) -> None:
    """Make the x axis one of dates and times; `label` is the text that names period and zone."""
    locator = date_locator(canvas.narrow)
    formatter = ConciseDateFormatter(  # type: ignore[no-untyped-call]
        locator, tz="UTC", formats=DATES, zero_formats=ZERO_DATES, show_offset=False
    )
    canvas.ax.xaxis.set_major_locator(locator)
    canvas.ax.xaxis.set_major_formatter(formatter)
    text = canvas.text(label, when=_period(times), zone=canvas.words.zone)
    canvas.ax.set_xlabel(text, loc="right" if canvas.narrow else "center")


def date_locator(narrow: bool) -> AutoDateLocator:
    """Return what places the ticks, as many as the labels have room for."""
    ticks = dict.fromkeys(range(YEARLY, SECONDLY + 2), MOST_TICKS_NARROW if narrow else MOST_TICKS)
    if narrow:
        ticks[MONTHLY] = MOST_MONTHS_NARROW
    return AutoDateLocator(minticks=2, maxticks=ticks, tz="UTC")  # type: ignore[no-untyped-call]


def _period(times: npt.NDArray[np.datetime64]) -> str:
    """Return what the ticks leave out: the day of a day, else the year or years."""
    first, last = str(times.min()), str(times.max())
    if first[:10] == last[:10]:
        return first[:10]
    return first[:4] if first[:4] == last[:4] else f"{first[:4]}–{last[:4]}"
