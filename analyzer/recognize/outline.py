"""Outlines: templates in which what no rule asks about is blotted out and cut short.

Names of people, places, shops and unknown services, small amounts and house numbers make every
body a template of its own, though they decide nothing. The rules read outlines, never templates,
so that texts which differ in such names alone are read once. Blotted out are

* words of ASCII letters of which no phrase, pattern or list of ours has any part: `Jordan` becomes
  `Jjjj`, as do all names of four to ten letters, which count alike for the rules;
* ideographs that stand in none of our phrases: any number of them in a row becomes `龘龘`;
* runs of up to three digits that no unit or word follows: `17栋` becomes `00栋`.

Where a rule might tell the difference, the text stays: in addresses, beside joining signs and
accented letters, in texts with invisible characters. Many templates are drawn at once, over one
flat array of their characters.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analyzer.recognize.blotting import Sheet, blot_ideographs, blot_numbers, blot_words, words_of
from analyzer.recognize.flat import Places
from analyzer.recognize.folding import foldable

_CHUNK = 8_192  # templates drawn at a time, so that the arrays stay in the cache


class Outlines(NamedTuple):
    """Outlines of templates, and where their characters come from.

    The character of `texts[row]` at `place` is that of the template at
    `kept[row_starts[row] + place]`.
    """

    texts: list[str]
    kept: Places
    row_starts: Places

    def spans(self, rows: Places, starts: Places, lengths: Places) -> tuple[Places, Places]:
        """Return starts and lengths in the templates of spans (not empty) in outlines."""
        first = self.row_starts[rows] + starts
        begin = self.kept[first]
        return begin, self.kept[first + lengths - 1] + 1 - begin


def outline(template: str) -> str:
    """Return the outline of one template."""
    return outlines([template]).texts[0]


def outlines(templates: list[str]) -> Outlines:
    """Return the outlines of templates."""
    starts = range(0, len(templates) or 1, _CHUNK)
    parts = [_drawn(templates[start : start + _CHUNK]) for start in starts]
    before = np.cumsum([0, *(len(part.kept) for part in parts[:-1])])
    return Outlines(
        [text for part in parts for text in part.texts],
        np.concatenate([part.kept for part in parts]),
        np.concatenate([part.row_starts + size for part, size in zip(parts, before, strict=True)]),
    )


def _drawn(templates: list[str]) -> Outlines:
    """Return the outlines of a chunk of templates."""
    lengths = np.fromiter(map(len, templates), dtype=np.int64, count=len(templates))
    first = np.cumsum(lengths + 1) - lengths + 1
    last = first + lengths
    # Nothing (\0) stands between two texts, and enough of it at the ends to look around.
    joined = "\0\0" + "".join(template + "\0" for template in templates) + "\0\0\0"
    text = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32).copy()
    shown = np.ones(len(text), dtype=bool)
    shown[:2] = shown[len(text) - 3 :] = shown[last] = False
    sheet = Sheet(text, np.minimum(text, 0xFFFF).astype(np.uint16), shown.copy(), shown)
    for row in [row for row, template in enumerate(templates) if not foldable(template)]:
        sheet.open[first[row] : last[row]] = False
    words = words_of(sheet)
    blot_numbers(sheet, words)
    blot_words(sheet, words)
    blot_ideographs(sheet)
    kept = np.flatnonzero(sheet.shown)
    starts, ends = np.searchsorted(kept, first), np.searchsorted(kept, last)
    written = sheet.text[kept].tobytes().decode("utf-32-le")
    texts = [written[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    return Outlines(texts, kept - np.repeat(first, ends - starts), starts)
