"""KML 2.2 in and out: placemarks with polygons; links, styles and balloons are not read.

Source: OGC 07-147r2. Read with defusedxml and not with GDAL: every placemark counts, however deep
its folder lies, and nothing outside of the file is looked at.
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]  # no types
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]
from shapely.geometry.base import BaseGeometry

from geofence.files.attributes import columns
from geofence.files.faults import ZoneFileError
from geofence.files.features import MOST_MARKS, WGS84, Counter, Feature, Layer
from geofence.zones import Zone

_SPACE = "http://www.opengis.net/kml/2.2"
_GEOMETRIES = ("Polygon", "MultiGeometry", "Point", "LineString", "LinearRing", "Model", "Track")


def read(path: Path, most: int) -> list[Layer]:
    """Return the placemarks in the order of the file as one layer.

    Raises ZoneFileError for what is no KML, brings its own entities, points to another file
    (NetworkLink), or has more than ``most`` placemarks.
    """
    try:
        data = path.read_bytes()
        if data.count(b"<") > MOST_MARKS:
            raise ZoneFileError(f"more than {MOST_MARKS:,} marks; divide or simplify the file")
        root = fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise ZoneFileError(
            "declares a document type or entities; expected plain KML: export it again"
        ) from None
    except (ET.ParseError, ValueError, LookupError) as error:
        reason = " ".join(str(error).split())[:120]
        raise ZoneFileError(f"is no XML ({reason}); export it as KML again") from None
    if _tag(root) != "kml":
        raise ZoneFileError("is no KML; expected the element kml at its top")
    found = list(_placemarks(root))
    if len(found) > most:
        raise ZoneFileError(f"{len(found):,} features; expected at most {most:,}: divide the file")
    counter = Counter()
    return [Layer(WGS84, tuple(_feature(counter.next(), item) for item in found))]


def _placemarks(root: ET.Element) -> Iterator[ET.Element]:
    for element in root.iter():
        if _tag(element) == "NetworkLink":
            raise ZoneFileError(
                "points to another file (NetworkLink), which is not followed: save what it shows "
                "as a file of its own"
            )
        if _tag(element) == "Placemark":
            yield element


def _tag(element: ET.Element) -> str:
    """Return the name without its namespace: files of KML 2.0 to 2.3 and none differ there."""
    return str(element.tag).rpartition("}")[2]


def _text(element: ET.Element | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split(" ")).strip()


def _child(element: ET.Element, *names: str) -> ET.Element | None:
    return next((child for child in element if _tag(child) in names), None)


def _feature(number: int, placemark: ET.Element) -> Feature:
    properties: dict[str, Any] = {}
    if (name := _child(placemark, "name")) is not None:
        properties["name"] = _text(name)
    extended = _child(placemark, "ExtendedData")
    for element in extended.iter() if extended is not None else ():
        if _tag(element) == "Data":
            properties.setdefault(element.get("name", "").lower(), _text(_child(element, "value")))
        elif _tag(element) == "SimpleData":
            properties.setdefault(element.get("name", "").lower(), _text(element))
    shape = _child(placemark, *_GEOMETRIES)
    if shape is None:
        return Feature(number, properties, None)
    geometry, trouble = _geometry(shape)
    return Feature(number, properties, geometry, trouble)


def _geometry(shape: ET.Element) -> tuple[BaseGeometry | None, str]:
    """Return the polygon or polygons of ``shape``, or why they cannot be made."""
    kind = _tag(shape)
    parts = list(shape) if kind == "MultiGeometry" else [shape]
    others = [_tag(part) for part in parts if _tag(part) != "Polygon"]
    if others:
        return None, f"is or holds a {others[0]}; expected polygons only"
    try:
        # NaN makes GEOS say so at every step; the judge of geometries says it once.
        with np.errstate(invalid="ignore"):
            polygons = [_polygon(part) for part in parts]
    except (ValueError, shapely.GEOSException):
        return None, "coordinates cannot be read; expected rings of at least four lon,lat pairs"
    return (polygons[0] if kind == "Polygon" else shapely.MultiPolygon(polygons)), ""


def _polygon(element: ET.Element) -> shapely.Polygon:
    outer = _child(element, "outerBoundaryIs")
    if outer is None:
        return shapely.Polygon()
    holes = [_ring(child) for child in element if _tag(child) == "innerBoundaryIs"]
    return shapely.Polygon(_ring(outer), holes)


def _ring(boundary: ET.Element) -> list[tuple[float, float]]:
    """Return the pairs of a boundary; a height that follows them is left out."""
    tuples = (one.split(",") for e in boundary.iter() if _tag(e) == "coordinates"
              for one in (e.text or "").split())  # fmt: skip
    ring = [(float(lon), float(lat)) for lon, lat, *_ in tuples]
    if len(ring) < 4:  # noqa: PLR2004 (OGC 07-147r2, LinearRing: four or more tuples)
        raise ValueError("short ring")
    return ring


def write(zones: Sequence[Zone], path: Path) -> None:
    """Write zones as placemarks with all their attributes as untyped extended data.

    There is no description: programs show that as a page, and texts of others are no pages. The
    writer escapes what has a meaning in XML.
    """
    ET.register_namespace("", _SPACE)
    root = ET.Element(f"{{{_SPACE}}}kml")
    document = _add(root, "Document")
    for zone in zones:
        _placemark(document, zone)
    path.write_bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _placemark(document: ET.Element, zone: Zone) -> None:
    placemark = _add(document, "Placemark")
    _add(placemark, "name", zone.name)
    extended = _add(placemark, "ExtendedData")
    for name, value in columns(zone).items():
        if name == "name":
            continue
        data = _add(extended, "Data")
        data.set("name", name)
        _add(data, "value", value if isinstance(value, str) else json.dumps(value))
    polygons = shapely.get_parts(zone.geometry)
    parent = _add(placemark, "MultiGeometry") if len(polygons) > 1 else placemark
    for polygon in polygons:
        element = _add(parent, "Polygon")
        _boundary(element, "outerBoundaryIs", polygon.exterior)
        for hole in polygon.interiors:
            _boundary(element, "innerBoundaryIs", hole)


def _boundary(polygon: ET.Element, name: str, ring: shapely.LinearRing) -> None:
    pairs = " ".join(f"{lon!r},{lat!r}" for lon, lat in ring.coords)
    _add(_add(_add(polygon, name), "LinearRing"), "coordinates", pairs)


def _add(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    element = ET.SubElement(parent, f"{{{_SPACE}}}{name}")
    element.text = text
    return element
