"""Parts of a store computed on a Dask cluster: the same function per bucket, on many machines.

A part that is lost with its worker is computed again by another; what remains is told apart by
nothing. Nothing of ours runs between the parts: they are added up where the command runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from analyzer.analysis import AnalysisOptions
from analyzer.fleet import Compute, Part, part_of
from analyzer.store import Selection

if TYPE_CHECKING:
    from distributed import Client

# How often a part may lose its worker before the run is given up.
_RETRIES = 5
PATIENCE = "10s"
_NEEDED = "--cluster needs Dask: pip install 'sms-reception-analyzer[cluster]'"


class ClusterError(Exception):
    """A cluster that cannot be reached or gives up; says which, and what to do."""


@contextmanager
def cluster(address: str | None) -> Iterator[Compute | None]:
    """Give what computes parts on a cluster: "local", or a scheduler's address (tcp://...).

    None for no address: the parts are then computed here. Raises ClusterError if the cluster
    cannot be reached, or where Dask is not installed.
    """
    if address is None:
        yield None
        return
    with _client(address) as client:

        def compute(store: str, parts: list[Selection], options: AnalysisOptions) -> Iterable[Part]:
            futures = [
                client.submit(part_of, store, part, options, pure=False, retries=_RETRIES)
                for part in parts
            ]
            gathered: list[Part] = client.gather(futures)  # type: ignore[no-untyped-call]
            return gathered

        yield compute


@contextmanager
def _client(address: str) -> Iterator[Client]:
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise ClusterError(_NEEDED) from error
    quiet = {"distributed.scheduler.allowed-failures": _RETRIES, "distributed.dashboard.link": ""}
    with dask.config.set(quiet):
        if address == "local":
            with (
                LocalCluster(  # type: ignore[no-untyped-call]
                    threads_per_worker=1, dashboard_address=None
                ) as local,
                Client(local) as client,  # type: ignore[no-untyped-call]
            ):
                yield client
            return
        try:
            client = Client(address, timeout=PATIENCE)  # type: ignore[no-untyped-call]
        except (OSError, ValueError, TimeoutError) as error:
            raise ClusterError(
                f"{address}: no cluster there ({error}). Start one with 'dask scheduler', or use "
                "--cluster local."
            ) from error
        with client:
            yield client
