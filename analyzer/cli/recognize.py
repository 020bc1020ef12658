"""sms-analyzer recognize."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import click

from analyzer.cli.options import locale_language
from analyzer.texts import Language

_BATCH_LINES = 5_000


@click.command(
    epilog="Examples:\n\n\b\n"
    '  echo \'{"text": "Your code is 123456"}\' | sms-analyzer recognize\n'
    "  sms-analyzer recognize --reveal < messages.jsonl\n"
    '  sms-analyzer recognize --explain "Your parcel is ready, pickup code 4471"'
)
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
@click.option("--explain", is_flag=True, help="Say in sentences why each text was counted or not.")
@click.option("--lang", type=click.Choice(["en", "zh"]), help="Language of the sentences.")
@click.option("--reveal", is_flag=True, help="Show the code and the text as they are.")
def recognize(texts: tuple[str, ...], explain: bool, lang: Language | None, reveal: bool) -> None:
    """Find verification codes in each TEXT, or in JSON Lines {"text": ...} on standard input.

    Each line comes back with is_code, code, service, purpose, valid_for (seconds), language,
    garbled and confidence added. Unknown is null. An optional "sender" helps to name the service.
    """
    bad = 0
    given = [list(enumerate(({"text": text} for text in texts), 1))] if texts else _batches()
    for batch in given:
        for number, row in batch:
            if not isinstance(row, dict) or not isinstance(row.get("text"), str):
                bad += 1
                click.echo(f'standard input: line {number}: no JSON object with "text".', err=True)
        rows = [
            row for _, row in batch if isinstance(row, dict) and isinstance(row.get("text"), str)
        ]
        if explain:
            for row in rows:
                click.echo(_explained(row, lang or locale_language(), reveal))
            continue
        for answer in _answers(rows, reveal):
            click.echo(json.dumps(answer, ensure_ascii=False))
    if bad:
        click.echo('  Write one object a line, such as {"text": "Your code is 123456"}.', err=True)
        sys.exit(1)


def _explained(row: dict[str, Any], lang: Language, reveal: bool) -> str:
    """Return a text, masked, and under it the sentences on why it was counted or not."""
    from analyzer.recognize import recognize_text
    from analyzer.recognize.explaining import explanation
    from analyzer.report.masking import masked_text, printable

    text = _writable(row["text"])
    found = recognize_text(text, row["sender"] if isinstance(row.get("sender"), str) else None)
    shown = text if reveal else masked_text(text, found.code_start, found.code_length)
    if not reveal:
        found = found.but(words=tuple(map(masked_text, found.words)))
    reasons = explanation(found, lang)
    return "\n  ".join([" ".join(printable(shown).split()), *map(printable, reasons)])


def _batches() -> Iterator[list[tuple[int, Any]]]:
    batch: list[tuple[int, Any]] = []
    for number, line in enumerate(sys.stdin.buffer, 1):
        text = line.decode("utf-8-sig" if number == 1 else "utf-8", "replace").strip()
        if not text:
            continue
        try:
            batch.append((number, json.loads(text)))
        except (ValueError, RecursionError):
            batch.append((number, None))
        if len(batch) == _BATCH_LINES:
            yield batch
            batch = []
    if batch:
        yield batch


def _answers(rows: list[dict[str, Any]], reveal: bool) -> Iterator[dict[str, Any]]:
    import pyarrow as pa

    from analyzer.recognize import recognize as recognized
    from analyzer.report.masking import masked_code, masked_text
    from analyzer.schema import MESSAGE_SCHEMA, Direction

    texts = [_writable(row["text"]) for row in rows]
    senders = [row["sender"] if isinstance(row.get("sender"), str) else None for row in rows]
    columns: dict[str, list[Any]] = {
        "body": texts,
        "sender": senders,
        "direction": [Direction.RECEIVED.value] * len(rows),
    }
    messages = pa.table(
        [_column(columns.get(field.name), field, len(rows)) for field in MESSAGE_SCHEMA],
        schema=MESSAGE_SCHEMA,
    )
    for row, text, found in zip(rows, texts, recognized(messages).to_pylist(), strict=True):
        start, length = found["code_start"], found["code_length"]
        code = (
            None if start is None or found["code_kind"] == "link" else text[start : start + length]
        )
        shown = text if reveal else masked_text(text, start, length)
        yield {
            **row,
            "text": shown,
            "is_code": found["is_code"],
            "code": code if code is None or reveal else masked_code(code),
            **{name: found[name] for name in _FIELDS},
            "confidence": None if found["confidence"] is None else round(found["confidence"], 3),
        }


_FIELDS = (
    *("code_kind", "decoy", "service", "purpose", "valid_for", "language"),
    *("garbled", "garbled_kind"),
)


def _writable(text: str) -> str:
    """Return a text without lone surrogates, which JSON can write and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text


def _column(values: list[Any] | None, field: Any, length: int) -> Any:  # noqa: ANN401
    import pyarrow as pa

    if values is None:
        return pa.nulls(length, field.type)
    texts = pa.array(values, pa.string())
    return texts.dictionary_encode() if pa.types.is_dictionary(field.type) else texts
