"""Files to messages: sniff, read, normalize, deduplicate, account."""

from analyzer.ingest.account import LogAccount
from analyzer.ingest.pipeline import Ingested, IngestOptions, ingest
from analyzer.ingest.records import Problem, ProblemKind

__all__ = ["IngestOptions", "Ingested", "LogAccount", "Problem", "ProblemKind", "ingest"]
