"""Rows as text without an object per row: pieces of a template joined by Arrow, column by column.

A text that people or radios wrote is escaped once for each different value.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TypeAlias
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.compute as pc

from alerts.plain import plain

Piece: TypeAlias = "str | pa.Array"
Escape: TypeAlias = Callable[[str], str]
PLACES = 6
"""Decimals of degrees: a tenth of a metre, finer than AIS sends."""


def as_json(text: str) -> str:
    """Return ``text`` as a JSON string."""
    return json.dumps(text, ensure_ascii=False)


def as_xml(text: str) -> str:
    """Return ``text`` on one line for an element or attribute; what does not print is U+FFFD."""
    return escape(plain(text), {'"': "&quot;"})


def as_is(text: str) -> str:
    """Return ``text``."""
    return text


def joined(*pieces: Piece, null: str = "") -> pa.Array:
    """Return one text for each row: fixed pieces and columns of text, side by side."""
    parts = [pa.scalar(one) if isinstance(one, str) else one for one in pieces]
    return pc.binary_join_element_wise(*parts, "", null_handling="replace", null_replacement=null)


def said(column: pa.Array, text: Escape) -> pa.Array:
    """Return a column as texts, null where it is null; what is text goes through ``text``.

    Times are ISO 8601 with milliseconds in UTC and no number; they go through ``text`` by their
    form, too.
    """
    kind = column.type
    if pa.types.is_dictionary(kind) or pa.types.is_string(kind):
        return _each(column, text)
    if pa.types.is_timestamp(kind):
        # The same at both ends for every time, so that it need not be asked for each.
        before, after = text("T").split("T")
        return between(before, stamped(column), after)
    if pa.types.is_float64(kind):
        column = pc.round(column, PLACES)
    return pc.cast(column, pa.string())


def between(before: str, texts: pa.Array, after: str) -> pa.Array:
    """Return ``texts`` between two others, null where there is none."""
    parts = (pa.scalar(before), texts, pa.scalar(after))
    return pc.binary_join_element_wise(*parts, "", null_handling="emit_null")


def stamped(column: pa.Array) -> pa.Array:
    """Return times as 2026-05-01T08:00:03.000Z."""
    plain = pc.cast(column, pa.timestamp("ms"))
    # Arrow's own strftime takes ten times as long.
    texts = pc.cast(plain, pa.string())
    day, time = pc.utf8_slice_codeunits(texts, 0, 10), pc.utf8_slice_codeunits(texts, 11)
    return pc.binary_join_element_wise(day, "T", time, "Z", "", null_handling="emit_null")


def per_list(lists: pa.ListArray, texts: pa.Array, comma: str) -> pa.Array:
    """Return one text for each list: those of its values with ``comma`` between."""
    return pc.binary_join(pa.ListArray.from_arrays(lists.offsets, texts), comma)


def members(batch: pa.RecordBatch, names: Sequence[str]) -> list[Piece]:
    """Return the pieces of a JSON object with these columns, without its braces."""
    pieces: list[Piece] = []
    for number, name in enumerate(names):
        pieces += [f"{', ' if number else ''}{as_json(name)}: ", said(batch.column(name), as_json)]
    return pieces


def _each(column: pa.Array, text: Escape) -> pa.Array:
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    values = [None if one is None else text(one) for one in coded.dictionary.to_pylist()]
    return pc.take(pa.array(values, pa.string()), coded.indices)


def whole(texts: pa.Array, comma: str) -> pa.Buffer:
    """Return the UTF-8 bytes of all ``texts`` with ``comma`` between."""
    one = pa.ListArray.from_arrays(pa.array([0, len(texts)], pa.int32()), texts)
    return pc.binary_join(one, comma)[0].as_buffer()
