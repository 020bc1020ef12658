"""A text with everything found in it that its judgement needs."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import NamedTuple

from analyzer.recognize.candidates import Candidate, candidates, other_numbers
from analyzer.recognize.folding import Folded
from analyzer.recognize.lexicon import Word, lexicon, words
from analyzer.recognize.validity import validity

# Scripts without spaces between words: Thai, Lao, kana, ideographs, Hangul, Burmese, Khmer.
_WIDE = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u1000-\u109f\u1780-\u17ff"
_WORD = re.compile(rf"([{_WIDE}])|[^\W\d_]+")
_BESIDE = re.compile(r"(?:[^\S\n]?[^\W\d_]{1,12}){0,3}[^\S\n]?")  # what a refusal may skip
_SENTENCE = re.compile(r"[。！!？?；;\n؟।]+|\.(?=\s|$)(?<!\bno\.)(?<!\brs\.)(?<!\bdr\.)")


class Message(NamedTuple):
    """A text, its words, its candidates, its other numbers (start, end, what).

    `sentences` are the places where sentences end; `weight` sums the telling words that begin
    before each place; `valid_for` is the stated validity in seconds.
    """

    text: Folded
    words: list[Word]
    candidates: list[Candidate]
    others: list[tuple[int, int, str]]
    sentences: list[int]
    weight: list[float]
    valid_for: int | None

    def token(self, candidate: Candidate) -> str:
        """Return a candidate as it stands in the plain text."""
        return self.text.plain[candidate.start : candidate.end]

    def between(self, start: int, end: int) -> tuple[float, int]:
        """Return how many telling words, and how many sentence ends, lie between two places."""
        crossed = sum(start <= place < end for place in self.sentences)
        return self.weight[end] - self.weight[start], crossed

    def is_other(self, candidate: Candidate) -> bool:
        """Tell whether a candidate lies in an amount, date, phone number, address or the like."""
        return any(start < candidate.end and candidate.start < end for start, end, _ in self.others)


def read(text: Folded) -> Message:
    """Return a folded text with its words, its candidates and its other numbers."""
    found = _told(text.lower, words(text.lower))
    silent = [match.span() for match, _ in lexicon().places(text.lower).matches("is")]
    ends = {word.end for word in found} | {end for _, end in silent}
    return Message(
        text,
        found,
        candidates(text.plain, frozenset(ends)),
        other_numbers(text.plain),
        [match.start() for match in _SENTENCE.finditer(text.lower)],
        _weights(text.lower, silent),
        validity(text.lower),
    )


def _told(lower: str, found: list[Word]) -> list[Word]:
    """Return the words, where a code word beside "never asks for" is a warning, not a code word."""
    return [
        word._replace(kind="warning")
        if word.kind in ("strong", "weak") and _refused(lower, found, index)
        else word
        for index, word in enumerate(found)
    ]


def _refused(lower: str, found: list[Word], index: int) -> bool:
    """Tell whether a refusal stands beside a code word, with at most two short words between."""
    for other in (*found[max(0, index - 2) : index], *found[index + 1 : index + 3]):
        if other.kind == "refusal":
            left, right = sorted((other, found[index]), key=lambda word: word.start)
            if _BESIDE.fullmatch(lower, left.end, right.start):
                return True
    return False


def has_words(text: str) -> bool:
    """Tell whether a text holds any letter."""
    return _WORD.search(text) is not None


def _weights(lower: str, silent: list[tuple[int, int]]) -> list[float]:
    """Return for each place how many telling words begin before it.

    The silent words, which change nothing between a code word and its code ("is", "your", 为), do
    not count; a letter of a script without spaces counts half.
    """
    muted = bytearray(len(lower))
    for start, end in silent:
        muted[start:end] = b"\x01" * (end - start)
    steps = [0.0] * (len(lower) + 1)
    for match in _WORD.finditer(lower):
        if not muted[match.start()]:
            steps[match.start() + 1] = 0.5 if match[1] else 1.0
    return list(accumulate(steps))
