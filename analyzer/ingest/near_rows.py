"""Rows of a filter's own log, joined to the phone's message that they tell of.

A filter writes when it looked at a message, a moment beside the time the phone stores, and often
without the text. Such a row is the phone's message if device and sender agree, the times lie within
seconds, and the text agrees; without a text, only if there is exactly one such message.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.ingest.identity import same_body, same_sender
from analyzer.schema import Precision

_NEAR_MS = 10_000
_COARSE = (Precision.MINUTE, Precision.DAY)


def join_screened_rows(
    messages: pa.Table, identity: np.ndarray, screened: Collection[str]
) -> np.ndarray:
    """Give rows of the `screened` formats the identity of the message they tell of.

    `identity` holds a number for each row, equal for equal messages. A message is given once to
    each log.
    """
    is_screened = pc.is_in(messages["format"].cast(pa.string()), pa.array(screened, pa.string()))
    of_filter = np.flatnonzero(is_screened).tolist()
    if not of_filter or len(of_filter) == messages.num_rows:
        return identity
    formats = messages["format"].to_pylist()
    device, log = messages["device"].to_pylist(), messages["log"].to_pylist()
    sender = same_sender(messages["sender"]).to_pylist()
    body = same_body(messages["body"]).to_pylist()
    precision = messages["received_precision"].to_pylist()
    millis = messages["received_at"].cast(pa.int64()).to_pylist()
    wanted = {(device[i], sender[i]) for i in of_filter}
    stored: dict[tuple[str, str | None], list[tuple[int, int]]] = defaultdict(list)
    for i, at in enumerate(millis):
        own = formats[i] not in screened and precision[i] not in _COARSE and at is not None
        if own and (device[i], sender[i]) in wanted:
            stored[device[i], sender[i]].append((at, i))
    for near in stored.values():
        near.sort()
    joined = identity.copy()
    given: set[tuple[str, int]] = set()
    for i in of_filter:
        at = millis[i]
        if at is None:
            continue
        found = {
            int(identity[j]): abs(there - at)
            for there, j in _around(stored.get((device[i], sender[i]), []), at)
            if (not body[i] or body[i] == body[j]) and (log[i], int(identity[j])) not in given
        }
        if len(found) == 1 or (found and body[i]):
            nearest = min(found, key=lambda number: (found[number], number))
            given.add((log[i], nearest))
            joined[i] = nearest
    return joined


def _around(near: list[tuple[int, int]], at: int) -> list[tuple[int, int]]:
    """Return the rows within the window; at most 64, as no more can be told apart."""
    start = bisect_left(near, (at - _NEAR_MS,))
    return [entry for entry in near[start : start + 64] if entry[0] <= at + _NEAR_MS]
