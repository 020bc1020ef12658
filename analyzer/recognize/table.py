"""Recognition of one text and of a whole message table; both give the same answers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.recognize.damage import SUSPICIOUS, Damage, damage, original_span, unreadable
from analyzer.recognize.parts import parts
from analyzer.recognize.prefilter import worth_reading
from analyzer.recognize.reading import Reading, read_template
from analyzer.recognize.recognition import Recognition
from analyzer.recognize.services import sender_service, service_name
from analyzer.recognize.templates import templates
from analyzer.schema import RECOGNIZED, Direction

SURE = 0.99  # confidence that a text the pre-filter drops is no code message


class Texts(NamedTuple):
    """Distinct texts, what was wrong with some of them, and the reading of those worth it."""

    original: pa.Array
    readable: pa.Array
    damages: dict[int, Damage]
    readings: list[Reading]
    reading_of: np.ndarray[tuple[int], np.dtype[np.int64]]


def recognize_text(text: str, sender: str | None = None) -> Recognition:
    """Return what one text says; `sender` names the service where the text does not."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    texts = _read(pa.array([text], pa.string()))
    found = texts.damages.get(0)
    base = Recognition(
        garbled=found is not None,
        garbled_kind=found.kind if found else None,
        repaired_body=found.repaired if found else None,
        parts=parts(texts.original)[0].as_py(),
        confidence=SURE,
    )
    if texts.reading_of[0] < 0:
        return base
    reading = texts.readings[texts.reading_of[0]]
    span = _span(texts, 0, reading)
    service = _service(texts, 0, reading) or (sender_service(sender) if reading.is_code else None)
    readable = texts.readable[0].as_py()
    return base.but(
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
        code=readable[reading.code[0] : sum(reading.code)] if reading.code else None,
        rule=reading.rule,
        words=reading.words,
    )


def recognize(messages: pa.Table) -> pa.Table:
    """Return what each message says, with the columns of `schema.RECOGNIZED`, row by row.

    Needs the columns body, sender and direction. Rows that were not received, and rows without a
    body, are no code messages and otherwise null; a null direction counts as received.
    """
    direction = messages["direction"].cast(pa.string())
    received = pc.fill_null(pc.equal(direction, Direction.RECEIVED.value), True)
    bodies = pc.if_else(received, messages["body"].cast(pa.string()), pa.scalar(None, pa.string()))
    encoded = _combined(bodies).dictionary_encode()
    texts = _read(encoded.dictionary)
    distinct = _columns(texts)
    rows = distinct.take(encoded.indices)
    service = _with_sender(rows["service"], rows["is_code"], messages["sender"])
    columns = {name: rows[name] for name in rows.column_names} | {"service": service}
    for name in ("is_code", "garbled"):
        columns[name] = pc.fill_null(columns[name], False)
    return pa.table(
        [pc.cast(columns[column.name], column.type) for column in RECOGNIZED],
        names=[column.name for column in RECOGNIZED],
    )


