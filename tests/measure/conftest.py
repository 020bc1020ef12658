"""Small message and request tables, written as a list of what matters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from analyzer.measure import AttemptOptions, Coverage, attempts, latency
from analyzer.schema import (
    IDENTIFIED,
    MESSAGES,
    RECOGNIZED,
    REQUEST_SCHEMA,
    arrow_schema,
)

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SCHEMA = arrow_schema(MESSAGES, RECOGNIZED, IDENTIFIED)

USUAL = {
    "device": "phone",
    "log": "a.xml",
    "format": "smsbackuprestore",
    "direction": "received",
    "folder": "inbox",
    "sender": "1069012345",
    "received_precision": "millisecond",
    "body": "text",
    "sub_id": 1,
    "sim_slot": 0,
    "service_center": "+8613800210500",
    "is_code": True,
    "code_start": 3,
    "code_length": 6,
    "service": "Binance",
    "garbled": False,
    "sender_key": "1069012345",
    "route": "port_106",
    "carrier": "China Mobile",
}


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def arrow(rows, schema):
    plain = pa.schema(
        [(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in schema]
    )
    table = pa.Table.from_pylist([{f.name: row.get(f.name) for f in schema} for row in rows], plain)
    columns = [
        table.column(f.name).dictionary_encode()
        if pa.types.is_dictionary(f.type)
        else table.column(f.name)
        for f in schema
    ]
    return pa.table(columns, schema=schema)


def build_messages(*rows):
    """Message rows; `sent` and `took` are seconds, `received` overrides their sum."""
    full = []
    for number, given in enumerate(rows):
        row = dict(given)
        sent, took = row.pop("sent", None), row.pop("took", None)
        received = row.pop("received", None)
        if sent is not None:
            row.setdefault("sent_at", at(sent))
        if received is None and sent is not None:
            received = sent + (0 if took is None else took)
        if received is not None:
            row.setdefault("received_at", at(received))
        row = {**USUAL, "message_id": f"m{number}", "record": number + 1, **row}
        full.append({"receiving_slot": row["sim_slot"], **row})
    return arrow(full, SCHEMA)


def with_latency(table):
    measured = latency(table)
    for name in measured.column_names:
        table = table.append_column(name, measured.column(name))
    return table


def build_requests(*rows):
    """Request rows; `when` is seconds."""
    full = []
    for number, given in enumerate(rows):
        row = dict(given)
        row["requested_at"] = at(row.pop("when"))
        full.append(
            {
                "device": "phone",
                "service": "Binance",
                "log": "r.csv",
                "record": number + 1,
                "channel": "sms",
                "result": "sent",
                **row,
            }
        )
    return arrow(full, REQUEST_SCHEMA)


def covering(first, last, device="phone", kind="inbox"):
    return Coverage(device, "a.xml", at(first), at(last), kind)


def find_attempts(messages, requests=None, **options):
    options.setdefault("coverage", [covering(-86_400, 30 * 86_400)])
    asked = None if requests is None else build_requests(*requests)
    table = with_latency(build_messages(*messages))
    return attempts(table, asked, AttemptOptions(**options)).to_pylist()


@pytest.fixture
def messages():
    return build_messages


@pytest.fixture
def measured():
    return lambda *rows: with_latency(build_messages(*rows))


@pytest.fixture
def requests_table():
    return build_requests


@pytest.fixture
def tries():
    return find_attempts


@pytest.fixture
def coverage():
    return covering
