"""GeoJSON (RFC 7946) in and out.

Read with the standard library and not with GDAL: no types are guessed, nested details stay what
they are, and nothing outside of the file is looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geofence.files.faults import ZoneFileError, shown
from geofence.files.features import MOST_MARKS, WGS84, Feature, Layer
from geofence.zones import Zone

_CRS = re.compile(r"(?:urn:ogc:def:crs:)?(OGC|EPSG):[0-9.]*:?(CRS84h?|[0-9]{4,6})", re.ASCII)
_POINTS = frozenset("Point MultiPoint LineString MultiLineString GeometryCollection".split())


def read(path: Path, most: int) -> list[Layer]:
    """Return the features of a FeatureCollection or of a single Feature as one layer.

    Raises ZoneFileError for what is no GeoJSON, has more than ``most`` features, or points to a
    coordinate system outside of the file.
    """
    document = _parsed(path)
    listed = document.get("features") if document.get("type") == "FeatureCollection" else None
    if document.get("type") == "Feature":
        listed = [document]
    if not isinstance(listed, list):
        raise ZoneFileError(
            f"type {shown(str(document.get('type')))}: expected a FeatureCollection or a Feature"
        )
    if len(listed) > most:
        raise ZoneFileError(
            f"{len(listed):,} features; expected at most {most:,}: divide the file"
        )
    features = tuple(_feature(number, item) for number, item in enumerate(listed, 1))
    return [Layer(_declared(document.get("crs")), features)]


def _parsed(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
        if data.count(b"[") + data.count(b"{") > MOST_MARKS:
            raise ZoneFileError(f"more than {MOST_MARKS:,} brackets; divide or simplify the file")
        document = json.loads(data.decode("utf-8-sig"))
    except RecursionError:
        raise ZoneFileError("is nested too deeply; expected plain GeoJSON") from None
    except ValueError as error:
        reason = " ".join(str(error).split())[:120]
        raise ZoneFileError(f"is no JSON ({reason}); export it as GeoJSON again") from None
    if not isinstance(document, dict):
        raise ZoneFileError("is no GeoJSON object; expected a FeatureCollection")
    return document


def _declared(crs: Any) -> str:  # noqa: ANN401 (whatever the file says)
    """Return the coordinate system of the old member ``crs``; RFC 7946 knows only WGS 84."""
    if crs is None:
        return ""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    found = _CRS.fullmatch(name) if isinstance(name, str) else None
    if not found:
        raise ZoneFileError(
            "crs names no coordinate system that stands in the file; expected none (WGS 84) or "
            'a name as "urn:ogc:def:crs:EPSG::32633"'
        )
    authority, code = found.groups()
    return WGS84 if authority == "OGC" or code.startswith("CRS84") else f"EPSG:{code}"


def _feature(number: int, item: Any) -> Feature:  # noqa: ANN401 (whatever the file says)
    if not isinstance(item, dict) or item.get("type") != "Feature":
        return Feature(number, {}, None, "is no Feature; expected a GeoJSON Feature")
    said = item.get("properties")
    properties: dict[str, Any] = {}
    for name, value in said.items() if isinstance(said, dict) else ():
        properties.setdefault(name.lower(), value)
    if item.get("id") is not None:
        properties.setdefault("zone_id", item["id"])
    shape = item.get("geometry")
    if shape is None:
        return Feature(number, properties, None)
    geometry, trouble = _geometry(shape)
    return Feature(number, properties, geometry, trouble)


def _geometry(shape: Any) -> tuple[BaseGeometry | None, str]:  # noqa: ANN401
    """Return the geometry, or why it cannot be made."""
    kind = shape.get("type") if isinstance(shape, dict) else None
    if isinstance(kind, str) and kind in _POINTS:
        return None, f"is a {kind}; expected a Polygon or MultiPolygon"
    if kind not in {"Polygon", "MultiPolygon"}:
        return None, f"geometry of type {shown(str(kind))}; expected a Polygon or MultiPolygon"
    try:
        polygons = shape["coordinates"] if kind == "MultiPolygon" else [shape["coordinates"]]
        # NaN makes GEOS say so at every step; the judge of geometries says it once.
        with np.errstate(invalid="ignore"):
            made = [_polygon(rings) for rings in polygons if rings]
    except (TypeError, ValueError, KeyError, IndexError, OverflowError, shapely.GEOSException):
        return None, (
            "coordinates cannot be read; expected rings of at least four pairs of numbers, the "
            "last equal to the first"
        )
    return (shapely.MultiPolygon(made) if len(made) != 1 else made[0]), ""


def _polygon(rings: Any) -> shapely.Polygon:  # noqa: ANN401 (whatever the file says)
    return shapely.Polygon(_ring(rings[0]), [_ring(hole) for hole in rings[1:]])


def _ring(positions: Any) -> list[tuple[float, float]]:  # noqa: ANN401 (whatever the file says)
    """Return the first two numbers of each position: RFC 7946 lets more follow (height)."""
    ring = [_pair(*position[:2]) for position in positions]
    if len(ring) < 4:  # noqa: PLR2004 (RFC 7946, 3.1.6: a linear ring has four or more positions)
        raise ValueError("short ring")
    return ring


def _pair(x: float, y: float) -> tuple[float, float]:
    if isinstance(x, str | bool) or isinstance(y, str | bool):
        raise TypeError("no number")
    return float(x), float(y)


def text(zones: Sequence[Zone]) -> str:
    """Return zones as a FeatureCollection, a feature a line: good for eyes and for diffs."""
    lines = ",\n".join(
        json.dumps(_oriented(zone), ensure_ascii=False, allow_nan=False) for zone in zones
    )
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'


def _oriented(zone: Zone) -> dict[str, Any]:
    """Return the feature with outer rings counter-clockwise, as RFC 7946 asks."""
    feature = zone.feature()
    feature["geometry"] = shapely.geometry.mapping(shapely.orient_polygons(zone.geometry))
    return feature


def write(zones: Sequence[Zone], path: Path) -> None:
    """Write zones as GeoJSON with all their attributes."""
    path.write_text(text(zones), encoding="utf-8")
