"""telephony.db, the SQLite database that holds the phone's SIMs in the table siminfo.

Reference: AOSP TelephonyProvider, getStringForSimInfoTableCreation.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from analyzer.ingest.database import lacks_wal, readable_copy, rows
from analyzer.ingest.records import (
    Carries,
    Evidence,
    Item,
    Problem,
    ProblemKind,
    Reader,
    Role,
)
from analyzer.ingest.siminfo import SIM_COLUMNS, sim_record
from analyzer.ingest.source import Head, Source
from analyzer.texts import Text


def sniff(head: Head) -> bool:
    """Tell whether the database has a table of SIMs."""
    return {"_id", "sim_id"} <= head.tables.get("siminfo", frozenset())


def read(source: Source) -> Iterator[Item]:
    """Yield one record per SIM that was ever inserted."""
    with source.database() as copy, readable_copy(copy) as connection:
        if lacks_wal(copy):
            yield Problem("database_without_wal")
        try:
            for row in rows(connection, "siminfo"):
                yield sim_record(row)
            yield from connection.notes()
        except sqlite3.DatabaseError as error:
            details: dict[str, object] = {"reason": str(error)}
            yield Problem("damaged_database", ProblemKind.TRUNCATED, details=details)


READER = Reader(
    name="telephony_db",
    title="telephony.db (SQLite, SIM map)",
    carries=Carries(sim=True),
    evidence=Evidence("source", "2025-03"),
    sniff=sniff,
    read=read,
    columns=SIM_COLUMNS,
    role=Role.SIMS,
    export=Text(
        "Lies beside mmssms.db on a rooted phone; give both files together.",
        "在已 root 的手机上与 mmssms.db 同目录；两个文件一起提供即可。",
    ),
)
