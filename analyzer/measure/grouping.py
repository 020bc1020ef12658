"""The keys by which figures are grouped: sender, carrier, service, hour and so on.

A key whose value is not known is the word "unknown", so that null can mean "all" where tables of
several groupings are put together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.measure.arrays import flags, is_word, kept, words
from analyzer.schema import Direction

if TYPE_CHECKING:
    from collections.abc import Sequence


UNKNOWN = "unknown"

# Key: column of the message table (first choice), column of the attempt table.
COLUMNS = {
    "sender": ("sender_key", "sender"),
    "carrier": ("carrier", "carrier"),
    "service": ("service", "service"),
    "route": ("route", None),
    "country": ("route_country", None),
    "purpose": ("purpose", None),
    "device": ("device", "device"),
    "sim_slot": ("receiving_slot", "sim_slot"),
}

# Local times, as words that sort: hour 00 to 23, weekday 1 (Monday) to 7, day and month as ISO.
CLOCK_FORMATS = {"hour": "%H", "weekday": "%u", "day": "%Y-%m-%d", "month": "%Y-%m"}

KEYS = (*COLUMNS, *CLOCK_FORMATS)


def code_messages(table: pa.Table) -> pa.Table:
    """Return the received messages that carry a code, in the inbox or blocked."""
    received = is_word(table.column("direction"), Direction.RECEIVED)
    return kept(table, flags(table.column("is_code")) & received)


def message_keys(table: pa.Table, by: Sequence[str], tz: str = "UTC") -> pd.DataFrame:
    """Return one categorical column per key for each message; times are those of reception."""
    check_keys(by, KEYS)
    return _keys(table, {key: COLUMNS[key][0] for key in by if key in COLUMNS}, by, tz)


def attempt_keys(attempts: pa.Table, by: Sequence[str], tz: str = "UTC") -> pd.DataFrame:
    """Return one categorical column per key for each attempt; times are those of its start."""
    columns = {key: column for key, (_, column) in COLUMNS.items() if column}
    check_keys(by, (*columns, *CLOCK_FORMATS))
    return _keys(attempts, {key: columns[key] for key in by if key in columns}, by, tz)


def check_keys(by: Sequence[str], known: Sequence[str]) -> None:
    """Raise ValueError naming the keys there are, if one in `by` is none of them."""
    for key in by:
        if key not in known:
            message = f"cannot group by {key!r}; known are {', '.join(known)}"
            raise ValueError(message)


def _keys(table: pa.Table, columns: dict[str, str], by: Sequence[str], tz: str) -> pd.DataFrame:
    moment = "received_at" if "received_at" in table.column_names else "started_at"
    moment = "started_at" if "started_at" in table.column_names else moment
    keys = {
        key: _categories(table.column(columns[key]))
        if key in columns
        else _clock(table.column(moment), CLOCK_FORMATS[key], tz)
        for key in by
    }
    return pd.DataFrame(keys, index=pd.RangeIndex(table.num_rows))


def _categories(column: pa.ChunkedArray) -> pd.Categorical:
    indices, known = words(column)
    values = sorted({*known, UNKNOWN})
    place = {word: number for number, word in enumerate(values)}
    codes = np.array([*(place[word] for word in known), place[UNKNOWN]], np.int64)[indices]
    return pd.Categorical.from_codes(codes, pd.Index(values, dtype=object))


def _clock(column: pa.ChunkedArray, layout: str, tz: str) -> pd.Categorical:
    local = pc.cast(column, pa.timestamp("s", tz=tz), safe=False)
    return _categories(pc.strftime(local, format=layout))


def grouped(
    keys: pd.DataFrame, values: dict[str, np.ndarray[tuple[int], np.dtype[np.int64]]]
) -> pd.DataFrame:
    """Return the sums of integer values per group, sorted by group; one row without keys.

    Without rows there are no groups, but the group of all is there with sums of 0.
    """
    frame = pd.DataFrame(values, index=keys.index)
    by = list(keys.columns)
    if not by:
        return frame.sum().to_frame().T.astype(np.int64)
    sums = frame.groupby([keys[key] for key in by], observed=True, sort=True).sum()
    return plain_keys(sums.reset_index(), by)


def plain_keys(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return the frame with its categorical keys as plain words."""
    return frame.assign(**{key: frame[key].astype(object) for key in by})


def four_groupings(overall: pd.DataFrame, *others: pd.DataFrame) -> pd.DataFrame:
    """Return tables stacked, `sender` and `carrier` first; null where a table is over all of it."""
    tables = [
        table.assign(**{key: None for key in ("sender", "carrier") if key not in table})
        for table in (overall, *others)
    ]
    rest = [column for column in overall.columns if column not in ("sender", "carrier")]
    ordered = [
        table[["sender", "carrier", *rest]].astype({"sender": object, "carrier": object})
        for table in tables
    ]
    return pd.concat([table for table in ordered if len(table)], ignore_index=True)
