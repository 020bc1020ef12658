"""Log: what load() returns; messages, codes, attempts, findings, plots, as pandas DataFrames."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from analyzer.analysis import DEFAULT_LATE_AFTER, Analysis, AnalysisOptions, analyze
from analyzer.identify import sender_route
from analyzer.ingest import IngestOptions, ingest
from analyzer.ingest.column_map import column_map
from analyzer.ingest.records import Role
from analyzer.measure import blocking_table, latency_table, outcome_table, request_latency_table
from analyzer.report.document import Document, document, document_json
from analyzer.report.masking import Masker
from analyzer.report.words import Words, computer_zone
from analyzer.texts import Language

if TYPE_CHECKING:
    from analyzer.report.plots import Plots

Paths = str | PathLike[str] | Iterable[str | PathLike[str]]
By = str | Sequence[str]


def load(
    *paths: str | PathLike[str],
    blocked: Paths = (),
    requests: Paths = (),
    sims: Paths = (),
    tz: str | None = None,
    device: str | None = None,
    device_from_folder: bool = False,
    columns: str | Mapping[str, str | int] | None = None,
    carrier: str | None = None,
    since: datetime | str | None = None,
    until: datetime | str | None = None,
    late_after: int = DEFAULT_LATE_AFTER,
    reveal: bool = False,
    key: str | None = None,
    lang: Language = "en",
    progress: Callable[[str, int, int], None] | None = None,
) -> Log:
    """Read logs, folders and archives, and analyze them.

    `blocked`, `requests` and `sims` name inputs whose role their content does not tell. Times
    without an offset are read in `tz` (IANA name; default: the zone a log names, else the
    computer's). Logs given together are one phone unless `device` or `device_from_folder` says
    otherwise; `carrier` is the carrier of its SIM where no log tells. `columns` says which
    columns of a table are ours: {"received_at": "Zeit", "sender": "Von"} or, without a header
    row, {"sender": 1}. `late_after` is in seconds. Codes and people's numbers are masked unless
    `reveal`; with a `key`, a person has the same pseudonym in every run.

    Raises UnknownZoneError (a ValueError) for an unknown `tz` and ColumnMapError (a ValueError)
    for `columns` that cannot be understood. What is wrong with a log is not
    raised: see Log.logs and Log.problems.
    """
    inputs: list[tuple[Any, Role]] = [(path, Role.MESSAGES) for path in paths]
    for given, role in ((blocked, Role.BLOCKED), (requests, Role.REQUESTS), (sims, Role.SIMS)):
        inputs.extend((path, role) for path in _listed(given))
    reading = IngestOptions(tz, device, device_from_folder, column_map(columns))
    ingested = ingest(inputs, reading, progress)
    options = AnalysisOptions(
        late_after=late_after,
        since=_moment(since),
        until=_moment(until),
        carrier=carrier,
        tz=tz,
    )
    return Log(analyze(ingested, options), reveal=reveal, lang=lang, zone=tz, key=key)


def load_store(
    store: str | PathLike[str],
    *,
    device: str | Iterable[str] | None = None,
    carrier: str | None = None,
    since: datetime | str | None = None,
    until: datetime | str | None = None,
    late_after: int = DEFAULT_LATE_AFTER,
    tz: str | None = None,
    reveal: bool = False,
    key: str | None = None,
    lang: Language = "en",
    cluster: str | None = None,
) -> Log:
    """Analyze what a store holds, of all phones or those named, from `since` until `until`.

    `store` is the folder or address that `sms-analyzer ingest --store` filled; `cluster` is
    "local" or the address of a Dask scheduler. A large store is analyzed phone by phone, and
    `Log.messages` then holds its code messages only, without texts. The other arguments are
    those of load(). Raises StoreError or ClusterError if the one or the other is not there.
    """
    from analyzer.cluster import cluster as cluster_at
    from analyzer.fleet import fleet_analysis
    from analyzer.store import Selection, Store

    options = AnalysisOptions(
        late_after=late_after, since=_moment(since), until=_moment(until), carrier=carrier
    )
    named = (device,) if isinstance(device, str) else device
    devices = None if named is None else tuple(named)
    selection = Selection(devices, options.since, options.until)
    with cluster_at(cluster) as compute:
        analysis = fleet_analysis(Store.open(str(store)), selection, options, compute)
    return Log(analysis, reveal=reveal, lang=lang, zone=tz, key=key)


class Log:
    """A set of logs, analyzed. Every table is a plain DataFrame with documented columns.

    The columns of `messages` and `codes` are those of schema.MESSAGES, RECOGNIZED, IDENTIFIED
    and MEASURED; of `attempts`, schema.ATTEMPTS; of `requests` and `sims`, schema.REQUESTS and
    schema.SIMS. Times are UTC, latencies seconds, unknown is null.
    """

    def __init__(
        self,
        analysis: Analysis,
        *,
        reveal: bool = False,
        lang: Language = "en",
        zone: str | None = None,
        key: str | None = None,
    ) -> None:
        self.analysis = analysis
        self._words = Words(lang, zone)
        self._key = key
        self._zone = zone or computer_zone() or "UTC"
        self._masker = Masker(reveal, self._words("person"), key)
        self._shown = self._masker.keys(analysis.table)

    @cached_property
    def messages(self) -> pd.DataFrame:
        """All messages, one row each, with every derived column."""
        return self._frame(self.analysis.table)

    @cached_property
    def codes(self) -> pd.DataFrame:
        """The received messages that carry a verification code."""
        return self._frame(self.analysis.codes)

    @cached_property
    def attempts(self) -> pd.DataFrame:
        """The attempts to get a code, and how each ended."""
        frame = self._masker.frame_names(_pandas(self.analysis.attempts))
        frame["sender"] = frame["sender"].map(lambda key: self._shown.get(key, key))
        return frame

    @cached_property
    def requests(self) -> pd.DataFrame:
        """The requests of the request logs."""
        frame = self._masker.frame_names(_pandas(self.analysis.requests))
        for name in ("result_raw", "note"):
            frame[name] = self._texts(self.analysis.requests, name)
        return frame

    @cached_property
    def sims(self) -> pd.DataFrame:
        """The SIMs of the SIM maps."""
        return self._masker.frame_names(_pandas(self.analysis.sims))

    @cached_property
    def events(self) -> pd.DataFrame:
        """What the phone's own logs (radio log, dumpsys) say of arriving messages."""
        frame = self._masker.frame_names(_pandas(self.analysis.events))
        senders = self.analysis.events["sender"].to_pylist()
        routes = [sender_route(sender).route for sender in senders]
        frame["sender"] = self._masker.senders(senders, routes)
        return frame

    @cached_property
    def logs(self) -> pd.DataFrame:
        """What became of every record of every log; problems as sentences."""
        rows = [dict(row) for row in self.summary["logs"]]
        for row in rows:
            row["problems"] = [problem["sentence"] for problem in row["problems"]]
        return pd.DataFrame(rows).set_index("log")

    @cached_property
    def problems(self) -> pd.DataFrame:
        """Every problem of every log: what, where, what to do."""
        rows = [
            {"log": row["log"]} | problem
            for row in self.summary["logs"]
            for problem in row["problems"]
        ]
        return pd.DataFrame(
            rows, columns=["log", "what", "kind", "record", "byte", "field", "sentence", "remedy"]
        )

    @cached_property
    def findings(self) -> pd.DataFrame:
        """Every cause with its verdict, evidence, rivals and advice."""
        return pd.DataFrame(self.summary["diagnosis"]).set_index("cause")

    @cached_property
    def document(self) -> Document:
        """The whole report as plain values (JSON schema 1)."""
        return document(self.analysis, self._words, self._masker, self._shown)

    @cached_property
    def summary(self) -> Document:
        """The document without its list of attempts, of which there may be many."""
        return self.excerpt(self.analysis.attempts.slice(0, 0))

    def document_json(self) -> Iterator[bytes]:
        """Yield the document as JSON text in pieces, as `report --format json` writes it."""
        return document_json(self.analysis, self._words, self._masker, self._shown)

    def excerpt(self, attempts: pa.Table) -> Document:
        """Return the report as plain values with these attempts (of schema.ATTEMPTS) listed."""
        return document(self.analysis, self._words, self._masker, self._shown, attempts)

    def latency(self, by: By = ()) -> pd.DataFrame:
        """Return last-mile latency percentiles of code messages in seconds, grouped by columns.

        `by`: sender, carrier, service, route, sim_slot, device, hour, weekday, month.
        """
        return self._masked(
            latency_table(
                self.analysis.codes,
                _columns(by),
                late_after=self.analysis.options.late_after,
                tz=self._zone,
            )
        )

    def blocking(self, by: By = ()) -> pd.DataFrame:
        """Return blocking rates of code messages with Wilson intervals, grouped by columns."""
        return self._masked(blocking_table(self.analysis.codes, _columns(by), tz=self._zone))

    def request_latency(self, by: By = ()) -> pd.DataFrame:
        """Return what users waited from the request on, in seconds, grouped by columns."""
        return self._masked(
            request_latency_table(self.analysis.attempts, _columns(by), tz=self._zone)
        )

    def outcomes(self, by: By = ()) -> pd.DataFrame:
        """Return how many attempts ended how, grouped by columns."""
        return self._masked(outcome_table(self.analysis.attempts, _columns(by), tz=self._zone))

    def compare(
        self,
        other: Log | None = None,
        *,
        at: datetime | str | None = None,
        between: tuple[str, str, str] | None = None,
    ) -> pd.DataFrame:
        """Compare two parts of these logs, or these logs with others, measure by measure.

        `at` compares what lies before a moment with what follows; `between` is a key (carrier,
        sender, service, device, sim) and two of its values; `other` is another Log. Differences
        are second less first, with 95 % interval and p corrected for the number of measures;
        `said` is different, could_be_chance or too_few. Raises NothingToCompareError (a
        ValueError) if one side is empty.
        """
        from analyzer.compare import before_after, compared, side_of
        from analyzer.compare import between as cut_between
        from analyzer.report.comparison import comparison_rows

        moment = _moment(at)
        if sum(given is not None for given in (other, at, between)) != 1:
            raise ValueError("compare with another Log, at a moment, or between two values")
        if moment is not None:
            sides = before_after(self.analysis, moment, ("before", "after"))
        elif between is not None:
            sides = cut_between(self.analysis, *between)
        elif other is not None:
            sides = side_of(self.analysis, "this"), side_of(other.analysis, "other")
        return pd.DataFrame(comparison_rows(compared(*sides), *sides)).set_index("measure")

    @property
    def pseudonyms(self) -> dict[str, str]:
        """What is shown in place of each sender key that is a person's number."""
        return dict(self._shown)

    @property
    def words(self) -> Words:
        """The words in which the log speaks."""
        return self._words

    def in_language(self, lang: Language) -> Log:
        """Return the same log speaking another language; nothing is read or analyzed again."""
        if lang == self._words.language:
            return self
        zone, reveal = self._words.zone_name, self._masker.reveal
        return Log(self.analysis, reveal=reveal, lang=lang, zone=zone, key=self._key)

    @property
    def plot(self) -> Plots:
        """The plots; each returns matplotlib Axes."""
        from analyzer.report.plots import Plots

        return Plots(self)

    def __repr__(self) -> str:
        messages, codes = self.summary["messages"], self.summary["codes"]
        return (
            f"<Log: {len(self.summary['logs'])} logs, {messages['total']:,} messages, "
            f"{codes['messages']:,} code messages, {codes['attempts']:,} attempts>"
        )

    def _repr_html_(self) -> str:
        """Return a short summary; no message text, no script."""
        words = self._words
        doc = self.summary
        counts = {words(k): n for k, n in doc["codes"]["outcomes"].items() if n}
        outcomes = pd.DataFrame({words("n"): counts}).rename_axis(words("outcome"))
        logs = self.logs[["format", "records", "kept", "duplicates", "rejected"]]
        named = [row for row in doc["diagnosis"] if row["verdict"] in ("shown", "consistent")]
        causes = "".join(
            f"<li><b>{html.escape(row['title'])}</b> ({html.escape(words(row['verdict']))}): "
            f"{html.escape(row['evidence'][0])}</li>"
            for row in named
        )
        return (
            f"<h4>{html.escape(repr(self)[1:-1])}</h4>"
            f"{logs.to_html(escape=True)}{outcomes.to_html(escape=True)}<ul>{causes}</ul>"
        )

    def _frame(self, table: pa.Table) -> pd.DataFrame:
        """Return a message table as a DataFrame with codes and numbers masked."""
        frame = _pandas(table)
        if self._masker.reveal:
            return frame
        self._masker.frame_names(frame)
        routes = table["route"].to_pylist()
        frame["sender"] = self._masker.senders(table["sender"].to_pylist(), routes)
        frame["sender_key"] = self._masker.senders(table["sender_key"].to_pylist(), routes)
        starts, lengths = table["code_start"].to_pylist(), table["code_length"].to_pylist()
        bodies = zip(table["body"].to_pylist(), starts, lengths, strict=True)
        frame["body"] = [self._masker.body(*body) for body in bodies]
        repaired = table["repaired_body"].to_pylist()
        frame["block_rule"] = self._texts(table, "block_rule")
        frame["repaired_body"] = [self._masker.body(text, None, None) for text in repaired]
        return frame

    def _texts(self, table: pa.Table, name: str) -> list[str | None]:
        """Return a column of free text with every longer run of digits masked."""
        return [self._masker.body(text, None, None) for text in table[name].to_pylist()]

    def _masked(self, frame: pd.DataFrame) -> pd.DataFrame:
        if "sender" in frame:
            frame["sender"] = frame["sender"].map(lambda key: self._shown.get(key, key))
        return self._masker.frame_names(frame)


def _pandas(table: pa.Table) -> pd.DataFrame:
    """Return an Arrow table as a DataFrame with nullable Arrow types; words as categories."""
    frame: pd.DataFrame = table.to_pandas(types_mapper=_arrow_dtype)
    return frame


def _arrow_dtype(kind: pa.DataType) -> pd.ArrowDtype | None:
    return (
        None if pa.types.is_dictionary(kind) or pa.types.is_timestamp(kind) else pd.ArrowDtype(kind)
    )


def _columns(by: By) -> tuple[str, ...]:
    return (by,) if isinstance(by, str) else tuple(by)


def _listed(paths: Paths) -> list[str | PathLike[str]]:
    return [paths] if isinstance(paths, str | PathLike) else list(paths)


def _moment(value: datetime | str | None) -> datetime | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.astimezone() if moment.tzinfo is None else moment
