"""Damage: texts decoded wrongly on their way, and how to undo it where that is possible.

A re-decoding is believed only if the result looks clearly more like a message than the text did:
more letters of ordinary words, fewer control characters, fewer letters of scripts at random.
"""

from __future__ import annotations

import html
import quopri
import re
from collections import Counter
from functools import cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from analyzer.recognize.folding import simplified
from analyzer.recognize.lexicon import phrases
from analyzer.recognize.recognition import GarbledKind

# ASCII with its two bytes exchanged lies at U+XX00. Reference: 3GPP TS 23.038 6.2.3 (UCS2 is
# sent high byte first).
_SWAPPED = "".join(chr(point << 8) for point in range(0x20, 0x7F))
_HEX = re.compile(r"\s*(?:[0-9A-Fa-f]{4}\s?){4,}\s*|\s*(?:[0-9A-Fa-f]{2}\s){7,}[0-9A-Fa-f]{2}\s*")
_ENTITY = re.compile(r"&(?:#\d{2,7}|#x[0-9A-Fa-f]{2,6}|[A-Za-z]{2,8});")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2}){3,}")
_QUOTED = re.compile(r"(?:=[0-9A-F]{2}){3,}")
_URL = re.compile(r"(?:https?://|www\.)\S+")
# What Chinese in UTF-8 looks like when read as GB18030: 锛 begins full-width punctuation
# (EF BC), 銆 and 銖 begin CJK punctuation (E3 80), the others the commonest ideographs.
_AS_GB = "锛銆銖鐨鏄鎮楠鐮勫悕浣犺瘉璇峰鍒嗛挓鏈殑涓嶈缁欎粬鍐呮湁鏁堢鎴戠姝ゅ姩鎬佸瘑鏃堕棿"
_SHOWN = frozenset(
    (GarbledKind.HEX, GarbledKind.HTML_ENTITIES, GarbledKind.PERCENT, GarbledKind.QUOTED_PRINTABLE)
)
# The bytes CP1252 has no character for: lost when UTF-8 is read as CP1252.
# Reference: Unicode Consortium, Mappings/VENDORS/MICSFT/WINDOWS/CP1252.TXT.
_UNDEFINED = b"\x81\x8d\x8f\x90\x9d"
# Everything a text must hold one of to be looked at closely; RE2 and `re` read it alike.
SUSPICIOUS = (
    "\ufffd|\\?{3}|\\?[^?]{1,8}\\?\\?|[\u0080-\u00ff][\u0080-\u00ff\u0152-\u0192\u02c6-\u2122]|"
    f"[{_AS_GB}][\u2e80-\u9fff\ue000-\uf8ff]|&#|%[0-9A-Fa-f]{{2}}%|=[0-9A-F]{{2}}=|"
    f"[{_SWAPPED}]{{3}}|\u3230|\u0230|"
    "^\\s*(?:[0-9A-Fa-f]{4} ?){4}|^\\s*(?:[0-9A-Fa-f]{2} ){7}"
)
_SUSPICIOUS = re.compile(SUSPICIOUS)


class Damage(NamedTuple):
    """How a text is damaged, and the text with the damage undone (None: it cannot be)."""

    kind: GarbledKind
    repaired: str | None


def damage(text: str) -> Damage | None:
    """Return the damage of a text, or None where it has none."""
    if not _SUSPICIOUS.search(text):
        return None
    attempts = ((kind, attempt(text)) for kind, attempt in _ATTEMPTS)
    repairs = [
        Damage(kind, repaired) for kind, repaired in attempts if repaired not in (None, text)
    ]
    best = max(repairs, key=lambda found: plausibility(found.repaired or ""), default=None)
    if best and plausibility(best.repaired or "") > _needed(best.kind, text):
        return best
    if "\ufffd" in text:
        return Damage(GarbledKind.REPLACEMENT, None)
    return Damage(GarbledKind.QUESTION_MARKS, None) if _mostly_question_marks(text) else None


def _needed(kind: GarbledKind, text: str) -> float:
    """Return the plausibility that a repair must pass; an encoding that shows needs less."""
    return 0.35 if kind in _SHOWN else plausibility(text) + 0.1


def unreadable(text: str) -> bool:
    """Tell whether so much of a text is lost that its code words may be, too."""
    visible = sum(not character.isspace() for character in text)
    return len(re.findall("[\ufffd?\u0080-\u00ff]", text)) >= 0.15 * max(visible, 1)


