"""Services: who a code is for, by one name per service."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache

from analyzer.recognize.candidates import HOTLINE_FILL
from analyzer.recognize.finding import Table
from analyzer.recognize.folding import DATA, Folded, fold_word
from analyzer.recognize.lexicon import beginnings, words

_SIGNATURE = re.compile(r"【{1,2}\s*([^【】]{1,30}?)\s*】{1,2}")
_HEAD = re.compile(
    r"^\s*(?:<#>\s*|\[#\]\s*)?"
    r"(?:\[([^\[\]\n]{2,25})\]|『([^』\n]{2,25})』|「([^」\n]{2,25})」|<([A-Z][^<>\n]{1,25})>"
    r"|([^\W\d_][\w .&+'-]{1,24}?)\s?[:：](?!//))"
)
_HOST = re.compile(r"(?:^|\s)@((?:[\w-]+\.)+[A-Za-z]{2,})\b")
_SENDER_NAME = re.compile(r"[A-Za-z\u3400-\u9fff][\w .&+'-]{1,}")
# Letters of a name in Latin, Greek or Cyrillic script; a point only inside a word (Booking.com).
_IN_NAME = r"(?:[0-9A-Za-z\u00c0-\u052f&+'’-]|\.(?=[0-9A-Za-z]))"
_NAME = (
    rf"(?P<n>[A-Z]{_IN_NAME}{{0,30}}(?: [A-Z0-9]{_IN_NAME}{{0,30}}){{0,3}}"
    r"|(?<![A-Za-z])[a-z]{1,20}[A-Z]\w{1,30})"
)
_DIGITS_NAME = HOTLINE_FILL * 5  # 12306, 10086, 95588 as they stand in templates


def service_name(name: str) -> str:
    """Return the one name of a service; a name that is not known is kept, trimmed."""
    trimmed = " ".join(name.split()).strip(" \t\n\"'.,:;()（）【】[]《》")
    known = aliases().get(fold_word(trimmed).strip())
    return known or aliases().get(_without_fillers(fold_word(trimmed)), trimmed)


def _without_fillers(name: str) -> str:
    """Return a folded name without the words at its ends that are no names ("Apple account")."""
    words_of_name = name.split()
    while words_of_name and words_of_name[0] in _not_services():
        del words_of_name[0]
    while words_of_name and words_of_name[-1] in _not_services():
        del words_of_name[-1]
    return " ".join(words_of_name)


@cache
def aliases() -> dict[str, str]:
    """Return the name of the service for each known alias, folded."""
    return {fold_word(row["alias"]): row["service"] for row in _rows()}


@cache
def _rows() -> tuple[dict[str, str], ...]:
    """Return the aliases: `place` is "as_name" where the word counts only in a name's place."""
    with (DATA / "services.csv").open(encoding="utf-8", newline="") as rows:
        return tuple(csv.DictReader(rows))


@cache
def _known() -> Table:
    """Return the table of the aliases that are no words of ordinary speech."""
    anywhere = (fold_word(row["alias"]) for row in _rows() if row["place"] == "anywhere")
    return Table({"known": beginnings(anywhere)})


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Return the sentence patterns around a service's name; `{name}` is the name."""
    with (DATA / "service_patterns.csv").open(encoding="utf-8", newline="") as rows:
        return tuple(
            re.compile(row["pattern"].replace("{name}", _NAME)) for row in csv.DictReader(rows)
        )


@cache
def _not_services() -> frozenset[str]:
    with (DATA / "not_services.csv").open(encoding="utf-8", newline="") as rows:
        return frozenset(fold_word(row["text"]) for row in csv.DictReader(rows))


def service_span(text: Folded, code: tuple[int, int] | None) -> tuple[int, int] | None:
    """Return the span in the folded text of the service's name, or None where none is named.

    Tried in turn: a signature in brackets, a leading name, a name beside the code word, the host
    of an origin-bound line, a known name anywhere.
    """
    for match in _SIGNATURE.finditer(text.plain):
        if match[1] == _DIGITS_NAME or _is_name(text, match.span(1), code, signed=True):
            return match.span(1)
    for span in _named(text):
        if _is_name(text, span, code, signed=False):
            return span
    known = _known().hits(text.lower)["known"]
    if known:
        return known[0].start, known[0].end
    host = _HOST.search(text.plain)
    return _site(host) if host else None


def _named(text: Folded) -> Iterator[tuple[int, int]]:
    """Yield the spans where a name may stand: at the head of a text, in a sentence pattern."""
    head = _HEAD.match(text.plain)
    if head and head.lastindex:
        yield head.span(head.lastindex)
    for pattern in _patterns():
        for match in pattern.finditer(text.plain):
            yield _cut(text, match.span("n"))


def _cut(text: Folded, span: tuple[int, int]) -> tuple[int, int]:
    """Return the span of a name without the code words after it ("Maya OTP")."""
    for word in words(text.lower[span[0] : span[1]]):
        if word.start and word.kind in ("strong", "weak"):
            return span[0], span[0] + len(text.lower[span[0] : span[0] + word.start].rstrip(" -"))
    return span


def _site(host: re.Match[str]) -> tuple[int, int]:
    """Return the span of the part of a host name that names its owner."""
    labels = host[1].split(".")
    index = len(labels) - 2
    if index > 0 and len(labels[index]) <= 3 and len(labels[-1]) == 2:
        index -= 1
    start = host.start(1) + sum(len(label) + 1 for label in labels[:index])
    return start, start + len(labels[index])


def _is_name(
    text: Folded, span: tuple[int, int], code: tuple[int, int] | None, *, signed: bool
) -> bool:
    """Tell whether a span can be a service's name: not the code, a placeholder or an amount.

    A signature may hold a code word beside the name (【QQ安全登录】), other places may not.
    """
    if code and span[0] < code[1] and code[0] < span[1]:
        return False
    name = text.lower[span[0] : span[1]].strip()
    if name in aliases():
        return True
    if name in _not_services() or not re.search(r"[^\W\d_]", name) or len(name) < 2:
        return False
    if not _without_fillers(name) or re.search(r"\d-?digit", name):
        return False
    if re.match(r"[a-z]{0,3}\d", name) and re.match(r"[,.]\d", text.lower[span[1] :]):
        return False  # an amount: P1,250.00
    found = words(name)
    if found and found[0].kind == "before" and re.search(r"\d|xx", name):
        return False
    said = [
        word for word in found if word.kind in ("strong", "weak", "action", "warning", "secret")
    ]
    if said and not signed:
        return False
    for word in reversed(said):
        name = name[: word.start] + name[word.end :]
    return len(re.sub(r"[\W_]", "", name)) >= 2


def sender_service(sender: str | None) -> str | None:
    """Return the service that an alphabetic sender names, or None for a number or no sender."""
    if not sender or not _SENDER_NAME.fullmatch(sender.strip()):
        return None
    if fold_word(sender.strip()) in _not_services():
        return None
    # Indian senders carry operator and circle before the name and the kind after it: VM-HDFCBK-S.
    # Reference: TRAI Telecom Commercial Communications Customer Preference Regulations 2018.
    stem = re.fullmatch(r"[A-Z]{2}-([A-Z0-9]{3,9})(?:-[PSTG])?", sender.strip())
    return service_name(stem[1] if stem else sender)
