"""This project's own logs: requests, blocked messages typed from the screen, the SIM map."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from analyzer.simulate.messages import Sms
from analyzer.simulate.story import Story
from analyzer.simulate.times import china
from analyzer.simulate.writers.provider import SimRow

# What the screens of Chinese phones say of these rules.
_SCREEN_WORDS = {
    "unknown_sender": "陌生人短信",
    "service_number": "服务号码",
    "keyword": "关键词",
    "smart_filter": "智能拦截",
}


def request_log(story: Story) -> bytes:
    """Return when codes were asked for, by the phone's clock, and what the service answered."""
    header = ["requested_at", "service", "sim", "purpose", "result", "result_raw", "number_tail"]
    requests = sorted(
        (request for session in story.sessions for request in session.requests),
        key=lambda request: request.at,
    )
    rows = [
        [
            china(request.at + story.reception.skew(request.at)).isoformat(timespec="seconds"),
            request.service,
            request.slot + 1,
            request.purpose,
            "rate_limited" if request.refused else "sent",
            request.refused,
            request.tail,
        ]
        for request in requests
    ]
    return _csv(header, rows)


def blocked_log(messages: Iterable[Sms], source: str) -> bytes:
    """Return a list of blocked messages as typed from the phone's screen: minutes, no seconds."""
    header = ["时间", "号码", "内容", "卡", "source", "原因", "restored"]
    rows = [
        [
            china(sms.written).isoformat(timespec="minutes"),
            sms.sender,
            sms.text,
            sms.slot + 1,
            source,
            _SCREEN_WORDS[sms.rule or "keyword"],
            "是" if sms.restored else "否",
        ]
        for sms in messages
    ]
    return _csv(header, rows)


def sim_map(rows: Iterable[SimRow]) -> bytes:
    """Return our SIM map, the first seven digits of each number included."""
    header = ["sub_id", "sim_slot", "carrier", "mcc", "mnc", "number_prefix", "mvno"]
    lines = [
        [
            *(row.sub_id, "" if row.slot is None else row.slot, row.sim.carrier.name),
            *(row.sim.carrier.mcc, row.sim.carrier.mnc, row.number[:7], row.sim.mvno),
        ]
        for row in rows
    ]
    return _csv(header, lines)


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return ("\ufeff" + out.getvalue()).encode()
