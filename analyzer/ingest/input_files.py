"""What the user names, as files: folders, standard input and pipes included."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from analyzer.ingest.records import Role
from analyzer.ingest.source import PARTS_OF_DATABASE, spooled

DEFAULT_DEVICE = "phone"

Input = tuple[str | Path, Role]


@dataclass(frozen=True)
class InputFile:
    """One file to read: where it lies, under which name it is reported, what keeps it unread."""

    path: Path
    name: str
    role: Role
    device: str
    problem: str | None = None

    @property
    def size(self) -> int:
        """The file's size in bytes; 0 if it cannot be read."""
        return self.path.stat().st_size if self.problem is None else 0


def files_of(
    given: Input, device: str | None, device_from_folder: bool, stack: ExitStack
) -> Iterator[InputFile]:
    """Yield the files that an input names; what comes through a pipe is removed with `stack`."""
    where, role = given
    phone = device or DEFAULT_DEVICE

    def phone_of(path: Path) -> str:
        if device_from_folder and device is None:
            return path.absolute().parent.name or DEFAULT_DEVICE
        return phone

    if str(where) == "-":
        spool = stack.enter_context(spooled(sys.stdin.buffer))
        yield InputFile(spool, "standard input", role, phone)
        return
    path = Path(where)
    problem = problem_of(path)
    if problem is not None:
        yield InputFile(path, str(where), role, phone, problem)
    elif path.is_dir():
        yield from _below(path, role, phone_of)
    elif path.is_fifo():  # what a shell puts in place of <(command)
        with path.open("rb") as pipe:
            spool = stack.enter_context(spooled(pipe))
        yield InputFile(spool, path.name, role, phone)
    else:
        yield InputFile(path, path.name, role, phone_of(path))


def problem_of(path: Path) -> str | None:
    """Return what keeps a path from being read at all, as the id of a text; None if nothing."""
    try:
        mode = path.stat().st_mode
    except PermissionError:
        return "no_permission"
    except FileNotFoundError:
        return "broken_link" if path.is_symlink() else "missing_file"
    except (OSError, ValueError):  # no file can have such a name
        return "missing_file"
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISFIFO(mode):
        return None
    return "no_file"


def _below(folder: Path, role: Role, phone_of: Callable[[Path], str]) -> Iterator[InputFile]:
    """Yield the files of a folder by name; what cannot be read among them, with its problem."""
    found = False
    for path in _entries(folder):
        found = True
        name = path.relative_to(folder).as_posix()
        problem = problem_of(path)
        if problem is None and path.is_fifo():
            problem = "no_file"  # nobody may ever write into it
        elif path.is_dir():
            problem = "no_permission"
        yield InputFile(path, name, role, phone_of(path), problem)
    if not found:
        yield InputFile(folder, str(folder), role, phone_of(folder / "log"), "empty_folder")


def _entries(folder: Path) -> list[Path]:
    """Return the entries below a folder that are to be read, and the folders that cannot be.

    Hidden ones and the parts of databases are left out; links to folders are not followed.
    """
    entries: list[Path] = []
    denied: list[str] = []
    for where, folders, names in os.walk(folder, onerror=lambda e: denied.append(str(e.filename))):
        folders[:] = [name for name in folders if not name.startswith(".")]
        entries.extend(
            Path(where, name)
            for name in names
            if not name.startswith(".") and not name.endswith(PARTS_OF_DATABASE)
        )
    return sorted([*entries, *map(Path, denied)])
