"""Reading: everything one text says, from its template."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from analyzer.recognize.folding import fold
from analyzer.recognize.judging import judge
from analyzer.recognize.language import language
from analyzer.recognize.outline import outline
from analyzer.recognize.purpose import purpose
from analyzer.recognize.recognition import CodeKind, Decoy, Purpose
from analyzer.recognize.remains import with_words
from analyzer.recognize.services import service_span


class Reading(NamedTuple):
    """What a template says; spans are (start, length) in the template and in every body of it."""

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


# The reading of what the pre-filter drops: no code message, and nothing else is asked.
NOT_READ = Reading(False, None, None, None, 0.99, None, None, None, None, "nothing_to_read", ())


# Characters of a text that are read: the longest code message met has 606, and the time to read
# grows faster than the text.
LONGEST = 2_000


def read_template(template: str, damaged: bool) -> Reading:
    """Return what a template says; in a damaged text a number may be a code without a code word."""
    template = template[:LONGEST]
    return read(with_words(template) if damaged else outline(template), damaged)


@lru_cache(maxsize=1 << 15)
def read(template: str, damaged: bool) -> Reading:
    """Return what a template or an outline says, by the rules."""
    text = fold(template)
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
