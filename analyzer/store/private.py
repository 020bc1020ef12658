"""Messages without their texts: what a private store keeps.

Of a text remain its template (code and longer numbers starred out, as in every output) and what
was recognized in it; the code itself is not on the disk.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.recognize import recognize
from analyzer.report.masking import masked_text
from analyzer.schema import MESSAGE_SCHEMA, RECOGNIZED, arrow_schema, names

_TEXTS = ("body", "sender", "direction")
_RECOGNIZED = arrow_schema(RECOGNIZED)


def without_texts(messages: pa.Table) -> pa.Table:
    """Return messages with templates for texts, and the columns of RECOGNIZED beside them."""
    recognized = recognize(messages)
    spans = zip(
        messages["body"].to_pylist(),
        recognized["code_start"].to_pylist(),
        recognized["code_length"].to_pylist(),
        strict=True,
    )
    bodies = [None if body is None else masked_text(body, *span) for body, *span in spans]
    rules = [
        None if rule is None else masked_text(rule) for rule in messages["block_rule"].to_pylist()
    ]
    table = _with(_with(messages, "body", bodies), "block_rule", rules)
    for name in names(RECOGNIZED):
        column = recognized[name]
        if name == "repaired_body":
            column = pa.nulls(table.num_rows, pa.string())
        table = table.append_column(name, column)
    return table


def recognized_of(messages: pa.Table, stored: pa.Table) -> pa.Table:
    """Return the columns of RECOGNIZED for messages, from the rows as they were stored.

    Merging rows of one message can complete a row's text from another's, so what was recognized
    is looked up by what it was recognized in: template, sender and direction.
    """
    keys = _texts(stored).dictionary_encode().combine_chunks()
    first = _first_rows(keys)
    place = pc.index_in(_texts(messages), keys.dictionary)
    return stored.select(_RECOGNIZED.names).take(pa.array(first)).take(place)


def _texts(table: pa.Table) -> pa.ChunkedArray:
    columns = [pc.fill_null(table[name].cast(pa.string()), "") for name in _TEXTS]
    return pc.binary_join_element_wise(*columns, "\x1f")


def _first_rows(keys: pa.DictionaryArray) -> list[int]:
    """Return the row in which each distinct key occurs first."""
    _, first = np.unique(np.asarray(keys.indices), return_index=True)
    return [int(row) for row in first]


def _with(table: pa.Table, name: str, values: list[str | None]) -> pa.Table:
    index = table.schema.get_field_index(name)
    return table.set_column(index, MESSAGE_SCHEMA.field(name), pa.array(values, pa.string()))
