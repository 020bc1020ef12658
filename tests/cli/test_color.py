"""Color in the terminal: there where a person sees it, absent where it was refused."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = "sms-20260314110000.xml"
BLUE_TO_RED = [f"\x1b[{style}{color}m" for style in ("", "1;") for color in range(31, 38)]


def in_a_terminal(path: Path, *options: str, **variables: str) -> str:
    """Return what the codes command writes to a terminal of 100 columns."""
    ours, theirs = pty.openpty()
    variables = {"TERM": "xterm-256color", "COLUMNS": "100", **variables}
    environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | variables
    command = [sys.executable, "-m", "analyzer", "codes", str(path), *options]
    with subprocess.Popen(command, stdout=theirs, stderr=subprocess.DEVNULL, env=environment):
        os.close(theirs)
        parts = []
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            parts.append(part)
    os.close(ours)
    return b"".join(parts).decode()


@pytest.mark.parametrize(
    ("options", "variables", "colored"),
    [((), {}, True), (("--no-color",), {}, False), ((), {"NO_COLOR": "1"}, False)],
    ids=["plain", "--no-color", "NO_COLOR"],
)
def test_color_can_be_refused(
    sample_logs: Path, options: tuple[str, ...], variables: dict[str, str], colored: bool
) -> None:
    shown = in_a_terminal(sample_logs / GOOD, *options, **variables)
    assert "Binance" in shown
    assert any(color in shown for color in BLUE_TO_RED) == colored
