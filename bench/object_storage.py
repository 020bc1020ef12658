"""The store on object storage: what holds there of what is promised for a folder.

Usage: python bench/object_storage.py [--server MOTO_SERVER] [--kills 10]

Starts a server that speaks Amazon's S3 on this machine (moto, Apache-2.0; `make
bench-object-storage` installs it into an environment of its own), imports invented logs of several
phones into a store there, and prints what was seen, a line each: whether the report equals that of
the files, also with a cluster; whether importing again adds anything; what became of imports that
were killed; whether two importers at once disturb one another; and what compaction does. Exits
with 1 if anything does not hold. moto keeps everything in memory and is no measure of speed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from generator import write_xml

PHONES, MESSAGES = 4, 5_000
SERVER = Path(__file__).parents[1] / ".venv-moto" / "bin" / "moto_server"
ADDRESS = "s3://fleet"


@contextmanager
def object_storage(server: Path) -> Iterator[None]:
    """Run a server with an empty bucket, and point delta-rs and Arrow at it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [str(server), "-H", "127.0.0.1", "-p", str(port)]
    silent = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=silent, stderr=silent)
    os.environ |= {
        "AWS_ENDPOINT_URL": address,
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_REGION": "us-east-1",
    }
    try:
        _make_bucket(f"{address}/{ADDRESS.removeprefix('s3://')}")
        yield
    finally:
        process.terminate()
        process.wait()


def _make_bucket(url: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(urllib.request.Request(url, method="PUT"), timeout=5).close()
        except OSError:
            time.sleep(0.2)  # not up yet
        else:
            return
    raise TimeoutError(url)


def importer(logs: Path, store: str) -> subprocess.Popen[bytes]:
    """Start an import in a process of its own."""
    command = [sys.executable, "-m", "analyzer", "ingest", str(logs), "--device-from-folder"]
    return subprocess.Popen([*command, "--store", store], stdout=subprocess.DEVNULL)


def imported(logs: Path, store: str) -> None:
    """Import logs. Raises RuntimeError if that fails."""
    if importer(logs, store).wait():
        raise RuntimeError(f"import into {store} failed")


def report(*what: str) -> Any:  # noqa: ANN401
    """Return the JSON report of logs or a store."""
    command = [sys.executable, "-m", "analyzer", "report", "--format", "json", *what]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def checks(folder: Path, kills: int) -> Iterator[tuple[str, bool]]:
    """Yield what was tried, with whether it holds."""
    from analyzer.store import Store

    for phone in range(PHONES):
        (folder / f"phone{phone}").mkdir()
        write_xml(folder / f"phone{phone}" / "sms.xml", MESSAGES + phone)
    files = report(str(folder), "--device-from-folder")
    store, both, killed = (f"{ADDRESS}/{name}" for name in ("store", "both", "killed"))

    started = time.monotonic()
    imported(folder, store)
    lasts = time.monotonic() - started
    yield "the report equals that of the files", report("--store", store) == files
    yield (
        "so it does with --cluster local",
        report("--store", store, "--cluster", "local") == files,
    )
    version = Store.open(store).version
    imported(folder, store)
    yield "importing again commits nothing", Store.open(store).version == version

    side_by_side = [importer(folder, both) for _ in range(2)]
    ended = [process.wait() for process in side_by_side]
    yield (
        f"two importers at once (exit codes {ended}) count nothing twice",
        report("--store", both) == files,
    )
    Store.open_or_create(killed)
    rows = {0, Store.open(store).dataset().count_rows()}
    yield (
        f"{kills} killed imports leave all or nothing",
        all(_killed(folder, killed, lasts, seed) in rows for seed in range(kills)),
    )
    imported(folder, killed)
    yield "after importing again the report is the same", report("--store", killed) == files
    done = Store.open(killed).compact(keep_hours=0)
    yield f"compaction ({done}) changes nothing", report("--store", killed) == files


def _killed(logs: Path, store: str, lasts: float, seed: int) -> int:
    """Kill an import at a random moment; return how many rows the store has then."""
    from analyzer.store import Store

    process = importer(logs, store)
    time.sleep(lasts * random.Random(seed).uniform(0.3, 1.0))
    process.kill()
    process.wait()
    return Store.open(store).dataset().count_rows()


def main() -> None:
    """Try everything and print it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--server", type=Path, default=SERVER)
    parser.add_argument("--kills", type=int, default=10)
    given = parser.parse_args()
    held = True
    with (
        tempfile.TemporaryDirectory(prefix="sms-analyzer-bench-") as folder,
        object_storage(given.server),
    ):
        for what, holds in checks(Path(folder), given.kills):
            print(f"{'holds' if holds else 'FAILS'}: {what}", flush=True)
            held = held and holds
    sys.exit(not held)


if __name__ == "__main__":
    main()
