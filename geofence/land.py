"""Land around the Mediterranean: is a point on it, does a leg cross it.

Natural Earth 1:10m (see ``data/mediterranean_land.json``): the coast is 0.5-2 km off in places, so
the answers are indicative and no legal limits. Outside the file's box nothing is known, and
nothing is land.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import shapely

from geofence.errors import GeofenceError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

LAND_FILE = Path(__file__).parent / "data" / "mediterranean_land.geojson"


@dataclass(frozen=True, slots=True)
class Land:
    """Polygons of land and their prepared union, in degrees of longitude and latitude (WGS 84)."""

    polygons: NDArray[np.object_]
    union: shapely.MultiPolygon

    def on_land(self, lon_deg: ArrayLike, lat_deg: ArrayLike) -> NDArray[np.bool_]:
        """Return which points lie on land or on its edge, (n,); NaN coordinates do not."""
        mask: NDArray[np.bool_] = shapely.intersects_xy(
            self.union, np.atleast_1d(lon_deg), np.atleast_1d(lat_deg)
        )
        return mask

    def crosses(self, lines: NDArray[np.object_]) -> NDArray[np.bool_]:
        """Return which geometries (legs, areas) touch land, exactly, (n,)."""
        mask: NDArray[np.bool_] = shapely.intersects(self.union, lines)
        return mask

    def legs_cross(self, points_deg: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which legs of a track of ``points_deg`` (n, 2) touch land, (n - 1,)."""
        return self.crosses(legs(points_deg))


def legs(points_deg: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return the straight legs of a track of ``points_deg`` (n, 2), (n - 1,) lines."""
    return drawn(np.stack([points_deg[:-1], points_deg[1:]], axis=1))


def drawn(points_deg: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return one line per row of ``points_deg`` (lines, points, 2)."""
    return np.asarray(shapely.linestrings(points_deg), object)


@lru_cache(maxsize=4)
def load_land(path: Path = LAND_FILE) -> Land:
    """Read land from a GeoJSON feature collection of polygons.

    Raises GeofenceError when the file is missing or holds no polygon.
    """
    try:
        features = json.loads(path.read_bytes())["features"]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise GeofenceError(
            f"land file {path} cannot be read ({problem}): expected a GeoJSON FeatureCollection; "
            "make it again with: python -m geofence.sources.derive_land"
        ) from problem
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features]
    polygons = shapely.get_parts(np.array(shapes, object))
    if not len(polygons):
        raise GeofenceError(f"land file {path} has no polygon: expected at least one")
    union = cast("shapely.MultiPolygon", shapely.multipolygons(polygons))
    shapely.prepare(union)
    return Land(polygons, union)
