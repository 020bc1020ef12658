"""Writes sample_logs/: two invented weeks on one dual-SIM phone in China, in five formats.

Run it after a change here: python tests/make_sample_logs.py. A test holds that the folder is what
this file writes. Every message, number and code is invented.
"""

from __future__ import annotations

import csv
import io
import json
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

MOBILE, UNICOM = 1, 2  # sub_id of each SIM
MOBILE_CENTER, UNICOM_CENTER = "+8613800210500", "+8613010314500"
CHINA = timedelta(hours=8)
SHOP, BANK, EXCHANGE, CHAT = "10690000100288", "95599", "106575000020199", "+8613800138000"


class Sms(NamedTuple):
    """One message: when it reached the service center (China time) and how long it took."""

    at: str
    seconds: float
    sender: str
    sub_id: int
    body: str
    type: int = 1


def _binance(code: str) -> str:
    return f"【币安】验证码：{code}，5分钟内有效。您正在登录，请勿告知他人。"


def _binance_withdrawal(code: str) -> str:
    return f"【币安】您正在申请提现，验证码 {code}，10分钟内有效，切勿泄露。"


def _telegram(code: str) -> str:
    return f"Telegram code: {code}. Do not give it to anyone."


def _google(code: str) -> str:
    return f"G-{code} is your Google verification code."


def _bank(code: str) -> str:
    return f"【农业银行】您尾号3301的账户正在转账500.00元，动态密码{code}，请于3分钟内输入。"


def _wechat(code: str) -> str:
    return f"【腾讯科技】{code}（微信登录验证码，2分钟内有效）。请勿转发。"


def _rental(code: str) -> str:
    return f"【安居租房】您的验证码是{code}，5分钟内有效。"


def _wrongly_decoded(text: str) -> str:
    """Return UTF-8 read as Latin-1; this damage can be undone."""
    return text.encode().decode("latin-1")


def _lost(text: str) -> str:
    """Return a text of which a wrong decoder left only part; this damage cannot be undone."""
    head, tail = text.split("是")
    return f"{head}是" + "".join("\ufffd" if index % 2 else c for index, c in enumerate(tail))


