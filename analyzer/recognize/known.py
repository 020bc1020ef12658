"""What the phrases, names and expressions of the data files are made of."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from analyzer.recognize.candidates import MONTHS, NOT_LETTERS
from analyzer.recognize.flat import Flags, Hashes, Kinds, Units, hashes, table
from analyzer.recognize.folding import DATA, fold_word, simplified
from analyzer.recognize.lexicon import phrases

_RUN = re.compile("[\u3041-\u30ff\u3400-\u9fff]+")  # kana stand between ideographs
# What expressions in the rules ask about, beside the data files.
_ASKED = (
    "no rs dr min m is est ist es http https www com net org cn io me co app info biz xyz top vip "
    "as e to je ar adalah la use enter code with using type by avec mit con for para pour "
    "per um zum om att til de untuk dla aby do pentru hogy ile redacted hidden masked removed "
    "otp pin tan sms"
)
_ASKED_IDEOGRAPHS = (
    "効込円発択是为内后零一二两三四五六七八九十半分秒年月此该这本您你次已隐藏屏蔽非表示"
)


class KnownWords(NamedTuple):
    """What words of ASCII letters our phrases have: words, parts of words, units of time."""

    whole: frozenset[str]
    beginnings: frozenset[str]
    parts: tuple[str, ...]
    after_digits: frozenset[str]


class KnownIdeographs(NamedTuple):
    """What ideographs our phrases have, alone and in rows.

    Flags by character: `single` counts wherever it stands, `after_letter` after a letter or digit,
    `after_number` gives a number before it a meaning. `number` tells one of `numbers` numbers
    for each ideograph and kana; `pairs`, for each two numbers, whether they are a phrase (1), in a
    longer one (2) or both; `triples` are the sorted rows of three in longer phrases, and `names`
    the sorted hashes of the names that count as a whole only.
    """

    single: Flags
    after_letter: Flags
    after_number: Flags
    number: Units
    numbers: int
    pairs: Kinds
    triples: Hashes
    names: Hashes


@cache
def known_words() -> KnownWords:
    """Return what words our phrases, names and expressions have."""
    texts, units = _texts(), _units()
    whole: set[str] = {word.lower() for word in NOT_LETTERS} | {*_ASKED.split(), *MONTHS}
    for text in (*texts, *_names()):
        whole |= set(_joined(text))
    # In an expression a part of a word may stand for many words.
    asked = {word for word in re.findall(r"[a-z]+", _patterns()) if len(word) > 1}
    stems = {word for text in texts for word in re.findall(r"([a-z]+)\*", text)}
    # The last word of a phrase may begin a longer one that tells the language: "kode masukmu".
    stems |= {last for text in texts if len(last := text.split(" ")[-1]) > 3 and " " in text}
    opened = {text.strip("*").split(" ")[0] for text in texts if text.startswith("*")}
    return KnownWords(
        frozenset(whole | asked),
        frozenset({word for word in asked if len(word) > 2} | {s for s in stems if len(s) > 1}),
        tuple(sorted(opened)),
        frozenset(_beside_digits(texts) | units),
    )


@cache
def known_ideographs() -> KnownIdeographs:
    """Return what ideographs our phrases, names and expressions have."""
    texts, patterns = _texts(), _patterns()
    runs = set(_RUN.findall(" ".join([*texts, patterns])))
    named = [name for name in _names() if _RUN.fullmatch(name)]
    numbers = {c: place + 1 for place, c in enumerate(sorted(set("".join([*runs, *named]))))}
    after = {p.text for p in phrases() if p.kind.startswith("after:") and len(p.text) == 1}
    after |= {text[-1] for text in texts if re.fullmatch(r"[a-z0-9 -]+[\u3400-\u9fff]", text)}
    alone = {p.text for p in phrases() if len(p.text) == 1 and not p.kind.startswith("after:")}
    alone |= {run for run in _RUN.findall(patterns) if len(run) == 1} | set(_ASKED_IDEOGRAPHS)
    alone |= {run for run in _RUN.findall(" ".join(texts)) if len(run) == 1} - after
    alone |= set(re.findall(r"(.)\?", patterns))
    alone |= set("".join(re.findall(r"\[[^\]]*\]", patterns)))
    return KnownIdeographs(
        _flags(alone),
        _flags(after),
        _flags(_beside_digits(texts) | _units()),
        _numbering(numbers),
        len(numbers) + 1,
        *_neighbours(runs, numbers),
        _name_hashes(named, numbers),
    )


def _flags(found: set[str]) -> Flags:
    """Return the flags of single characters and of their traditional forms."""
    forms = {c for c, simple in simplified().items() if simple in found}
    return table("".join(sorted(c for c in found | forms if len(c) == 1)))


def _numbering(numbers: dict[str, int]) -> Units:
    """Return the number of each character, that of a traditional form too; 0 has none."""
    numbering = np.zeros(0x10000, dtype=np.uint16)
    for character, place in numbers.items():
        numbering[ord(character)] = place
    for character, simple in simplified().items():
        numbering[ord(character)] = numbers.get(simple, 0)
    return numbering


def _neighbours(runs: set[str], numbers: dict[str, int]) -> tuple[Kinds, Hashes]:
    """Return what is known of each two ideographs in a row, and the known rows of three."""
    count = len(numbers) + 1
    pairs = np.zeros(count * count, dtype=np.uint8)
    triples = set()
    for run in runs:
        row = [numbers[character] for character in run]
        for one, two in pairwise(row):
            pairs[one * count + two] |= 1 if len(run) == 2 else 2
        for one, two, three in zip(row, row[1:], row[2:], strict=False):
            triples.add((one * count + two) * count + three)
    return pairs, np.array(sorted(triples), dtype=np.uint64)


def _name_hashes(named: list[str], numbers: dict[str, int]) -> Hashes:
    """Return the sorted hashes of names by their numbers."""
    text = np.array([numbers[character] for name in named for character in name], dtype=np.uint32)
    lengths = np.array([len(name) for name in named], dtype=np.int64)
    ends = np.cumsum(lengths)
    return np.sort(hashes(text, ends - lengths, ends))


def _beside_digits(texts: tuple[str, ...]) -> set[str]:
    """Return the ideographs and words that follow a digit in a phrase."""
    return set(re.findall(r"[0-9][\s-]?([\u3400-\u9fff]|[a-z]+)", "\n".join(texts)))


def _joined(text: str) -> Iterator[str]:
    """Yield the words of a phrase, and those that stand in it side by side as one."""
    words = re.findall("[a-z]+", text)
    for first in range(len(words)):
        for last in range(first, len(words)):
            yield "".join(words[first : last + 1])


@cache
def _texts() -> tuple[str, ...]:
    """Return all phrases that count wherever they stand, folded."""
    found = [phrase.text for phrase in phrases()]
    found += [fold_word(row["alias"]) for row in _rows("services") if row["place"] == "anywhere"]
    for name, column in (("purposes", "phrase"), ("numerals", "word"), ("function_words", "word")):
        found += [fold_word(row[column]) for row in _rows(name)]
    found += [_plain_words(row["pattern"]) for row in _rows("durations") if row["role"] == "span"]
    return tuple(found)


def _plain_words(pattern: str) -> str:
    """Return the words of the expression for a span of time, which stand whole."""
    return fold_word(re.sub(r"\\s|[^\w*' ]", " ", pattern.replace(r"\w*", "*")))


def _names() -> Iterator[str]:
    """Yield what counts in a name's place only, folded."""
    yield from (fold_word(row["alias"]) for row in _rows("services"))
    yield from (fold_word(row["text"]) for row in _rows("not_services"))


