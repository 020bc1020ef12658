"""Phones, carriers, services and filters with known faults: logs to try the analyzer on.

Nothing here knows how the analyzer judges: what is true is decided before a log is written.
"""

from analyzer.simulate.scenario import Scenario, scenarios
from analyzer.simulate.simulation import Simulated, simulate

__all__ = ["Scenario", "Simulated", "scenarios", "simulate"]
