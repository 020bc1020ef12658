"""Number segment not served: virtual operators' and machines' numbers that platforms refuse.

The segment is a risk, no proof: a platform's policy is in no log of a phone. `consistent` needs
several platforms that never delivered while people or the carrier could write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.diagnose.finding import Statement
from analyzer.diagnose.selection import where
from analyzer.diagnose.wording import named
from analyzer.identify.carriers import is_virtual
from analyzer.identify.numbers import SegmentKind
from analyzer.identify.sims import Sim, read_sims
from analyzer.schema import Folder, Route, Verdict
from analyzer.texts import Text

if TYPE_CHECKING:
    from analyzer.diagnose.case import Case

_LEAST_SERVICES = 2
_LEAST_WRITERS = 3
_RISKY = (SegmentKind.MVNO, SegmentKind.IOT)


def number_segment(case: Case) -> Statement:
    """Return `consistent` if a risky segment meets services that never delivered.

    `contradicted` by an ordinary segment, or if every service asked delivered to the risky one.
    """
    sims = [sim for sim in read_sims(case.sims) if sim.segment is not None or _virtual(sim)]
    risky = [sim for sim in sims if _is_risky(sim)]
    if not sims:
        return Statement(Verdict.NO_EVIDENCE, (_NO_SEGMENT,))
    if not risky:
        return Statement(Verdict.CONTRADICTED, (_ORDINARY,))
    phones = {sim.device for sim in risky}
    silent = [one for one in case.unanswered if one.device in phones]
    if len({one.service for one in silent}) < _LEAST_SERVICES or not _written_to(case, phones):
        return _not_named(case)
    services = named(one.service for one in silent)
    n = sum(one.n for one in silent)
    return Statement(
        Verdict.CONSISTENT,
        (
            _RISK,
            Text(
                f"Nothing ever came from {services.en}: 0 of {n:,} attempts, while other messages "
                "reached the phone.",
                f"从未收到 {services.zh} 的短信：{n:,} 次尝试，0 次送达，而其他短信能到达手机。",
            ),
        ),
        rivals=("international_block", "regional_restriction", "export_incomplete"),
        attempts=tuple(row for one in silent for row in one.attempts),
    )


_NO_SEGMENT = Text(
    "No SIM map tells the first digits of the number.",
    "没有 SIM 表说明号码的前几位。",
)
_ORDINARY = Text(
    "The numbers of the SIM map are of ordinary segments.",
    "SIM 表中的号码属于普通号段。",
)
_RISK = Text(
    "A number of this phone belongs to a virtual operator or is a machine's number; some services "
    "do not send to such numbers.",
    "该手机的号码属于虚拟运营商或物联网号段，有些平台不向这类号码发送。",
)


def _not_named(case: Case) -> Statement:
    tried = case.tried
    asked, delivered = (set(tried.service[rows].tolist()) for rows in (tried.known, tried.came))
    served = bool(asked) and asked <= delivered
    return Statement(
        Verdict.CONTRADICTED if served else Verdict.NO_EVIDENCE,
        (_RISK, _SERVED if served else _FEW),
    )


_SERVED = Text(
    "Yet every service that was asked delivered.",
    "但请求过的平台都送达过。",
)
_FEW = Text(
    "No two services stayed silent, so nothing here says that it matters.",
    "没有两个以上的平台始终无短信，因此看不出有影响。",
)


def _virtual(sim: Sim) -> bool:
    return sim.carrier is not None and is_virtual(sim.carrier)


def _is_risky(sim: Sim) -> bool:
    return _virtual(sim) or (sim.segment is not None and sim.segment.kind in _RISKY)


def _written_to(case: Case, phones: set[str | None]) -> bool:
    """Whether people, carriers or other services could write to the phones."""
    own = where(case.whole, "device", *(phone for phone in phones if phone))
    others = where(
        own, "route", Route.MOBILE_CN, Route.CARRIER_SERVICE, Route.SERVICE_95, Route.PORT_106
    )
    return bool(where(others, "folder", *Folder).num_rows >= _LEAST_WRITERS)
