"""What is said of a cause: a verdict, what it rests on, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.schema import Verdict
from analyzer.texts import Text


@dataclass(frozen=True)
class Statement:
    """What the logs say of one cause, before advice is added.

    `evidence` are sentences with their counts, `messages` the message ids they rest on, `rivals`
    the causes that the same evidence supports equally. `attempts` are the rows of the attempt table
    that the cause could explain. `systems`, `carriers` and `situations` tell whom and what the
    advice should address.
    """

    verdict: Verdict
    evidence: tuple[Text, ...] = ()
    messages: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    attempts: tuple[int, ...] = ()
    systems: tuple[str, ...] = ()
    carriers: tuple[str, ...] = ()
    situations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One cause with its verdict: name, evidence, rivals, advice, and the export that decides.

    `explains` of `failed` attempts without a usable code in time could come from this cause.
    """

    cause: str
    title: Text
    verdict: Verdict
    best: Verdict
    evidence: tuple[Text, ...]
    messages: tuple[str, ...]
    rivals: tuple[str, ...]
    advice: tuple[Text, ...]
    decided_by: Text
    explains: int = 0
    failed: int = 0
