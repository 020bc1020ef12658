"""Measure recognition on labelled messages: `python -m analyzer.recognize.evaluate FOLDER`.

FOLDER holds JSON Lines files, one object a line: text, is_otp, code (null: none or not known),
lang, kind. Repeats of a text are dropped, as are fragments. Codes are compared after removing
spaces and dashes, folding digits, upper-casing and dropping a letter prefix.

The messages are split in two halves by a hash of their template (digits masked), so that no
wording is in both: rules are tuned on `dev` alone; `unseen` says what they are worth. A strict
hit is one with the exact code.
"""

from __future__ import annotations

import hashlib
import json
import quopri
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pyarrow as pa

from analyzer.recognize.codes import normalized_code
from analyzer.recognize.table import recognize

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
HALVES = ("dev", "unseen")
_HEAD = f"{'set':24}{'pos':>6}{'neg':>7}" + "".join(
    f"{name:>8}" for name in ("prec", "recall", "F1", "exact", "strict")
)


class Case(NamedTuple):
    """One labelled message, the sets it counts in, and its half."""

    text: str
    is_code: bool
    code: str | None
    sets: tuple[str, ...]
    half: str
    language: str


class Score(NamedTuple):
    """Shares of one set; FA is false alarms per 1,000 other messages."""

    positives: int
    negatives: int
    precision: float
    recall: float
    f1: float
    exact: float
    strict_f1: float
    false_alarms: float


def cases(folder: Path) -> Iterator[Case]:
    """Yield the distinct labelled messages of a folder."""
    seen = set()
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").split("\n"):
            row = json.loads(line or "null")
            if row is None or row.get("kind") == "fragment" or row["text"] in seen:
                continue
            seen.add(row["text"])
            yield Case(row["text"], row["is_otp"], row["code"], _sets(path.stem, row),
                       half(row["text"]), row["lang"])  # fmt: skip


def half(text: str) -> str:
    """Return the half a text belongs to, by a hash of its template."""
    template = re.sub(r"\d", "0", text).encode("utf-8", "surrogatepass")
    return HALVES[hashlib.sha256(template).digest()[0] % 2]


def _sets(stem: str, row: dict[str, Any]) -> tuple[str, ...]:
    if stem.startswith("tpl_"):
        return ("templates",)
    if stem == GATEWAY:
        return ("gateway", "mix")
    if stem in CORPORA:
        return ("corpora", stem) if stem == "fbs_ccs20_sample" else ("corpora", stem, "mix")
    return ("curated", "mix", "zh") if row["lang"].startswith("zh") else ("curated", "mix")


def answers(texts: list[str]) -> list[dict[str, Any]]:
    """Return what is recognized in texts, with the code as written under "code"."""
    nothing = pa.array([None] * len(texts), pa.string())
    table = pa.table(
        {"body": pa.array(texts, pa.string()), "sender": nothing, "direction": nothing}
    )
    rows: list[dict[str, Any]] = recognize(table).to_pylist()
    for text, row in zip(texts, rows, strict=True):
        start, length = row["code_start"], row["code_length"]
        row["code"] = None if start is None else text[start : start + length]
    return rows


def right(code: str | None, expected: str | None) -> bool:
    """Tell whether a code is the expected one; where none is known, any answer will do."""
    if expected is None:
        return True
    return code is not None and normalized_code(code) == normalized_code(expected)


def score(pairs: list[tuple[Case, dict[str, Any]]]) -> Score:
    """Return the shares of labelled messages and answers."""
    counts: Counter[str] = Counter()
    for case, answer in pairs:
        found, exact = answer["is_code"], right(answer["code"], case.code)
        counts["found"] += found
        counts["positive" if case.is_code else "negative"] += 1
        counts["false"] += found and not case.is_code
        counts["hit"] += found and case.is_code
        counts["strict"] += found and case.is_code and exact
        counts["coded"] += case.is_code and case.code is not None
        counts["exact"] += case.is_code and case.code is not None and found and exact
    precision, recall = _share(counts, "hit", "found"), _share(counts, "hit", "positive")
    strict = _f1(_share(counts, "strict", "found"), _share(counts, "strict", "positive"))
    return Score(counts["positive"], counts["negative"], precision, recall,
                 _f1(precision, recall), _share(counts, "exact", "coded"), strict,
                 1000 * _share(counts, "false", "negative"))  # fmt: skip