def plausibility(text: str) -> float:
    """Return how much a text looks like a message, from about -1 to 1."""
    visible = [character for character in text if not character.isspace()]
    if not visible:
        return 0.0
    return sum(map(_ordinary, visible)) / len(visible)


@cache
def _ordinary(character: str) -> float:
    """Return 1 for a character common in messages, 0 for a neutral one, below for a strange one."""
    point = ord(character)
    if point < 0x80:
        return 0.5
    if (
        simplified().get(character, character) in _common()
        or "\u3001" <= character <= "\u3011"
        or "\uff01" <= character <= "\uff1f"
    ):
        return 1.0
    if point < 0xA0 or character == "\ufffd" or 0xE000 <= point <= 0xF8FF:
        return -1.0
    if point < 0x100:
        return -0.1
    if 0x3040 <= point <= 0x30FF or 0xAC00 <= point <= 0xD7AF or 0x400 <= point <= 0x6FF:
        return 0.8
    if 0x900 <= point <= 0xE7F or 0x370 <= point <= 0x3FF:
        return 0.8
    if 0x4E00 <= point <= 0x9FFF:
        return 0.3
    return -0.3 if 0x3100 <= point <= 0x4DFF or not character.isprintable() else 0.0


@cache
def _common() -> frozenset[str]:
    """Return the ideographs in the phrases of the lexicon: the common ones in such messages."""
    letters = {c for phrase in phrases() for c in phrase.text if "\u4e00" <= c <= "\u9fff"}
    return frozenset(
        letters | set("的了在有我他们这上到大国和你说生着那里好自年出也得可下多子们以去")
    )


def _mostly_question_marks(text: str) -> bool:
    """Tell whether question marks stand for lost letters: many, and not at the end of words."""
    lost = sum(map(len, re.findall(r"(?<![A-Za-z0-9?])\?+|\?+(?=[A-Za-z0-9])", text)))
    visible = sum(not character.isspace() for character in text)
    told = re.search(r"[A-Za-z0-9]", text) is not None
    # Names that were not lost stand between the lost words: ?Name???? 123456?5?????
    numbered = re.search(r"\d{4}", text) and len(re.findall(r"\?{2,}", text)) >= 2 and lost >= 1
    return told and (lost >= 3 or bool(numbered)) and text.count("?") >= 0.3 * visible


def _hex(text: str) -> str | None:
    if not _HEX.fullmatch(text):
        return None
    digits = re.sub(r"\s", "", text)
    if len(digits) % 4:
        return None
    decoded = bytes.fromhex(digits).decode("utf-16-be", "replace")
    return decoded if decoded.isprintable() or "\n" in decoded else None


def _swapped(text: str) -> str | None:
    if not re.search(f"[{_SWAPPED}\u0230\u3230]", text):
        return None
    return text.encode("utf-16-le", "replace").decode("utf-16-be", "replace")


def _html(text: str) -> str | None:
    return html.unescape(text) if len(_ENTITY.findall(text)) >= 2 else None


def _percent(text: str) -> str | None:
    if not _PERCENT.search(_URL.sub("", text)):
        return None
    plus = "+" in text and " " not in text
    return unquote_to_bytes(text.replace("+", " ") if plus else text).decode("utf-8", "replace")


def _quoted(text: str) -> str | None:
    if not _QUOTED.search(text):
        return None
    return quopri.decodestring(text.encode("utf-8")).decode("utf-8", "replace")


def _latin1(text: str) -> str | None:
    return _again(text, "latin-1", "utf-8")


def _cp1252(text: str) -> str | None:
    return _again(text, "cp1252", "utf-8")


def _gb18030_latin1(text: str) -> str | None:
    return _again(text, "latin-1", "gb18030")


def _gb18030_cp1252(text: str) -> str | None:
    return _again(text, "cp1252", "gb18030")


def _utf8_gb18030(text: str) -> str | None:
    if not re.search(f"[{_AS_GB}]", text):
        return None
    return _again(text, "gb18030", "utf-8")


