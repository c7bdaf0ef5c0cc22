"""How far a place is from port, anchorage and shore: rasters that a compiled loop can read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import shapely

from ais.compiled import allocating, compiled
from alerts.distances import metres
from geofence.shore import STEP_DEG, load_shore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geofence.zones import Zone

_STEP_DEG = 0.05
_EDGE_DEG = 0.005
"""The edge of an area is known by points so close to each other."""
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
        """Return the distances to the ports and anchorages among ``zones``; some 0.2 s."""
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
    """Return the metres from each place of the grid to the nearest of ``shapes``, 0 within."""
    if not len(shapes):
        return np.full((len(lat), len(lon)), np.inf, np.float32)
    sites = np.ascontiguousarray(shapely.get_coordinates(shapely.segmentize(shapes, _EDGE_DEG)))
    nearest = np.full((len(lat), len(lon)), -1, np.int32)
    _sow(sites, lon, lat, nearest)
    while _spread(sites, lon, lat, nearest):
        pass
    out = _away(sites, lon, lat, nearest)
    for shape in shapes:
        _fill(shape, lon, lat, out)
    return out


def _fill(
    shape: Any,  # noqa: ANN401
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    out: NDArray[np.float32],
) -> None:
    """Set the places of the grid within a shape to 0."""
    west, south, east, north = shape.bounds
    first, behind = np.searchsorted(lon, [west, np.nextafter(east, np.inf)])
    low, high = np.searchsorted(lat, [south, np.nextafter(north, np.inf)])
    if first < behind and low < high:
        x, y = np.meshgrid(lon[first:behind], lat[low:high])
        out[low:high, first:behind][shapely.intersects_xy(shape, x, y)] = 0.0


@compiled
def _closer(sites: NDArray[np.float64], one: int, other: int, lon: float, lat: float) -> bool:
    """Tell whether site ``one`` is strictly nearer to a place than site ``other``; -1 is none."""
    if one < 0 or one == other:
        return False
    if other < 0:
        return True
    x, y = (sites[one, 0] - lon) * _SQUEEZE, sites[one, 1] - lat
    u, v = (sites[other, 0] - lon) * _SQUEEZE, sites[other, 1] - lat
    return bool(x * x + y * y < u * u + v * v)


@compiled
def _sow(
    sites: NDArray[np.float64],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    nearest: NDArray[np.int32],
) -> None:
    """Give the places round each site that site, where none is nearer."""
    rows, columns = nearest.shape
    for k in range(len(sites)):
        column = max(0, min(int((sites[k, 0] - lon[0]) / _STEP_DEG), columns - 2))
        row = max(0, min(int((sites[k, 1] - lat[0]) / _STEP_DEG), rows - 2))
        # One more on each side: two sites in one cell would hide each other.
        for r in range(max(row - 1, 0), min(row + 3, rows)):
            for c in range(max(column - 1, 0), min(column + 3, columns)):
                if _closer(sites, k, nearest[r, c], lon[c], lat[r]):
                    nearest[r, c] = k


@compiled
def _ask(
    sites: NDArray[np.float64],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    nearest: NDArray[np.int32],
    r: int,
    way: int,
) -> bool:
    """Let the places of a row ask the row behind, and their neighbours on both sides."""
    rows, columns = nearest.shape
    learned = False
    for c in range(columns):
        for side in range(max(c - 1, 0), min(c + 2, columns)):
            other = nearest[r - way, side] if 0 <= r - way < rows else -1
            if _closer(sites, other, nearest[r, c], lon[c], lat[r]):
                nearest[r, c] = other
                learned = True
        if c > 0 and _closer(sites, nearest[r, c - 1], nearest[r, c], lon[c], lat[r]):
            nearest[r, c] = nearest[r, c - 1]
            learned = True
    for c in range(columns - 2, -1, -1):
        if _closer(sites, nearest[r, c + 1], nearest[r, c], lon[c], lat[r]):
            nearest[r, c] = nearest[r, c + 1]
            learned = True
    return learned


@compiled
def _spread(
    sites: NDArray[np.float64],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    nearest: NDArray[np.int32],
) -> bool:
    """Let each place ask its neighbours, northwards and back; tell whether one has learned."""
    learned = False
    for r in range(len(lat)):
        learned |= _ask(sites, lon, lat, nearest, r, 1)
    for r in range(len(lat) - 1, -1, -1):
        learned |= _ask(sites, lon, lat, nearest, r, -1)
    return learned


@allocating
def _away(
    sites: NDArray[np.float64],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    nearest: NDArray[np.int32],
) -> NDArray[np.float32]:
    out = np.empty(nearest.shape, np.float32)
    for r in range(len(lat)):
        for c in range(len(lon)):
            site = sites[nearest[r, c]]
            out[r, c] = metres(lon[c], lat[r], site[0], site[1])
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
