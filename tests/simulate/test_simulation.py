"""Folders of phones: the same for the same seed, read without loss, true to their names."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from analyzer.analysis import analyze
from analyzer.ingest import IngestOptions, ingest
from analyzer.ingest.records import Role
from analyzer.simulate import scenarios, simulate

NAMES = tuple(scenarios())


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def read(folder: Path):
    options = IngestOptions(tz="Asia/Shanghai", device_from_folder=True)
    return ingest([(folder, Role.MESSAGES)], options)


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        simulate(tmp_path / name, "random", devices=4, days=6, seed=3)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_another_seed_gives_other_files(tmp_path: Path) -> None:
    for seed in (3, 4):
        simulate(tmp_path / str(seed), "healthy", devices=1, days=6, seed=seed)
    one, other = digests(tmp_path / "3"), digests(tmp_path / "4")
    assert one["truth.jsonl"] != other["truth.jsonl"]


def test_a_phone_is_the_same_among_few_and_among_many(tmp_path: Path) -> None:
    for devices in (2, 5):
        simulate(tmp_path / str(devices), "random", devices=devices, days=6, seed=3)
    few, many = digests(tmp_path / "2" / "logs"), digests(tmp_path / "5" / "logs")
    assert few.items() <= many.items()


def test_an_existing_simulation_is_not_overwritten(tmp_path: Path) -> None:
    simulate(tmp_path / "x", "healthy", devices=1, days=3, seed=1)
    before = digests(tmp_path / "x")
    with pytest.raises(FileExistsError):
        simulate(tmp_path / "x", "off", devices=1, days=3, seed=1)
    assert digests(tmp_path / "x") == before


@pytest.mark.parametrize("name", NAMES)
def test_every_record_of_every_scenario_is_read_or_told_of(simulated, name: str) -> None:
    for folder, truth in simulated(name).values():
        ingested = read(folder)
        expected_cut = any(f["fault"] == "cut" for f in truth[0]["faults"])
        for account in ingested.accounts:
            assert account.readable, account.log
            assert account.records == (
                account.kept + account.duplicates + sum(account.other.values()) + account.rejected
            )
            assert account.truncated == (expected_cut and account.log.endswith("sms.xml"))
            assert not account.rejected or account.truncated
        assert {account.device for account in ingested.accounts} == {folder.name}


@pytest.mark.parametrize("name", [n for n in NAMES if n not in ("wrapped", "random")])
def test_the_logs_hold_the_messages_of_the_truth_and_no_others(simulated, name: str) -> None:
    for folder, truth in simulated(name).values():
        messages = read(folder).messages
        found = sorted(
            row["received_at"]
            for row in messages.select(["received_at", "direction"])
            .cast(messages.select(["received_at", "direction"]).schema)
            .to_pylist()
            if row["direction"] == "received"
        )
        told = sorted(line["written"] for line in truth if line["kind"] == "message")
        assert [round(moment.timestamp() * 1000) for moment in found] == told


def test_a_healthy_phone_gets_no_cause(simulated) -> None:
    for folder, truth in simulated("healthy", devices=6, days=30).values():
        assert not any(stands["present"] for stands in truth[0]["causes"].values())
        findings = analyze(read(folder)).findings
        named = {f.cause: f.verdict for f in findings if f.verdict in ("shown", "consistent")}
        assert not named, folder.name


@pytest.mark.parametrize("name", [n for n in NAMES if n not in ("healthy", "degraded", "random")])
def test_a_scenario_makes_its_causes_present(simulated, name: str) -> None:
    from analyzer.simulate.faults import CAUSE_OF

    for _, truth in simulated(name, devices=2, days=20).values():
        present = {cause for cause, s in truth[0]["causes"].items() if s["present"]}
        assert {CAUSE_OF[kind] for kind in scenarios()[name].kinds or ()} <= present
