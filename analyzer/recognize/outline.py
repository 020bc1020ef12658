"""Outlines: templates in which what no rule asks about is blotted out and cut short.

Names of people, places, shops and unknown services, small amounts and house numbers make every
body a template of its own, though they decide nothing. The rules read outlines, never templates,
so that texts which differ in such names alone are read once. Blotted out are

* words of ASCII letters of which no phrase, pattern or list of ours has any part: `Jordan` becomes
  `Jjjj`, as do all names of four to ten letters, which count alike for the rules;
* ideographs that stand in none of our phrases: any number of them in a row becomes `龘龘`;
* runs of up to three digits that no unit or word follows: `17栋` becomes `00栋`.

Where a rule might tell the difference, the text stays: in addresses, beside joining signs and
accented letters, in texts with invisible characters. Many templates are drawn at once, over one
flat array of their characters.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from analyzer.recognize.candidates import NOT_LETTERS
from analyzer.recognize.folding import DATA, fold_word, foldable, simplified
from analyzer.recognize.lexicon import phrases

Places = np.ndarray[tuple[int], np.dtype[np.int64]]
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]
Characters = np.ndarray[tuple[int], np.dtype[np.uint32]]

_FIRST, _LAST = 0x3400, 0x9FFF  # ideographs
_RUN = re.compile("[\u3400-\u9fff]+")
_BLOT, _CAPITAL, _SMALL, _ZERO = 0x9F98, ord("J"), ord("j"), ord("0")  # U+9F98 is in no phrase
# Letters that are left of a longer word that is blotted out: as many as a code has, or too many.
_LONG, _LONGER = 4, 11
# Beside a word that is blotted out; an ASCII letter must not be joined to it.
_BESIDE = "\0【】（）()[]「」『』，。：:；;！!、,“”\""
# After a number: signs that belong to no phrase, unit or other number.
_STOPS = "\0，。、；！】）》」』,.;!])\"[【（《「『:："
_NUMBER, _GAP = "0123456789.,:/-", "()-"
_SIZES = frozenset(("gb", "mb", "kb"))  # units that may be joined to a number, not of time
# What expressions in the rules ask about, beside the data files.
_ASKED = (
    "no rs dr min m is est ist es http https www com net org cn io me co app info biz xyz top vip"
)
_ASKED_IDEOGRAPHS = "効込円発択是为内后零一二两三四五六七八九十半分秒年月此该这本"
_CHUNK = 8_192  # templates drawn at a time, so that the arrays stay in the cache


class Outlines(NamedTuple):
    """Outlines of templates, and where their characters come from.

    `texts[row]` is an outline; its character at `place` is that of the template at
    `kept[row_starts[row] + place]`.
    """

    texts: list[str]
    kept: Places
    row_starts: Places

    def spans(self, rows: Places, starts: Places, lengths: Places) -> tuple[Places, Places]:
        """Return starts and lengths in the templates of spans (not empty) in outlines."""
        first = self.row_starts[rows] + starts
        begin = self.kept[first]
        return begin, self.kept[first + lengths - 1] + 1 - begin


class Known(NamedTuple):
    """What the phrases are made of: words, parts of words, units; ideographs alone and in rows.

    Ideographs are numbered by `number`; `pairs` tells of each two whether they are a phrase (1),
    in a longer one (2) or both; `triples` are the sorted rows of three in longer phrases.
    """

    words: frozenset[str]
    beginnings: tuple[str, ...]
    endings: tuple[str, ...]
    after_digits: frozenset[str]
    number: np.ndarray[Any, np.dtype[np.uint16]]
    count: int
    single: Flags
    after: Flags
    after_number: Flags
    pairs: np.ndarray[Any, np.dtype[np.uint8]]
    triples: np.ndarray[Any, np.dtype[np.uint64]]


def outline(template: str) -> str:
    """Return the outline of one template."""
    return outlines([template]).texts[0]


def outlines(templates: list[str]) -> Outlines:
    """Return the outlines of templates."""
    parts = [_drawn(templates[start : start + _CHUNK]) for start in range(0, len(templates), _CHUNK)]
    if len(parts) == 1:
        return parts[0]
    sizes = np.cumsum([0, *(len(part.kept) for part in parts)])
    return Outlines(
        [text for part in parts for text in part.texts],
        np.concatenate([np.zeros(0, dtype=np.int64), *(part.kept for part in parts)]),
        np.concatenate(
            [np.zeros(0, dtype=np.int64)]
            + [part.row_starts + size for part, size in zip(parts, sizes, strict=False)]
        ),
    )


def _drawn(templates: list[str]) -> Outlines:
    """Return the outlines of a chunk of templates."""
    lengths = np.fromiter(map(len, templates), dtype=np.int64, count=len(templates))
    row_starts = np.concatenate(([0], np.cumsum(lengths + 1)[:-1])) + 2
    # Two signs of nothing before the first text and after the last, one between two texts.
    joined = "\0\0" + "\0".join(templates) + "\0\0\0\0"
    text = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32).copy()
    low = np.minimum(text, 0xFFFF).astype(np.uint16)
    drawn = np.ones(len(text), dtype=bool)
    for row in [row for row, template in enumerate(templates) if not foldable(template)]:
        drawn[row_starts[row] : row_starts[row] + lengths[row]] = False
    dropped = np.zeros(len(text), dtype=bool)
    words = _words(text, low, drawn)
    _blot_numbers(text, low, drawn, words)
    _blot_words(text, dropped, words)
    _blot_ideographs(text, low, drawn, dropped)
    outside = np.ones(len(text), dtype=bool)
    outside[np.minimum(row_starts + lengths, len(text) - 1)] = False
    outside[:2] = outside[len(text) - 4 :] = False
    kept = np.flatnonzero(~dropped & outside)
    ends = np.searchsorted(kept, row_starts + lengths)
    starts = np.searchsorted(kept, row_starts)
    shown = text[kept].tobytes().decode("utf-32-le")
    texts = [shown[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    return Outlines(texts, kept - np.repeat(row_starts, ends - starts), starts)


class _Words(NamedTuple):
    """The words of ASCII letters of a chunk: start, end, whether blotted, whether a unit."""

    starts: Places
    ends: Places
    blotted: Flags
    counting: Flags


def _words(text: Characters, low: Any, drawn: Flags) -> _Words:
    """Return the words of ASCII letters, with what is known of them."""
    letters = ((text | 32) >= ord("a")) & ((text | 32) <= ord("z"))
    starts, ends = _runs(letters)
    distinct, which = _distinct(text, starts, ends)
    known = [_known_word(word) for word in distinct]
    beside, space = _table(_BESIDE + _spaces()), _table("\0" + _spaces())
    point = (text[ends] == ord(".")) & space[low[ends + 1]]
    free = beside[low[starts - 1]] & (beside[low[ends]] | point) & drawn[starts]
    unknown = np.array([not found for found, _ in known], dtype=bool)
    counting = np.array([found for _, found in known], dtype=bool)
    if not len(starts):
        return _Words(starts, ends, np.zeros(0, dtype=bool), np.zeros(0, dtype=bool))
    blotted = free & unknown[which] & (ends - starts > 1)
    return _Words(starts, ends, blotted, counting[which] | ~free)


def _runs(flags: Flags) -> tuple[Places, Places]:
    """Return the starts and ends of the runs of set flags; the first and last are never set."""
    turns = np.flatnonzero(flags[1:] != flags[:-1]) + 1
    return turns[::2], turns[1::2]


_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2**64
_INVERSE = pow(_BASE, -1, 1 << 64)


def _distinct(text: Characters, starts: Places, ends: Places) -> tuple[list[str], Places]:
    """Return the distinct words, and which of them each word is, by a hash of its letters."""
    if not len(starts):
        return [], starts
    with np.errstate(over="ignore"):
        longest = int((ends - starts).max())
        powers = np.cumprod(np.full(longest, _BASE, dtype=np.uint64))
        hashes = np.zeros(len(starts), dtype=np.uint64)
        lengths = ends - starts
        for step in range(longest):
            rows = slice(None) if step == 0 else np.flatnonzero(lengths > step)
            hashes[rows] += text[starts[rows] + step] * powers[step]
    _, first, which = np.unique(hashes, return_index=True, return_inverse=True)
    pairs = zip(starts[first].tolist(), ends[first].tolist(), strict=True)
    return [text[start:end].tobytes().decode("utf-32-le") for start, end in pairs], which


@cache
def _known_words() -> dict[str, tuple[bool, bool]]:
    return {}


def _known_word(word: str) -> tuple[bool, bool]:
    """Return whether a word must stay, and whether it gives a number before it a meaning."""
    memory = _known_words()
    if word not in memory:
        if len(memory) > _REMEMBERED:
            memory.clear()
        memory[word] = _stays(word), _counts(word)
    return memory[word]


_REMEMBERED = 1 << 16


def _stays(word: str) -> bool:
    known, lower = _known(), word.lower()
    if lower in known.words or "xx" in lower or not word.strip("GFB"):
        return True
    return lower.startswith(known.beginnings) or any(part in lower for part in known.endings)


def _counts(word: str) -> bool:
    """Tell whether a word after a number and a gap may make it a duration or part of a phrase."""
    known, lower = _known().after_digits, word.lower()
    return any(lower[:cut] in known for cut in range(2, len(lower) + 1)) or lower in known


def _blot_numbers(text: Characters, low: Any, drawn: Flags, words: _Words) -> None:
    """Make the digits of short runs zeros in place, where nothing after gives them a meaning."""
    digit = (text >= 48) & (text <= 57)
    starts, ends = _runs(digit)
    short = (ends - starts <= 3) & drawn[starts] & ~_table(_letters())[low[starts - 1]]
    starts, ends = starts[short], ends[short]
    if not len(starts):
        return
    number_starts, number_ends = _runs(_table(_NUMBER)[low])
    after = number_ends[np.searchsorted(number_starts, starts, side="right") - 1]
    gap, close = _table(_GAP + _spaces()), np.ones(len(after), dtype=bool)
    for _ in range(3):
        wide = gap[low[after]]
        close &= ~wide
        after = after + wide
    following = low[after]
    word = np.searchsorted(words.starts, after, side="right") - 1
    in_word = (word >= 0) & (after < words.ends[word]) if len(words.ends) else close & False
    counted = words.counting[word] if len(words.ends) else close
    sized = in_word & _sizes(text, after)
    meant = np.where(
        in_word,
        (close & ~sized) | (~close & counted),
        np.where(
            (following >= _FIRST) & (following <= _LAST),
            _known().after_number[following],
            ~_table(_STOPS)[following],
        ),
    )
    meant |= _last_of_name(text, starts, ends)
    starts, ends = starts[~meant], ends[~meant]
    for step in range(3):
        places = starts + step
        text[places[places < ends]] = _ZERO


def _sizes(text: Characters, places: Places) -> Flags:
    """Tell at which places a unit of data stands."""
    found = np.zeros(len(places), dtype=bool)
    for unit in _SIZES:
        found |= (text[places] | 32 == ord(unit[0])) & (text[places + 1] | 32 == ord(unit[1]))
    return found


def _last_of_name(text: Characters, starts: Places, ends: Places) -> Flags:
    """Tell which runs of digits are part of a name we know (163邮箱, 360)."""
    found = np.zeros(len(starts), dtype=bool)
    for name in _numbered():
        same = ends - starts == len(name)
        for step, figure in enumerate(name):
            same &= text[np.minimum(starts + step, len(text) - 1)] == ord(figure)
        found |= same
    return found


def _blot_words(text: Characters, dropped: Flags, words: _Words) -> None:
    """Make the letters of unknown words J or j in place and drop those in their middle."""
    starts, ends = words.starts[words.blotted], words.ends[words.blotted]
    lengths = ends - starts
    places = np.repeat(starts - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
    text[places] = np.where(text[places] < ord("a"), _CAPITAL, _SMALL)
    size = np.where(lengths < _LONGER, _LONG, _LONGER)
    step = places - np.repeat(starts, lengths)
    most, total = np.repeat(size, lengths), np.repeat(lengths, lengths)
    dropped[places] = (step >= most - 1) & (step < total - 1)


def _blot_ideographs(text: Characters, low: Any, drawn: Flags, dropped: Flags) -> None:
    """Make ideographs of no phrase a blot in place, and drop all but the ends of their runs."""
    known = _known()
    ideographs = (low >= _FIRST) & (low <= _LAST) & drawn
    places = np.flatnonzero(ideographs)
    if not len(places):
        return
    number = known.number[low]
    first = places[:-1][np.diff(places) == 1]
    pair = number[first].astype(np.int64) * known.count + number[first + 1]
    kinds = known.pairs[pair]
    keep = known.single[low]
    whole = first[(kinds & 1) > 0]
    keep[whole] = keep[whole + 1] = True
    in_longer = np.zeros(len(text), dtype=bool)
    in_longer[first[(kinds & 2) > 0]] = True
    opening = np.flatnonzero(in_longer[:-1] & in_longer[1:])
    key = number[opening].astype(np.uint64)
    for step in (1, 2):
        key = key * np.uint64(known.count) + number[opening + step]
    place = np.minimum(np.searchsorted(known.triples, key), len(known.triples) - 1)
    row = opening[known.triples[place] == key]
    keep[row] = keep[row + 1] = keep[row + 2] = True
    behind = places[known.after[low[places]]]
    before = np.where(text[behind - 1] == 32, text[behind - 2], text[behind - 1])
    keep[behind[_table(_letters() + "0123456789+-")[np.minimum(before, 0xFFFF)]]] = True
    blotted = ideographs & ~keep
    text[blotted] = _BLOT
    dropped[1:-1] |= blotted[1:-1] & blotted[:-2] & blotted[2:]


def _letters() -> str:
    return "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@cache
def _spaces() -> str:
    return "".join(chr(point) for point in range(0x3001) if chr(point).isspace())


@cache
def _table(characters: str) -> Flags:
    """Return a flag for each character up to U+FFFF."""
    flags = np.zeros(0x10000, dtype=bool)
    flags[[ord(character) for character in characters]] = True
    return flags


@cache
def _known() -> Known:
    texts = list(_texts())
    patterns = " ".join(_patterns())
    words: set[str] = {word.lower() for word in NOT_LETTERS} | set(_ASKED.split())
    runs: set[str] = set(_RUN.findall(" ".join(texts)) + _RUN.findall(patterns))
    for text in texts:
        words |= set(_joined(text))
    # In an expression a part of a word may stand for many words.
    asked = {word for word in re.findall(r"[a-z]+", patterns) if len(word) > 1}
    stems = {word for text in texts for word in re.findall(r"([a-z]+)\*", text)}
    opened = {text.strip("*").split(" ")[0] for text in texts if text.startswith("*")}
    beside_digits = re.findall(r"[0-9][\s-]?([\u3400-\u9fff]|[a-z]+)", "\n".join(texts))
    after = {p.text for p in phrases() if p.kind.startswith("after:") and len(p.text) == 1}
    single = {run for run in runs if len(run) == 1} - after | set(_ASKED_IDEOGRAPHS)
    single |= set(re.findall(r"([\u3400-\u9fff])(?=\?)", patterns))
    single |= {c for chosen in re.findall(r"\[[^\]]*\]", patterns) for c in _RUN.findall(chosen)
               for c in c}  # fmt: skip
    units = _units()
    return Known(
        frozenset(words | asked),
        tuple({w for w in asked if len(w) > 2} | {s for s in stems if len(s) > 1}),
        tuple(sorted(opened)),
        frozenset(beside_digits) | units,
        *_rows_of_ideographs(runs),
        _ideographs(single),
        _ideographs(after),
        _ideographs(set(beside_digits) | units),
        *_neighbours(runs),
    )


def _ideographs(characters: set[str]) -> Flags:
    """Return the flags of single characters and of their traditional forms."""
    forms = {c for c, simple in simplified().items() if simple in characters}
    return _table("".join(sorted(c for c in characters | forms if len(c) == 1)))


def _numbers(runs: set[str]) -> dict[str, int]:
    """Return a number from 1 for each ideograph of the phrases."""
    return {c: place + 1 for place, c in enumerate(sorted(set("".join(runs))))}


def _rows_of_ideographs(runs: set[str]) -> tuple[np.ndarray[Any, np.dtype[np.uint16]], int]:
    """Return the number of each character, that of a traditional form too, and their count."""
    numbers = _numbers(runs)
    table = np.zeros(0x10000, dtype=np.uint16)
    for character, place in numbers.items():
        table[ord(character)] = place
    for character, simple in simplified().items():
        table[ord(character)] = numbers.get(simple, 0)
    return table, len(numbers) + 1


def _neighbours(
    runs: set[str],
) -> tuple[np.ndarray[Any, np.dtype[np.uint8]], np.ndarray[Any, np.dtype[np.uint64]]]:
    """Return what is known of each two ideographs in a row, and the known rows of three."""
    numbers = _numbers(runs)
    count = len(numbers) + 1
    pairs = np.zeros(count * count, dtype=np.uint8)
    triples = set()
    for run in runs:
        row = [numbers[character] for character in run]
        for one, two in zip(row, row[1:], strict=False):
            pairs[one * count + two] |= 1 if len(run) == 2 else 2
        triples |= {(a * count + b) * count + c for a, b, c in zip(row, row[1:], row[2:], strict=False)}
    return pairs, np.array(sorted(triples), dtype=np.uint64)


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


@cache
def _numbered() -> frozenset[str]:
    """Return the runs of two or three digits in our phrases that no unit makes a number."""
    names = (fold_word(row["alias"]) for row in _rows("services"))
    return frozenset(run for name in names for run in re.findall(r"(?<!\d)\d{2,3}(?!\d)", name))


def _patterns() -> Iterator[str]:
    """Yield the expressions of the data files, in lower case, a choice of case as one letter."""
    for name in ("durations", "service_patterns"):
        for row in _rows(name):
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
