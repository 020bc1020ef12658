"""The number of SMS parts a text takes.

Reference: 3GPP TS 23.038 6.2.1 (GSM 7-bit default alphabet and its extension table), TS 23.040
9.2.3.24 (concatenation leaves 153 septets or 67 UCS-2 characters a part).
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = r"\^{}\\\[~\]|€" + "\f"
_GSM = f"^[{_BASIC}{_EXTENDED}-]*$"


def parts(bodies: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Return the estimated number of parts of each body as int16; null bodies stay null."""
    length = pc.utf8_length(bodies)
    septets = pc.add(length, pc.count_substring_regex(bodies, f"[{_EXTENDED}]"))
    wide = pc.add(length, pc.count_substring_regex(bodies, r"[\x{10000}-\x{10FFFF}]"))
    gsm = pc.match_substring_regex(bodies, _GSM)
    count = pc.if_else(gsm, _count(septets, 160, 153), _count(wide, 70, 67))
    return pc.cast(pc.min_element_wise(count, 32767), pa.int16())


def _count(length: pa.Array, single: int, each: int) -> pa.Array:
    """Return 1 up to `single` units, else the units divided by `each`, rounded up."""
    several = pc.divide(pc.add(length, each - 1), each)
    return pc.if_else(pc.less_equal(length, single), pa.scalar(1, length.type), several)
