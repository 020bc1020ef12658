"""A row of Android's siminfo, from a database or a command's output, as a SIM record.

Own numbers, ICCIDs and IMSIs are cut to the digits that name a carrier before anything keeps
them. Reference: android.provider.Telephony.SimInfo; _id is the sub_id, sim_id the slot.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from analyzer.ingest.records import Kind, Record

SIM_COLUMNS = {
    "sub_id": "sub_id",
    "sim_slot": "sim_slot",
    "carrier": "carrier",
    "display_name": "display_name",
    "mcc": "mcc",
    "mnc": "mnc",
    "iccid_prefix": "iccid_prefix",
    "number_prefix": "number_prefix",
    "mvno": "mvno",
}
_COUNTRY_CODE = re.compile(r"^(?:\+|00)?86(?=1\d{10}$)")
# While no SIM is registered, phones show this in place of a carrier.
_NO_CARRIER = re.compile(r"emergency calls only|no service|仅限紧急呼叫|无服务", re.IGNORECASE)


def sim_record(row: Mapping[str, Any]) -> Record:
    """Return the SIM record of a siminfo row (column names of the provider)."""
    carrier = str(row.get("carrier_name") or "")
    return Record(
        Kind.SIM,
        {
            "sub_id": row.get("_id"),
            "sim_slot": row.get("sim_id"),
            "carrier": None if _NO_CARRIER.search(carrier) else carrier,
            "display_name": row.get("display_name"),
            "mcc": network_code(row.get("mcc_string") or row.get("mcc"), 3),
            "mnc": network_code(row.get("mnc_string") or row.get("mnc"), 2),
            "iccid_prefix": _digits(row.get("icc_id"))[:6] or None,
            "number_prefix": number_prefix(row.get("number")),
            "mvno": row.get("mvno"),
        },
    )


def network_code(value: object, width: int) -> str | None:
    """Return a mobile country or network code with the zeros that integers lose; 0 is unknown."""
    digits = _digits(value)
    if not digits or (not isinstance(value, str) and not digits.strip("0")):
        return None
    return digits.zfill(width)


def number_prefix(number: object) -> str | None:
    """Return the first seven digits of an own number without +86, or None."""
    digits = _COUNTRY_CODE.sub("", str(number or "").replace(" ", "").replace("-", ""))
    return digits[:7] if re.fullmatch(r"\d{3,}", digits) else None


def _digits(value: object) -> str:
    return re.sub(r"\D", "", "" if value is None else str(value))
