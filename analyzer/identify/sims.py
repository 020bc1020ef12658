"""SIMs: which one received a message, and what the SIM map says of its network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from analyzer.identify.carriers import (
    carrier_from_iccid,
    carrier_from_plmn,
    country_from_mcc,
    is_chinese_network,
    is_virtual,
    known_carrier,
    named_carrier,
)
from analyzer.identify.numbers import Segment, carrier_from_segment

if TYPE_CHECKING:
    import pyarrow as pa


class Sim(NamedTuple):
    """One row of a SIM map. Null is unknown.

    `carrier` is what names and codes of the SIM say, `segment` to whom its own number was
    allocated, `country` (ISO 3166-1 alpha-2) where its network is at home.
    """

    device: str | None
    sub_id: int | None
    sim_slot: int | None
    carrier: str | None
    segment: Segment | None
    country: str | None


def read_sims(sims: pa.Table | None) -> list[Sim]:
    """Return the SIMs of a SIM map (columns of schema.SIMS), in its order."""
    return [_sim(row) for row in sims.to_pylist()] if sims is not None else []


def siminfo_carrier(row: dict[str, Any]) -> str | None:
    """Return the carrier by one row of a SIM map (columns of schema.SIMS), None if it names none.

    A virtual operator shows in names only, its codes are the host's, so its name goes first. Then
    Chinese network codes, then names: phones show Chinese networks under many names, and SIMs of
    China Telecom may carry a foreign CDMA code (204 04). Foreign networks are called as the map
    calls them. A display name may be the user's own ("Work"): it counts if it is a known carrier.
    """
    virtual = named_carrier(row["mvno"])
    if virtual:
        return virtual
    names = [known_carrier(row["carrier"]), known_carrier(row["display_name"])]
    by_code = carrier_from_plmn(row["mcc"], row["mnc"])
    return (
        next((name for name in names if name and is_virtual(name)), None)
        or (by_code if by_code and is_chinese_network(by_code) else None)
        or named_carrier(row["carrier"])
        or names[1]
        or by_code
        or carrier_from_iccid(row["iccid_prefix"])
    )


def matching_sims(
    sims: list[Sim], device: str | None, sub_id: int | None, sim_slot: int | None
) -> list[Sim]:
    """Return the rows of the SIM map for the SIM that received a message, several if it repeats.

    By subscription; where the message or the map has none, by slot; where there is neither, the
    only SIM of the device. Android keeps removed SIMs in its map: with one of them beside the
    inserted one, an unmarked message may be from either, and none is returned.
    """
    own = [sim for sim in sims if sim.device == device]
    same = [sim for sim in own if sub_id is not None and sim.sub_id == sub_id]
    if same:
        return same
    open_rows = [sim for sim in own if sub_id is None or sim.sub_id is None]
    same = [sim for sim in open_rows if sim_slot is not None and sim.sim_slot == sim_slot]
    if same:
        return same
    only = len({_identity(sim, place) for place, sim in enumerate(own)}) == 1
    return [sim for sim in open_rows if sim_slot is None or sim.sim_slot is None] if only else []


def _sim(row: dict[str, Any]) -> Sim:
    carrier = siminfo_carrier(row)
    country = country_from_mcc(row["mcc"])
    if carrier and is_chinese_network(carrier):
        country = "CN"
    segment = carrier_from_segment(row["number_prefix"])
    return Sim(row["device"], row["sub_id"], row["sim_slot"], carrier, segment, country)


def _identity(sim: Sim, place: int) -> tuple[str, int]:
    if sim.sub_id is not None:
        return ("sub_id", sim.sub_id)
    return ("sim_slot", sim.sim_slot) if sim.sim_slot is not None else ("row", place)
