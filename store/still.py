"""Where vessels lay still: slow positions of a span, streamed out of the database as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.queries import query
from store.streaming import BLOCK, Rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    import psycopg
    from numpy.typing import NDArray

_ROWS = Rows(
    [("mmsi", ">i4"), ("time", ">M8[us]"), ("lon_deg", ">f8"), ("lat_deg", ">f8"),
     ("sog_kn", ">f4")]
)  # fmt: skip
SLOW = _ROWS.dtype
"""Columns of ``slow_positions``; NaN in sog_kn is not available."""


def slow_positions(
    connection: psycopg.Connection,
    start: datetime,
    end: datetime,
    slow_kn: float,
    block: int = BLOCK,
) -> Iterator[NDArray[Any]]:
    """Yield live positions from ``start`` to ``end`` (excluded) in blocks of ``block`` rows.

    Those slower than ``slow_kn`` knots or without a speed, and the vessel's positions right before
    and after each, which end its rest: arrays of dtype SLOW, sorted by mmsi and time throughout.
    The rows of one vessel may stand in several blocks. Nothing is held but one block.
    """
    asked = {"start": start, "end": end, "slow_kn": slow_kn}
    return _ROWS.stream(connection, query("slow_positions"), asked, block)
