"""The plots of a log: how fast codes arrive, how attempts ended, when codes were slow, blocked.

Each returns matplotlib Axes: those given as `ax`, or new ones that a notebook shows and pyplot
does not know of. Neither pyplot nor matplotlib's settings are touched. Senders are masked as in
the tables; further keyword arguments reach the lines, bars or dots.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analyzer.measure import LatencyCounts
from analyzer.measure.counts import known_latency
from analyzer.measure.grouping import code_messages, message_keys
from analyzer.measure.tables import was_blocked
from analyzer.report.plot_canvas import (
    BLACK,
    BLUE,
    DASHES,
    GREEN,
    GREY,
    LINE_COLORS,
    MARKERS,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    YELLOW,
    Canvas,
    artist_options,
    seconds_scale,
)
from analyzer.schema import Outcome

if TYPE_CHECKING:
    from analyzer.log import Log

MOST_LINES, MOST_BARS, MOST_DOTS = len(LINE_COLORS), 20, 20_000
OUTCOME_STYLES = {
    Outcome.IN_TIME: (GREEN, ""),
    Outcome.LATE: (ORANGE, "//"),
    Outcome.EXPIRED: (VERMILION, "xx"),
    Outcome.GARBLED: (PURPLE, ".."),
    Outcome.BLOCKED: (BLUE, "\\\\"),
    Outcome.MISSING: (BLACK, ""),
    Outcome.REFUSED: (YELLOW, "oo"),
    Outcome.UNDECIDED: (GREY, "--"),
}
# Months as numbers: names of months would follow the locale of the machine.
_DATES = ["%Y", "%Y-%m", "%m-%d", "%H:%M", "%H:%M", "%H:%M:%S"]
_DATE_OFFSETS = ["", "%Y", "%Y", "%Y-%m-%d", "%Y-%m-%d", "%Y-%m-%d %H:%M"]


class Plots:
    """The plots of one log."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._words = log._words
        self._late_after = log.analysis.options.late_after

    def latency_ecdf(self, by: str = "carrier", ax: Axes | None = None, **kwargs: Any) -> Axes:
        """Draw which share of the codes had arrived after how many seconds, a line per group.

        Last-mile latency in whole seconds, as service centers stamp no finer; n is the number of
        known latencies. `by`: as Log.latency, one key. `kwargs` go to the lines (Line2D).
        """
        canvas = Canvas(self._words, ax)
        counts = LatencyCounts.from_messages(self._log.analysis.codes, (by,), self._late_after)
        totals = counts.totals.sort_values("n", ascending=False, kind="stable")
        known = totals[totals["n"] > 0]
        if known.empty:
            return canvas.empty("ecdf.title", "no_latency")
        steps = dict(list(counts.ecdf().groupby(by, observed=True)))
        drawn = self._largest(canvas, known, MOST_LINES)
        names = self._shown(drawn, by)
        for place, group in enumerate(drawn.itertuples(index=False)):
            line = steps[getattr(group, by)]
            seconds, shares = line["second"].to_numpy(), 100 * line["share"].to_numpy()
            defaults: dict[str, object] = {
                "color": LINE_COLORS[place % MOST_LINES],
                "linestyle": DASHES[place % MOST_LINES],
                "marker": MARKERS[place % MOST_LINES],
                "markevery": max(1, len(line) // 12),
                "markersize": 4.5,
                "drawstyle": "steps-post",
                "label": canvas.group(by, names[place], group.n, group.unknown),
            }
            canvas.ax.plot(
                np.r_[seconds[:1], seconds],
                np.r_[0.0, shares],
                **artist_options(defaults, kwargs, Line2D),
            )
        last = counts.seconds["second"]
        seconds_scale(canvas.ax, "x", last.min(), max(last.max(), self._late_after))
        canvas.ax.axvline(
            self._late_after,
            color=GREY,
            linestyle=(0, (4, 3)),
            linewidth=1,
            zorder=0,
            label=canvas.text("late_after", late_after=self._late_after),
        )
        canvas.ax.set(
            xlabel=canvas.text("latency.axis"), ylabel=canvas.text("ecdf.share"), ylim=(0, 103)
        )
        canvas.ax.legend(loc="lower right", fontsize="small")
        self._note_unknown(canvas, int(totals["unknown"].sum()), int(totals["n"].sum()))
        return canvas.finish("ecdf.title")

    def outcomes(self, by: str = "sender", ax: Axes | None = None, **kwargs: Any) -> Axes:
        """Draw how many attempts ended how, a stacked bar per group.

        `by`: sender, carrier, service or another key of Log.outcomes. `kwargs` go to the bars.
        """
        table = self._log.outcomes((by,)).sort_values("n", ascending=False, kind="stable")
        canvas = Canvas(self._words, ax, _bars_height(len(table)))
        if table.empty:
            return canvas.empty("outcomes.title", "no_attempts")
        drawn = self._largest(canvas, table, MOST_BARS)
        longest = int(drawn["n"].max())
        left = np.zeros(len(drawn))
        for outcome, (color, hatch) in OUTCOME_STYLES.items():
            numbers = drawn[outcome.value].to_numpy()
            if not numbers.any():
                continue
            ink = "black" if _luminance(color) > 0.4 else "white"
            defaults: dict[str, object] = {
                "color": color,
                "hatch": hatch,
                "edgecolor": ink if color == YELLOW else "white",
                "linewidth": 0.8,
                "height": 0.72,
                "label": f"{canvas.word(outcome.value)} ({numbers.sum():,})",
            }
            options = artist_options(defaults, kwargs, Patch)
            bars = canvas.ax.barh(range(len(drawn)), numbers, left=left, **options)
            roomy = [f"{n:,}" if n >= 0.03 * longest else "" for n in numbers]
            for text in canvas.ax.bar_label(bars, roomy, label_type="center", color=ink, size=8):
                if text.get_text():
                    text.set_bbox({"facecolor": color, "edgecolor": "none", "pad": 1.0})
            left += numbers
        for row, n in enumerate(drawn["n"]):
            canvas.ax.text(n + 0.01 * longest, row, canvas.text("bar", n=int(n)), va="center")
        self._name_rows(canvas, drawn, by, self._shown(drawn, by, masked=True))
        canvas.ax.set(xlabel=canvas.text("outcomes.axis"), xlim=(0, 1.12 * longest))
        canvas.ax.xaxis.get_major_locator().set_params(integer=True)
        canvas.legend_below(4)
        return canvas.finish("outcomes.title")
