"""How far a boat can have come: distances over water round land, from one place outwards.

A grid of the sea whose steps never touch land, and the shortest way over it (Dijkstra). Steps go
in 16 directions, so that a way is at most 2.8 % longer than the straight one. The coast is Natural
Earth 1:10m: channels narrower than a cell are closed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy import ndimage
from scipy.sparse import coo_array, csgraph

from geofence.errors import GeofenceError
from geofence.land import drawn, load_land

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from shapely.geometry.base import BaseGeometry

    from geofence.land import Land

CELL_DEG = 0.025
MOST_CELLS = 300_000
"""Larger areas get coarser cells: an answer in a second."""
SEA_DEG = (-10.0, 29.0, 42.0, 48.0)
"""Beyond it the coast is not known: nobody comes from there."""
BEACH_NM = 8.0
"""A place this far from the nearest water of the grid is no landing place."""
WAY_SLACK = 1.028
"""A way over the grid is at most so many times as long as the shortest."""
_NM_DEG = 60.0
_LEAST_NM = 30.0
_OPEN_SEA = 200
"""Cells that hang together: fewer are a lagoon or an inlet that the grid cut off."""
_STEPS = ((0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (2, 1), (1, -2), (2, -1))
"""Rows and columns of a step; each is taken both ways."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Distances over water to ``lon``, ``lat`` (degrees).

    west, south, size  of the grid, degrees · nm (rows, columns) f4 from the south, nautical
    miles of the cells' middles; infinite on land and beyond ``limit_nm``
    way (rows, columns) i4  flat cell by which each is reached, negative at the first one
    """

    lon: float
    lat: float
    limit_nm: float
    west: float
    south: float
    size: float
    nm: NDArray[np.float32]
    way: NDArray[np.int32]

    @property
    def box_deg(self) -> tuple[float, float, float, float]:
        """West, south, east, north of what is reached."""
        rows, columns = np.nonzero(np.isfinite(self.nm))
        west, south = self.west + columns.min() * self.size, self.south + rows.min() * self.size
        east = self.west + (columns.max() + 1) * self.size
        return west, south, east, self.south + (rows.max() + 1) * self.size

    def distance_nm(self, lon_deg: ArrayLike, lat_deg: ArrayLike) -> NDArray[np.float64]:
        """Return the way over water of each place, (n,) nautical miles; infinite = not reached.

        A place in a cell whose middle is dry takes that of the nearest cell around it.
        """
        lon, lat = np.atleast_1d(lon_deg).astype(float), np.atleast_1d(lat_deg).astype(float)
        x, y = (lon - self.west) / self.size, (lat - self.south) / self.size
        known = np.isfinite(x) & np.isfinite(y)
        column = np.floor(np.where(known, x, -9)).astype(int)
        row = np.floor(np.where(known, y, -9)).astype(int)
        best = self._at(row, column)
        dry = np.flatnonzero(~np.isfinite(best))
        if len(dry):
            beside = self._at(row[dry] + _DOWN, column[dry] + _RIGHT)
            best[dry] = beside.min(axis=0)
        return best

    def area(self, within_nm: float) -> BaseGeometry:
        """Return the cells reached within ``within_nm`` as one area, degrees."""
        inside = np.zeros((self.nm.shape[0], self.nm.shape[1] + 2), np.int8)
        inside[:, 1:-1] = self.nm <= within_nm
        turns = np.diff(inside, axis=1)
        row, begin = np.nonzero(turns == 1)
        end = np.nonzero(turns == -1)[1]
        west, south = self.west + begin * self.size, self.south + row * self.size
        runs = shapely.box(west, south, self.west + end * self.size, south + self.size)
        # On a fine grid: edges of rows that differ by a rounding would leave seams.
        return shapely.union_all(runs, grid_size=1e-6)

    def way_of(self, lon: float, lat: float) -> NDArray[np.float64]:
        """Return the shortest way from a place to the start, degrees (n, 2); empty if none."""
        columns = self.nm.shape[1]
        row, column = int((lat - self.south) // self.size), int((lon - self.west) // self.size)
        inside = 0 <= row < self.nm.shape[0] and 0 <= column < columns
        if not inside or not np.isfinite(self.nm[row, column]):
            return np.zeros((0, 2))
        cells, cell = [], row * columns + column
        while cell >= 0:
            cells.append(cell)
            cell = int(self.way.flat[cell])
        row_of, column_of = np.divmod(np.array(cells), columns)
        return _middles(self.west, self.south, self.size, row_of, column_of)

    def _at(self, row: NDArray[np.int_], column: NDArray[np.int_]) -> NDArray[np.float64]:
        rows, columns = self.nm.shape
        inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
        found = np.full(row.shape, np.inf)
        found[inside] = self.nm[row[inside], column[inside]]
        return found


def reach(lon: float, lat: float, limit_nm: float, land: Land | None = None) -> Reach:
    """Return how far it is over water from a place on or near the coast, up to ``limit_nm``.

    Raises GeofenceError where no water is near, or the place is beyond the known coast.
    """
    if not (SEA_DEG[0] < lon < SEA_DEG[2] and SEA_DEG[1] < lat < SEA_DEG[3]):
        raise GeofenceError(
            f"{lat:.3f}, {lon:.3f} is off the sea that we know: expected longitude {SEA_DEG[0]:g} "
            f"to {SEA_DEG[2]:g} and latitude {SEA_DEG[1]:g} to {SEA_DEG[3]:g}"
        )
    land = land or load_land()
    # A grid of a few miles could not tell open water from a lagoon.
    west, south, size, shape = _frame(lon, lat, max(limit_nm, _LEAST_NM))
    wet, coast = _water(land, west, south, size, shape)
    graph = _steps(land, wet, coast, (west, south, size))
    first, off_nm = _shore(graph, wet, (lon, lat), (west, south, size))
    nm, way = csgraph.dijkstra(
        graph, indices=first, limit=max(limit_nm - off_nm, 0.0), return_predecessors=True
    )
    nm = np.where(nm + off_nm <= limit_nm, nm + off_nm, np.inf).astype(np.float32)
    return Reach(lon, lat, limit_nm, west, south, size, nm.reshape(shape), way.reshape(shape))


_DOWN, _RIGHT = (one.reshape(9, 1) for one in np.indices((3, 3)) - 1)
"""A cell and the eight around it, rows and columns (9, 1)."""


def _frame(lon: float, lat: float, limit_nm: float) -> tuple[float, float, float, tuple[int, int]]:
    """Return west, south, cell size and shape of the grid that holds all that may be reached."""
    high = limit_nm / _NM_DEG + 2 * CELL_DEG
    wide = high / max(math.cos(math.radians(min(abs(lat) + high, 80.0))), 0.1)
    west, east = max(lon - wide, SEA_DEG[0]), min(lon + wide, SEA_DEG[2])
    south, north = max(lat - high, SEA_DEG[1]), min(lat + high, SEA_DEG[3])
    size = CELL_DEG
    while (east - west) * (north - south) / size**2 > MOST_CELLS:
        size *= 2
    west, south = math.floor(west / size) * size, math.floor(south / size) * size
    shape = math.ceil((north - south) / size), math.ceil((east - west) / size)
    return west, south, size, shape


def _water(
    land: Land, west: float, south: float, size: float, shape: tuple[int, int]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which cells' middles are wet, and from which a step may meet land."""
    rows, columns = np.indices(shape)
    places = _middles(west, south, size, rows.ravel(), columns.ravel())
    wet = ~land.on_land(places[:, 0], places[:, 1]).reshape(shape)
    box = shapely.box(west, south, west + shape[1] * size, south + shape[0] * size)
    near = land.polygons[shapely.intersects(land.polygons, box)]
    shore = shapely.get_coordinates(shapely.segmentize(near, size / 2))
    column = np.floor((shore[:, 0] - west) / size).astype(int)
    row = np.floor((shore[:, 1] - south) / size).astype(int)
    inside = (row >= 0) & (row < shape[0]) & (column >= 0) & (column < shape[1])
    touched = ~wet
    touched[row[inside], column[inside]] = True
    return wet, ndimage.binary_dilation(touched, np.ones((3, 3), bool), iterations=3) & wet


