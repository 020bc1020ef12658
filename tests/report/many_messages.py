"""A log of as many messages as asked for, made of numbers, as a fleet's store would give."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from analyzer.analysis import Analysis
from analyzer.ingest import LogAccount
from analyzer.log import Log
from analyzer.schema import (
    ATTEMPTS,
    EVENT_SCHEMA,
    IDENTIFIED,
    MEASURED,
    MESSAGES,
    RECOGNIZED,
    REQUEST_SCHEMA,
    SIM_SCHEMA,
    Column,
    Outcome,
    arrow_schema,
)

CARRIERS = ("China Mobile", "China Unicom", "China Telecom", "China Broadnet")
_DAY_MS = 86_400_000
_OUTCOMES = np.array([outcome.value for outcome in Outcome])
_SHARES = [0.86, 0.05, 0.02, 0.01, 0.04, 0.01, 0.005, 0.005]


def log_of(messages: int, senders: int = 2_000, seed: int = 1, lang: str = "en") -> Log:
    """Return a log of code messages over 400 days, a third of them the only one of an attempt."""
    random = np.random.default_rng(seed)
    at = np.sort(random.integers(0, 400 * _DAY_MS, messages)) + 1_740_000_000_000
    # A few senders send most of the messages.
    sender = np.minimum(random.zipf(1.3, messages), senders)
    blocked = random.random(messages) < 0.04
    columns = {
        "message_id": [f"{number:024x}" for number in range(messages)],
        "direction": _word("received", messages),
        "folder": _words(np.array(["inbox", "blocked"]), blocked.astype(np.int32)),
        "is_code": pa.repeat(True, messages),
        "received_at": pa.array(at, pa.timestamp("ms", "UTC")),
        "latency": np.round(random.lognormal(1.5, 1.4, messages), 3),
        "latency_basis": _word("measured", messages),
        "sender_key": _words(np.array([f"SENDER {n:05}" for n in range(senders + 1)]), sender),
        "route": _word("alphanumeric", messages),
        "carrier": _words(np.array(CARRIERS), random.integers(0, 4, messages)),
        "service": _words(np.array([f"Service {n:03}" for n in range(300)]), sender % 300),
        "block_reason": _words(np.array([None, "smart_filter"]), blocked.astype(np.int32)),
    }
    table = _table((*MESSAGES, *RECOGNIZED, *IDENTIFIED, *MEASURED), columns, messages)
    every = np.arange(0, messages, 3)
    outcome = random.choice(len(_OUTCOMES), len(every), p=_SHARES)
    kept = table.take(pa.array(every))
    attempts = {
        "attempt_id": kept["message_id"],
        "service": kept["service"],
        "sender": kept["sender_key"],
        "carrier": kept["carrier"],
        "started_at": kept["received_at"],
        "received_at": kept["received_at"],
        "outcome": _words(_OUTCOMES, outcome),
        "latency": kept["latency"],
        "requests": pa.repeat(0, len(every)),
        "codes": pa.repeat(1, len(every)),
    }
    account = LogAccount(
        *("store", "store", "messages", "phone", "sms_import_export"),
        records=messages,
        kept=messages,
    )
    analysis = Analysis(
        table=table,
        attempts=_table(ATTEMPTS, attempts, len(every)),
        requests=REQUEST_SCHEMA.empty_table(),
        sims=SIM_SCHEMA.empty_table(),
        accounts=[account],
        findings=[],
        events=EVENT_SCHEMA.empty_table(),
    )
    return Log(analysis, zone="Asia/Shanghai", lang=lang)


def _table(columns: tuple[Column, ...], given: dict[str, object], rows: int) -> pa.Table:
    schema = arrow_schema(columns)
    arrays = []
    for field in schema:
        value = given.get(field.name)
        array = pa.nulls(rows, field.type) if value is None else value
        plain = array if isinstance(array, pa.Array | pa.ChunkedArray) else pa.array(array)
        arrays.append(plain.cast(field.type))
    return pa.Table.from_arrays(arrays, schema=schema)


def _word(word: str, rows: int) -> pa.Array:
    return _words(np.array([word]), np.zeros(rows, np.int32))


def _words(words: np.ndarray, places: np.ndarray) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(places, pa.int32()), pa.array(list(words)))
