"""Service centers: what the address of an SMSC says of carrier, region and country."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from analyzer.identify.facts import table
from analyzer.identify.numbers import (
    CHINA,
    area_regions,
    foreign_number,
    is_digits,
    plain_address,
    without_china,
)


class ServiceCenter(NamedTuple):
    """What is known of a service center.

    `carrier` and `region` are null where no pattern fits (China Telecom has none that can be
    relied on). `international` is true for a number of another country than mainland China,
    false for a Chinese one, null where the address does not tell. `calling_code` is the country's.
    """

    carrier: str | None
    region: str | None
    international: bool | None
    calling_code: int | None


_UNKNOWN = ServiceCenter(None, None, None, None)


def carrier_from_service_center(smsc: str | None) -> ServiceCenter:
    """Return carrier, region and country of a service center's address.

    China Mobile writes +86 138 00 AAA 500 with the area code AAA (010 as 100, 0551 as 551), China
    Unicom +86 13010 NNN 500 with numbers of its own. For a message between people this is the
    sender's service center; for one from a port number, the receiving carrier's.
    """
    plain = plain_address(smsc) if smsc else ""
    if not is_digits(plain):
        return _UNKNOWN
    foreign = foreign_number(plain)
    if foreign is not None:
        return ServiceCenter(None, None, True, foreign.calling_code)
    digits, chinese = without_china(plain)
    for pattern, carrier, regions in _patterns():
        match = pattern.fullmatch(digits)
        if match:
            region = _region(regions, match[1])
            return ServiceCenter(carrier, region, False, CHINA)
    return ServiceCenter(None, None, False, CHINA) if chinese else _UNKNOWN


def _region(regions: str, code: str) -> str | None:
    if regions != "area_code":
        return _unicom_regions().get(code)
    # Two-digit area codes are filled up with 0 behind: 21 (Shanghai) is written 210.
    return area_regions().get(code) or area_regions().get(code.removesuffix("0"))


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    return tuple(
        (re.compile(row["pattern"], re.ASCII), row["carrier"], row["regions"])
        for row in table("service_centers")
    )


@cache
def _unicom_regions() -> dict[str, str]:
    return {row["code"]: row["region"] for row in table("unicom_service_center_regions")}
