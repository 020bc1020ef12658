"""A store gives what the files give: once, whole, and only what is asked for."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from deltalake import DeltaTable

import analyzer
from analyzer.analysis import AnalysisOptions, analyze
from analyzer.cli import main
from analyzer.fleet import fleet_analysis
from analyzer.ingest import IngestOptions, ingest
from analyzer.ingest.records import Role
from analyzer.log import Log
from analyzer.store import Selection, Store, StoreError, import_logs, stored
from analyzer.store.layout import BUCKETS, LAYOUT, Layout
from analyzer.store.reading import buckets_of, message_count

BY_FOLDER = IngestOptions(device_from_folder=True)


def named(*paths: Path) -> list[tuple[Path, Role]]:
    return [(path, Role.MESSAGES) for path in paths]


def report(analysis) -> str:
    return json.dumps(Log(analysis).document, sort_keys=True)


def of_files(folder: Path) -> str:
    return report(analyze(ingest(named(folder), BY_FOLDER)))


def of_store(address: Path, **options) -> str:
    return report(fleet_analysis(Store.open(address), Selection(), AnalysisOptions(), **options))


def test_a_report_from_a_store_is_the_report_from_the_files(tmp_path: Path, fleet: Path) -> None:
    import_logs(Store.open_or_create(tmp_path / "store"), named(fleet), BY_FOLDER)
    assert of_store(tmp_path / "store") == of_files(fleet)


def test_a_report_bucket_by_bucket_is_the_same(tmp_path: Path, fleet: Path) -> None:
    import_logs(Store.open_or_create(tmp_path / "store"), named(fleet), BY_FOLDER)
    assert of_store(tmp_path / "store", whole_rows=0) == of_files(fleet)


def test_importing_again_adds_nothing(tmp_path: Path, fleet: Path) -> None:
    address = tmp_path / "store"
    first = import_logs(Store.open_or_create(address), named(fleet), BY_FOLDER)
    version = Store.open(address).version
    again = import_logs(Store.open(address), named(fleet), BY_FOLDER)
    assert first.added
    assert not again.added
    assert len(again.already) == len(first.accounts)
    assert Store.open(address).version == version


def test_logs_that_overlap_over_several_imports_count_every_message_once(
    tmp_path: Path, sample_logs: Path
) -> None:
    address = tmp_path / "store"
    for path in sorted(sample_logs.iterdir()):
        import_logs(Store.open_or_create(address), named(path))
    files = ingest(named(*sorted(sample_logs.iterdir())))
    read = stored(Store.open(address))
    assert read.messages.equals(files.messages)
    assert [(log.log, log.kept, log.duplicates) for log in read.accounts] == [
        (log.log, log.kept, log.duplicates) for log in files.accounts
    ]


def test_a_message_that_the_store_has_is_kept_apart_only_if_it_knows_more(
    tmp_path: Path, sample_logs: Path
) -> None:
    address = tmp_path / "store"
    import_logs(Store.open_or_create(address), named(sample_logs / "sms-20260314110000.xml"))
    count = message_count(Store.open(address))
    changed = tmp_path / "again.xml"
    text = (sample_logs / "sms-20260314110000.xml").read_text(encoding="utf-8")
    changed.write_text(text.replace("<smses", "<!-- again --><smses"), encoding="utf-8")
    import_logs(Store.open(address), named(changed))
    assert message_count(Store.open(address)) == count


def test_a_log_that_cannot_be_read_is_told_and_not_stored(tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_text("this is no log", encoding="utf-8")
    store = Store.open_or_create(tmp_path / "store")
    found = import_logs(store, named(bad))
    assert [account.readable for account in found.accounts] == [False]
    assert not stored(Store.open(tmp_path / "store")).accounts


def test_a_private_store_holds_no_code_and_no_text(tmp_path: Path, sample_logs: Path) -> None:
    address = tmp_path / "store"
    import_logs(Store.open_or_create(address, private=True), named(sample_logs))
    revealed = Log(analyze(ingest(named(sample_logs))), reveal=True)
    codes = revealed.codes.dropna(subset=["code_start"])
    secrets = {
        body[start : start + length]
        for body, start, length in zip(
            codes["body"], codes["code_start"], codes["code_length"], strict=True
        )
    }
    assert len(secrets) > 10
    words = " ".join(
        str(value)
        for path in address.rglob("*.parquet")
        for name in ("body", "repaired_body", "account", "block_rule")
        for value in pq.read_table(path, columns=[name])[name].to_pylist()
    )
    assert not [secret for secret in secrets if secret in words]


def test_a_private_store_gives_the_same_report(tmp_path: Path, sample_logs: Path) -> None:
    address = tmp_path / "store"
    import_logs(Store.open_or_create(address, private=True), named(sample_logs))
    assert of_store(address) == report(analyze(ingest(named(sample_logs))))
    assert of_store(address, whole_rows=0) == of_store(address)


def test_a_private_store_stays_private_and_an_open_one_open(tmp_path: Path) -> None:
    Store.open_or_create(tmp_path / "open")
    with pytest.raises(StoreError, match="keeps texts"):
        Store.open_or_create(tmp_path / "open", private=True)
    Store.open_or_create(tmp_path / "private", private=True)
    assert Store.open_or_create(tmp_path / "private").layout.private


def test_a_period_reads_only_what_lies_around_it(tmp_path: Path, sample_logs: Path) -> None:
    address = tmp_path / "store"
    import_logs(Store.open_or_create(address), named(sample_logs))
    since, until = datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC)
    some = Selection(since=since, until=until)
    store = Store.open(address)
    assert 0 < message_count(store, some) < message_count(store)
    options = AnalysisOptions(since=since, until=until)
    narrowed = fleet_analysis(store, some, options)
    whole = analyze(stored(store), options)
    assert narrowed.table.num_rows == whole.table.num_rows
    assert narrowed.attempts.equals(whole.attempts)


def test_one_phone_of_a_store_is_read_alone(tmp_path: Path, fleet: Path) -> None:
    address = tmp_path / "store"
    import_logs(Store.open_or_create(address), named(fleet), BY_FOLDER)
    one = stored(Store.open(address), Selection(devices=("phone1",)))
    assert set(one.messages["device"].to_pylist()) == {"phone1"}
    assert {account.device for account in one.accounts} == {"phone1"}


def test_compacting_changes_no_report(tmp_path: Path, sample_logs: Path) -> None:
    address = tmp_path / "store"
    for path in sorted(sample_logs.iterdir()):
        import_logs(Store.open_or_create(address), named(path))
    before = of_store(address)
    done = Store.open(address).compact(keep_hours=0)
    assert done["merged"] > done["written"] > 0
    assert done["removed"] >= done["merged"]
    assert of_store(address) == before


def test_a_folder_with_other_files_is_not_made_a_store(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"x")
    with pytest.raises(StoreError, match="not empty"):
        Store.open_or_create(tmp_path / "photos")


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    from deltalake import DeltaTable

    Store.open_or_create(tmp_path / "store")
    newer = Layout(layout=LAYOUT + 1).text()
    DeltaTable(tmp_path / "store").alter.set_table_description(newer)
    with pytest.raises(StoreError, match="newer version"):
        Store.open(tmp_path / "store")


def test_a_store_of_an_older_layout_is_brought_up(tmp_path: Path, sample_logs: Path) -> None:
    """An older store lacks columns; its rows know nothing of them, and all else stays."""
    import pyarrow as pa
    from deltalake import DeltaTable, Schema

    from analyzer.store.layout import PARTITIONS, STORE_SCHEMA

    fields = [field for field in STORE_SCHEMA if field.name not in ("garbled_kind", "creator")]
    DeltaTable.create(
        str(tmp_path / "store"),
        Schema.from_arrow(pa.schema(fields)),
        partition_by=list(PARTITIONS),
        description=Layout(layout=0).text(),
    )
    store = Store.open(tmp_path / "store")
    assert store.layout.layout == LAYOUT
    import_logs(store, named(sample_logs))
    assert of_store(tmp_path / "store") == report(analyze(ingest(named(sample_logs))))
    assert Store.open(tmp_path / "store").layout.layout == LAYOUT


def test_a_notebook_loads_a_store_as_it_loads_files(tmp_path: Path, fleet: Path) -> None:
    address = tmp_path / "store"
    import_logs(Store.open_or_create(address), named(fleet), BY_FOLDER)
    log = analyzer.load_store(address, device=["phone1", "phone2"])
    assert set(log.attempts["device"]) == {"phone1", "phone2"}
    assert log.latency()["n"].iloc[0] > 0


@pytest.mark.parametrize("command", ["report", "ingest"])
def test_a_file_in_place_of_a_store_is_one_sentence(
    command: str, tmp_path: Path, sample_logs: Path
) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    logs = [str(sample_logs)] if command == "ingest" else []
    done = CliRunner().invoke(main, [command, *logs, "--store", str(tmp_path / "file")])
    assert done.exit_code == 2
    assert done.output.strip().endswith("no folder. Name the folder of a store, or a new one.")


def test_a_new_store_has_as_many_buckets_as_asked_for(tmp_path: Path, fleet: Path) -> None:
    address = tmp_path / "store"
    import_logs(Store.open_or_create(address, buckets=3), named(fleet), BY_FOLDER)
    assert {path.name for path in (address / "kind=message").iterdir()} <= {
        f"bucket=00{number}" for number in range(3)
    }
    assert of_store(address, whole_rows=0) == of_files(fleet)


def test_the_number_of_buckets_is_fixed_when_a_store_is_made(tmp_path: Path) -> None:
    address = tmp_path / "store"
    Store.open_or_create(address, buckets=3)
    assert Store.open_or_create(address).layout.buckets == 3
    assert Store.open_or_create(address, buckets=3).layout.buckets == 3
    with pytest.raises(StoreError, match="3 buckets"):
        Store.open_or_create(address, buckets=4)


@pytest.mark.parametrize("buckets", [0, 1001])
def test_a_number_of_buckets_that_cannot_be_makes_no_store(tmp_path: Path, buckets: int) -> None:
    with pytest.raises(StoreError, match="1 to 1000"):
        Store.open_or_create(tmp_path / "store", buckets=buckets)
    assert not (tmp_path / "store").exists()


def test_ingest_says_which_number_of_buckets_a_store_has(tmp_path: Path, sample_logs: Path) -> None:
    address = str(tmp_path / "store")
    command = ["ingest", str(sample_logs), "--store", address, "--buckets"]
    assert CliRunner().invoke(main, [*command, "200"]).exit_code == 0
    assert Store.open(address).layout.buckets == 200
    refused = CliRunner().invoke(main, [*command, "16"])
    assert refused.exit_code == 2
    assert "200 buckets" in refused.stderr
    shown = CliRunner().invoke(main, ["ingest", "--help"]).output
    assert f"[default: {BUCKETS}]" in shown


def test_the_files_of_a_bucket_are_all_its_rows_and_no_others(tmp_path: Path, fleet: Path) -> None:
    address = tmp_path / "store"
    import_logs(Store.open_or_create(address, buckets=3), named(fleet), BY_FOLDER)
    store = Store.open(address)
    rows = {bucket: store.dataset([bucket]).to_table() for bucket in buckets_of(store)}
    assert all(part["bucket"].unique().to_pylist() == [bucket] for bucket, part in rows.items())
    assert sum(part.num_rows for part in rows.values()) == store.dataset().count_rows()
    assert store.dataset(["none"]).count_rows() == 0


def test_a_store_is_listed_a_few_times_however_many_buckets_it_has(
    tmp_path: Path, fleet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = tmp_path / "store"
    import_logs(Store.open_or_create(address, buckets=1000), named(fleet), BY_FOLDER)
    listed, made = [], DeltaTable.to_pyarrow_dataset
    monkeypatch.setattr(
        DeltaTable, "to_pyarrow_dataset", lambda table: listed.append(1) or made(table)
    )
    of_store(address, whole_rows=0)
    assert len(buckets_of(Store.open(address))) == len(list(fleet.iterdir()))
    assert len(listed) <= 3
