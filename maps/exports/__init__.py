"""The formats in which something leaves: a new one is a file here and a line in ``EXPORTS``."""

from __future__ import annotations

from maps.errors import ExportError
from maps.export import WORDS, Export, Kind
from maps.exports import (
    cap,
    cise,
    csv,
    geojson,
    gpkg,
    gpx,
    graphml,
    kml,
    mfjson,
    parquet,
    shp,
    xlsx,
)

EXPORTS: dict[str, Export] = {
    "geojson": geojson.GeoJson(),
    "csv": csv.Csv(),
    "gpx": gpx.Gpx(),
    "kml": kml.Kml(),
    "gpkg": gpkg.GeoPackage(),
    "shp": shp.Shapefile(),
    "parquet": parquet.GeoParquet(),
    "mfjson": mfjson.MfJson(),
    "xlsx": xlsx.Xlsx(),
    "cap": cap.Cap(),
    "cise": cise.Cise(),
    "graphml": graphml.GraphMl(),
}
"""Format → its code, in the order in which people are offered them."""


def export_of(kind: Kind, layout: str) -> Export:
    """Return the format ``layout``; raises ExportError where it cannot hold ``kind``."""
    found = EXPORTS.get(layout)
    if found is None:
        raise ExportError(f"format {layout[:20]!r}: expected one of {', '.join(EXPORTS)}")
    if kind not in found.kinds:
        able = ", ".join(formats_of(kind))
        raise ExportError(
            f"{layout} cannot hold {WORDS[kind]}: {found.why_not}; choose one of {able}"
        )
    return found


def formats_of(kind: Kind) -> tuple[str, ...]:
    """Return the formats that can hold ``kind``."""
    return tuple(name for name, one in EXPORTS.items() if kind in one.kinds)