# The codes of two weeks. Most come in seconds; the evening of 9 March the phone was out of
# reach for three quarters of an hour, and codes by the Unicom SIM are slow throughout.
INBOX = [
    Sms("03-01 08:12:04", 2.4, EXCHANGE, MOBILE, _binance("604817")),
    Sms("03-01 08:15:30", 1.9, CHAT, MOBILE, "早上好，今天几点到公司？"),
    Sms("03-01 09:40:11", 3.1, BANK, MOBILE, _bank("771204")),
    Sms(
        "03-01 12:02:45",
        2.2,
        SHOP,
        MOBILE,
        "【菜鸟驿站】您的包裹已到，取件码 5-2-4410，请于今日21:00前取件。",
    ),
    Sms("03-02 07:58:20", 4.4, "Telegram", UNICOM, _telegram("40318")),
    Sms("03-02 08:30:00", 2.7, EXCHANGE, MOBILE, _binance("118253")),
    Sms("03-02 13:20:09", 2.0, "10086", MOBILE, "【中国移动】您本月流量已使用80%，剩余6.4GB。"),
    Sms("03-02 18:44:51", 3.8, "10690000300417", MOBILE, _wechat("902175")),
    Sms("03-03 08:05:15", 2.9, EXCHANGE, MOBILE, _binance("340962")),
    Sms("03-03 10:10:10", 14.6, "+447700900123", UNICOM, _google("551904")),
    Sms("03-03 16:31:27", 2.1, BANK, MOBILE, _bank("208846")),
    Sms("03-04 08:09:33", 3.3, EXCHANGE, MOBILE, _binance("776310")),
    Sms("03-04 08:40:12", 95.0, "Telegram", UNICOM, _telegram("71945")),
    Sms("03-04 19:22:05", 2.5, "10690000300417", MOBILE, _wechat("447120")),
    Sms("03-05 08:11:48", 2.2, EXCHANGE, MOBILE, _binance_withdrawal("930558")),
    Sms(
        "03-05 11:11:11",
        2.6,
        SHOP,
        MOBILE,
        "【优选商城】满200减50优惠券已到账，券码 VIP2026，回T退订。",
    ),
    Sms("03-05 14:03:59", 21.5, "+447700900123", UNICOM, _google("874462")),
    Sms("03-06 08:10:02", 2.8, EXCHANGE, MOBILE, _binance("512077")),
    Sms("03-06 20:45:40", 3.0, BANK, MOBILE, _bank("663917")),
    Sms("03-07 08:13:25", 3.5, EXCHANGE, MOBILE, _binance("281640")),
    Sms("03-07 09:02:10", 138.0, "Telegram", UNICOM, _telegram("28610")),
    Sms("03-07 21:15:00", 1.8, CHAT, MOBILE, "周末一起吃饭？订了6点半，4人桌。"),
    Sms("03-08 08:07:19", 2.3, EXCHANGE, MOBILE, _binance("459083")),
    Sms("03-08 15:50:44", 8.9, "+447700900123", UNICOM, _google("190357")),
    Sms("03-09 08:14:50", 2.6, EXCHANGE, MOBILE, _binance("835216")),
    Sms("03-09 19:20:31", 2724.0, EXCHANGE, MOBILE, _binance("607394")),
    Sms("03-09 19:34:02", 1914.0, BANK, MOBILE, _bank("315508")),
    Sms("03-09 19:51:17", 880.0, "10690000300417", MOBILE, _wechat("764029")),
    Sms("03-10 08:08:08", 2.4, EXCHANGE, MOBILE, _binance("928471")),
    Sms("03-10 12:30:15", 33.0, "Telegram", UNICOM, _telegram("93027")),
    Sms("03-10 17:05:36", 2.7, "10690000500633", MOBILE, _wrongly_decoded(_rental("284916"))),
    Sms("03-11 08:12:12", 3.1, EXCHANGE, MOBILE, _binance("150629")),
    Sms("03-11 11:45:00", 12.2, "+447700900123", UNICOM, _google("486213")),
    Sms("03-12 08:09:57", 2.5, EXCHANGE, MOBILE, _binance("742860")),
    Sms("03-12 09:28:40", 3.4, BANK, MOBILE, _bank("897351")),
    Sms("03-12 13:40:21", 2.9, "10690000500633", MOBILE, _lost(_rental("573082"))),
    Sms("03-13 08:11:03", 2.2, EXCHANGE, MOBILE, _binance("368194")),
    Sms("03-13 18:01:55", 410.0, "Telegram", UNICOM, _telegram("65518")),
    Sms("03-14 08:10:30", 2.8, EXCHANGE, MOBILE, _binance("251907")),
    Sms(
        "03-14 09:00:00",
        2.0,
        "10010",
        UNICOM,
        "【中国联通】温馨提示：请勿向他人透露短信验证码，谨防诈骗。",
    ),
    Sms("03-14 10:26:14", 2.4, CHAT, MOBILE, "收到了，谢谢！"),
]
SENT = [
    Sms("03-01 08:16:40", 0, CHAT, MOBILE, "九点到 👍", 2),
    Sms("03-07 21:17:12", 0, CHAT, MOBILE, "好的，我带饮料，还有“惊喜”<3", 2),
    Sms("03-09 19:25:00", 0, CHAT, MOBILE, "没信号", 5),
]
# What the previous phone's QUIK kept of the last days of February.
OLD_PHONE = [
    Sms("02-25 08:10:10", 3.2, EXCHANGE, MOBILE, _binance("700412")),
    Sms("02-25 20:31:05", 4.1, BANK, MOBILE, _bank("184467")),
    Sms("02-26 08:11:30", 2.6, EXCHANGE, MOBILE, _binance("295031")),
    Sms("02-26 09:05:44", 27.0, "Telegram", UNICOM, _telegram("50662")),
    Sms("02-27 08:09:12", 2.9, EXCHANGE, MOBILE, _binance("861723")),
    Sms("02-27 19:44:20", 75.0, "Telegram", UNICOM, _telegram("17390")),
    Sms("02-28 08:12:51", 2.1, EXCHANGE, MOBILE, _binance("433958")),
    Sms("02-28 22:00:03", 2.4, CHAT, MOBILE, "新手机到了吗？"),
]
# Typed from the phone's list of blocked messages, to the minute. The first was restored.
BLOCKED = [
    ("2026-03-03 10:10+08:00", "+447700900123", "", "2", "miui", "陌生人短信", "是"),
    ("2026-03-06 16:02+08:00", "+447700900123", _google("320185"), "2", "miui", "陌生人短信", "否"),
    ("2026-03-08 21:37+08:00", "Telegram", _telegram("84406"), "2", "miui", "智能拦截", "否"),
    ("2026-03-10 09:15+08:00", "+447700900123", _google("905527"), "2", "miui", "陌生人短信", "否"),
    (
        "2026-03-11 20:20+08:00",
        "10690000777001",
        "【彩乐园】注册即送888元，点击 t.example/xyz 领取。",
        "1",
        "miui",
        "关键词",
        "",
    ),
    ("2026-03-12 22:48+08:00", "Telegram", _telegram("30271"), "2", "miui", "智能拦截", "否"),
]
# Noted by hand whenever "Send code" was pressed. 12 March: pressed too often.
REQUESTS = [
    ("2026-03-01 08:12:01+08:00", "Binance", "1", "login", "sent", ""),
    ("2026-03-02 07:58:15+08:00", "Telegram", "2", "login", "sent", ""),
    ("2026-03-03 10:10:05+08:00", "Google", "2", "login", "sent", ""),
    ("2026-03-04 08:40:06+08:00", "Telegram", "2", "login", "sent", ""),
    ("2026-03-05 08:11:45+08:00", "币安", "1", "提现", "sent", ""),
    ("2026-03-05 14:03:50+08:00", "Google", "2", "login", "sent", ""),
    ("2026-03-06 16:02:08+08:00", "Google", "2", "login", "sent", ""),
    ("2026-03-07 09:02:05+08:00", "Telegram", "2", "login", "sent", ""),
    ("2026-03-08 21:36:58+08:00", "Telegram", "2", "login", "sent", ""),
    ("2026-03-09 19:20:26+08:00", "Binance", "1", "login", "sent", ""),
    ("2026-03-09 19:22:40+08:00", "Binance", "1", "login", "sent", "没收到，又点了一次"),
    ("2026-03-10 09:14:52+08:00", "Google", "2", "login", "sent", ""),
    ("2026-03-10 12:30:09+08:00", "Telegram", "2", "login", "sent", ""),
    ("2026-03-11 20:05:00+08:00", "Kraken", "2", "registration", "sent", "一直没来"),
    ("2026-03-12 20:40:00+08:00", "Kraken", "2", "registration", "sent", ""),
    (
        "2026-03-12 20:40:50+08:00",
        "Kraken",
        "2",
        "registration",
        "rate_limited",
        "操作频繁，请稍后再试",
    ),
    ("2026-03-13 07:30:00+08:00", "Kraken", "2", "registration", "", "操作频繁，请稍后再试"),
    ("2026-03-13 18:01:49+08:00", "Telegram", "2", "login", "sent", ""),
    ("2026-03-14 08:10:26+08:00", "Binance", "1", "login", "sent", ""),
]


