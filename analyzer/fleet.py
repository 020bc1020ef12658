"""A store analyzed bucket by bucket: the same stages per part, the parts added up.

Memory holds one bucket and what remains of those before: code messages without their texts,
attempts, findings. The parts can be computed anywhere, in any order; the result is the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache, reduce
from typing import NamedTuple

import pyarrow as pa

from analyzer.analysis import Analysis, AnalysisOptions, MessageTotals, analyze
from analyzer.diagnose import Case, Finding, next_steps, over_phones
from analyzer.store import Selection, Store, stored
from analyzer.store.reading import buckets_of, log_accounts, message_count

# A store up to this size is analyzed in one piece, as files are.
WHOLE_ROWS = 200_000
_TEXTS = ("body", "repaired_body", "block_rule")


class Part(NamedTuple):
    """What one bucket of phones gave: its analysis without texts, findings by phone, log counts."""

    analysis: Analysis
    findings: dict[str, list[Finding]]
    kept: Counter[str]


Compute = Callable[[str, list[Selection], AnalysisOptions], Iterable[Part]]


def fleet_analysis(
    store: Store,
    selection: Selection,
    options: AnalysisOptions,
    compute: Compute | None = None,
    whole_rows: int = WHOLE_ROWS,
) -> Analysis:
    """Analyze what a selection of a store holds.

    `compute` computes the parts elsewhere, such as on a cluster; without it they are computed
    here, one after the other, and a store of up to `whole_rows` messages in one piece.
    """
    if compute is None and message_count(store, selection) <= whole_rows:
        return analyze(stored(store, selection), options)
    parts = [selection._replace(buckets=(bucket,)) for bucket in buckets_of(store, selection)]
    computed = (compute or parts_here)(store.address, parts, options)
    return _added(store, selection, list(computed), options)


def parts_here(address: str, parts: list[Selection], options: AnalysisOptions) -> Iterable[Part]:
    """Compute parts in this process, one after the other."""
    return (part_of(address, part, options) for part in parts)


def part_of(address: str, part: Selection, options: AnalysisOptions) -> Part:
    """Read and analyze one part of a store."""
    ingested = stored(_at_version(address, Store.open(address).version), part)
    analysis = analyze(ingested, options, fleet=True)
    kept: Counter[str] = Counter()
    for table in (ingested.messages, ingested.requests, ingested.sims):
        kept.update(table["log"].to_pylist())
    slim = replace(
        analysis,
        table=_without_texts(analysis.codes),
        counted=analysis.totals,
        accounts=[],
        findings=[],
    )
    return Part(slim, analysis.by_phone, kept)


@lru_cache(maxsize=1)
def _at_version(address: str, _version: int) -> Store:
    """Return a store that its parts share while nothing is added: what it knows is read once."""
    return Store.open(address)


def _added(
    store: Store, selection: Selection, parts: list[Part], options: AnalysisOptions
) -> Analysis:
    """Return the analysis of all parts together; the order of the parts does not matter."""
    accounts = log_accounts(store, selection)
    kept: Counter[str] = Counter()
    for part in parts:
        kept.update(part.kept)
    if selection.since is None and selection.until is None:
        for account in accounts:
            found = account.kept + account.duplicates
            account.kept = kept[account.log]
            account.duplicates = found - account.kept
    every = [part.analysis for part in parts]
    totals = reduce(MessageTotals.plus, (one.totals for one in every), MessageTotals())
    by_phone = {device: found for part in parts for device, found in part.findings.items()}
    findings = over_phones(by_phone)
    table = _stacked([one.table for one in every])
    attempts = _stacked([one.attempts for one in every])
    requests = _stacked([one.requests for one in every])
    case = Case(table, attempts, accounts, bool(requests.num_rows), tz=options.tz)
    return Analysis(
        table=table,
        attempts=attempts,
        requests=requests,
        sims=_stacked([one.sims for one in every]),
        accounts=accounts,
        findings=findings,
        options=options,
        events=_stacked([one.events for one in every]),
        next_steps=next_steps(case, findings),
        counted=totals,
        by_phone=by_phone,
    )


def _stacked(tables: list[pa.Table]) -> pa.Table:
    return pa.concat_tables(tables).unify_dictionaries()


def _without_texts(codes: pa.Table) -> pa.Table:
    for name in _TEXTS:
        index = codes.schema.get_field_index(name)
        nothing = pa.nulls(codes.num_rows, codes.schema.field(name).type)
        codes = codes.set_column(index, codes.schema.field(name), nothing)
    return codes
