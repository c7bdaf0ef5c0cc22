"""Rows streamed out of the database as columns: COPY in the binary format, block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from store.copying import EPOCH_US

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import psycopg
    from numpy.typing import NDArray

# PostgreSQL documentation, COPY, binary format: a row is the number of its fields, then the length
# and the bytes of each; 19 bytes before the first row and 2 after the last.
_HEAD, _TAIL = 19, 2
TIME = "time"
"""The field that is a timestamptz."""


def dtype_of(fields: Sequence[tuple[str, str]]) -> np.dtype[Any]:
    """Return the columns that come of ``fields``: name and big-endian type of each."""
    return np.dtype(
        [(name, "M8[us]" if name == TIME else kind.replace(">", "=")) for name, kind in fields]
    )


def streamed(
    connection: psycopg.Connection,
    statement: bytes,
    asked: Mapping[str, Any],
    fields: Sequence[tuple[str, str]],
    block: int = 65_536,
) -> Iterator[NDArray[Any]]:
    """Yield what a COPY … TO STDOUT gives, in blocks of ``block`` rows; holds but one of them.

    No field may be NULL: every row has to have the same width.
    """
    sent = np.dtype(
        [("fields", ">i2"), *((f"{name}{end}", kind) for name, form in fields
                              for end, kind in (("_size", ">i4"), ("", form)))]
    )  # fmt: skip
    with connection.cursor() as cursor, cursor.copy(statement, asked) as copy:
        held = bytearray()
        skip = _HEAD
        for part in copy:
            held += part
            if len(held) >= skip + block * sent.itemsize + _TAIL:
                rows = bytes(held[skip : skip + block * sent.itemsize])
                del held[: skip + len(rows)]
                skip = 0
                yield _rows(rows, sent, fields)
        if rest := bytes(held[skip:-_TAIL]):
            yield _rows(rest, sent, fields)


def _rows(data: bytes, sent: np.dtype[Any], fields: Sequence[tuple[str, str]]) -> NDArray[Any]:
    said = np.frombuffer(data, sent)
    rows = np.empty(len(said), dtype_of(fields))
    for name, _ in fields:
        rows[name] = said[name] + EPOCH_US if name == TIME else said[name]
    return rows
