"""A folder of phones: one folder of logs each, and the truth about all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from analyzer.simulate.exports import files
from analyzer.simulate.scenario import scenarios
from analyzer.simulate.story import tell
from analyzer.simulate.truth import as_text, truth_lines

TRUTH = "truth.jsonl"
LOGS = "logs"


@dataclass(frozen=True)
class Simulated:
    """What was written: the folder of logs (a folder a phone), the truth file, how many files."""

    logs: Path
    truth: Path
    devices: int
    files: int


def simulate(
    folder: Path,
    scenario: str,
    *,
    devices: int,
    days: int,
    seed: int,
    progress: Callable[[int], None] | None = None,
) -> Simulated:
    """Write the logs of `devices` phones over `days` days, and the truth, into `folder`.

    The same scenario, days and seed give the same phones, however many there are. Raises KeyError
    for an unknown scenario, FileExistsError if the folder holds a simulation already.
    """
    chosen = scenarios()[scenario]
    logs, truth = folder / LOGS, folder / TRUTH
    logs.mkdir(parents=True)
    written = 0
    with truth.open("x", encoding="utf-8", newline="\n") as out:
        for number in range(devices):
            story = tell(f"phone-{number + 1:04}", chosen, days, seed)
            written += _write(logs / story.phone.name, files(story))
            out.writelines(map(as_text, truth_lines(story)))
            if progress:
                progress(number + 1)
    return Simulated(logs, truth, devices, written)


def _write(folder: Path, contents: dict[str, bytes]) -> int:
    folder.mkdir()
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return len(contents)
