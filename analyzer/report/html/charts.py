"""The charts of the page: drawn in both languages, each with its numbers as a table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Annotation

from analyzer.report.html.bilingual import Both, name_pair, pair
from analyzer.report.html.svg import inline_svg
from analyzer.report.html.tables import Cell, Table, number, percent, table_of, word
from analyzer.report.plain import plain_rows
from analyzer.report.plots import Plots
from analyzer.report.plots.canvas import NOTES_ID
from analyzer.schema import Outcome
from analyzer.texts import Text

if TYPE_CHECKING:
    from analyzer.log import Log

WIDTH_INCHES = 4.7
# Name of the plot, by what it groups, and the table of the page that has its numbers.
_CHARTS = (
    ("timeline", None, "attempts"),
    ("hour_profile", None, None),
    ("outcomes", "service", None),
    ("blocking", "sender", "blocking-by-sender"),
    ("latency_ecdf", "carrier", None),
    ("latency_ecdf", "sender", None),
    ("before_after", None, None),
    ("latency_percentiles", "carrier", "latency-by-carrier"),
    ("block_reasons", None, None),
    ("latency_percentiles", "sender", "latency-by-sender"),
)
_SHARES_AT = (5, 10, 30, 60, 300, 1800)


@dataclass(frozen=True)
class Chart:
    """One chart; its numbers are in `table` or in the table of the page called `link`."""

    id: str
    title: Text
    description: Text
    notes: list[Text]
    svg: Text
    table: Table | None
    link: str | None


def charts(logs: dict[str, Log], both: Both) -> list[Chart]:
    """Return the charts that have something to show; `logs` is one log in both languages."""
    drawn = (_chart(kind, by, link, logs, both) for kind, by, link in _CHARTS)
    return [chart for chart in drawn if chart]


def _chart(
    kind: str, by: str | None, link: str | None, logs: dict[str, Log], both: Both
) -> Chart | None:
    axes = {
        language: getattr(Plots(log, WIDTH_INCHES), kind)(**({"by": by} if by else {}))
        for language, log in logs.items()
    }
    english, chinese = axes["en"], axes["zh"]
    if not (english.lines or english.patches or english.collections):
        return None
    name = f"chart-{kind}-{by}".replace("_", "-") if by else f"chart-{kind}".replace("_", "-")
    table = _NUMBERS[kind](english, chinese, logs, both) if kind in _NUMBERS else None
    said = [_said(one) for one in (english, chinese)]
    title = pair(said[0].title, said[1].title)
    if by:
        title = both("chart_by", title=title, by=both(f"by_{by}"))
    return Chart(
        id=name,
        title=title,
        description=_description(english, chinese, both),
        # A note may stand in one language alone: that no Chinese font was there to draw with.
        notes=[pair(*notes) for notes in zip_longest(*(one.notes for one in said), fillvalue="")],
        svg=Text(*(_svg(axes[language], name, language) for language in ("en", "zh"))),
        table=replace(table, id=f"{name}-numbers") if table else None,
        link=link,
    )


@dataclass(frozen=True)
class _Said:
    title: str
    notes: list[str]


def _said(axes: Axes) -> _Said:
    """Take title and notes out of a plot: the page writes them as text that wraps."""
    title = _plain(axes.get_title(loc="left"))
    axes.set_title("", loc="left")
    notes: list[str] = []
    for text in axes.texts:
        if isinstance(text, Annotation) and text.get_gid() == NOTES_ID:
            notes = _plain(text.get_text()).splitlines()
            text.set_text("")
    return _Said(title, notes)


def _plain(text: str) -> str:
    """Return a text of a plot without the escapes that keep dollars from being formulas."""
    return text.replace(r"\$", "$")


def _svg(axes: Axes, name: str, language: str) -> str:
    label = f"{name}-{language}"
    return inline_svg(axes, label, f"{name}-title {name}-description")


def _description(english: Axes, chinese: Axes, both: Both) -> Text:
    across = pair(english.get_xlabel(), chinese.get_xlabel())
    upwards = pair(english.get_ylabel(), chinese.get_ylabel())
    if upwards.en:
        return both("chart_axes", x=across, y=upwards)
    return both("chart_axis", x=across)


def _steps(axes: Axes) -> list[Line2D]:
    return [line for line in axes.get_lines() if "steps" in line.get_drawstyle()]


def _ecdf_table(english: Axes, chinese: Axes, _: object, both: Both) -> Table:
    """Return the share that had arrived after some seconds, read off the lines."""
    rows = []
    for one, other in zip(_steps(english), _steps(chinese), strict=True):
        shares = (_share_at(one, seconds) for seconds in _SHARES_AT)
        name = word(pair(*(_plain(str(line.get_label())) for line in (one, other))))
        rows.append([name, *(percent(share, both) for share in shares)])
    table = table_of("ecdf_table", [("group", False)], rows, both, "")
    for seconds in _SHARES_AT:
        heading = both("arrived_within", seconds=seconds)
        table.columns.append(type(table.columns[0])(heading, number=True))
    return table


def _share_at(line: Line2D, seconds: float) -> float:
    xs, ys = np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)
    return float(ys[xs <= seconds].max(initial=0)) / 100


def _hours_table(_: object, __: object, logs: dict[str, Log], both: Both) -> Table:
    figures = ("n", "unknown", "p50", "p90", "late")
    headings = [("hour", False), ("n", True), ("unknown_n", True), ("p50", True)]
    rows = [
        [_key(row["hour"], both), *(number(row[name]) for name in figures)]
        for row in plain_rows(logs["en"].latency("hour"))
    ]
    return table_of("hours_table", [*headings, ("p90", True), ("late_n", True)], rows, both, "")


def _outcomes_table(_: object, __: object, logs: dict[str, Log], both: Both) -> Table:
    headings = [("service", False), ("n", True), *((name.value, True) for name in Outcome)]
    counts = logs["en"].outcomes("service").sort_values("n", ascending=False, kind="stable")
    rows = [
        [
            _key(row["service"], both),
            *(number(row[name]) for name in ("n", *(outcome.value for outcome in Outcome))),
        ]
        for row in plain_rows(counts)
    ]
    return table_of("outcomes_by_service", headings, rows, both, "")


def _reasons_table(_: object, __: object, logs: dict[str, Log], both: Both) -> Table:
    reasons: dict[str, int] = logs["en"].blocking().iloc[0]["reasons"] or {}
    rows = [
        [word(_reason(reason, both)), number(n)]
        for reason, n in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    ]
    return table_of("reasons_table", [("reasons", False), ("n", True)], rows, both, "")


def _reason(reason: str, both: Both) -> Text:
    return both.each(lambda words: words.reason(reason))


def _key(key: str, both: Both) -> Cell:
    return word(both("unknown") if key == "unknown" else name_pair(key, key))


_NUMBERS = {
    "latency_ecdf": _ecdf_table,
    "before_after": _ecdf_table,
    "hour_profile": _hours_table,
    "outcomes": _outcomes_table,
    "block_reasons": _reasons_table,
}
