"""GPX 1.1: tracks with the time of each point, and everything else as waypoints.

It knows neither speed nor course; choose another format for those.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pyarrow as pa

from maps.export import Content, Kind
from maps.rowtext import Piece, as_xml, joined, per_list, said, stamped, whole

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<gpx xmlns="http://www.topografix.com/GPX/1/1" '
    'version="1.1" creator="Vedetta">\n<metadata><name>{}</name></metadata>\n'
)


class Gpx:
    """What plotters and hand-held receivers read."""

    word: ClassVar[str] = "GPX, for plotters"
    ending: ClassVar[str] = "gpx"
    media: ClassVar[str] = "application/gpx+xml"
    kinds: ClassVar[frozenset[Kind]] = frozenset({"tracks", "positions", "events", "alerts"})
    why_not: ClassVar[str] = "GPX holds points and tracks, no areas and no tables"
    placed: ClassVar[bool] = True

    def write(self, content: Content, path: Path) -> None:
        """Write tracks or waypoints, in the order that the schema wants."""
        with path.open("wb") as out:
            out.write(_HEAD.format(as_xml(content.title)).encode())
            for batch in content.batches:
                rows = _tracks(batch) if content.kind == "tracks" else _waypoints(batch)
                out.write(whole(rows, "\n"))
                out.write(b"\n")
            out.write(b"</gpx>\n")


def _tracks(batch: pa.RecordBatch) -> pa.Array:
    lon, lat, time = (batch.column(name) for name in ("lon_deg", "lat_deg", "time"))
    points = joined('<trkpt lat="', said(lat.flatten(), as_xml), '" lon="',
                    said(lon.flatten(), as_xml), '"><time>', stamped(time.flatten()),
                    "</time></trkpt>")  # fmt: skip
    return joined("<trk><name>", *_called(batch), "</name><trkseg>", per_list(time, points, ""),
                  "</trkseg></trk>")  # fmt: skip


def _waypoints(batch: pa.RecordBatch) -> pa.Array:
    fixes = "mmsi" in batch.schema.names and "time" in batch.schema.names
    time = batch.column("time" if fixes else "started_at")
    named = _called(batch) if fixes else [said(batch.column("id"), as_xml)]
    about = "headline" if "headline" in batch.schema.names else "kind"
    described: list[Piece] = [] if fixes else ["<desc>", said(batch.column(about), as_xml),
                                               "</desc>"]  # fmt: skip
    return joined(
        '<wpt lat="', said(batch.column("lat_deg"), as_xml), '" lon="',
        said(batch.column("lon_deg"), as_xml), '"><time>', stamped(time), "</time><name>",
        *named, "</name>", *described, "</wpt>",
    )  # fmt: skip


def _called(batch: pa.RecordBatch) -> list[Piece]:
    return [said(batch.column("mmsi"), as_xml), " ", said(batch.column("name"), as_xml)]
