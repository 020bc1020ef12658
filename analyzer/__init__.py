"""SMS reception analyzer: codes that came late, were blocked or never came, from a phone's logs.

>>> import analyzer
>>> log = analyzer.load("sample_logs")
>>> log.attempts, log.latency(by="carrier"), log.blocking(by="sender"), log.findings
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analyzer.log import Log, load, load_store

__all__ = ["Log", "load", "load_store"]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Import the public face where it is first used, so that the command line starts at once."""
    if name in __all__:
        return getattr(import_module("analyzer.log"), name)
    raise AttributeError(f"module 'analyzer' has no attribute {name!r}")
