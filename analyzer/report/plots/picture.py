"""A plot as a file: the same bytes in every run, texts as shapes that need no font to be read."""

from __future__ import annotations

import io
from typing import cast

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

DPI = 150
# What would tell the day and change the bytes from run to run.
_UNDATED = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}


def picture(axes: Axes, form: str) -> bytes:
    """Return the figure of axes as svg, png or pdf."""
    out = io.BytesIO()
    with rc_context({"svg.hashsalt": "sms-analyzer", "svg.fonttype": "path"}):
        figure = cast("Figure", axes.figure)
        figure.savefig(out, format=form, dpi=DPI, metadata=_UNDATED[form])
    return out.getvalue()
