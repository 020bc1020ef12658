"""Garbled text: a code message whose text was damaged on the way or in the export."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from analyzer.diagnose.case import Case
from analyzer.diagnose.finding import Statement
from analyzer.diagnose.selection import counts, ids
from analyzer.measure.arrays import is_word
from analyzer.schema import Outcome, Verdict
from analyzer.terms import counted
from analyzer.texts import Text


def garbled_text(case: Case) -> Statement:
    """Return `shown` if the text of a code message is damaged; who did it stays open."""
    codes = case.codes
    garbled = codes.filter(pc.fill_null(codes["garbled"], False))
    if not garbled.num_rows:
        return Statement(Verdict.NO_EVIDENCE, (_none(codes.num_rows),))
    unreadable = garbled["code_start"].null_count
    kinds = counted("garbled", counts(garbled, "garbled_kind"))
    return Statement(
        Verdict.SHOWN,
        (
            Text(
                f"Damaged code messages: {garbled.num_rows:,} of {codes.num_rows:,} ({kinds.en}); "
                f"codes that cannot be read: {unreadable:,}.",
                f"{codes.num_rows:,} 条验证码短信中有 {garbled.num_rows:,} 条乱码（{kinds.zh}），"
                f"其中 {unreadable:,} 条的验证码无法读出。",
            ),
            Text(
                "The logs do not tell whether the network, the phone or the export did it.",
                "日志无法区分是网络、手机还是导出造成的。",
            ),
        ),
        ids(garbled),
        rivals=("export_incomplete",),
        attempts=tuple(np.flatnonzero(is_word(case.attempts["outcome"], Outcome.GARBLED)).tolist()),
        carriers=tuple(counts(garbled, "carrier")),
    )


def _none(codes: int) -> Text:
    if not codes:
        return Text("There is no code message.", "没有验证码短信。")
    return Text(
        f"None of {codes:,} code messages is damaged.",
        f"{codes:,} 条验证码短信均无乱码。",
    )
