"""`adb shell content query --uri content://telephony/siminfo`: the phone's SIMs.

Works on some phones; others answer with a SecurityException, `dumpsys isub` is the way there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.ingest.content_rows import (
    HugeRow,
    Unparsed,
    content_columns,
    content_rows,
    first_rows,
)
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

_ROW = re.compile(r"\s*Row: \d+ ")


def sniff(head: Head) -> bool:
    """Tell whether the log is the answer to a query for SIMs."""
    return bool(_ROW.match(head.text)) and "icc_id" in content_columns(head.text)


def read(source: Source) -> Iterator[Item]:
    """Yield one record per SIM."""
    columns = content_columns(first_rows(source))
    with source.text() as chunks:
        for row in content_rows(chunks, columns):
            if isinstance(row, HugeRow):
                yield row.problem()
            elif not isinstance(row, Unparsed):
                yield sim_record(row.values)
            elif row.cut:
                yield Problem("truncated", ProblemKind.TRUNCATED)
            else:
                yield Problem("provider_error_inside")


READER = Reader(
    name="content_query_siminfo",
    title="adb shell content query, SIMs (text, SIM map)",
    carries=Carries(sim=True),
    evidence=Evidence("source", "2026-01"),
    sniff=sniff,
    read=read,
    columns=SIM_COLUMNS,
    role=Role.SIMS,
    export=Text(
        "Run: adb shell content query --uri content://telephony/siminfo > sims.txt",
        "运行：adb shell content query --uri content://telephony/siminfo > sims.txt",
    ),
)
