"""Findings over several phones: each phone is examined for itself, then told together.

Causes rest on what happened on one phone (its SIMs, its filters, its clock), so tables of several
phones are never examined as if they were one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.diagnose.case import Case
from analyzer.diagnose.diagnosis import diagnose, place
from analyzer.diagnose.finding import Finding
from analyzer.ingest import LogAccount
from analyzer.schema import Verdict
from analyzer.texts import Text

_RANK = (Verdict.SHOWN, Verdict.CONSISTENT, Verdict.CONTRADICTED, Verdict.NO_EVIDENCE)
_PHONES_QUOTED = 3

Findings = list[Finding]
T = TypeVar("T")


def findings_by_phone(case: Case) -> dict[str, Findings]:
    """Return the findings of every phone that a case is about, by name."""
    return {device: diagnose(part) for device, part in _by_phone(case).items()}


def over_phones(findings: Mapping[str, Findings]) -> Findings:
    """Return one finding for every cause: what was found on how many of the phones.

    A cause has the strongest verdict that any phone gave; its evidence counts the phones and
    quotes those it explains most failed attempts of. One phone's findings stay as they are.
    """
    phones = dict(sorted(findings.items()))
    if len(phones) == 1:
        return next(iter(phones.values()))
    causes = sorted({finding.cause for found in phones.values() for finding in found})
    return sorted((_merged(cause, phones) for cause in causes), key=place)


def _merged(cause: str, phones: Mapping[str, Findings]) -> Finding:
    by_phone = {
        device: next(finding for finding in found if finding.cause == cause)
        for device, found in phones.items()
    }
    verdict = min((finding.verdict for finding in by_phone.values()), key=_RANK.index)
    alike = {device: one for device, one in by_phone.items() if one.verdict == verdict}
    named = verdict in (Verdict.SHOWN, Verdict.CONSISTENT)
    first = next(iter(alike.values()))
    evidence = (_count(len(alike), len(by_phone)), *(_quoted(alike) if named else ()))
    return replace(
        first,
        verdict=verdict,
        evidence=evidence,
        messages=_union(one.messages for one in alike.values()),
        rivals=_union(one.rivals for one in alike.values()),
        advice=_union(one.advice for one in alike.values()),
        explains=sum(one.explains for one in by_phone.values()),
        failed=sum(one.failed for one in by_phone.values()),
    )


def _count(alike: int, phones: int) -> Text:
    return Text(f"On {alike:,} of {phones:,} phones.", f"{phones:,} 部手机中有 {alike:,} 部。")


def _quoted(alike: Mapping[str, Finding]) -> list[Text]:
    return [
        Text(f"{device}: {text.get('en')}", f"{device}：{text.get('zh')}")
        for device, finding in sorted(alike.items(), key=_explains)[:_PHONES_QUOTED]
        for text in finding.evidence
    ]


def _explains(phone: tuple[str, Finding]) -> tuple[int, str]:
    return -phone[1].explains, phone[0]


def _union(groups: Iterable[Iterable[T]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(item for group in groups for item in group))


def _by_phone(case: Case) -> dict[str, Case]:
    """Return the case of each phone: its rows of every table, its logs."""
    tables = {
        field.name: value
        for field in fields(case)
        if isinstance(value := getattr(case, field.name), pa.Table)
        and "device" in value.column_names
    }
    words = (table["device"].cast(pa.string()).unique().drop_null() for table in tables.values())
    devices = sorted({device for known in words for device in known.to_pylist()})
    devices = devices or sorted({account.device for account in case.accounts})
    if len(devices) <= 1:
        return dict.fromkeys(devices or [""], case)
    slices = {name: _slices(table) for name, table in tables.items()}
    accounts: dict[str, list[LogAccount]] = {device: [] for device in devices}
    for account in case.accounts:
        accounts.setdefault(account.device, []).append(account)
    parts: dict[str, Case] = {}
    for device in devices:
        own = {
            name: cut.get(device, tables[name].schema.empty_table()) for name, cut in slices.items()
        }
        asked = bool(pc.sum(own["attempts"]["requests"]).as_py())
        parts[device] = replace(
            case, accounts=accounts[device], has_requests=asked, clock=None, **own
        )
    return parts


def _slices(table: pa.Table) -> dict[str, pa.Table]:
    """Return the rows of each phone, in their order."""
    encoded = table["device"].cast(pa.string()).combine_chunks().dictionary_encode()
    codes = np.asarray(pc.fill_null(encoded.indices, -1))
    order = np.argsort(codes, kind="stable")
    words = encoded.dictionary.to_pylist()
    starts = np.searchsorted(codes[order], np.arange(len(words) + 1))
    ordered = table.take(pa.array(order))
    return {
        word: ordered.slice(int(starts[place]), int(starts[place + 1] - starts[place]))
        for place, word in enumerate(words)
    }
