"""Is a geometry a zone's: checks, and the few repairs that change no area to speak of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

REPAIR_SHARE = 0.001
"""A repair may change the area by so much of it: more is a guess about what was meant."""
SLIVER_SHARE = 1e-4
"""Parts of a repaired area that are smaller than this share of it are crumbs of the repair."""
WIDEST_DEG = 180.0
"""A wider polygon nearly always crosses the antimeridian and was drawn the long way round."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A geometry that may be a zone's, or why not: ``fault`` is "" where it may."""

    geometry: shapely.Polygon | shapely.MultiPolygon | None = None
    fault: str = ""
    notes: tuple[str, ...] = ()


def judge(geometry: BaseGeometry | None, most_vertices: int) -> Judged:
    """Return ``geometry`` (WGS 84) as a normalised Polygon or MultiPolygon without height.

    Normalised: rings begin and turn as GEOS has them, parts are in order, one part is a Polygon;
    so equal areas are equal, whichever format they came through.
    """
    fault = shape_fault(geometry, most_vertices) or (geometry and _place_fault(geometry))
    if geometry is None or fault:
        return Judged(fault=fault or "")
    flat = shapely.force_2d(geometry)
    notes: tuple[str, ...] = ()
    if not shapely.is_valid(flat):
        reason = shapely.is_valid_reason(flat)
        repaired, crumbs = _repaired(flat)
        if repaired is None:
            return Judged(fault=f"is not valid ({reason}) and a repair would change its area by "
                          f"more than {REPAIR_SHARE:.1%}; correct its border")  # fmt: skip
        flat, notes = repaired, (f"was not valid ({reason}) and is repaired", *crumbs)
    parts = [part for part in shapely.get_parts(flat) if part.area > 0]
    if not parts:
        return Judged(fault="has no area; expected a polygon")
    whole = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    return Judged(shapely.normalize(whole), notes=notes)


def shape_fault(geometry: BaseGeometry | None, most_vertices: int) -> str:
    """Return why ``geometry`` is none for a zone whatever its coordinates mean, else ""."""
    if geometry is None:
        return "has no geometry; expected a polygon, or leave the feature out"
    if geometry.geom_type not in {"Polygon", "MultiPolygon"}:
        return f"is a {geometry.geom_type}; expected a Polygon or MultiPolygon"
    if geometry.is_empty:
        return "is empty; expected a polygon with area, or leave the feature out"
    count = shapely.get_num_coordinates(geometry)
    if count > most_vertices:
        return f"has {count:,} vertices; at most {most_vertices:,}: simplify it"
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        return "has a coordinate that is no finite number; correct it"
    return ""


def _place_fault(geometry: BaseGeometry) -> str:
    west, south, east, north = geometry.bounds
    if south < -90 or north > 90:  # noqa: PLR2004 (latitudes)
        return f"reaches latitude {north if north > 90 else south:g}; expected -90 to 90"  # noqa: PLR2004
    if west < -180 or east > 180:  # noqa: PLR2004 (longitudes)
        return (
            f"reaches longitude {east if east > 180 else west:g}; expected -180 to 180: divide it "  # noqa: PLR2004
            "at the antimeridian"
        )
    widest = max(part.bounds[2] - part.bounds[0] for part in shapely.get_parts(geometry))
    if widest > WIDEST_DEG:
        return (
            f"is {widest:.1f}° wide, so that it seems to cross the antimeridian; divide it there "
            "into two polygons"
        )
    return ""


def _repaired(
    geometry: BaseGeometry,
) -> tuple[shapely.Polygon | shapely.MultiPolygon | None, tuple[str, ...]]:
    """Return the repaired geometry and notes; None where too much of it would change."""
    before = abs(geometry.area)
    pieces = shapely.get_parts(shapely.make_valid(geometry))
    inner = [part for piece in pieces for part in shapely.get_parts(piece)]
    polygons = [part for part in inner if part.geom_type == "Polygon"]
    whole = sum(part.area for part in polygons)
    kept = [part for part in polygons if part.area > SLIVER_SHARE * whole]
    after = sum(part.area for part in kept)
    if not kept or before == 0 or abs(after - before) > REPAIR_SHARE * before:
        return None, ()
    dropped = len(polygons) - len(kept)
    notes = (f"{dropped} slivers of the repair are dropped",) if dropped else ()
    return shapely.MultiPolygon(kept), notes
