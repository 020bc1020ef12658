"""SMS Backup & Restore: one XML file."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from analyzer.simulate.times import china
from analyzer.simulate.writers.provider import Row

_NULL_WORDS = ("subject", "service_center", "protocol")


def backup_xml(rows: Sequence[Row], made_at: int, cut: bool = False) -> bytes:
    """Return the file; `cut` leaves off its end in the middle of a record."""
    made = china(made_at)
    lines = [
        "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>",
        f"<!--File Created By SMS Backup & Restore v10.20.002 on {made:%d/%m/%Y %H:%M:%S}-->",
        f'<smses count="{len(rows)}" backup_date="{made_at}" type="full">',
        *map(_element, rows),
    ]
    if cut:
        return ("\n".join(lines) + '\n  <sms protocol="0" address="10').encode()
    return "\n".join([*lines, "</smses>", ""]).encode()


def _element(row: Row) -> str:
    values = {name: "null" if row[name] is None else row[name] for name in _NULL_WORDS}
    attributes = {
        "protocol": values["protocol"],
        "address": row["address"],
        "date": row["date"],
        "type": row["type"],
        "subject": values["subject"],
        "body": row["body"],
        "toa": "null",
        "sc_toa": "null",
        "service_center": values["service_center"],
        "read": row["read"],
        "status": row["status"],
        "locked": row["locked"],
        "date_sent": row["date_sent"],
        "sub_id": row["sub_id"],
        "contact_name": "(Unknown)",
    }
    inner = " ".join(f"{name}={_quoted(value)}" for name, value in attributes.items())
    return f"  <sms {inner} />"


def _quoted(value: object) -> str:
    """A double-quoted attribute; control characters as the exporter writes them, as entities."""
    text = quoteattr(str(value), {"\n": "&#10;", '"': "&quot;"})
    return "".join(c if c.isprintable() else f"&#{ord(c)};" for c in text)
