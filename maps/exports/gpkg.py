"""GeoPackage (OGC 12-128): a layer with its spatial index; the list has no shapes."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from geofence.files import geopackage as zones_as
from maps.export import KINDS, Content, Kind
from maps.layers import write_layer
from maps.shapes import placed


class GeoPackage:
    """A database in one file, as GIS programs exchange it."""

    word: ClassVar[str] = "GeoPackage, for GIS"
    ending: ClassVar[str] = "gpkg"
    media: ClassVar[str] = "application/geopackage+sqlite3"
    kinds: ClassVar[frozenset[Kind]] = frozenset(KINDS)
    why_not: ClassVar[str] = ""
    placed: ClassVar[bool] = False

    def write(self, content: Content, path: Path) -> None:
        """Write the layer, named as the kind."""
        if content.kind == "zones":
            zones_as.write(content.zones, path)
            return
        rows = (placed(content.kind, batch) for batch in content.batches)
        write_layer(content.kind, rows, path, "GPKG")
