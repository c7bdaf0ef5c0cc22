"""Land cut into square blocks of the map's own grid, at two levels of detail.

::

    level   side    drawn at zoom   detail
    6       5.6°    7 and 8         half a pixel of zoom 8 (250 m); specks of a pixel are left out
    8       1.4°    9 and more      all that the source has

A block of level z is the tile z, x, y of a Mercator map whose tiles are 512 px wide, so level 6 is
what Leaflet calls zoom 7. Beyond its sides a block holds a margin: where land is cut lies outside
of what is drawn, and so do the strokes there. A browser cuts smaller tiles from a block by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from maps.coast import polygons

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maps.coast import Box

Place = tuple[int, int, int]
"""Level, column, row."""

MARGIN = 1 / 32
"""Of a block's side; maps/assets/land.js cuts with the same."""


@dataclass(frozen=True, slots=True)
class Level:
    """One detail. ``nearest`` and ``least`` in Mercator units: the world is 1 wide.

    z        level of the blocks
    nearest  a line may be drawn so far from where it is, 0 = as it is
    least    an island that is smaller both ways is left out
    """

    z: int
    nearest: float = 0.0
    least: float = 0.0


_PIXEL_8 = 1 / (256 * 2**8)
LEVELS = (Level(6, nearest=0.4 * _PIXEL_8, least=_PIXEL_8), Level(8))


def mercator(points_deg: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (n, 2) longitude and latitude as x and y of the unit square, y downwards."""
    lon, lat = points_deg.T
    sine = np.sin(np.radians(np.clip(lat, -85.0, 85.0)))
    return np.column_stack([lon / 360 + 0.5, 0.5 - np.arctanh(sine) / (2 * np.pi)])


def blocks(land: NDArray[np.object_], box: Box) -> Iterator[tuple[Place, list[shapely.Polygon]]]:
    """Yield the blocks that hold land: ``land`` in degrees, cut to ``box``; pieces in Mercator."""
    cut = np.array(polygons(list(shapely.clip_by_rect(land, *box))), object)
    flat = np.asarray(shapely.transform(cut, mercator), object)
    for level in LEVELS:
        sizes = shapely.bounds(flat)
        seen = (sizes[:, 2:] - sizes[:, :2]).max(axis=1) >= level.least
        yield from _quartered(flat[seen], (0, 0, 0), level)


def covered(box: Box, z: int) -> tuple[int, int, int, int]:
    """Return the first and last column, and the first and last row, of level ``z`` in ``box``."""
    (left, bottom), (right, top) = mercator(np.array([box[:2], box[2:]])) * 2**z
    return int(left), int(np.ceil(right)) - 1, int(top), int(np.ceil(bottom)) - 1


def _quartered(
    land: NDArray[np.object_], place: Place, level: Level
) -> Iterator[tuple[Place, list[shapely.Polygon]]]:
    """Yield the blocks of a level within ``place``, each part cut from the one around it."""
    z, x, y = place
    side, near = 0.5**z, MARGIN * 0.5**z
    here = (x * side - near, y * side - near, (x + 1) * side + near, (y + 1) * side + near)
    bounds = shapely.bounds(land)
    touching = ((bounds[:, :2] < here[2:]) & (bounds[:, 2:] > here[:2])).all(axis=1)
    pieces = polygons(list(shapely.clip_by_rect(land[touching], *here)))
    if not pieces:
        return
    if z == level.z:
        yield place, _simple(pieces, level)
        return
    within = np.array(pieces, object)
    for down in (0, 1):
        for right in (0, 1):
            yield from _quartered(within, (z + 1, 2 * x + right, 2 * y + down), level)


def _simple(pieces: list[shapely.Polygon], level: Level) -> list[shapely.Polygon]:
    if not level.nearest:
        return pieces
    return polygons(list(shapely.simplify(pieces, level.nearest)))
