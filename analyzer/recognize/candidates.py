"""Candidates: what in a text could be a code, and what other kinds of number it holds.

Works on folded text whose digits may be masked (see `templates`), so nothing here looks at the
value of a digit, except for the fill digits that mark a year or a hot line.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby
from typing import NamedTuple

from analyzer.recognize.folding import DATA
from analyzer.recognize.recognition import CodeKind

YEAR_FILL, HOTLINE_FILL = "2", "9"


class Candidate(NamedTuple):
    """A possible code: its span, kind, shape bonus, and the name of a special form."""

    start: int
    end: int
    kind: CodeKind
    shape: float
    form: str = ""


# Months as dates abbreviate them, in the languages that write them with three Latin letters.
MONTHS = tuple((DATA / "months.txt").read_text(encoding="utf-8").split())
_MONTH = f"(?i:{'|'.join(MONTHS)})"
# Spans in which a number is something else, by what it is; with each expression the characters
# of which a text must hold one for it to match at all (in a text without, it is left out).
_OTHER_NUMBERS = (
    ("url", "w", r"(?:https?://|www\.)[!-~]+"),
    ("url", "w", r"(?<![@\w.-])[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,6}/[!-~]*"),
    ("url", "w", (r"(?<![@\w.-])(?:[a-z0-9-]+\.)+"
                 r"(?:com|net|org|cn|io|me|co|app|info|biz|xyz|top|vip)(?![a-z])")),
    ("email", "@", r"[\w.+*-]+@[\w-]+\.[\w.-]+"),
    ("ussd", "*", r"\*\d+(?:\*[\w*]*)?\#"),
    ("masked", "*•✱●", (r"(?<![*\w])(?!\*{1,3}\d{4,8}\*)[\w-]*[*•✱●]{2,}[\w*•✱●-]*"
                       r"(?:\s\d{4}(?!\d))?")),
    ("masked", "xX", r"(?<![A-Za-z])[xX]{2,}[-\s]?\d+|\d+[xX]{2,}\d*"),
    ("masked", "*•.…xX", r"(?<![\w.])[xX*•.…]{1,6}\s?\d{4}(?!\d)(?=[^\w]|$)"),
    ("phone", "", (r"\+\s?\d[\d\s().-]{6,}\d|\(\d{2,4}\)[\s-]?\d{3,4}[\s-]?\d{4}"
                  r"|(?<![\d-])\d{2,4}[-.\s]\d{3,4}[-.\s]\d{4}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"
                  r"|(?<!\d)\d{3,4}-\d{3,4}-(?!\d)|(?<!\d)\d{2}(?:[.\s]\d{2}){4}(?!\d)")),
    ("pair", "&", r"(?<!\d)\d{5,10}\s?&\s?\d{5,10}(?!\d)"),  # sort code and account
    ("time", ":", r"(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)"),
    ("date", "", (r"(?<![\d-])\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)"
                 r"|(?<![\d-])\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?![\d-])"
                 rf"|(?<!\d)\d{{1,2}}[-/\s]?{_MONTH}[-/\s,]{{1,2}}\d{{2,4}}(?!\d)"
                 r"|\d{4}年\d{1,2}月")),
    ("amount", "", (r"(?<![\d.])\d{1,3}(?:[,.]\d{3})+(?:[.,]\d{1,2})?(?!\d)"
                   r"|(?<![\d.])\d{1,9}[.,]\d{1,2}(?!\d)(?!\s?(?:分|min|秒|[mhs]\b|小|[时時天日]|h(?:ou)?r|sec|day|мин|час|сек|분|시))"
                   r"|[$€£¥₹฿₫₩₽₺₦]\s?\d[\d,.]*"
                   r"|(?<![\d])\d[\d,.]*\s?[$€£¥₹฿₫₩₽₺₦%％‰]|\d+\s?[,.]-")),
)  # fmt: skip
_ASKED = tuple(".:@*•✱●xX…&")
_WEB = re.compile(r"\.[A-Za-z0-9]|://|www\.")  # "w": there may be an address
# Where an other number can begin in a text without "@" and the signs of a mask: in one without an
# address or an x, at no other letter.
_BEGIN, _BEGIN_LETTERS = "(?=[0-9+($€£¥₹฿₫₩₽₺₦.…-])", "(?=[A-Za-z0-9+($€£¥₹฿₫₩₽₺₦.…-])"

ORIGIN_BOUND = re.compile(r"^@[\w.-]+(?:\s@[\w.-]+)?\s#([A-Za-z0-9-]{4,20})\b", re.MULTILINE)
# Not \w beside a code: an ideograph is a word character, and 是053*** is a masked code.
MASKED_CODE = re.compile(
    r"(?<![A-Za-z0-9*])(?:[A-Z]{1,4}-)?(?:\d{1,5}[*•✱●]{2,6}\d{0,3}|[*•✱●○■□▪#⬤]{4,8}\d{0,3}|[xX]{4,8})"
    r"(?![A-Za-z0-9])|[\[<(](?:redacted|hidden|masked|removed|已隐藏|隐藏|已屏蔽|非表示)[\]>)]",
    re.IGNORECASE,
)
# In a damaged text: a code some or all of whose characters are lost.
LOST_CODE = re.compile(r"(?=[A-Za-z0-9]*[\ufffd?])[A-Za-z0-9\ufffd?]{4,12}")

_TOKEN = re.compile(r"[A-Za-z0-9]+")
JOINS = " -–—‐‑‒−"  # between the groups of one code
_GAP = re.compile(f"[{re.escape(JOINS)}]{{1,3}}")
_GROUPS = {(3, 3), (4, 4), (2, 2, 2), (2, 2, 2, 2), (3, 3, 3), (2, 3, 2)}
_UNEVEN, _UNEVEN_PAIRS = -0.6, {(2, 2), (2, 3), (3, 2), (3, 4), (2, 4), (5, 5)}
_AT_END = re.compile(r"\s*(?:[.,;!?)\]。，；！？）】」』\"'](?!\d)|\n|$)")
_LONGEST_CHAIN = 20  # no code has as many groups; keeps the time linear
_DIGITS_BONUS = {6: 1.0, 4: 0.6, 5: 0.6, 8: 0.6, 7: 0.5, 9: 0.0, 10: -0.2, 3: -1.5}
# A number with its unit or ordinal: "2GB", "1st", "30min", "4G".
_MEASURE = re.compile(
    r"\d+(?:st|nd|rd|th|[gmkt]b?|gb|mb|kb|mins?|hrs?|h|d|s|sec|am|pm|kg|km|cm|mm|x|w|v|p|ppm?|pw|"
    r"pts?|years?|days?|mths?|usd|inr|rs|sms|rm|hd|ml|bn|mn|l|lac|cr|pcs|ah|mah|inch|in|pax|yr|wk)",
    re.IGNORECASE,
)
# Letters that spell words together with a-z, so that a token beside one is part of a word.
_LETTER = re.compile(r"[\u00c0-\u052f\u1e00-\u1fff]")
_TAIL = re.compile(r"(?<=[A-Za-z]{2})\d{3,}$")
_PREFIX = re.compile(r"(?<![A-Za-z])[A-Z]{1,4}-$")
_WORD_AND_NUMBER = re.compile(r"[A-Za-z]?[a-z]{2,}\d{1,4}|[A-Za-z]{5,}\d{1,4}|[A-Z]{3,4}\d\d")
_COLONS, _OPENING = frozenset(":：=＝"), " [\"'「『"
_VOWEL = re.compile("[AEIOUY]")
_LETTERS = re.compile(r"[A-Z]{4,8}|[A-Za-z]{4,10}")
# Upper-case words that are not codes though they stand where codes do.
NOT_LETTERS = frozenset((DATA / "not_codes.txt").read_text(encoding="utf-8").split())


def candidates(plain: str, word_ends: frozenset[int] = frozenset()) -> list[Candidate]:
    """Return every part of a plain text that has the shape of a code, in order.

    `word_ends` are the places where known words end: digits right after one (OTP634809) stand
    alone.
    """
    tokens = [(m.start(), m.end()) for m in _TOKEN.finditer(plain)]
    found: list[Candidate] = []
    index = 0
    while index < len(tokens):
        step, candidate = _candidate(plain, tokens, index, word_ends)
        if candidate:
            found.append(candidate)
        index += step
    bound = "@" in plain and ORIGIN_BOUND.search(plain)
    if bound:
        found.append(Candidate(*bound.span(1), kind_of(bound[1]), 1.0, "origin_bound"))
    return found


def other_numbers(plain: str) -> list[tuple[int, int, str]]:
    """Return the spans of a plain text in which a number is something else, and what it is."""
    signs = "".join(sign for sign in _ASKED if sign in plain)
    expression = _expression_for(signs + ("w" if _WEB.search(plain) else ""))
    return [(m.start(), m.end(), m.lastgroup or "") for m in expression.finditer(plain)]


@cache
def _expression_for(signs: str) -> re.Pattern[str]:
    """Return the expression for other numbers in texts that hold these signs, of those asked."""
    possible = [
        (name, expression)
        for name, needed, expression in _OTHER_NUMBERS
        if not needed or set(needed) & set(signs)
    ]
    branches = [
        f"(?P<{name}>{'|'.join(expression for _, expression in same)})"
        for name, same in groupby(possible, key=lambda pair: pair[0])
    ]
    begin = _BEGIN_LETTERS if set("wxX") & set(signs) else _BEGIN
    if set("@*•✱●") & set(signs):
        begin = ""
    return re.compile(f"{begin}(?:{'|'.join(branches)})")


def kind_of(code: str) -> CodeKind:
    """Return what a code is made of."""
    bare = re.sub(r"[^A-Za-z0-9]", "", code)
    if bare.isdigit():
        return CodeKind.DIGITS
    return CodeKind.LETTERS if bare.isalpha() else CodeKind.ALPHANUMERIC


def _candidate(
    plain: str, tokens: list[tuple[int, int]], index: int, word_ends: frozenset[int]
) -> tuple[int, Candidate | None]:
    """Return how many tokens belong together at `index`, and the candidate they make, if any."""
    chain = _chain(plain, tokens, index)
    if len(chain) == 1:
        return 1, _single(plain, *tokens[index], word_ends)
    parts = [plain[start:end] for start, end in tokens[index : index + len(chain)]]
    if _is_apart(parts, [plain[tokens[i][1] : tokens[i + 1][0]] for i in chain[:-1]]):
        return 1, None
    start = tokens[index][0]
    for count in range(len(chain), 1, -1):
        end = tokens[index + count - 1][1]
        separator = plain[tokens[index][1] : tokens[index + 1][0]]
        ended = _AT_END.match(plain, end) is not None
        shape = _group_shape(parts[:count], separator.strip() or " ", ended)
        if shape is not None:
            return count, Candidate(start, end, kind_of(plain[start:end]), shape, "grouped")
        # Four groups of four and the like are card numbers, meter tokens, vouchers.
        if all(part.isdigit() for part in parts[:count]) and len("".join(parts[:count])) > 12:
            return count, None
    return 1, _single(plain, *tokens[index], word_ends)


def _chain(plain: str, tokens: list[tuple[int, int]], index: int) -> list[int]:
    """Return the tokens from `index` on that the same separator joins."""
    chain = [index]
    separator = ""
    while len(chain) < _LONGEST_CHAIN and chain[-1] + 1 < len(tokens):
        left, right = tokens[chain[-1]], tokens[chain[-1] + 1]
        gap = plain[left[1] : right[0]]
        if not _GAP.fullmatch(gap):
            break
        before, after = plain[slice(*left)], plain[slice(*right)]
        # Signs may differ between single digits: 4 0 2 - 7 7 1.
        single = len(before) == len(after) == 1
        if not single and separator and gap != separator:
            break
        if not _may_join(before, after, gap):
            break
        separator = gap
        chain.append(chain[-1] + 1)
    last = plain[slice(*tokens[chain[-1]])]
    if len(chain) > 4 and len(last) == 1 and last.islower():
        ahead = [plain[slice(*tokens[place])] for place in chain[:-1]]
        return chain[:-1] if all(map(str.isdigit, ahead)) else chain
    return chain


def _is_apart(parts: list[str], gaps: list[str]) -> bool:
    """Tell whether a letter before single digits is a word or a prefix: a 4 5 4 3, G-2 7 6 3."""
    if len(parts) < 5 or set(map(len, parts)) != {1} or not all(map(str.isdigit, parts[1:])):
        return False
    return parts[0].islower() or (parts[0].isupper() and gaps[0] == "-" != gaps[1])


def _may_join(left: str, right: str, gap: str) -> bool:
    if len(gap) > 1:
        return (
            left.isdigit() and right.isdigit() and len(left) == len(right) and len(left) in (1, 3)
        )
    if left.isdigit() and right.isdigit():
        return True
    if len(left) == len(right) == 1:
        return True
    if _is_mixed(left) and _is_mixed(right) and 4 <= len(left + right) <= 8:
        return True
    if (len(left), len(right)) not in ((3, 3), (3, 4), (4, 4)):
        return False
    return gap != " " and (left + right).isupper()


def _is_mixed(part: str) -> bool:
    """Tell whether a part has digits and letters, as half of a code has and no word."""
    return part.isalnum() and not part.isalpha() and not part.isdigit()


def _group_shape(parts: list[str], separator: str, ended: bool) -> float | None:
    """Return the shape bonus of grouped parts, or None where they are no code.

    `ended` tells whether the clause ends with them: a number behind a space may have a unit.
    """
    lengths = tuple(map(len, parts))
    if set(lengths) == {1}:
        return 0.9 if 4 <= len(parts) <= 10 and any(p.isdigit() for p in parts) else None
    if all(part.isdigit() for part in parts):
        if lengths in _GROUPS and (separator == " " or lengths[:2] != (2, 2)):
            return 0.9 if lengths == (3, 3) else 0.4
        return _UNEVEN if _is_uneven(lengths, separator != " " or ended) else None
    mixed = any(character.isdigit() for part in parts for character in part)
    if len(parts) > 2 and (mixed or separator == " "):
        return None
    if parts[0].isalpha() and parts[1].isdigit():
        return None
    return 0.5 if mixed else 0.4


def _is_uneven(lengths: tuple[int, ...], set_apart: bool) -> bool:
    """Tell whether groups of digits of these lengths may be a code though few codes look so."""
    if lengths in _UNEVEN_PAIRS:
        return True
    return set_apart and len(lengths) <= 5 and 4 <= sum(lengths) <= 9 and max(lengths) <= 4


def _single(plain: str, start: int, end: int, word_ends: frozenset[int]) -> Candidate | None:
    """Return the candidate that one token makes, if it has the shape of one."""
    token = plain[start:end]
    if token.isdigit():
        return _digits(plain, start, end)
    if token.isalpha():
        if not 4 <= end - start <= 10 or not _LETTERS.fullmatch(token):
            return None
        # Any word may follow a code word: one in small letters counts after a colon alone.
        if not token.isupper() and plain[:start].rstrip(_OPENING)[-1:] not in _COLONS:
            return None
        if _part_of_word(plain, start, end) or token.upper() in NOT_LETTERS:
            return None
        return Candidate(start, end, CodeKind.LETTERS, _letters_shape(token))
    tail = _TAIL.search(token)
    if tail and start + tail.start() in word_ends:
        start, token = start + tail.start(), tail[0]
        return _digits(plain, start, start + len(token))
    if _part_of_word(plain, start, end):
        return None
    if not 4 <= len(token) <= 12 or (_MEASURE.fullmatch(token) and not re.match(r"\d{4}", token)):
        return None
    shape = 0.2 if len(token) in (5, 6, 8) else 0.0
    if _WORD_AND_NUMBER.fullmatch(token):
        shape -= 1.0  # a word with a number: call1333, area51
    return Candidate(start, end, CodeKind.ALPHANUMERIC, shape)


def _letters_shape(token: str) -> float:
    """Return the shape bonus of letters: capitals that spell no word are most like a code."""
    if not token.isupper() or "XX" in token:  # XX hides what it stands for
        return -1.6
    return 0.0 if 4 * len(_VOWEL.findall(token)) <= len(token) else -0.6


def _part_of_word(plain: str, start: int, end: int) -> bool:
    """Tell whether an accented letter stands right before or after."""
    after, before = plain[end : end + 1], plain[start - 1 : start]
    return bool(_LETTER.match(after) or _LETTER.match(before))


def _digits(plain: str, start: int, end: int) -> Candidate | None:
    bonus = _DIGITS_BONUS.get(end - start)
    if bonus is None:
        return None
    prefixed = plain[start - 1 : start] in ("-", "\n") and _PREFIX.search(
        plain[max(0, start - 6) : start]
    )
    form = "prefixed" if prefixed else ""
    return Candidate(start, end, CodeKind.DIGITS, bonus, form)
