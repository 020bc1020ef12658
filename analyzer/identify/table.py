"""The stage: sender, route and carrier of every message, worked out once per distinct value."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa

from analyzer.identify.carriers import canonical_carrier, is_chinese_network
from analyzer.identify.columns import Codes, coded, pairs, words
from analyzer.identify.evidence import Mask, Traffic, center_carriers, foreign_homes
from analyzer.identify.numbers import CHINA, calling_code
from analyzer.identify.paths import international_path
from analyzer.identify.senders import sender_key, sender_route
from analyzer.identify.service_centers import carrier_from_service_center
from analyzer.identify.sims import Sim, matching_sims, read_sims
from analyzer.schema import IDENTIFIED, CarrierBasis, Direction, arrow_schema

_T = TypeVar("_T", str, int)

_NOT_RECEIVED = frozenset(Direction) - {Direction.RECEIVED}


class _Slots(NamedTuple):
    """The distinct (device, sub_id, sim_slot) of the messages, and which of them each row has.

    `group` is the SIM whose messages are evidence for each other: a subscription is one SIM in
    whatever slot, messages without one are grouped by slot. `known` says of each group that it is
    one SIM and cannot mix two.
    """

    distinct: list[tuple[str | None, int | None, int | None]]
    row: Codes
    group: list[int]
    known: list[bool]


class _Network(NamedTuple):
    carrier: str | None
    basis: CarrierBasis | None
    home: int
    slot: int | None


def identify(
    messages: pa.Table,
    recognized: pa.Table,
    sims: pa.Table | None = None,
    carrier: str | None = None,
) -> pa.Table:
    """Return the columns of schema.IDENTIFIED for `messages`, same rows in the same order.

    `recognized` gives the signature (`service`) that parts the customers of one 106 number;
    `sims` is the SIM map. `carrier` is what the user says of the phone. The carrier of a row is
    that of its SIM by the SIM map; where the map does not say, the one the user states, who knows
    the phone better than any inference; else that of most service centers of its 106, carrier and
    95 messages; else the one to which the SIM's own number was allocated; else null. A phone with
    two carriers needs a SIM map, one stated name cannot tell them apart. `receiving_slot` is the
    message's slot, else that of its SIM in the map.
    """
    senders, services = coded(messages["sender"]), coded(recognized["service"])
    centers = coded(messages["service_center"])
    slots = _slots(messages)
    traffic = Traffic(
        sender=senders.codes,
        senders=[sender_route(value) for value in senders.values],
        center=centers.codes,
        centers=[carrier_from_service_center(value) for value in centers.values],
        group=np.array(slots.group, dtype=np.int64)[slots.row],
        received=_received(messages["direction"]),
    )
    networks = _networks(slots, traffic, read_sims(sims), carrier)
    routes = traffic.senders
    keyed, key_codes = pairs(senders.codes, services.codes, len(services.values))
    keys = [sender_key(routes[sender], services.values[service]) for sender, service in keyed]
    home = np.array([network.home for network in networks], dtype=np.int64)[slots.row]
    columns = {
        "route": words([route.route for route in routes], senders.codes),
        "route_country": words([route.country for route in routes], senders.codes),
        "stem": words([route.stem for route in routes], senders.codes),
        "route_carrier": words([route.route_carrier for route in routes], senders.codes),
        "sender_key": words(keys, key_codes),
        "international_path": international_path(traffic, home),
        "carrier": words([network.carrier for network in networks], slots.row),
        "carrier_basis": words([network.basis for network in networks], slots.row),
        "receiving_slot": pa.array([network.slot for network in networks], pa.int8()).take(
            pa.array(slots.row)
        ),
    }
    return pa.table(columns, schema=arrow_schema(IDENTIFIED))


def _slots(messages: pa.Table) -> _Slots:
    devices, subs = coded(messages["device"]), coded(messages["sub_id"])
    slots = coded(messages["sim_slot"])
    of_device, device_row = pairs(devices.codes, subs.codes, len(subs.values))
    of_slot, row = pairs(device_row, slots.codes, len(slots.values))
    distinct = [
        (devices.values[of_device[pair][0]], subs.values[of_device[pair][1]], slots.values[slot])
        for pair, slot in of_slot
    ]
    numbers: dict[tuple[Any, ...], int] = {}
    group = [
        numbers.setdefault((device, sub_id, slot if sub_id is None else None), len(numbers))
        for device, sub_id, slot in distinct
    ]
    known = [sub_id is not None or slot is not None for _, sub_id, slot in numbers]
    return _Slots(distinct, row, group, known)


def _received(direction: pa.ChunkedArray) -> Mask:
    values, codes = coded(direction)
    return np.array([value not in _NOT_RECEIVED for value in values])[codes]


def _networks(
    slots: _Slots, traffic: Traffic, sims: list[Sim], given: str | None
) -> list[_Network]:
    by_center = center_carriers(traffic, slots.known)
    abroad = foreign_homes(traffic)
    return [
        _network(matching_sims(sims, *sim), sim[2], given, by_center.get(group), abroad.get(group))
        for sim, group in zip(slots.distinct, slots.group, strict=True)
    ]


def _network(
    sims: list[Sim],
    slot: int | None,
    given: str | None,
    by_center: str | None,
    abroad: int | None,
) -> _Network:
    stated = canonical_carrier(given) if given and given.strip() else None
    allocated = _agreed([sim.segment.carrier for sim in sims if sim.segment])
    candidates = (
        (_agreed([sim.carrier for sim in sims]), CarrierBasis.SIMINFO),
        (stated, CarrierBasis.GIVEN),
        (by_center, CarrierBasis.SERVICE_CENTER),
        (allocated, CarrierBasis.NUMBER_SEGMENT),
    )
    carrier, basis = next((found for found in candidates if found[0]), (None, None))
    country = _agreed([sim.country for sim in sims])
    if country is None and carrier and is_chinese_network(carrier):
        country = "CN"
    home = calling_code(country) if country else abroad
    if slot is None:
        slot = _agreed([sim.sim_slot for sim in sims])
    return _Network(carrier, basis, home or CHINA, slot)


def _agreed(values: list[_T | None]) -> _T | None:
    known = {value for value in values if value not in (None, "")}
    return known.pop() if len(known) == 1 else None
