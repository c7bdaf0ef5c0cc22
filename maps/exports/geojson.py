"""GeoJSON (RFC 7946): a feature a line; of a track ``times`` has a time for each of its points."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from geofence.files import geojson as zones_as
from maps.export import GEOMETRY, KINDS, Content, Kind
from maps.rowtext import as_json, joined, members, per_list, said, stamped, whole
from maps.shapes import LISTS


class GeoJson:
    """Features with a shape or none."""

    word: ClassVar[str] = "GeoJSON"
    ending: ClassVar[str] = "geojson"
    media: ClassVar[str] = "application/geo+json"
    kinds: ClassVar[frozenset[Kind]] = frozenset(KINDS) - {"watchlist"}
    why_not: ClassVar[str] = "an entry of the list has no place"
    placed: ClassVar[bool] = False

    def write(self, content: Content, path: Path) -> None:
        """Write a FeatureCollection."""
        if content.kind == "zones":
            zones_as.write(content.zones, path)
            return
        with path.open("wb") as out:
            out.write(f'{{"type": "FeatureCollection", "name": {as_json(content.title)}, '
                      '"features": ['.encode())  # fmt: skip
            before = b"\n"
            for batch in content.batches:
                out.write(before)
                out.write(whole(_features(content.kind, batch), ",\n"))
                before = b",\n"
            out.write(b"\n]}\n")


def _features(kind: Kind, batch: pa.RecordBatch) -> pa.Array:
    line = GEOMETRY[kind] == "LineString"
    names = [one for one in batch.schema.names if not (line and one in LISTS)]
    shape = _line(batch) if line else _point(batch)
    times = [', "times": [', _times(batch), "]"] if line else []
    return joined('{"type": "Feature", "geometry": ', shape, ', "properties": {',
                  *members(batch, names), *times, "}}", null="null")  # fmt: skip


def _point(batch: pa.RecordBatch) -> pa.Array:
    lon, lat = (said(batch.column(name), as_json) for name in ("lon_deg", "lat_deg"))
    shapes = joined('{"type": "Point", "coordinates": [', lon, ", ", lat, "]}")
    return pc.if_else(lon.is_valid(), shapes, pa.scalar(None, pa.string()))


def _line(batch: pa.RecordBatch) -> pa.Array:
    lon, lat = batch.column("lon_deg"), batch.column("lat_deg")
    pairs = joined("[", said(lon.flatten(), as_json), ", ", said(lat.flatten(), as_json), "]")
    points = per_list(lon, pairs, ", ")
    return joined('{"type": "LineString", "coordinates": [', points, "]}")


def _times(batch: pa.RecordBatch) -> pa.Array:
    times = batch.column("time")
    return per_list(times, joined('"', stamped(times.flatten()), '"'), ", ")
