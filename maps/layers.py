"""Batches into a file of GDAL, one after the other: what is held is one batch."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pyarrow as pa

from geofence.files.features import WGS84
from maps.errors import ExportError
from maps.export import GEOMETRY, Kind
from maps.shapes import decoded


def write_layer(kind: Kind, rows: Iterator[pa.RecordBatch], path: Path, driver: str) -> None:
    """Write ``rows`` with their column ``geometry``, where the kind has one, as a layer.

    Raises ExportError where GDAL cannot.
    """
    # It brings pandas along: only who needs it waits for that.
    import pyogrio  # type: ignore[import-untyped]  # carries no types

    plain = (decoded(batch) for batch in rows)
    first = next(plain, None)
    if first is None:
        raise ExportError(f"{path.name}: no rows to write; expected at least one")
    reader = pa.RecordBatchReader.from_batches(first.schema, chain([first], plain))
    shape = GEOMETRY[kind]
    try:
        pyogrio.write_arrow(
            reader, path, layer=kind, driver=driver, encoding="UTF-8",
            geometry_name="geometry" if shape else None, geometry_type=shape or None,
            crs=WGS84 if shape else None,
        )  # fmt: skip
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError,
            pyogrio.errors.FieldError, pyogrio.errors.FeatureError) as error:  # fmt: skip
        reason = " ".join(str(error).split())[:200]
        raise ExportError(f"{path.name}: cannot be written ({reason})") from error
