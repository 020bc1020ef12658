"""The house holds together: who may import whom, what is documented, what the README shows."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import pkgutil
import re
from importlib import import_module
from pathlib import Path

import pytest

import analyzer

ROOT = Path(__file__).resolve().parent.parent
# A module imports from its own stage and from those before it.
FLOW = (
    ("texts", "schema"),
    ("terms",),
    ("simulate",),
    ("ingest",),
    ("recognize",),
    ("identify",),
    ("measure",),
    ("diagnose",),
    ("analysis",),
    ("compare",),
    ("check",),
    ("report",),
    ("store",),
    ("fleet",),
    ("cluster",),
    ("log",),
    ("cli",),
)
FLOOR = {name: floor for floor, names in enumerate(FLOW) for name in names}


def _modules() -> list[str]:
    found = pkgutil.walk_packages(analyzer.__path__, "analyzer.")
    return [module.name for module in found if module.name != "analyzer.__main__"]


class _WithoutTypeImports(ast.NodeTransformer):
    """Drops what is imported for type checkers alone."""

    def visit_If(self, node: ast.If) -> ast.AST | None:
        return None if ast.unparse(node.test) == "TYPE_CHECKING" else self.generic_visit(node)


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    tree = _WithoutTypeImports().visit(ast.parse(path.read_text(encoding="utf-8")))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
    return {name for name in names if name.startswith("analyzer.")}


@pytest.mark.parametrize("path", sorted((ROOT / "analyzer").rglob("*.py")), ids=str)
def test_no_stage_imports_a_later_one(path: Path) -> None:
    parts = path.relative_to(ROOT / "analyzer").with_suffix("").parts
    if parts[0] not in FLOOR:
        return
    for name in _imports(path):
        stage = name.split(".")[1]
        assert FLOOR[stage] <= FLOOR[parts[0]], f"{path} imports {name}"


@pytest.mark.parametrize("path", sorted((ROOT / "analyzer").rglob("*.py")), ids=str)
def test_only_the_command_line_knows_the_simulation(path: Path) -> None:
    room = path.relative_to(ROOT / "analyzer").with_suffix("").parts[0]
    if room not in ("simulate", "cli"):
        assert not any(name.startswith("analyzer.simulate") for name in _imports(path)), path


@pytest.mark.parametrize("name", _modules())
def test_every_public_name_says_what_it_is(name: str) -> None:
    module = import_module(name)
    assert module.__doc__, name
    for public, thing in vars(module).items():
        if public.startswith("_") or getattr(thing, "__module__", None) != name:
            continue
        if inspect.isfunction(thing) or inspect.isclass(thing):
            # Click gives a command's function away; its help is the docstring.
            assert inspect.getdoc(thing), f"{name}.{public} has no docstring"


def test_the_readme_shows_what_the_program_says() -> None:
    path = ROOT / "tests" / "write_readme.py"
    spec = importlib.util.spec_from_file_location("write_readme", path)
    write_readme = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(write_readme)
    assert write_readme.readme() == write_readme.README.read_text(encoding="utf-8")


def test_every_command_is_in_the_readme() -> None:
    from analyzer.cli import _COMMANDS

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in _COMMANDS:
        assert f"sms-analyzer {name}" in readme


def test_the_index_of_the_docs_names_every_page() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = [path.name for path in (ROOT / "docs").glob("*.md") if path.name != "README.md"]
    assert not [page for page in pages if f"]({page})" not in index]


@pytest.mark.parametrize(
    "page", [*ROOT.glob("README*.md"), *ROOT.glob("docs/*.md")], ids=lambda path: path.name
)
def test_what_a_page_links_to_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text)
    assert not [link for link in links if not (page.parent / link).exists()]


@pytest.mark.parametrize("page", ["api.md", "commands.md", "formats.md"])
def test_the_reference_is_what_the_code_says(page: str) -> None:
    path = ROOT / "tests" / "write_reference.py"
    spec = importlib.util.spec_from_file_location("write_reference", path)
    write_reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(write_reference)
    assert write_reference.PAGES[page]() == (ROOT / "docs" / page).read_text(encoding="utf-8")
