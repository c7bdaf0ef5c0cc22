"""From positions to passages: a ship through a cell counts once, however often it reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from alerts.traffic.grid import OUTSIDE, SECTORS, SPEED_KN, SPEEDS, cells_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAILED = np.dtype(
    [
        ("mmsi", "u4"), ("time", "i8"), ("lon", "f8"), ("lat", "f8"), ("sog", "f4"),
        ("cog", "f4"), ("kind", "u1"),
    ]
)  # fmt: skip
"""A position to learn from: time in µs since 1970, knots and degrees, NaN not available, and the
class of the ship (``grid.CLASSES``)."""
PASSAGE = np.dtype(
    [
        ("cell", "i4"), ("kind", "u1"), ("sector", "u1"), ("speed", "u1"), ("mmsi", "u4"),
        ("time", "i8"),
    ]
)  # fmt: skip
MOVING_KN, BELIEVABLE_KN = 1.0, 60.0
AGAIN_US = 6 * 3_600_000_000
"""The same ship through the same cell on the same course within so long is one passage."""
STRAIGHT = 0.5
"""Length of the mean of the courses (1 = all alike) below which a passage has no course."""


def passages_of(rows: NDArray[Any]) -> NDArray[Any]:
    """Return PASSAGE (n,) of ``rows`` SAILED, sorted by mmsi and time and ``completed``.

    1. Ships at rest, without speed or course, and outside the grid are left out. 2. A run of
    reports in one cell is one passage, with the mean of its courses and speeds; one without a
    course (fishing to and fro) is none. 3. The same again within 6 hours is no further one.
    """
    cell = cells_of(np.ascontiguousarray(rows["lon"]), np.ascontiguousarray(rows["lat"]))
    sog = rows["sog"]
    good = (
        (cell != OUTSIDE) & (sog >= MOVING_KN) & (sog < BELIEVABLE_KN) & np.isfinite(rows["cog"])
    )
    rows, cell = rows[good], cell[good]
    if not len(rows):
        return np.zeros(0, PASSAGE)
    found, straight = _runs(rows, cell)
    return _once(found[straight >= STRAIGHT])


def _runs(rows: NDArray[Any], cell: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Return a passage for each run of reports in one cell, and how straight each was."""
    new = np.ones(len(rows), np.bool_)
    new[1:] = (
        (rows["mmsi"][1:] != rows["mmsi"][:-1])
        | (cell[1:] != cell[:-1])
        | (np.diff(rows["time"]) > AGAIN_US)
    )
    start = np.flatnonzero(new)
    count = np.diff([*start.tolist(), len(rows)])
    way = np.radians(rows["cog"].astype(np.float64))
    east = np.add.reduceat(np.sin(way), start) / count
    north = np.add.reduceat(np.cos(way), start) / count
    knots = np.add.reduceat(rows["sog"].astype(np.float64), start) / count
    out = np.zeros(len(start), PASSAGE)
    course = np.degrees(np.arctan2(east, north)) % 360.0
    # Rounded first: the same positions give the same passages on every machine.
    out["sector"] = (np.round(course, 2) * SECTORS / 360.0 + 0.5).astype(np.int64) % SECTORS
    out["speed"] = np.minimum(np.round(knots, 2) / SPEED_KN, SPEEDS - 1).astype(np.uint8)
    out["cell"], out["mmsi"], out["time"] = cell[start], rows["mmsi"][start], rows["time"][start]
    out["kind"] = rows["kind"][start]
    return out, np.hypot(east, north)


def _once(found: NDArray[Any]) -> NDArray[Any]:
    order = np.lexsort((found["time"], found["sector"], found["cell"], found["mmsi"]))
    found = found[order]
    same = np.zeros(len(found), np.bool_)
    same[1:] = np.diff(found["time"]) <= AGAIN_US
    for name in ("mmsi", "cell", "sector"):
        same[1:] &= found[name][1:] == found[name][:-1]
    return found[~same]
