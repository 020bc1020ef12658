"""The report as one HTML file that works offline, in both languages, on screen and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.report.html.bilingual import Both
from analyzer.report.html.page import page

if TYPE_CHECKING:
    from analyzer.log import Log

__all__ = ["page", "report_page"]


def report_page(log: Log) -> str:
    """Return the report on a log as an HTML file, the log's language shown first."""
    from analyzer.report.html.charts import charts

    logs = {language: log.in_language(language) for language in ("en", "zh")}
    both = Both(logs["en"].words, logs["zh"].words)
    documents = {language: one.document for language, one in logs.items()}
    return page(documents, charts(logs, both), both, log.words.language)
