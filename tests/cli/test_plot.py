"""The plot command: a picture by the suffix, and one sentence for what is wrong."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analyzer.cli import main
from analyzer.cli.plot import _KINDS
from analyzer.report.plots import Plots

GOOD = "sms-20260314110000.xml"
STARTS = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(main, ["plot", *map(str, args)])


def test_every_plot_of_a_log_is_a_kind_and_every_kind_is_grouped_where_the_plot_is() -> None:
    plots = {
        name.replace("_", "-"): "by" in inspect.signature(plot).parameters
        for name, plot in inspect.getmembers(Plots, inspect.isfunction)
        if not name.startswith("_")
    }
    assert {kind: grouped for kind, (_, grouped) in _KINDS.items()} == plots


@pytest.mark.parametrize("kind", _KINDS)
def test_every_kind_is_drawn_and_listed_in_the_help(
    kind: str, sample_logs: Path, tmp_path: Path
) -> None:
    out = tmp_path / "picture.png"
    result = run(kind, sample_logs / GOOD, "-o", out)
    assert (result.exit_code, result.output) == (0, "")
    assert out.read_bytes().startswith(STARTS["png"])
    assert kind in run("--help").stdout


@pytest.mark.parametrize("form", STARTS)
def test_the_suffix_chooses_the_format(form: str, sample_logs: Path, tmp_path: Path) -> None:
    out = tmp_path / f"deep/picture.{form}"
    assert run("timeline", sample_logs / GOOD, "-o", out).exit_code == 0
    assert out.read_bytes().startswith(STARTS[form])
    assert run("timeline", sample_logs / GOOD, "-o", out.with_suffix(""), "-f", form).exit_code == 0
    assert out.with_suffix("").read_bytes() == out.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("blocking",), "-o"),
        (("blocking", "-o", "x.gif"), "x.svg, x.png or x.pdf"),
        (("blocking", "-o", "x.svg", "--by", "weather"), "sender, carrier"),
        (("timeline", "-o", "x.svg", "--by", "sender"), "leave out --by"),
        (("pie", "-o", "x.svg"), "latency-ecdf"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    arguments: tuple[str, ...], said: str, sample_logs: Path, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    kind, *others = arguments
    result = run(kind, sample_logs / GOOD, *others)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []
