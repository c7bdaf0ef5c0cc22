"""Coasts by country, and what lies within a distance of them.

Natural Earth's areas carry no statement of ours on who rules where: they say which coast is meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from geofence.sources import world_atlas
from geofence.sources.sea import inland, water

NM_M = 1852.0
TILE_DEG = 2  # in a tile of 2° the projection's lengths are right to 2 m in 24 nm
STEP_DEG = 0.02  # straight lines in degrees stay straight enough between points so near
NEAR_DEG = 0.75  # land so far from the water is all that 24 nm (0.58° of longitude) can reach
EDGE_DEG = 0.0004  # 40 m: detail of an edge at sea


@dataclass(frozen=True, slots=True)
class Coast:
    """A country with a coast: ISO 3166 alpha-3, its English name, Natural Earth's names for it."""

    country: str
    name: str
    areas: tuple[str, ...]


COASTS = (
    Coast("ESP", "Spain", ("Spain",)),
    Coast("GIB", "Gibraltar", ("Gibraltar",)),
    Coast("FRA", "France", ("France",)),
    Coast("MCO", "Monaco", ("Monaco",)),
    Coast("ITA", "Italy", ("Italy",)),
    Coast("MLT", "Malta", ("Malta",)),
    Coast("SVN", "Slovenia", ("Slovenia",)),
    Coast("HRV", "Croatia", ("Croatia",)),
    Coast("BIH", "Bosnia and Herzegovina", ("Bosnia and Herz.",)),
    Coast("MNE", "Montenegro", ("Montenegro",)),
    Coast("ALB", "Albania", ("Albania",)),
    Coast("GRC", "Greece", ("Greece",)),
    Coast("TUR", "Turkey", ("Turkey",)),
    # The island as a whole: a distance says nothing on who controls which part.
    Coast(
        "CYP",
        "Cyprus",
        ("Cyprus", "N. Cyprus", "Cyprus U.N. Buffer Zone", "Akrotiri", "Dhekelia"),
    ),
    Coast("SYR", "Syria", ("Syria",)),
    Coast("LBN", "Lebanon", ("Lebanon",)),
    Coast("ISR", "Israel", ("Israel",)),
    Coast("PSE", "Palestine (Gaza)", ("Palestine",)),
    Coast("EGY", "Egypt", ("Egypt",)),
    Coast("LBY", "Libya", ("Libya",)),
    Coast("TUN", "Tunisia", ("Tunisia",)),
    Coast("DZA", "Algeria", ("Algeria",)),
    Coast("MAR", "Morocco", ("Morocco",)),
)


KASTELLORIZO = shapely.box(29.565, 36.13, 29.61, 36.16)
"""A Greek island that Natural Earth lacks, off the Turkish coast; as a box, 0.5 km true."""


def coastal_land(world: dict[str, Any]) -> dict[str, BaseGeometry]:
    """Return each country's shore, the 2 km of land behind its coast, by alpha-3 code.

    Land farther inland is left out: it would be near another country's sea across that country.
    """
    # The frame of the cut lies 35 nm and more from the water, so it grows no belt of its own.
    near = shapely.buffer(shapely.Polygon(water().exterior), NEAR_DEG, quad_segs=4)
    areas = world_atlas.countries(world)
    areas["Greece"] = areas["Greece"].union(KASTELLORIZO)
    return {
        coast.country: shapely.union_all([areas[name] for name in coast.areas])
        .intersection(near)
        .difference(inland())
        for coast in COASTS
    }


def within(land: BaseGeometry, distance_nm: float, quarter_points: int = 32) -> BaseGeometry:
    """Return all that lies within ``distance_nm`` of ``land``, the land with it.

    Corners become arcs with ``quarter_points`` to the quarter circle. Each tile of land is widened
    in an azimuthal equidistant projection of its own (WGS 84).
    """
    west, south, east, north = np.floor(np.array(land.bounds) / TILE_DEG).astype(int)
    belts = []
    for column, row in product(range(west, east + 1), range(south, north + 1)):
        corner = np.array([column, row]) * TILE_DEG
        tile = shapely.intersection(land, shapely.box(*corner, *(corner + TILE_DEG)))
        if not tile.is_empty:
            belts.append(_widened(tile, distance_nm * NM_M, quarter_points))
    return shapely.union_all(belts)


def at_sea(belt: BaseGeometry) -> BaseGeometry:
    """Return the part of ``belt`` on the water, its edge with no more detail than it deserves."""
    return shapely.intersection(shapely.simplify(belt, EDGE_DEG), water())


def _widened(tile: BaseGeometry, distance_m: float, quarter_points: int) -> BaseGeometry:
    centre = tile.envelope.centroid
    plane = pyproj.Proj(proj="aeqd", lat_0=centre.y, lon_0=centre.x, datum="WGS84")
    fine = shapely.segmentize(tile, STEP_DEG)
    flat = shapely.transform(fine, lambda xy: np.column_stack(plane(xy[:, 0], xy[:, 1])))
    belt = shapely.buffer(flat, distance_m, quad_segs=quarter_points)
    back = shapely.transform(
        belt, lambda xy: np.column_stack(plane(xy[:, 0], xy[:, 1], inverse=True))
    )
    return shapely.make_valid(back)
