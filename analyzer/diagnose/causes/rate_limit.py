"""Too many requests: the service said so, or codes fail whenever its published limit is passed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analyzer.diagnose.finding import Statement
from analyzer.diagnose.selection import code_messages, where
from analyzer.measure import resend_bursts
from analyzer.measure.arrays import is_word, times, words
from analyzer.measure.timeline import counts_between
from analyzer.schema import Outcome, Verdict
from analyzer.texts import Text, rows

if TYPE_CHECKING:
    import pyarrow as pa

    from analyzer.diagnose.case import Case
    from analyzer.measure.arrays import Flags, Ints

_ERROR = 0.01
_LEAST_MISSING = 3
# An attempt's own resends count: it lasts as long as requests are this close.
_WINDOW_MS = 600_000.0


def rate_limit(case: Case) -> Statement:
    """Return `shown` if the service refused requests, `consistent` if failures follow its limits.

    `contradicted` if codes failed, but never at a number of requests that any known limit forbids.
    """
    if not case.has_requests:
        return Statement(Verdict.NO_EVIDENCE, (_NO_REQUESTS,))
    refused = np.flatnonzero(is_word(case.attempts["outcome"], Outcome.REFUSED)).tolist()
    limited = where(case.requests, "result", "rate_limited").num_rows
    many = _beyond(case)
    follows = many.p < _ERROR and many.missing >= _LEAST_MISSING
    evidence = (*_refused_sentence(case, len(refused), limited), *_resent_sentence(case))
    attempts = (*refused, *(many.attempts if follows else ()))
    if refused or limited:
        return Statement(Verdict.SHOWN, evidence, attempts=attempts)
    if follows:
        said = (_follows_sentence(many), *evidence)
        return Statement(Verdict.CONSISTENT, said, rivals=("platform_outage",), attempts=attempts)
    asked = _over_limit(case, case.requests, "requested_at", own=True)
    if case.tried.missing.any() and not (case.tried.missing & asked).any():
        n = int(case.tried.missing.sum())
        return Statement(Verdict.CONTRADICTED, (_below_sentence(n), *evidence))
    return Statement(Verdict.NO_EVIDENCE, (_NONE_REFUSED, *evidence))


_NO_REQUESTS = Text("There is no request log.", "没有请求日志。")
_NONE_REFUSED = Text(
    "The request log holds no attempt that the service refused.",
    "请求日志中没有被平台拒绝的尝试。",
)


class _Beyond(NamedTuple):
    """`missing` of `n` attempts beyond a limit brought nothing, `missing_below` of `below` others.

    `p` is that of Fisher's exact test that they fail more often; only services that deliver count.
    """

    n: int
    missing: int
    below: int
    missing_below: int
    attempts: tuple[int, ...]
    p: float


def _beyond(case: Case) -> _Beyond:
    from scipy.stats import fisher_exact

    tried = case.tried
    delivering = np.isin(tried.service, np.unique(tried.service[tried.came]))
    usable = tried.known & delivering
    # Whoever gets no code asks again: not the requests count here, but the codes that did come.
    over = _over_limit(case, code_messages(case.whole), "received_at", own=False)
    cells = [int((usable & over & tried.missing).sum()), int((usable & over).sum())]
    cells += [int((usable & ~over & tried.missing).sum()), int((usable & ~over).sum())]
    table = np.array([[cells[0], cells[1] - cells[0]], [cells[2], cells[3] - cells[2]]])
    p = float(fisher_exact(table, alternative="greater").pvalue) if cells[1] and cells[3] else 1.0
    hit = np.flatnonzero(usable & over & tried.missing).tolist()
    return _Beyond(cells[1], cells[0], cells[3], cells[2], tuple(hit), p)


def _over_limit(case: Case, table: pa.Table, column: str, own: bool) -> Flags:
    """Which attempts reach a published limit an hour or a day by rows of `table` before them.

    `column` is the time of its rows, which have a device and a service: requests or code messages.
    With `own`, what the attempt itself adds counts too, and the limit must be passed.
    """
    tried = case.tried
    numbers: dict[str, int] = {}
    keys = _keys(words(table["device"]), words(table["service"]), numbers)
    asked = _keys((tried.device, tried.devices), (tried.service, tried.services), numbers)
    moments = times(table, column)
    usable = ~np.isnan(moments) & (keys >= 0)
    last = np.nan_to_num(tried.started) + (_WINDOW_MS if own else 0) - 1
    over = np.zeros(len(last), np.bool_)
    for row in rows("analyzer.diagnose.data", "request_limits.csv"):
        if row["used"] == "yes":
            first = last - int(row["seconds"]) * 1000
            n = counts_between(keys[usable], moments[usable], asked, first, last)
            over |= n >= int(row["requests"]) + own
    return over & tried.known


def _keys(
    device: tuple[Ints, list[str]], service: tuple[Ints, list[str]], numbers: dict[str, int]
) -> Ints:
    """One number per device and service, the same in every table; -1 without a service."""
    pairs, pair = np.unique(np.stack([device[0], service[0]], axis=1), axis=0, return_inverse=True)
    known = [
        numbers.setdefault(
            f"{device[1][phone] if phone >= 0 else ''}\0{service[1][name]}", len(numbers)
        )
        if name >= 0
        else -1
        for phone, name in pairs.tolist()
    ]
    return np.array([*known, -1], np.int64)[pair.reshape(-1)]


def _refused_sentence(case: Case, refused: int, limited: int) -> tuple[Text, ...]:
    if not (refused or limited):
        return ()
    return (
        Text(
            "Attempts that the service refused, as the request log says: "
            f"{refused:,} of {case.attempts.num_rows:,}; requests refused as too many: {limited:,} "
            f"of {case.requests.num_rows:,}.",
            f"请求日志显示，{case.attempts.num_rows:,} 次尝试中有 {refused:,} 次被平台拒绝；"
            f"{case.requests.num_rows:,} 次请求中有 {limited:,} 次因过于频繁被拒。",
        ),
    )


def _resent_sentence(case: Case) -> tuple[Text, ...]:
    bursts = resend_bursts(case.requests)
    if not bursts:
        return ()
    most = max(burst.n for burst in bursts)
    return (
        Text(
            f"Runs of requests less than a minute apart: {len(bursts):,}, the longest of {most:,}.",
            f"间隔不到一分钟的连续请求：{len(bursts):,} 组，最长 {most:,} 个。",
        ),
    )


def _follows_sentence(many: _Beyond) -> Text:
    return Text(
        f"After five codes in an hour or ten in a day {many.missing:,} of {many.n:,} attempts "
        f"brought no code, else {many.missing_below:,} of {many.below:,}.",
        f"一小时内已收到 5 个或一天内已收到 10 个验证码之后，{many.n:,} 次尝试中有 "
        f"{many.missing:,} 次未收到；其余 {many.below:,} 次中有 {many.missing_below:,} 次。",
    )


def _below_sentence(n: int) -> Text:
    return Text(
        f"None of {n:,} attempts without a code went beyond a known limit (5 requests an hour, "
        "10 a day), and none was refused. Services may have limits of their own.",
        f"{n:,} 次未收到验证码的尝试都未超过已知限制（每小时 5 次、每天 10 次），也未被拒绝。"
        "平台可能另有限制。",
    )
