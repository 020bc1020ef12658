"""Texts that users send to carriers to close or open SMS from abroad, and the carrier's answer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from analyzer.diagnose.selection import where
from analyzer.schema import Direction
from analyzer.texts import rows

if TYPE_CHECKING:
    from datetime import datetime

_ANSWER_WITHIN = timedelta(days=1)
_FOREIGN_SMS = (
    "(国际|境外|港澳台|海外).*短信|短信.*(国际|境外|海外)|(overseas|international).*(sms|message)"
)
_DONE = "关闭|屏蔽|拦截|办理成功|已生效|已成功|closed|blocked|success"
_REFUSED = "失败|未成功|不支持|无法|错误|fail|invalid"


class OptOut(NamedTuple):
    """One text by which the user closed SMS from abroad.

    `confirmed`: the carrier's answer within a day says so; `settled` is when it did, else when the
    text was sent.
    """

    device: str
    carrier: str
    number: str
    word: str
    settled: datetime
    confirmed: bool
    message_id: str


def overseas_opt_outs(table: pa.Table) -> list[OptOut]:
    """Return the opt-outs among the sent messages of a message table, in their order."""
    sent = where(table, "direction", Direction.SENT)
    known = {
        (row["number"], row["word"]): row["carrier"]
        for row in rows("analyzer.diagnose.data", "opt_outs.csv")
        if row["closes"] == "sms"
    }
    sent = where(sent, "sender", *dict.fromkeys(number for number, _ in known))
    found = []
    for row in sent.select(["device", "sender", "body", "received_at", "message_id"]).to_pylist():
        word = (row["body"] or "").strip().upper()
        carrier = known.get((row["sender"], word))
        at = row["received_at"]
        if carrier is None or at is None:
            continue
        answered = _answered(table, row["device"], row["sender"], at)
        found.append(
            OptOut(
                *(row["device"], carrier, row["sender"], word),
                *(answered or at, answered is not None, row["message_id"]),
            )
        )
    return found


def _answered(table: pa.Table, device: str, number: str, at: datetime) -> datetime | None:
    """When the carrier confirmed within a day; None: it did not, or refused."""
    own = where(where(table, "device", device), "sender", number)
    own = where(own, "direction", Direction.RECEIVED)
    for words, wanted in ((_FOREIGN_SMS, True), (_DONE, True), (_REFUSED, False)):
        hits = pc.fill_null(pc.match_substring_regex(own["body"], words, ignore_case=True), False)
        own = own.filter(hits if wanted else pc.invert(hits))
    moments = [
        moment
        for moment in own["received_at"].to_pylist()
        if moment is not None and at <= moment <= at + _ANSWER_WITHIN
    ]
    return min(moments, default=None)