def _again(text: str, read_as: str, written_as: str) -> str | None:
    """Return the text encoded as it was read, decoded as it was written; None if hopeless.

    Bytes that the wrong decoding lost become U+FFFD; a few of them leave the rest readable.
    """
    foreign = [character for character in text if character > "\x7f"]
    if not foreign or foreign.count("\ufffd") > 0.3 * len(foreign):
        return None
    data = b"".join(_bytes(character, read_as) for character in text)
    if read_as == "cp1252" and written_as == "utf-8":
        data = _LOST.sub(_restored, data)
    decoded = data.decode(written_as, "replace")
    # A lost byte makes up to three replacement characters; one is enough to show the loss.
    decoded = re.sub("\ufffd+", "\ufffd", decoded)
    return decoded if decoded.count("\ufffd") <= len(decoded) * 0.35 else None


# Two bytes of an ideograph whose third is lost, or marked as lost by 0xFF.
_LOST = re.compile(
    rb"([\xe3-\xe9\xef])(?:([\x80-\xbf])\xff|\xff([\x80-\xbf])|([\x80-\xbf])(?![\x80-\xbf\xff]))"
)


def _restored(match: re.Match[bytes]) -> bytes:
    """Return the three bytes of the likeliest character, of those the lost byte allows.

    The likeliest is the one commonest in the phrases of the lexicon; where none is in them, the
    bytes stay as they are.
    """
    lead, before, after, alone = match.groups()
    known = before or alone or b""
    options = [lead + known + bytes([lost]) for lost in _UNDEFINED] if known else []
    options += [lead + bytes([lost]) + (after or known) for lost in _UNDEFINED]
    ranked = [(_frequency().get(o.decode("utf-8", "replace"), 0), o) for o in options]
    count, best = max(ranked, key=lambda pair: pair[0])
    return best if count else match[0]


@cache
def _frequency() -> Counter[str]:
    """Return how often each ideograph and full-width mark occurs in the lexicon's phrases."""
    counts = Counter(character for phrase in phrases() for character in phrase.text)
    # Marks around signatures and clauses, which phrases do not hold.
    counts.update(dict.fromkeys("【】，。：！（）请您", 1000))
    return counts


@cache
def _bytes(character: str, encoding: str) -> bytes:
    """Return the bytes a character was read from; bytes undefined in cp1252 come as they are."""
    if character == "\ufffd":
        return b"\xff"
    try:
        return character.encode(encoding)
    except UnicodeEncodeError:
        return bytes([ord(character)]) if ord(character) < 0x100 else b"\xff"


_ATTEMPTS = (
    (GarbledKind.HEX, _hex),
    (GarbledKind.HTML_ENTITIES, _html),
    (GarbledKind.PERCENT, _percent),
    (GarbledKind.QUOTED_PRINTABLE, _quoted),
    (GarbledKind.BYTE_SWAPPED, _swapped),
    (GarbledKind.MOJIBAKE_LATIN1, _latin1),
    (GarbledKind.MOJIBAKE_CP1252, _cp1252),
    (GarbledKind.MOJIBAKE_UTF8_GB18030, _utf8_gb18030),
    (GarbledKind.MOJIBAKE_GB18030, _gb18030_latin1),
    (GarbledKind.MOJIBAKE_GB18030, _gb18030_cp1252),
)


def original_span(text: str, found: Damage, start: int, length: int) -> tuple[int, int] | None:
    """Return where a span of the repaired text lies in the damaged one (start, length), or None."""
    repaired = found.repaired or text
    if found.kind is GarbledKind.BYTE_SWAPPED:
        return start, length
    if found.kind is GarbledKind.HEX:
        places = [i for i, character in enumerate(text) if not character.isspace()]
        first, last = places[start * 4], places[(start + length) * 4 - 1]
        return first, last + 1 - first
    piece = repaired[start : start + length]
    before = len(re.findall(re.escape(piece), repaired[:start]))
    # A soft line break of quoted-printable may fall inside the code.
    literal = list(re.finditer("(?:=\r?\n)?".join(map(re.escape, piece)), text))
    if len(literal) > before:
        first, last = literal[before].span()
        return first, last - first
    return _entity_span(text, start, length) if found.kind is GarbledKind.HTML_ENTITIES else None


def _entity_span(text: str, start: int, length: int) -> tuple[int, int] | None:
    """Return the span of a text with entities that stands for a span of the unescaped text."""
    edges: list[int] = []
    place = 0
    while place < len(text):
        match = _ENTITY.match(text, place)
        shown = html.unescape(match[0]) if match else text[place]
        edges += [place] * len(shown)
        place = match.end() if match else place + 1
    edges.append(len(text))
    if start + length >= len(edges):
        return None
    return edges[start], edges[start + length] - edges[start]
