"""Code messages and requests as arrays, keyed by device and service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.measure.arrays import (
    Flags,
    Floats,
    Ints,
    Small,
    flags,
    floats,
    is_word,
    joint,
    times,
    words,
)
from analyzer.measure.stamps import CODE
from analyzer.measure.tables import was_blocked
from analyzer.schema import LatencyBasis, Precision

if TYPE_CHECKING:
    from collections.abc import Iterable

# By how much a code's time may be early because the log writes minutes or days only.
MINUTE_MS, DAY_MS = 60_000.0, 86_400_000.0


@dataclass(frozen=True)
class CodeRows:
    """The code messages of a table; times in ms since 1970 UTC, NaN for null.

    `asked` is the time nearest to when the code was asked for: the service center's stamp where it
    can be trusted, else the time of reception. `slack` is how much later (ms) than written the
    message may have come. `key` numbers device and service (sender, where no service is named).
    """

    table: pa.Table
    received: Floats
    asked: Floats
    slack: Floats
    latency: Floats
    basis: Small
    device: Ints
    key: Ints
    blocked: Flags
    unreadable: Flags
    stamp_is_whole: Flags
    received_is_whole: Flags


@dataclass(frozen=True)
class RequestRows:
    """The requests that an SMS may answer; `waits` is False where the service refused."""

    table: pa.Table
    requested: Floats
    waits: Flags
    device: Ints
    key: Ints


class Names:
    """Numbers for names, the same for the same name in messages and requests."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._written: list[str] = []

    def numbers(self, column: pa.ChunkedArray, prefix: str = "") -> Ints:
        """Return a number for each word of a column, upper and lower case alike; null: -1."""
        indices, known = words(column)
        numbers = [self._number(prefix, word) for word in known]
        return np.array([*numbers, -1], np.int64)[indices]

    def name(self, number: int) -> str | None:
        """Return a name as first written; None for -1."""
        return self._written[number] if number >= 0 else None

    def _number(self, prefix: str, word: str) -> int:
        number = self._numbers.setdefault(prefix + word.casefold(), len(self._numbers))
        if number == len(self._written):
            self._written.append(word)
        return number


def read_codes(codes: pa.Table, devices: Names, services: Names) -> CodeRows:
    """Return the arrays of a table of code messages with its latency columns."""
    received, sent = times(codes, "received_at"), times(codes, "sent_at")
    latency, basis = floats(codes.column("latency")), _basis(codes)
    exact = np.isin(basis, [CODE[LatencyBasis.MEASURED], CODE[LatencyBasis.OFFSET_CORRECTED]])
    asked = np.where(exact, received - latency * 1000, received)
    asked = np.where(np.isnan(asked), sent, asked)
    return CodeRows(
        table=codes,
        received=received,
        asked=asked,
        slack=_slack(codes),
        latency=latency,
        basis=basis,
        device=devices.numbers(codes.column("device")),
        key=_service_or_sender(codes, services),
        blocked=was_blocked(codes),
        unreadable=_unreadable(codes),
        stamp_is_whole=sent % 1000 == 0,
        received_is_whole=received % 1000 == 0,
    )


def read_requests(
    requests: pa.Table, devices: Names, services: Names, only_device: str | None
) -> RequestRows:
    """Return the arrays of the requests an SMS may answer: by SMS or by an unknown channel.

    Requests without a device are the only device's, if there is one.
    """
    channel, moment = requests.column("channel"), requests.column("requested_at")
    awaited = pc.or_kleene(pc.is_null(channel), pa.array(is_word(channel, "sms")))
    requests = requests.filter(pc.and_(awaited, pc.is_valid(moment)))
    device = devices.numbers(requests.column("device"))
    if only_device is not None:
        only = devices.numbers(pa.chunked_array([pa.array([only_device])]))
        device = np.where(device < 0, only, device)
    refused = is_word(requests.column("result"), "rate_limited", "rejected", "error")
    key = services.numbers(requests.column("service"))
    return RequestRows(requests, times(requests, "requested_at"), ~refused, device, key)


def join_names(*parts: Iterable[int]) -> Ints:
    """Return one number per combination of device and service."""
    return joint(*(np.asarray(part, np.int64) for part in parts))


def _service_or_sender(codes: pa.Table, services: Names) -> Ints:
    # The prefix keeps a sender apart from a service of the same name: it is not known to be it.
    key = services.numbers(codes.column("service"))
    for column in ("sender_key", "sender"):
        fallback = services.numbers(codes.column(column), "sender\0")
        key = np.where(key < 0, fallback, key)
    return key


def _unreadable(codes: pa.Table) -> Flags:
    no_code: Flags = pc.is_null(codes.column("code_start")).to_numpy()
    return flags(codes.column("garbled")) & no_code


def _slack(codes: pa.Table) -> Floats:
    precision = codes.column("received_precision")
    minute, day = is_word(precision, Precision.MINUTE), is_word(precision, Precision.DAY)
    return np.select([minute, day], [MINUTE_MS, DAY_MS], 0.0)


def _basis(codes: pa.Table) -> Small:
    indices, known = words(codes.column("latency_basis"))
    numbers = [CODE[LatencyBasis(word)] for word in known]
    return np.array([*numbers, CODE[LatencyBasis.UNKNOWN_NO_STAMP]], np.int8)[indices]
