"""Codes as a person types them."""

from __future__ import annotations

import re

from analyzer.recognize.folding import fold


def normalized_code(code: str) -> str:
    """Return a code without spaces, dashes and invisible characters, digits folded, upper case.

    A prefix of letters before a code of digits (G-123456) names the service and is left out.
    """
    plain = fold(code).plain.strip()
    prefixed = re.fullmatch(r"[A-Za-z]{1,5}\s?[-–—‐‑‒−]\s?(\d{3,})", plain)
    return re.sub(r"[^\w]|_", "", prefixed[1] if prefixed else plain).upper()
