"""Temporary copies: private, and gone whatever ends the program; a running one keeps its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analyzer.ingest import temporary
from analyzer.ingest.temporary import LOCK, PREFIX, private_folder

LOG = b"received_at,sender,body\n2026-01-01 08:01:30,10690000,Your code is 481516.\n"
posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="signals and locks of POSIX")


def folders(place):
    return sorted(path.name for path in place.iterdir() if PREFIX in path.name)


@pytest.fixture
def reading(tmp_path):
    """Start a program that waits for the rest of its standard input, its copy on the disk."""
    started = []

    def start():
        command = [sys.executable, "-m", "analyzer", "codes", "-"]
        environment = os.environ | {"TMPDIR": str(tmp_path)}
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )
        started.append(process)
        before = set(folders(tmp_path))
        process.stdin.write(LOG)
        process.stdin.flush()
        deadline = time.monotonic() + 60
        while not (
            (new := set(folders(tmp_path)) - before) and not any(n.startswith(".") for n in new)
        ):
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_a_folder_is_private_and_removed():
    with private_folder() as folder:
        (folder / "copy").write_text("private")
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()
    with pytest.raises(ZeroDivisionError), private_folder() as folder:
        raise ZeroDivisionError
    assert not folder.exists()


@posix
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_program_told_to_end_leaves_no_copy(name, reading, tmp_path):
    process = reading()
    assert folders(tmp_path)
    process.send_signal(getattr(signal, name))
    _, told = process.communicate(timeout=60)
    assert process.returncode not in (0, None)
    assert b"Traceback" not in told
    assert folders(tmp_path) == []


@posix
def test_what_a_killed_program_left_is_removed_by_the_next_and_a_living_one_keeps_its_own(
    reading, tmp_path
):
    killed = reading()
    left = set(folders(tmp_path))
    killed.kill()
    killed.wait()
    assert set(folders(tmp_path)) == left  # nothing can be done at a kill
    living = reading()  # sweeps as it starts
    kept = set(folders(tmp_path))
    assert kept.isdisjoint(left)
    assert len(kept) == 1
    output, _ = living.communicate(timeout=60)
    assert living.returncode == 0
    assert b"10690000" in output
    assert folders(tmp_path) == []


@posix
def test_only_own_folders_with_a_free_lock_are_swept(tmp_path, monkeypatch):
    monkeypatch.setattr(temporary.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(temporary.tempfile, "tempdir", str(tmp_path))
    for name in ("left", "without_lock", "elsewhere"):
        (tmp_path / f"{PREFIX}{name}").mkdir()
    (tmp_path / f"{PREFIX}left" / LOCK).touch()
    (tmp_path / f"{PREFIX}left" / "copy").write_text("private")
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / LOCK).touch()
    (tmp_path / f"{PREFIX}elsewhere").rmdir()
    (tmp_path / f"{PREFIX}elsewhere").symlink_to(tmp_path / "precious")
    with private_folder() as own:
        temporary.sweep.__wrapped__()
        assert own.exists()
    assert folders(tmp_path) == [f"{PREFIX}elsewhere", f"{PREFIX}without_lock"]
    assert (tmp_path / "precious" / LOCK).exists()
    monkeypatch.setattr(temporary.os, "geteuid", lambda: os.getuid() + 1)
    (tmp_path / f"{PREFIX}foreign").mkdir()
    (tmp_path / f"{PREFIX}foreign" / LOCK).touch()
    temporary.sweep.__wrapped__()
    assert Path(tmp_path, f"{PREFIX}foreign").exists()
