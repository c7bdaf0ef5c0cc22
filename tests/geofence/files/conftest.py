"""Zones to write, and files of zones as other programs write them (through GDAL)."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pyogrio.raw
import pytest
import shapely

from geofence.zones import Zone

HOLED = shapely.normalize(
    shapely.box(14, 36, 15, 37).difference(shapely.box(14.25, 36.25, 14.5, 36.5))
)
TWO = shapely.normalize(
    shapely.MultiPolygon([shapely.box(12, 35, 12.5, 35.5), shapely.box(13, 35, 13.25, 35.5)])
)


@pytest.fixture
def zones() -> list[Zone]:
    """A zone with everything, and one with little; as an import gives them."""
    full = Zone(
        id="patrol.a_1",
        name="Zona «Ä» <b>& 'x' \"y\"</b>",
        kind="office_area",
        geometry=HOLED,
        source="EURTF Catania",
        licence="CC BY 4.0",
        version="2026-07",
        legal_status="operational",
        valid_from=dt.datetime(2026, 1, 2, 3, 4, 5, 678900, dt.UTC),
        valid_until=dt.datetime(2027, 1, 1, tzinfo=dt.UTC),
        leave_m=250.5,
        details={"country": "ITA", "note": "due  blanks " * 60, "list": [1, 2.5, None, True]},
    )
    return [full, Zone("b", "B", "custom", TWO, "", "")]


@pytest.fixture
def written(tmp_path):
    """Write shapes and columns to a file of ``tmp_path`` with GDAL; return its path."""

    def write(file, shapes, crs="EPSG:4326", layer=None, **columns):
        path = tmp_path / file
        drivers = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".geojson": "GeoJSON", ".kml": "KML"}
        wkb = [shape if isinstance(shape, bytes | None) else shapely.to_wkb(shape)
               for shape in shapes]  # fmt: skip
        kinds = {
            shape.geom_type + " Z" * shape.has_z
            for shape in shapes
            if isinstance(shape, shapely.Geometry)
        }
        pyogrio.raw.write(
            path,
            np.array(wkb, object),
            [np.array(values, object if isinstance(values[0], str) else None)
             for values in columns.values()],
            list(columns),
            driver=drivers[path.suffix],
            geometry_type=kinds.pop() if len(kinds) == 1 else "Unknown",
            crs=crs,
            layer=layer,
            encoding=None if path.suffix == ".kml" else "UTF-8",
        )  # fmt: skip
        return path

    return write


@pytest.fixture
def geojson(tmp_path):
    """Write features, given as (geometry mapping, properties), as GeoJSON; return its path."""

    def write(*features, **members):
        listed = [
            {"type": "Feature", "properties": properties, "geometry": geometry}
            for geometry, properties in features
        ]
        path = tmp_path / "zones.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", **members, "features": listed}))
        return path

    return write
