"""Thresholds that the figures must keep, for cron and CI."""

from analyzer.check.baseline import BaselineError, against_baseline
from analyzer.check.checking import Checked, checked
from analyzer.check.thresholds import Measure, Threshold, ThresholdError, from_toml, limit_of

__all__ = [
    "BaselineError",
    "Checked",
    "Measure",
    "Threshold",
    "ThresholdError",
    "against_baseline",
    "checked",
    "from_toml",
    "limit_of",
]
