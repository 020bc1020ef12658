"""The language of a short text, by its script, its letters and its words.

A script of one language decides at once. Among languages in Latin letters the words vote: those
of the list of function words, which every sentence has, and those of the lexicon's phrases. A
language that lacks a letter of the text is hardly the one.
"""

from __future__ import annotations

import csv
import re
import string
from collections import defaultdict
from functools import cache
from itertools import pairwise

from analyzer.recognize.folding import DATA, Folded, fold_word
from analyzer.recognize.lexicon import languages, phrases

# Scripts, letters and words that stand for one language in messages about codes, in the order
# they are tried. Reference: Unicode 15 blocks; Unicode CLDR exemplar characters.
_SCRIPTS = (
    ("ja", re.compile(r"[\u3041-\u30fa々効込円発択]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u3400-\u9fff]")),
    ("th", re.compile(r"[\u0e01-\u0e7f]")),
    ("lo", re.compile(r"[\u0e81-\u0eff]")),
    ("my", re.compile(r"[\u1000-\u109f]")),
    ("km", re.compile(r"[\u1780-\u17ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ug", re.compile(r"[ۇېەڭۈۆ]")),
    ("ur", re.compile(r"[ٹڈڑںےۓ]")),
    ("fa", re.compile(r"[پچژگکی]|شما|رمز يکبار|كد|تاييد|بانك|ریال|ريال\s*رمز|خرید")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("be", re.compile(r"ў")),
    ("kk", re.compile(r"[әқңғұһ]")),
    ("ky", re.compile(r"[ңөү]")),
    ("sr", re.compile(r"[љњћђ]|[\u0400-\u04ff]*ј")),
    ("mk", re.compile(r"[ѓќѕ]|кодот|внесете")),
    ("uk", re.compile(r"[іїєґ]|входу|грн(?![а-я])|картку|переказ")),
    ("bg", re.compile(r"кодът|вашият|вашата|за\s+вход|потвърж|код\s+за|парола")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("bn", re.compile(r"[\u0980-\u09ff]")),
    ("mr", re.compile(r"आहे|आपला|तुमचा|तुमच्या|[ऱळ]|नोंदणी")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("pa", re.compile(r"[\u0a00-\u0a7f]")),
    ("gu", re.compile(r"[\u0a80-\u0aff]")),
    ("ta", re.compile(r"[\u0b80-\u0bff]")),
    ("te", re.compile(r"[\u0c00-\u0c7f]")),
    ("kn", re.compile(r"[\u0c80-\u0cff]")),
    ("ml", re.compile(r"[\u0d00-\u0d7f]")),
    ("si", re.compile(r"[\u0d80-\u0dff]")),
    ("ka", re.compile(r"[\u10a0-\u10ff]")),
    ("hy", re.compile(r"[\u0530-\u058f]")),
    ("am", re.compile(r"[\u1200-\u137f]")),
)
_GROUPS = frozenset({"any", "eu", "other", "asia", "rtl"})
_WORD = re.compile(r"[a-z']+")
_AFTER = string.printable  # what may stand after a last word of one letter
_LATIN = re.compile(r"[\u00a1-\u024f\u1e00-\u1eff]")
# English words that messages in every language use: they say nothing.
_EVERYWHERE = frozenset(
    ("code", "otp", "pin", "sms", "tan", "password", "token", "app", "email", "login", "ref")
)
_IN_PHRASE, _ALPHABET, _NO_SUCH_LETTER = 0.5, 0.6, -2.0


def language(text: Folded) -> str | None:
    """Return the ISO 639-1 code of a folded text's language, or None where it cannot be told."""
    lower = text.lower
    if not lower.isascii():
        plain = text.plain.lower()
        scripted = next((code for code, script in _SCRIPTS if script.search(plain)), None)
        if scripted:
            return scripted
    votes = _votes(text)
    best = max(votes.values(), default=0)
    leading = sorted(code for code, count in votes.items() if count > max(best - 1e-9, 0))
    # English words are at home in other languages' messages, so a tie with them says English.
    if "en" in leading or (not leading and _EVERYWHERE & set(_WORD.findall(lower))):
        return "en"
    return leading[0] if len(leading) == 1 else None


def _votes(text: Folded) -> dict[str, float]:
    """Return what speaks for each language in Latin letters."""
    votes: dict[str, float] = defaultdict(float)
    for word in _WORD.findall(text.lower):
        for code in (known := _function_words().get(word, ())):
            votes[code] += 1 / len(known)
        for code in (known := _words().get(word, ())):
            votes[code] += _IN_PHRASE / len(known)
    said = text.lower.split(" ")
    turns = {first[-1:] + second[:2] for first, second in pairwise(said)}
    for turn in turns & _sentences().keys():
        for phrase in _sentences()[turn]:
            if phrase in text.lower:
                for code in languages()[phrase]:
                    votes[code] += 1.0
    letters = set(_LATIN.findall(text.plain.lower()))
    if letters:
        for code in votes.keys() | _alphabets().keys():
            known_letters = _alphabets().get(code, frozenset())
            votes[code] += _ALPHABET if letters <= known_letters else _NO_SUCH_LETTER
    return votes


@cache
def _words() -> dict[str, tuple[str, ...]]:
    """Return the languages of each single word of the lexicon's longer phrases."""
    known: dict[str, set[str]] = {}
    for phrase in phrases():
        if phrase.language in _GROUPS or not phrase.text.isascii():
            continue
        if phrase.kind in ("strong", "weak", "action", "warning", "secret", "is"):
            for word in _WORD.findall(phrase.text):
                known.setdefault(word, set()).add(phrase.language)
    return {word: tuple(sorted(codes)) for word, codes in known.items() if word not in _EVERYWHERE}


@cache
def _function_words() -> dict[str, tuple[str, ...]]:
    """Return the languages that use each common word, folded."""
    known: dict[str, set[str]] = {}
    with (DATA / "function_words.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            known.setdefault(fold_word(row["word"]), set()).add(row["language"])
    return {word: tuple(sorted(codes)) for word, codes in known.items() if word not in _EVERYWHERE}


@cache
def _alphabets() -> dict[str, frozenset[str]]:
    """Return the letters beyond a to z that each language in Latin letters writes."""
    with (DATA / "alphabets.csv").open(encoding="utf-8", newline="") as rows:
        return {row["language"]: frozenset(row["letters"]) for row in csv.DictReader(rows)}


@cache
def _sentences() -> dict[str, list[str]]:
    """Return the longer phrases of several words, by the letters where the second word begins."""
    found: dict[str, list[str]] = defaultdict(list)
    for text, codes in languages().items():
        if " " in text and text.isascii() and len(text) > 6 and not _GROUPS & set(codes):
            first, second, *more = text.split(" ")
            ends = [second] if more or len(second) > 1 else [second + c for c in ("", *_AFTER)]
            for end in ends:
                found[first[-1:] + end[:2]].append(text)
    return dict(found)
