"""Explaining: why a text was counted as a code message, or was not, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.recognize.recognition import Recognition
from analyzer.texts import Language, catalog

_CLOSE = 0.8  # a confidence below it is said to be close


def explanation(found: Recognition, language: Language = "en") -> list[str]:
    """Return the sentences that say which rule and which words of the text decided.

    The words are quoted from the text, so the caller masks what the text must not show.
    """
    texts = catalog("analyzer.recognize", "explanations.csv")
    fields = {
        "words": _quoted(found.words, language),
        "confidence": f"{found.confidence:.2f}",
        "kind": texts[found.garbled_kind].get(language) if found.garbled_kind else "",
    }
    return [texts[name].get(language).format(**fields) for name in _reasons(found)]


def _reasons(found: Recognition) -> Iterator[str]:
    """Yield the names of the sentences that hold."""
    yield "code" if found.is_code else "no_code"
    if found.garbled:
        yield "not_repaired" if found.repaired_body is None else "repaired"
    yield _rule(found) if found.is_code else _why_not(found)
    yield "sure" if found.confidence >= _CLOSE else "unsure"


def _rule(found: Recognition) -> str:
    if found.words:
        return found.rule
    return "unnamed_code" if found.garbled else "shape_alone"


def _why_not(found: Recognition) -> str:
    if found.decoy is not None and found.words:
        return str(found.decoy)
    return "nothing_to_read" if found.rule == "nothing_to_read" else "nothing_named"


def _quoted(words: tuple[str, ...], language: Language) -> str:
    left, right = ("“", "”") if language == "zh" else ('"', '"')
    joint = catalog("analyzer.recognize", "explanations.csv")["and"].get(language)
    return f" {joint} ".join(f"{left}{' '.join(word.split())}{right}" for word in words)
