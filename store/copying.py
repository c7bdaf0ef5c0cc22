"""Columns as a PostgreSQL binary COPY buffer, without an object per row.

A row is ``>i2`` number of fields, then for each field ``>i4`` length and its big-endian value; a
NULL has length -1 and no value. All rows are first written at full width as one packed array;
then the bytes that a NULL or a short text does not have are left out.
Source: PostgreSQL documentation, COPY, «Binary Format».
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ais.compiled import compiled

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg
    from numpy.typing import NDArray

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
# PostgreSQL counts time from 2000-01-01, numpy from 1970-01-01.
EPOCH_US = np.int64(946_684_800_000_000)


@dataclass(frozen=True, slots=True)
class Field:
    """One column on its way into a table.

    name    column of the table
    values  (n,) in the big-endian type of the column; S for text
    length  (n,) i4, bytes of each value, -1 for NULL; None where every value has full width
    """

    name: str
    values: NDArray[Any]
    length: NDArray[np.int32] | None = None


def integers(name: str, values: NDArray[Any], kind: str, null: int | None = None) -> Field:
    """Return an integer field of type ``kind`` (``>i2``, ``>i4``, ``>i8``); ``null`` is NULL."""
    missing = None if null is None else values == null
    return Field(name, values.astype(kind), _lengths(missing, np.dtype(kind).itemsize))


def floats(name: str, values: NDArray[Any], kind: str) -> Field:
    """Return a float field of type ``kind`` (``>f4``, ``>f8``); NaN and ±inf are NULL."""
    missing = ~np.isfinite(values)
    return Field(name, values.astype(kind), _lengths(missing, np.dtype(kind).itemsize))


def times(name: str, values: NDArray[np.datetime64]) -> Field:
    """Return a timestamptz field of datetime64[us] ``values``, all of them available."""
    return Field(name, (values.view(np.int64) - EPOCH_US).astype(">i8"))


def texts(name: str, values: NDArray[np.bytes_]) -> Field:
    """Return a text field; empty is NULL, and what is no UTF-8 or is NUL becomes U+FFFD."""
    clean = printable(values)
    length = np.char.str_len(clean).astype(np.int32)
    return Field(name, clean, np.where(length == 0, np.int32(-1), length))


def printable(values: NDArray[np.bytes_]) -> NDArray[np.bytes_]:
    """Return S ``values`` with nothing in them that a text column refuses."""
    width = values.dtype.itemsize
    if not len(values) or not width:
        return values
    raw = np.ascontiguousarray(values).view(np.uint8).reshape(len(values), width)
    # A NUL is padding unless something follows it.
    inside = (raw[:, :-1] == 0) & (raw[:, 1:] != 0)
    # Radio text is six-bit ASCII; only other sources ever take the slow way.
    odd = np.flatnonzero((raw >= 0x80).any(axis=1) | inside.any(axis=1))  # noqa: PLR2004  (ASCII)
    if not len(odd):
        return values
    fixed = [
        values[i].decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}").encode()
        for i in odd
    ]
    wide = values.astype(f"S{max(width, *map(len, fixed))}")
    wide[odd] = fixed
    return wide


def copy_buffer(fields: Sequence[Field]) -> bytes:
    """Return the whole COPY input, header to trailer, for equal-long ``fields``."""
    layout: list[tuple[str, Any]] = [("fields", ">i2")]
    for i, field in enumerate(fields):
        layout += [(f"length{i}", ">i4"), (f"value{i}", field.values.dtype)]
    # One array for all fields: joining big-endian arrays would silently give native order.
    rows = np.empty(len(fields[0].values), np.dtype(layout))
    rows["fields"] = len(fields)
    for i, field in enumerate(fields):
        rows[f"value{i}"] = field.values
        size = field.values.dtype.itemsize
        rows[f"length{i}"] = size if field.length is None else field.length
    return b"".join((HEADER, _without_gaps(rows, fields), TRAILER))


@dataclass(frozen=True, slots=True)
class Copy:
    """One COPY: ``table``, its ``columns`` in order, and the binary ``data``."""

    table: str
    columns: tuple[str, ...]
    data: bytes

    @classmethod
    def of(cls, table: str, fields: Sequence[Field]) -> Copy | None:
        """Make the COPY of equal-long ``fields`` into ``table``; None without rows."""
        if not len(fields[0].values):
            return None
        return cls(table, tuple(field.name for field in fields), copy_buffer(fields))

    def send(self, connection: psycopg.Connection) -> None:
        """Send it, within the connection's transaction."""
        statement = f"COPY {self.table} ({', '.join(self.columns)}) FROM STDIN (FORMAT binary)"
        with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            copy.write(self.data)


def _without_gaps(rows: NDArray[Any], fields: Sequence[Field]) -> bytes:
    """Return the bytes of ``rows`` without those of NULLs and of the padding of texts."""
    gaps = [
        (i, field.length)
        for i, field in enumerate(fields)
        if field.length is not None and (field.length < field.values.dtype.itemsize).any()
    ]
    if not gaps or not len(rows):
        return rows.tobytes()
    size = rows.dtype.itemsize
    known = rows.view(np.uint8).reshape(len(rows), size)
    spans = np.empty((len(gaps), 2), np.int64)
    left = np.empty((len(rows), len(gaps)), np.int64)
    for k, (i, length) in enumerate(gaps):
        kind, offset = rows.dtype.fields[f"value{i}"][:2]  # type: ignore[index]
        spans[k] = offset, offset + kind.itemsize
        left[:, k] = offset + np.maximum(length, 0)
    packed = np.empty(rows.nbytes, np.uint8)
    return packed[: _pack(known, spans, left, packed)].tobytes()


@compiled
def _pack(
    rows: NDArray[np.uint8],
    spans: NDArray[np.int64],
    left: NDArray[np.int64],
    packed: NDArray[np.uint8],
) -> int:
    """Write ``rows`` without what lies from ``left`` to the end of each span; return the bytes."""
    at = 0
    for r in range(len(rows)):
        start = 0
        for k in range(len(spans)):
            for byte in range(start, left[r, k]):
                packed[at] = rows[r, byte]
                at += 1
            start = spans[k, 1]
        for byte in range(start, rows.shape[1]):
            packed[at] = rows[r, byte]
            at += 1
    return at


def _lengths(missing: NDArray[np.bool_] | None, size: int) -> NDArray[np.int32] | None:
    if missing is None or not missing.any():
        return None
    return np.where(missing, np.int32(-1), np.int32(size))
