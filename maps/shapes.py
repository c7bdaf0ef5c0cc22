"""Rows as shapes: well-known binary (OGC 06-103r4) made column by column."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from maps.export import GEOMETRY, Kind

_POINT = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])
LISTS = ("time", "lon_deg", "lat_deg", "sog_kn", "cog_deg")
"""Columns of a track that have a value for each of its points."""


def wkb(kind: Kind, batch: pa.RecordBatch) -> pa.Array:
    """Return the shape of each row, null where it has no place."""
    if GEOMETRY[kind] == "Point":
        return _points(batch)
    if GEOMETRY[kind] == "LineString":
        return pa.array(shapely.to_wkb(lines(batch)), pa.binary())
    return batch.column("geometry")


def wkt(kind: Kind, batch: pa.RecordBatch) -> pa.Array:
    """Return the shape of each row as text, degrees with six decimals."""
    shapes = shapely.from_wkb(wkb(kind, batch).to_numpy(zero_copy_only=False))
    return pa.array(shapely.to_wkt(shapes, rounding_precision=6), pa.string())


def lines(batch: pa.RecordBatch) -> Any:  # noqa: ANN401 (array of geometries)
    """Return the tracks of a batch as an array of lines."""
    lon, lat = batch.column("lon_deg"), batch.column("lat_deg")
    if not len(batch):
        return np.zeros(0, object)
    sizes = np.diff(lon.offsets.to_numpy())
    of = np.repeat(np.arange(len(sizes)), sizes)
    return shapely.linestrings(lon.flatten().to_numpy(), lat.flatten().to_numpy(), indices=of)


def _points(batch: pa.RecordBatch) -> pa.Array:
    lon = batch.column("lon_deg").to_numpy(zero_copy_only=False).astype(float)
    lat = batch.column("lat_deg").to_numpy(zero_copy_only=False).astype(float)
    placed = np.isfinite(lon) & np.isfinite(lat)
    points = np.empty(int(placed.sum()), _POINT)
    points["order"], points["kind"] = 1, 1
    points["x"], points["y"] = lon[placed], lat[placed]
    ends = np.concatenate(([0], np.cumsum(placed))).astype(np.int32) * _POINT.itemsize
    valid = None if placed.all() else pa.array(np.packbits(placed, bitorder="little")).buffers()[1]
    buffers = [valid, pa.py_buffer(ends.astype(np.int32)), pa.py_buffer(points)]
    return pa.Array.from_buffers(pa.binary(), len(lon), buffers)


def placed(kind: Kind, batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return ``batch`` as a table with shapes: a column ``geometry`` instead of places and lists.

    A point keeps its longitude and latitude; where a row is nothing on a map there is no column.
    """
    if not GEOMETRY[kind] or "geometry" in batch.schema.names:
        return batch
    flat = without_lists(kind, batch)
    return flat.append_column("geometry", wkb(kind, batch))


def without_lists(kind: Kind, batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return ``batch`` without what has a value for each point of a track."""
    return batch.drop_columns(list(LISTS)) if kind == "tracks" else batch


def decoded(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return ``batch`` with texts in place of coded texts: neither GDAL nor pandas want those."""
    for place, field in enumerate(batch.schema):
        if pa.types.is_dictionary(field.type):
            texts = batch.column(place).dictionary_decode()
            batch = batch.set_column(place, field.name, texts)
    return batch
