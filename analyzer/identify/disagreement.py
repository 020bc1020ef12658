"""SIMs whose network is not the one to which their number was allocated: ported, or virtual."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from analyzer.identify.carriers import is_chinese_network, is_virtual
from analyzer.identify.numbers import Segment, SegmentKind
from analyzer.identify.sims import read_sims

if TYPE_CHECKING:
    import pyarrow as pa


class DisagreementKind(StrEnum):
    """What a disagreement most likely means."""

    PORTED = "ported"
    VIRTUAL = "virtual"


class CarrierDisagreement(NamedTuple):
    """One SIM whose map and number name different carriers.

    `carrier` is what the SIM map says, `allocated` to whom the number's range was given. `virtual`:
    the carrier is a virtual operator or the range is one's; `ported`: both are networks, so the
    number was probably taken along. The log holds no date of the change.
    """

    device: str | None
    sub_id: int | None
    sim_slot: int | None
    carrier: str
    allocated: str
    kind: DisagreementKind


def carrier_disagreements(sims: pa.Table | None) -> list[CarrierDisagreement]:
    """Return the SIMs of a map (columns of schema.SIMS) whose carrier is not the allocated one.

    SIMs without a known carrier, own number or range are left out, and so are carriers that are
    neither a network nor a virtual operator of China: a name not in our tables proves nothing.
    Each disagreement is listed once, in the order of the map.
    """
    found: dict[CarrierDisagreement, None] = {}
    for sim in read_sims(sims):
        carrier, segment = sim.carrier, sim.segment
        if carrier is None or segment is None or segment.carrier in (None, carrier):
            continue
        if is_chinese_network(carrier) or is_virtual(carrier):
            kind = _kind(carrier, segment)
            disagreement = CarrierDisagreement(
                sim.device, sim.sub_id, sim.sim_slot, carrier, segment.carrier, kind
            )
            found[disagreement] = None
    return list(found)


def _kind(carrier: str, segment: Segment) -> DisagreementKind:
    virtual = is_virtual(carrier) or segment.kind is SegmentKind.MVNO
    return DisagreementKind.VIRTUAL if virtual else DisagreementKind.PORTED