def _steps(
    land: Land,
    wet: NDArray[np.bool_],
    coast: NDArray[np.bool_],
    frame: tuple[float, float, float],
) -> coo_array:
    """Return the graph of all steps between wet cells that do not touch land, nautical miles."""
    west, south, size = frame
    rows, columns = wet.shape
    found: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]] = []
    row, column = np.nonzero(wet)
    for down, right in _STEPS:
        to_row, to_column = row + down, column + right
        good = (to_row < rows) & (to_column >= 0) & (to_column < columns)
        good[good] = wet[to_row[good], to_column[good]]
        a_row, a_column, b_row, b_column = (
            part[good] for part in (row, column, to_row, to_column)
        )
        doubt = np.flatnonzero(coast[a_row, a_column])
        ends = [
            _middles(west, south, size, a_row[doubt], a_column[doubt]),
            _middles(west, south, size, b_row[doubt], b_column[doubt]),
        ]
        clear = np.ones(len(a_row), bool)
        clear[doubt] = ~land.crosses(drawn(np.stack(ends, axis=1)))
        middle = np.radians(south + (a_row + b_row + 1) / 2 * size)
        nm = np.hypot(down, right * np.cos(middle)) * size * _NM_DEG
        found.append((
            (a_row * columns + a_column)[clear], (b_row * columns + b_column)[clear], nm[clear],
        ))  # fmt: skip
    start, end, nm = (np.concatenate(part) for part in zip(*found, strict=True))
    both = np.concatenate([start, end]), np.concatenate([end, start])
    return coo_array((np.concatenate([nm, nm]), both), shape=(wet.size, wet.size)).tocsr()


def _shore(
    graph: coo_array,
    wet: NDArray[np.bool_],
    place: tuple[float, float],
    frame: tuple[float, float, float],
) -> tuple[int, float]:
    """Return the cell of open water nearest to a place, and how far off it is, nautical miles."""
    west, south, size = frame
    row, column = np.nonzero(wet)
    middles = _middles(west, south, size, row, column)
    narrow = math.cos(math.radians(place[1]))
    off = np.hypot((middles[:, 0] - place[0]) * narrow, middles[:, 1] - place[1]) * _NM_DEG
    near = np.flatnonzero(off < BEACH_NM)
    _, part = csgraph.connected_components(graph, directed=False)
    open_sea = np.bincount(part)[part[(row * wet.shape[1] + column)[near]]] >= _OPEN_SEA
    near = near[open_sea]
    if not len(near):
        raise GeofenceError(
            f"{place[1]:.3f}, {place[0]:.3f}: no open water within {BEACH_NM:g} nm; expected a "
            "place on the coast or at sea"
        )
    best = near[np.argmin(off[near])]
    return int(row[best] * wet.shape[1] + column[best]), float(off[best])


def _middles(
    west: float, south: float, size: float, row: NDArray[np.int_], column: NDArray[np.int_]
) -> NDArray[np.float64]:
    # Counted from zero: a cell has the same middle, to the last bit, in every grid; else a step
    # along a cape would meet it in one of them only.
    first, low = round(west / size), round(south / size)
    return np.column_stack([(first + column + 0.5) * size, (low + row + 0.5) * size])
