"""The growing dataset on disk: many phones, many exports, one table with atomic commits."""

from analyzer.store.importing import ImportReport, import_logs
from analyzer.store.reading import Selection, stored
from analyzer.store.table import Store, StoreError

__all__ = ["ImportReport", "Selection", "Store", "StoreError", "import_logs", "stored"]
