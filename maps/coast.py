"""The coast within a box, for drawings: pieces of land cut at its edges."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import shapely

from geofence.land import load_land

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

Box = tuple[float, float, float, float]
"""West, south, east, north, degrees."""


@cache
def land_tree() -> shapely.STRtree:
    """Return the pieces of land by place."""
    return shapely.STRtree(load_land().polygons)


def land_in(box: Box) -> list[shapely.Polygon]:
    """Return the pieces of land within a box."""
    tree = land_tree()
    found = [shapely.clip_by_rect(tree.geometries[one], *box)
             for one in tree.query(shapely.box(*box))]  # fmt: skip
    return polygons(found)


def polygons(shapes: list[BaseGeometry]) -> list[shapely.Polygon]:
    """Return the polygons among geometries and their parts, without empty ones."""
    return [part for shape in shapes for part in shapely.get_parts(shape)
            if isinstance(part, shapely.Polygon) and not part.is_empty]  # fmt: skip


def rings(polygon: shapely.Polygon) -> list[NDArray[np.float64]]:
    """Return the outer border of a piece of land, and those of its lakes, (n, 2) each."""
    return [shapely.get_coordinates(ring) for ring in (polygon.exterior, *polygon.interiors)]
