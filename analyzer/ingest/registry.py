"""The readers: found by scanning their folder, asked in turn, one may answer."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from analyzer.ingest import readers as folder
from analyzer.ingest.records import Reader
from analyzer.ingest.source import Head


class AmbiguousLogError(ValueError):
    """Two readers or more claim one log."""


@cache
def readers() -> tuple[Reader, ...]:
    """Return every reader in the folder, sorted by name."""
    names = [module.name for module in pkgutil.iter_modules(folder.__path__)]
    modules = [importlib.import_module(f"{folder.__name__}.{name}") for name in sorted(names)]
    return tuple(module.READER for module in modules)


def claimant(head: Head) -> Reader | None:
    """Return the reader that claims a log by its first bytes, or None.

    Raises AmbiguousLogError naming the readers if several do.
    """
    claiming = [reader for reader in readers() if reader.sniff(head)]
    if len(claiming) > 1:
        raise AmbiguousLogError(", ".join(reader.name for reader in claiming))
    return claiming[0] if claiming else None
