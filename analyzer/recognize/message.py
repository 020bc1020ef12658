"""A text with everything found in it that its judgement needs."""

from __future__ import annotations

import re
from functools import cached_property

from analyzer.recognize.candidates import Candidate, candidates, other_numbers
from analyzer.recognize.folding import Folded
from analyzer.recognize.lexicon import Word, lexicon, words
from analyzer.recognize.validity import validity

# Scripts without spaces between words: Thai, Lao, kana, ideographs, Hangul, Burmese, Khmer.
_WIDE = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u1000-\u109f\u1780-\u17ff"
_WORD = re.compile(rf"([{_WIDE}])|[^\W\d_]+")
_LETTER = re.compile(r"[^\W\d_]")
_BESIDE = re.compile(r"(?:[^\S\n]?[^\W\d_]{1,12}){0,3}[^\S\n]?")  # what a refusal may skip
# "Never asks for this code" speaks of the code that the message gives.
_THIS = re.compile(
    r"[此该这本]|\b(?:this|these|it|este|esta|esto|esse|essa|ce|cette|ces|dies\w*|questo|questa|deze|"
    r"dit|ten|tego|tento|tuto|denna|detta|denne|dette|acest\w*|bu|ini|nay|ezt?|etot|этот|это|этого|"
    r"цей|цього|هذا|هذه|این|זה|यह|इस|এই)\b|この|นี้|이\s"
)
_SENTENCE = re.compile(r"[。！!？?；;\n؟।]+|\.(?=\s|$)(?<!\bno\.)(?<!\brs\.)(?<!\bdr\.)")


class Message:
    """A folded text and what is found in it, each when it is first asked for."""

    def __init__(self, text: Folded, found: list[Word]) -> None:
        """Take a folded text and its words."""
        self.text, self.words = text, found

    @cached_property
    def candidates(self) -> list[Candidate]:
        """The possible codes, in order."""
        ends = {word.end for word in self.words} | {end for _, end in self._silent}
        return candidates(self.text.plain, frozenset(ends))

    @cached_property
    def others(self) -> list[tuple[int, int, str]]:
        """The other numbers: start, end, what."""
        return other_numbers(self.text.plain)

    @cached_property
    def valid_for(self) -> int | None:
        """The stated validity in seconds."""
        return validity(self.text.lower)

    @cached_property
    def _silent(self) -> list[tuple[int, int]]:
        return [(hit.start, hit.end) for hit in lexicon().hits(self.text.lower)["is"]]

    @cached_property
    def _sentence_ends(self) -> list[int]:
        return [match.start() for match in _SENTENCE.finditer(self.text.lower)]

    @cached_property
    def _counted(self) -> str:
        """What each character counts as."""
        return _counted(self.text.lower, self._silent)

    def token(self, candidate: Candidate) -> str:
        """Return a candidate as it stands in the plain text."""
        return self.text.plain[candidate.start : candidate.end]

    def between(self, start: int, end: int) -> tuple[float, int]:
        """Return how many telling words, and how many sentence ends, lie between two places."""
        crossed = sum(start <= place < end for place in self._sentence_ends)
        # Words that begin there, and letters of scripts without spaces, which count half.
        count = self._counted.count
        stop = end + 1
        words = (
            count(" l", start, stop)
            + count("wl", start, stop)
            + count("sl", start, stop)
            + count("-l", start, stop)
        )
        wide = count("w", start + 1, stop) + count("s", start + 1, stop)
        return words + wide / 2, crossed

    def is_other(self, candidate: Candidate) -> bool:
        """Tell whether a candidate lies in an amount, date, phone number, address or the like."""
        return any(start < candidate.end and candidate.start < end for start, end, _ in self.others)


def read(text: Folded) -> Message:
    """Return a folded text with its words."""
    return Message(text, _told(text.lower, words(text.lower)))


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
            gap = _BESIDE.fullmatch(lower, left.end, right.start)
            if gap and not _THIS.search(gap[0]):
                return True
    return False


def has_words(text: str) -> bool:
    """Tell whether a text holds any letter."""
    return _WORD.search(text) is not None


class _Classes(dict[int, str]):
    """A translation table of characters into what they count as, filled as they are met."""

    def __missing__(self, point: int) -> str:
        match = _WORD.match(chr(point))
        wide = match is not None and match[1] is not None
        both = wide and _LETTER.match(chr(point)) is not None
        self[point] = _WIDE_LETTER if both else _SIGN if wide else _LETTERS if match else _NONE
        return self[point]


# A letter of a word, a letter of a script without spaces, a sign of one, anything else.
_LETTERS, _WIDE_LETTER, _SIGN, _NONE = "lws "
_CLASSES = _Classes()
_GLUED = re.compile("l[lw]*w[lw]*")


def _counted(lower: str, silent: list[tuple[int, int]]) -> str:
    """Return a text as what its characters count as, with a space before it.

    The silent words, which change nothing between a code word and its code ("is", "your", 为), do
    not count: their letters become "m" (of a word) and "-" (of a script without spaces).
    """
    counted = lower.translate(_CLASSES)
    if "lw" in counted:  # a wide letter in a word that began with another one is part of it
        counted = _GLUED.sub(lambda match: "l" * len(match[0]), counted)
    for start, end in silent:
        muted = counted[start:end].replace("l", "m").replace("w", "-").replace("s", "-")
        counted = counted[:start] + muted + counted[end:]
    return " " + counted
