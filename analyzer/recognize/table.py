"""Recognition of one text and of a whole message table; both give the same answers.

All that is asked of every row is asked of the distinct templates only: whether the text looks
damaged, whether it is worth reading, how many parts it takes; what it says is asked of the
distinct outlines. Damaged texts, which are few, are repaired one by one and then read by
themselves.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.recognize.damage import SUSPICIOUS, Damage, damage, original_span, unreadable
from analyzer.recognize.parts import parts
from analyzer.recognize.reading import Indices, Reading, Spans, read_templates
from analyzer.recognize.recognition import Recognition
from analyzer.recognize.services import sender_service, service_name
from analyzer.recognize.templates import templates
from analyzer.schema import RECOGNIZED, WORD, Direction

_BATCH = 100_000  # rows read at a time, which bounds the memory


class Texts(NamedTuple):
    """Bodies and what they say: `readings[reading_of[row]]` is the reading of a row's text.

    `codes` and `services` are where code and service stand in each row's text: start and length,
    -1 and 0 where there is none. `damages` holds the damaged rows; their readings are those of
    the repaired text, if there is one. `parts` are the parts of the bodies as they came.
    """

    bodies: pa.Array
    damages: dict[int, Damage]
    readings: list[Reading]
    reading_of: Indices
    codes: Spans
    services: Spans
    parts: pa.Array

    def readable(self, row: int) -> str:
        """Return the text that was read: the repaired body, or the body."""
        found = self.damages.get(row)
        body: str = self.bodies[row].as_py()
        return found.repaired if found and found.repaired is not None else body

    def span(self, row: int) -> tuple[int, int] | None:
        """Return the code's (start, length) in the body as it came, None where not to be shown."""
        start, length = self.codes[row].tolist()
        if start < 0:
            return None
        found = self.damages.get(row)
        if found is None or found.repaired is None:
            return start, length
        body: str = self.bodies[row].as_py()
        return original_span(body, found, start, length)

    def service(self, row: int) -> str | None:
        """Return the service that the text of a row names."""
        start, length = self.services[row].tolist()
        return service_name(self.readable(row)[start : start + length]) if start >= 0 else None


def recognize_text(text: str, sender: str | None = None) -> Recognition:
    """Return what one text says; `sender` names the service where the text does not."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    texts = _read(pa.array([text], pa.string()))
    found, reading, span = texts.damages.get(0), texts.readings[texts.reading_of[0]], texts.span(0)
    service = texts.service(0) or (sender_service(sender) if reading.is_code else None)
    start, length = texts.codes[0].tolist()
    return Recognition(
        is_code=reading.is_code,
        code_start=span[0] if span else None,
        code_length=span[1] if span else None,
        code_kind=reading.kind if span else None,
        decoy=reading.decoy,
        confidence=reading.confidence,
        service=service,
        purpose=reading.purpose,
        valid_for=reading.valid_for,
        language=reading.language,
        garbled=found is not None,
        garbled_kind=found.kind if found else None,
        repaired_body=found.repaired if found else None,
        parts=texts.parts[0].as_py(),
        code=texts.readable(0)[start : start + length] if start >= 0 else None,
        rule=reading.rule,
        words=reading.words,
    )


def recognize(messages: pa.Table) -> pa.Table:
    """Return what each message says, with the columns of `schema.RECOGNIZED`, row by row.

    Needs the columns body, sender and direction. Rows that were not received, and rows without a
    body, are no code messages and otherwise null; a null direction counts as received.
    """
    starts = range(0, messages.num_rows or 1, _BATCH)
    found = [_recognized(messages.slice(start, _BATCH)) for start in starts]
    return pa.concat_tables(found).unify_dictionaries().combine_chunks()


def _recognized(messages: pa.Table) -> pa.Table:
    """Return what each message of a batch says."""
    bodies = _combined(messages["body"]).cast(pa.string())
    direction = _combined(messages["direction"]).cast(pa.string())
    received = pc.fill_null(pc.equal(direction, Direction.RECEIVED.value), True)
    wanted = pc.and_(received, pc.is_valid(bodies))
    rows = np.flatnonzero(wanted.to_numpy(zero_copy_only=False))
    columns = _columns(_read(bodies.filter(wanted)))
    senders = _combined(messages["sender"]).filter(wanted)
    columns["service"] = _with_sender(columns["service"], columns["is_code"], senders)
    found = pa.table([columns[column.name] for column in RECOGNIZED],
                     names=[column.name for column in RECOGNIZED])  # fmt: skip
    return found if len(rows) == len(bodies) else _spread_out(found, rows, len(bodies))


def _combined(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    if isinstance(column, pa.ChunkedArray):
        return column.combine_chunks() if column.num_chunks else pa.array([], column.type)
    return column


def _spread_out(found: pa.Table, rows: Indices, total: int) -> pa.Table:
    """Return a table of `total` rows with the found ones at `rows`, the others null or false."""
    place = np.full(total, -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    spread = found.take(pa.array(place, mask=place < 0))
    for name in ("is_code", "garbled"):
        index = spread.column_names.index(name)
        spread = spread.set_column(index, name, pc.fill_null(spread[name], False))
    return spread


def _read(bodies: pa.Array) -> Texts:
    """Return bodies (no nulls) with their readings: reduce to templates, filter, read, repair."""
    encoded = templates(bodies).dictionary_encode()
    template_of = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    distinct = encoded.dictionary
    damages = _damages(bodies, distinct, template_of)
    found = read_templates(distinct, np.zeros(len(distinct), dtype=bool)).of_rows(template_of)
    if damages:
        rows = np.array(list(damages), dtype=np.int64)
        texts = [found.repaired or bodies[row].as_py() for row, found in damages.items()]
        lost = np.array([unreadable(text) for text in texts])
        found = found.replaced(rows, read_templates(templates(pa.array(texts, pa.string())), lost))
    return Texts(bodies, damages, *found, parts(distinct).take(encoded.indices))


def _damages(bodies: pa.Array, distinct: pa.Array, template_of: Indices) -> dict[int, Damage]:
    """Return the damage of each row that has one."""
    suspicious = pc.match_substring_regex(distinct, SUSPICIOUS).to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(suspicious[template_of]).tolist()
    found = ((row, damage(bodies[row].as_py())) for row in rows)
    return {row: known for row, known in found if known}


def _columns(texts: Texts) -> dict[str, pa.Array]:
    """Return the recognized columns of texts, senders left aside."""
    readings, row_of = texts.readings, texts.reading_of
    starts, lengths = _spans(texts)
    shown = starts >= 0
    return {
        "is_code": pa.array(np.array([r.is_code for r in readings], dtype=bool)[row_of]),
        "code_start": pa.array(starts, pa.int32(), mask=~shown),
        "code_length": pa.array(lengths, pa.int32(), mask=~shown),
        "code_kind": _named([r.kind for r in readings], np.where(shown, row_of, 0)),
        "decoy": _named([r.decoy for r in readings], row_of),
        "confidence": pa.array(
            np.array([r.confidence for r in readings], dtype=np.float32)[row_of]
        ),
        "service": _services(texts),
        "purpose": _named([r.purpose for r in readings], row_of),
        "valid_for": _numbers([r.valid_for for r in readings], row_of, pa.int32()),
        "language": _named([r.language for r in readings], row_of),
        "parts": texts.parts,
    } | _damage_columns(texts)


def _spans(texts: Texts) -> tuple[Indices, Indices]:
    """Return start and length of each row's code in its body as it came, -1 where there is none."""
    starts, lengths = texts.codes[:, 0].copy(), texts.codes[:, 1].copy()
    for row in texts.damages:
        starts[row], lengths[row] = texts.span(row) or (-1, -1)
    return starts, lengths


