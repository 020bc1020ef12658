"""Our SIM map (CSV or JSON Lines): which carrier stands behind a sub_id or slot."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.ingest.records import Carries, Evidence, Item, Kind, Reader, Record, Role
from analyzer.ingest.siminfo import SIM_COLUMNS, network_code, number_prefix
from analyzer.ingest.source import Head, Source
from analyzer.ingest.written_table import WrittenTable, header_columns, written_rows
from analyzer.texts import Text

_TABLE = WrittenTable("sims", Kind.SIM, ("carrier",))
_OTHER_TABLES = ("blocked", "requests")


def sniff(head: Head) -> bool:
    """Tell whether the header names SIMs and their carriers."""
    columns = header_columns(head, _TABLE.name)
    known = {"sub_id", "sim_slot"} & columns and {"carrier", "mnc"} & columns
    times = {"received_at", "requested_at"}
    others = set().union(*(header_columns(head, table) for table in _OTHER_TABLES))
    return bool(known) and times.isdisjoint(others)


def read(source: Source) -> Iterator[Item]:
    """Yield one record per SIM."""
    for item in written_rows(source, _TABLE):
        if isinstance(item, Record):
            row = dict(item.values)
            row["mcc"] = network_code(row.get("mcc"), 3)
            row["mnc"] = network_code(row.get("mnc"), 2)
            row["number_prefix"] = number_prefix(row.get("number_prefix"))
            yield Record(Kind.SIM, row)
        else:
            yield item


READER = Reader(
    name="sim_map",
    title="SIM map of this project (CSV, JSON Lines)",
    carries=Carries(sim=True),
    evidence=Evidence("source", "2026-11"),
    sniff=sniff,
    read=read,
    columns=SIM_COLUMNS,
    role=Role.SIMS,
    export=Text(
        "Write a table with the columns sub_id, sim_slot, carrier (slots count from 0).",
        "写一个表格，列名为 sub_id、sim_slot、运营商（卡槽从 0 开始）。",
    ),
)
