"""The container of `adb backup`: header lines, then a tar, deflated and encrypted or not.

Reference: AOSP BackupManagerService, "ANDROID BACKUP" versions 1 to 5. MIUI writes five lines of
its own before it. Passwords come from the environment, else from a terminal if there is one.
"""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Iterator
from typing import BinaryIO

from analyzer.ingest.backup_key import (
    IV_BYTES,
    MOST_ROUNDS,
    Encryption,
    Key,
    decrypted,
    master_key,
)
from analyzer.ingest.records import Problem, ProblemKind
from analyzer.ingest.unpacking import Budget, as_stream, blocks, inflated

PASSWORD_VARIABLE = "SMS_ANALYZER_BACKUP_PASSWORD"
MAGIC = "ANDROID BACKUP"
MIUI_MAGIC = "MIUI BACKUP"
_VERSIONS = range(1, 6)
_LONGEST_LINE = 4096
_MIUI_LINES = 8


class BackupRefusedError(Exception):
    """A backup that cannot be opened; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


Ask = Callable[[str], str | None]


def from_terminal(log: str) -> str | None:
    """Ask the person at the terminal for a backup's password; None if there is no terminal."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
        return None
    return getpass.getpass(f"Password of {log}: ") or None


def opened_backup(stream: BinaryIO, log: str, budget: Budget, ask: Ask = from_terminal) -> BinaryIO:
    """Return the tar inside a backup as a stream.

    Raises BackupRefusedError if the header is cut or unknown, or the password missing or wrong.
    """
    _skip_miui_lines(stream)
    version = _number(_line(stream))
    compressed = _line(stream)
    algorithm = _line(stream)
    if version not in _VERSIONS:
        raise _unknown(f"version {version}")
    packed: Iterator[bytes]
    if algorithm == "AES-256":
        encryption = _encryption(stream)
        key = _key(encryption, version, log, ask)
        packed = decrypted(blocks(stream, budget), key)
    elif algorithm == "none":
        packed = blocks(stream, budget)
    else:
        raise _unknown(f"encryption {algorithm[:40]}")
    return as_stream(inflated(packed, budget) if compressed == "1" else packed)


def _skip_miui_lines(stream: BinaryIO) -> None:
    """Read up to the line that opens the Android backup."""
    first = _line(stream)
    for _ in range(_MIUI_LINES if first == MIUI_MAGIC else 0):
        if _line(stream) == MAGIC:
            return
    if first != MAGIC:
        raise _unknown("header")


def _line(stream: BinaryIO) -> str:
    """Return the next line of the header without its end."""
    line = bytearray()
    while (byte := stream.read(1)) != b"\n":
        if not byte:
            raise BackupRefusedError(Problem("truncated", ProblemKind.TRUNCATED))
        line += byte
        if len(line) > _LONGEST_LINE:
            raise _unknown("header")
    return line.decode("utf-8", "replace").rstrip("\r")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _encryption(stream: BinaryIO) -> Encryption:
    try:
        user_salt, checksum_salt = (bytes.fromhex(_line(stream)) for _ in range(2))
        rounds = _number(_line(stream))
        user_iv, hidden_key = (bytes.fromhex(_line(stream)) for _ in range(2))
    except ValueError as error:
        raise _unknown("header") from error
    whole_blocks = hidden_key and len(hidden_key) % IV_BYTES == 0
    if not (0 < rounds <= MOST_ROUNDS and len(user_iv) == IV_BYTES and whole_blocks):
        raise _unknown("header")
    return Encryption(user_salt, checksum_salt, rounds, user_iv, hidden_key)


def _key(encryption: Encryption, version: int, log: str, ask: Ask) -> Key:
    password = os.environ.get(PASSWORD_VARIABLE) or ask(log)
    details: dict[str, object] = {"variable": PASSWORD_VARIABLE}
    if not password:
        raise BackupRefusedError(
            Problem("backup_password_missing", ProblemKind.UNREADABLE, details=details)
        )
    key = master_key(encryption, password, version)
    if key is None:
        raise BackupRefusedError(
            Problem("backup_password_wrong", ProblemKind.UNREADABLE, details=details)
        )
    return key


def _unknown(reason: str) -> BackupRefusedError:
    details: dict[str, object] = {"reason": reason}
    return BackupRefusedError(Problem("backup_unknown", ProblemKind.UNREADABLE, details=details))
