"""The lexicon: phrases of all languages, read from the data files into one scanner.

A phrase is searched in folded text (lower case, no accents, simplified Chinese). A space in it
matches any short gap, `*` a few more letters. A phrase that begins or ends with a letter of a
script that separates words must not touch another letter of that script.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from typing import NamedTuple

from analyzer.recognize.folding import DATA, fold_word

FILES = ("decoys", "keywords", "signals", "contexts")
# Where two phrases begin at one place, the earlier kind wins; within a kind, the longer phrase.
ORDER = ("refusal", "warning", "veto", "secret", "strong", "weak", "action", "before", "after")

# Letters of scripts that put spaces between words, by script.
_SCRIPTS = ("a-z\u00df-\u024f", "\u0370-\u03ff", "\u0400-\u052f", "\u0530-\u058f",
            "\u0590-\u05ff", "\u0620-\u06ff", "\u0900-\u0963", "\u0980-\u09e3")  # fmt: skip


class Phrase(NamedTuple):
    """One row of a data file."""

    kind: str
    language: str
    text: str


class Word(NamedTuple):
    """A phrase found in a text: its kind (`strong`), detail (`pickup` of a veto), span."""

    kind: str
    detail: str
    start: int
    end: int


@cache
def phrases() -> tuple[Phrase, ...]:
    """Return all phrases of the data files, folded."""
    found = []
    for name in FILES:
        with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as rows:
            found += [
                Phrase(row["kind"], row["language"], fold_word(row["phrase"]))
                for row in csv.DictReader(rows)
            ]
    return tuple(found)


def pattern_of(phrase: str) -> tuple[str, str, str]:
    """Return the expression of one folded phrase: first character, front guard, and the rest.

    The look-behind for the letter before the phrase follows the first character, so that
    expressions of many phrases begin with literals and reject a position with one comparison.
    """
    parts = {" ": r"[\s\-]{0,2}", "*": r"[^\W\d_]{0,12}", "'": "['`´]?"}
    open_front, bare = phrase.startswith("*"), phrase.lstrip("*")
    first = re.escape(bare[0])
    before, after = _boundary(bare[0]), _boundary(bare.rstrip("*")[-1])
    rest = "".join(parts.get(character) or re.escape(character) for character in bare[1:])
    front = f"(?<![{before}]{first})" if before and not open_front else ""
    back = f"(?![{after}])" if after and not bare.endswith("*") else ""
    return first, front, rest + back


def _boundary(character: str) -> str:
    return next((letters for letters in _SCRIPTS if re.match(f"[{letters}]", character)), "")


def alternation(texts: Iterable[str]) -> str:
    """Return one expression for many phrases: by first character, then the longest first."""
    parts = [(*pattern_of(text), "") for text in sorted(set(texts), key=lambda t: (-len(t), t))]
    return _branches(parts, {})


def _branches(parts: list[tuple[str, str, str, str]], kinds: dict[str, tuple[str, str]]) -> str:
    """Return one expression for (first character, guard, rest, kind), in their order.

    The first character and its guard stand once before all that share them, so that most places
    of a text are rejected by one comparison. Groups are named and entered into `kinds`.
    """
    trie: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    # ASCII first: its letters are the commonest, and branches are tried in turn.
    for first, guard, rest, kind in sorted(parts, key=lambda part: part[0]):
        trie[first][guard].append((kind, rest))
    branches = []
    for first, guarded in trie.items():
        inner = [
            guard + f"(?:{'|'.join(_grouped(guarded[guard], kinds))})"
            for guard in sorted(guarded, key=len, reverse=True)
        ]
        branches.append(f"{first}(?:{'|'.join(inner)})")
    return "|".join(branches)


def _grouped(rests: list[tuple[str, str]], kinds: dict[str, tuple[str, str]]) -> Iterator[str]:
    for kind, run in groupby(rests, key=lambda pair: pair[0]):
        joined = "|".join(rest for _, rest in run)
        if not kind:
            yield joined
            continue
        name, _, detail = kind.partition(":")
        group = f"g{len(kinds)}"
        kinds[group] = name, detail
        yield f"(?P<{group}>{joined})"


@cache
def scanner() -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    """Return the expression that finds all phrases of `ORDER`, and the kind of each of its groups.

    At one place the kinds are tried in their order, within a kind the longer phrase first.
    """
    kinds: dict[str, tuple[str, str]] = {}
    known = [p for p in set(phrases()) if p.kind.partition(":")[0] in ORDER]
    parts = [(*pattern_of(p.text), p.kind) for p in sorted(known, key=_rank)]
    return re.compile(_branches(parts, kinds)), kinds


def _rank(phrase: Phrase) -> tuple[int, int, Phrase]:
    return ORDER.index(phrase.kind.partition(":")[0]), -len(phrase.text), phrase


@cache
def signal(kind: str) -> re.Pattern[str]:
    """Return the expression for one kind of phrase looked for on its own (promo, notice, is)."""
    return re.compile(alternation(phrase.text for phrase in phrases() if phrase.kind == kind))


def words(lower: str) -> list[Word]:
    """Return the phrases found in a folded text, in order, without overlap."""
    expression, kinds = scanner()
    return [
        Word(*kinds[match.lastgroup or ""], match.start(), match.end())
        for match in expression.finditer(lower)
    ]


@cache
def languages() -> dict[str, tuple[str, ...]]:
    """Return the languages of each phrase that names a code or its secrecy."""
    found: dict[str, list[str]] = defaultdict(list)
    for phrase in phrases():
        if phrase.kind in ("strong", "weak", "action", "secret", "warning", "is"):
            found[phrase.text.strip("*")].append(phrase.language)
    return {text: tuple(known) for text, known in found.items()}
