"""Where vessels lay still: slow positions of a span, streamed out of the database as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from store.copying import EPOCH_US
from store.queries import query

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    import psycopg
    from numpy.typing import NDArray

_FIELDS = (
    ("mmsi", ">i4"),
    ("time", ">i8"),
    ("lon_deg", ">f8"),
    ("lat_deg", ">f8"),
    ("sog_kn", ">f4"),
)
# PostgreSQL documentation, COPY, binary format: a row is the number of its fields, then the length
# and the bytes of each; 19 bytes before the first row and 2 after the last.
_SENT = np.dtype(
    [("fields", ">i2"), *((f"{name}{end}", kind) for name, form in _FIELDS
                          for end, kind in (("_size", ">i4"), ("", form)))]
)  # fmt: skip
_HEAD, _TAIL = 19, 2
SLOW = np.dtype(
    [(name, "M8[us]" if name == "time" else kind.replace(">", "=")) for name, kind in _FIELDS]
)
"""Columns of ``slow_positions``; NaN in sog_kn is not available."""


def slow_positions(
    connection: psycopg.Connection,
    start: datetime,
    end: datetime,
    slow_kn: float,
    block: int = 65_536,
) -> Iterator[NDArray[Any]]:
    """Yield live positions from ``start`` to ``end`` (excluded) in blocks of ``block`` rows.

    Those slower than ``slow_kn`` knots or without a speed, and the vessel's positions right before
    and after each, which end its rest: arrays of dtype SLOW, sorted by mmsi and time throughout.
    The rows of one vessel may stand in several blocks. Nothing is held but one block.
    """
    asked = {"start": start, "end": end, "slow_kn": slow_kn}
    with connection.cursor() as cursor, cursor.copy(query("slow_positions"), asked) as copy:
        held = bytearray()
        skip = _HEAD
        for part in copy:
            held += part
            if len(held) >= skip + block * _SENT.itemsize + _TAIL:
                rows = bytes(held[skip : skip + block * _SENT.itemsize])
                del held[: skip + len(rows)]
                skip = 0
                yield _rows(rows)
        if rest := bytes(held[skip:-_TAIL]):
            yield _rows(rest)


def _rows(sent: bytes) -> NDArray[Any]:
    said = np.frombuffer(sent, _SENT)
    rows = np.empty(len(said), SLOW)
    for name, _ in _FIELDS:
        rows[name] = said[name] + EPOCH_US if name == "time" else said[name]
    return rows
