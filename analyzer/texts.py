"""Texts in English and Simplified Chinese, kept in CSV files beside the code that speaks them."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


class Text(NamedTuple):
    """One statement in every language the program speaks."""

    en: str
    zh: str

    def get(self, language: Language) -> str:
        """Return the statement in `language`."""
        return self.zh if language == "zh" else self.en


@cache
def rows(package: str, file: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a CSV data file that lies in a package, as dictionaries.

    Lines that start with # are remarks.
    """
    text = files(package).joinpath(file).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines(keepends=True) if not line.startswith("#"))
    return tuple(csv.DictReader(lines, strict=True))


@cache
def catalog(package: str, file: str) -> dict[str, Text]:
    """Return the texts of a CSV file with the columns id, en, zh."""
    return {row["id"]: Text(row["en"], row["zh"]) for row in rows(package, file)}
