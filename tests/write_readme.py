"""Writes the generated parts of README.md: real output, and the table of formats.

Run it after a change of either: python tests/write_readme.py. A test holds that they agree.
"""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from analyzer.cli import main
from analyzer.ingest.registry import readers

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
_LAST_LINE_BEFORE = "Latency of code messages"


def report_part() -> str:
    """Return the report on sample_logs/ down to the outcomes, as a code block."""
    arguments = ["report", str(ROOT / "sample_logs"), "--lang", "en", "--tz", "Asia/Shanghai"]
    text = CliRunner().invoke(main, arguments).stdout
    return "```text\n" + text.split(_LAST_LINE_BEFORE)[0].rstrip() + "\n```\n"


def formats_part() -> str:
    """Return the table of formats in Markdown."""
    lines = [
        "| format | sent time | service center | SIM | blocked | known from |",
        "|---|---|---|---|---|---|",
    ]
    for reader in sorted(readers(), key=lambda reader: reader.title.lower()):
        marks = " | ".join("yes" if has else "–" for has in reader.carries)
        unverified = " (unverified)" if reader.evidence.unverified else ""
        evidence = f"{reader.evidence.kind}, {reader.evidence.date}{unverified}"
        lines.append(f"| {reader.title} | {marks} | {evidence} |")
    return "\n".join(lines) + "\n"


def readme() -> str:
    """Return README.md with its generated parts renewed."""
    text = README.read_text(encoding="utf-8")
    for name, part in (("report", report_part()), ("formats", formats_part())):
        pattern = re.compile(rf"(<!-- {name}: [^>]*-->\n).*?(<!-- end -->)", re.DOTALL)
        text = pattern.sub(lambda found, part=part: found[1] + part + found[2], text)
    return text


if __name__ == "__main__":
    README.write_text(readme(), encoding="utf-8")
