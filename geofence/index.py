"""Which zones a point is in, exactly, and how far it is from their borders.

An index never changes: a new one is built beside the old, and put in its place.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from ais.compiled import allocating
from geofence.bearings import INSIDE, UNSURE, distance_m, metres_per_degree, side
from geofence.errors import GeofenceError
from geofence.grid import Cells, build, place, reference
from geofence.zones import ZoneSet

DEEPEST_M = 500.0
"""So far inside a border its distance is known, at least; outside, as far as ``leave_m``."""


@dataclass(frozen=True, slots=True)
class ZoneIndex:
    """The zones of one edition, ready to be asked; made by ``of``.

    zones    the edition · shapes (n,) its geometries, flat and prepared · cells the grid
    valid    (n,) whether the geometry is valid (others are left to shapely)
    reach_m  (n,) f8; nearer to its border than that, a point's distance is known
    """

    zones: ZoneSet
    shapes: NDArray[np.object_]
    valid: NDArray[np.bool_]
    reach_m: NDArray[np.float64]
    cells: Cells

    @classmethod
    def of(cls, zones: ZoneSet, deepest_m: float = DEEPEST_M) -> Self:
        """Return the index of ``zones``; distances inside are known to ``deepest_m`` at least."""
        # Copies: preparing changes a geometry in place, and others hold these.
        raw = shapely.to_wkb([zone.geometry for zone in zones.zones], output_dimension=2)
        shapes = np.asarray(shapely.from_wkb(raw), object).reshape(len(zones))
        shapely.prepare(shapes)
        valid = np.asarray(shapely.is_valid(shapes), bool)
        leave = np.array([zone.leave_m for zone in zones.zones], float)
        reach_m = np.maximum(leave, deepest_m)
        return cls(zones, shapes, valid, reach_m, build(shapes, valid, reach_m))

    def inside(
        self, lon_deg: ArrayLike, lat_deg: ArrayLike
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return (row i8, zone i4) of every zone that a point is in, sorted by row, then zone.

        As shapely's ``contains_xy``: a point on a border is outside. NaN, infinite and faraway
        coordinates are in nothing. ``zone`` is an index in ``zones.zones``.
        """
        lon, lat = _columns(lon_deg, lat_deg)
        row, zone, unsure = _inside(self.cells, lon, lat)
        if not len(unsure):
            return row, zone
        at = row[unsure]
        keep = np.ones(len(row), bool)
        keep[unsure] = shapely.contains_xy(self.shapes[zone[unsure]], lon[at], lat[at])
        return row[keep], zone[keep]

    def depths(
        self, lon_deg: ArrayLike, lat_deg: ArrayLike
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
        """Return (row i8, zone i4, depth_m f8) of every border within the zone's reach of a point.

        Positive inside, negative outside, rounded to 0.1 m. Where a zone is not listed the point
        is further from its border than ``reach_m``. Flat earth round the point: 0.1 % off.
        """
        lon, lat = _columns(lon_deg, lat_deg)
        row, zone, depth, unsure = _depths(self.cells, self.reach_m, lon, lat)
        at = row[unsure]
        inside = shapely.contains_xy(self.shapes[zone[unsure]], lon[at], lat[at])
        depth[unsure] = np.where(inside, depth[unsure], -depth[unsure])
        return row, zone, depth


def _columns(lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both as contiguous float columns; raises GeofenceError where their lengths differ."""
    one = np.ascontiguousarray(np.atleast_1d(lon), np.float64)
    two = np.ascontiguousarray(np.atleast_1d(lat), np.float64)
    if one.shape != two.shape:
        raise GeofenceError(
            f"coordinates of shape {one.shape} and {two.shape}: expected one latitude "
            "for each longitude"
        )
    return one, two


@allocating
def _room(values: NDArray[np.int64], needed: int) -> NDArray[np.int64]:
    """Return ``values`` (n, 3) with room for ``needed`` rows."""
    if needed <= len(values):
        return values
    more = np.empty((2 * needed, values.shape[1]), np.int64)
    more[: len(values)] = values
    return more


@allocating
def _inside(
    cells: Cells, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Return row and zone of what holds a point, and which of these are not sure."""
    pairs = np.empty((len(lon) * 2 + 16, 3), np.int64)
    found = 0
    for i in range(len(lon)):
        column, row, kind = place(cells, lon[i], lat[i])
        if kind <= 0:
            continue
        whole, last = cells.whole_begin[kind], cells.whole_end[kind]
        near, end = cells.near_begin[kind], cells.near_end[kind]
        rx, ry = reference(cells, column, row)
        pairs = _room(pairs, found + last - whole + end - near)
        # Both lists ascend: merged, the answer is in order.
        while whole < last or near < end:
            if near == end or (whole < last and cells.whole[whole] < cells.zone[near]):
                pairs[found, 0], pairs[found, 1], pairs[found, 2] = i, cells.whole[whole], INSIDE
                whole += 1
                found += 1
                continue
            begin, stop = cells.edge_begin[near], cells.edge_end[near]
            answer = side(cells.edges, begin, stop, cells.known[near], lon[i], lat[i], rx, ry)
            if answer != 0:
                pairs[found, 0], pairs[found, 1], pairs[found, 2] = i, cells.zone[near], answer
                found += 1
            near += 1
    unsure = np.flatnonzero(pairs[:found, 2] == UNSURE)
    return pairs[:found, 0].copy(), pairs[:found, 1].astype(np.int32), unsure


@allocating
def _depths(
    cells: Cells,
    reach_m: NDArray[np.float64],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64], NDArray[np.int64]]:
    """Return row, zone and signed metres to borders within reach, and which are not sure."""
    pairs = np.empty((len(lon) * 2 + 16, 3), np.int64)
    metres = np.empty(len(pairs), np.float64)
    found = 0
    for i in range(len(lon)):
        column, row, kind = place(cells, lon[i], lat[i])
        if kind <= 0:
            continue
        rx, ry = reference(cells, column, row)
        scale = metres_per_degree(lat[i])
        pairs = _room(pairs, found + cells.near_end[kind] - cells.near_begin[kind])
        if len(metres) < len(pairs):
            metres = np.append(metres, np.empty(len(pairs) - len(metres)))
        for near in range(cells.near_begin[kind], cells.near_end[kind]):
            begin, stop, zone = cells.edge_begin[near], cells.edge_end[near], cells.zone[near]
            away = distance_m(cells.edges, begin, stop, lon[i], lat[i], scale)
            away = math.floor(away * 10.0 + 0.5) / 10.0
            if away > reach_m[zone]:
                continue
            answer = side(cells.edges, begin, stop, cells.known[near], lon[i], lat[i], rx, ry)
            pairs[found, 0], pairs[found, 1], pairs[found, 2] = i, zone, answer
            metres[found] = away if answer else -away
            found += 1
    unsure = np.flatnonzero(pairs[:found, 2] == UNSURE)
    return pairs[:found, 0].copy(), pairs[:found, 1].astype(np.int32), metres[:found], unsure
