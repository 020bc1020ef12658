"""What two sides differ in, as values and in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import RenderableType

from analyzer.compare import Compared, Measure, Said, Side
from analyzer.compare.measures import Figure
from analyzer.measure.comparisons import LATENCY_MINIMUM_N, RATE_MINIMUM_N
from analyzer.report.plain import plain
from analyzer.report.text import heading, paragraph
from analyzer.report.words import Words

_SECONDS = (Measure.LATENCY, Measure.REQUEST_LATENCY)


def comparison_rows(found: Sequence[Compared], first: Side, second: Side) -> list[dict[str, Any]]:
    """Return the comparison as plain values: shares of one, seconds, null where not defined."""
    return [
        {
            "measure": one.measure.value,
            "first": first.name,
            "second": second.name,
            "first_value": plain(one.first.value),
            "first_n": one.first.n,
            "second_value": plain(one.second.value),
            "second_n": one.second.n,
            "difference": plain(one.comparison.difference),
            "low": plain(one.comparison.low),
            "high": plain(one.comparison.high),
            "p": plain(one.p),
            "said": one.said.value,
        }
        for one in found
    ]


def comparison_text(
    found: Sequence[Compared], first: Side, second: Side, words: Words, in_time: bool
) -> Iterator[RenderableType]:
    """Yield the comparison in words; `in_time`: the second side follows the first."""
    say = _Say(words)
    yield heading(say("title", first=first.name, second=second.name))
    for side in (first, second):
        yield paragraph(
            say("sides", name=side.name, codes=side.codes.num_rows, attempts=side.attempts.num_rows)
        )
    if not found:
        yield paragraph("\n" + say("none"))
    count = sum(one.said is not Said.TOO_FEW for one in found)
    for one in found:
        style = "bold" if one.said is Said.DIFFERENT else ""
        yield paragraph("\n• " + say.sentence(one, first, second, in_time), style)
        yield paragraph("  " + say.judgement(one, count))


class _Say:
    """Sentences on a comparison in one language."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def __call__(self, what: str, **values: object) -> str:
        return self._words.of("comparisons.csv", what, **values)

    def figure(self, measure: Measure, figure: Figure) -> str:
        if measure in _SECONDS:
            return self("seconds", value=f"{figure.value:,.1f}", n=figure.n)
        return self("rate", share=self._words.percent(figure.value), hits=figure.hits, n=figure.n)

    def sentence(self, one: Compared, first: Side, second: Side, in_time: bool) -> str:
        values: dict[str, object] = {
            "measure": self(one.measure.value),
            "first": self.figure(one.measure, one.first),
            "second": self.figure(one.measure, one.second),
        }
        if not in_time:
            return self("apart", **values, name_first=first.name, name_second=second.name)
        change = one.second.value - one.first.value
        return self("rose" if change > 0 else "fell" if change < 0 else "stayed", **values)

    def judgement(self, one: Compared, count: int) -> str:
        seconds = one.measure in _SECONDS
        if one.said is Said.TOO_FEW:
            return self("too_few", least=LATENCY_MINIMUM_N if seconds else RATE_MINIMUM_N)
        p = "< 0.001" if one.p < 0.001 else f"{one.p:.3f}"
        judged = self(one.said.value, p=p, count=count).replace("= <", "<")
        return f"{self._interval(one, seconds)} {judged}".strip()

    def _interval(self, one: Compared, seconds: bool) -> str:
        values = (one.comparison.difference, one.comparison.low, one.comparison.high)
        if not all(map(math.isfinite, values)):
            return ""
        factor = 1.0 if seconds else 100.0
        difference, low, high = (f"{factor * value:+,.1f}" for value in values)
        what = "shift" if seconds else "points"
        return self(what, difference=difference, low=low, high=high)
