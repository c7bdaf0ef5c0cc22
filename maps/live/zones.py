"""Zones as the live map shows them: the light shapes of one edition, and what lies at a place."""

from __future__ import annotations

import gzip
import json
from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geofence.ports import Ports
from maps.live.borders import borders
from maps.live.texts import say

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geofence.zones import Zone, ZoneSet

_DECIMALS = 4  # 11 m at most: a tenth of what the shapes are simplified by
_COARSE_DEG = 0.0015  # some 150 m: less than the coast of the source is off
_OF_SIZE = 0.003  # a small zone keeps its form: never coarser than so much of its extent
_COARSEST = 0.1  # of its extent, whatever it takes
_SPECK_DEG2 = 2e-5  # 0.2 km²: holes and islets that are one dot on the screen
_LABEL_TOLERANCE = 0.05  # of the zone's extent: a label need not stand in the exact middle
_BEHIND_LINES = 5.0  # times as coarse: where the border is drawn by its own lines
_MOST_POINTS = 60_000  # of all shapes: what a browser draws at once and a phone keeps
_COARSER = (1.0, 3.0, 10.0, 30.0)  # tried in turn until a set is light enough
_FEW = 1_000  # zones: with more, labels stand where it is quick to find
_LONGEST_NAME, _LONGEST_TEXT = 80, 300  # an import may bring a book


@dataclass(frozen=True, slots=True)
class ZoneKind:
    """One layer of zones: ``kind`` of geofence.zones.KINDS."""

    kind: str

    @property
    def title(self) -> str:
        """The layer as people read it."""
        return say(f"zone_kind.{self.kind}")


ZONE_KINDS = (
    ZoneKind("band_12nm"),
    ZoneKind("band_24nm"),
    ZoneKind("sub_basin"),
    ZoneKind("port"),
    ZoneKind("anchorage"),
    ZoneKind("departure_coast"),
    ZoneKind("arrival_coast"),
    ZoneKind("sar_region"),
    ZoneKind("office_area"),
    ZoneKind("custom"),
)
"""What the page can draw, in the order of its panel; land is drawn already, as the coast."""

_DRAWN = frozenset(shown.kind for shown in ZONE_KINDS)


@dataclass(frozen=True, slots=True, eq=False)
class ZoneChart:
    """One edition, made ready once: ``data`` (GeoJSON) and ``packed`` (gzip) are sent as they are.

    ``count`` in it is of all zones in force, those too that the map draws as its coast.
    Geometry in ``data`` is for the eye only: simplified by 150 m, in huge sets and behind lines
    of their own by more; ``at`` is exact.
    """

    sha256: str
    version: int | None
    data: bytes
    packed: bytes
    zones: tuple[Zone, ...]
    tree: shapely.STRtree
    ports: Ports

    @classmethod
    def of(cls, zones: ZoneSet, sha256: str, version: int | None = None) -> ZoneChart:
        """Return the chart of ``zones``; ``version`` None stands for what we carry ourselves."""
        features = _features([zone for zone in zones.zones if zone.kind in _DRAWN])
        collection = {
            "type": "FeatureCollection", "version": version, "count": len(zones.zones),
            "features": features,
        }  # fmt: skip
        data = json.dumps(collection, separators=(",", ":"), ensure_ascii=False).encode()
        tree = shapely.STRtree([zone.geometry for zone in zones.zones])
        packed = gzip.compress(data, 6, mtime=0)
        return cls(sha256, version, data, packed, zones.zones, tree, Ports.of(zones))

    def at(self, lon_deg: float, lat_deg: float, now: datetime) -> list[Zone]:
        """Return the zones that hold a place, border included, and are valid ``now`` (UTC)."""
        found = self.tree.query(shapely.Point(lon_deg, lat_deg), "intersects")
        zones = [self.zones[index] for index in sorted(found.tolist())]
        return [zone for zone in zones if _is_valid(zone, now)]


def _is_valid(zone: Zone, now: datetime) -> bool:
    begun = zone.valid_from is None or zone.valid_from <= now
    return begun and (zone.valid_until is None or now < zone.valid_until)


def plain(text: str, most: int = _LONGEST_TEXT) -> str:
    """Return text of others in one line: no control or direction characters, at most ``most``."""
    clean = "".join(letter if letter.isprintable() else " " for letter in text[: most + 1])
    return clean if len(clean) <= most else clean[: most - 1] + "…"


def _features(zones: list[Zone]) -> list[dict[str, Any]]:
    lines = borders(zones)
    shapes = _lightest(zones, lines)
    quick = len(zones) > _FEW
    return [
        _feature(zone, shape, lines.get(zone.id), _anywhere(shape) if quick else _middle(shape))
        for zone, shape in zip(zones, shapes, strict=True)
    ]


def _lightest(zones: list[Zone], lines: Container[str]) -> list[shapely.MultiPolygon]:
    """Return the shapes, as coarse as it takes to be few points in all."""
    exact = [zone.geometry for zone in zones]
    light: list[shapely.MultiPolygon] = []
    for coarse in _COARSER:
        behind = [coarse * (_BEHIND_LINES if zone.id in lines else 1.0) for zone in zones]
        light = [_light(shape, by) for shape, by in zip(light or exact, behind, strict=True)]
        if shapely.get_num_coordinates(light).sum() <= _MOST_POINTS:
            break
    return light


def _feature(
    zone: Zone,
    shape: shapely.MultiPolygon,
    lines: list[list[tuple[float, float]]] | None,
    label: tuple[float, float],
) -> dict[str, Any]:
    """Return what the page needs to draw a zone: nothing of its details, which may name people."""
    name = plain(zone.name, _LONGEST_NAME)
    said: dict[str, Any] = {"name": name, "kind": zone.kind, "label": list(label)}
    for bound, moment in (("from_ms", zone.valid_from), ("until_ms", zone.valid_until)):
        if moment is not None:
            said[bound] = int(moment.timestamp() * 1000)
    if lines is not None:
        said["lines"] = lines
    geometry = shapely.geometry.mapping(shape)
    return {"type": "Feature", "id": zone.id, "properties": said, "geometry": geometry}


def _light(shape: shapely.Polygon | shapely.MultiPolygon, coarse: float) -> shapely.MultiPolygon:
    left, bottom, right, top = shape.bounds
    extent = max(right - left, top - bottom)
    share = min(_OF_SIZE * coarse, _COARSEST)
    tolerance = min(_COARSE_DEG * coarse, extent * share)
    speck = min(_SPECK_DEG2 * coarse**2, (extent * share) ** 2)
    simple = shapely.simplify(shape, tolerance, preserve_topology=True)
    parts = sorted(shapely.get_parts(np.array([simple], object)), key=lambda part: -part.area)
    kept = [part for part in parts if part.area >= speck] or parts[:1]
    return shapely.multipolygons([_without_specks(part, speck) for part in kept])


def _without_specks(part: shapely.Polygon, speck: float) -> shapely.Polygon:
    holes = [ring for ring in part.interiors if shapely.Polygon(ring).area >= speck]
    return shapely.transform(shapely.Polygon(part.exterior, holes), _rounded)


def _anywhere(shape: shapely.MultiPolygon) -> tuple[float, float]:
    lon, lat = shapely.get_coordinates(shapely.point_on_surface(shape))[0].round(_DECIMALS)
    return float(lon), float(lat)


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
