"""Identify: who is involved in a message. Sender and route, SIM and carrier, number segment.

Messages in, one table with the columns of schema.IDENTIFIED out. China's number plan is asked
before libphonenumber, which takes its port numbers for landlines.
"""

from __future__ import annotations

from analyzer.identify.carriers import canonical_carrier, carrier_display, carrier_from_plmn
from analyzer.identify.disagreement import CarrierDisagreement, carrier_disagreements
from analyzer.identify.numbers import Segment, SegmentKind, carrier_from_segment
from analyzer.identify.senders import SenderRoute, is_person, sender_route
from analyzer.identify.service_centers import ServiceCenter, carrier_from_service_center
from analyzer.identify.table import identify

__all__ = [
    "CarrierDisagreement",
    "Segment",
    "SegmentKind",
    "SenderRoute",
    "ServiceCenter",
    "canonical_carrier",
    "carrier_disagreements",
    "carrier_display",
    "carrier_from_plmn",
    "carrier_from_segment",
    "carrier_from_service_center",
    "identify",
    "is_person",
    "sender_route",
]
