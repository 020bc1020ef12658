"""A progress bar on standard error for reading that takes over a second, on terminals only."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Report = Callable[[str, int, int], None]
_DELAY_SECONDS = 1.0


@contextmanager
def reading_progress() -> Iterator[Report | None]:
    """Give what reports bytes read; None where standard error is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    started = time.monotonic()
    task = None

    def report(log: str, done: int, total: int) -> None:
        nonlocal task
        if task is None:
            if time.monotonic() - started < _DELAY_SECONDS:
                return
            bar.start()
            task = bar.add_task(log, total=total)
        bar.update(task, description=log, completed=min(done, total))

    try:
        yield report
    finally:
        if task is not None:
            bar.stop()
