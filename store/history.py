"""Positions of the past in a box and a span, whoever sent them."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from store.queries import query
from store.thinning import Thinning, levelled

if TYPE_CHECKING:
    import psycopg
    from numpy.typing import NDArray

POSITION = np.dtype(
    [
        ("time", "M8[us]"),
        ("mmsi", "i8"),
        ("lon_deg", "f8"),
        ("lat_deg", "f8"),
        ("sog_kn", "f4"),
        ("cog_deg", "f4"),
    ]
)
"""Columns of ``positions_in``; NaN is not available."""
_STORED = np.dtype([*POSITION.descr, ("segment", "i4"), ("nav_status", "i2")])
_OFTEN_S = 2.0  # who is fast or turns reports so often


class Box(NamedTuple):
    """A box in degrees, borders included; west < east, south < north."""

    west: float
    south: float
    east: float
    north: float

    def cells(self) -> list[int]:
        """Return the 1-degree cells that it touches, numbered as the writer does."""
        lats = range(math.floor(self.south), math.floor(self.north) + 1)
        lons = range(math.floor(self.west), math.floor(self.east) + 1)
        return [(lat + 90) * 360 + lon + 180 for lat in lats for lon in lons]


def positions_in(
    connection: psycopg.Connection, box: Box, start: datetime, end: datetime, limit: int,
    thinning: Thinning,
) -> NDArray[Any]:  # fmt: skip
    """Return live positions in ``box`` from ``start`` to ``end`` (excluded), oldest first.

    At most ``limit`` of them, levelled by what positions are stored by.
    """
    # So many times as many are stored of who is stored with each report, at the most.
    denser = max(1, math.ceil(thinning.every_s / _OFTEN_S))
    asked = {**box._asdict(), "cells": box.cells(), "start": start, "end": end,
             "limit": limit * denser}  # fmt: skip
    stored = np.array(connection.execute(query("positions_in"), asked).fetchall(), _STORED)
    rows = levelled(stored, thinning)
    rows = rows[np.lexsort((rows["mmsi"], rows["time"]))][:limit]
    found = np.empty(len(rows), POSITION)
    for name in POSITION.names or ():
        found[name] = rows[name]
    return found
