"""Rows as Android's SMS provider holds them; every export of the inbox is made of them.

Reference: AOSP TelephonyProvider (MmsSmsDatabaseHelper): received 1, sent 2; date_sent 0 and a
null service_center where the app wrote none.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from analyzer.simulate.messages import Sms
from analyzer.simulate.phones import Sim
from analyzer.simulate.story import Story

Row = dict[str, Any]
_RECEIVED, _SENT = 1, 2


def inbox_rows(story: Story) -> list[Row]:
    """Return the rows of the messages that the exports of the inbox hold."""
    kept = [sms for sms in story.messages if story.given.in_inbox(sms)]
    return [provider_row(story, number, sms) for number, sms in enumerate(kept, 1)]


def blocked_messages(story: Story) -> list[Sms]:
    """Return the messages that the phone's filter keeps, where its log is handed over."""
    return [sms for sms in story.messages if story.given.in_blocked(sms)]


class SimRow(NamedTuple):
    """One row of Android's siminfo; `slot` is None for a SIM that was taken out."""

    sub_id: int
    slot: int | None
    number: str
    sim: Sim


def sim_rows(story: Story) -> list[SimRow]:
    """Return the SIMs that the phone has seen; one that was changed is kept, without a slot."""
    rows: list[SimRow] = []
    for sim in story.phone.sims:
        now = story.sub_id(sim.slot, story.end)
        if now != sim.sub_id:
            rows.append(SimRow(sim.sub_id, None, sim.bound, sim))
        rows.append(SimRow(now, sim.slot, sim.number, sim))
    return rows


def provider_row(story: Story, number: int, sms: Sms) -> Row:
    """Return one message; None stands for NULL."""
    app, system = story.phone.app, story.phone.system
    center = sms.center if app.writes_center and not sms.sent else ""
    creator = system.creator if app.name == "system" else f"org.example.{app.name}"
    return {
        "_id": number,
        "thread_id": 1 + sum(map(ord, sms.sender)) % 97,
        "address": sms.sender,
        "person": None,
        "date": sms.written,
        "date_sent": 0 if sms.sent else sms.stamp,
        "protocol": None if sms.sent else 0,
        "read": 1,
        "status": -1,
        "type": _SENT if sms.sent else _RECEIVED,
        "reply_path_present": None if sms.sent else 0,
        "subject": None,
        "body": sms.text,
        "service_center": center or None,
        "locked": 0,
        "sub_id": story.sub_id(sms.slot, sms.arrived or 0),
        "error_code": 0,
        "creator": creator,
        "seen": 1,
    }
