"""Characters that no message carries, and whether texts can hold any."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa

# Code points that no SMS carries: C0 controls but tab and line ends, and non-characters.
ILLEGAL_RE2 = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{FFFE}\x{FFFF}]"
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LEGAL_CONTROLS = np.frombuffer(b"\t\n\r", np.uint8)
_NON_CHARACTER = 0xBFEF  # how U+FFFE and U+FFFF begin in UTF-8, as a little-endian number


def may_hold_illegal(texts: pa.Array) -> bool:
    """Tell whether texts can hold a control character but tab and line ends, or a non-character.

    Looks at the bytes all at once: seldom wrong, never in saying no.
    """
    _, offsets, data = texts.buffers()
    if data is None or not len(texts):
        return False
    bounds = np.frombuffer(offsets, np.int32)[[texts.offset, texts.offset + len(texts)]]
    held = np.frombuffer(data, np.uint8)[bounds[0] : bounds[1]]
    controls = held[held < ord(" ")]
    if not np.isin(controls, _LEGAL_CONTROLS).all():
        return True
    return any(
        (held[shift : shift + (len(held) - shift) // 2 * 2].view("<u2") == _NON_CHARACTER).any()
        for shift in (0, 1)
    )


def is_utf8(data: bytes) -> bool:
    """Tell whether bytes are legal UTF-8."""
    bounds = pa.py_buffer(np.array([0, len(data)], np.int32))
    try:
        pa.StringArray.from_buffers(1, bounds, pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
