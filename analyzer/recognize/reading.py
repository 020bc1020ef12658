"""Reading: everything one text says, from its template."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from analyzer.recognize.folding import fold
from analyzer.recognize.judging import judge
from analyzer.recognize.language import language
from analyzer.recognize.purpose import purpose
from analyzer.recognize.recognition import CodeKind, Decoy, Purpose
from analyzer.recognize.services import service_span


class Reading(NamedTuple):
    """What a template says; spans are (start, length) in the template and in every body of it."""

    is_code: bool
    code: tuple[int, int] | None
    kind: CodeKind | None
    decoy: Decoy | None
    confidence: float
    service: tuple[int, int] | None
    service_varies: bool
    purpose: Purpose | None
    valid_for: int | None
    language: str | None
    rule: str
    words: tuple[str, ...]


# The reading of what the pre-filter drops: no code message, and nothing else is asked.
NOT_READ = Reading(
    False, None, None, None, 0.99, None, False, None, None, None, "nothing_to_read", ()
)


# Characters of a text that are read: the longest code message met has 606, and the time to read
# grows faster than the text.
LONGEST = 2_000


@lru_cache(maxsize=4096)
def read_template(template: str, damaged: bool) -> Reading:
    """Return what a template says; in a damaged text a number may be a code without a code word.

    `service_varies`: the service's name holds masked digits, so it differs between bodies.
    """
    text = fold(template[:LONGEST])
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
        bool(service and re.search(r"[0-9]", text.plain[service[0] : service[1]])),
        purpose(text.lower) if finding.is_code else None,
        finding.valid_for,
        language(text),
        finding.rule,
        finding.words,
    )
