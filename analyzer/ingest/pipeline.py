"""Files in, tables out: every log claimed, read in batches, conformed, accounted for."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from io import BufferedReader
from pathlib import PurePosixPath
from typing import Protocol

import pyarrow as pa

from analyzer.ingest.account import LogAccount
from analyzer.ingest.ahead import at_once
from analyzer.ingest.column_map import ColumnMap
from analyzer.ingest.deduplicate import deduplicate
from analyzer.ingest.event_rows import distinct_events
from analyzer.ingest.input_files import Input, InputFile, files_of
from analyzer.ingest.reader_choice import reader_choice
from analyzer.ingest.reading import LogReading, Tables
from analyzer.ingest.records import BATCH_ROWS, Problem, ProblemKind, Role
from analyzer.ingest.registry import AmbiguousLogError, readers
from analyzer.ingest.source import (
    BOMB_BYTES,
    BombError,
    Source,
    gunzipped,
    member,
    plain,
)
from analyzer.ingest.temporary import sweep
from analyzer.ingest.times import LocalTime
from analyzer.schema import EVENT_SCHEMA

__all__ = ["BATCH_ROWS", "IngestOptions", "Ingested", "ingest"]

_NESTING = 2


@dataclass(frozen=True)
class IngestOptions:
    """What the user says about the logs.

    `tz` is the zone of times without an offset (IANA name; None: the zone a log names, else the
    computer's). `device` names the one phone all logs are from; `device_from_folder` takes each
    log's parent folder for it. `columns` says which columns of tables of messages are ours.
    """

    tz: str | None = None
    device: str | None = None
    device_from_folder: bool = False
    columns: ColumnMap | None = None


@dataclass
class Ingested:
    """What was read: the message, request, SIM and event tables, and the account of every log."""

    messages: pa.Table
    requests: pa.Table
    sims: pa.Table
    accounts: list[LogAccount] = field(default_factory=list)
    events: pa.Table = field(default_factory=EVENT_SCHEMA.empty_table)

    @property
    def problems(self) -> list[Problem]:
        """Every problem of every log, in the order of the logs."""
        return [problem for account in self.accounts for problem in account.problems]


Progress = Callable[[str, int, int], None]


def ingest(
    inputs: Sequence[Input],
    options: IngestOptions | None = None,
    progress: Progress | None = None,
) -> Ingested:
    """Read logs, folders and archives (or "-", standard input) into tables.

    Nothing is raised for what is wrong with a log: it stands in the accounts, and the other logs
    are read. `progress` is called with a log's name, the bytes read of all logs and their sum.
    Raises UnknownZoneError if `options.tz` is no time zone.
    """
    options = options or IngestOptions()
    tables = Tables()
    accounts = read_logs(inputs, options, tables, progress)
    kept = deduplicate(
        tables.messages(), frozenset(reader.name for reader in readers() if reader.screened)
    )
    for account in accounts:
        account.duplicates = kept.duplicates[account.log]
        account.kept -= account.duplicates
    events = distinct_events(tables.events())
    return Ingested(kept.messages, tables.requests(), tables.sims(), accounts, events)


class Sink(Protocol):
    """What takes the rows of logs, batch by batch.

    `asks_sha256` says that has() looks at the hash of a log, which is found before it is read;
    otherwise it may be found beside the reading.
    """

    @property
    def asks_sha256(self) -> bool:
        """Whether has() needs the hash of the log."""

    def unique_name(self, name: str) -> str:
        """Return a log name that no other log has."""

    def has(self, account: LogAccount) -> bool:
        """Tell whether the log need not be read, as its rows are there already."""

    def add(self, rows: pa.Table) -> None:
        """Take the rows of one batch."""


def read_logs(
    inputs: Sequence[Input], options: IngestOptions, sink: Sink, progress: Progress | None = None
) -> list[LogAccount]:
    """Read logs, folders and archives into a sink; return the account of every log.

    Memory holds one batch. Messages that several logs share come once from each of them.
    Raises as ingest() does.
    """
    LocalTime(options.tz)
    sweep()
    accounts: list[LogAccount] = []
    with ExitStack() as stack:
        files = [
            entry
            for given in inputs
            for entry in files_of(given, options.device, options.device_from_folder, stack)
        ]
        total = sum(file.size for file in files)
        meter = _Meter(progress, total)
        for file in files:
            accounts.extend(_read_file(file, options, sink, meter))
    return accounts


class _Meter:
    """Adds up the bytes read of all logs."""

    def __init__(self, report: Progress | None, total: int) -> None:
        self._report, self._total, self._done = report, total, 0

    def of(self, log: str) -> Callable[[int], None] | None:
        if self._report is None:
            return None
        report = self._report

        def add(count: int) -> None:
            self._done += count
            report(log, self._done, self._total)

        return add


def _read_file(
    file: InputFile, options: IngestOptions, tables: Sink, meter: _Meter
) -> Iterator[LogAccount]:
    name = tables.unique_name(file.name)
    account = LogAccount(name, str(file.path), file.role.value, file.device)
    try:
        if file.problem or file.path.stat().st_size == 0:
            account.problems.append(_failure(name, file.problem or "empty_file"))
            yield account
            return
        source = replace(plain(file.path, name), progress=meter.of(name))
        with (
            file.path.open("rb") as stream,
            at_once(partial(_sha256, stream), source.size) as sha256,
        ):
            if tables.asks_sha256:
                account.sha256 = sha256()
            if tables.has(account):
                account.problems.append(Problem("already_stored", log=name))
                yield account
                return
            for read in _read_source(source, account, options, tables, _NESTING):
                read.sha256 = sha256()
                yield read
    except PermissionError:
        account.problems.append(_failure(name, "no_permission"))
        yield account
    except OSError as error:
        account.problems.append(_failure(name, "read_error", reason=_reason(error)))
        yield account


def _sha256(stream: BufferedReader) -> str | None:
    """Return the hash of a file; None if it cannot be read to its end, which its reading tells."""
    try:
        return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def _read_source(
    source: Source, account: LogAccount, options: IngestOptions, tables: Sink, nesting: int
) -> Iterator[LogAccount]:
    """Read one log, or each log in an archive; yield an account for each."""
    magic = _first_bytes(source, account)
    if nesting and magic.startswith(b"\x1f\x8b"):
        packed = source.path.stat().st_size if source.path else len(magic)
        inner = replace(gunzipped(source, packed), progress=None)
        yield from _read_source(inner, account, options, tables, nesting - 1)
    elif nesting and magic.startswith(b"PK\x03\x04"):
        yield from _read_archive(source, account, options, tables, nesting - 1)
    else:
        _read_log(source, account, options, tables)
        yield account


def _first_bytes(source: Source, account: LogAccount) -> bytes:
    try:
        with source.opener() as stream:
            return stream.read(16)
    except OSError as error:
        account.problems.append(_failure(account.log, "broken_archive", reason=_reason(error)))
        return b""


def _read_archive(
    source: Source, account: LogAccount, options: IngestOptions, tables: Sink, nesting: int
) -> Iterator[LogAccount]:
    """Read the logs among an archive's members; one log takes the archive's own name."""
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(source.seekable())
            archive = stack.enter_context(zipfile.ZipFile(stream))
        except BombError as error:
            account.problems.append(_bomb(account.log, error))
            yield account
            return
        except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
            account.problems.append(_failure(account.log, "broken_archive", reason=_reason(error)))
            yield account
            return
        members = [info for info in archive.infolist() if not info.is_dir()]
        if any(info.flag_bits & 1 for info in members):
            account.problems.append(_failure(account.log, "encrypted"))
            yield account
            return
        logs, left_out = _sorted_out(archive, members, account, options.columns)
        notes = [_left_out(left_out, account.log)] if left_out and logs else []
        for info in logs:
            inner = account if len(logs) == 1 else _member_account(account, info, tables)
            inner_source = member(archive, info, inner.log)
            for read in _read_source(inner_source, inner, options, tables, nesting):
                read.problems.extend(notes)
                notes = []
                yield read
        if not logs and not account.problems:
            account.problems.append(_failure(account.log, "not_a_log"))
        if account.problems and len(logs) != 1:
            yield account


def _left_out(names: list[str], log: str) -> Problem:
    shown = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
    return Problem("member_not_a_log", details={"count": len(names), "names": shown}, log=log)


def _member_account(account: LogAccount, info: zipfile.ZipInfo, tables: Sink) -> LogAccount:
    inside = (part for part in PurePosixPath(info.filename).parts if part not in ("/", ".."))
    name = tables.unique_name("/".join((account.log, *inside)))
    return replace(account, log=name, problems=[], other=type(account.other)())


def _sorted_out(
    archive: zipfile.ZipFile,
    members: list[zipfile.ZipInfo],
    account: LogAccount,
    said: ColumnMap | None,
) -> tuple[list[zipfile.ZipInfo], list[str]]:
    """Return the members that are logs, and the names of those that are not."""
    logs: list[zipfile.ZipInfo] = []
    left_out: list[str] = []
    for info in members:
        if info.filename.startswith("data/"):
            continue  # attachments of SMS Import / Export; the messages that name them are MMS
        if info.filename.endswith(".ndjson") or _is_log(
            member(archive, info, info.filename), account, said
        ):
            logs.append(info)
        else:
            left_out.append(info.filename)
    return logs, left_out


def _is_log(source: Source, account: LogAccount, said: ColumnMap | None) -> bool:
    role = Role.MESSAGES  # a stated role does not make a log of every member
    try:
        head = source.head()
        nested = head.data.startswith((b"PK\x03\x04", b"\x1f\x8b"))
        return nested or reader_choice(head, role, said).reader is not None
    except AmbiguousLogError:
        return True
    except BombError as error:
        account.problems.append(_bomb(account.log, error))
    except OSError as error:
        account.problems.append(_failure(account.log, "broken_archive", reason=_reason(error)))
    return False


def _read_log(source: Source, account: LogAccount, options: IngestOptions, tables: Sink) -> None:
    try:
        head = source.head()
        choice = reader_choice(head, Role(account.role), options.columns)
    except AmbiguousLogError as error:
        account.problems.append(_failure(account.log, "ambiguous", readers=str(error)))
        return
    except BombError as error:
        account.problems.append(_bomb(account.log, error))
        return
    except OSError as error:
        if not account.problems:
            account.problems.append(_failure(account.log, "read_error", reason=_reason(error)))
        return
    if not head.data:
        account.problems.append(_failure(account.log, "empty_file"))
        return
    if choice.reader is None:
        if choice.problem or not account.problems:
            unknown = choice.problem or _failure(account.log, "not_a_log")
            account.problems.append(unknown._replace(log=account.log))
        return
    source.columns = choice.columns
    reading = LogReading(choice.reader, source, account, LocalTime(options.tz))
    try:
        for rows in reading.tables():
            tables.add(rows)
    except OSError as error:
        source.failure = error
    if source.failure:
        account.truncated = True
        account.problems.append(_stopped(account.log, source.failure))
    reading.close()


def _stopped(log: str, error: OSError) -> Problem:
    if isinstance(error, BombError):
        return _bomb(log, error)
    details: dict[str, object] = {"reason": _reason(error)}
    return Problem("read_error", ProblemKind.TRUNCATED, details=details, log=log)


def _bomb(log: str, error: BombError) -> Problem:
    return _failure(log, "bomb", packed=error.packed, limit=BOMB_BYTES >> 20)


def _failure(log: str, what: str, **details: object) -> Problem:
    return Problem(what, ProblemKind.UNREADABLE, details=details, log=log)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
