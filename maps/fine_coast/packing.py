"""A block of land as bytes, for maps/assets/fineland.js; the format stands in docs/live-map.md.

Little-endian: u4 number of counts; u4 counts: for each polygon its number of rings, then of each
ring its number of points; u2 pairs: x, y of every point less those of the point before it, modulo
65,536. A block's side is 60,000 units (2 m in 36° N at level 8) and the margin is added, so blocks
that touch agree to the unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from maps.coast import rings
from maps.fine_coast.blocks import MARGIN

if TYPE_CHECKING:
    import shapely
    from numpy.typing import NDArray

    from maps.fine_coast.blocks import Place

UNITS = 60_000
_EDGE = round(UNITS * MARGIN)
_CORNERS = 3

EMPTY = np.zeros(1, "<u4").tobytes()
"""A block of nothing but sea."""


def packed(land: list[shapely.Polygon], place: Place) -> bytes:
    """Return the polygons (in Mercator units) of the block at ``place``."""
    counts: list[int] = []
    points: list[NDArray[np.int64]] = []
    for polygon in land:
        some = [ring for ring in (_units(one, place) for one in rings(polygon))
                if len(ring) >= _CORNERS]  # fmt: skip
        if some:
            counts += [len(some), *map(len, some)]
            points += some
    if not counts:
        return EMPTY
    start = np.zeros((1, 2), np.int64)
    steps: NDArray[np.int64] = np.diff(np.concatenate([start, *points]), axis=0)
    head = np.array([len(counts), *counts], "<u4").tobytes()
    return head + (steps % 2**16).astype("<u2").tobytes()


def _units(ring: NDArray[np.float64], place: Place) -> NDArray[np.int64]:
    """Return a ring in units of the block, open, without points that fell together."""
    z, x, y = place
    units = np.rint((ring * 2**z - (x, y)) * UNITS).astype(np.int64) + _EDGE
    units = np.clip(units[:-1], 0, UNITS + 2 * _EDGE)
    moved = (units != np.roll(units, 1, axis=0)).any(axis=1)
    kept: NDArray[np.int64] = units[moved]
    return kept
