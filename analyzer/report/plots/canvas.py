"""What all plots share: the axes and how a notebook shows them, words, notes, scales, colors."""

from __future__ import annotations

from copy import copy
from io import BytesIO
from typing import Any, Literal, cast

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cbook import normalize_kwargs
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from matplotlib.transforms import ScaledTranslation

from analyzer.measure.grouping import UNKNOWN
from analyzer.report.plots.fonts import MISSING, SAMPLE, fonts, shortened
from analyzer.report.words import Words
from analyzer.texts import catalog

# Reference: M. Okabe, K. Ito, Color Universal Design (2008); their yellow is too pale for lines.
BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, BLACK, YELLOW, GREY = "#E69F00", "#56B4E9", "#000000", "#F0E442", "#999999"
NOTE_GREY = "#444444"
# Ink on a colored area. The dark one is not BLACK, which a page in dark mode turns to white.
DARK_INK, PALE_INK = "#010101", "#FFFFFF"
LINE_COLORS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK)
# Told apart without color, too.
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1)), (0, (1, 1)), (0, (8, 2)))
MARKERS = ("o", "s", "^", "D", "v", "P", "*")

WIDTH_INCHES, HEIGHT_INCHES, SHOWN_DPI = 8.0, 4.2, 100
NARROW_INCHES = 6.5
NOTE_POINTS, NOTE_LINE_POINTS = 8.5, 12
NOTES_ID = "notes"  # by which a page finds the notes, to write them as text of its own
LEGEND_DROP_INCHES = 0.55
SECONDS_TICKS = (0, 1, 3, 10, 30, 60, 300, 1800, 7200, 28_800, 86_400, 604_800)


class NotebookAxes(Axes):
    """Axes that a notebook shows as a picture when they are the last value of a cell.

    They and their figure belong to whoever holds them. pyplot does not know of them: no window
    opens, none is left open, and a script saves them with `ax.figure.savefig`.
    """

    def _repr_png_(self) -> bytes:
        picture = BytesIO()
        cast("Figure", self.figure).savefig(picture, format="png", dpi=SHOWN_DPI)
        return picture.getvalue()


class Canvas:
    """Axes to draw on, given or new, and words in the language of the log.

    Where no font has Chinese characters, the words are English and a note says why.
    """

    def __init__(
        self,
        words: Words,
        ax: Axes | None,
        height: float = HEIGHT_INCHES,
        width: float = WIDTH_INCHES,
    ) -> None:
        self.fonts = fonts()
        self.words = copy(words)
        self.notes: list[str] = []
        if not self.fonts.draws(SAMPLE) and words.language == "zh":
            self.words.language = "en"
            self.notes.append(self.text("no_font"))
        self.narrow = ax is None and width < NARROW_INCHES
        self.ax = ax if ax is not None else _new_axes(width, height)

    @property
    def small(self) -> float:
        """The size in points of what is written beside marks: larger where a page shrinks it."""
        return 9.2 if self.narrow else 8.3

    def text(self, what: str, **values: object) -> str:
        """Return a text of the plots with its placeholders filled."""
        grouped = {k: f"{v:,}" if isinstance(v, int) else v for k, v in values.items()}
        text = catalog("analyzer.report.data", "plots.csv")[what].get(self.words.language)
        return self.fonts.drawable(text.format_map(grouped))

    def word(self, what: str) -> str:
        """Return a word of the report, such as an outcome."""
        return self.fonts.drawable(self.words(what))

    def name(self, by: str, key: str) -> str:
        """Return the name of a group, short; carriers are named in the language."""
        if key == UNKNOWN:
            return self.words("unknown")
        return shortened((self.words.carrier(key) or key) if by == "carrier" else key)

    def group(self, by: str, key: str, n: int, unknown: int = 0) -> str:
        """Return the name of a group with its n, and how many are unknown."""
        form = "group_unknown" if unknown else "group"
        return self.text(form, group=self.name(by, key), n=n, unknown=unknown)

    def largest(self, table: pd.DataFrame, most: int) -> pd.DataFrame:
        """Return the rows with the largest `n`, and note what is left out."""
        if len(table) > most:
            self.notes.append(self.text("more_groups", drawn=most, more=len(table) - most))
        return table.sort_values("n", ascending=False, kind="stable").head(most)

    def empty(self, title: str, why: str) -> Axes:
        """Say in words that there is nothing to draw."""
        axes = self.ax
        axes.set_xticks([])
        axes.set_yticks([])
        axes.text(0.5, 0.5, self.text(why), transform=axes.transAxes, ha="center", va="center")
        return self.finish(title)

    def legend_below(self, columns: int) -> None:
        """Put the legend under the axis' label, where it hides nothing."""
        axes = self.ax
        down = ScaledTranslation(0, -LEGEND_DROP_INCHES, axes.figure.dpi_scale_trans)
        axes.legend(
            loc="upper left",
            bbox_to_anchor=(0.0, 0.0),
            bbox_transform=axes.transAxes + down,
            borderaxespad=0,
            ncols=columns,
            frameon=False,
            fontsize=self.small,
        )

    def finish(self, title: str) -> Axes:
        """Set title, notes and fonts, and return the axes."""
        axes = self.ax
        if any(MISSING in text.get_text() for text in axes.findobj(Text)):
            self.notes.append(self.text("no_character", box=MISSING))
        pad = 6 + NOTE_LINE_POINTS * len(self.notes)
        axes.set_title(self.text(title), loc="left", pad=pad, fontsize="large")
        axes.annotate(
            "\n".join(self.notes),
            xy=(0, 1),
            xycoords="axes fraction",
            xytext=(0, 4),
            textcoords="offset points",
            fontsize=NOTE_POINTS,
            color=NOTE_GREY,
            va="bottom",
            gid=NOTES_ID,
        )
        families = list(self.fonts.families)
        for text in axes.findobj(Text):
            text.set_fontfamily(families)
        axes.tick_params(labelfontfamily=families)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        return axes


def seconds_scale(ax: Axes, which: Literal["x", "y"], low: float, high: float) -> None:
    """Give an axis a log scale in seconds that goes down to 0 where values do.

    Below one second it is linear: service centers stamp whole seconds, and 0 has no logarithm.
    """
    low, high = min(low, 0.0) if low < 1 else 1.0, max(high, 10.0) * 1.4
    axis = ax.xaxis if which == "x" else ax.yaxis
    if which == "x":
        ax.set_xscale("symlog", linthresh=1, linscale=0.4)
        ax.set_xlim(low, high)
    else:
        ax.set_yscale("symlog", linthresh=1, linscale=0.4)
        ax.set_ylim(low, high)
    axis.set_major_locator(FixedLocator([tick for tick in SECONDS_TICKS if low <= tick <= high]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axis.set_minor_locator(NullLocator())


def options(
    defaults: dict[str, Any], given: dict[str, Any], artist: type[Artist]
) -> dict[str, Any]:
    """Return what an artist is drawn with: what the caller gave, by any of its names, wins."""
    return defaults | normalize_kwargs(given, artist)


def _new_axes(width: float, height: float) -> Axes:
    figure = Figure(figsize=(width, height), layout="constrained")
    axes: Axes = figure.add_subplot(axes_class=NotebookAxes)
    return axes
