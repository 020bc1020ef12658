"""Carrier maintenance or outage: one SIM received nothing for a while, then all of it at once.

With one SIM this has the same face as a phone out of reach; another SIM that received meanwhile
tells them apart. A notice from the carrier near the time speaks for it, and proves nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from analyzer.diagnose.gaps import CARRIER, fits, gap_statement
from analyzer.diagnose.selection import where
from analyzer.schema import Route, Verdict
from analyzer.texts import Text

if TYPE_CHECKING:
    from analyzer.diagnose.case import Case
    from analyzer.diagnose.finding import Statement

_NOTICE = "系统升级|网络升级|系统维护|网络维护|割接|网络故障|通信故障|maintenance|outage"
_NEAR = timedelta(days=3)


def carrier_outage(case: Case) -> Statement:
    """Return `consistent` if gaps fit an outage of one SIM's carrier."""
    said = gap_statement(case, CARRIER)
    if said.verdict is not Verdict.CONSISTENT:
        return said
    notices = _notices_near(case)
    if not notices.num_rows:
        return said
    notice = Text(
        f"Notices of maintenance or an outage from the carrier within three days of it: "
        f"{notices.num_rows:,}.",
        f"前后三天内收到运营商的维护或故障通知：{notices.num_rows:,} 条。",
    )
    messages = (*said.messages, *notices["message_id"].to_pylist())
    return replace(said, evidence=(*said.evidence, notice), messages=messages)


def _notices_near(case: Case) -> pa.Table:
    """Messages of carriers that speak of maintenance within three days of a gap."""
    own = where(case.whole, "route", Route.CARRIER_SERVICE)
    notices = own.filter(pc.fill_null(pc.match_substring_regex(own["body"], _NOTICE), False))
    gaps = [gap for gap in case.gaps if fits(CARRIER, gap)]
    near = [
        at is not None and any(gap.first - _NEAR <= at <= gap.last + _NEAR for gap in gaps)
        for at in notices["received_at"].to_pylist()
    ]
    return notices.filter(pa.array(near, pa.bool_()))
