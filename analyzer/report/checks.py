"""Thresholds as one line each, and for the programs that run checks: JUnit XML, annotations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from xml.etree import ElementTree as ET

from analyzer.check import Checked, Measure
from analyzer.check.baseline import Worse
from analyzer.report.masking import printable
from analyzer.report.words import Words

_FILE = "checks.csv"


class Line(NamedTuple):
    """One check in words: of what, whether it was kept (null: too few to say), the sentence."""

    name: str
    kept: bool | None
    sentence: str


def check_lines(
    checked: Iterable[Checked], worse: Iterable[Worse], words: Words, shown: dict[str, str]
) -> list[Line]:
    """Return every check in words; `shown` holds what is shown in place of people's numbers."""
    return [
        *(_threshold(one, words, shown) for one in checked),
        *(_baseline(one, words, shown) for one in worse),
    ]


def junit(lines: Sequence[Line]) -> str:
    """Return the checks as JUnit XML, one test case each; undecided ones are skipped."""
    failed = [line for line in lines if line.kept is False]
    open_ = [line for line in lines if line.kept is None]
    suite = ET.Element(
        "testsuite",
        name="sms-analyzer check",
        tests=str(len(lines)),
        failures=str(len(failed)),
        skipped=str(len(open_)),
    )
    for line in lines:
        case = ET.SubElement(suite, "testcase", classname="thresholds", name=line.name)
        if line.kept is False:
            ET.SubElement(case, "failure", message=line.sentence)
        elif line.kept is None:
            ET.SubElement(case, "skipped", message=line.sentence)
    ET.indent(suite)
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def github_annotations(lines: Iterable[Line]) -> list[str]:
    """Return the checks that failed or are open as GitHub workflow commands.

    Reference: GitHub Actions, workflow commands: % and line ends are escaped in messages.
    """
    return [
        f"::{'error' if line.kept is False else 'notice'} title=sms-analyzer check::"
        + line.sentence.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        for line in lines
        if not line.kept
    ]


def _threshold(one: Checked, words: Words, shown: dict[str, str]) -> Line:
    measure = one.threshold.measure
    group = _group((value for _, value in one.group), words, shown)
    named = words.of(_FILE, measure.value)
    word = words.of(_FILE, "at_least" if measure.is_least else "at_most")
    open_ = "too_open" if one.open_outcomes else "too_few"
    what = open_ if one.kept is None else "kept" if one.kept else "broken"
    sentence = words.of(
        _FILE,
        what,
        measure=named,
        group=group,
        n=one.n,
        word=word,
        limit=_figure(measure, one.threshold.limit, words),
        value=_figure(measure, one.value, words),
    )
    return Line(printable(f"{measure.value} {group}"), one.kept, printable(sentence))


def _baseline(one: Worse, words: Words, shown: dict[str, str]) -> Line:
    measure = Measure(one.measure)
    group = _group((value for value in (one.sender, one.carrier) if value), words, shown)
    sentence = words.of(
        _FILE,
        "worse" if one.worse else "not_worse",
        measure=words.of(_FILE, measure.value),
        group=group,
        before=_figure(measure, one.before, words),
        now=_figure(measure, one.now, words),
        n=one.n,
    )
    return Line(printable(f"baseline {measure.value} {group}"), not one.worse, printable(sentence))


def _group(values: Iterable[str], words: Words, shown: dict[str, str]) -> str:
    return words.listed(shown.get(value, value) for value in values) or words.of(_FILE, "all")


def _figure(measure: Measure, value: float | None, words: Words) -> str:
    if value is None:
        return words("too_few")
    if measure.in_seconds:
        return words.of(_FILE, "seconds", value=f"{value:,.0f}")
    return words.percent(value)
