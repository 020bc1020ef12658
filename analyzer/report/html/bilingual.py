"""Both languages side by side: the page holds every text twice and shows one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from analyzer.report.masking import printable
from analyzer.report.words import Words
from analyzer.texts import LANGUAGES, Text, catalog

Documents = dict[str, dict[str, Any]]
MOST_CHARACTERS = 80


class Both(NamedTuple):
    """The words of a report in both languages."""

    en: Words
    zh: Words

    def __call__(self, what: str, **values: object) -> Text:
        """Return a text of the page, else of the report, with its placeholders filled.

        A value may be a Text itself: each language takes its own.
        """
        own = catalog("analyzer.report.data", "page.csv").get(what)
        filled = [_in(values, language) for language in LANGUAGES]
        if own is None:
            return Text(self.en(what, **filled[0]), self.zh(what, **filled[1]))
        return Text(*(_filled(text, given) for text, given in zip(own, filled, strict=True)))

    def each(self, say: Callable[[Words], str]) -> Text:
        """Return what each language says."""
        return Text(say(self.en), say(self.zh))


def same(value: object) -> Text:
    """Return a value that reads alike in both languages."""
    text = printable(str(value))
    return Text(text, text)


def pair(one: object, other: object) -> Text:
    """Return a value of the English document and its like of the Chinese one."""
    return Text(printable(str(one)), printable(str(other)))


def name_pair(one: str, other: str) -> Text:
    """Return a name out of the logs in both languages, cut where a stranger made it too long."""
    return pair(*(_cut(name) for name in (one, other)))


def _cut(name: str) -> str:
    return f"{name[: MOST_CHARACTERS - 1]}…" if len(name) > MOST_CHARACTERS else name


def _in(values: dict[str, object], language: str) -> dict[str, Any]:
    return {
        key: getattr(value, language) if isinstance(value, Text) else value
        for key, value in values.items()
    }


def _filled(text: str, values: dict[str, Any]) -> str:
    grouped = {key: f"{v:,}" if isinstance(v, int) else v for key, v in values.items()}
    return text.format_map(grouped)
