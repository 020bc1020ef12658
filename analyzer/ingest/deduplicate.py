"""One row a message: overlapping exports, several formats of one phone, inbox and blocked folder.

The row read first keeps its place (log, record, format); its columns are completed from the
others, the richest first. The rows read later are counted as duplicates of their logs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.ingest.identity import COARSE_SECONDS, ID_DIGITS, same_body, same_sender
from analyzer.ingest.near_rows import join_screened_rows
from analyzer.schema import MESSAGE_SCHEMA, Folder

_PLACE = ("device", "log", "record", "format")
# Odd factors, so that the words of an identity do not cancel each other out.
_MIXING = np.array([1, 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], np.uint64)


class Deduplicated(NamedTuple):
    """The messages, one row each, and how many duplicates each log held."""

    messages: pa.Table
    duplicates: Counter[str]


def deduplicate(messages: pa.Table, screened: Collection[str] = ()) -> Deduplicated:
    """Return each message once, in the order in which it was first read.

    `screened` names the formats whose times lie seconds beside those of the phone's store.
    """
    identity = _identities(messages)
    identity = join_screened_rows(messages, identity, screened)
    identity = _join_coarse_rows(messages, identity)
    if len(identity) == np.count_nonzero(np.bincount(identity)):
        return Deduplicated(messages, Counter())
    _, first, group, sizes = np.unique(
        identity, return_index=True, return_inverse=True, return_counts=True
    )
    is_first = np.zeros(len(identity), bool)
    is_first[first] = True
    repeated = sizes[group] > 1
    duplicates = Counter(messages["log"].filter(pa.array(~is_first)).to_pylist())
    merged = _merged(messages.filter(pa.array(repeated)), group[repeated], screened)
    single = messages.filter(pa.array(~repeated))
    order = np.concatenate([np.flatnonzero(~repeated), np.flatnonzero(repeated & is_first)])
    table = pa.concat_tables([single, merged]).unify_dictionaries()
    return Deduplicated(table.take(pa.array(np.argsort(order))), duplicates)


def _identities(messages: pa.Table) -> np.ndarray:
    """Return a number for each (device, message_id), less than the number of rows.

    Few messages are there twice: only rows that agree in a number made of the identity are
    compared, all others have their place as their own number.
    """
    numbers = np.arange(messages.num_rows)
    likely = np.concatenate([np.array([], np.uint64), *map(_mixed, messages["message_id"].chunks)])
    ordered = np.sort(likely)
    repeated = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not len(repeated):
        return numbers
    rows = np.flatnonzero(np.isin(likely, repeated))
    among = messages.select(["device", "message_id"]).take(pa.array(rows))
    device = pc.fill_null(among["device"].cast(pa.string()), "")
    keys = pc.binary_join_element_wise(device, among["message_id"], "\x1f").combine_chunks()
    encoded = np.asarray(keys.dictionary_encode().indices)
    numbers[rows] = rows[np.unique(encoded, return_index=True)[1]][encoded]
    return numbers


def _mixed(ids: pa.Array) -> np.ndarray:
    """Return a number for each identity, equal for equal ones."""
    _, offsets, data = ids.buffers()
    if not len(ids):
        return np.array([], np.uint64)
    start = np.frombuffer(offsets, np.int32)[ids.offset]
    digits = np.frombuffer(data, np.uint8)[start:][: len(ids) * ID_DIGITS]
    words = digits.view(np.uint64).reshape(len(ids), -1)
    return np.asarray(words @ _MIXING)


def _join_coarse_rows(messages: pa.Table, identity: np.ndarray) -> np.ndarray:
    """Give rows known only to the minute or day the identity of the exact row they repeat.

    A typed or copied list of blocked messages writes 08:01 where the phone wrote 08:01:27.412,
    often without the text. Such a row is the same message if sender and device agree, the text
    agrees or is absent, and exactly one exact row lies in its minute or day.
    """
    words = messages["received_precision"].cast(pa.string())
    is_coarse = np.asarray(pc.is_in(words, pa.array(list(COARSE_SECONDS))))
    if not is_coarse.any() or is_coarse.all():
        return identity
    precision = words.to_pylist()
    device = messages["device"].to_pylist()
    sender = same_sender(messages["sender"]).to_pylist()
    body = same_body(messages["body"]).to_pylist()
    millis = messages["received_at"].cast(pa.int64()).to_pylist()
    coarse = [i for i in np.flatnonzero(is_coarse).tolist() if millis[i] is not None]
    wanted = {(device[i], sender[i], body[i] or None) for i in coarse}
    exact: dict[tuple[str, str | None, str | None], list[tuple[int, int]]] = defaultdict(list)
    for i in np.flatnonzero(~is_coarse).tolist():
        for key in ((device[i], sender[i], body[i]), (device[i], sender[i], None)):
            if key in wanted and millis[i] is not None:
                exact[key].append((millis[i], int(identity[i])))
    for rows in exact.values():
        rows.sort()
    joined = identity.copy()
    log = messages["log"].to_pylist()
    given: dict[tuple[str, int], int] = {}  # one message to one line of each log
    for i in coarse:
        rows = exact.get((device[i], sender[i], body[i] or None), [])
        until = millis[i] + 1000 * COARSE_SECONDS[precision[i]]
        only = _only_one(rows, millis[i], until)
        own = int(identity[i])
        if only is not None and given.setdefault((log[i], only), own) == own:
            joined[i] = only
    return joined


def _only_one(rows: list[tuple[int, int]], start: int, until: int) -> int | None:
    """Return the one identity among the sorted rows from `start` until `until`, or None."""
    found: int | None = None
    for index in range(bisect_left(rows, (start, -1)), len(rows)):
        at, identity = rows[index]
        if at >= until:
            break
        if found not in (None, identity):
            return None
        found = identity
    return found


def _merged(rows: pa.Table, group: np.ndarray, screened: Collection[str]) -> pa.Table:
    """Return one row per group, in the order of first appearance.

    Times come from the phone's own rows before those of a filter, exact before coarse, and so does
    the message_id, whatever order the logs are read in.
    """
    plain = rows.cast(_without_dictionaries(rows.schema))
    frame = plain.to_pandas(types_mapper=pd.ArrowDtype)
    frame["_group"] = group
    frame["_copied"] = (frame["sent_at"] == frame["received_at"]).fillna(False)
    frame.loc[frame["_copied"], "sent_at"] = pd.NaT
    coarse = frame["received_precision"].isin(list(COARSE_SECONDS)).fillna(False)
    frame["_beside"] = 2 * coarse + frame["format"].isin(list(screened)).fillna(False)
    frame["_null"] = frame.isna().sum(axis=1)
    place = frame.groupby("_group", sort=False).first()[list(_PLACE)]
    both = _in_both_folders(frame)
    richest = frame.sort_values(["_beside", "_null"], kind="stable")
    best = richest.groupby("_group", sort=False).first().loc[place.index]
    copied = frame.groupby("_group", sort=False)["_copied"].any().loc[place.index]
    keep_copy = copied & best["sent_at"].isna()
    best.loc[keep_copy, "sent_at"] = best.loc[keep_copy, "received_at"]
    best[list(_PLACE)] = place
    exact = frame.sort_values(["_beside", "message_id"], kind="stable").groupby("_group")
    best["message_id"] = exact["message_id"].first().loc[place.index]
    best.loc[both.loc[place.index], ["folder", "restored"]] = [Folder.BLOCKED.value, True]
    columns = [
        pa.array(best[name]).cast(_plain(rows.schema.field(name).type))
        for name in rows.schema.names
    ]
    return pa.table(columns, names=rows.schema.names).cast(MESSAGE_SCHEMA)


def _in_both_folders(frame: pd.DataFrame) -> pd.Series[bool]:
    """Tell for each group whether it was seen in the inbox and in the blocked folder."""
    folders = frame.groupby("_group", sort=False)["folder"].nunique()
    return folders > 1


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _without_dictionaries(schema: pa.Schema) -> pa.Schema:
    return pa.schema([(field.name, _plain(field.type)) for field in schema])
