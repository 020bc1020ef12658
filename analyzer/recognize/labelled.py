"""Labelled messages: JSON Lines of a folder, split by template and by source.

A line is one object: text, is_otp, code (null: none or not known), lang, kind. Repeats of a text
are dropped, as are fragments.

The split has no list and no random number: a hash of the template (digits masked) tells the half,
so no wording is in both, and a hash of the file's name tells the sources that are kept. Rules are
made and thresholds chosen on `dev`; `unseen` says what they are worth. `aside` is counted in
neither: the dev half of a kept source, and what differs from a text of the dev half in its code,
spaces and punctuation alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

CORPORA = frozenset(
    (
        "uci_sms_spam",
        "nus_sms_zh",
        "nus_sms_en",
        "junioralive_india_sms",
        "fbs_ccs20_sample",
        "pennywise_bank_sms",
    )
)
GATEWAY = "ssivakorn_thai_gateway"
DEV, UNSEEN, ASIDE = "dev", "unseen", "aside"
KEPT = "kept sources"
_ONE_SOURCE_IN = 4  # is kept


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled message, the sets it counts in (`KEPT` if its source is kept), its half."""

    text: str
    is_code: bool
    code: str | None
    sets: tuple[str, ...]
    half: str
    language: str


def cases(folder: Path) -> Iterator[Case]:
    """Yield the distinct labelled messages of a folder with their halves."""
    found = list(_labelled(folder))
    seen_in_dev = {_skeleton(case.text) for case in found if half(case.text) == DEV}
    for case in found:
        kept = KEPT in case.sets
        if half(case.text) == DEV:
            yield replace(case, half=ASIDE if kept else DEV)
        else:
            yield replace(case, half=ASIDE if _skeleton(case.text) in seen_in_dev else UNSEEN)


def half(text: str) -> str:
    """Return the half of a template, whatever its source."""
    template = re.sub(r"\d", "0", text).encode("utf-8", "surrogatepass")
    return (DEV, UNSEEN)[hashlib.sha256(template).digest()[0] % 2]


def is_kept(source: str) -> bool:
    """Tell whether a source (a file's name without its suffix) is kept from tuning as a whole.

    The gateway and the corpora, one source each for what they measure, are split by template only.
    """
    if source == GATEWAY or source in CORPORA:
        return False
    return hashlib.sha256(source.encode()).digest()[0] % _ONE_SOURCE_IN == 0


def _labelled(folder: Path) -> Iterator[Case]:
    seen = set()
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").split("\n"):
            row = json.loads(line or "null")
            if row is None or row.get("kind") == "fragment" or row["text"] in seen:
                continue
            seen.add(row["text"])
            yield Case(row["text"], row["is_otp"], row["code"], _sets(path.stem, row), "",
                       row["lang"])  # fmt: skip


def _skeleton(text: str) -> str:
    """Return the words of a text: no token with a digit, no spaces, no punctuation, no case."""
    return re.sub(r"\S*\d\S*|[\W_]", "", text).lower() or text


def _sets(stem: str, row: dict[str, Any]) -> tuple[str, ...]:
    return (*_kinds(stem, row["lang"]), *([KEPT] if is_kept(stem) else []))


def _kinds(stem: str, language: str) -> tuple[str, ...]:
    if stem.startswith("tpl_"):
        return ("templates",)
    if stem == GATEWAY:
        return ("gateway", "mix")
    if stem in CORPORA:
        return ("corpora", stem) if stem == "fbs_ccs20_sample" else ("corpora", stem, "mix")
    return ("curated", "mix", "zh") if language.startswith("zh") else ("curated", "mix")
