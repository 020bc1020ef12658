"""E-mails in a file, alone or one after the other as mbox, one in memory at a time.

Reference: RFC 4155 and the conventions of its relatives: a line "From ... year" behind an empty
line starts a mail; a line of the text that would look like it is quoted with ">". A mail that
the file ends in is whole if a line end (in mbox an empty line) closes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from typing import NamedTuple

MAX_MAIL = 8 << 20
_HEADERS = 1 << 16
_START = re.compile(rb"From [^\r\n]*\d{4}\s*$")
_QUOTED = re.compile(rb"^>(?=>*From )")
_BODY = re.compile(rb"\n\r?\n")
_FOLD = re.compile(r"\r?\n[ \t]+")


class Mail(NamedTuple):
    """One mail as bytes; `cut` if the file ends in it, `huge` if its end was dropped unread."""

    data: bytes
    cut: bool = False
    huge: bool = False


def mails(lines: Iterable[bytes]) -> Iterator[Mail]:
    """Yield the mails of a file, line by line."""
    is_mbox: bool | None = None
    kept: list[bytes] = []
    size = 0
    last = b""
    for line in lines:
        if is_mbox is None:
            is_mbox = _START.match(line) is not None
            if is_mbox:
                continue
        if is_mbox and _is_blank(last) and _START.match(line):
            yield Mail(b"".join(kept[:-1]), huge=size > MAX_MAIL)
            kept, size, last = [], 0, b""
            continue
        size += len(line)
        if size <= MAX_MAIL:
            kept.append(_QUOTED.sub(b"", line) if is_mbox else line)
        last = line
    if size:
        closed = last.endswith(b"\n") and (not is_mbox or not last.strip())
        data = b"".join(kept[:-1] if is_mbox and closed else kept)
        cut = not closed or _BODY.search(data) is None
        yield Mail(data, cut=cut, huge=size > MAX_MAIL)


def _is_blank(line: bytes) -> bool:
    """Tell whether a line is empty; a part of a long line is none."""
    return not line.strip() and (not line or line.endswith(b"\n"))


def parsed(mail: Mail) -> Message:
    """Return a mail's headers and content; whatever is odd in them stays text.

    Of a mail whose end was dropped only the start is looked at: its headers.
    """
    return message_from_bytes(mail.data[:_HEADERS] if mail.huge else mail.data)


def header(message: Message, name: str) -> str | None:
    """Return a header unfolded and decoded, or None if the mail lacks it."""
    raw = message.get(name)
    if raw is None:
        return None
    written = _FOLD.sub(" ", str(raw)).strip()
    if "=?" not in written:
        return written
    try:
        return "".join(_decoded(part, charset) for part, charset in decode_header(written))
    except (MessageError, ValueError):
        return written


def plain_text(message: Message) -> str | None:
    """Return the text of a mail's first text/plain part, or None if it has none.

    The line end that closes a mail's text is no part of it, unless it was encoded with it.
    """
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                text = _decoded(content, part.get_content_charset())
                encoded = str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64"
                return text if encoded else text.removesuffix("\n").removesuffix("\r")
    return None


def _decoded(content: bytes | str, charset: str | None) -> str:
    if isinstance(content, str):
        return content
    try:
        return content.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")
