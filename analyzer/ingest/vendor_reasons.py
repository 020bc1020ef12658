"""What vendors' reason numbers mean, from data/vendor_reasons.csv."""

from __future__ import annotations

from functools import cache

from analyzer.schema import BlockReason
from analyzer.texts import rows


def vendor_reason(vendor: str, value: object) -> BlockReason:
    """Return the normalized reason of a vendor's number; unknown where no source gives it."""
    return _known().get((vendor, str(value)), BlockReason.UNKNOWN)


@cache
def _known() -> dict[tuple[str, str], BlockReason]:
    table = rows("analyzer.ingest.data", "vendor_reasons.csv")
    return {(row["vendor"], row["value"]): BlockReason(row["reason"]) for row in table}
