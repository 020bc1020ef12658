"""The report as one HTML file that works offline, in both languages, on screen and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.report.html.attempts import listed_attempts
from analyzer.report.html.bilingual import Both
from analyzer.report.html.page import page

if TYPE_CHECKING:
    from analyzer.log import Log

__all__ = ["page", "report_page"]


def report_page(log: Log) -> str:
    """Return the report on a log as an HTML file, the log's language shown first.

    It lists as many attempts as a page can carry, and says how many it leaves out.
    """
    from analyzer.report.html.charts import charts

    listed = listed_attempts(log.analysis.attempts)

    logs = {language: log.in_language(language) for language in ("en", "zh")}
    both = Both(logs["en"].words, logs["zh"].words)
    documents = {language: one.excerpt(listed) for language, one in logs.items()}
    return page(documents, charts(logs, both), both, log.words.language)
