"""Damaging: the ways a message is changed on its way, done on purpose to see what is undone."""

from __future__ import annotations

import quopri
import re
from urllib.parse import quote

# Damages of the text, after which the kind should be named; the others change the code alone.
DECODED_WRONGLY = (
    "utf-8 as latin-1",
    "utf-8 as cp1252",
    "utf-8 as cp1252, bytes lost",
    "utf-8 as gb18030",
    "gb18030 as latin-1",
    "gb18030 as utf-8",
    "question marks",
    "ucs-2 hex",
    "ucs-2 swapped",
    "quoted-printable",
    "html entities",
    "percent",
)


def damaged(text: str, code: str) -> dict[str, str]:
    """Return a text with its code in every way damaged, by the name of the way."""
    wide = code.translate({48 + n: 0xFF10 + n for n in range(10)})
    middle = len(code) // 2

    def split(gap: str) -> str:
        return text.replace(code, code[:middle] + gap + code[middle:])

    data, national = text.encode(), text.encode("gb18030")
    return {
        "utf-8 as latin-1": data.decode("latin-1"),
        "utf-8 as cp1252": data.decode("cp1252", "replace"),
        "utf-8 as cp1252, bytes lost": data.decode("cp1252", "ignore"),
        "utf-8 as gb18030": data.decode("gb18030", "replace"),
        "gb18030 as latin-1": national.decode("latin-1"),
        "gb18030 as utf-8": national.decode("utf-8", "replace"),
        "question marks": text.encode("ascii", "replace").decode(),
        "ucs-2 hex": text.encode("utf-16-be").hex().upper(),
        "ucs-2 swapped": text.encode("utf-16-le").decode("utf-16-be", "replace"),
        "quoted-printable": quopri.encodestring(data).decode(),
        "html entities": text.encode("ascii", "xmlcharrefreplace").decode(),
        "percent": quote(text, safe=""),
        "full-width digits": text.replace(code, wide),
        "spaced digits": text.replace(code, " ".join(code)),
        "dash in the middle": split("-"),
        "no-break space": split("\xa0"),
        "zero-width space": split("\u200b"),
        "line break before": text.replace(code, "\n" + code),
        "in brackets": text.replace(code, f"【{code}】"),
        "white space collapsed": re.sub(r"\s", "", text),
    }


def undamaged_code(code: str, way: str) -> str:
    """Return a code as written before the damage, where its span is encoded as well."""
    if way == "ucs-2 hex":
        return bytes.fromhex(code).decode("utf-16-be")
    if way == "ucs-2 swapped":
        return code.encode("utf-16-be").decode("utf-16-le")
    return re.sub(r"=\r?\n", "", code)
