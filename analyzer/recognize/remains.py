"""Remains: what Chinese code words leave when GB18030 is read as UTF-8.

Most characters become U+FFFD and are gone, but some pairs of bytes happen to be UTF-8 as well, so a
word leaves a trace: 验证码 leaves U+05A4 between replacement characters. Where a trace stands, its
word is put back, so that the number beside it has a name again.
"""

from __future__ import annotations

import re
from functools import cache

from analyzer.recognize.lexicon import phrases

_LOST = "\ufffd"
_SHORTEST = 4  # characters of a trace


def with_words(text: str) -> str:
    """Return a damaged text of the same length with the code words whose traces stand in it."""
    if _LOST not in text:
        return text
    expression, words = _traces()
    return expression.sub(lambda match: words[match[0]].rjust(len(match[0]), _LOST), text)


@cache
def _traces() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return the expression for all traces, and the word of each."""
    words: dict[str, str] = {}
    for phrase in phrases():
        if phrase.kind == "strong" and re.fullmatch("[\u3400-\u9fff]{3,}", phrase.text):
            trace = _trace(phrase.text)
            if len(trace) >= max(_SHORTEST, len(phrase.text)) and _telling(phrase.text, trace):
                words.setdefault(trace, phrase.text)
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)) or "(?!)"), words


def _telling(word: str, trace: str) -> bool:
    """Tell whether a trace is hardly another word's: two characters survived, or 码 ends it."""
    survived = len(trace.replace(_LOST, ""))
    return survived >= 2 or (survived == 1 and word.endswith("码"))


def _trace(word: str) -> str:
    """Return what is left of a word whatever stands before and after it.

    A first byte that may end a character before it, and a last one that may begin the next, are
    left out.
    """
    data = word.encode("gb18030")
    trace = data.decode("utf-8", "replace")
    first = 1 if 0x80 <= data[0] < 0xC0 else 0
    last = len(trace) - 1 if data[-1] >= 0xC0 else len(trace)
    return trace[first:last]