def _numbers(values: list[int | None], row_of: Indices, kind: pa.DataType) -> pa.Array:
    missing = np.array([value is None for value in values])[row_of]
    return pa.array(np.array([value or 0 for value in values])[row_of], kind, mask=missing)


def _named(values: list[Any], row_of: Indices) -> pa.DictionaryArray:
    """Return a dictionary column of the rows' words, from the words of the readings."""
    words = sorted({str(value) for value in values if value is not None})
    codes = {word: code for code, word in enumerate(words)}
    of_reading = np.array([codes.get(str(value), -1) for value in values], dtype=np.int32)
    rows = of_reading[row_of]
    index = pa.array(rows, pa.int32(), mask=rows < 0)
    return pa.DictionaryArray.from_arrays(index, pa.array(words, pa.string()))


def _services(texts: Texts) -> pa.DictionaryArray:
    """Return the services as the bodies name them, which differ between bodies of one reading."""
    spans = texts.services.copy()
    spans[list(texts.damages)] = -1, 0
    rows = np.flatnonzero(spans[:, 0] >= 0)
    keys = spans[rows, 0] << 32 | spans[rows, 0] + spans[rows, 1]
    order = np.argsort(keys, kind="stable")
    found, begin = np.unique(keys[order], return_index=True)
    named = [(rows[same], _sliced(texts.bodies, rows[same], int(key)))
             for key, same in zip(found, np.split(order, begin[1:]), strict=False)]  # fmt: skip
    named += [(np.array([row]), pa.array([texts.service(row)], pa.string()))
              for row in texts.damages]  # fmt: skip
    place = np.full(len(spans), -1, dtype=np.int64)
    if named:
        place[np.concatenate([same for same, _ in named])] = np.arange(
            sum(len(s) for s, _ in named)
        )
    written = pa.concat_arrays([names for _, names in named] or [pa.array([], pa.string())])
    encoded = written.dictionary_encode()
    names = pa.array([name and service_name(name) for name in encoded.dictionary.to_pylist()],
                     pa.string())  # fmt: skip
    return names.take(encoded.indices).take(pa.array(place, mask=place < 0)).dictionary_encode()


def _sliced(bodies: pa.Array, rows: Indices, key: int) -> pa.Array:
    """Return the part of each row's body from the place in the key's upper half to the lower's."""
    return pc.utf8_slice_codeunits(bodies.take(pa.array(rows)), key >> 32, key & 0xFFFFFFFF)


def _damage_columns(texts: Texts) -> dict[str, pa.Array]:
    kinds: list[str | None] = [None] * len(texts.bodies)
    repaired: list[str | None] = [None] * len(texts.bodies)
    for row, found in texts.damages.items():
        kinds[row], repaired[row] = found.kind.value, found.repaired
    kind = pa.array(kinds, pa.string())
    return {
        "garbled": pc.is_valid(kind),
        "garbled_kind": kind.dictionary_encode().cast(WORD),
        "repaired_body": pa.array(repaired, pa.string()),
    }


def _with_sender(service: pa.Array, is_code: pa.Array, sender: pa.Array) -> pa.Array:
    """Return the services, where null for a code message the one its sender names."""
    if not pa.types.is_dictionary(sender.type):
        sender = sender.cast(pa.string()).dictionary_encode()
    named = [sender_service(name) for name in sender.dictionary.to_pylist()]
    if not any(named):
        return service
    by_sender = pa.array(named, pa.string()).take(sender.indices)
    chosen = pc.if_else(is_code, by_sender, pa.scalar(None, pa.string()))
    return pc.coalesce(service.cast(pa.string()), chosen).dictionary_encode().cast(WORD)
