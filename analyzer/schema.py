"""The message table and the derived tables: columns, Arrow types, units, meaning.

Times are UTC; unknown is null, never 0, -1, "" or "null". A stage adds columns and never changes
those of an earlier one.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import pyarrow as pa

TIME = pa.timestamp("ms", tz="UTC")
WORD = pa.dictionary(pa.int32(), pa.string())


class Direction(StrEnum):
    """What the phone did with a message."""

    RECEIVED = "received"
    SENT = "sent"
    DRAFT = "draft"
    OUTBOX = "outbox"
    FAILED = "failed"
    QUEUED = "queued"


class Folder(StrEnum):
    """Where the phone put a received message."""

    INBOX = "inbox"
    BLOCKED = "blocked"


class Precision(StrEnum):
    """How finely a log writes `received_at`."""

    MILLISECOND = "millisecond"
    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"


class BlockReason(StrEnum):
    """Why a filter took a message, normalized over vendors (blocked messages only)."""

    NUMBER_LIST = "number_list"
    NUMBER_PREFIX_OR_AREA = "number_prefix_or_area"
    UNKNOWN_SENDER = "unknown_sender"
    HIDDEN_NUMBER = "hidden_number"
    SERVICE_NUMBER = "service_number"
    CONTACT_RULE = "contact_rule"
    KEYWORD = "keyword"
    SMART_FILTER = "smart_filter"
    CLOUD_LIST = "cloud_list"
    RISKY_LINK = "risky_link"
    FRAUD = "fraud"
    FLOOD = "flood"
    CARRIER_FILTER = "carrier_filter"
    POLICY = "policy"
    INTERNATIONAL = "international"
    UNKNOWN = "unknown"


class EventKind(StrEnum):
    """What a phone's own log tells of one message's reception, without its text.

    A message that arrived and was later delivered is one event, `delivered`; `received` is a
    message that reached the phone and of which the log shows nothing more.
    """

    RECEIVED = "received"
    DELIVERED = "delivered"
    BLOCKED = "blocked"
    DUPLICATE = "duplicate"
    INCOMPLETE = "incomplete"
    STORAGE_FULL = "storage_full"
    CARRIER_FILTERED = "carrier_filtered"
    INTERCEPTED = "intercepted"
    REJECTED = "rejected"


class CodeKind(StrEnum):
    """What a code is made of."""

    DIGITS = "digits"
    ALPHANUMERIC = "alphanumeric"
    LETTERS = "letters"


class Purpose(StrEnum):
    """What a code is asked for."""

    REGISTRATION = "registration"
    LOGIN = "login"
    PASSWORD_RESET = "password_reset"
    TRANSACTION = "transaction"
    APP_VERIFICATION = "app_verification"
    IDENTITY_CHECK = "identity_check"
    UNKNOWN = "unknown"


class Route(StrEnum):
    """What kind of address a sender is."""

    PORT_106 = "port_106"
    CARRIER_SERVICE = "carrier_service"
    SERVICE_95 = "service_95"
    SERVICE_96 = "service_96"
    SERVICE_12 = "service_12"
    MOBILE_CN = "mobile_cn"
    IOT_CN = "iot_cn"
    FIXED_CN = "fixed_cn"
    INTERNATIONAL = "international"
    ALPHANUMERIC = "alphanumeric"
    SHORT_CODE = "short_code"
    HIDDEN = "hidden"


class CarrierBasis(StrEnum):
    """What the carrier of a row was read from."""

    SIMINFO = "siminfo"
    SERVICE_CENTER = "service_center"
    NUMBER_SEGMENT = "number_segment"
    GIVEN = "given"


class ClockFault(StrEnum):
    """What is wrong with the two clocks of a message, and what becomes of its latency.

    `offset`: a group of stamps is off by whole quarter hours; corrected. `offset_open`: off by the
    offset, or late; a lower bound. `stamp_ahead`: received 15 minutes or more before it was sent;
    unknown. `phone_behind`: received 1 to 15 minutes before it was sent; unknown. `near_behind`:
    received while the phone's clock was behind; a lower bound. `never_prompt`: in a long stretch
    no message was prompt, so the clock is ahead or the path slow; unknown. `too_old`: received
    more than 7 days after it was sent; unknown.
    """

    OFFSET = "offset"
    OFFSET_OPEN = "offset_open"
    STAMP_AHEAD = "stamp_ahead"
    PHONE_BEHIND = "phone_behind"
    NEAR_BEHIND = "near_behind"
    NEVER_PROMPT = "never_prompt"
    TOO_OLD = "too_old"


class LatencyBasis(StrEnum):
    """What a latency rests on, or why it is unknown."""

    MEASURED = "measured"
    OFFSET_CORRECTED = "offset_corrected"
    LOWER_BOUND = "lower_bound"
    UNKNOWN_NO_STAMP = "unknown_no_stamp"
    UNKNOWN_COPIED = "unknown_copied"
    UNKNOWN_REWRITTEN = "unknown_rewritten"
    UNKNOWN_CLOCK = "unknown_clock"


class Outcome(StrEnum):
    """How an attempt ended."""

    IN_TIME = "in_time"
    LATE = "late"
    EXPIRED = "expired"
    GARBLED = "garbled"
    BLOCKED = "blocked"
    MISSING = "missing"
    REFUSED = "refused"
    UNDECIDED = "undecided"


class Verdict(StrEnum):
    """What the logs say of a cause."""

    SHOWN = "shown"
    CONSISTENT = "consistent"
    CONTRADICTED = "contradicted"
    NO_EVIDENCE = "no_evidence"


class Column(NamedTuple):
    """One column of a table: its name, Arrow type and meaning (units and null included)."""

    name: str
    type: pa.DataType
    meaning: str


MESSAGES = (
    Column("message_id", pa.string(), "content identity, equal for one message in several exports"),
    Column("device", WORD, "the phone"),
    Column("log", WORD, "name of the log it was read from"),
    Column("record", pa.int64(), "ordinal of the record in that log, from 1"),
    Column("format", WORD, "name of the reader"),
    Column("direction", WORD, "received, sent, draft, outbox, failed, queued"),
    Column("folder", WORD, "inbox or blocked; null for messages that were not received"),
    Column("sender", WORD, "the other party's address as exported"),
    Column("received_at", TIME, "when the phone stored the message, by its own clock"),
    Column("received_precision", WORD, "how finely the log writes received_at"),
    Column("sent_at", TIME, "the service center's time stamp (whole seconds)"),
    Column("wrapped_difference", pa.int64(), "received_at - sent_at in ms where both were lost"),
    Column("body", pa.string(), "text as exported, illegal code points replaced by U+FFFD"),
    Column("sub_id", pa.int32(), "subscription row id"),
    Column("sim_slot", pa.int8(), "slot, 0-based"),
    Column("service_center", WORD, "address of the service center as exported"),
    Column("blocked_by", WORD, "what blocked it: miui, coloros, huawei, samsung, android, ..."),
    Column("block_reason", WORD, "normalized reason (BlockReason)"),
    Column("block_rule", pa.string(), "the vendor's own word, number or rule, unchanged"),
    Column("restored", pa.bool_(), "blocked and later restored to the inbox; null: not known"),
    Column("read", pa.bool_(), "read by the user"),
    Column("seen", pa.bool_(), "seen by the user"),
    Column("creator", WORD, "app that stored the row"),
)

RECOGNIZED = (
    Column("is_code", pa.bool_(), "the message carries a verification code, readable or not"),
    Column("code_start", pa.int32(), "start of the code in body, in code points; null: unreadable"),
    Column("code_length", pa.int32(), "length of the code in body, in code points"),
    Column("code_kind", WORD, "digits, alphanumeric, letters"),
    Column("decoy", WORD, "why a look-alike was not taken: pickup, coupon, warning, link, ..."),
    Column("confidence", pa.float32(), "0 to 1: how sure is_code is"),
    Column("service", WORD, "who the code is for, by one name per service"),
    Column("purpose", WORD, "what the code is for (Purpose)"),
    Column("valid_for", pa.int32(), "stated validity in seconds; null: not stated"),
    Column("language", WORD, "ISO 639-1 code of the text's language; null: not known"),
    Column("garbled", pa.bool_(), "the text is damaged"),
    Column("garbled_kind", WORD, "how: replacement, mojibake_..., question_marks, hex, ..."),
    Column("repaired_body", pa.string(), "the text with a reversible damage undone"),
    Column("parts", pa.int16(), "estimated number of SMS parts (153/160 GSM-7 or 67/70 UCS-2)"),
)

IDENTIFIED = (
    Column("route", WORD, "what kind of address the sender is (Route)"),
    Column("route_country", WORD, "ISO 3166-1 alpha-2 country of an international sender"),
    Column("stem", WORD, "stable part of a 106 port number"),
    Column("route_carrier", WORD, "carrier whose lines a 106 or service number uses"),
    Column("sender_key", WORD, "by what a sender is grouped: 106 stem and signature, number, name"),
    Column("international_path", pa.bool_(), "came over an international route; null: not known"),
    Column("carrier", WORD, "network of the SIM that received the message"),
    Column("carrier_basis", WORD, "what the carrier was read from (CarrierBasis)"),
    Column("receiving_slot", pa.int8(), "slot of that SIM, 0-based: the message's, else the map's"),
)

MEASURED = (
    Column("latency", pa.float64(), "last-mile latency, received_at - sent_at, seconds"),
    Column("latency_basis", WORD, "what it rests on (LatencyBasis)"),
)

REQUESTS = (
    Column("device", WORD, "the phone the code was requested for"),
    Column("log", WORD, "name of the request log"),
    Column("record", pa.int64(), "ordinal in it, from 1"),
    Column("requested_at", TIME, "when the user asked the service for a code"),
    Column("service", WORD, "the service asked, by one name per service"),
    Column("sim_slot", pa.int8(), "slot, 0-based"),
    Column("purpose", WORD, "what the code is for (Purpose)"),
    Column("channel", WORD, "sms, voice, email, app"),
    Column("result", WORD, "sent, rate_limited, rejected, error; null: unknown"),
    Column("result_raw", pa.string(), "what the app or page said"),
    Column("number_tail", pa.string(), "last digits of the number shown"),
    Column("note", pa.string(), "free text"),
)

SIMS = (
    Column("device", WORD, "the phone"),
    Column("log", WORD, "name of the SIM map"),
    Column("record", pa.int64(), "ordinal in it, from 1"),
    Column("sub_id", pa.int32(), "subscription row id"),
    Column("sim_slot", pa.int8(), "slot, 0-based; null: not inserted"),
    Column("carrier", pa.string(), "carrier name as the map writes it"),
    Column("display_name", pa.string(), "name the user sees, may be edited by the user"),
    Column("mcc", pa.string(), "mobile country code, three digits"),
    Column("mnc", pa.string(), "mobile network code, two or three digits"),
    Column("iccid_prefix", pa.string(), "first six digits of the ICCID"),
    Column("number_prefix", pa.string(), "first seven digits of the own number, without +86"),
    Column("mvno", pa.string(), "virtual operator, as given"),
)

EVENTS = (
    Column("device", WORD, "the phone"),
    Column("log", WORD, "name of the log it was read from"),
    Column("record", pa.int64(), "ordinal of the record in that log, from 1"),
    Column("at", TIME, "when it reached the phone (raw parts: service center); null: no year"),
    Column("sim_slot", pa.int8(), "slot, 0-based"),
    Column("event", WORD, "what became of the message (EventKind)"),
    Column("sender", WORD, "the sender, where the log prints it"),
    Column("detail", pa.string(), "what else the log says, without numbers of people"),
)

ATTEMPTS = (
    Column("attempt_id", pa.string(), "stable identity of the attempt"),
    Column("device", WORD, "the phone"),
    Column("service", WORD, "the service; null: not named by the message"),
    Column("sender", WORD, "sender_key of the code message the outcome rests on; null: none"),
    Column("carrier", WORD, "network of the SIM; null: unknown"),
    Column("sim_slot", pa.int8(), "slot, 0-based"),
    Column("started_at", TIME, "first request, else the first code message"),
    Column("received_at", TIME, "when the deciding code message reached the phone"),
    Column("outcome", WORD, "how it ended (Outcome)"),
    Column("latency", pa.float64(), "last-mile latency of the deciding message, seconds"),
    Column("latency_basis", WORD, "what that latency rests on"),
    Column("request_latency", pa.float64(), "received_at - first matched request, seconds"),
    Column("request_latency_least", pa.float64(), "the same from the last request it may answer"),
    Column("upstream_latency", pa.float64(), "sent_at - first request; null: the clocks disagree"),
    Column("waited", pa.float64(), "no code: seconds it could have come and been seen, to 72 h"),
    Column("requests", pa.int32(), "requests in the attempt"),
    Column("codes", pa.int32(), "code messages in the attempt"),
    Column("superseded", pa.int32(), "those that came when a newer one was already there"),
    Column("valid_for", pa.int32(), "stated validity of the deciding code, seconds"),
    Column("validity_assumed", pa.bool_(), "expiry was judged by the assumed 10 minutes"),
    Column("block_reason", WORD, "why the phone blocked it"),
    Column("blocked_by", WORD, "what blocked it"),
    Column("restored", pa.bool_(), "blocked and later restored"),
    Column("message_ids", pa.list_(pa.string()), "the code messages of the attempt"),
    Column("why", WORD, "why the outcome is undecided: no_stamp, clock, uncovered, open, ..."),
)


CLOCK_FAULTS = (
    Column("device", WORD, "the phone"),
    Column("sub_id", pa.int32(), "subscription row id"),
    Column("service_center", WORD, "address of the service center as exported"),
    Column("fault", WORD, "what is wrong (ClockFault)"),
    Column("latency_basis", WORD, "what was made of it (LatencyBasis)"),
    Column("messages", pa.int32(), "messages with this fault"),
    Column("of", pa.int32(), "messages of this device, SIM and service center with two stamps"),
    Column(
        "size",
        pa.float64(),
        "seconds: the offset, else the median of received_at - sent_at",
    ),
    Column("first", TIME, "when the first of them was received"),
    Column("last", TIME, "when the last of them was received"),
    Column("message_ids", pa.list_(pa.string()), "the messages"),
)


PROVENANCE = (
    Column("device", WORD, "the phone"),
    Column("log", WORD, "name of the log"),
    Column("creator", WORD, "app that stored the rows; null: not exported"),
    Column("latency_basis", WORD, "measured, or why these messages have no latency"),
    Column("messages", pa.int32(), "received messages of the era"),
    Column("first", TIME, "when the first was received"),
    Column("last", TIME, "when the last was received"),
    Column("whole_seconds", pa.float64(), "share with received_at in whole seconds"),
    Column("without_stamp", pa.float64(), "share without sent_at"),
    Column("fine_stamps", pa.float64(), "share with fractions of a second in sent_at"),
    Column("copied", pa.float64(), "share with sent_at equal to received_at, whole or cut"),
    Column("without_service_center", pa.float64(), "share without service center"),
    Column("without_sim", pa.float64(), "share without subscription"),
    Column("out_of_order", pa.float64(), "share of neighbors in time in the other record order"),
)


def arrow_schema(*tables: tuple[Column, ...]) -> pa.Schema:
    """Return the Arrow schema of the given column tables, side by side."""
    return pa.schema([(column.name, column.type) for table in tables for column in table])


def names(table: tuple[Column, ...]) -> list[str]:
    """Return the column names of a table, in order."""
    return [column.name for column in table]


MESSAGE_SCHEMA = arrow_schema(MESSAGES)
REQUEST_SCHEMA = arrow_schema(REQUESTS)
SIM_SCHEMA = arrow_schema(SIMS)
EVENT_SCHEMA = arrow_schema(EVENTS)
ATTEMPT_SCHEMA = arrow_schema(ATTEMPTS)
CLOCK_FAULT_SCHEMA = arrow_schema(CLOCK_FAULTS)
PROVENANCE_SCHEMA = arrow_schema(PROVENANCE)
