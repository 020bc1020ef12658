"""What a store costs, and that nothing breaks it: memory, bytes read, kills, workers.

Usage: python bench/store.py [--messages 1000000] [--kills 100] [--workers]

Printed are, on invented logs (generator.py): peak memory and CPU of importing a tenth and all of
the messages; the share of the store's bytes that a report of one day reads; how many imports
killed at random moments left the store as it was, and whether it equals the files afterwards; and
the time of a report with one and with two workers. Linux only (/proc).
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from generator import START_MS, write_xml

_PHONES = 16


def main() -> None:
    """Run what was asked for and print it."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    asked.add_argument("--messages", type=int, default=1_000_000)
    asked.add_argument("--kills", type=int, default=100)
    asked.add_argument("--workers", action="store_true")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="sms-analyzer-bench-") as folder:
        _memory(Path(folder), given.messages)
        _one_day(Path(folder), given.messages)
        if given.workers:
            _workers(Path(folder), given.messages)
        if given.kills:
            _kills(Path(folder), given.kills)


def _memory(folder: Path, messages: int) -> None:
    """Print what importing a log of one phone costs, at a tenth of the size and at the whole."""
    peaks = []
    for count in (messages // 10, messages):
        log = folder / f"{count}.xml"
        write_xml(log, count)
        peak, cpu = _measured(lambda log=log, count=count: _import(log, folder / f"store-{count}"))
        peaks.append(peak)
        print(
            f"import of {count:,}: peak {peak >> 10} MiB, {1e6 * cpu / count:.1f} CPU s a million"
        )
    print(f"memory of the larger against the smaller: {peaks[1] / peaks[0]:.2f} times")


def _one_day(folder: Path, messages: int) -> None:
    """Print how many bytes of the store a report of one day reads."""
    store = folder / f"store-{messages}"
    size = sum(path.stat().st_size for path in store.rglob("*.parquet"))
    middle = START_MS + messages * 45_000 // 2
    day = datetime.fromtimestamp(middle / 1000, UTC).date()
    read = _bytes_read(store, str(day), str(day + timedelta(days=1)))
    print(f"store: {size / messages:.0f} bytes a message; one day reads {100 * read / size:.2f} %")


def _bytes_read(store: Path, since: str, until: str) -> int:
    """Return the bytes that a report of a period reads, as the system counts them.

    Another period is reported on first, so that what Python reads of itself is not counted.
    """
    program = (
        "import sys; from pathlib import Path; from datetime import datetime, timedelta, UTC\n"
        "from analyzer.analysis import AnalysisOptions; from analyzer.fleet import fleet_analysis\n"
        "from analyzer.store import Selection, Store\n"
        "def read(): return int(Path('/proc/self/io').read_text().split()[1])\n"
        "import analyzer.recognize.table, pyarrow.dataset, deltalake\n"
        "s, u = (datetime.fromisoformat(a).replace(tzinfo=UTC) for a in sys.argv[2:])\n"
        "analyze = lambda a, b: fleet_analysis(Store.open(sys.argv[1]), Selection(None, a, b),"
        " AnalysisOptions(since=a, until=b))\n"
        "week = timedelta(days=7); analyze(s - week, u - week)\n"
        "before = read(); analyze(s, u); print(read() - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(store), since, until],
        check=True,
        capture_output=True,
        text=True,
    )
    return int(done.stdout)


def _workers(folder: Path, messages: int) -> None:
    """Print how long the parts of a fleet take with one worker and with two."""
    from distributed import LocalCluster

    from analyzer.analysis import AnalysisOptions
    from analyzer.cluster import cluster
    from analyzer.fleet import fleet_analysis
    from analyzer.store import Selection, Store

    fleet = folder / "fleet"
    for phone in range(_PHONES):
        (fleet / f"phone{phone}").mkdir(parents=True)
        write_xml(fleet / f"phone{phone}" / "sms.xml", messages // _PHONES)
    _import(fleet, folder / "fleet-store", "--device-from-folder")
    took = {}
    for workers in (1, 2, 1, 2):
        with (
            LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as local,
            cluster(local.scheduler_address) as compute,
        ):
            store = Store.open(folder / "fleet-store")
            local.scheduler.allowed_failures = 5
            _warm(compute, store)
            started = time.perf_counter()
            fleet_analysis(store, Selection(), AnalysisOptions(), compute)
            seconds = time.perf_counter() - started
            took[workers] = min(took.get(workers, seconds), seconds)
    print(f"report of a fleet: two workers {took[1] / took[2]:.2f} times as fast as one")


def _warm(compute: Callable, store: object) -> None:
    from analyzer.analysis import AnalysisOptions
    from analyzer.store import Selection

    nothing = Selection(buckets=("none",))
    list(compute(store.address, [nothing] * 4, AnalysisOptions()))


def _kills(folder: Path, kills: int) -> None:
    """Kill imports at random moments, and print what became of the store."""
    log, address = folder / "kills.xml", folder / "kills-store"
    write_xml(log, 20_000)
    started = time.perf_counter()
    _import(log, folder / "timed")
    lasts = time.perf_counter() - started
    whole = _rows(folder / "timed")
    chance, found = random.Random(11), {0: 0, whole: 0, "else": 0}
    for _ in range(kills):
        process = subprocess.Popen(_command(log, address), stdout=subprocess.DEVNULL)
        time.sleep(lasts * chance.uniform(0.2, 1.05))
        process.kill()
        process.wait()
        rows = _rows(address)
        found[rows if rows in (0, whole) else "else"] += 1
        if rows == whole:
            address = folder / f"kills-store-{chance.randrange(1 << 30)}"
    _import(log, address)
    same = _report(address) == _report(folder / "timed")
    print(
        f"{kills} imports killed: {found[0]} left the store empty, {found[whole]} had just "
        f"finished, {found['else']} left anything else; equal after importing again: {same}"
    )


def _rows(address: Path) -> int:
    from analyzer.store import Store, StoreError

    try:
        return Store.open(address).dataset().count_rows()
    except StoreError:
        return 0  # killed before the store was made


def _report(address: Path) -> dict[str, object]:
    command = [sys.executable, "-m", "analyzer", "report", "--store", str(address)]
    done = subprocess.run([*command, "--format", "json"], check=True, capture_output=True)
    return json.loads(done.stdout)


def _command(log: Path, address: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "analyzer", "ingest", str(log), "--store", str(address), *options]


def _import(log: Path, address: Path, *options: str) -> None:
    subprocess.run(_command(log, address, *options), check=True, stdout=subprocess.DEVNULL)


def _measured(run: Callable[[], None]) -> tuple[int, float]:
    """Return the peak memory (KiB) and CPU seconds of the process that a call starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return after.ru_maxrss, cpu


if __name__ == "__main__":
    main()