@cache
def numbered() -> frozenset[str]:
    """Return the runs of two or three digits in names, with the letter they are joined to there."""
    figures = re.compile(r"[^\W\d_]?(?<!\d)\d{2,3}(?!\d)[^\W\d_]?")
    return frozenset(run for name in _names() for run in figures.findall(name))


@cache
def _patterns() -> str:
    """Return the expressions of the data files, in lower case, a choice of case as one letter."""
    found = []
    for name in ("durations", "service_patterns"):
        for row in _rows(name):
            if row.get("role") == "span":
                continue
            pattern = re.sub(r"\[(\w)(\w)\]", r"\1", row["pattern"].replace("{name}", " "))
            pattern = fold_word(pattern)
            found += [pattern, re.sub(r"\w\?", "", pattern)]
    return " ".join(found)


def _units() -> set[str]:
    """Return the ideographs of units of time, and the letters that each unit begins with."""
    units = [fold_word(row["pattern"]) for row in _rows("durations") if row["role"] == "unit"]
    letters = [word[0] for unit in units if (word := re.match("[a-z]+", unit.replace("?", "")))]
    ideographs_of_units = {character for character in "".join(units) if character > "\u2e80"}
    return ideographs_of_units | {*letters, *(word[:-1] for word in letters if len(word) > 2)}


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))
