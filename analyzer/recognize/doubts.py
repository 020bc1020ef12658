"""Doubts: what speaks for a number being something else than a code.

The nearest word decides: a number right after "card", "order", "tel" or right before 元 or
"minutes" is named by it, unless a code word stands nearer.
"""

from __future__ import annotations

import re

from analyzer.recognize.candidates import HOTLINE_FILL, YEAR_FILL, Candidate
from analyzer.recognize.lexicon import Word, lexicon
from analyzer.recognize.links import introduced
from analyzer.recognize.message import Message, has_words

IN_OTHER_NUMBER, IN_SIGNATURE, NAMED_OTHERWISE = 6.0, 4.0, 4.5
NAMED_DATE, NAMED_BY_THE_CODE = 1.5, 2.0
YEAR, HOTLINE = 0.8, 1.5
_BRACKETS = re.compile(r"【[^【】]*】|\[[^\[\]]*\]")
_ENDS_IN_DIGIT = re.compile(r"\d[.,-]{0,2}\s?$")
_LOST = re.compile("[\ufffd?]{2}")
_NUMBER = re.compile(r"\d{4}")
# What leads to the number that a text is to be sent to, and how long the text may be.
_TO = re.compile(r"(?:\b(?:to|at|al|ao|au|an|naar|ke|toi|на|на номер|na numer|til)\s|[到至给])$")
_WHAT_IS_SENT = 30
_CLOSING = re.compile(r"[】\]」』]")


def doubts(message: Message, candidate: Candidate, at_once: bool = False) -> float:
    """Return the points that speak for the candidate being another kind of number.

    What follows a code word `at_once` is no date, year or hot line, whatever it looks like.
    """
    token = message.token(candidate)
    dated = (candidate.start, candidate.end, "date") in message.others
    points = IN_OTHER_NUMBER * (message.is_other(candidate) and not (at_once and dated))
    points += IN_SIGNATURE * in_signature(message, candidate)
    if not at_once:
        points += YEAR * (token == YEAR_FILL * 4) + HOTLINE * (token == HOTLINE_FILL * 5)
    return points + named_otherwise(message, candidate)


def sent_to(message: Message, candidate: Candidate) -> bool:
    """Tell whether the text asks to send something to the candidate ("text CODE to 48291")."""
    lower = message.text.lower
    to = _TO.search(lower, 0, candidate.start)
    if to is None:
        return False
    asked = (hit for hit in lexicon().hits(lower)["send"] if hit.end <= to.start())
    return any(
        to.start() - hit.end <= _WHAT_IS_SENT and not message.between(hit.end, to.start())[1]
        for hit in asked
    )


def named_otherwise(message: Message, candidate: Candidate) -> float:
    """Return points if the word right before or after the candidate names another number."""
    points = 0.0
    for word in message.words:
        if word.end <= candidate.start and word.kind in ("before", "veto"):
            if _stands_before(message, word, candidate):
                points = max(points, _named_points(message, word, candidate))
        elif word.kind == "after" and _follows(message, candidate, word):
            points = max(points, NAMED_OTHERWISE)
    return points


def _follows(message: Message, candidate: Candidate, word: Word) -> bool:
    """Tell whether a word, a unit as a rule, stands at once after the candidate."""
    gap = message.text.plain[candidate.end : word.start]
    return word.start >= candidate.end and gap in ("", " ", "+", ".-")


def _stands_before(message: Message, word: Word, candidate: Candidate) -> bool:
    """Tell whether nothing that matters lies between a word and the candidate after it."""
    if candidate.start - word.end > 12 or message.between(word.end, candidate.start)[0]:
        return False
    gap = message.text.plain[word.end : candidate.start]
    if word.detail == "amount" and _ENDS_IN_DIGIT.search(message.text.plain[: word.start]):
        return False  # the currency of a number before it: 150,00 EUR
    if _CLOSING.search(gap) or _NUMBER.search(gap):  # the word names the number between
        return False
    if _LOST.search(gap):  # words between them are lost
        return False
    return not any(
        other.kind in ("strong", "weak", "action") and word.end <= other.start < candidate.start
        for other in message.words
    )


def _named_points(message: Message, word: Word, candidate: Candidate) -> float:
    """Return the points against a candidate named by `word`, fewer in "code for the payment: N"."""
    if word.detail == "date":
        return NAMED_DATE
    if word.detail == "phone" and _right_before(message, word):
        return NAMED_BY_THE_CODE
    told = introduced(message, candidate) or re.search(
        r"[:：=]", message.text.lower[word.end : candidate.start]
    )
    if told and any(_leads_to(message, other, word) for other in message.words):
        return NAMED_BY_THE_CODE
    return NAMED_OTHERWISE


def _right_before(message: Message, word: Word) -> bool:
    """Tell whether a strong code word ends right before another word ("iToken SMS 482913")."""
    return any(w.kind == "strong" and w.end == word.start - 1 for w in message.words)


def _leads_to(message: Message, code_word: Word, word: Word) -> bool:
    """Tell whether a code word stands shortly before another word in one sentence."""
    if code_word.kind != "strong" or code_word.end > word.start:
        return False
    distance, crossed = message.between(code_word.end, word.start)
    return distance <= 6 and not crossed


def in_signature(message: Message, candidate: Candidate) -> bool:
    """Tell whether the candidate is part of a name in brackets (【1024社区】, 【12306】)."""
    for match in _BRACKETS.finditer(message.text.plain):
        if match.start() < candidate.start and candidate.end < match.end():
            rest = match[0][1:-1].replace(message.token(candidate), "")
            named = has_words(rest) or message.token(candidate) == HOTLINE_FILL * 5
            return named and not any(
                word.kind in ("strong", "weak") and match.start() < word.end <= candidate.start
                for word in message.words
            )
    return False
