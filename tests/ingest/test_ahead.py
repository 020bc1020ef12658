"""A second core changes nothing in what is read, in its order, or in how reading ends."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from analyzer.ingest import ahead as second_core
from analyzer.ingest import ingest
from analyzer.ingest.ahead import ahead, at_once
from analyzer.ingest.records import Announced, Role, whole_block

LOGS = Path(__file__).parent / "fixtures"
LARGE = second_core.LARGE_BYTES


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch):
    monkeypatch.setattr(second_core, "cores", lambda: 2)


def test_items_made_ahead_come_in_their_order():
    items = [whole_block({"n": [n]}, n) if n % 1500 == 0 else Announced(n) for n in range(1, 5000)]
    assert [id(item) for item in ahead(iter(items), LARGE)] == [id(item) for item in items]


def test_an_error_comes_behind_the_items_before_it():
    def failing():
        yield Announced(1)
        raise OSError("the disk is gone")

    items = ahead(failing(), LARGE)
    assert next(items) == Announced(1)
    with pytest.raises(OSError, match="the disk is gone"):
        next(items)


def test_items_that_nobody_wants_more_of_are_closed_by_the_thread_that_made_them():
    threads = []
    before = threading.active_count()

    def endless():
        threads.append(threading.get_ident())
        try:
            while True:
                yield whole_block({"n": [1]}, 1)
        finally:
            threads.append(threading.get_ident())

    items = ahead(endless(), LARGE)
    next(items)
    items.close()
    assert len(threads) == 2
    assert threads[0] == threads[1] != threading.get_ident()
    assert threading.active_count() <= before


def test_what_is_small_is_made_in_the_same_thread():
    made = ahead((threading.get_ident() for _ in range(1)), LARGE - 1)
    assert next(made) == threading.get_ident()
    with at_once(threading.get_ident, LARGE - 1) as result:
        assert result() == threading.get_ident()
    with at_once(threading.get_ident, LARGE) as result:
        assert result() != threading.get_ident()


@pytest.mark.parametrize(
    "name",
    ["sms_backup_restore/story_cut.xml", "sms_import_export/story.zip"],
)
def test_a_log_reads_the_same_on_one_core_and_on_two(name, monkeypatch):
    monkeypatch.setattr(second_core, "LARGE_BYTES", 0)
    two = ingest([(LOGS / name, Role.MESSAGES)])
    monkeypatch.setattr(second_core, "cores", lambda: 1)
    one = ingest([(LOGS / name, Role.MESSAGES)])
    assert one.messages.num_rows
    assert one.messages.equals(two.messages)
    assert one.accounts == two.accounts
