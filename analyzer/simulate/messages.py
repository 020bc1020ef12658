"""Messages and requests as they happened, before any log is written."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Sms:
    """One message; times in ms since 1970 UTC, by a right clock.

    `asked` is when its code was asked for, `accepted` when the service center had it, `arrived`
    when the phone stored it (None: never). `lost_to` names what took it on the way, `rule` the
    filter on the phone that did. `stamp` and `written` are what the phone writes for `accepted`
    and `arrived`.
    """

    sender: str
    slot: int
    text: str
    accepted: int
    center: str = ""
    service: str | None = None
    code: str | None = None
    valid_for: int | None = None
    asked: int | None = None
    arrived: int | None = None
    lost_to: str | None = None
    held_by: str | None = None
    rule: str | None = None
    kept_by: str | None = None
    restored: bool = False
    garbled: str | None = None
    sent: bool = False
    stamp: int = 0
    written: int = 0

    @property
    def readable(self) -> bool:
        """Whether a person, or a program that undoes the damage, can read the code."""
        return self.garbled != "lost"


@dataclass(slots=True)
class Request:
    """One press of "Send code": when, on which SIM's number, and what the service answered."""

    at: int
    service: str
    slot: int
    purpose: str
    tail: str
    refused: str = ""
    sms: Sms | None = None


@dataclass(slots=True)
class Session:
    """One try of a user to get a code: the requests, in order."""

    service: str
    slot: int
    requests: list[Request] = field(default_factory=list)

    @property
    def codes(self) -> list[Sms]:
        """The messages that the service sent or meant to send."""
        return [request.sms for request in self.requests if request.sms]
