"""The grid in which traffic is counted: cells of the sea, classes of ships, courses, speeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ais.compiled import allocating, compiled
from alerts import scene

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEST, SOUTH, STEP_DEG = -6.5, 30.0, 0.05
COLUMNS, ROWS = 880, 330
CELLS = COLUMNS * ROWS
"""Cells of 3.0 nm from south to north and some 2.4 nm across: from Gibraltar to the Levant."""
SECTORS = 16
SECTOR_DEG = 360.0 / SECTORS
SPEEDS, SPEED_KN = 16, 2.0
"""The fastest bin holds all that is faster: 30 knots and more."""
CLASSES = ("other", "cargo", "tanker", "passenger", "fast", "fishing", "leisure", "working")
"""Classes of ships, by number."""
CLASS_OF = np.zeros(len(scene.ROLES), np.uint8)
"""(roles,) class of each role."""
for _class, _roles in enumerate(
    (
        (), (scene.CARGO,), (scene.TANKER,), (scene.PASSENGER,), (scene.FAST,), (scene.FISHING,),
        (scene.SAILING, scene.PLEASURE),
        (scene.TUG, scene.PILOT, scene.SAR, scene.LAW, scene.WORKING, scene.MILITARY),
    )
):  # fmt: skip
    CLASS_OF[list(_roles)] = _class
OUTSIDE = -1


@compiled
def cell_of(lon: float, lat: float) -> int:
    """Return the cell of a place, OUTSIDE beyond the grid and for NaN."""
    x, y = (lon - WEST) / STEP_DEG, (lat - SOUTH) / STEP_DEG
    if not (0.0 <= x < COLUMNS and 0.0 <= y < ROWS):
        return OUTSIDE
    return int(y) * COLUMNS + int(x)


@compiled
def sector_of(course: float) -> int:
    """Return the sector of a course in degrees; the first one is centred on north."""
    return int(course / SECTOR_DEG + 0.5) % SECTORS


@compiled
def speed_of(knots: float) -> int:
    """Return the bin of a speed over ground."""
    return min(int(knots / SPEED_KN), SPEEDS - 1)


@allocating
def cells_of(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the cells of places (n,)."""
    out = np.empty(len(lon), np.int64)
    for k in range(len(lon)):
        out[k] = cell_of(lon[k], lat[k])
    return out


def keys_of(
    cell: NDArray[Any], kind: NDArray[Any], sector: NDArray[Any], speed: NDArray[Any]
) -> NDArray[np.uint32]:
    """Return one number for each (cell, class, sector, speed bin); sorted by cell."""
    parts = [np.asarray(part, np.uint32) for part in (cell, kind, sector, speed)]
    key = (
        parts[0] << np.uint32(11) | parts[1] << np.uint32(8) | parts[2] << np.uint32(4) | parts[3]
    )
    return np.asarray(key, np.uint32)


def parts_of(key: NDArray[np.uint32]) -> tuple[NDArray[np.int64], ...]:
    """Return cells, classes, sectors and speed bins of ``keys_of``."""
    key = key.astype(np.int64)
    return key >> 11, key >> 8 & 7, key >> 4 & 15, key & 15


def middle_of(cell: int) -> tuple[float, float]:
    """Return lon, lat of a cell's middle, degrees."""
    row, column = divmod(cell, COLUMNS)
    return (
        round(WEST + (column + 0.5) * STEP_DEG, 4),
        round(SOUTH + (row + 0.5) * STEP_DEG, 4),
    )