def _combined(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    if isinstance(column, pa.ChunkedArray):
        return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    return column


def _read(original: pa.Array) -> Texts:
    """Return the readings of distinct texts: repair, filter, reduce to templates, read those."""
    damages: dict[int, Damage] = {}
    suspicious = pc.match_substring_regex(original, SUSPICIOUS)
    for place in np.flatnonzero(suspicious.to_numpy(zero_copy_only=False)).tolist():
        found = damage(original[place].as_py())
        if found:
            damages[place] = found
    broken = np.zeros(len(original), dtype=bool)
    for place, found in damages.items():
        broken[place] = unreadable(found.repaired or original[place].as_py())
    readable = original
    if damages:
        repaired: list[str | None] = [None] * len(original)
        for place, found in damages.items():
            repaired[place] = found.repaired
        readable = pc.coalesce(pa.array(repaired, pa.string()), original)
    read = worth_reading(readable).to_numpy(zero_copy_only=False) | broken
    places = np.flatnonzero(read)
    encoded = templates(_compact(readable.take(pa.array(places)))).dictionary_encode()
    keys = encoded.indices.to_numpy(zero_copy_only=False) * 2 + broken[places]
    distinct, inverse = np.unique(keys, return_inverse=True)
    wordings = encoded.dictionary.to_pylist()
    readings = [read_template(wordings[key // 2], bool(key % 2)) for key in distinct]
    reading_of = np.full(len(original), -1, dtype=np.int64)
    reading_of[places] = inverse
    return Texts(original, readable, damages, readings, reading_of)


def _compact(array: pa.Array) -> pa.Array:
    return pa.concat_arrays([array, pa.array([], array.type)])


def _columns(texts: Texts) -> pa.Table:
    """Return the recognized columns of distinct texts."""
    readings = texts.readings
    index = pa.array(texts.reading_of, mask=texts.reading_of < 0)
    kinds: dict[str, tuple[pa.DataType, list[Any]]] = {
        "is_code": (pa.bool_(), [r.is_code for r in readings]),
        "code_start": (pa.int32(), [r.code[0] if r.code else None for r in readings]),
        "code_length": (pa.int32(), [r.code[1] if r.code else None for r in readings]),
        "code_kind": (pa.string(), [r.kind if r.code else None for r in readings]),
        "decoy": (pa.string(), [r.decoy for r in readings]),
        "confidence": (pa.float32(), [r.confidence for r in readings]),
        "purpose": (pa.string(), [r.purpose for r in readings]),
        "valid_for": (pa.int32(), [r.valid_for for r in readings]),
        "language": (pa.string(), [r.language for r in readings]),
    }
    columns = {name: pa.array(v, t).take(index) for name, (t, v) in kinds.items()}
    columns["is_code"] = pc.fill_null(columns["is_code"], False)
    columns["confidence"] = pc.fill_null(columns["confidence"], pa.scalar(SURE, pa.float32()))
    columns["service"] = _services(texts, index)
    columns |= _damage_columns(texts)
    columns["parts"] = parts(texts.original)
    _move_spans(texts, columns)
    return pa.table(columns)


def _services(texts: Texts, index: pa.Array) -> pa.Array:
    """Return the service of each distinct text; a name with masked digits is read from it."""
    names: list[str | None] = []
    varying = np.zeros(len(texts.readings) + 1, dtype=bool)  # the last: texts without a reading
    first = np.full(len(texts.readings), -1)
    for place in np.flatnonzero(texts.reading_of >= 0)[::-1]:
        first[texts.reading_of[place]] = place
    for number, reading in enumerate(texts.readings):
        name = _service(texts, int(first[number]), reading)
        varying[number] = reading.service_varies
        names.append(name)
    found = pa.array(names, pa.string()).take(index)
    changing = np.flatnonzero(varying[texts.reading_of])
    if not len(changing):
        return found
    listed = found.to_pylist()
    for place in changing:
        listed[place] = _service(texts, int(place), texts.readings[texts.reading_of[place]])
    return pa.array(listed, pa.string())


def _service(texts: Texts, place: int, reading: Reading) -> str | None:
    if not reading.service:
        return None
    start, length = reading.service
    return service_name(texts.readable[place].as_py()[start : start + length])


def _span(texts: Texts, place: int, reading: Reading) -> tuple[int, int] | None:
    """Return the code's span in the text as it came, or None where it cannot be shown there."""
    found = texts.damages.get(place)
    if not reading.code or found is None or found.repaired is None:
        return reading.code
    return original_span(texts.original[place].as_py(), found, *reading.code)


def _damage_columns(texts: Texts) -> dict[str, pa.Array]:
    kinds: list[str | None] = [None] * len(texts.original)
    repaired: list[str | None] = [None] * len(texts.original)
    for place, found in texts.damages.items():
        kinds[place], repaired[place] = found.kind.value, found.repaired
    kind_array = pa.array(kinds, pa.string())
    return {
        "garbled": pc.is_valid(kind_array),
        "garbled_kind": kind_array,
        "repaired_body": pa.array(repaired, pa.string()),
    }


def _move_spans(texts: Texts, columns: dict[str, pa.Array]) -> None:
    """Put the spans of repaired texts where they lie in the text as it came."""
    moved = [p for p in texts.damages if texts.reading_of[p] >= 0]
    if not moved:
        return
    lists = {name: columns[name].to_pylist() for name in ("code_start", "code_length", "code_kind")}
    for place in moved:
        span = _span(texts, place, texts.readings[texts.reading_of[place]])
        lists["code_start"][place], lists["code_length"][place] = span or (None, None)
        lists["code_kind"][place] = lists["code_kind"][place] if span else None
    for name, values in lists.items():
        columns[name] = pa.array(values, columns[name].type)


def _with_sender(service: pa.Array, is_code: pa.Array, sender: pa.ChunkedArray) -> pa.Array:
    """Return the services, where null for a code message the one its sender names."""
    encoded = _combined(sender)
    if not pa.types.is_dictionary(encoded.type):
        encoded = encoded.cast(pa.string()).dictionary_encode()
    named = [sender_service(name) for name in encoded.dictionary.to_pylist()]
    by_sender = pa.array(named, pa.string()).take(encoded.indices)
    return pc.coalesce(service, pc.if_else(is_code, by_sender, pa.scalar(None, pa.string())))
