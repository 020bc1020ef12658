"""How long a code is valid, as the text states it.

A number with a unit of time counts only beside a word of validity: shortly after one ("valid for
5 minutes", 请于五分钟内) or right before one ("10 min valid", 5分钟内有效).
"""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache

from analyzer.recognize.folding import DATA, fold_word

# Chinese numerals up to 99, as in 五分钟, 十五分钟, 三十分鐘; half an hour is 半.
_DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8,
           "九": 9, "半": 0.5}  # fmt: skip
_NUMERAL = r"[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九半]"
_LOOK_BACK, _LOOK_AHEAD = 32, 12


def validity(lower: str) -> int | None:
    """Return the stated validity in seconds of a folded text, or None where none is stated."""
    quantity, seconds = _quantity()
    end = 0
    for start in _number_start().finditer(lower):
        match = quantity.match(lower, start.start()) if start.start() >= end else None
        if match is None:
            continue
        end = match.end()
        head = lower[max(0, match.start() - _LOOK_BACK) : match.start()]
        tail = lower[match.end() : match.end() + _LOOK_AHEAD]
        if _cues("after").match(tail) or _cued(head):
            number = _number(match["n"])
            if number:
                return round(number * seconds[match.lastgroup or ""])
    return None


@lru_cache(maxsize=1 << 13)
def _cued(head: str) -> bool:
    """Tell whether a word of validity stands in the text before a quantity."""
    return _cues("before").search(head) is not None


def names_duration(lower: str) -> bool:
    """Tell whether a folded text holds a number with a unit of time, whatever stands beside it."""
    quantity, _ = _quantity()
    return any(quantity.match(lower, found.start()) for found in _number_start().finditer(lower))


def _number(text: str) -> float | None:
    """Return the value of a number in digits, Chinese numerals or words; zeros are a mask."""
    if text.isdigit():
        return int(text) or None
    if text in _numerals():
        return _numerals()[text]
    if "十" in text:
        tens, _, ones = text.partition("十")
        return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)
    return _DIGITS.get(text)


@cache
def _rows(role: str) -> tuple[tuple[str, str], ...]:
    with (DATA / "durations.csv").open(encoding="utf-8", newline="") as rows:
        return tuple(
            (r["pattern"], r["seconds"]) for r in csv.DictReader(rows) if r["role"] == role
        )


@cache
def _quantity() -> tuple[re.Pattern[str], dict[str, int]]:
    """Return the expression for a number with a unit of time, and the seconds of its groups."""
    spelled = "|".join(sorted(map(re.escape, _numerals()), key=len, reverse=True))
    units: dict[int, list[str]] = {}
    for pattern, seconds in _rows("unit"):
        ends_in_letter = re.search(r"[a-z*+?]$", pattern) and re.match("[a-z]", pattern)
        units.setdefault(int(seconds), []).append(pattern + ("(?![a-z])" if ends_in_letter else ""))
    named = "|".join(f"(?P<u{seconds}>{'|'.join(words)})" for seconds, words in units.items())
    number = rf"(?<![\d.:*])\d{{1,4}}(?:\.0)?|{_NUMERAL}|(?<![^\W_])(?:{spelled})(?![^\W_])"
    expression = re.compile(rf"(?P<n>{number})\s?\(?[\s-]?(?:{named})")
    return expression, {f"u{seconds}": seconds for seconds in units}


@cache
def _number_start() -> re.Pattern[str]:
    """Return the expression for the places where a number can begin."""
    first = "".join(sorted({word[0] for word in _numerals()}))
    ideographs = "".join(_DIGITS) + "十"
    return re.compile(rf"(?<![\d.:*])\d|[{ideographs}]|(?<![^\W_])[{re.escape(first)}]")


@cache
def _cues(role: str) -> re.Pattern[str]:
    """Return the expression for the words of validity: in the text before, or at once after."""
    words = "|".join(
        f"(?<![a-z]){pattern}" if re.match("[a-z]", pattern) else pattern
        for pattern, _ in _rows(role)
    )
    if role == "before":
        return re.compile(rf"(?:{words})[^\d.。!！\n]{{0,24}}$")
    return re.compile(rf"[\s,，)）]{{0,2}}(?:{words})")


@cache
def _numerals() -> dict[str, int]:
    """Return the numbers written as words in other languages ("five", "cinco")."""
    with (DATA / "numerals.csv").open(encoding="utf-8", newline="") as rows:
        return {fold_word(row["word"]): int(row["number"]) for row in csv.DictReader(rows)}
