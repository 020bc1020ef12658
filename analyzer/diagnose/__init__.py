"""Causes, verdicts, advice: what the logs say of every possible reason, and what to do next."""

from analyzer.diagnose.case import Case
from analyzer.diagnose.diagnosis import diagnose
from analyzer.diagnose.finding import Finding
from analyzer.diagnose.next_steps import next_steps

__all__ = ["Case", "Finding", "diagnose", "next_steps"]
