"""Causes, verdicts, advice: what the logs say of every possible reason, and what to do next."""

from analyzer.diagnose.diagnosis import diagnose
from analyzer.diagnose.finding import Case, Finding

__all__ = ["Case", "Finding", "diagnose"]
