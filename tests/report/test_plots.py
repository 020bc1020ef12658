"""The plots of a log: units, n, masked senders, both languages, empty logs, no side effects."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgba_array
from matplotlib.figure import Figure
from matplotlib.text import Text

import analyzer
from analyzer.report.plots import Plots, fonts, picture
from analyzer.report.plots.fonts import Fonts
from analyzer.report.plots.times import date_locator

KINDS = (
    *("latency_ecdf", "latency_percentiles", "outcomes", "delay_over_time", "blocking"),
    *("hour_profile", "timeline", "block_reasons"),
)
GROUPED = KINDS[:5]
ZONE = "Asia/Shanghai"


@pytest.fixture(scope="module")
def log(request: pytest.FixtureRequest) -> analyzer.Log:
    return analyzer.load(request.getfixturevalue("sample_logs"), tz=ZONE)


@pytest.fixture(scope="module")
def empty_log(tmp_path_factory: pytest.TempPathFactory) -> analyzer.Log:
    path = tmp_path_factory.mktemp("empty") / "messages.ndjson"
    row = {
        "_id": "1",
        "thread_id": "1",
        "date": "1772300002345",
        "date_sent": "1772300000000",
        "type": "1",
        "address": "+8613800138000",
        "body": "到了吗？",
    }
    path.write_text(json.dumps(row) + "\n")
    return analyzer.load(path, tz=ZONE)


@pytest.fixture
def chinese_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the fonts of the machine claim all characters, as if one with Chinese were there."""
    all_characters = frozenset(range(0x20, 0x10000))
    monkeypatch.setattr(
        "analyzer.report.plots.canvas.fonts", lambda: Fonts(("DejaVu Sans",), all_characters)
    )


@pytest.fixture
def no_chinese_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "chinese_family", lambda: None)


def texts(ax: Axes) -> str:
    return "\n".join(text.get_text() for text in ax.findobj(Text))


def legend(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.get_legend().get_texts()]


def draw(ax: Axes) -> None:
    """Draw all of it; warnings are errors in the tests."""
    ax.figure.canvas.draw()


@pytest.mark.parametrize("kind", GROUPED)
@pytest.mark.parametrize("by", ["sender", "carrier", "service"])
def test_every_plot_can_be_drawn_by_every_group(log: analyzer.Log, kind: str, by: str) -> None:
    draw(getattr(log.plot, kind)(by=by))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_narrow_plots_for_a_page_can_be_drawn(sample_logs: Path, kind: str, lang: str) -> None:
    log = analyzer.load(sample_logs, tz=ZONE, lang=lang)
    ax = getattr(Plots(log, 4.7), kind)()
    draw(ax)
    assert ax.figure.get_figwidth() == 4.7


@pytest.mark.parametrize("narrow", [True, False])
def test_dates_are_readable_over_any_period(narrow: bool) -> None:
    start = datetime(2026, 2, 27, 5, 11, 7, tzinfo=UTC)
    for exponent in range(80):
        end = start + timedelta(seconds=1.28**exponent)
        ticks = date_locator(narrow).tick_values(start, end)
        assert len(ticks) <= 10


def test_percentiles_are_those_of_the_table(log: analyzer.Log) -> None:
    ax = log.plot.latency_percentiles(by="carrier")
    table = log.latency("carrier").sort_values("n", ascending=False)
    for name, label in (("p50", "median"), ("p90", "9 in 10"), ("p95", "19 in 20")):
        (line,) = [line for line in ax.lines if str(line.get_label()).startswith(label)]
        drawn = [None if value != value else value for value in line.get_xdata()]
        assert drawn == [None if pd.isna(value) else value for value in table[name]]


def test_every_hour_has_its_n(log: analyzer.Log) -> None:
    table = log.latency("hour")
    drawn = [text.get_text() for text in log.plot.hour_profile().texts]
    assert [f"{n}" for n in table["n"] if n] == drawn[: int((table["n"] > 0).sum())]


def test_the_timeline_has_a_lane_for_each_outcome_with_its_n(log: analyzer.Log) -> None:
    lanes = [label.get_text() for label in log.plot.timeline().get_yticklabels()]
    counts = log.attempts["outcome"].value_counts()
    assert "in time (n = 32)" in lanes
    assert len(lanes) == (counts > 0).sum()


def test_outages_are_shaded(log: analyzer.Log) -> None:
    start = datetime(2026, 3, 9, 12, tzinfo=UTC)
    ax = log.plot.timeline(outages=[(start, start + timedelta(hours=6))])
    (shade,) = ax.patches
    assert shade.get_width() == pytest.approx(0.25)
    assert "Shaded: times without reception (1)." in texts(ax)


