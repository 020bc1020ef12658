"""Blotting out: words, numbers and ideographs that no rule asks about, in many texts at once."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from analyzer.recognize.flat import (
    LETTERS,
    SPACES,
    Characters,
    Flags,
    Hashes,
    Places,
    Units,
    cut,
    distinct,
    hashes,
    runs,
    table,
)
from analyzer.recognize.folding import fold_word
from analyzer.recognize.known import known_ideographs, known_words, numbered
from analyzer.recognize.lexicon import lexicon

FIRST, LAST = 0x3400, 0x9FFF  # ideographs
_BLOT, _CAPITAL, _SMALL, _ZERO = 0x9F98, ord("J"), ord("j"), ord("0")  # U+9F98 is in no phrase
# Letters that are left of a longer word that is blotted out: as many as a code has, or too many.
_LONG, _LONGER = 4, 11
_OPENING, _CLOSING = "\0【[「『<", "】]」』>:："  # around a name
# Beside a word that is blotted out; an ASCII letter must not be joined to it.
_BESIDE = '\0【】（）()[]「」『』，。：:；;！!、,“”"'
# After a number: signs that belong to no phrase, unit or other number.
_STOPS = '\0，。、；！】）》」』,.;!])"[【（《「『:：'
_NUMBER, _GAP = "0123456789.,:/-", "()-"
_SIZES = ("gb", "mb", "kb")  # units that may be joined to a number, not of time
_REMEMBERED = 1 << 16  # words


class Sheet(NamedTuple):
    """The characters of many texts, to be blotted out in place.

    Flags tell which are open to it, and which are shown; what stands between texts is neither.
    """

    text: Characters
    units: Units
    open: Flags
    shown: Flags


class Words(NamedTuple):
    """The words of ASCII letters: start, end; whether unknown; whether a number needs them."""

    starts: Places
    ends: Places
    unknown: Flags
    counting: Flags


def words_of(sheet: Sheet) -> Words:
    """Return the words of ASCII letters; a word joined to other signs is never unknown."""
    text, units = sheet.text, sheet.units
    lower = text | 32
    starts, ends = runs((lower >= ord("a")) & (lower <= ord("z")))
    if not len(starts):
        return Words(starts, ends, np.zeros(0, dtype=bool), np.zeros(0, dtype=bool))
    found, which = distinct(text, starts, ends)
    known = np.array([_known(word) for word in found])[which]
    beside = table(_BESIDE + SPACES)
    stop = (text[ends] == ord(".")) & table("\0" + SPACES)[units[ends + 1]]
    free = beside[units[starts - 1]] & (beside[units[ends]] | stop)
    unknown = ~known[:, 0] & free & sheet.open[starts] & (ends - starts > 1)
    return Words(starts, ends, unknown, known[:, 1] | ~free)


@lru_cache(maxsize=_REMEMBERED)
def _known(word: str) -> tuple[bool, bool]:
    """Tell whether a word must stay, and whether it gives a number before it a meaning.

    Letters x hide digits; G and FB stand before codes.
    """
    ours, lower = known_words(), word.lower()
    begins = [lower[:stop] for stop in range(1, len(lower) + 1)]
    counts = not ours.after_digits.isdisjoint(begins)
    if lower in ours.whole or "xx" in lower or not word.strip("GFB"):
        return True, counts
    known = not ours.beginnings.isdisjoint(begins) or any(part in lower for part in ours.parts)
    return known, counts


def blot_words(sheet: Sheet, found: Words) -> None:
    """Make the letters of unknown words J or j; show a few of a longer word."""
    starts, ends = found.starts[found.unknown], found.ends[found.unknown]
    lengths = ends - starts
    step = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    places = np.repeat(starts, lengths) + step
    sheet.text[places] = np.where(sheet.text[places] < ord("a"), _CAPITAL, _SMALL)
    most = np.repeat(np.where(lengths < _LONGER, _LONG, _LONGER), lengths)
    sheet.shown[places] = (step < most - 1) | (step >= np.repeat(lengths, lengths) - 1)


def blot_numbers(sheet: Sheet, found: Words) -> None:
    """Make the digits of runs of up to three zeros, where nothing after gives them a meaning."""
    text, units = sheet.text, sheet.units
    starts, ends = runs((text >= ord("0")) & (text <= ord("9")))
    short = (ends - starts <= 3) & sheet.open[starts] & ~table(LETTERS)[units[starts - 1]]
    starts, ends = starts[short], ends[short]
    if not len(starts):
        return
    meant = _meant(sheet, found, starts) | _in_name(text, starts, ends)
    starts, ends = starts[~meant], ends[~meant]
    for step in range(3):
        places = starts + step
        text[places[places < ends]] = _ZERO


def _meant(sheet: Sheet, found: Words, starts: Places) -> Flags:
    """Tell which runs of digits are in a number that what follows gives a meaning."""
    number_starts, number_ends = runs(table(_NUMBER)[sheet.units])
    after = number_ends[np.searchsorted(number_starts, starts, side="right") - 1]
    gap, joined = table(_GAP + SPACES), np.ones(len(after), dtype=bool)
    for _ in range(3):
        wide = gap[sheet.units[after]]
        joined &= ~wide
        after = after + wide
    following = sheet.units[after]
    by_ideograph = known_ideographs().after_number[following]
    by_sign = ~table(_STOPS)[following]
    meant = np.where((following >= FIRST) & (following <= LAST), by_ideograph, by_sign)
    lettered = table(LETTERS)[following]
    word = np.searchsorted(found.starts, after[lettered], side="right") - 1
    # A letter of a word that begins before it is joined to what is no ASCII letter: stay.
    begins = found.starts[word] == after[lettered]
    size = _is_size(sheet.text, after[lettered])
    meant[lettered] = np.where(joined[lettered], ~size, found.counting[word] | ~begins)
    return meant


def _is_size(text: Characters, places: Places) -> Flags:
    """Tell at which places a unit of data stands."""
    found = np.zeros(len(places), dtype=bool)
    for unit in _SIZES:
        found |= (text[places] | 32 == ord(unit[0])) & (text[places + 1] | 32 == ord(unit[1]))
    return found


def _in_name(text: Characters, starts: Places, ends: Places) -> Flags:
    """Tell which runs of digits are part of a name we know (163邮箱, 360)."""
    found = np.zeros(len(starts), dtype=bool)
    rows = np.flatnonzero(ends - starts > 1)
    around = cut(text, starts[rows] - 1, ends[rows] + 1)
    found[rows] = [_without_signs(run) in numbered() for run in around]
    return found


def _without_signs(run: str) -> str:
    """Return a run of digits with the characters around it, less those that are no letters."""
    return run[not run[0].isalpha() : len(run) - (not run[-1].isalpha())]


def blot_ideographs(sheet: Sheet) -> None:
    """Blot out the ideographs of no phrase; show the ends of their runs."""
    ideograph = (sheet.units >= FIRST) & (sheet.units <= LAST) & sheet.open
    if not ideograph.any():
        return
    keep = _in_phrases(sheet, ideograph)
    _keep_names(sheet, ideograph, keep)
    blotted = ideograph & ~keep
    sheet.text[blotted] = _BLOT
    sheet.shown[1:-1] &= ~(blotted[1:-1] & blotted[:-2] & blotted[2:])


def _in_phrases(sheet: Sheet, ideograph: Flags) -> Flags:
    """Tell which ideographs stand as in one of our phrases: alone, or two or three in a row."""
    ours, units = known_ideographs(), sheet.units
    number = ours.number[units]
    places = np.flatnonzero(ideograph | ((units > 0x3040) & (units <= 0x30FF)))  # kana too
    first = places[:-1][np.diff(places) == 1]
    kinds = ours.pairs[number[first].astype(np.int64) * ours.numbers + number[first + 1]]
    keep = ours.single[units]
    two = first[(kinds & 1) > 0]
    keep[two] = keep[two + 1] = True
    in_longer = np.zeros(len(units), dtype=bool)
    in_longer[first[(kinds & 2) > 0]] = True
    three = np.flatnonzero(in_longer[:-1] & in_longer[1:])
    key = number[three].astype(np.uint64)
    for step in (1, 2):
        key = key * np.uint64(ours.numbers) + number[three + step]
    three = three[_among(key, ours.triples)]
    keep[three] = keep[three + 1] = keep[three + 2] = True
    behind = places[ours.after_letter[units[places]]]
    before = np.where(units[behind - 1] == ord(" "), units[behind - 2], units[behind - 1])
    keep[behind[table(LETTERS + "0123456789+-")[before]]] = True
    return keep


def _among(hashes: Hashes, known: Hashes) -> Flags:
    """Tell which hashes are among the known ones, which are sorted."""
    place = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
    found: Flags = known[place] == hashes
    return found


def _keep_names(sheet: Sheet, ideograph: Flags, keep: Flags) -> None:
    """Keep the names that count as a whole; of a signature that is none and has no word, nothing.

    Names are looked for in brackets, at the head of a text and before a colon.
    """
    text, units, ours = sheet.text, sheet.units, known_ideographs()
    starts, ends = runs(ideograph)
    placed = table(_OPENING)[units[starts - 1]] & table(_CLOSING)[units[ends]]
    starts, ends = starts[placed], ends[placed]
    if not len(starts):
        return
    named = _among(hashes(ours.number[units], starts, ends), ours.names)
    for start, end in zip(starts[named].tolist(), ends[named].tolist(), strict=True):
        keep[start:end] = True
    signed = ~named & (text[starts - 1] == ord("【")) & (text[ends] == ord("】"))
    starts, ends = starts[signed], ends[signed]
    if len(starts):
        found, which = distinct(np.where(keep, text, np.uint32(_BLOT)), starts, ends)
        silent = np.array([_silent(name) for name in found])[which]
        for start, end in zip(starts[silent].tolist(), ends[silent].tolist(), strict=True):
            keep[start:end] = False


@lru_cache(maxsize=1 << 12)
def _silent(name: str) -> bool:
    """Tell whether a signature holds none of our phrases."""
    return not any(lexicon().hits(fold_word(name)).values())
