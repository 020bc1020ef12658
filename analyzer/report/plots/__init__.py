"""The plots of a log: how fast codes arrive, how attempts ended, when codes were slow or blocked.

Each returns matplotlib Axes: those given as `ax`, or new ones that a notebook shows and pyplot
does not know of (a script saves them with `ax.figure.savefig`). Neither pyplot nor matplotlib's
settings are touched. Senders are masked as in the tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from matplotlib.axes import Axes

from analyzer.measure import LatencyCounts, change_points
from analyzer.measure.counts import known_latency
from analyzer.measure.grouping import code_messages, message_keys
from analyzer.measure.tables import was_blocked
from analyzer.report.plots.bars import bars_height, draw_blocking, draw_outcomes, draw_reasons
from analyzer.report.plots.canvas import HEIGHT_INCHES, WIDTH_INCHES, Canvas
from analyzer.report.plots.latency import draw_delays, draw_ecdf
from analyzer.report.plots.percentiles import draw_hours, draw_percentiles
from analyzer.report.plots.picture import picture
from analyzer.report.plots.timeline import Period, draw_timeline, timeline_height
from analyzer.schema import TIME

if TYPE_CHECKING:
    from analyzer.log import Log

__all__ = ["Plots", "picture"]

_SIDES = ("before", "after")


class Plots:
    """The plots of one log. `by` is one key of the table of the same name: sender, carrier, ...

    `width` is that of new axes, in inches.
    """

    def __init__(self, log: Log, width: float = WIDTH_INCHES) -> None:
        self._log = log
        self._width = width
        self._words = log._words
        self._late_after = log.analysis.options.late_after

    def latency_ecdf(
        self,
        by: str = "carrier",
        ax: Axes | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> Axes:
        """Draw which share of the codes had arrived after how many seconds, a line per group.

        Last-mile latency in whole seconds, rounded down, as service centers stamp no finer; n is
        the number of known latencies. `kwargs` go to the lines (Line2D).
        """
        counts = LatencyCounts.from_messages(self._log.analysis.codes, (by,), self._late_after)
        canvas = self._canvas(ax)
        return draw_ecdf(canvas, by, counts, self._names(counts.totals, by), kwargs)

    def latency_percentiles(
        self,
        by: str = "carrier",
        ax: Axes | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> Axes:
        """Draw p50, p90 and p95 of the last-mile latency (seconds), a row per group.

        The bar is the 95 % interval of the median; a percentile that n is too small for is left
        out. `kwargs` go to the marks (Line2D).
        """
        table = self._log.latency((by,))
        canvas = self._canvas(
            ax, bars_height(int((table["n"] > 0).sum()), self._width, legend=True)
        )
        return draw_percentiles(canvas, by, table.assign(name=table[by]), self._late_after, kwargs)

    def hour_profile(self, ax: Axes | None = None, **kwargs: Any) -> Axes:  # noqa: ANN401
        """Draw p50 and p90 of the last-mile latency (seconds) by the hour of the day, with n.

        Hours are those of the zone the log is shown in. `kwargs` go to the marks (Line2D).
        """
        return draw_hours(self._canvas(ax), self._log.latency("hour"), self._late_after, kwargs)

    def timeline(
        self,
        ax: Axes | None = None,
        outages: Sequence[Period] | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> Axes:
        """Draw when attempts were made, a lane per outcome.

        Times are those of the zone the log is shown in. `outages` are periods to shade, each of
        two moments with a time zone; by default those in which a SIM of the phone received
        nothing. `kwargs` go to the marks (PathCollection).
        """
        outages = self._log.analysis.outages if outages is None else outages
        attempts = self._log.analysis.attempts.select(["started_at", "outcome"]).to_pandas()
        canvas = self._canvas(ax, timeline_height(attempts))
        return draw_timeline(canvas, attempts, outages, kwargs)

    def before_after(
        self,
        at: datetime | None = None,
        ax: Axes | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> Axes:
        """Draw how fast codes arrived before and after a moment, as latency_ecdf() does.

        `at` has a time zone; by default it is the clearest change of the latency of one carrier's
        codes, and these codes alone are drawn. Without such a change nothing is drawn.
        """
        canvas = self._canvas(ax)
        codes = code_messages(self._log.analysis.codes)
        if at is None:
            changes = [one for one in change_points(codes) if one.measure == "latency"]
            if not changes:
                return canvas.empty("before_after.title", "no_change")
            change = min(changes, key=lambda one: (one.p, one.at))
            codes = codes.filter(pc.equal(codes["carrier"].cast("string"), change.key))
            at = change.at
        codes = codes.filter(codes["received_at"].is_valid())
        later = np.asarray(pc.greater_equal(codes["received_at"], pa.scalar(at, TIME)))
        names = [canvas.text(f"{side}_change", at=self._words.short_time(at)) for side in _SIDES]
        keys = pd.DataFrame(
            {"period": pd.Categorical.from_codes(later.astype(int), pd.Index(names, dtype=object))}
        )
        counts = LatencyCounts.of(keys, known_latency(codes), self._late_after)
        named = counts.totals["period"].astype(str)
        return draw_ecdf(canvas, "period", counts, named, kwargs, "before_after.title")

    def outcomes(
        self,
        by: str = "sender",
        ax: Axes | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> Axes:
        """Draw how many attempts ended how, a stacked bar per group. `kwargs` go to the bars."""
        table = self._log.outcomes((by,))
        canvas = self._canvas(ax, bars_height(len(table), self._width, legend=True))
        return draw_outcomes(canvas, by, table.assign(name=table[by]), kwargs)

    def delay_over_time(
        self,
        by: str = "carrier",
        ax: Axes | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> Axes:
        """Draw the latency of each code (seconds) against when it was received, a dot per code.

        Times are those of the zone the log is shown in. Blocked codes are crossed; those without
        a known latency stand at the foot. `kwargs` go to the dots (PathCollection).
        """
        codes = code_messages(self._log.analysis.codes)
        keys = message_keys(codes, (by,))
        dots = pd.DataFrame(
            {
                "name": self._names(keys, by),
                "received_at": codes["received_at"].to_pandas(),
                "latency": known_latency(codes),
                "blocked": was_blocked(codes),
            }
        )
        return draw_delays(self._canvas(ax), by, dots, self._late_after, kwargs)

    def blocking(
        self,
        by: str = "sender",
        ax: Axes | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> Axes:
        """Draw the share of codes the phone blocked (percent) with its 95 % Wilson interval.

        `kwargs` go to the points and intervals (Line2D).
        """
        table = self._log.blocking((by,))
        canvas = self._canvas(ax, bars_height(len(table), self._width))
        return draw_blocking(canvas, by, table.assign(name=table[by]), kwargs)

    def block_reasons(self, ax: Axes | None = None, **kwargs: Any) -> Axes:  # noqa: ANN401
        """Draw how many codes the phone blocked for which reason. `kwargs` go to the bars."""
        reasons = self._log.blocking().iloc[0]["reasons"] or {}
        return draw_reasons(
            self._canvas(ax, bars_height(len(reasons), self._width)), reasons, kwargs
        )

    def _canvas(self, ax: Axes | None, height: float = HEIGHT_INCHES) -> Canvas:
        return Canvas(self._words, ax, height, self._width)

    def _names(self, table: pd.DataFrame, by: str) -> pd.Series[str]:
        """Return the keys of a table as they may be shown."""
        return self._log._masked(table[[by]].astype(object))[by]
