"""Reading keeps its pace, as a ratio to a bare XML parser over the same bytes."""

from __future__ import annotations

import time
from io import BytesIO
from xml.parsers import expat

from analyzer.ingest.account import LogAccount
from analyzer.ingest.readers.sms_backup_restore import READER
from analyzer.ingest.reading import LogReading
from analyzer.ingest.source import Source
from analyzer.ingest.times import LocalTime

MESSAGES = 20_000
ROW = (
    '  <sms protocol="0" address="1069{n:010}" date="{date}" type="1" subject="null" '
    'body="【示例科技】验证码：{n:06}，5分钟内有效，请勿泄露给他人。 {n} &amp; more" toa="null" '
    'sc_toa="null" service_center="+8613800210500" read="1" status="-1" locked="0" '
    'date_sent="{date}" sub_id="1" readable_date="Jan 1, 2025 12:00:00 AM" '
    'contact_name="(Unknown)" />\n'
)
# Measured on a quiet machine 1.3; 6 and more if the columns are not taken.
MOST = 4.5


def read_messages(data):
    account = LogAccount("log", "log", "messages", "phone")
    source = Source("log", lambda: BytesIO(data))
    reading = LogReading(READER, source, account, LocalTime("UTC"))
    return sum(table.num_rows for table in reading.tables())


def test_reading_a_backup_costs_little_more_than_a_bare_parser():
    rows = "".join(ROW.format(n=n, date=1_700_000_000_000 + n) for n in range(MESSAGES))
    data = f"<smses count='{MESSAGES}'>\n{rows}</smses>\n".encode()
    bare, reading = [], []
    for _ in range(5):  # in turns, so that a busy moment meets both
        start = time.process_time()
        expat.ParserCreate().Parse(data, True)
        middle = time.process_time()
        assert read_messages(data) == MESSAGES
        bare.append(middle - start)
        reading.append(time.process_time() - middle)
    assert min(reading) < MOST * min(bare)
