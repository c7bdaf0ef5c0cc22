"""How far a place is from port, anchorage and shore: rasters that a compiled loop can read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import shapely

from ais.compiled import compiled
from alerts.distances import metres
from geofence.shore import STEP_DEG, load_shore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geofence.zones import Zone

_STEP_DEG = 0.05
_SQUEEZE = math.cos(math.radians(38.0))
"""How much shorter a degree of longitude is in the middle of the sea: only to tell the nearest."""


@dataclass(frozen=True, slots=True)
class Places:
    """Distances over the carried land's box; beyond it nothing is known.

    port, anchorage  (rows, columns) f4 metres to the nearest, from the south; inf where there is
                     none. Of ports the middle counts, of anchorages the area (0 inside).
    shore            (rows, columns) f4 metres, negative inland, half a kilometre off in places
    frame            west, south, step of port and anchorage, degrees · shore_frame likewise
    """

    port: NDArray[np.float32]
    anchorage: NDArray[np.float32]
    shore: NDArray[np.float32]
    frame: NDArray[np.float64]
    shore_frame: NDArray[np.float64]

    @classmethod
    def of(cls, zones: Sequence[Zone]) -> Self:
        """Return the distances to the ports and anchorages among ``zones``; some 0.5 s."""
        shore = load_shore()
        west, south, east, north = shore.box_deg
        columns, rows = (
            round((east - west) / _STEP_DEG) + 1,
            round((north - south) / _STEP_DEG) + 1,
        )
        lon = np.linspace(west, west + (columns - 1) * _STEP_DEG, columns, dtype=np.float64)
        lat = np.linspace(south, south + (rows - 1) * _STEP_DEG, rows, dtype=np.float64)
        ports = [shapely.centroid(zone.geometry) for zone in zones if zone.kind == "port"]
        areas = [zone.geometry for zone in zones if zone.kind == "anchorage"]
        return cls(
            _raster(np.array(ports, object), lon, lat),
            _raster(np.array(areas, object), lon, lat),
            shore.metres,
            np.array([west, south, _STEP_DEG]),
            np.array([west, south, STEP_DEG]),
        )


def _raster(
    shapes: NDArray[np.object_], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Return the metres from each place of the grid to the nearest of ``shapes``."""
    if not len(shapes):
        return np.full((len(lat), len(lon)), np.inf, np.float32)
    squeezed = shapely.transform(shapes, lambda xy: xy * [_SQUEEZE, 1.0])
    x, y = np.tile(lon * _SQUEEZE, len(lat)), np.repeat(lat, len(lon))
    points = shapely.points(x, y)
    nearest = squeezed[shapely.STRtree(squeezed).nearest(points)]
    there = shapely.get_coordinates(shapely.get_point(shapely.shortest_line(points, nearest), 1))
    inside = shapely.intersects(points, nearest)
    there[inside] = np.column_stack([x, y])[inside]
    out = _between(x / _SQUEEZE, y, there[:, 0] / _SQUEEZE, there[:, 1])
    return out.astype(np.float32).reshape(len(lat), len(lon))


@compiled
def _between(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    other_lon: NDArray[np.float64],
    other_lat: NDArray[np.float64],
) -> NDArray[np.float64]:
    out = np.empty(len(lon))
    for i in range(len(lon)):
        out[i] = metres(lon[i], lat[i], other_lon[i], other_lat[i])
    return out


@compiled
def read(raster: NDArray[np.float32], frame: NDArray[np.float64], lon: float, lat: float) -> float:
    """Return the raster's value at a place, bilinear, metres rounded to 0.1; NaN outside it.

    Where a corner is infinite the nearest is as well. Compare so that NaN decides for silence:
    ``read(…) > far`` is false where nothing is known.
    """
    x, y = (lon - frame[0]) / frame[2], (lat - frame[1]) / frame[2]
    rows, columns = raster.shape
    if not (0.0 <= x <= columns - 1 and 0.0 <= y <= rows - 1):
        return np.nan
    column, row = min(int(x), columns - 2), min(int(y), rows - 2)
    x, y = x - column, y - row
    if np.isinf(raster[row, column]):
        return np.inf
    low = raster[row, column] * (1.0 - x) + raster[row, column + 1] * x
    high = raster[row + 1, column] * (1.0 - x) + raster[row + 1, column + 1] * x
    return float(round(low * (1.0 - y) + high * y, 1))
