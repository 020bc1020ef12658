"""The same report on a cluster, also when a worker dies."""

from __future__ import annotations

import gc
import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from analyzer.analysis import AnalysisOptions, analyze
from analyzer.cluster import ClusterError, cluster
from analyzer.fleet import fleet_analysis
from analyzer.ingest import IngestOptions, ingest
from analyzer.ingest.records import Role
from analyzer.log import Log
from analyzer.store import Selection, Store, import_logs

BY_FOLDER = IngestOptions(device_from_folder=True)


# The scheduler's sockets to the worker that was killed are closed by nobody.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_worker_killed_in_the_middle_changes_nothing(tmp_path: Path, fleet: Path) -> None:
    from distributed import LocalCluster

    inputs = [(fleet, Role.MESSAGES)]
    store = Store.open_or_create(tmp_path / "store")
    import_logs(store, inputs, BY_FOLDER)
    store = Store.open(tmp_path / "store")
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local:
        killed = threading.Thread(target=_kill_a_busy_worker, args=(local,))
        killed.start()
        with cluster(local.scheduler_address) as compute:
            analysis = fleet_analysis(store, Selection(), AnalysisOptions(), compute)
        killed.join(timeout=60)
    files = analyze(ingest(inputs, BY_FOLDER))
    assert _report(analysis) == _report(files)
    gc.collect()


def _kill_a_busy_worker(local) -> None:
    """Kill the first worker that has work."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        for state in local.scheduler.workers.values():
            if state.processing:
                os.kill(local.workers[state.name].pid, signal.SIGKILL)
                return
        time.sleep(0.005)


def _report(analysis) -> str:
    return json.dumps(Log(analysis).document, sort_keys=True)


def test_a_cluster_that_is_not_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.cluster.PATIENCE", "1s")
    with pytest.raises(ClusterError, match="no cluster there"), cluster("tcp://127.0.0.1:9"):
        pass
