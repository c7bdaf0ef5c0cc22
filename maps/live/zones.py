"""Zones as the live map shows them: the light shapes of one edition, and what lies at a place."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geofence.ports import Ports

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geofence.zones import Zone, ZoneSet

_DECIMALS = 4  # 11 m at most: a tenth of what the shapes are simplified by
_COARSE_DEG = 0.0015  # some 150 m: less than the coast of the source is off
_OF_SIZE = 0.01  # a small zone keeps its form: never coarser than a hundredth of its extent
_SPECK_DEG2 = 2e-5  # 0.2 km²: holes and islets that are one dot on the screen
_LABEL_TOLERANCE = 0.05  # of the zone's extent: a label need not stand in the exact middle


@dataclass(frozen=True, slots=True)
class ZoneKind:
    """One layer of zones: ``kind`` of geofence.zones.KINDS, ``title`` as people read it."""

    kind: str
    title: str


ZONE_KINDS = (
    ZoneKind("band_12nm", "Distance bands 12 nm"),
    ZoneKind("band_24nm", "Distance bands 24 nm"),
    ZoneKind("sub_basin", "Sub-basins"),
    ZoneKind("port", "Ports"),
    ZoneKind("anchorage", "Anchorages"),
    ZoneKind("departure_coast", "Departure coasts"),
    ZoneKind("arrival_coast", "Arrival coasts"),
    ZoneKind("sar_region", "Search and rescue regions (coarse)"),
    ZoneKind("office_area", "Offices"),
    ZoneKind("custom", "Drawn here"),
)
"""What the page can draw, in the order of its panel; land is drawn already, as the coast."""

_DRAWN = frozenset(shown.kind for shown in ZONE_KINDS)


@dataclass(frozen=True, slots=True, eq=False)
class ZoneChart:
    """One edition, made ready once: ``data`` (GeoJSON) and ``packed`` (gzip) are sent as they are.

    Geometry in ``data`` is simplified by 150 m at most, for the eye only; ``at`` is exact.
    """

    sha256: str
    data: bytes
    packed: bytes
    zones: tuple[Zone, ...]
    tree: shapely.STRtree
    ports: Ports

    @classmethod
    def of(cls, zones: ZoneSet, sha256: str, version: int | None = None) -> ZoneChart:
        """Return the chart of ``zones``; ``version`` None stands for what we carry ourselves."""
        features = [_feature(zone) for zone in zones.zones if zone.kind in _DRAWN]
        collection = {"type": "FeatureCollection", "version": version, "features": features}
        data = json.dumps(collection, separators=(",", ":"), ensure_ascii=False).encode()
        tree = shapely.STRtree([zone.geometry for zone in zones.zones])
        packed = gzip.compress(data, 6, mtime=0)
        return cls(sha256, data, packed, zones.zones, tree, Ports.of(zones))

    def at(self, lon_deg: float, lat_deg: float, now: datetime) -> list[Zone]:
        """Return the zones that hold a place, border included, and are valid ``now`` (UTC)."""
        found = self.tree.query(shapely.Point(lon_deg, lat_deg), "intersects")
        zones = [self.zones[index] for index in sorted(found.tolist())]
        return [zone for zone in zones if _is_valid(zone, now)]


def _is_valid(zone: Zone, now: datetime) -> bool:
    begun = zone.valid_from is None or zone.valid_from <= now
    return begun and (zone.valid_until is None or now < zone.valid_until)


def _feature(zone: Zone) -> dict[str, Any]:
    """Return what the page needs to draw a zone: nothing of its details, which may name people."""
    shape = _light(zone.geometry)
    lon, lat = _middle(shape)
    said: dict[str, Any] = {"name": zone.name, "kind": zone.kind, "label": [lon, lat]}
    for name, moment in (("from_ms", zone.valid_from), ("until_ms", zone.valid_until)):
        if moment is not None:
            said[name] = int(moment.timestamp() * 1000)
    geometry = shapely.geometry.mapping(shape)
    return {"type": "Feature", "id": zone.id, "properties": said, "geometry": geometry}


def _light(shape: shapely.Polygon | shapely.MultiPolygon) -> shapely.MultiPolygon:
    left, bottom, right, top = shape.bounds
    extent = max(right - left, top - bottom)
    tolerance = min(_COARSE_DEG, extent * _OF_SIZE)
    speck = min(_SPECK_DEG2, (extent * _OF_SIZE) ** 2)
    simple = shapely.simplify(shape, tolerance, preserve_topology=True)
    parts = sorted(shapely.get_parts(np.array([simple], object)), key=lambda part: -part.area)
    kept = [part for part in parts if part.area >= speck] or parts[:1]
    return shapely.multipolygons([_without_specks(part, speck) for part in kept])


def _without_specks(part: shapely.Polygon, speck: float) -> shapely.Polygon:
    holes = [ring for ring in part.interiors if shapely.Polygon(ring).area >= speck]
    return shapely.transform(shapely.Polygon(part.exterior, holes), _rounded)


def _rounded(points: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = points.round(_DECIMALS)
    return result


def _middle(shape: shapely.MultiPolygon) -> tuple[float, float]:
    """Return where a label stands: the middle of the largest part's widest room."""
    largest = max(shape.geoms, key=lambda part: float(part.area))
    left, bottom, right, top = largest.bounds
    tolerance = max(right - left, top - bottom) * _LABEL_TOLERANCE
    valid = shapely.make_valid(largest)
    line = shapely.maximum_inscribed_circle(valid, tolerance or _COARSE_DEG)  # type: ignore[call-overload]  # polygons stay polygons
    lon, lat = shapely.get_coordinates(line)[0].round(_DECIMALS)
    return float(lon), float(lat)
