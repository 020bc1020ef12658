"""What the messages of a SIM say of it: the carrier of its service centers, its home country."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from analyzer.identify.columns import Codes, pairs
from analyzer.identify.numbers import CHINA
from analyzer.schema import Route

if TYPE_CHECKING:
    from analyzer.identify.senders import SenderRoute
    from analyzer.identify.service_centers import ServiceCenter

Mask = npt.NDArray[np.bool_]

# Messages from these come through the receiving carrier's service center; a person's message
# comes through the sender's.
_THROUGH_OWN_CENTER = frozenset({Route.PORT_106, Route.CARRIER_SERVICE, Route.SERVICE_95})
# So many messages, all through one foreign country, and no sign of China: a phone living abroad.
_ENOUGH_TO_LIVE_ABROAD = 5
_MOST = 0.5
_NEARLY_ALL = 0.9


class Traffic(NamedTuple):
    """The messages as codes: who sent them, through which center, to which SIM.

    `sender`, `center` and `group` hold one code a row; `senders` and `centers` what the codes
    mean. `received` is false for messages the phone sent.
    """

    sender: Codes
    senders: list[SenderRoute]
    center: Codes
    centers: list[ServiceCenter]
    group: Codes
    received: Mask


def center_carriers(traffic: Traffic, known_sims: list[bool]) -> dict[int, str]:
    """Return the carrier of most service centers of each group, where one has most.

    Only messages from port, carrier and 95 numbers count, all of them whose center tells a
    country. A group that may mix two SIMs (`known_sims` false) needs nine in ten, others more than
    half.
    """
    own = np.array([route.route in _THROUGH_OWN_CENTER for route in traffic.senders])
    told = np.array([center.international is not None for center in traffic.centers])
    rows = own[traffic.sender] & told[traffic.center] & traffic.received
    counts: dict[int, dict[str | None, int]] = {}
    for group, center, count in _counted(traffic.group[rows], traffic.center[rows]):
        carriers = counts.setdefault(group, {})
        carrier = traffic.centers[center].carrier
        carriers[carrier] = carriers.get(carrier, 0) + count
    found: dict[int, str] = {}
    for group, carriers in counts.items():
        carrier, count = max(carriers.items(), key=lambda item: item[1])
        share = count / sum(carriers.values())
        enough = share > _MOST if known_sims[group] else share >= _NEARLY_ALL
        if carrier is not None and enough:
            found[group] = carrier
    return found


def foreign_homes(traffic: Traffic) -> dict[int, int]:
    """Return the calling code of the groups whose messages show that they live abroad.

    They have no 106 sender and no Chinese service center, and five or more messages, all through
    centers of one country.
    """
    ports = np.array([route.route is Route.PORT_106 for route in traffic.senders])
    codes = np.array([center.calling_code or 0 for center in traffic.centers])
    row_codes = np.where(ports[traffic.sender], CHINA, codes[traffic.center])
    rows = traffic.received & (row_codes > 0)
    seen: dict[int, list[tuple[int, int]]] = {}
    for group, code, count in _counted(traffic.group[rows], row_codes[rows]):
        seen.setdefault(group, []).append((code, count))
    return {
        group: found[0][0]
        for group, found in seen.items()
        if len(found) == 1 and found[0][0] != CHINA and found[0][1] >= _ENOUGH_TO_LIVE_ABROAD
    }


def _counted(groups: Codes, values: Codes) -> list[tuple[int, int, int]]:
    size = int(values.max()) + 1 if len(values) else 1
    distinct, numbers = pairs(groups, values, size)
    counts = np.bincount(numbers, minlength=len(distinct))
    return [(*pair, int(count)) for pair, count in zip(distinct, counts, strict=True)]
