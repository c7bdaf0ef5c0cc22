"""A file of derived zones: compact GeoJSON with 4 decimals, and beside it where it comes from."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from geofence.errors import GeofenceError
from geofence.zones import Zone, ZoneSet

DATA = Path(__file__).parents[1] / "data"
GRID_DEG = 1e-4
"""Step of written coordinates: 11 m, far finer than the coast that zones are made from."""
SLIVER_KM2 = 0.1
"""Parts and holes below this are leftovers of cutting, not places."""
_DEG2_KM2 = 111.2**2 * 0.79  # one square degree at 38° N


@dataclass(frozen=True, slots=True)
class Origin:
    """What the sidecar says of the data that a file was made from."""

    title: str
    source: str
    version: str
    licence: str
    date: str
    derived_by: str
    note: str


def tidy(geometry: BaseGeometry) -> shapely.Polygon | shapely.MultiPolygon:
    """Return the valid areas of ``geometry`` on the written grid, without slivers.

    Raises GeofenceError where no area is left.
    """
    gridded = shapely.set_precision(shapely.make_valid(geometry), GRID_DEG)
    parts = [part for part in shapely.get_parts(gridded) if part.geom_type == "Polygon"]
    kept = [_without_specks(part) for part in parts if part.area * _DEG2_KM2 >= SLIVER_KM2]
    if not kept:
        raise GeofenceError(f"{geometry.geom_type} without an area: expected a zone at sea")
    kept = sorted((shapely.normalize(part) for part in kept), key=lambda part: -part.area)
    return kept[0] if len(kept) == 1 else shapely.MultiPolygon(kept)


def write_zones(stem: str, zones: Sequence[Zone], origin: Origin) -> str:
    """Write ``geofence/data/<stem>.geojson`` and its sidecar; return what was written, in a line.

    Raises GeofenceError where two zones have one id.
    """
    target = DATA / f"{stem}.geojson"
    features = [zone.feature() for zone in ZoneSet(tuple(zones)).zones]
    target.write_text(compact({"type": "FeatureCollection", "features": features}) + "\n")
    counts = Counter(zone.kind for zone in zones)
    vertices = sum(int(shapely.get_num_coordinates(zone.geometry)) for zone in zones)
    sidecar = {
        "title": origin.title,
        "source": origin.source,
        "version": origin.version,
        "licence": origin.licence,
        "date": origin.date,
        "legal_status": "indicative",
        "note": origin.note,
        "derived_by": origin.derived_by,
        "decimals": 4,
        "zones": dict(sorted(counts.items())),
        "vertices": vertices,
        "sha256": hashlib.sha256(target.read_bytes()).hexdigest(),
    }
    text = json.dumps(sidecar, indent=2, ensure_ascii=False) + "\n"
    target.with_suffix(".json").write_text(text)
    size = target.stat().st_size / 1e3
    return f"{target.name}: {len(zones)} zones, {vertices} vertices, {size:.0f} kB"


def compact(value: object) -> str:
    """Return JSON without blanks, numbers with 4 decimals at most."""
    exact = json.loads(json.dumps(value), parse_float=_short)
    return json.dumps(exact, separators=(",", ":"), ensure_ascii=False)


def _short(text: str) -> float:
    return round(float(text), 4)


def _without_specks(polygon: shapely.Polygon) -> shapely.Polygon:
    holes = [
        hole for hole in polygon.interiors if shapely.Polygon(hole).area * _DEG2_KM2 >= SLIVER_KM2
    ]
    return shapely.Polygon(polygon.exterior, holes)