def _share(counts: Counter[str], part: str, whole: str) -> float:
    return counts[part] / counts[whole] if counts[whole] else float("nan")


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def damaged(text: str, code: str) -> dict[str, str]:
    """Return the ways a message is damaged on its way, by name."""
    wide = code.translate({48 + n: 0xFF10 + n for n in range(10)})
    middle = len(code) // 2

    def split(gap: str) -> str:
        return text.replace(code, code[:middle] + gap + code[middle:])

    data, national = text.encode(), text.encode("gb18030")
    return {
        "utf-8 as latin-1": data.decode("latin-1"),
        "utf-8 as cp1252": data.decode("cp1252", "replace"),
        "utf-8 as cp1252, bytes lost": data.decode("cp1252", "ignore"),
        "utf-8 as gb18030": data.decode("gb18030", "replace"),
        "gb18030 as latin-1": national.decode("latin-1"),
        "gb18030 as utf-8": national.decode("utf-8", "replace"),
        "question marks": text.encode("ascii", "replace").decode(),
        "ucs-2 hex": text.encode("utf-16-be").hex().upper(),
        "ucs-2 swapped": text.encode("utf-16-le").decode("utf-16-be", "replace"),
        "quoted-printable": quopri.encodestring(data).decode(),
        "html entities": text.encode("ascii", "xmlcharrefreplace").decode(),
        "percent": quote(text, safe=""),
        "full-width digits": text.replace(code, wide),
        "spaced digits": text.replace(code, " ".join(code)),
        "dash in the middle": split("-"),
        "no-break space": split("\xa0"),
        "zero-width space": split("\u200b"),
        "line break before": text.replace(code, "\n" + code),
        "in brackets": text.replace(code, f"【{code}】"),
        "white space collapsed": re.sub(r"\s", "", text),
    }


def damage_scores(chosen: list[Case]) -> dict[str, float]:
    """Return for each damage the share of Chinese messages whose exact code is still found."""
    hits: Counter[str] = Counter()
    kept = [c for c in chosen if "zh" in c.sets and c.code and c.text.count(c.code) == 1][:120]
    for case in kept:
        code = case.code or ""
        ways = damaged(case.text, code)
        for way, answer in zip(ways, answers(list(ways.values())), strict=True):
            hits[way] += right(_undone(answer, way), code)
    return {way: hits[way] / len(kept) for way in damaged("1234", "1234")}


def _undone(answer: dict[str, Any], way: str) -> str | None:
    """Return the code of an answer, read from the repaired text where its span is encoded."""
    code: str | None = answer["code"]
    if code and way == "ucs-2 hex":
        return bytes.fromhex(code).decode("utf-16-be")
    if code and way == "ucs-2 swapped":
        return code.encode("utf-16-be").decode("utf-16-le")
    return re.sub(r"=\r?\n", "", code) if code else None


def main(arguments: list[str]) -> int:
    """Print the measures of a folder's messages, by half, set, language and damage."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.stderr.write("usage: python -m analyzer.recognize.evaluate FOLDER\n")
        return 2
    everything = list(cases(Path(arguments[0])))
    pairs = list(zip(everything, answers([case.text for case in everything]), strict=True))
    for name in HALVES:
        sys.stdout.write(f"\n== {name}\n{_HEAD}{'FA/1000':>9}\n")
        sets: dict[str, list[tuple[Case, dict[str, Any]]]] = defaultdict(list)
        for case, answer in pairs:
            if case.half == name:
                for key in (*case.sets, *_by_language(case)):
                    sets[key].append((case, answer))
        for key in sorted(sets, key=lambda key: (key.startswith("lang "), key)):
            sys.stdout.write(_line(key, score(sets[key])))
        sys.stdout.write("\nChinese, damaged: exact code\n")
        for way, share in damage_scores([c for c in everything if c.half == name]).items():
            sys.stdout.write(f"{way:32}{share:8.3f}\n")
    return 0


def _by_language(case: Case) -> tuple[str, ...]:
    return (f"lang {case.language}",) if {"curated", "templates"} & set(case.sets) else ()


def _line(name: str, s: Score) -> str:
    shares = "".join(f"{x:8.4f}" for x in (s.precision, s.recall, s.f1, s.exact, s.strict_f1))
    return f"{name:24}{s.positives:6}{s.negatives:7}{shares}{s.false_alarms:9.2f}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
