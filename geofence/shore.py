"""How far it is to the shore: a raster of signed distances, and the coast itself close to it.

The raster has a place each 0.02° and is read bilinearly; it is made from the land file once, in
some seconds, and kept in the user's cache. Nearer than 3 km the distance to the coast's own edges
is taken. The coast is Natural Earth 1:10m: 0.5-2 km off in places, and so is every distance.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import platformdirs
import shapely
from numpy.typing import ArrayLike, NDArray

from ais.compiled import allocating, compiled
from geofence.index import ZoneIndex
from geofence.land import LAND_FILE, load_land
from geofence.zones import Zone, ZoneSet

STEP_DEG = 0.02
EXACT_M = 3000.0
# What the raster says of a place may be so far off: within it, the coast itself is asked.
_DOUBT_M = 500.0
NM_M = 1852.0
EARTH_M = 6_371_008.8
_DEGREE_M = EARTH_M * math.pi / 180.0
_METHOD = b"2"
"""Part of the cache's name: another way to make the raster needs another number."""


@dataclass(frozen=True, slots=True)
class Shore:
    """Distances to the shore.

    box_deg    west, south, east, north: beyond it nothing is known
    metres     (rows, columns) f4, from the south: signed distance, negative inland
    coast      index of the land, with borders known to EXACT_M and _DOUBT_M
    """

    box_deg: tuple[float, float, float, float]
    metres: NDArray[np.float32]
    coast: ZoneIndex

    def distance_nm(self, lon_deg: ArrayLike, lat_deg: ArrayLike) -> NDArray[np.float64]:
        """Return the distance to the shore, (n,) nautical miles, negative inland.

        NaN outside the land file's box and for coordinates that are none. Near the edge of the
        box a shore beyond it may be nearer.
        """
        lon = np.ascontiguousarray(np.atleast_1d(lon_deg), np.float64)
        lat = np.ascontiguousarray(np.atleast_1d(lat_deg), np.float64)
        metres = _read(self.metres, np.array(self.box_deg), lon, lat)
        near = np.flatnonzero(np.abs(metres) < EXACT_M + _DOUBT_M)
        near = near[self._inward(lon[near], lat[near])]
        row, _, depth = self.coast.depths(lon[near], lat[near])
        exact = np.abs(depth) <= EXACT_M
        metres[near[row[exact]]] = -depth[exact]
        return metres / NM_M

    def _inward(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell which points are away from the box's frame, where land was cut without a shore."""
        west, south, east, north = self.box_deg
        rim = 0.1
        mask: NDArray[np.bool_] = (lon > west + rim) & (lon < east - rim)
        return mask & (lat > south + rim) & (lat < north - rim)


def distance_to_shore_nm(lon_deg: ArrayLike, lat_deg: ArrayLike) -> NDArray[np.float64]:
    """Return ``Shore.distance_nm`` by the carried coast; the first call may make the raster."""
    return load_shore().distance_nm(lon_deg, lat_deg)


@cache
def load_shore() -> Shore:
    """Return the shore of the carried land; makes the raster where the cache has none.

    Raises GeofenceError when the land file is missing or broken.
    """
    box = tuple(json.loads(LAND_FILE.with_suffix(".json").read_bytes())["box_deg"])
    folder = platformdirs.user_cache_path("vedetta") / "shore"
    digest = hashlib.sha256(_METHOD + LAND_FILE.read_bytes()).hexdigest()[:16]
    coast = _coast(load_land().union)
    path = folder / f"{digest}.npy"
    metres = _kept(path)
    if metres is None:
        metres = make_raster(box, coast)
        _keep(path, metres)
    return Shore(box, metres, coast)


def make_raster(
    box_deg: tuple[float, float, float, float], coast: ZoneIndex
) -> NDArray[np.float32]:
    """Return the signed distances of the places of the raster over ``box_deg``, metres f4.

    The frame of the box, where the land was cut, is no shore. Each place takes the nearest edge
    from its neighbours, in sweeps; the distance to that edge is then a great circle's.
    """
    west, south, east, north = box_deg
    columns, rows = round((east - west) / STEP_DEG) + 1, round((north - south) / STEP_DEG) + 1
    edges = _shore_edges(coast.shapes[0], box_deg)
    metres = _sweep(edges, west, south, columns, rows)
    lon = np.tile(west + np.arange(columns) * STEP_DEG, rows)
    lat = np.repeat(south + np.arange(rows) * STEP_DEG, columns)
    # The frame itself is a border of the land that was cut there: ask a step inside it.
    inland, _ = coast.inside(
        np.clip(lon, west + 1e-6, east - 1e-6), np.clip(lat, south + 1e-6, north - 1e-6)
    )
    metres.ravel()[inland] *= -1
    return metres


def _coast(land: shapely.MultiPolygon) -> ZoneIndex:
    reach = EXACT_M + _DOUBT_M
    zone = Zone("land", "land", "land", land, "land file", "", leave_m=reach)
    return ZoneIndex.of(ZoneSet((zone,)), deepest_m=reach)


def _kept(path: Path) -> NDArray[np.float32] | None:
    """Return the raster of the cache, shared by all processes; None where there is none."""
    try:
        metres: NDArray[np.float32] = np.load(path, mmap_mode="r")
    except (OSError, ValueError, EOFError):
        return None
    return metres


def _keep(path: Path, metres: NDArray[np.float32]) -> None:
    """Put the raster into the cache; where that cannot be written it is made again next time."""
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            np.save(file, metres)
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _shore_edges(
    land: shapely.Geometry, box_deg: tuple[float, float, float, float]
) -> NDArray[np.float64]:
    """Return the edges of the land (n, 4) without those on the frame of the box."""
    rings = shapely.get_rings(shapely.get_parts(land))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    edges = np.hstack([points[:-1], points[1:]])[ring[1:] == ring[:-1]]
    west, south, east, north = box_deg
    framed = np.zeros(len(edges), bool)
    for axis, line in ((0, west), (1, south), (0, east), (1, north)):
        framed |= (edges[:, axis] == line) & (edges[:, axis + 2] == line)
    return np.ascontiguousarray(edges[~framed])


@compiled
def _away(
    edges: NDArray[np.float64],
    k: int,
    lon: float,
    lat: float,
    great: bool,  # noqa: FBT001
) -> float:
    """Return metres from a place to edge ``k``: flat with the middle's scale, or great circle."""
    scale = math.cos(math.radians(0.25 * (edges[k, 1] + edges[k, 3]) + 0.5 * lat))
    ax, ay = (edges[k, 0] - lon) * scale, edges[k, 1] - lat
    dx, dy = (edges[k, 2] - edges[k, 0]) * scale, edges[k, 3] - edges[k, 1]
    length = dx * dx + dy * dy
    part = 0.0
    if length > 0.0:
        part = min(max(-(ax * dx + ay * dy) / length, 0.0), 1.0)
    px, py = ax + part * dx, ay + part * dy
    if not great:
        return math.sqrt(px * px + py * py) * _DEGREE_M
    one, two = math.radians(lat), math.radians(lat + py)
    east = math.radians((edges[k, 0] - lon) + part * (edges[k, 2] - edges[k, 0]))
    half = math.sin(0.5 * (two - one)) ** 2
    half += math.cos(one) * math.cos(two) * math.sin(0.5 * east) ** 2
    return 2.0 * EARTH_M * math.asin(math.sqrt(min(half, 1.0)))


@compiled
def _offer(
    edges: NDArray[np.float64],
    nearest: NDArray[np.int32],
    metres: NDArray[np.float32],
    row: int,
    column: int,
    k: int,
    corner: tuple[float, float],
) -> None:
    """Take edge ``k`` for a place where it is nearer than the one known."""
    if k < 0 or k == nearest[row, column]:
        return
    lon, lat = corner[0] + column * STEP_DEG, corner[1] + row * STEP_DEG
    away = np.float32(_away(edges, k, lon, lat, False))  # noqa: FBT003
    if away < metres[row, column]:
        nearest[row, column], metres[row, column] = k, away


@compiled
def _seed(
    edges: NDArray[np.float64],
    nearest: NDArray[np.int32],
    metres: NDArray[np.float32],
    corner: tuple[float, float],
) -> None:
    """Give the places round each edge that edge."""
    west, south = corner
    rows, columns = metres.shape
    for k in range(len(edges)):
        first = max(int((min(edges[k, 1], edges[k, 3]) - south) / STEP_DEG), 0)
        last = min(int((max(edges[k, 1], edges[k, 3]) - south) / STEP_DEG) + 1, rows - 1)
        left = max(int((min(edges[k, 0], edges[k, 2]) - west) / STEP_DEG), 0)
        right = min(int((max(edges[k, 0], edges[k, 2]) - west) / STEP_DEG) + 1, columns - 1)
        for row in range(first, last + 1):
            for column in range(left, right + 1):
                _offer(edges, nearest, metres, row, column, k, corner)


@compiled
def _pass_on(
    edges: NDArray[np.float64],
    nearest: NDArray[np.int32],
    metres: NDArray[np.float32],
    row: int,
    before: int,
    corner: tuple[float, float],
) -> None:
    """Offer the places of a row what their neighbours in the row before and beside them have."""
    rows, columns = metres.shape
    if 0 <= before < rows:
        for column in range(columns):
            for side in range(max(column - 1, 0), min(column + 1, columns - 1) + 1):
                _offer(edges, nearest, metres, row, column, nearest[before, side], corner)
    for column in range(1, columns):
        _offer(edges, nearest, metres, row, column, nearest[row, column - 1], corner)
    for column in range(columns - 2, -1, -1):
        _offer(edges, nearest, metres, row, column, nearest[row, column + 1], corner)


@allocating
def _sweep(
    edges: NDArray[np.float64], west: float, south: float, columns: int, rows: int
) -> NDArray[np.float32]:
    """Return metres to the nearest edge from each place of the raster."""
    nearest = np.full((rows, columns), -1, np.int32)
    metres = np.full((rows, columns), np.inf, np.float32)
    corner = (west, south)
    _seed(edges, nearest, metres, corner)
    # Up and down twice: the second time what came round a corner the long way.
    for _ in range(2):
        for row in range(rows):
            _pass_on(edges, nearest, metres, row, row - 1, corner)
        for row in range(rows - 1, -1, -1):
            _pass_on(edges, nearest, metres, row, row + 1, corner)
    for row in range(rows):
        for column in range(columns):
            if nearest[row, column] >= 0:
                lon, lat = west + column * STEP_DEG, south + row * STEP_DEG
                metres[row, column] = _away(edges, nearest[row, column], lon, lat, True)  # noqa: FBT003
    return metres


@allocating
def _read(
    metres: NDArray[np.float32],
    box: NDArray[np.float64],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the raster's value at each point, bilinearly; NaN outside the box."""
    out = np.full(len(lon), np.nan)
    for i in range(len(lon)):
        if not (box[0] <= lon[i] <= box[2] and box[1] <= lat[i] <= box[3]):
            continue
        x, y = (lon[i] - box[0]) / STEP_DEG, (lat[i] - box[1]) / STEP_DEG
        column = min(int(x), metres.shape[1] - 2)
        row = min(int(y), metres.shape[0] - 2)
        x, y = x - column, y - row
        low = metres[row, column] * (1.0 - x) + metres[row, column + 1] * x
        high = metres[row + 1, column] * (1.0 - x) + metres[row + 1, column + 1] * x
        out[i] = low * (1.0 - y) + high * y
    return out
