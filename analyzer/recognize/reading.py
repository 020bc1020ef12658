"""Reading: everything texts say, by their outlines."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from analyzer.recognize.folding import fold
from analyzer.recognize.judging import judge
from analyzer.recognize.language import language
from analyzer.recognize.outline import outlines
from analyzer.recognize.prefilter import worth_reading
from analyzer.recognize.purpose import purpose
from analyzer.recognize.recognition import CodeKind, Decoy, Purpose
from analyzer.recognize.remains import with_words
from analyzer.recognize.services import service_span

Indices = np.ndarray[tuple[int], np.dtype[np.int64]]
Spans = np.ndarray[tuple[int, int], np.dtype[np.int64]]

# Characters of a text that are read: the longest code message met has 606, and the time to read
# grows faster than the text.
LONGEST = 2_000


class Reading(NamedTuple):
    """What an outline says; spans are (start, length) in it."""

    is_code: bool
    code: tuple[int, int] | None
    kind: CodeKind | None
    decoy: Decoy | None
    confidence: float
    service: tuple[int, int] | None
    purpose: Purpose | None
    valid_for: int | None
    language: str | None
    rule: str
    words: tuple[str, ...]


class Readings(NamedTuple):
    """What texts say: `readings[reading_of[row]]` is the reading of a row's text.

    `codes` and `services` are where code and service stand in each row's text: start and length,
    -1 and 0 where there is none.
    """

    readings: list[Reading]
    reading_of: Indices
    codes: Spans
    services: Spans

    def of_rows(self, texts: Indices) -> Readings:
        """Return the readings of rows of which each has one of these texts."""
        of_text, codes, services = self[1:]
        return Readings(self.readings, of_text[texts], codes[texts], services[texts])

    def replaced(self, rows: Indices, others: Readings) -> Readings:
        """Return these readings, at some rows those of other texts."""
        self.reading_of[rows] = others.reading_of + len(self.readings)
        self.codes[rows], self.services[rows] = others.codes, others.services
        return self._replace(readings=self.readings + others.readings)


# The reading of what the pre-filter drops: no code message, and nothing else is asked.
NOT_READ = Reading(False, None, None, None, 0.99, None, None, None, None, "nothing_to_read", ())


def read_templates(templates: pa.Array, damaged: np.ndarray[Any, np.dtype[np.bool_]]) -> Readings:
    """Return what templates (no nulls) say; of damaged ones a number may be a code without a word.

    Templates not worth reading have the reading `NOT_READ`.
    """
    worth = worth_reading(templates).to_numpy(zero_copy_only=False) | damaged
    rows = np.flatnonzero(worth)
    texts: list[str] = [text[:LONGEST] for text in templates.take(pa.array(rows)).to_pylist()]
    for index in np.flatnonzero(damaged[rows]).tolist():
        texts[index] = with_words(texts[index])
    drawn = outlines(texts)
    readings, places = [NOT_READ], dict[tuple[str, bool], int]()
    reading_of = np.zeros(len(templates), dtype=np.int64)
    asked = list(zip(drawn.texts, damaged[rows].tolist(), strict=True))
    for row, key in zip(rows.tolist(), asked, strict=True):
        place = places.get(key)
        if place is None:
            place = places[key] = len(readings)
            readings.append(read(*key))
        reading_of[row] = place
    spans = [np.array([span or (-1, 0) for span in column], dtype=np.int64)[reading_of]
             for column in ([r.code for r in readings], [r.service for r in readings])]  # fmt: skip
    for found in spans:
        shown = np.flatnonzero(found[rows, 0] >= 0)
        if len(shown):
            starts, lengths = found[rows[shown]].T
            found[rows[shown]] = np.stack(drawn.spans(shown, starts, lengths), axis=1)
    return Readings(readings, reading_of, *spans)


@lru_cache(maxsize=1 << 15)
def read(outline: str, damaged: bool) -> Reading:
    """Return what an outline says; in a damaged text a number may be a code without a code word."""
    text = fold(outline)
    finding = judge(text, damaged)
    code = text.span(*finding.span) if finding.span else None
    service = service_span(text, finding.span) if finding.is_code else None
    return Reading(
        finding.is_code,
        code,
        finding.kind,
        finding.decoy,
        finding.confidence,
        text.span(*service) if service else None,
        purpose(text.lower) if finding.is_code else None,
        finding.valid_for,
        language(text),
        finding.rule,
        finding.words,
    )
