"""What is recognized in one message: the record and the words it uses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from analyzer.schema import CodeKind, Purpose

__all__ = ["CodeKind", "Decoy", "GarbledKind", "Purpose", "Recognition"]


class Decoy(StrEnum):
    """Why a message that looks like a code message is not one."""

    PICKUP = "pickup"
    COUPON = "coupon"
    INVITE = "invite"
    ORDER = "order"
    TRACKING = "tracking"
    MEETING = "meeting"
    TICKET = "ticket"
    BOOKING = "booking"
    DOOR = "door"
    COUNTRY_CODE = "country_code"  # postal, country, tax, stock and other public numbers
    WARNING = "warning"  # advice about codes, or news that one was used, wrong or expired
    LINK = "link"  # a link to follow instead of a code to type
    NOTICE = "notice"  # amounts, balances, account numbers
    MARKETING = "marketing"
    CHAT = "chat"


class GarbledKind(StrEnum):
    """How a text is damaged; the first group can be undone."""

    MOJIBAKE_LATIN1 = "mojibake_utf8_latin1"
    MOJIBAKE_CP1252 = "mojibake_utf8_cp1252"
    MOJIBAKE_UTF8_GB18030 = "mojibake_utf8_gb18030"
    MOJIBAKE_GB18030 = "mojibake_gb18030_latin1"
    HEX = "hex"
    BYTE_SWAPPED = "byte_swapped"
    HTML_ENTITIES = "html_entities"
    PERCENT = "percent"
    QUOTED_PRINTABLE = "quoted_printable"
    REPLACEMENT = "replacement"
    QUESTION_MARKS = "question_marks"


@dataclass(frozen=True, slots=True)
class Recognition:
    """What one text says; fields as in `schema.RECOGNIZED`, unknown is None.

    `code` is the code as written; `rule` names the rule that decided, and `words` are the words
    of the text it rests on.
    """

    is_code: bool = False
    code_start: int | None = None
    code_length: int | None = None
    code_kind: CodeKind | None = None
    decoy: Decoy | None = None
    confidence: float = 0.99
    service: str | None = None
    purpose: Purpose | None = None
    valid_for: int | None = None
    language: str | None = None
    garbled: bool = False
    garbled_kind: GarbledKind | None = None
    repaired_body: str | None = None
    parts: int | None = None
    code: str | None = None
    rule: str = "nothing_to_read"
    words: tuple[str, ...] = ()

    def but(self, **changes: object) -> Recognition:
        """Return a copy with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]
