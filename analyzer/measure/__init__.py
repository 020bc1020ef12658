"""Clock, latency, blocking, attempts and their statistics.

Works on the message table with the columns of recognize and identify: `latency` first, whose
columns join on, then everything else.
"""

from analyzer.measure.attempt_arrays import AttemptArrays, attempt_arrays
from analyzer.measure.attempts import attempts
from analyzer.measure.bursts import ReleaseBurst, release_bursts
from analyzer.measure.change_points import ChangePoint, change_points
from analyzer.measure.clock import Clock, latency, measured, read_clock
from analyzer.measure.clock_faults import clock_faults
from analyzer.measure.clock_report import (
    ClockGroup,
    ClockStep,
    OffsetSegment,
    SkewWindow,
    clock_report,
)
from analyzer.measure.comparisons import (
    Comparison,
    benjamini_hochberg,
    compare_arrivals,
    compare_latencies,
    compare_rates,
    holm,
)
from analyzer.measure.counts import LATE_AFTER_SECONDS, LatencyCounts
from analyzer.measure.grouping import KEYS
from analyzer.measure.options import AttemptOptions, Coverage, coverage_of
from analyzer.measure.outages import Outage, Scope, dark_periods, held_back, service_outages
from analyzer.measure.outcomes import ASSUMED_VALIDITY_SECONDS
from analyzer.measure.profiles import ProfileRow, profile
from analyzer.measure.provenance import provenance
from analyzer.measure.request_latency import request_latency_table
from analyzer.measure.resends import ResendBurst, requests_within, resend_bursts
from analyzer.measure.retries import RetrySchedule, retry_schedules
from analyzer.measure.silences import Silence, silences
from analyzer.measure.statistics import (
    arrival,
    censored_quantile,
    minimum_n,
    rank_interval,
    wilson_interval,
)
from analyzer.measure.tables import (
    blocking_groupings,
    blocking_table,
    groupings_of,
    latency_groupings,
    latency_table,
    outcome_table,
)

__all__ = [
    "ASSUMED_VALIDITY_SECONDS",
    "KEYS",
    "LATE_AFTER_SECONDS",
    "AttemptArrays",
    "AttemptOptions",
    "ChangePoint",
    "Clock",
    "ClockGroup",
    "ClockStep",
    "Comparison",
    "Coverage",
    "LatencyCounts",
    "OffsetSegment",
    "Outage",
    "ProfileRow",
    "ReleaseBurst",
    "ResendBurst",
    "RetrySchedule",
    "Scope",
    "Silence",
    "SkewWindow",
    "arrival",
    "attempt_arrays",
    "attempts",
    "benjamini_hochberg",
    "blocking_groupings",
    "blocking_table",
    "censored_quantile",
    "change_points",
    "clock_faults",
    "clock_report",
    "compare_arrivals",
    "compare_latencies",
    "compare_rates",
    "coverage_of",
    "dark_periods",
    "groupings_of",
    "held_back",
    "holm",
    "latency",
    "latency_groupings",
    "latency_table",
    "measured",
    "minimum_n",
    "outcome_table",
    "profile",
    "provenance",
    "rank_interval",
    "read_clock",
    "release_bursts",
    "request_latency_table",
    "requests_within",
    "resend_bursts",
    "retry_schedules",
    "service_outages",
    "silences",
    "wilson_interval",
]
