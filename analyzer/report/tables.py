"""Tables of a document as rich renderables: they fit 80 columns and read well without color."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich import box
from rich.console import Console, ConsoleOptions
from rich.table import Table
from rich.text import Text as RichText

from analyzer.report.masking import printable
from analyzer.report.words import Words

Row = dict[str, Any]

_OUTCOME_STYLES = {
    "in_time": "green",
    "late": "yellow",
    "expired": "red",
    "garbled": "red",
    "blocked": "red",
    "missing": "red",
    "refused": "yellow",
    "undecided": "dim",
}
_OUTCOME_WIDTH = 12
_STACKED_BELOW = 72
_VERDICT_STYLES = {"shown": "bold red", "consistent": "yellow"}


def plain_table(
    headings: Sequence[str], numbers: Iterable[int] = (), unbroken: Iterable[int] = ()
) -> Table:
    """Return an empty table.

    The columns at the positions `numbers` are right-aligned; they and those at the positions
    `unbroken` are never broken into lines.
    """
    right, whole = set(numbers), {*numbers, *unbroken}
    table = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
        padding=(0, 1, 0, 0),
        header_style="bold",
    )
    for index, heading in enumerate(headings):
        is_number = index in right
        table.add_column(
            heading,
            justify="right" if is_number else "left",
            no_wrap=index in whole,
            overflow="fold",
        )
    return table


def cell(value: object) -> RichText:
    """Return a value as text that cannot control the terminal or style itself."""
    return RichText(printable("" if value is None else str(value)))


def outcome(name: str, words: Words) -> RichText:
    """Return an outcome's name in its color."""
    return RichText(words(name), style=_OUTCOME_STYLES.get(name, ""))


def verdict(name: str, words: Words) -> RichText:
    """Return a verdict's name in its color."""
    return RichText(words(name), style=_VERDICT_STYLES.get(name, ""))


def logs_table(rows: Iterable[Row], words: Words) -> Table:
    """Return the accounting: what became of every record of every log."""
    headings = [
        words(k) for k in ("log", "format", "records", "kept", "duplicates", "other", "rejected")
    ]
    table = plain_table(headings, range(2, 7))
    for row in rows:
        other = sum(row["other"].values())
        counts = (row["records"], row["kept"], row["duplicates"], other, row["rejected"])
        table.add_row(cell(row["log"]), cell(row["format"] or "–"), *(f"{n:,}" for n in counts))
    return table


def outcomes_table(outcomes: dict[str, int], words: Words, late_after: int) -> Table:
    """Return how attempts ended, with shares."""
    table = plain_table([words(k) for k in ("outcome", "n", "share", "meaning")], (1, 2))
    total = sum(outcomes.values())
    for name, count in outcomes.items():
        if count:
            meaning = words(f"{name}.meaning", late_after=late_after)
            table.add_row(outcome(name, words), f"{count:,}", words.percent(count / total), meaning)
    return table


def latency_table(rows: Iterable[Row], by: Sequence[str], words: Words) -> Table:
    """Return latency percentiles, one row per group; unknown latencies have their own column."""
    figures = ("n", "unknown_n", "p50", "p90", "p95", "max", "late_n")
    headings = [words(k) for k in (*by, *figures)]
    table = plain_table(headings, range(len(by), len(headings)))
    for row in rows:
        table.add_row(
            *(group_cell(row, name, words) for name in by),
            f"{row['n']:,}",
            f"{row['unknown']:,}",
            *(words.seconds(row[name]) for name in ("p50", "p90", "p95", "max")),
            f"{row['late']:,}",
        )
    return table


def request_latency_table(rows: Iterable[Row], by: Sequence[str], words: Words) -> Table:
    """Return what users waited from the request on, one row per group."""
    figures = ("n", "missing_n", "p50", "p90", "max", "within_60")
    headings = [words(k) for k in (*by, *figures)]
    table = plain_table(headings, range(len(by), len(headings)))
    for row in rows:
        table.add_row(
            *(group_cell(row, name, words) for name in by),
            f"{row['n']:,}",
            f"{row['missing']:,}",
            *(words.seconds(row[name]) for name in ("p50", "p90", "max")),
            words.percent(row["arrived_60"]),
        )
    return table


def blocking_table(rows: Iterable[Row], by: Sequence[str], words: Words) -> Table:
    """Return blocking rates with their intervals, one row per group."""
    headings = [words(k) for k in (*by, "n", "blocked", "rate", "interval", "reasons")]
    table = plain_table(headings, range(len(by), len(headings) - 1))
    for row in rows:
        table.add_row(
            *(group_cell(row, name, words) for name in by),
            f"{row['n']:,}",
            f"{row['blocked']:,}",
            words.percent(row["rate"]),
            _interval(row, words),
            cell(_reasons(row["reasons"] or {}, words)),
        )
    return table


@dataclass(frozen=True)
class AttemptsTable:
    """Attempts, one line each where the width allows; under 72 columns who sent it is stacked."""

    rows: Sequence[Row]
    words: Words

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Table]:
        """Yield the table that fits the width."""
        is_narrow = options.max_width < _STACKED_BELOW
        who = ("service",) if is_narrow else ("service", "sender", "carrier")
        keys = ("started", *who, "outcome", "latency_s", "request_latency_s")
        ending = len(who) + 1
        table = plain_table([self.words(k) for k in keys], (ending + 1, ending + 2), unbroken=(0,))
        table.columns[ending].max_width = _OUTCOME_WIDTH
        for row in self.rows:
            names = [cell(name) for name in _who(row)]
            table.add_row(
                self.words.short_time(_moment(row["started_at"])),
                *([RichText("\n").join(names)] if is_narrow else names),
                _ending(row, self.words),
                self.words.seconds(row["latency"]),
                self.words.seconds(row["request_latency"]),
            )
        yield table


def _who(row: Row) -> tuple[str, str, str]:
    sender = (row["sender"] or "–").removesuffix(f" {row['service']}")
    return row["service"] or "–", sender, row["carrier"] or "–"


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def group_cell(row: Row, name: str, words: Words) -> RichText:
    """Return the value by which a row is grouped, "unknown" in the report's language."""
    value = row.get(name)
    return cell(words("unknown") if value == "unknown" else value)


def _ending(row: Row, words: Words) -> RichText:
    text = outcome(row["outcome"], words)
    detail = row["why"] if row["outcome"] == "undecided" else None
    if row["outcome"] == "blocked" and row["block_reason"]:
        detail = words.reason(row["block_reason"])
    elif detail:
        detail = words.why(detail)
    return text.append(f" ({printable(detail)})") if detail else text


def _interval(row: Row, words: Words) -> str:
    low, high = row["rate_low"], row["rate_high"]
    if low is None or high is None:
        return words("too_few")
    return f"{100 * low:.0f}–{100 * high:.0f} %"


def _reasons(reasons: dict[str, int], words: Words) -> str:
    return words.listed(f"{words.reason(name)} {count:,}" for name, count in reasons.items())
