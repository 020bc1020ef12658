"""A plot as SVG inside a page: small, in the page's colors and fonts, without a style attribute.

A page whose policy forbids inline styles drops style attributes, so they become attributes of
their own and classes. The classes stand for the colors of plots/canvas.py; the style sheet gives
them a light and a dark value. Texts stay texts, in the fonts of the page.
"""

from __future__ import annotations

import io
import re
from typing import cast
from xml.etree import ElementTree as ET

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analyzer.report.plots import canvas

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_COLORS = {
    color.lower(): name
    for name, color in (
        *(("blue", canvas.BLUE), ("vermilion", canvas.VERMILION), ("green", canvas.GREEN)),
        *(("purple", canvas.PURPLE), ("orange", canvas.ORANGE), ("sky", canvas.SKY)),
        *(("yellow", canvas.YELLOW), ("grey", canvas.GREY), ("ink", canvas.BLACK)),
        *(("note", canvas.NOTE_GREY), ("dark", canvas.DARK_INK), ("paper", canvas.PALE_INK)),
    )
}
_DROPPED = {f"{_SVG}metadata", f"{_SVG}style", f"{_SVG}title"}
# What a style may say; the rest (fonts, line joins) is the style sheet's.
_KEPT = {
    *("fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-dashoffset"),
    *("stroke-linecap", "stroke-linejoin", "stroke-opacity", "fill-opacity", "opacity"),
    *("text-anchor", "fill-rule"),
}
_NUMBER = re.compile(r"-?\d+\.\d+")
_FONT_SIZE = re.compile(r"(\d+(?:\.\d+)?)px")


def inline_svg(axes: Axes, name: str, labelled_by: str) -> str:
    """Return the figure of axes as an SVG element; ids begin with `name`, unique in the page.

    `labelled_by` are the ids of the elements that name and describe it.
    """
    root = ET.fromstring(_saved(axes))
    _drop(root)
    for element in root.iter():
        _restyle(element)
        _rename(element, name)
        for key in ("d", "x", "y", "transform", "points", "width", "height"):
            if key in element.attrib:
                element.set(key, _NUMBER.sub(_rounded, element.attrib[key]))
        element.tag = element.tag.removeprefix(_SVG)
    box = root.get("viewBox", "")
    root.attrib.clear()
    root.attrib.update(
        {"viewBox": box, "role": "img", "aria-labelledby": labelled_by, "focusable": "false"}
    )
    return ET.tostring(root, encoding="unicode")


def _saved(axes: Axes) -> bytes:
    """Return the figure as SVG with texts as texts, the same bytes in every run."""
    figure = cast("Figure", axes.figure)
    figure.patch.set_visible(False)
    axes.patch.set_visible(False)
    out = io.BytesIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "sms-analyzer"}):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


def _drop(element: ET.Element) -> None:
    """Remove what a page has no use for: metadata, style sheets, empty groups."""
    for child in list(element):
        _drop(child)
        empty = child.tag in (f"{_SVG}g", f"{_SVG}defs") and not len(child)
        if child.tag in _DROPPED or empty:
            element.remove(child)
        else:
            child.tail = None
    if element.tag != f"{_SVG}text":
        element.text = None


def _restyle(element: ET.Element) -> None:
    """Turn the style attribute into classes for colors and attributes for the rest."""
    classes: list[str] = []
    given = dict.fromkeys(("fill", "stroke"), "")
    given |= {key: element.attrib.pop(key) for key in list(given) if key in element.attrib}
    for key, value in (*given.items(), *_declarations(element.attrib.pop("style", ""))):
        color = _COLORS.get(value.lower()) if key in ("fill", "stroke") else None
        if color:
            classes.append(f"{key[0]}-{color}")
        elif key in ("font", "font-size") and (size := _FONT_SIZE.search(value)):
            element.set("font-size", size[1])
        elif key in _KEPT and value:
            element.set(key, value)
    if classes:
        element.set("class", " ".join(classes))


def _declarations(style: str) -> list[tuple[str, str]]:
    pairs = (part.split(":", 1) for part in style.split(";") if ":" in part)
    return [(key.strip(), value.strip()) for key, value in pairs]


def _rename(element: ET.Element, name: str) -> None:
    """Drop the ids nothing refers to and make the others unique in the page."""
    own = element.attrib.pop("id", None)
    if own and element.tag in {f"{_SVG}path", f"{_SVG}clipPath", f"{_SVG}pattern"}:
        element.set("id", f"{name}-{own}")
    link = element.attrib.pop(_LINK, None)
    if link:
        element.set("href", f"#{name}-{link.removeprefix('#')}")
    for key in ("clip-path", "fill"):
        if element.get(key, "").startswith("url(#"):
            element.set(key, element.attrib[key].replace("url(#", f"url(#{name}-"))


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
