"""Senders: what kind of address a message came from, and by what it is grouped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from analyzer.identify.facts import longest_prefix, table
from analyzer.identify.numbers import (
    area_code,
    foreign_number,
    is_digits,
    is_machine,
    is_mobile,
    plain_address,
    spelled_name,
    without_china,
)
from analyzer.schema import Route

# Fetion and other value-added services put a code before the number of the person who writes.
_RELAYED = re.compile(r"12520(1[3-9][0-9]{9})[0-9]{0,4}")
# Whose numbers stand for a person, or may: these are pseudonymized, everything else is printed.
_PERSONAL = frozenset({Route.MOBILE_CN, Route.IOT_CN, Route.FIXED_CN, Route.INTERNATIONAL})


@dataclass(frozen=True, slots=True)
class SenderRoute:
    """What one address is.

    `route` is null where digits could be several things, such as a foreign number in national
    form. `country` (ISO 3166-1 alpha-2) and `calling_code` are those of an international number;
    `stem` is the stable part of a 106 port number; `route_carrier` whose lines a port or service
    number uses; `key` the address normalized (null: hidden), the stem for a port number.
    """

    route: Route | None
    country: str | None = None
    stem: str | None = None
    route_carrier: str | None = None
    key: str | None = None
    calling_code: int | None = None


def sender_route(sender: str | None) -> SenderRoute:
    """Return what kind of address a sender is. Any text gives an answer.

    China's own rules come first: libphonenumber takes a ten-digit 106 number for a landline in
    Beijing and cuts relay codes off. It decides on foreign countries only.

    The stem of a 106 number: the plan allots a prefix of eight digits (1062, 1063, 1066, 1069 and
    four more) to a service provider, who extends it freely up to twenty digits, with the customer,
    the template or a random tail. So eight digits are what stays. 10655, 10657 and 10659 are the
    carriers' own lines, where a place and the enterprise follow: twelve digits, else all
    enterprises of a province would be one sender. `sender_key` adds the signature to part the
    customers of one provider.

    Reference: MIIT numbering plan (信管[2017]68) for the classes and the twenty digits; that eight
    digits are allotted, and what follows inside 1065 numbers, is general knowledge, unconfirmed.
    """
    plain = _without_stray_plus(plain_address(sender)) if sender else ""
    if not plain or plain.casefold() in _hidden():
        return SenderRoute(Route.HIDDEN)
    if sender and any(character.isalpha() for character in plain):
        return SenderRoute(Route.ALPHANUMERIC, key=spelled_name(sender))
    if not is_digits(plain):
        return SenderRoute(None, key=plain)
    digits, chinese = without_china(plain)
    return (
        _chinese_route(digits, chinese)
        or _foreign_route(plain)
        or _short_route(plain.removeprefix("+"), chinese)
        or SenderRoute(None, key=f"+86{digits}" if chinese else plain)
    )


def is_person(route: Route | str | None) -> bool:
    """Return whether an address of this kind may be a person's number, to be pseudonymized.

    Port, service and short numbers, names and hidden senders are not. A null route may be.
    """
    return route is None or Route(route) in _PERSONAL


def sender_key(sender: SenderRoute, service: str | None) -> str | None:
    """Return by what a sender is grouped: port number stem and signature, number, or name."""
    if sender.stem is not None and service:
        return f"{sender.stem} {service}"
    return sender.key


def _without_stray_plus(plain: str) -> str:
    # No country's numbers begin with +10; phones put a plus before 106 and 100 numbers.
    return plain.removeprefix("+") if plain.startswith("+10") else plain


def _chinese_route(digits: str, chinese: bool) -> SenderRoute | None:
    if not digits.isdigit():
        return None
    relayed = _RELAYED.fullmatch(digits)
    if relayed:
        return SenderRoute(Route.MOBILE_CN, key=f"+86{relayed[1]}")
    if is_machine(digits):
        return SenderRoute(Route.IOT_CN, key=f"+86{digits}")
    return (
        _port_route(digits) or _service_route(digits, chinese) or _subscriber_route(digits, chinese)
    )


def _port_route(digits: str) -> SenderRoute | None:
    if not digits.startswith("106") or not 8 <= len(digits) <= 20:
        return None
    row = longest_prefix("port_numbers", digits)
    if row is None:
        return None
    stem = digits[: int(row["stem_length"])]
    return SenderRoute(Route.PORT_106, stem=stem, route_carrier=row["carrier"] or None, key=stem)


def _service_route(digits: str, chinese: bool) -> SenderRoute | None:
    row = longest_prefix("service_numbers", digits)
    if row is None:
        return None
    longest = int(row["max_length_with_86" if chinese else "max_length"])
    if not int(row["min_length"]) <= len(digits) <= longest:
        return None
    # Lengths that without +86 could be a foreign number keep it, so that the key says the same.
    key = digits if len(digits) <= int(row["max_length"]) else f"+86{digits}"
    return SenderRoute(Route(row["route"]), route_carrier=row["carrier"] or None, key=key)


def _subscriber_route(digits: str, chinese: bool) -> SenderRoute | None:
    if is_mobile(digits):
        return SenderRoute(Route.MOBILE_CN, key=f"+86{digits}")
    # Without +86 only the trunk 0 tells a Chinese fixed number from a foreign one.
    if (chinese or digits.startswith("0")) and area_code(digits.removeprefix("0")):
        return SenderRoute(Route.FIXED_CN, key=f"+86{digits.removeprefix('0')}")
    return None


def _foreign_route(plain: str) -> SenderRoute | None:
    foreign = foreign_number(plain)
    if foreign is None:
        return None
    key = "+" + plain.removeprefix("+").removeprefix("00")
    code = foreign.calling_code
    return SenderRoute(Route.INTERNATIONAL, country=foreign.country, key=key, calling_code=code)


def _short_route(digits: str, chinese: bool) -> SenderRoute | None:
    # Only digits of a number with a plus, too short for any country, still reach the service lines.
    if chinese or not 3 <= len(digits) <= 6:
        return None
    return _service_route(digits, chinese=False) or SenderRoute(Route.SHORT_CODE, key=digits)


@cache
def _hidden() -> frozenset[str]:
    rows = (row for row in table("placeholders") if row["field"] == "sender")
    # "-1" loses its dash as punctuation; a one-digit sender is no address either.
    return frozenset(plain_address(row["text"]).casefold() for row in rows)
