"""OGC Moving Features JSON (OGC 19-045r3, Prism): a MovingPoint for each track.

Speed in knots (KNT) and course in degrees (DD) are temporal properties; a value that is not
available has no time there.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np
import pyarrow as pa

from maps.export import Content, Kind
from maps.rowtext import Piece, as_json, joined, members, per_list, said, stamped, whole
from maps.shapes import LISTS

_HEAD = (
    '{"type": "FeatureCollection", "crs": {"type": "Name", "properties": {"name": '
    '"urn:ogc:def:crs:OGC:1.3:CRS84"}}, "trs": {"type": "Name", "properties": {"name": '
    '"urn:ogc:data:time:iso8601"}}, "label": %s, "features": [\n'
)
_FORMS = {
    "sog_kn": '"sog_kn": {"type": "Measure", "form": "KNT", "values": [',
    "cog_deg": '"cog_deg": {"type": "Measure", "form": "DD", "values": [',
}


class MfJson:
    """Movement for programs that reckon with it."""

    word: ClassVar[str] = "Moving Features JSON"
    ending: ClassVar[str] = "mfjson"
    media: ClassVar[str] = "application/json"
    kinds: ClassVar[frozenset[Kind]] = frozenset({"tracks"})
    why_not: ClassVar[str] = "Moving Features tells how something moved: ask for tracks"
    placed: ClassVar[bool] = True

    def write(self, content: Content, path: Path) -> None:
        """Write a FeatureCollection, a feature a line."""
        with path.open("wb") as out:
            out.write((_HEAD % as_json(content.title)).encode())
            before = b""
            for batch in content.batches:
                out.write(before)
                out.write(whole(_features(batch), ",\n"))
                before = b",\n"
            out.write(b"\n]}\n")


def _features(batch: pa.RecordBatch) -> pa.Array:
    lon, lat, time = (batch.column(name) for name in ("lon_deg", "lat_deg", "time"))
    pairs = joined("[", said(lon.flatten(), as_json), ", ", said(lat.flatten(), as_json), "]")
    names = [one for one in batch.schema.names if one not in LISTS]
    return joined(
        '{"type": "Feature", "temporalGeometry": {"type": "MovingPoint", "datetimes": [',
        _times(time.offsets, time.flatten()), '], "coordinates": [', per_list(lon, pairs, ", "),
        '], "interpolation": "Linear"}, "temporalProperties": [',
        *_measured(batch, "sog_kn"), ", ", *_measured(batch, "cog_deg"), '], "properties": {',
        *members(batch, names), "}}", null="null",
    )  # fmt: skip


def _measured(batch: pa.RecordBatch, name: str) -> list[Piece]:
    """Return the pieces of one temporal property: values that are there, with their times."""
    column = batch.column(name)
    values, times = column.flatten(), batch.column("time").flatten()
    there = values.is_valid()
    counted = np.concatenate(([0], np.cumsum(there.to_numpy(zero_copy_only=False))))
    offsets = pa.array(counted[column.offsets.to_numpy()].astype(np.int32))
    kept = said(values.filter(there), as_json)
    return [
        '{"datetimes": [', _times(offsets, times.filter(there)), "], ", _FORMS[name],
        per_list(pa.ListArray.from_arrays(offsets, kept), kept, ", "),
        '], "interpolation": "Discrete"}}',
    ]  # fmt: skip


def _times(offsets: pa.Array, times: pa.Array) -> pa.Array:
    texts = joined('"', stamped(times), '"')
    return per_list(pa.ListArray.from_arrays(offsets, texts), texts, ", ")