def test_block_reasons_are_counted(log: analyzer.Log) -> None:
    ax = log.plot.block_reasons()
    assert [patch.get_width() for patch in ax.patches] == [3, 2]
    assert "Blocked code messages (number)" in ax.get_xlabel()


@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_a_picture_is_the_same_in_every_run(log: analyzer.Log, form: str) -> None:
    one, other = (picture(log.plot.block_reasons(), form) for _ in range(2))
    assert one == other
    assert form != "svg" or b"<text" not in one  # shapes: no font is needed to read it


def test_axes_name_their_units(log: analyzer.Log) -> None:
    ecdf, delay = log.plot.latency_ecdf(), log.plot.delay_over_time()
    assert "seconds" in ecdf.get_xlabel()
    assert "%" in ecdf.get_ylabel()
    assert "seconds" in delay.get_ylabel()
    assert ZONE in delay.get_xlabel()
    assert "Attempts (number)" in log.plot.outcomes().get_xlabel()
    assert "%" in log.plot.blocking().get_xlabel()


def test_n_is_the_one_of_the_tables(log: analyzer.Log) -> None:
    latency = log.latency(by="carrier").set_index("carrier")
    drawn = legend(log.plot.latency_ecdf(by="carrier"))
    assert f"China Mobile (n = {latency['n']['China Mobile']})" in drawn
    unicom = latency.loc["China Unicom"]
    assert f"China Unicom (n = {unicom['n']}, unknown {unicom['unknown']})" in drawn
    assert f"China Unicom (n = {unicom['n']})" in legend(log.plot.delay_over_time(by="carrier"))
    shown = texts(log.plot.blocking(by="carrier"))
    for row in log.blocking(by="carrier").itertuples():
        assert f"{row.carrier} (n = {row.n})" in shown
        assert f"{row.blocked} of {row.n}" in shown
    bars = texts(log.plot.outcomes(by="carrier"))
    assert all(f"n = {n}" in bars for n in log.outcomes(by="carrier")["n"])


def test_codes_without_latency_are_counted_in_a_note(log: analyzer.Log) -> None:
    overall = log.latency().iloc[0]
    note = f"{overall['unknown']} of {len(log.codes)} code messages have no known latency"
    assert overall["unknown"] > 0
    assert note in texts(log.plot.latency_ecdf())


def test_a_line_of_the_ecdf_rises_to_all_of_its_codes(log: analyzer.Log) -> None:
    line = log.plot.latency_ecdf(by="carrier").get_lines()[0]
    shares = line.get_ydata()
    assert shares[0] == 0
    assert shares[-1] == pytest.approx(100)
    assert (shares[1:] >= shares[:-1]).all()
    assert "steps" in line.get_drawstyle()


def test_bars_are_as_long_as_there_are_attempts(log: analyzer.Log) -> None:
    ax = log.plot.outcomes(by="sender")
    lengths = sum(patch.get_width() for patch in ax.patches)
    assert lengths == len(log.attempts)


def test_late_begins_where_the_log_says(sample_logs: Path) -> None:
    log = analyzer.load(sample_logs, late_after=120)
    for ax in (log.plot.latency_ecdf(), log.plot.delay_over_time()):
        assert "late after 120 s" in legend(ax)


def test_blocked_codes_are_marked_apart(log: analyzer.Log) -> None:
    blocked = log.codes[log.codes["folder"] == "blocked"]
    unknown = blocked["latency"].isna().sum()
    text = f"blocked (n = {len(blocked)}; at the foot: latency unknown, {unknown})"
    assert text in legend(log.plot.delay_over_time())


def test_times_are_those_of_the_zone(sample_logs: Path) -> None:
    first = []
    for zone in ("UTC", ZONE):
        dots = analyzer.load(sample_logs, tz=zone).plot.delay_over_time().collections[0]
        first.append(dots.get_offsets()[0][0])
    assert (first[1] - first[0]) * 24 == pytest.approx(8)


@pytest.mark.parametrize("kind", GROUPED)
def test_senders_are_masked(log: analyzer.Log, kind: str) -> None:
    shown = texts(getattr(log.plot, kind)(by="sender"))
    assert "person 1 (+44)" in shown
    assert "7700900123" not in shown


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_log_says_so_in_words(empty_log: analyzer.Log, kind: str) -> None:
    ax = getattr(empty_log.plot, kind)()
    draw(ax)
    assert "No " in texts(ax)
    assert not ax.patches
    assert not ax.lines


