"""What can go wrong, when, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """Kinds of faults; each is the work of one cause (`CAUSE_OF`)."""

    FILTER = "filter"
    BLOCK_LIST = "block_list"
    INTERNATIONAL = "international"
    SEGMENT = "segment"
    OUTAGE = "outage"
    OFF = "off"
    STORAGE = "storage"
    RATE_LIMIT = "rate_limit"
    PLATFORM = "platform"
    REGION = "region"
    SLOW_ROUTE = "slow_route"
    POOR_ROUTE = "poor_route"
    GARBLE = "garble"
    NUMBER = "number"
    CONTENT = "content"
    PORTED = "ported"
    ZONE = "zone"
    SKEW = "skew"
    NO_STAMP = "no_stamp"
    COPIED = "copied"
    CUT = "cut"
    WRAPPED = "wrapped"


CAUSE_OF = {
    FaultKind.FILTER: "phone_filter",
    FaultKind.BLOCK_LIST: "phone_filter",
    FaultKind.INTERNATIONAL: "international_block",
    FaultKind.SEGMENT: "number_segment",
    FaultKind.OUTAGE: "carrier_outage",
    FaultKind.OFF: "phone_unreachable",
    FaultKind.STORAGE: "storage_full",
    FaultKind.RATE_LIMIT: "rate_limit",
    FaultKind.PLATFORM: "platform_outage",
    FaultKind.REGION: "regional_restriction",
    FaultKind.SLOW_ROUTE: "expired_on_arrival",
    FaultKind.POOR_ROUTE: "expired_on_arrival",
    FaultKind.GARBLE: "garbled_text",
    FaultKind.NUMBER: "number_changed",
    FaultKind.CONTENT: "content_filter",
    FaultKind.PORTED: "ported_number",
    FaultKind.ZONE: "clock_fault",
    FaultKind.SKEW: "clock_fault",
    FaultKind.NO_STAMP: "export_incomplete",
    FaultKind.COPIED: "export_incomplete",
    FaultKind.CUT: "export_incomplete",
    FaultKind.WRAPPED: "export_incomplete",
}
CAUSES = tuple(dict.fromkeys(CAUSE_OF.values()))

# In these nothing reaches the phone; what was sent meanwhile comes when they end.
HOLDING = frozenset((FaultKind.OUTAGE, FaultKind.OFF, FaultKind.STORAGE))

# An outage of a platform that keeps what it could not send, and sends it at the end.
QUEUE = "queue"

# These work on certain services only; without any they are no fault.
OF_SERVICES = frozenset(
    (
        *(FaultKind.FILTER, FaultKind.BLOCK_LIST, FaultKind.INTERNATIONAL, FaultKind.SEGMENT),
        *(FaultKind.RATE_LIMIT, FaultKind.PLATFORM, FaultKind.REGION, FaultKind.SLOW_ROUTE),
        *(FaultKind.POOR_ROUTE, FaultKind.GARBLE, FaultKind.NUMBER, FaultKind.CONTENT),
        FaultKind.PORTED,
    )
)


@dataclass(frozen=True)
class Fault:
    """One fault: from `start` to `end` (ms since 1970 UTC, end exclusive), on one SIM slot or all
    (None), for some services or all (empty). `amount` is its size: a share of messages, quarter
    hours or seconds; `detail` its variety.
    """

    kind: FaultKind
    start: int
    end: int
    slot: int | None = None
    services: tuple[str, ...] = ()
    amount: float = 1.0
    detail: str = ""

    def hits(self, moment: int, slot: int | None = None, service: str | None = None) -> bool:
        """Tell whether it works at a moment on a SIM and, where it names services, on one."""
        if not self.start <= moment < self.end:
            return False
        if self.slot is not None and slot is not None and slot != self.slot:
            return False
        return not self.services or service in self.services
