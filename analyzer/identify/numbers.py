"""Addresses as digits: how exports write them, what China's number plan says, foreign countries."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from analyzer.identify.facts import longest_prefix, table

CHINA = 86
# Spaces, dashes, dots, brackets and the invisible marks that copied numbers carry.
_INVISIBLE = r"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_PUNCTUATION = re.compile(rf"[\s\-\u2010-\u2015\u2212().\u00b7{_INVISIBLE}]+")
_MARKS = re.compile(f"[{_INVISIBLE}]+")
_DIGITS = re.compile(r"\+?[0-9]+")
# What may follow a bare 86; "right length" keeps foreign numbers that begin with 86 apart.
_CHINESE_AFTER_86 = re.compile(r"106\d{5,17}|10[01]\d{2,8}|95\d{3,5}|1[3-9]\d{9}|14\d{11}")
_SUBSCRIBER = re.compile(r"[2-8][0-9]{6,7}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


class SegmentKind(StrEnum):
    """What a range of mobile numbers is for."""

    MAINSTREAM = "mainstream"
    MVNO = "mvno"
    IOT = "iot"
    SATELLITE = "satellite"
    EMERGENCY = "emergency"


class Segment(NamedTuple):
    """A range of Chinese mobile numbers: to whom it was allocated, and what for.

    `carrier` is null where the plan names none. Numbers have been portable nationwide since
    2019-12-01, so this is never the network a number is on.
    """

    carrier: str | None
    kind: SegmentKind


class ForeignNumber(NamedTuple):
    """A number outside mainland China: calling code, and country (null: several or none)."""

    calling_code: int
    country: str | None


def plain_address(address: str) -> str:
    """Return an address in NFKC without spaces, dashes, brackets and invisible marks."""
    plain = _PUNCTUATION.sub("", unicodedata.normalize("NFKC", address))
    return plain.removeprefix("+") if plain.startswith("+00") else plain


def spelled_name(address: str) -> str:
    """Return a sender's name in NFKC and upper case, single spaces, no invisible marks."""
    return " ".join(_MARKS.sub("", unicodedata.normalize("NFKC", address)).upper().split())


def is_digits(plain: str) -> bool:
    """Return whether a plain address is only ASCII digits, with or without a leading plus."""
    return _DIGITS.fullmatch(plain) is not None


def without_china(plain: str) -> tuple[str, bool]:
    """Return a number without the code of China, and whether that code was written out.

    +86 and 0086 say China whatever follows. A bare 86 counts only before what can only be a
    Chinese number of the right length; else it may be part of a foreign one.
    """
    for prefix in ("+86", "0086"):
        if plain.startswith(prefix) and len(plain) > len(prefix):
            return plain[len(prefix) :], True
    if plain.startswith("86") and _CHINESE_AFTER_86.fullmatch(plain[2:]):
        return plain[2:], True
    return plain, False


def carrier_from_segment(number: str | None) -> Segment | None:
    """Return to whom the range of a Chinese mobile number was allocated, None if unknown.

    The first seven digits are enough; +86 is not needed. Ranges of virtual operators name the
    host network to which they were allocated.
    """
    if not number:
        return None
    digits, _ = without_china(plain_address(number))
    if len(digits) < 7 or not digits.isdigit():
        return None
    row = longest_prefix("number_segments", digits)
    return Segment(row["carrier"] or None, SegmentKind(row["kind"])) if row else None


def is_mobile(digits: str) -> bool:
    """Return whether digits without country code are a Chinese mobile number of a person."""
    return _MOBILE.fullmatch(digits) is not None


def is_machine(digits: str) -> bool:
    """Return whether digits are a 13-digit number of a thing, such as a car or a meter."""
    if len(digits) != 13:
        return False
    segment = carrier_from_segment(digits)
    return segment is not None and segment.kind is SegmentKind.IOT


def area_code(digits: str) -> str | None:
    """Return the area code, without trunk 0, of a Chinese fixed number without 0 and +86.

    Null if no area code of the table fits, or what follows is no subscriber number: seven or
    eight digits that begin with 2 to 8.
    """
    for length in (2, 3):
        code = digits[:length]
        if code in area_regions() and _SUBSCRIBER.fullmatch(digits[length:]):
            return code
    return None


@cache
def area_regions() -> dict[str, str]:
    """Return the place of each Chinese area code (without its leading 0)."""
    return {row["area_code"]: row["region"] for row in table("area_codes")}


def foreign_number(plain: str) -> ForeignNumber | None:
    """Return calling code and country of a plain +number or 00number, None if it is none.

    A plus says that the network marked the number as international, so an assigned code and
    seven digits are enough; 00 may be part of another number, so its length must fit the country.
    Null for China's own numbers.
    """
    if plain.startswith("+"):
        digits, marked = plain[1:], True
    elif plain.startswith("00"):
        digits, marked = plain[2:], False
    else:
        return None
    if not 7 <= len(digits) <= 15 or not digits.isdigit():  # ITU-T E.164: at most 15 digits
        return None
    if digits.startswith(("10", "11")):  # North American area codes begin with 2 to 9
        return None
    return _parsed(digits, marked)


def _parsed(digits: str, marked: bool) -> ForeignNumber | None:
    import phonenumbers

    try:
        number = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return None
    code = number.country_code
    reason = phonenumbers.is_possible_number_with_reason(number)
    possible = reason == phonenumbers.ValidationResult.IS_POSSIBLE
    if code in (None, CHINA) or not (marked or possible):
        return None
    country = phonenumbers.region_code_for_number(number)
    if country is None and possible and code == 1:
        country = _north_american_country(digits)
    if country is None and possible:
        country = phonenumbers.region_code_for_country_code(code)
    # Satellite and other networks of no country have the region "001".
    return ForeignNumber(code, country if country and len(country) == 2 else None)


def _north_american_country(digits: str) -> str | None:
    # Reserved numbers (555-01xx) are valid nowhere, but their area code still lies somewhere.
    import phonenumbers

    neighbor = phonenumbers.parse("+" + digits[:4] + "2345678")
    country: str | None = phonenumbers.region_code_for_number(neighbor)
    return country


@cache
def calling_code(country: str) -> int | None:
    """Return the calling code of an ISO 3166-1 alpha-2 country, None if it has none."""
    import phonenumbers

    code: int = phonenumbers.country_code_for_region(country)
    return code or None
