"""Two sides of the data held against each other: before and after, phones, carriers, senders."""

from analyzer.compare.measures import Compared, Measure, Said, compared
from analyzer.compare.sides import KEYS, NothingToCompareError, Side, before_after, between, side_of

__all__ = [
    "KEYS",
    "Compared",
    "Measure",
    "NothingToCompareError",
    "Said",
    "Side",
    "before_after",
    "between",
    "compared",
    "side_of",
]
