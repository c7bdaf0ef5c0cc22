"""The water that zones are cut from: the Mediterranean, Marmara, both ends of Suez and the Canal.

It reaches some 2 km over the coast of Natural Earth, because that coast is 0.5-2 km off in places:
a ship at its berth stays in its zone, and islands and moles that are narrower are water.
"""

from __future__ import annotations

from functools import cache
from typing import Any, cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geofence.land import load_land
from geofence.sources.zone_file import GRID_DEG

ASHORE_DEG = 0.018
"""How far the water reaches over the coast: 2 km."""
SIMPLER_DEG = 0.0018
"""Detail of the water's edge: 200 m, a tenth of what the coast is off."""
ISLAND_DEG2 = 5e-4  # 5 km2: what is left of an island after 2 km all round, if it is to be kept
SQUEEZE = float(np.cos(np.radians(38.0)))  # a degree of longitude beside one of latitude, mid-sea
FRAME = """
-5.92 35.79  -6.03 36.18  -6.00 36.90  -5.00 38.00  -2.00 42.00  1.00 43.20  4.00 44.50
7.50 45.20  11.50 46.20  14.50 46.20  17.00 44.60  20.00 43.00  22.50 41.50  26.60 41.30
28.30 41.30  28.30 41.60  29.90 41.60  29.90 41.00  30.60 40.60  29.50 38.50  32.00 37.50
37.00 37.50  37.00 33.00  34.80 31.00  33.20 30.40  33.00 29.35  32.20 29.35  31.80 30.20
29.00 30.20  20.50 29.80  18.00 29.80  11.50 32.30  9.40 33.00  8.50 36.00  -2.00 34.30
-5.50 34.90
"""
"""Round the sea, longitude and latitude: Cape Trafalgar to Cape Spartel in the west, 30 nm of the
Black Sea before the Bosporus, the head of the Gulf of Suez; elsewhere inland."""
CANAL = """
32.37 31.30  32.31 31.20  32.32 30.85  32.34 30.70  32.30 30.57  32.36 30.40  32.39 30.33
32.50 30.25  32.57 30.15  32.57 29.97  32.56 29.90
"""
"""The Suez Canal, roads of Port Said to roads of Suez; Natural Earth has it as land."""
CANAL_HALF_WIDTH_DEG = 0.045  # 5 km: lakes, bypasses and the error of the line above
INSIDE = shapely.Point(18.0, 35.0)


def points(text: str) -> NDArray[np.float64]:
    """Return the longitudes and latitudes of a text of pairs, (n, 2)."""
    return np.array(text.split(), float).reshape(-1, 2)


@cache
def inland() -> BaseGeometry:
    """Return the land that is more than 2 km from any sea, in and 1° around the frame."""
    # The cut's own edge shrinks like a coast; 1.5° keep it away from all that is asked for.
    around = shapely.buffer(shapely.Polygon(points(FRAME)), 1.5)
    land = squeezed(load_land().union.intersection(around))
    core = shapely.buffer(land, -ASHORE_DEG, quad_segs=4)
    simpler: BaseGeometry = stretched(shapely.simplify(core, SIMPLER_DEG))
    return shapely.make_valid(simpler)


@cache
def water() -> shapely.Polygon:
    """Return the whole water as one area with islands as holes, on the written grid."""
    frame = shapely.Polygon(points(FRAME))
    canal = shapely.buffer(shapely.LineString(points(CANAL)), CANAL_HALF_WIDTH_DEG, quad_segs=4)
    wet = frame.difference(inland()).union(canal)
    parts = shapely.get_parts(shapely.set_precision(wet, GRID_DEG))
    sea = cast("shapely.Polygon", next(part for part in parts if part.contains(INSIDE)))
    islands = [hole for hole in sea.interiors if shapely.Polygon(hole).area >= ISLAND_DEG2]
    return shapely.Polygon(sea.exterior, islands)


def squeezed(geometry: BaseGeometry) -> Any:  # noqa: ANN401 (the kind that was given)
    """Return ``geometry`` with longitudes shortened: lengths are alike in all directions."""
    return shapely.transform(geometry, lambda xy: xy * [SQUEEZE, 1.0])


def stretched(geometry: BaseGeometry) -> Any:  # noqa: ANN401 (as above)
    """Return what ``squeezed`` was given."""
    return shapely.transform(geometry, lambda xy: xy / [SQUEEZE, 1.0])
