"""Exports in JSON: SMS Import / Export (NDJSON in a zip), QUIK, Fossify Messages."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence

from analyzer.simulate.times import china
from analyzer.simulate.writers.provider import Row


def ndjson_zip(rows: Sequence[Row], made_at: int) -> bytes:
    """Return an SMS Import / Export archive: every value a string, NULL left out."""
    lines = (
        json.dumps({k: str(v) for k, v in row.items() if v is not None}, ensure_ascii=False)
        for row in rows
    )
    text = "".join(line.replace("/", "\\/") + "\n" for line in lines)
    made = china(made_at)
    entry = zipfile.ZipInfo("messages.ndjson", made.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(entry, text)
    return out.getvalue()


def quik_json(rows: Sequence[Row]) -> bytes:
    """Return a QKSMS / QUIK backup; the service center is never in it."""
    messages = [
        {
            "type": row["type"],
            "address": row["address"],
            "date": row["date"],
            "dateSent": row["date_sent"],
            "read": True,
            "status": -1,
            "body": row["body"],
            "protocol": 0,
            "locked": False,
            "subId": row["sub_id"],
        }
        for row in rows
    ]
    backup = {"messageCount": len(messages), "messages": messages}
    return (json.dumps(backup, ensure_ascii=False, indent="\t") + "\n").encode()


def fossify_json(rows: Sequence[Row]) -> bytes:
    """Return a Fossify Messages export: one line, dateSent 0 for what it received itself."""
    messages = [
        {
            "subscriptionId": row["sub_id"],
            "address": row["address"],
            "body": row["body"],
            "date": row["date"],
            "dateSent": row["date_sent"],
            "locked": 0,
            "protocol": None if row["protocol"] is None else str(row["protocol"]),
            "read": row["read"],
            "status": row["status"],
            "type": row["type"],
            "serviceCenter": row["service_center"],
            "backupType": "sms",
        }
        for row in rows
    ]
    return json.dumps(messages, ensure_ascii=False, separators=(",", ":")).encode()
