"""What messages say: codes, other traffic, and texts damaged on the way."""

from __future__ import annotations

import random

from analyzer.simulate.facts import Service, column
from analyzer.texts import rows

_DATA = "analyzer.simulate.data"


def code_text(
    service: Service, code: str, purpose: str, number: int, link: bool = False
) -> tuple[str, int | None]:
    """Return a code message in wording `number`, and its stated validity in seconds (or None)."""
    wordings = column("code_texts.csv", "text", language=service.language)
    wording = wordings[number % len(wordings)]
    words = next(row for row in rows(_DATA, "purposes.csv") if row["purpose"] == purpose)
    text = wording.format(
        signature=service.signature,
        name=service.name,
        code=code,
        minutes=service.minutes,
        purpose=words[service.language],
    )
    if link:
        text += " 详情 t.example/v"
    return text, service.minutes * 60 if "{minutes}" in wording else None


def purpose(chance: random.Random) -> str:
    """Return what a code is asked for."""
    return chance.choice(column("purposes.csv", "purpose"))


def other_text(chance: random.Random) -> tuple[str, str]:
    """Return sender and text of a message that carries no code."""
    row = chance.choice(rows(_DATA, "other_texts.csv"))
    numbers = {"n": chance.randrange(2, 9), "m": chance.randrange(1000, 9999)}
    return row["sender"], row["text"].format(**numbers)


def damaged(text: str, code: str, kind: str) -> str:
    """Return a text as a wrong decoder shows it.

    `latin1` (UTF-8 read as Latin-1) and `swapped` (UTF-16 with its bytes in the wrong order; a
    text that this would tear is shown as latin1) can be undone. `lost` cannot: the code and every
    second character behind it are gone.
    """
    if kind in ("latin1", "swapped"):
        latin = text.encode().decode("latin-1")
        return (_swapped(text) or latin) if kind == "swapped" else latin
    head, tail = text.split(code)
    rest = "".join("\ufffd" if index % 2 else c for index, c in enumerate(tail))
    return head + "\ufffd" * len(code) + rest


def _swapped(text: str) -> str | None:
    """Return a text with the bytes of each character swapped, None where half a one is left."""
    try:
        return text.encode("utf-16-be").decode("utf-16-le")
    except UnicodeDecodeError:
        return None