@pytest.mark.usefixtures("chinese_font")
@pytest.mark.parametrize("kind", KINDS)
def test_labels_are_chinese_where_a_font_is(sample_logs: Path, kind: str) -> None:
    log = analyzer.load(sample_logs, lang="zh", tz=ZONE)
    ax = getattr(log.plot, kind)(**({"by": "carrier"} if kind in GROUPED else {}))
    assert kind not in GROUPED or "中国联通" in texts(ax)
    assert "（" in ax.get_xlabel()
    assert "English" not in texts(ax)


@pytest.mark.usefixtures("no_chinese_font")
@pytest.mark.parametrize("kind", KINDS)
def test_without_a_chinese_font_words_are_english_and_a_note_says_why(
    sample_logs: Path, kind: str
) -> None:
    log = analyzer.load(sample_logs, lang="zh", tz=ZONE)
    ax = getattr(log.plot, kind)(**({"by": "service"} if kind in GROUPED else {}))
    draw(ax)
    assert "No font with Chinese characters was found" in texts(ax)
    assert kind not in GROUPED or "□□□□" in texts(ax)
    assert not any("\u4e00" <= character <= "\u9fff" for character in texts(ax))


@pytest.mark.skipif(fonts.chinese_family() is None, reason="no font with Chinese is installed")
def test_chinese_is_drawn_with_an_installed_font(sample_logs: Path) -> None:
    ax = analyzer.load(sample_logs, lang="zh", tz=ZONE).plot.outcomes(by="sender")
    draw(ax)
    assert fonts.chinese_family() in ax.title.get_fontfamily()
    assert "安居租房" in texts(ax)


def test_names_of_senders_cannot_break_a_plot() -> None:
    plain = Fonts(("DejaVu Sans",), frozenset(range(0x20, 0x7F)))
    assert plain.drawable("$x_1$ and $") == r"\$x_1\$ and \$"
    assert plain.drawable("two\nlines \u202e💰") == "two lines □□"
    assert len(fonts.shortened("10690000 " + "a" * 90)) == fonts.MOST_CHARACTERS


@pytest.mark.parametrize("kind", KINDS)
def test_given_axes_are_drawn_on(log: analyzer.Log, kind: str) -> None:
    figure = Figure(figsize=(10, 4))
    left, right = figure.subplots(1, 2)
    assert getattr(log.plot, kind)(ax=right) is right
    assert right.get_title(loc="left")
    assert not left.get_title(loc="left")
    draw(right)


@pytest.mark.parametrize("kind", KINDS)
def test_options_reach_what_is_drawn(log: analyzer.Log, kind: str) -> None:
    ax = getattr(log.plot, kind)(color="#123456")
    drawn = [*ax.lines, *ax.patches, *ax.collections]
    assert "#123456" in {color for artist in drawn for color in _colors(artist)}


def _colors(artist: Artist) -> list[str]:
    get = getattr(artist, "get_facecolor", None) or artist.get_color
    return [to_hex(color) for color in to_rgba_array(get())]


@pytest.mark.parametrize("kind", KINDS)
def test_a_plot_leaves_pyplot_and_its_settings_alone(log: analyzer.Log, kind: str) -> None:
    mpl.get_backend()  # chosen where it is first asked for
    before, settings = plt.get_fignums(), mpl.rcParams.copy()
    ax = getattr(log.plot, kind)()
    assert ax._repr_png_().startswith(b"\x89PNG")
    assert plt.get_fignums() == before
    assert mpl.rcParams == settings


def test_an_unknown_key_names_the_known_ones(log: analyzer.Log) -> None:
    for kind in GROUPED:
        with pytest.raises(ValueError, match="sender"):
            getattr(log.plot, kind)(by="weather")


def test_more_groups_than_colors_are_cut_and_counted(tmp_path: Path) -> None:
    rows = [
        {
            "_id": str(number),
            "thread_id": "1",
            "date": str(1772300002345 + number * 3_600_000),
            "date_sent": str(1772300000000 + number * 3_600_000),
            "type": "1",
            "address": f"SERVICE{number % 30}",
            "body": f"Your verification code is {100000 + number * 7}.",
        }
        for number in range(60)
    ]
    path = tmp_path / "messages.ndjson"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    log = analyzer.load(path, tz=ZONE)
    assert "The 7 largest groups are drawn, 23 smaller ones are not" in texts(
        log.plot.latency_ecdf(by="sender")
    )
    assert "The 20 largest groups are drawn, 10 smaller ones are not" in texts(
        log.plot.blocking(by="sender")
    )
