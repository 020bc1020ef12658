"""The way a message took: over an international route, or not, where that can be proved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from analyzer.identify.numbers import CHINA
from analyzer.schema import Route

if TYPE_CHECKING:
    from analyzer.identify.columns import Codes
    from analyzer.identify.evidence import Traffic

# Numbers that exist in China's plan only and that foreign networks cannot send from.
_DOMESTIC = frozenset(
    {
        Route.PORT_106,
        Route.CARRIER_SERVICE,
        Route.SERVICE_95,
        Route.SERVICE_96,
        Route.SERVICE_12,
    }
)
# Numbers of China whose owner may be abroad: domestic only with a Chinese service center.
_SUBSCRIBERS = frozenset({Route.MOBILE_CN, Route.IOT_CN, Route.FIXED_CN})


def international_path(traffic: Traffic, home: Codes) -> pa.BooleanArray:
    """Return whether each message came over an international route; null where it is not proved.

    `home` is the calling code of the SIM's country, one a row. True: the sender's number or the
    service center is of another country, whatever the other of the two says. False, for SIMs of
    China: a port or service number, or a Chinese subscriber through a Chinese center. Names and
    short codes prove nothing without a foreign center. For SIMs of other countries an own calling
    code proves nothing either: +1 is twenty countries. Null for messages the phone sent.
    """
    sender_codes = np.array([route.calling_code or 0 for route in traffic.senders])[traffic.sender]
    center_codes = np.array([center.calling_code or 0 for center in traffic.centers])[
        traffic.center
    ]
    foreign = ((sender_codes > 0) & (sender_codes != home)) | (
        (center_codes > 0) & (center_codes != home)
    )
    services = np.array([route.route in _DOMESTIC for route in traffic.senders])[traffic.sender]
    people = np.array([route.route in _SUBSCRIBERS for route in traffic.senders])[traffic.sender]
    domestic = (home == CHINA) & (services | (people & (center_codes == CHINA)))
    proved = traffic.received & (foreign | domestic)
    return pa.array(foreign, mask=~proved)
