"""Columns of Android's SMS provider, and what vendors add to them to mark blocked messages.

Every format that passes the provider's columns on (databases, content query, SMS Import /
Export, Smart Switch, SMS Backup & Restore) shares these two facts.

Reference: AOSP TelephonyProvider MmsSmsDatabaseHelper, ProviderUtil; android.provider.Telephony.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analyzer.schema import BlockReason, Folder
from analyzer.texts import rows

COLUMNS: dict[str, str] = {
    "sender": "address",
    "received_at": "date",
    "sent_at": "date_sent",
    "direction": "type",
    "body": "body",
    "sub_id": "sub_id",
    "sim_slot": "sim_slot",
    "service_center": "service_center",
    "read": "read",
    "seen": "seen",
    "creator": "creator",
}

# Reference: MIUI framework, miui.provider.ExtraTelephony: the real type is the low seven bits,
# 0x80 flags a risky link; from 3 on the message was intercepted.
_MIUI_REASON_BITS = 0x7F
_MIUI_RISKY_LINK = 0x80
_MIUI_FIRST_BLOCKED = 3
_MIUI_COMPANIONS = frozenset(("mx_status", "advanced_seen", "fake_cell_type", "b2c_ttl"))
_OPPO_COMPANIONS = frozenset(("oppo_drafts", "oppo_mass", "oppo_timer", "oppo_groupaddress"))
_LG_BLOCKED = 7
VENDOR_COLUMNS = frozenset(("block_type", "black_type", "block_sms_type"))


def block_marks(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the folder and block columns that a vendor's own columns give for a row.

    Only MIUI's values are decoded. Other vendors' meanings are not known: their value is kept as
    the rule, with the reason unknown, and the row stays in the inbox, as no source says which
    values mean that it was put away.
    """
    if VENDOR_COLUMNS.isdisjoint(values):
        return {}
    if not _MIUI_COMPANIONS.isdisjoint(values):
        return _miui_marks(values)
    for vendor, column in (
        ("coloros", "block_type"),
        ("vivo", "block_sms_type"),
        ("vivo", "black_type"),
    ):
        value = _integer(values.get(column))
        if value:
            known = vendor == "vivo" or not _OPPO_COMPANIONS.isdisjoint(values)
            return {
                "blocked_by": vendor if known else None,
                "block_reason": BlockReason.UNKNOWN,
                "block_rule": f"{column}={value}",
            }
    return {}


def _miui_marks(values: Mapping[str, Any]) -> Mapping[str, Any]:
    value = _integer(values.get("block_type"))
    kind = value & _MIUI_REASON_BITS
    marks: dict[str, Any] = {}
    sim = _integer(values.get("sim_id"))
    if sim > 0 and values.get("sub_id") in (None, "-1", -1):
        marks["sub_id"] = sim
    if kind < _MIUI_FIRST_BLOCKED:
        return marks
    marks["blocked_by"] = "miui"
    marks["block_reason"] = miui_reason(value)
    marks["block_rule"] = f"block_type={value}"
    if _integer(values.get("deleted")) == 1:
        marks["folder"] = Folder.BLOCKED
    return marks


def lg_marks(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return direction, folder and block columns of a row that an LG phone blocked by number.

    Reference: ALEAPP, sms artifact: type 7 is "Blocked Number" where the column lgeSiid exists.
    """
    if "lgeSiid" not in values or _integer(values.get("type")) != _LG_BLOCKED:
        return {}
    return {
        "type": 1,
        "folder": Folder.BLOCKED,
        "blocked_by": "lg",
        "block_reason": BlockReason.NUMBER_LIST,
        "block_rule": "type=7",
    }


def miui_reason(value: int) -> BlockReason:
    """Return the normalized reason of a MIUI SMS block_type (never of a call's)."""
    known = {
        int(row["value"]): BlockReason(row["reason"])
        for row in rows("analyzer.ingest.data", "vendor_reasons.csv")
        if row["vendor"] == "miui"
    }
    if value & _MIUI_RISKY_LINK and value & _MIUI_REASON_BITS < _MIUI_FIRST_BLOCKED:
        return BlockReason.RISKY_LINK
    return known.get(value & _MIUI_REASON_BITS, BlockReason.UNKNOWN)


def _integer(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        return 0
