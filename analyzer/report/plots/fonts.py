"""Fonts for plots: the user's own, and behind it one with Chinese characters, if there is any."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from matplotlib import rcParams
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

from analyzer.report.masking import printable

# Families with simplified Chinese, the most legible first. Of a collection (.ttc) matplotlib may
# know only the first face, so the Japanese and Korean names of Noto are here too: they hold the
# same characters.
CHINESE_FAMILIES = (
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN"),
    *("Noto Sans CJK JP", "Noto Sans CJK KR", "Noto Sans CJK TC", "Source Han Sans"),
    *("PingFang SC", "Hiragino Sans GB", "Heiti SC", "Heiti TC", "STHeiti"),
    *("Microsoft YaHei", "DengXian", "SimHei", "SimSun", "WenQuanYi Micro Hei"),
    *("WenQuanYi Zen Hei", "Droid Sans Fallback", "Arial Unicode MS", "Noto Serif CJK SC"),
)
# A Python package with a font, for machines on which none can be installed.
FONT_PACKAGE = "pylopdf_fonts_zh_cn"
SAMPLE = "验证码短信"
MISSING = "□"
MOST_CHARACTERS = 28


@dataclass(frozen=True)
class Fonts:
    """The families texts are set in, first choice first, and the code points they can draw."""

    families: tuple[str, ...]
    characters: frozenset[int]

    def draws(self, text: str) -> bool:
        """Return whether every character of a text can be drawn."""
        return all(ord(character) in self.characters for character in text)

    def drawable(self, text: str) -> str:
        """Return a text on one line, a box for each character that no font has.

        A missing character would raise a warning at each drawing; a pair of dollar signs would be
        taken for a formula.
        """
        line = " ".join(printable(text).split())
        return "".join(c if self.draws(c) else MISSING for c in line).replace("$", r"\$")


def shortened(name: str) -> str:
    """Return a name, cut where it would crowd out the plot."""
    return f"{name[: MOST_CHARACTERS - 1]}…" if len(name) > MOST_CHARACTERS else name


def fonts() -> Fonts:
    """Return the fonts of this machine: those of the user's matplotlib settings come first."""
    own = tuple(rcParams["font.family"])
    chinese = chinese_family()
    families = (*own, chinese) if chinese else own
    return Fonts(families, frozenset().union(*(_characters(_file(name)) for name in families)))


@cache
def chinese_family() -> str | None:
    """Return the family of an installed font with Chinese characters; None: there is none."""
    known = set(fontManager.get_font_names())
    for family in CHINESE_FAMILIES:
        if family in known and {ord(c) for c in SAMPLE} <= _characters(_file(family)):
            return family
    return _packaged_family()


def packaged_font() -> Path | None:
    """Return the file of the packaged font with Chinese characters; None: it is not installed."""
    package = importlib.util.find_spec(FONT_PACKAGE)
    if package is None or package.origin is None:
        return None
    files = sorted(Path(package.origin).parent.glob("*Sans*-Regular.otf"))
    return files[0] if files else None


def _packaged_family() -> str | None:
    file = packaged_font()
    if file is None:
        return None
    fontManager.addfont(file)
    return str(get_font(str(file)).family_name)


def _file(family: str) -> str:
    return str(findfont(FontProperties(family=[family])))


@cache
def _characters(file: str) -> frozenset[int]:
    return frozenset(get_font(file).get_charmap())
