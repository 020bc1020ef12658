"""Every fixture of every format, cut and flipped at random, bare or packed: read to an end."""

from __future__ import annotations

import gzip
import io
import random
import signal
import time
import zipfile
from contextlib import contextmanager

import pytest

CASES = 10
SLOWEST_SECONDS = 10


class HangError(BaseException):
    """A case took longer than any case may; no program catches it."""


@contextmanager
def time_limit(seconds):
    """Raise HangError in what does not come to an end, and fail what was too slow."""

    def stop(*_):
        raise HangError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 12 * seconds)  # other work may hold the processor
    start = time.process_time()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert time.process_time() - start < seconds


def as_zip(data):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("log", data)
    return packed.getvalue()


def as_utf16(data):
    """Return a text in UTF-16 with a byte order mark; what is no text as it is."""
    try:
        return data.decode("utf-8").encode("utf-16") if b"\0" not in data else data
    except UnicodeDecodeError:
        return data


WRAPPINGS = (bytes, gzip.compress, as_zip, as_utf16, lambda data: gzip.compress(as_utf16(data)))


def damaged(data, chance):
    """Return bytes cut, flipped, doubled or taken out at random."""
    changed = bytearray(data)
    for _ in range(chance.choice((0, 1, 3, 20))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    at, size = chance.randrange(len(changed)), chance.randrange(1, 200)
    kind = chance.randrange(4)
    if kind == 0:
        del changed[at:]
    elif kind == 1:
        del changed[at : at + size]
    elif kind == 2:
        changed[at:at] = changed[at : at + size]
    return bytes(changed)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="timers of POSIX")
def test_any_damage_is_read_to_an_end_and_every_record_is_accounted_for(log, data, read_text):
    chance = random.Random(f"{log.parent.name}/{log.name}")
    for case in range(CASES):
        wrap = WRAPPINGS[case % len(WRAPPINGS)]
        content = (
            damaged(wrap(data), chance) if chance.random() < 0.5 else wrap(damaged(data, chance))
        )
        with time_limit(SLOWEST_SECONDS):
            found = read_text(content)
        assert all(one.balanced for one in found.accounts), case
        for problem in found.ingested.problems:
            assert problem.sentence("zh")
            assert problem.remedy("en")
