"""What the causes are examined on, and the patterns in it that several of them look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.diagnose.selection import code_messages
from analyzer.diagnose.unanswered import Unanswered, unanswered
from analyzer.identify.carriers import is_chinese_network
from analyzer.measure import (
    AttemptArrays,
    Clock,
    Outage,
    attempt_arrays,
    dark_periods,
    held_back,
    release_bursts,
    service_outages,
)
from analyzer.measure.timeline import Timeline
from analyzer.schema import EVENT_SCHEMA, REQUEST_SCHEMA, SIM_SCHEMA, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzer.ingest import LogAccount

FAILED = (
    Outcome.LATE,
    Outcome.EXPIRED,
    Outcome.GARBLED,
    Outcome.BLOCKED,
    Outcome.MISSING,
    Outcome.REFUSED,
)


@dataclass(frozen=True)
class Case:
    """What the causes are examined on.

    `table` is the message table with all derived columns, `attempts` the attempt table, both as the
    user narrowed them to services, senders or carriers; `everything` is the message table before
    that: whether a SIM could be reached shows in all its messages. `accounts` is what became of
    every log; `has_requests` tells whether a request log was given; `requests`, `sims` and `events`
    have the columns of schema.REQUESTS, SIMS and EVENTS. `clock` is what read_clock() gives for
    `table`, where that is known. `tz` is the user's zone, if given,
    `shown_in` the one in which the report shows times.
    """

    table: pa.Table
    attempts: pa.Table
    accounts: list[LogAccount]
    has_requests: bool
    events: pa.Table = field(default_factory=EVENT_SCHEMA.empty_table)
    requests: pa.Table = field(default_factory=REQUEST_SCHEMA.empty_table)
    sims: pa.Table = field(default_factory=SIM_SCHEMA.empty_table)
    everything: pa.Table | None = None
    clock: Clock | None = None
    tz: str | None = None
    shown_in: str | None = None

    @cached_property
    def zone(self) -> str:
        """The zone of the user's hours: as given, else China's if the SIMs are of China, else UTC.

        The computer's zone does not count: the same logs must give the same report anywhere.
        """
        carriers = self.table["carrier"].cast(pa.string()).unique().drop_null().to_pylist()
        return self.tz or ("Asia/Shanghai" if any(map(is_chinese_network, carriers)) else "UTC")

    @property
    def shown_zone(self) -> str:
        """The zone in which evidence names times: that of the report, else the user's hours'."""
        return self.shown_in or self.zone

    @cached_property
    def whole(self) -> pa.Table:
        """All messages, whatever the user asked to see."""
        return self.table if self.everything is None else self.everything

    @cached_property
    def codes(self) -> pa.Table:
        """The received messages that carry a code, as the user narrowed them."""
        return code_messages(self.table)

    @cached_property
    def tried(self) -> AttemptArrays:
        """The attempts as arrays."""
        return attempt_arrays(self.attempts)

    @cached_property
    def failed(self) -> frozenset[int]:
        """Rows of the attempts that ended without a usable code in time."""
        words = self.attempts["outcome"].cast(pa.string())
        hits = pc.is_in(words, pa.array(FAILED, pa.string()))
        return frozenset(np.flatnonzero(hits.to_numpy(zero_copy_only=False)).tolist())

    @cached_property
    def gaps(self) -> list[Outage]:
        """Stretches in which a SIM or the phone received nothing: held back, or never come."""
        bursts = release_bursts(self.whole)
        return [*held_back(self.whole, bursts), *dark_periods(self.whole, self.attempts)]

    @cached_property
    def service_gaps(self) -> list[Outage]:
        """Stretches in which one service's codes did not come, though others did."""
        return service_outages(self.whole, self.attempts)

    @cached_property
    def unanswered(self) -> list[Unanswered]:
        """Services of which nothing ever came to a phone that asked them."""
        return unanswered(self.whole, self.tried)

    def message_ids(self, rows: Iterable[int]) -> tuple[str, ...]:
        """Return the ids of rows of the whole message table."""
        return tuple(self.whole["message_id"].take(pa.array(list(rows), pa.int64())).to_pylist())

    def attempts_of(self, outages: Iterable[Outage]) -> tuple[int, ...]:
        """Return the failed attempts that outages hit: their messages, or begun during them."""
        hit: set[int] = set()
        for outage in outages:
            hit.update(outage.attempts)
            if outage.rows:
                hit.update(self._attempts_of_messages(self.message_ids(outage.rows)))
                first, last = (at.timestamp() * 1000 for at in (outage.first, outage.last))
                begun = self._begun.between(outage.device, first, last)
                hit.update(begun[self.tried.missing[begun]].tolist())
        return tuple(sorted(hit & self.failed))

    @cached_property
    def _begun(self) -> Timeline:
        tried = self.tried
        return Timeline(tried.device, tried.devices, tried.started)

    def _attempts_of_messages(self, ids: Iterable[str]) -> set[int]:
        return {self._attempt_of[name] for name in ids if name in self._attempt_of}

    @cached_property
    def _attempt_of(self) -> dict[str, int]:
        lists = self.attempts["message_ids"].combine_chunks()
        parents = pc.list_parent_indices(lists).to_pylist()
        return dict(zip(pc.list_flatten(lists).to_pylist(), parents, strict=True))
