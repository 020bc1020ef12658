"""How large and how slow the HTML page is for many messages: python bench/page.py 1000000."""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path

from analyzer.report.html import report_page

MAKER = Path(__file__).resolve().parent.parent / "tests" / "report" / "many_messages.py"


def main(messages: int) -> None:
    """Make a page of so many invented messages and print its size and the processor time."""
    spec = importlib.util.spec_from_file_location("many_messages", MAKER)
    if spec is None or spec.loader is None:
        sys.exit(f"{MAKER}: not found")
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    log = maker.log_of(messages)
    start = time.process_time()
    size = len(report_page(log).encode())
    seconds = time.process_time() - start
    attempts = log.analysis.attempts.num_rows
    print(f"{messages:,} messages, {attempts:,} attempts: {size / 1e6:.2f} MB, {seconds:.1f} s CPU")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
