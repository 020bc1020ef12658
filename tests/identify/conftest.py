"""Small tables for the tests: rows as dictionaries, columns left out are null."""

from __future__ import annotations

from types import SimpleNamespace

import pyarrow as pa
import pytest

from analyzer.identify import identify
from analyzer.schema import MESSAGE_SCHEMA, RECOGNIZED, SIM_SCHEMA, arrow_schema


def table(schema, rows):
    unknown = {name for row in rows for name in row} - set(schema.names)
    assert not unknown, unknown
    columns = [column([row.get(field.name) for row in rows], field.type) for field in schema]
    return pa.table(columns, schema=schema)


def column(values, kind):
    if pa.types.is_dictionary(kind):
        return pa.array(values, kind.value_type).dictionary_encode().cast(kind)
    return pa.array(values, kind)


def messages(rows):
    usual = {"device": "phone", "direction": "received", "folder": "inbox"}
    return table(MESSAGE_SCHEMA, [usual | row for row in rows])


def recognized(services):
    return table(arrow_schema(RECOGNIZED), [{"service": service} for service in services])


def sims(rows):
    return table(SIM_SCHEMA, [{"device": "phone"} | row for row in rows])


@pytest.fixture(scope="session")
def build():
    """The builders of message, recognized and SIM tables."""
    return SimpleNamespace(messages=messages, recognized=recognized, sims=sims)


@pytest.fixture(scope="session")
def identified():
    """Return the identified rows of message rows, as dictionaries."""

    def rows(message_rows, services=None, sims=None, carrier=None):
        known = table(SIM_SCHEMA, [{"device": "phone"} | row for row in sims]) if sims else None
        signatures = recognized(services or [None] * len(message_rows))
        return identify(messages(message_rows), signatures, known, carrier).to_pylist()

    return rows
