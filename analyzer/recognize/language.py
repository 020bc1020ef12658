"""The language of a short text, by its script and by the words of the lexicon in it."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from analyzer.recognize.folding import Folded
from analyzer.recognize.lexicon import languages, phrases

# Scripts that stand for one language in messages about codes, in the order they are tried.
# Reference: Unicode 15 blocks.
_SCRIPTS = (
    ("ja", re.compile(r"[\u3041-\u30fa]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u3400-\u9fff]")),
    ("th", re.compile(r"[\u0e01-\u0e7f]")),
    ("lo", re.compile(r"[\u0e81-\u0eff]")),
    ("my", re.compile(r"[\u1000-\u109f]")),
    ("km", re.compile(r"[\u1780-\u17ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ur", re.compile(r"[ٹڈڑںےۓ]")),
    ("fa", re.compile(r"[پچژگ]|شما|رمز یکبار|کد|تایید|بانک")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("uk", re.compile(r"[іїєґ]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("bn", re.compile(r"[\u0980-\u09ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("ta", re.compile(r"[\u0b80-\u0bff]")),
    ("ka", re.compile(r"[\u10a0-\u10ff]")),
    ("hy", re.compile(r"[\u0530-\u058f]")),
)
_GROUPS = frozenset({"any", "eu", "other", "asia", "rtl"})
_WORD = re.compile(r"[a-z']+")
_BEGINNING = 5


# Latin letters that one of our languages has to itself.
_LETTERS = {"cs": "ěřů", "pl": "łżźćńśąę", "sk": "ľĺŕ", "hu": "őű", "ro": "țșăţ", "tr": "ğı",
            "de": "ß", "es": "ñ¿¡", "pt": "ãõ", "lv": "āēīūķļņģ", "lt": "ėįų", "is": "ðþ",
            "vi": "ơưạảấầẩẫậắằẳặẹẻẽếềểễệịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđ"}  # fmt: skip


def language(text: Folded) -> str | None:
    """Return the ISO 639-1 code of a folded text's language, or None where it cannot be told."""
    lower = text.lower
    if lower.isascii():
        scripted = None
    else:
        scripted = next((code for code, script in _SCRIPTS if script.search(lower)), None)
    if scripted:
        return scripted
    votes: dict[str, float] = defaultdict(float)
    if not text.plain.isascii():
        shown = set(text.plain.lower())
        for code, letters in _LETTERS.items():
            votes[code] += 2.0 * bool(shown & set(letters))
    for word in _WORD.findall(lower):
        known = _words().get(word, ())
        for code in known:
            votes[code] += 1 / len(known)
    beginnings = {lower[place : place + _BEGINNING] for place in range(len(lower))}
    for beginning in beginnings & _sentences().keys():
        for phrase in _sentences()[beginning]:
            if phrase in lower:
                for code in languages()[phrase]:
                    votes[code] += 1.0
    best = max(votes.values(), default=0)
    leading = sorted(code for code, count in votes.items() if count and count > best - 1e-9)
    # English words are at home in other languages' messages, so a tie with them says English.
    return "en" if "en" in leading else leading[0] if len(leading) == 1 else None


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
    return {word: tuple(sorted(codes)) for word, codes in known.items()}


@cache
def _sentences() -> dict[str, list[str]]:
    """Return the longer phrases of several words, by their first characters."""
    found: dict[str, list[str]] = defaultdict(list)
    for text, codes in languages().items():
        if " " in text and text.isascii() and len(text) > 6 and not _GROUPS & set(codes):
            found[text[:_BEGINNING]].append(text)
    return dict(found)
