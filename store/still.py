"""Where vessels lay still: slow positions of a span, streamed out of the database as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.queries import query
from store.streamed import dtype_of, streamed

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
SLOW = dtype_of(_FIELDS)
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
    yield from streamed(connection, query("slow_positions"), asked, _FIELDS, block)
