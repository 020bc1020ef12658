"""The notebooks run with the public face alone, and show no code.

After a change that is meant, write their outputs anew and read the diff:
pytest tests/test_notebooks.py --write-expected
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import sys
from pathlib import Path

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
ALLOWED_IMPORTS = {"analyzer", "matplotlib", "pandas", "tempfile"}
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def sample_secrets() -> set[str]:
    """Return every code and person's number of the sample logs."""
    spec = importlib.util.spec_from_file_location("make", ROOT / "tests" / "make_sample_logs.py")
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    bodies = [sms.body for sms in [*make.INBOX, *make.OLD_PHONE]]
    bodies += [row[2] for row in make.BLOCKED]
    codes = {code for body in bodies for code in re.findall(r"(?<!\d)\d{5,6}(?!\d)", body)}
    return codes | {"447700900123", "7700900123", "13800138000"}


def told(shown: str) -> list[str]:
    """Return the secrets that stand in what is shown, not as a part of another number."""
    return [s for s in sample_secrets() if re.search(rf"(?<!\d){s}(?!\d)", shown)]


def outputs(notebook: nbformat.NotebookNode) -> list[str]:
    """Return what cells print and show as text; pictures depend on the fonts of the machine."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" not in data:
                found += [output.get("text", ""), *(str(data[kind]) for kind in sorted(data))]
    return found


def python_of(notebook: nbformat.NotebookNode) -> str:
    """Return what the code cells say in Python: no commands of the shell, no %cd."""
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    lines = "\n".join(cell for cell in cells if not cell.startswith("%%bash")).splitlines()
    return "\n".join(line for line in lines if not line.startswith("%cd"))


def executed(path: Path) -> nbformat.NotebookNode:
    """Return the notebook as run by the interpreter of the tests, whatever kernels there are."""
    notebook = nbformat.read(path, as_version=4)
    kernels = KernelSpecManager(kernel_dirs=[], ensure_native_kernel=True)
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=kernels)
    where = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, manager, timeout=120, record_timing=False, resources=where)
    commands = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": commands, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    client.execute(cleanup_kc=True, env=environment)  # a given manager is left running otherwise
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})
        if "outputs" in cell:
            cell.outputs = joined(cell.outputs)
    return notebook


def joined(found: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Return a cell's outputs with each stream in one piece: how it is cut up is chance."""
    streams: dict[str, nbformat.NotebookNode] = {}
    for output in found:
        if output.output_type == "stream" and output.name in streams:
            streams[output.name].text += output.text
        elif output.output_type == "stream":
            streams[output.name] = output
    others = [output for output in found if output.output_type != "stream"]
    return [streams[name] for name in sorted(streams)] + others


@pytest.fixture
def _clean_jupyter(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the user's settings and start-up files of Jupyter and IPython out."""
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS


@pytest.mark.usefixtures("_clean_jupyter")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_what_it_was_saved_with(
    path: Path, request: pytest.FixtureRequest
) -> None:
    found = executed(path)
    code_cells = [cell for cell in found.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code_cells)
    assert all(cell.outputs for cell in code_cells if "%cd" not in cell.source)
    assert not told("\n".join(outputs(found)))
    if request.config.getoption("--write-expected"):
        path.write_text(nbformat.writes(found) + "\n", encoding="utf-8")
    assert outputs(found) == outputs(nbformat.read(path, as_version=4))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_saved_small_with_outputs_and_without_traces_of_a_machine(
    path: Path,
) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert path.stat().st_size < 400_000
    assert dict(notebook.metadata) == METADATA
    assert not any(cell.metadata for cell in notebook.cells)
    shown = "\n".join(outputs(notebook))
    assert not told(shown)
    assert not re.search(r"(?<![\w.])/(home|root|tmp|work|Users|usr)/|\b0x[0-9a-f]{8,}", shown)
    pictures = [o for cell in notebook.cells for o in cell.get("outputs", []) if "data" in o]
    assert sum("image/png" in output.data for output in pictures) >= 2


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_needs_the_public_face_alone(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    source = python_of(notebook)
    imported = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            imported |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module)
    assert "analyzer" in imported
    assert imported <= ALLOWED_IMPORTS
    private = {n.attr for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Attribute)}
    assert not [name for name in private if name.startswith("_")]
