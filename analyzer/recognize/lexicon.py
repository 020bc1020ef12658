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
from typing import NamedTuple

from analyzer.recognize.finding import Beginning, Table, branches
from analyzer.recognize.folding import DATA, fold_word

FILES = ("decoys", "keywords", "signals", "contexts")
# Where two phrases begin at one place, the earlier kind wins; within a kind, the longer phrase.
ORDER = (
    "refusal",
    "warning",
    "veto",
    "secret",
    "strong",
    "weak",
    "action",
    "greeting",
    "before",
    "after",
)

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
    # "won" is no part of "won't".
    back = f"(?![{after}]|'t)" if after and not bare.endswith("*") else ""
    return first, front, rest + back


@cache
def _boundary(character: str) -> str:
    return next((letters for letters in _SCRIPTS if re.match(f"[{letters}]", character)), "")


def beginnings(texts: Iterable[str]) -> list[Beginning]:
    """Return the beginnings of phrases that are looked for together: the longest come first."""
    return [_beginning(text, "") for text in sorted(set(texts), key=lambda t: (-len(t), t))]


def _beginning(phrase: str, kind: str) -> Beginning:
    bare = phrase.lstrip("*")
    second = bare[1:2] if bare[1:2] not in (" ", "*", "'") else ""
    return Beginning(phrase, bare[0], second, (*pattern_of(phrase), kind))


def alternation(texts: Iterable[str]) -> str:
    """Return one expression for a few phrases, to be part of a longer one."""
    return branches([beginning.part for beginning in beginnings(texts)], {})


@cache
def lexicon() -> Table:
    """Return the table of all phrases: those of `ORDER` as "words", and those of each other kind.

    At one place the kinds of `ORDER` are tried in their order, within a kind the longer phrase
    first.
    """
    known = [p for p in set(phrases()) if p.kind.partition(":")[0] in ORDER]
    alone = ("is", "promo", "notice", "door", "pickup", "parcel", "send")
    groups = {kind: beginnings(of_kind(kind)) for kind in alone}
    groups["words"] = [_beginning(p.text, p.kind) for p in sorted(known, key=_rank)]
    return Table(groups)


def of_kind(kind: str) -> Iterator[str]:
    """Yield the phrases of one kind."""
    return (phrase.text for phrase in phrases() if phrase.kind == kind)


def _rank(phrase: Phrase) -> tuple[int, int, Phrase]:
    return ORDER.index(phrase.kind.partition(":")[0]), -len(phrase.text), phrase


def words(lower: str) -> list[Word]:
    """Return the phrases found in a folded text, in order, without overlap."""
    return [
        Word(hit.kind, hit.detail, hit.start, hit.end) for hit in lexicon().hits(lower)["words"]
    ]


@cache
def languages() -> dict[str, tuple[str, ...]]:
    """Return the languages of each phrase that names a code or its secrecy."""
    found: dict[str, list[str]] = defaultdict(list)
    for phrase in phrases():
        if phrase.kind in ("strong", "weak", "action", "secret", "warning", "is"):
            found[phrase.text.strip("*")].append(phrase.language)
    return {text: tuple(known) for text, known in found.items()}
