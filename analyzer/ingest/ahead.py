"""A second core for a large log: its bytes become columns while those before become rows.

Threads are enough, since most of both is work of NumPy and Arrow that lets the other thread run;
so this is for readers that take columns from the bytes, and of no use to those that go record by
record or wait for SQLite.
Items come in the order in which they are made, so the result is that of one core.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from queue import Empty, Queue
from threading import Event, Thread
from typing import NamedTuple, TypeVar

from analyzer.ingest.records import Block, Item

# Below this size a log is read before a thread pays.
LARGE_BYTES = 16 << 20
# What is made ahead: memory holds as many blocks, one being made and one in use.
_MADE_AHEAD = 2
_ALONE_TOGETHER = 1024
_LOOKED_AFTER_SECONDS = 0.05
_Result = TypeVar("_Result")


def cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def at_once(work: Callable[[], _Result], size: int) -> Iterator[Callable[[], _Result]]:
    """Give a function that returns the result of `work`, done in a thread if `size` is large."""
    if size < LARGE_BYTES or cores() < 2:
        result = work()
        yield lambda: result
        return
    with ThreadPoolExecutor(1) as pool:
        future: Future[_Result] = pool.submit(work)
        yield future.result


class _Made(NamedTuple):
    """Some items in their order, or how they end: with an error, or with none."""

    items: list[Item]
    ended: bool = False
    error: BaseException | None = None


def ahead(items: Iterator[Item], size: int) -> Iterator[Item]:
    """Yield items, made in a thread ahead of their use if the log has a large `size`."""
    if size < LARGE_BYTES or cores() < 2:
        yield from items
        return
    made: Queue[_Made] = Queue(_MADE_AHEAD)
    stopped = Event()
    thread = Thread(target=_make, args=(items, made, stopped), daemon=True)
    thread.start()
    try:
        while True:
            some = made.get()
            yield from some.items
            if some.error:
                raise some.error
            if some.ended:
                return
    finally:
        stopped.set()
        while thread.is_alive():
            try:
                made.get(timeout=_LOOKED_AFTER_SECONDS)
            except Empty:
                continue


def _make(items: Iterator[Item], made: Queue[_Made], stopped: Event) -> None:
    """Put items into a queue until they end or nobody wants more, blocks one by one."""
    some: list[Item] = []
    error: BaseException | None = None
    try:
        for item in items:
            some.append(item)
            if isinstance(item, Block) or len(some) == _ALONE_TOGETHER:
                made.put(_Made(some))
                some = []
            if stopped.is_set():
                break
    except BaseException as raised:
        error = raised
    close = getattr(items, "close", None)
    if close is not None:
        close()  # here, as a database is closed by the thread that opened it
    made.put(_Made(some, True, error))
