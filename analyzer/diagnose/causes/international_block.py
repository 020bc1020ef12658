"""International SMS blocked by the carrier.

Only the user's own text to the carrier and its answer prove it. Codes that never came fit it if
nothing else arrived over an international route on that phone; one such message contradicts it. A
message by a 106 number says nothing of the international path, whatever brand sends it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.diagnose.finding import Statement
from analyzer.diagnose.opt_outs import overseas_opt_outs
from analyzer.diagnose.selection import counts, where
from analyzer.diagnose.unanswered import LEAST_OTHERS
from analyzer.diagnose.wording import named
from analyzer.measure.arrays import flags, times, words
from analyzer.schema import Verdict
from analyzer.texts import Text

if TYPE_CHECKING:
    from analyzer.diagnose.case import Case
    from analyzer.diagnose.opt_outs import OptOut
    from analyzer.measure.arrays import Floats, Ints

_LEAST_ATTEMPTS = 3


def international_block(case: Case) -> Statement:
    """Return `shown` for a confirmed opt-out, `consistent` if only overseas services fail."""
    opted = [one for one in overseas_opt_outs(case.whole) if not _came_after(case, one)]
    confirmed = [one for one in opted if one.confirmed]
    attempts = _fitting(case)
    evidence = (*_opted_evidence(opted), *_fitting_evidence(case, attempts))
    if opted:
        return Statement(
            Verdict.SHOWN if confirmed else Verdict.CONSISTENT,
            evidence,
            tuple(one.message_id for one in opted),
            attempts=attempts,
            carriers=tuple(dict.fromkeys(one.carrier for one in opted)),
        )
    if attempts:
        hit = case.attempts.take(list(attempts))
        return Statement(
            Verdict.CONSISTENT,
            evidence,
            rivals=("regional_restriction", "number_segment", "platform_outage", "number_changed"),
            attempts=attempts,
            carriers=tuple(counts(hit, "carrier")) or tuple(counts(case.whole, "carrier")),
        )
    return _not_named(case)


def _not_named(case: Case) -> Statement:
    foreign = int(flags(case.whole["international_path"]).sum())
    if foreign:
        text = Text(
            f"Messages that came over an international route: {foreign:,}.",
            f"经国际通道到达的短信：{foreign:,} 条。",
        )
        return Statement(Verdict.CONTRADICTED, (text,))
    if not case.has_requests:
        return Statement(Verdict.NO_EVIDENCE, (_NO_REQUESTS,))
    return Statement(Verdict.NO_EVIDENCE, (_NEVER_TESTED,))


_NO_REQUESTS = Text(
    "No message came over an international route; without a request log nobody can tell whether "
    "one should have.",
    "没有短信经国际通道到达；没有请求日志，无法判断是否本应有。",
)
_NEVER_TESTED = Text(
    "Nothing tests the international path: no message came over it, and no service stayed silent.",
    "没有内容检验国际通道：没有短信经其到达，也没有平台始终无短信。",
)


def _fitting(case: Case) -> tuple[int, ...]:
    """Failed attempts at services that may come from abroad, on phones that got nothing so."""
    line = _Foreign(case)
    found: list[int] = []
    for one in case.unanswered:
        may_be_foreign = one.international or not one.elsewhere
        if may_be_foreign and one.others >= LEAST_OTHERS:
            found.extend(one.attempts)
    for gap in case.service_gaps:
        if not gap.ended and line.only_foreign(gap.device, gap.service):
            found.extend(gap.attempts)
    by_phone: dict[int, list[int]] = {}
    for row in found:
        by_phone.setdefault(int(case.tried.device[row]), []).append(row)
    return tuple(
        row
        for device, rows in sorted(by_phone.items())
        if len(rows) >= _LEAST_ATTEMPTS
        and not line.came(case.tried.devices[device], case.tried.started[rows])
        for row in sorted(rows)
    )


class _Foreign:
    """When each phone received something over an international route, and of which services."""

    def __init__(self, case: Case) -> None:
        table = case.whole
        path = table["international_path"]
        self._foreign, self._home = flags(path), flags(pc.invert(path))
        self._received = times(table, "received_at")
        self._device, self._devices = words(table["device"])
        self._service, self._services = words(table["service"])

    def came(self, device: str, asked: Floats) -> bool:
        """Whether something came so to a phone since the first of the times asked."""
        rows = self._rows(device) & self._foreign
        return bool((self._received[rows] >= asked.min()).any())

    def only_foreign(self, device: str | None, service: str | None) -> bool:
        """Whether a phone received a service over international routes alone, at least twice."""
        number = self._services.index(service) if service in self._services else -2
        rows = self._rows(device) & (self._service == number)
        return int((rows & self._foreign).sum()) > 1 and not (rows & self._home).any()

    def _rows(self, device: str | None) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        number = self._devices.index(device) if device in self._devices else -2
        return np.asarray(self._device == number, np.bool_)


def _came_after(case: Case, opted: OptOut) -> bool:
    """Whether the same phone received over an international route after the opt-out took hold."""
    rows = where(case.whole, "device", opted.device)
    later = pc.greater(rows["received_at"], pa.scalar(opted.settled, rows["received_at"].type))
    return bool(pc.any(pc.and_kleene(rows["international_path"], later)).as_py())


def _opted_evidence(opted: list[OptOut]) -> tuple[Text, ...]:
    return tuple(
        Text(
            f"The user's text {one.word} to {one.number} closes SMS from abroad"
            + (
                ", and the carrier confirmed it."
                if one.confirmed
                else "; no answer is in the logs."
            ),
            f"用户曾发送 {one.word} 到 {one.number}，该指令关闭境外短信"
            + ("，运营商已回复确认。" if one.confirmed else "；日志中没有回复。"),
        )
        for one in opted
    )


def _fitting_evidence(case: Case, attempts: tuple[int, ...]) -> tuple[Text, ...]:
    if not attempts:
        return ()
    tried = case.tried
    rows: Ints = np.array(attempts)
    services = named(tried.services[number] for number in tried.service[rows])
    return (
        Text(
            f"No code came in {len(attempts):,} attempts at {services.en}, which may send from "
            "abroad, while other codes came; nothing came over an international route meanwhile.",
            f"向可能从境外发送的平台（{services.zh}）请求 {len(attempts):,} 次均未收到，"
            "而其他验证码正常；期间没有短信经国际通道到达。",
        ),
    )
