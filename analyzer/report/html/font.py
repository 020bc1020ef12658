"""Chinese characters for a page: as much of a font as its text needs, inside the page.

A page may be opened on a machine without a Chinese font. The characters it uses, a few hundred,
are cut out of the packaged font; without that package, the page relies on the reader's fonts.
"""

from __future__ import annotations

import base64
import io
import logging

from analyzer.report.plots.fonts import packaged_font

# Characters before these are in every font: Latin, Greek, punctuation, arrows, box drawings.
_FIRST = 0x2E80


def embedded_font(text: str) -> str:
    """Return a data URL with the Chinese characters of a text as a font; "" if none is needed."""
    file = packaged_font()
    wanted = sorted({ord(character) for character in text if ord(character) >= _FIRST})
    if file is None or not wanted:
        return ""
    data = base64.b64encode(_subset(str(file), wanted)).decode()
    return f"data:font/woff;base64,{data}"


def _subset(file: str, characters: list[int]) -> bytes:
    from fontTools import subset

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    options = subset.Options(
        flavor="woff",
        layout_features=[],
        hinting=False,
        desubroutinize=True,
        name_IDs=[0, 1, 2, 13],
    )
    options.drop_tables += ["GSUB", "GPOS", "BASE", "VORG", "vhea", "vmtx"]
    options.recalc_timestamp = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    out = io.BytesIO()
    with subset.load_font(file, options) as font:
        cutter.subset(font)
        subset.save_font(font, out, options)
    return out.getvalue()
