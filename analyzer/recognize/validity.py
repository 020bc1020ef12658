"""How long a code is valid, as the text states it.

A number with a unit of time counts only beside a word of validity: shortly after one ("valid for
5 minutes", 请于五分钟内) or right before one ("10 min valid", 5分钟内有效). Minutes may follow the
hours ("1 h 30 min"); a span without a number ("half an hour") counts where no number does.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache, lru_cache

from analyzer.recognize.folding import DATA, fold_word

# Chinese numerals up to 99, as in 五分钟, 十五分钟, 三十分鐘; half an hour is 半.
_DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8,
           "九": 9, "半": 0.5}  # fmt: skip
_NUMERAL = r"[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九半]"
_LOOK_BACK, _LOOK_AHEAD = 32, 18
_MINUTE, _HOUR = 60, 3600
_BARE_MINUTES = re.compile(r"\s?([0-5]\d)(?!\d)")  # 1 h 30
_AND_A_HALF = re.compile(
    r"\s(?:and a half|y media|e meia|e mezza|et demie|si jumatate|с половиной)"
)
_JOINT = re.compile(
    r"[\s,]{0,2}(?:and|et|und|en|og|och|si|es|ja|και|и|та|i|y|e|a|ו-?|و|dan|va)?\s?"
)


def validity(lower: str) -> int | None:
    """Return the stated validity in seconds of a folded text, or None where none is stated."""
    quantity, seconds = _quantity()
    end = 0
    for start in _number_start().finditer(lower):
        match = quantity.match(lower, start.start()) if start.start() >= end else None
        if match is None:
            continue
        minutes, end = _minutes_after(lower, match, seconds[match.lastgroup or ""])
        if _is_stated(lower, match.start(), end):
            number = _number(match["n"])
            if number:
                return round(number * seconds[match.lastgroup or ""]) + minutes
    return next(
        (seconds for start, end, seconds in _spans(lower) if _is_stated(lower, start, end)), None
    )


def _is_stated(lower: str, start: int, end: int) -> bool:
    """Tell whether a word of validity stands shortly before a span of time, or right after it."""
    head, tail = lower[max(0, start - _LOOK_BACK) : start], lower[end : end + _LOOK_AHEAD]
    return _cues("after").match(tail) is not None or _cued(head)


def _minutes_after(lower: str, hours: re.Match[str], seconds: int) -> tuple[int, int]:
    """Return the seconds of minutes that follow a number of hours, and where all of it ends."""
    if seconds != _HOUR:
        return 0, hours.end()
    half = _AND_A_HALF.match(lower, hours.end())
    if half:
        return _HOUR // 2, half.end()
    bare = _BARE_MINUTES.match(lower, hours.end()) if hours[0].endswith("h") else None
    if bare:
        return 60 * int(bare[1]), bare.end()
    quantity, known = _quantity()
    joint = _JOINT.match(lower, hours.end())
    minutes = quantity.match(lower, joint.end() if joint else hours.end())
    if minutes is None or known[minutes.lastgroup or ""] != _MINUTE:
        return 0, hours.end()
    return round((_number(minutes["n"]) or 0) * _MINUTE), minutes.end()


def _spans(lower: str) -> Iterator[tuple[int, int, int]]:
    """Yield the spans of time told without a number: start, end, seconds."""
    expression, seconds = _told_spans()
    end = 0
    for start in _span_start().finditer(lower):
        match = expression.match(lower, start.start()) if start.start() >= end else None
        if match:
            end = match.end()
            yield match.start(), end, seconds[match.lastgroup or ""]


@cache
def _span_start() -> re.Pattern[str]:
    """Return the expression for the places where a span without a number can begin."""
    begun = {first for pattern, _ in _rows("span") for first in _beginnings(pattern)}
    return re.compile("|".join(sorted(begun, reverse=True)))


def _beginnings(pattern: str) -> Iterator[str]:
    """Yield the first two letters (or one) of each text that an expression may begin with."""
    optional = re.match(r"\(\?:([^)]*)\)\?|(\w)\?", pattern)
    if not optional:
        yield pattern[:2] if pattern[:2].isalpha() else pattern[0]
        return
    for choice in (optional[1] or optional[2]).split("|"):
        yield choice[0]
    yield from _beginnings(pattern[optional.end() :])


@cache
def _told_spans() -> tuple[re.Pattern[str], dict[str, int]]:
    """Return the expression for spans such as "half an hour", and the seconds of its groups."""
    told: dict[int, list[str]] = {}
    for pattern, seconds in sorted(_rows("span"), key=lambda row: -len(row[0])):
        told.setdefault(int(seconds), []).append(
            rf"(?<![^\W_]){pattern}(?![^\W_])" if pattern[0] < "\u0e00" else pattern
        )
    # The longest time first: "an hour and a half" holds "an hour".
    ordered = sorted(told.items(), key=lambda item: item[0] in (_HOUR, _MINUTE))
    named = "|".join(f"(?P<u{seconds}>{'|'.join(words)})" for seconds, words in ordered)
    return re.compile(named), {f"u{seconds}": seconds for seconds in told}


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
            (fold_word(r["pattern"]), r["seconds"])
            for r in csv.DictReader(rows)
            if r["role"] == role
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
    expression = re.compile(
        rf"(?P<n>{number})\s?(?:\(\d{{1,3}}\)\s?)?\(?[\s-]?(?:de\s)?(?:{named})"
    )
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
def _numerals() -> dict[str, float]:
    """Return the numbers written as words in other languages ("five", "cinco", "anderthalb")."""
    with (DATA / "numerals.csv").open(encoding="utf-8", newline="") as rows:
        return {fold_word(row["word"]): float(row["number"]) for row in csv.DictReader(rows)}
