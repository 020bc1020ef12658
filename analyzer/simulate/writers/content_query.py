"""What `adb shell content query` prints: nothing escaped, and on old phones 32-bit times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analyzer.simulate.writers.provider import Row, SimRow

_COLUMNS = (
    *("_id", "thread_id", "address", "person", "date", "date_sent", "protocol", "read", "status"),
    *("type", "reply_path_present", "subject", "body", "service_center", "locked", "sub_id"),
    *("error_code", "creator", "seen"),
)
_TIMES = ("date", "date_sent")


def content_query(rows: Sequence[Row], wrapped: bool = False) -> bytes:
    """Return the rows as text; `wrapped` cuts times to signed 32 bits, as Android once did."""
    lines = (
        f"Row: {number} " + ", ".join(f"{name}={_value(row, name, wrapped)}" for name in _COLUMNS)
        for number, row in enumerate(rows)
    )
    return "".join(line + "\n" for line in lines).encode()


def siminfo(rows: Iterable[SimRow]) -> bytes:
    """Return the answer for content://telephony/siminfo; the shell sees 9 digits of the ICCID."""
    lines = (
        f"Row: {number} _id={row.sub_id}, icc_id=8986{row.sim.carrier.mnc}000, "
        f"sim_id={-1 if row.slot is None else row.slot}, "
        f"display_name={row.sim.mvno or row.sim.carrier.name}, "
        f"carrier_name={row.sim.carrier.zh}, mcc={row.sim.carrier.mcc}, "
        f"mnc={int(row.sim.carrier.mnc)}\n"
        for number, row in enumerate(rows)
    )
    return "".join(lines).encode()


def _value(row: Row, name: str, wrapped: bool) -> object:
    value = row[name]
    if value is None:
        return "NULL"
    return _signed_32_bits(value) if wrapped and name in _TIMES else value


def _signed_32_bits(value: int) -> int:
    return (value + 2**31) % 2**32 - 2**31
