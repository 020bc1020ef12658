"""Characters that XML forbids and exporters write all the same, made legal one at a time.

Surrogate halves as two references, NUL and controls, as references or raw. Pairs are joined, the
rest is replaced by U+FFFD and counted.
"""

from __future__ import annotations

import re

# A run of references; the literal start lets the search leap from one run to the next.
_REFERENCES = re.compile(r"&#[xX]?[0-9a-fA-F]{1,8};(?:&#[xX]?[0-9a-fA-F]{1,8};)*")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Repair:
    """Makes the text of one log legal; `replaced` counts what could not be kept."""

    def __init__(self) -> None:
        self.replaced = 0

    def repaired(self, piece: str) -> str:
        """Return a piece that holds whole references, with every character legal in XML."""
        if "&#" in piece:
            piece = _REFERENCES.sub(self._legal_references, piece)
        piece, raw = _ILLEGAL.subn("\ufffd", piece)
        self.replaced += raw
        return piece

    def repaired_bytes(self, data: bytes) -> bytes:
        """Return UTF-8 with damaged bytes replaced and every character legal in XML."""
        text = data.decode("utf-8", "replace")
        if "\ufffd" in text:
            self.replaced += text.count("\ufffd") - data.count("\ufffd".encode())
        return self.repaired(text).encode()

    def _legal_references(self, run: re.Match[str]) -> str:
        """Return a run of character references with surrogate pairs joined, one at a time."""
        out: list[str] = []
        high: int | None = None
        for reference in _REFERENCE.finditer(run[0]):
            code = int(reference[1], 16) if reference[1] else int(reference[2])
            if high is not None:
                if 0xDC00 <= code <= 0xDFFF:
                    out.append(chr(0x10000 + ((high - 0xD800) << 10) + code - 0xDC00))
                    high = None
                    continue
                out.append(self._replacement())
                high = None
            if 0xD800 <= code <= 0xDBFF:
                high = code
            else:
                out.append(reference[0] if _is_legal(code) else self._replacement())
        if high is not None:
            out.append(self._replacement())
        return "".join(out)

    def _replacement(self) -> str:
        self.replaced += 1
        return "\ufffd"


def _is_legal(code: int) -> bool:
    """Tell whether XML 1.0 allows a character (production 2, Char)."""
    return (
        code in (0x9, 0xA, 0xD)
        or 0x20 <= code <= 0xD7FF
        or 0xE000 <= code <= 0xFFFD
        or 0x10000 <= code <= 0x10FFFF
    )
