"""Outlines: templates in which what no rule asks about is blotted out, letter by letter.

Names of people, places, shops and unknown services, small amounts and house numbers make every
body a template of its own, though the rules read them all alike. An outline keeps the length and
the kind of each character, so that spans stay and the reading of the outline is the reading of
the template. Blotted out are

* words of ASCII letters of which no phrase, pattern or list of ours has any part: `Jordan` becomes
  `Jjjjjj`;
* ideographs that do not stand beside another one as in any of our phrases, nor alone in one;
* runs of up to three digits that no unit or word follows: `17栋` becomes `00栋`.

Where a rule might tell the difference, the text stays: in addresses, beside joining signs and
accented letters, around invisible characters, and for a second word of the same outline.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from analyzer.recognize.candidates import HOTLINE_FILL, JOINS, NOT_LETTERS, YEAR_FILL
from analyzer.recognize.folding import DATA, fold_word, foldable, simplified
from analyzer.recognize.lexicon import phrases

_IDEOGRAPHS = "\u3400-\u9fff"
_BLOT = "\u9f98"  # an ideograph of no phrase
# What may stand beside a word that is blotted out; an ASCII letter must not be joined to it.
_BESIDE = rf"\s{_IDEOGRAPHS}【】（）()\[\]「」『』，。：:；;！!、,“”\""
_PIECE = re.compile(
    rf"(?P<ideographs>[{_IDEOGRAPHS}]+)"
    rf"|(?:(?<=[{_BESIDE}])|^)(?P<word>[A-Za-z]{{2,}})(?=[{_BESIDE}]|\.\s|\.?$)"
    r"|(?P<number>[0-9][0-9.,:/-]*)(?P<gap>[\s()-]{0,3})(?=(?P<next>[^\W\d_]+|.)|$)",
    re.DOTALL,
)
_SHORT = re.compile(r"(?<![0-9])[0-9]{1,3}(?![0-9])")
# Such a run where it cannot be a candidate, nor one of the groups of one.
_GAP = rf"[{re.escape(JOINS)}\s]"
_MINOR = re.compile(rf"(?<![A-Za-z0-9]{_GAP})[0-9]{{1,2}}(?![0-9])(?!{_GAP}[A-Za-z0-9])")
_SIZES = frozenset(("gb", "mb", "kb"))  # units that may be joined to a number, not of time
_FILLS = frozenset((YEAR_FILL, HOTLINE_FILL))
# Signs after a number that belong to no phrase, unit or other number.
_STOPS = frozenset('，。、；！】）》」』,.;!])"[【（《「『:：')
# Words that expressions in the rules ask about, beside those of the data files.
_ASKED = (
    "no rs dr min m is est ist es http https www com net org cn io me co app info biz xyz top vip"
)
_MEMORY = 1 << 15


class Known(NamedTuple):
    """What the phrases are made of: whole words, parts of words, and neighbours in Chinese."""

    words: frozenset[str]
    beginnings: frozenset[str]
    endings: frozenset[str]
    inside: tuple[str, ...]
    single: frozenset[str]
    pairs: frozenset[str]
    after_digits: frozenset[str]
    last_digits: frozenset[tuple[str, str]]


def outline(template: str) -> str:
    """Return the outline of a template, of the same length."""
    if not foldable(template):
        return template
    words: dict[str, str] = {}
    pieces: list[str] = []
    last = 0
    for match in _PIECE.finditer(template):
        piece = match[0]
        if match["ideographs"]:
            blotted = _ideographs(piece)
        elif match["word"]:
            blotted = _word(piece)
            # Two words must stay two, where they are compared.
            if words.setdefault(blotted, piece) != piece:
                blotted = piece
        else:
            blotted = _number(match) + match["gap"]
        pieces += (template[last : match.start()], blotted)
        last = match.end()
    pieces.append(template[last:])
    return "".join(pieces)


@lru_cache(maxsize=_MEMORY)
def _ideographs(run: str) -> str:
    """Return a run of ideographs less those that no phrase knows beside their neighbours."""
    known, folded = _known(), "".join(simplified().get(character, character) for character in run)
    kept = []
    for place, character in enumerate(folded):
        beside = folded[place : place + 2] in known.pairs or (
            place and folded[place - 1 : place + 1] in known.pairs
        )
        alone = character in known.single or run[place] in known.single
        kept.append(run[place] if beside or alone else _BLOT)
    return "".join(kept)


@lru_cache(maxsize=_MEMORY)
def _word(word: str) -> str:
    """Return a word, each letter as J or j where the word is part of nothing known.

    G, F and B stay at its ends, and a word with an x stays, for the rules ask about them.
    """
    known, lower = _known(), word.lower()
    if "x" in lower or lower in known.words or any(part in lower for part in known.inside):
        return word
    cuts = range(1, len(lower) + 1)
    if any(lower[:cut] in known.beginnings or lower[-cut:] in known.endings for cut in cuts):
        return word
    first = len(word) - len(word.lstrip("GFB"))
    last = len(word.rstrip("GFB"))
    blotted = "".join("J" if letter.isupper() else "j" for letter in word[first:last])
    return word if first >= last else word[:first] + blotted + word[last:]


def _number(match: re.Match[str]) -> str:
    """Return a number with its short runs as zeros, where nothing after it gives it a meaning."""
    number, following = match["number"], match["next"] or ""
    if following and following not in _STOPS and _counts(following, match["gap"]):
        return number
    blotted = list(number)
    for run in _SHORT.finditer(match.string, match.start("number"), match.end("number")):
        first, last = run.start() - match.start("number"), run.end() - match.start("number")
        blotted[first:last] = _zeros(run)
    return "".join(blotted)


def _counts(following: str, gap: str) -> bool:
    """Tell whether what follows a number may make it a duration or a part of a phrase."""
    known = _known().after_digits
    if "\u3400" <= following[0] <= "\u9fff":
        return following[0] in known
    word = following.lower()
    if not word.isascii() or not word.isalpha() or (not gap and word not in _SIZES):
        return True
    return word in known or any(word[:cut] in known for cut in range(2, len(word)))


def _zeros(run: re.Match[str]) -> str:
    """Return a run as zeros; one that may be in a candidate keeps whether it holds a fill digit."""
    before = run.string[: run.start()].rstrip().rstrip("-").rstrip()[-1:].lower()
    for last, digits in _known().last_digits:
        if run[0].startswith(digits) and last in ("", before):
            return run[0]
    filled = not _FILLS.isdisjoint(run[0]) and not _MINOR.match(run.string, run.start())
    return (YEAR_FILL if filled else "0") + "0" * (len(run[0]) - 1)


@cache
def _known() -> Known:
    texts = list(_texts())
    lexical = [phrase.text for phrase in phrases()]
    words: set[str] = {word.lower() for word in NOT_LETTERS} | set(_ASKED.split())
    single: set[str] = set("効込円発択是为内后零一二两三四五六七八九十半分秒年月")
    pairs: set[str] = set()
    for text in texts:
        words |= set(_joined(text))
        for run in re.findall(f"[{_IDEOGRAPHS}]+", text):
            pairs |= {run[place : place + 2] for place in range(len(run) - 1)}
            single |= {run} if len(run) == 1 else set()
    patterns = " ".join(_patterns())
    single |= set(re.findall(f"[{_IDEOGRAPHS}]", patterns))
    # In an expression a part of a word may stand for many words.
    asked = {word for word in re.findall(r"[a-z]+", patterns) if len(word) > 1}
    several = [text.split(" ") for text in lexical if " " in text and text.isascii()]
    beside_digits = re.findall(rf"[0-9][\s-]?([{_IDEOGRAPHS}]|[a-z]+)", "\n".join(texts))
    return Known(
        frozenset(words | asked),
        frozenset(
            {w for w in asked if len(w) > 2}
            | {parts[-1].strip("*'") for parts in several}
            | {s for text in texts for s in re.findall(r"([a-z]+)\*", text)}
        ),
        frozenset(asked | {parts[0].strip("*'") for parts in several}),
        tuple(text.strip("*").split(" ")[0] for text in texts if text.startswith("*")),
        frozenset(single),
        frozenset(pairs),
        frozenset(beside_digits) | _units(),
        frozenset(re.findall(r"([^0-9\n -]?)[ -]?([0-9]+)$", "\n".join(texts), re.MULTILINE)),
    )


def _joined(text: str) -> Iterator[str]:
    """Yield the words of a phrase, and those that stand in it side by side as one."""
    words = re.findall("[a-z]+", text)
    for first in range(len(words)):
        for last in range(first, len(words)):
            yield "".join(words[first : last + 1])


def _texts() -> Iterator[str]:
    """Yield all phrases, folded."""
    yield from (phrase.text for phrase in phrases())
    for name, column in (
        ("purposes", "phrase"), ("services", "alias"), ("not_services", "text"),
        ("numerals", "word"), ("function_words", "word"),
    ):  # fmt: skip
        yield from (fold_word(row[column]) for row in _rows(name))
    yield from (text for text in map(_plain_words, _rows("durations")) if text)


def _plain_words(row: dict[str, str]) -> str:
    """Return the words of a span of time, which stand whole; of other rows, nothing."""
    if row["role"] != "span":
        return ""
    return fold_word(re.sub(r"\\s|[^\w*' ]", " ", row["pattern"].replace(r"\w*", "*")))


def _patterns() -> Iterator[str]:
    """Yield the expressions of the data files, in lower case, a choice of case as one letter."""
    for name in ("durations", "service_patterns"):
        for row in _rows(name):
            if row.get("role") == "span":
                continue
            pattern = re.sub(r"\[(\w)(\w)\]", r"\1", row["pattern"].replace("{name}", " "))
            yield from (pattern.lower(), re.sub(r"\w\?", "", pattern.lower()))


def _units() -> frozenset[str]:
    """Return the ideographs of units of time, and the letters that each unit begins with."""
    units = [row["pattern"] for row in _rows("durations") if row["role"] == "unit"]
    letters = [word[0] for unit in units if (word := re.match("[a-z]+", unit.replace("?", "")))]
    return frozenset(character for unit in units for character in unit if character > "\u2e80") | {
        *letters, *(word[:-1] for word in letters if len(word) > 2),
    }  # fmt: skip


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))
