"""Temporary copies of private logs: in a folder of one's own, removed whatever happens.

A folder is removed when its user is done, when the program ends, and, with `removed_on_signals`,
when it is told to end. What a kill or a power cut leaves is removed by the next run: each folder
holds a lock file that its process keeps locked as long as it lives, so a folder whose lock is free
belongs to nobody. Only folders of the same user are looked at.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import FrameType

try:
    import fcntl
except ImportError:  # Windows: nothing is swept there
    fcntl = None  # type: ignore[assignment]

PREFIX = "sms-analyzer-"
LOCK = "lock"
_living: set[Path] = set()


@contextmanager
def private_folder() -> Iterator[Path]:
    """Give a temporary folder that only this user can read, removed afterwards."""
    fresh = Path(tempfile.mkdtemp(prefix="." + PREFIX))
    folder = fresh.with_name(fresh.name[1:])
    _living.update((fresh, folder))
    try:
        with (fresh / LOCK).open("wb") as lock:
            if fcntl is not None:
                fcntl.flock(lock, fcntl.LOCK_EX)
            fresh.rename(folder)  # only now, locked, can it be taken for one that was left
            yield folder
    finally:
        for path in (folder, fresh):
            _remove(path)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    _living.discard(folder)


@atexit.register
def _remove_living() -> None:
    """Remove what is left when the program ends while a log is half read."""
    for folder in tuple(_living):
        _remove(folder)


@cache
def sweep() -> None:
    """Remove folders that a killed run of this user left; once per process."""
    if fcntl is None:
        return
    with suppress(OSError):
        for entry in os.scandir(tempfile.gettempdir()):
            if entry.name.startswith(PREFIX) and _is_own_folder(entry):
                _remove_if_left(Path(entry.path))


def _is_own_folder(entry: os.DirEntry[str]) -> bool:
    with suppress(OSError):
        is_folder = entry.is_dir(follow_symlinks=False)
        return is_folder and entry.stat(follow_symlinks=False).st_uid == os.geteuid()
    return False


def _remove_if_left(folder: Path) -> None:
    """Remove a folder if it has a lock file that no living process holds."""
    with suppress(OSError):
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW)
        with open(handle, "rb") as lock:  # noqa: PTH123 (a file descriptor, not a path)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def removed_on_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the program as an exit does, so that nothing is left behind.

    Signals that are ignored or handled already are left alone, and so is a thread that is not the
    main one.
    """
    changed = []
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, _leave)
                changed.append(number)
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, signal.SIG_DFL)


def _leave(number: int, _: FrameType | None) -> None:
    sys.exit(128 + number)