def moment(at: str, seconds: float = 0) -> int:
    """Return milliseconds since 1970 of a China time in 2026, some seconds later."""
    wall = datetime.strptime(f"2026-{at}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    return round(((wall - CHINA).timestamp() + seconds) * 1000)


def provider_row(number: int, sms: Sms) -> dict[str, str]:
    """Return a message as Android's provider has it, values as text, unknown ones left out."""
    received = sms.type == 1
    row = {
        "_id": str(number),
        "thread_id": str(1 + len(sms.sender) % 7),
        "address": sms.sender,
        "date": str(moment(sms.at, sms.seconds)),
        "date_sent": str(moment(sms.at)) if received else "0",
        "read": "1",
        "status": "64" if sms.type == 5 else "-1",
        "type": str(sms.type),
        "body": sms.body,
        "locked": "0",
        "sub_id": str(sms.sub_id),
        "error_code": "0",
        "creator": "com.android.mms",
        "seen": "1",
    }
    if received:
        row["service_center"] = MOBILE_CENTER if sms.sub_id == MOBILE else UNICOM_CENTER
    return row


def backup_xml(messages: list[Sms]) -> str:
    """Return an SMS Backup & Restore file."""
    lines = [
        "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>",
        "<!--File Created By SMS Backup & Restore v10.20.002 on 14/03/2026 11:00:00-->",
        f'<smses count="{len(messages) + 1}" backup_date="{moment("03-14 11:00:00")}" type="full">',
    ]
    for number, sms in enumerate(messages, 1):
        row = provider_row(number, sms)
        attributes = {
            "protocol": "0",
            "address": row["address"],
            "date": row["date"],
            "type": row["type"],
            "subject": "null",
            "body": row["body"],
            "toa": "null",
            "sc_toa": "null",
            "service_center": row.get("service_center", "null"),
            "read": row["read"],
            "status": row["status"],
            "locked": row["locked"],
            "date_sent": row["date_sent"],
            "sub_id": row["sub_id"],
            "contact_name": "(Unknown)",
        }
        inner = " ".join(f'{name}="{_attribute(value)}"' for name, value in attributes.items())
        lines.append(f"  <sms {inner} />")
    lines += [
        f'  <mms date="{moment("03-06 12:00:00")}" msg_box="1" address="{CHAT}" m_type="132">',
        '    <parts><part seq="0" ct="image/jpeg" data="/9j/4AAQSkZJRg==" /></parts>',
        "  </mms>",
        "</smses>",
    ]
    return "\n".join(lines) + "\n"


def _attribute(value: str) -> str:
    text = escape(value, {'"': "&quot;", "\n": "&#10;"})
    return "".join(
        c if ord(c) < 0x10000 else "".join(f"&#{unit};" for unit in _utf16(c)) for c in text
    )


def _utf16(character: str) -> tuple[int, int]:
    offset = ord(character) - 0x10000
    return 0xD800 + (offset >> 10), 0xDC00 + (offset & 0x3FF)


def ndjson_zip(messages: list[Sms]) -> bytes:
    """Return an SMS Import / Export archive."""
    lines = [
        json.dumps(provider_row(number, sms), ensure_ascii=False).replace("/", "\\/")
        for number, sms in enumerate(messages, 1)
    ]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo("messages.ndjson", (2026, 3, 8, 12, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, "\n".join(lines) + "\n")
    return out.getvalue()


def quik_json(messages: list[Sms]) -> str:
    """Return a QUIK backup."""
    rows = [
        {
            "type": sms.type,
            "address": sms.sender,
            "date": moment(sms.at, sms.seconds),
            "dateSent": moment(sms.at),
            "read": True,
            "status": -1,
            "body": sms.body,
            "protocol": 0,
            "locked": False,
            "subId": sms.sub_id,
        }
        for sms in messages
    ]
    backup = {"messageCount": len(rows), "messages": rows}
    return json.dumps(backup, ensure_ascii=False, indent="\t") + "\n"


def siminfo_text() -> str:
    """Return the answer to `adb shell content query --uri content://telephony/siminfo`."""
    rows = [
        "_id=1, icc_id=89860000, sim_id=0, display_name=CMCC, carrier_name=中国移动, mcc=460",
        "_id=2, icc_id=89860100, sim_id=1, display_name=工作卡, carrier_name=中国联通, mcc=460",
    ]
    return "".join(f"Row: {number} {row}\n" for number, row in enumerate(rows))


def csv_text(header: list[str], rows: list[tuple[str, ...]]) -> str:
    """Return a CSV file with a byte order mark, as spreadsheets write it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return "\ufeff" + out.getvalue()


def sample_logs() -> dict[str, bytes]:
    """Return the content of every file of sample_logs/ by its name."""
    early = [sms for sms in [*INBOX, *SENT] if sms.at < "03-08 12"]
    return {
        "sms-20260314110000.xml": backup_xml(sorted([*INBOX, *SENT])).encode(),
        "messages-2026-03-08.zip": ndjson_zip(sorted(early)),
        "old-phone-backup-20260301.json": quik_json(OLD_PHONE).encode(),
        "siminfo.txt": siminfo_text().encode(),
        "blocked.csv": csv_text(
            ["时间", "号码", "内容", "卡", "source", "原因", "restored"], BLOCKED
        ).encode(),
        "requests.csv": csv_text(
            ["requested_at", "service", "sim", "purpose", "result", "result_raw"], REQUESTS
        ).encode(),
    }


def main() -> None:
    """Write the folder."""
    folder = Path(__file__).resolve().parent.parent / "sample_logs"
    folder.mkdir(exist_ok=True)
    for name, data in sample_logs().items():
        (folder / name).write_bytes(data)
        sys.stdout.write(f"{folder / name}\n")


if __name__ == "__main__":
    main()
