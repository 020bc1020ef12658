"""Folding: many spellings of one character become one, and every offset stays known."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent / "data"

# Characters that show nothing: zero-width spaces and joiners, direction marks, soft hyphen,
# combining accents, and the two code points that make a digit a keycap picture.
# Reference: Unicode 15, general categories Cf and Mn.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufe00-\ufe0f\ufeff\u20e3"
)
_DROPPED = re.compile(f"[{_INVISIBLE}\u0300-\u036f\u064b-\u0652\u0640]")
_SPACES = dict.fromkeys(
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u202f\u205f\u3000\t",
    " ",
)
_LETTERS = {
    "ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "s", "ð": "d", "þ": "t", "æ": "a", "œ": "o",
    "ς": "σ", "ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "’": "'", "‘": "'", "“": '"', "”": '"',
    "。": "。", "、": "、",
}  # fmt: skip


class _Fold(dict[int, str]):
    """A translation table filled as characters are met; always one character for one."""

    def __init__(self, keep_case: bool) -> None:
        super().__init__()
        self.keep_case = keep_case

    def __missing__(self, point: int) -> str:
        character = _one(chr(point))
        self[point] = character if self.keep_case else _lower(character)
        return self[point]


def _one(character: str) -> str:
    """Return the plain form of a character: ASCII width, ASCII digit, simple space."""
    if character in _SPACES:
        return _SPACES[character]
    if unicodedata.category(character) == "Nd":
        return str(unicodedata.digit(character))
    compatible = unicodedata.normalize("NFKC", character)
    return compatible if len(compatible) == 1 else character


def _lower(character: str) -> str:
    """Return the lower case of a character without its accent, in simplified Chinese."""
    lowered = character.lower()[:1]
    lowered = simplified().get(lowered, lowered)
    if lowered < "\u0600" or "\u0620" <= lowered < "\u06ff" or "\u1e00" <= lowered < "\u2000":
        lowered = unicodedata.normalize("NFD", lowered)[:1]
    return _LETTERS.get(lowered, lowered)


@cache
def simplified() -> dict[str, str]:
    """Return the traditional characters met in our words, with their simplified forms."""
    with (DATA / "traditional.csv").open(encoding="utf-8", newline="") as rows:
        return {row["traditional"]: row["simplified"] for row in csv.DictReader(rows)}


_PLAIN = _Fold(keep_case=True)
_FOLDED = _Fold(keep_case=False)


class Folded(NamedTuple):
    """A text made plain, the same in lower case, and where each character came from."""

    plain: str
    lower: str
    positions: list[int] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span (start, length) in the original text of a span of the folded one."""
        if self.positions is None:
            return start, end - start
        first = self.positions[start]
        return first, self.positions[end - 1] + 1 - first


def foldable(text: str) -> bool:
    """Tell whether folding a text keeps the place of each character."""
    return text.isascii() or not _DROPPED.search(text)


def fold(text: str) -> Folded:
    """Return the folded text: wide and foreign digits as ASCII, invisible characters dropped."""
    positions = None
    if not text.isascii() and _DROPPED.search(text):
        positions = [i for i, character in enumerate(text) if not _DROPPED.match(character)]
        text = "".join(text[i] for i in positions)
    plain = text.translate(_PLAIN)
    return Folded(plain, plain.translate(_FOLDED), positions)


@lru_cache(maxsize=1 << 14)
def fold_word(word: str) -> str:
    """Return a phrase in the form in which texts are searched."""
    return fold(unicodedata.normalize("NFC", word)).lower
