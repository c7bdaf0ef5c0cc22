"""Positions of the past in a box and a span, whoever sent them."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from store.queries import query

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
    connection: psycopg.Connection, box: Box, start: datetime, end: datetime, limit: int
) -> NDArray[Any]:
    """Return live positions in ``box`` from ``start`` to ``end`` (excluded), oldest first."""
    asked = {**box._asdict(), "cells": box.cells(), "start": start, "end": end, "limit": limit}
    return np.array(connection.execute(query("positions_in"), asked).fetchall(), POSITION)
