"""Shapefile, all its parts in one archive that GDAL opens as it is (.shp.zip).

Its tables know names of ten letters, texts of 254 bytes and no time of day: times are texts.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import pyarrow as pa

from geofence.files import shapefile as zones_as
from maps.errors import ExportError
from maps.export import KINDS, Content, Kind
from maps.layers import write_layer
from maps.rowtext import said
from maps.shapes import placed

MOST = 1_000_000
"""Rows: a Shapefile ends at 2 GB, which a table of wide texts reaches soon after."""
_TEXT_BYTES = 254
_SHORT = {
    "heading_deg": "hdg_deg", "nav_status": "nav_status", "started_at": "started_at",
    "updated_at": "updated_at", "other_mmsi": "other_mmsi", "confidence": "confidence",
    "handling_comment": "handl_note", "contributors": "contrib",
}  # fmt: skip


class Shapefile:
    """The old exchange format of GIS programs."""

    word: ClassVar[str] = "Shapefile, for older GIS"
    ending: ClassVar[str] = "shp.zip"
    media: ClassVar[str] = "application/zip"
    kinds: ClassVar[frozenset[Kind]] = frozenset(KINDS) - {"watchlist"}
    why_not: ClassVar[str] = "an entry of the list has no shape"
    placed: ClassVar[bool] = True

    def write(self, content: Content, path: Path) -> None:
        """Write the parts and pack them; raises ExportError for more than MOST rows."""
        with TemporaryDirectory(prefix=".vedetta-", dir=path.parent) as folder:
            shapes = Path(folder) / f"{content.kind}.shp"
            if content.kind == "zones":
                zones_as.write(content.zones, shapes)
            else:
                write_layer(content.kind, _rows(content.kind, content.batches), shapes,
                            "ESRI Shapefile")  # fmt: skip
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for part in sorted(Path(folder).iterdir()):
                    archive.write(part, part.name)


def _rows(kind: Kind, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    held = 0
    for batch in batches:
        held += len(batch)
        if held > MOST:
            raise ExportError(f"a Shapefile holds at most {MOST:,} rows; choose gpkg or parquet")
        rows = placed(kind, batch)
        columns = {
            _SHORT.get(name, name): column if name == "geometry" else _cell(column)
            for name, column in zip(rows.schema.names, rows.columns, strict=True)
        }
        yield pa.RecordBatch.from_pydict(columns)


def _cell(column: pa.Array) -> pa.Array:
    kind = column.type
    if pa.types.is_boolean(kind):
        return column.cast(pa.int16())
    text = pa.types.is_dictionary(kind) or pa.types.is_string(kind)
    return said(column, _short) if text or pa.types.is_timestamp(kind) else column


def _short(text: str) -> str:
    return text.encode()[:_TEXT_BYTES].decode("utf-8", "ignore")
