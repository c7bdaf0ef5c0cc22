"""GeoParquet 1.1: columns with their types, shapes as well-known binary in OGC:CRS84."""

from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar

import pyarrow as pa
import pyarrow.parquet as pq

from maps.export import GEOMETRY, KINDS, Content, Kind
from maps.shapes import decoded, wkb


class GeoParquet:
    """A file for programs; of the list a plain Parquet, which has no place."""

    word: ClassVar[str] = "GeoParquet, for programs"
    ending: ClassVar[str] = "parquet"
    media: ClassVar[str] = "application/vnd.apache.parquet"
    kinds: ClassVar[frozenset[Kind]] = frozenset(KINDS)
    why_not: ClassVar[str] = ""
    placed: ClassVar[bool] = False

    def write(self, content: Content, path: Path) -> None:
        """Write a row group for each batch; of nothing the columns, with their types."""
        writer: pq.ParquetWriter | None = None
        try:
            for batch in content.batches:
                rows = shaped(content.kind, decoded(batch))
                if writer is None:
                    writer = pq.ParquetWriter(path, rows.schema, compression="zstd")
                writer.write_batch(rows)
        finally:
            if writer:
                writer.close()
        if writer is None:
            nothing = pa.RecordBatch.from_pylist([], schema=content.schema)
            pq.write_table(pa.Table.from_batches([shaped(content.kind, decoded(nothing))]), path)


def shaped(kind: Kind, batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return ``batch`` with its shapes and with what GeoParquet says of them.

    A track keeps its times, speeds and courses as lists, in the order of its points.
    """
    shape = GEOMETRY[kind]
    if not shape:
        return batch
    if "geometry" not in batch.schema.names:
        shapes = wkb(kind, batch)
        if shape == "LineString":
            batch = batch.drop_columns(["lon_deg", "lat_deg"])
        batch = batch.append_column("geometry", shapes)
    column = {"encoding": "WKB", "geometry_types": [shape]}
    said = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    return batch.replace_schema_metadata({"geo": json.dumps(said)})
