"""What a code is for, by the words around it."""

from __future__ import annotations

import csv
import re
from functools import cache

from analyzer.recognize.finding import Table
from analyzer.recognize.folding import DATA, fold_word
from analyzer.recognize.lexicon import beginnings
from analyzer.recognize.recognition import Purpose

# Where words of several purposes occur, the first of these decides: a message about a payment
# names the login it is made from, hardly the other way round.
_ORDER = (
    Purpose.PASSWORD_RESET,
    Purpose.TRANSACTION,
    Purpose.REGISTRATION,
    Purpose.LOGIN,
    Purpose.IDENTITY_CHECK,
    Purpose.APP_VERIFICATION,
)


_SIGNATURE = re.compile(r"【[^【】]{1,30}】")  # a name may hold such a word: 支付宝


def purpose(lower: str) -> Purpose:
    """Return what the code of a folded text is for; unknown where the text does not say."""
    hits = _phrases().hits(_SIGNATURE.sub(" ", lower))
    return next((known for known in _ORDER if hits[known]), Purpose.UNKNOWN)


@cache
def _phrases() -> Table:
    found: dict[Purpose, list[str]] = {known: [] for known in _ORDER}
    with (DATA / "purposes.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            found[Purpose(row["purpose"])].append(fold_word(row["phrase"]))
    return Table({known: beginnings(texts) for known, texts in found.items()})
