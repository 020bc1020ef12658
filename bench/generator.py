"""Invented logs of any size, the same for the same number of messages, in several formats.

About 385 bytes of XML a message; three fifths of the texts are Chinese, one in a hundred holds
an emoji as a reference, a third carry codes from a few templates, the rest differ all. Messages are
written one by one, so that memory does not grow with their number.
"""

from __future__ import annotations

import csv
import json
import random
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

START_MS = 1_735_689_600_000  # 2025-01-01
_SEED = 20_250_101
_SPACING_MS = 45_000
_NUMBERS = [f"+86138{n:08}" for n in range(10_000_000, 10_000_000 + 400)]
_PORTS = [f"1069{n:010}" for n in range(3_000_000, 3_000_000 + 60)]
_NAMES = ["Binance", "GOOGLE", "95588", "10086", "95533", "VERIFY"]
_CENTERS = ["+8613800210500", "+8613800100500", "+8613010112500", "null"]
_CODES = (
    "【币安】您的验证码是{code}，5分钟内有效，请勿泄露给他人。",
    "【示例科技】验证码：{code}，用于登录，10分钟内有效。如非本人操作请忽略。",
    "[Binance] Verification code: {code}. Valid for 10 minutes. Do not share it with anyone.",
    "G-{code} is your Google verification code.",
    "【某银行】您正在转账，动态密码{code}，请勿告诉任何人，工作人员不会索取。",
    "Your Example code is {code}. It expires in 5 minutes.",
)
_CHINESE = (
    "今天明天我们一起去吃饭好吗到家了给你打电话路上小心快递已经放在门口请查收会议改到下午三点"
)
_LATIN = "see you at the station around noon please bring the tickets and call me back when you can"
_WORDS = _LATIN.split()
_EMOJI = ("\U0001f600", "\U0001f44d", "\U0001f389")


class Message(NamedTuple):
    """One invented message, times in milliseconds."""

    address: str
    date: int
    date_sent: int
    body: str
    service_center: str
    sub_id: int


def messages(count: int) -> Iterator[Message]:
    """Yield invented messages in the order of their times."""
    chance = random.Random(_SEED + count)
    at = START_MS
    for _ in range(count):
        at += chance.randrange(1_000, 2 * _SPACING_MS)
        is_code = chance.random() < 0.3
        body = _code(chance) if is_code else _chat(chance)
        yield Message(
            address=chance.choice(_PORTS + _NAMES if is_code else _NUMBERS),
            date=at,
            date_sent=(at - int(chance.expovariate(1 / 4_000))) // 1000 * 1000,
            body=body,
            service_center=chance.choice(_CENTERS),
            sub_id=chance.randrange(1, 3),
        )


def _code(chance: random.Random) -> str:
    return chance.choice(_CODES).format(code=chance.randrange(100_000, 1_000_000))


def _chat(chance: random.Random) -> str:
    if chance.random() < 0.7:
        start = chance.randrange(len(_CHINESE) - 8)
        body = _CHINESE[start : start + chance.randrange(12, 40)] + str(chance.randrange(10**6))
    else:
        body = " ".join(chance.choices(_WORDS, k=chance.randrange(6, 22)))
    if chance.random() < 0.04:
        body += chance.choice(("\n", " & ", ' "ok" ')) + str(chance.randrange(1000))
    return body + chance.choice(_EMOJI) if chance.random() < 0.015 else body


def write_xml(path: Path, count: int) -> None:
    """Write an SMS Backup & Restore log."""
    with path.open("w", encoding="utf-8") as out:
        out.write("<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n")
        out.write(f'<smses count="{count}">\n')
        for one in messages(count):
            out.write(
                f'  <sms protocol="0" address="{one.address}" date="{one.date}" type="1" '
                f'subject="null" body={_attribute(one.body)} toa="null" sc_toa="null" '
                f'service_center="{one.service_center}" read="1" status="-1" locked="0" '
                f'date_sent="{one.date_sent}" sub_id="{one.sub_id}" '
                'readable_date="Jan 1, 2025 12:00:00 AM" contact_name="(Unknown)" />\n'
            )
        out.write("</smses>\n")


def _attribute(text: str) -> str:
    """Return a quoted value as the exporter writes it, emoji as references.

    One reference each: the halves of a pair, as older versions write them, stop the parsers that
    the reading is compared with.
    """
    written = quoteattr(text, {"\n": "&#10;", '"': "&quot;"})
    return "".join(one if one <= "\uffff" else f"&#{ord(one)};" for one in written)


def write_json_lines(path: Path, count: int) -> None:
    """Write the lines of SMS Import / Export."""
    with path.open("w", encoding="utf-8") as out:
        for number, one in enumerate(messages(count), start=1):
            row = {"_id": str(number), "thread_id": "1", **_columns(one)}
            texts = {name: str(value) for name, value in row.items() if value is not None}
            out.write(json.dumps(texts, ensure_ascii=False) + "\n")


def write_content_rows(path: Path, count: int) -> None:
    """Write what adb shell content query prints."""
    with path.open("w", encoding="utf-8") as out:
        for number, one in enumerate(messages(count)):
            row = {"_id": number + 1, **_columns(one)}
            shown = ("NULL" if value is None else value for value in row.values())
            cells = (f"{name}={value}" for name, value in zip(row, shown, strict=True))
            out.write(f"Row: {number} {', '.join(cells)}\n")


def write_table(path: Path, count: int) -> None:
    """Write a CSV table with Android's column names."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(_columns(next(messages(1)))))
        writer.writeheader()
        writer.writerows(map(_columns, messages(count)))


def write_adb_payload(path: Path, count: int) -> None:
    """Write the file of messages inside an adb backup: JSON, deflated."""
    deflate = zlib.compressobj()
    with path.open("wb") as out:
        before = "["
        for one in messages(count):
            row = {"self_phone": "+8613800000000", **_columns(one)}
            texts = {name: str(value) for name, value in row.items() if value is not None}
            text = before + json.dumps(texts, ensure_ascii=False)
            out.write(deflate.compress(text.encode()))
            before = ","
        out.write(deflate.compress(b"]") + deflate.flush())


def write_database(path: Path, count: int) -> None:
    """Write an mmssms.db with the columns that Android's provider has."""
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE sms (_id INTEGER PRIMARY KEY, thread_id INTEGER, address TEXT, "
        "person INTEGER, date INTEGER, date_sent INTEGER DEFAULT 0, protocol INTEGER, "
        "read INTEGER DEFAULT 0, status INTEGER DEFAULT -1, type INTEGER, "
        "reply_path_present INTEGER, subject TEXT, body TEXT, service_center TEXT, "
        "locked INTEGER DEFAULT 0, sub_id INTEGER DEFAULT -1, error_code INTEGER DEFAULT 0, "
        "creator TEXT, seen INTEGER DEFAULT 0)"
    )
    names = ", ".join(_columns(next(messages(1))))
    marks = ", ".join(f":{name}" for name in names.split(", "))
    connection.executemany(
        f"INSERT INTO sms ({names}) VALUES ({marks})",
        map(_columns, messages(count)),
    )
    connection.commit()
    connection.close()


def _columns(one: Message) -> dict[str, str | int | None]:
    center = None if one.service_center == "null" else one.service_center
    fixed: dict[str, str | int | None] = {
        "type": 1,
        "read": 1,
        "seen": 1,
        "status": -1,
        "protocol": 0,
        "locked": 0,
        "error_code": -1,
        "creator": "com.android.mms",
    }
    return {**one._asdict(), "service_center": center, **fixed}
