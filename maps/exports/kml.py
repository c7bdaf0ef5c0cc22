"""KML 2.2 (OGC 07-147r2): placemarks with a time, everything known as untyped extended data.

There is no description: programs show that as a page, and texts of others are no pages.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pyarrow as pa

from geofence.files import kml as zones_as
from maps.export import KINDS, Content, Kind
from maps.rowtext import Piece, as_xml, joined, per_list, said, stamped, whole
from maps.shapes import LISTS

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">'
    "<Document><name>{}</name>\n"
)


class Kml:
    """What globes show."""

    word: ClassVar[str] = "KML, for globes"
    ending: ClassVar[str] = "kml"
    media: ClassVar[str] = "application/vnd.google-earth.kml+xml"
    kinds: ClassVar[frozenset[Kind]] = frozenset(KINDS) - {"watchlist"}
    why_not: ClassVar[str] = "an entry of the list has no place"
    placed: ClassVar[bool] = True

    def write(self, content: Content, path: Path) -> None:
        """Write a placemark a line."""
        if content.kind == "zones":
            zones_as.write(content.zones, path)
            return
        with path.open("wb") as out:
            out.write(_HEAD.format(as_xml(content.title)).encode())
            for batch in content.batches:
                out.write(whole(_placemarks(content.kind, batch), "\n"))
                out.write(b"\n")
            out.write(b"</Document></kml>\n")


def _placemarks(kind: Kind, batch: pa.RecordBatch) -> pa.Array:
    line = kind == "tracks"
    names = [one for one in batch.schema.names if not (line and one in LISTS)]
    return joined("<Placemark><name>", *_called(batch), "</name>", *_when(kind, batch),
                  "<ExtendedData>", *_data(batch, names), "</ExtendedData>",
                  *(_line(batch) if line else _point(batch)), "</Placemark>")  # fmt: skip


def _called(batch: pa.RecordBatch) -> list[Piece]:
    if "id" in batch.schema.names:
        return [said(batch.column("id"), as_xml)]
    return [said(batch.column("mmsi"), as_xml), " ", said(batch.column("name"), as_xml)]


def _when(kind: Kind, batch: pa.RecordBatch) -> list[Piece]:
    if kind == "tracks":
        begin, end = (stamped(batch.column(one)) for one in ("started_at", "ended_at"))
        return ["<TimeSpan><begin>", begin, "</begin><end>", end, "</end></TimeSpan>"]
    time = batch.column("time" if kind == "positions" else "started_at")
    return ["<TimeStamp><when>", stamped(time), "</when></TimeStamp>"]


def _data(batch: pa.RecordBatch, names: list[str]) -> list[Piece]:
    pieces: list[Piece] = []
    for name in names:
        column = said(batch.column(name), as_xml)
        pieces += [f'<Data name="{name}"><value>', column, "</value></Data>"]
    return pieces


def _point(batch: pa.RecordBatch) -> list[Piece]:
    lon, lat = (said(batch.column(name), as_xml) for name in ("lon_deg", "lat_deg"))
    return ["<Point><coordinates>", lon, ",", lat, "</coordinates></Point>"]


def _line(batch: pa.RecordBatch) -> list[Piece]:
    lon, lat = batch.column("lon_deg"), batch.column("lat_deg")
    pairs = joined(said(lon.flatten(), as_xml), ",", said(lat.flatten(), as_xml))
    points = per_list(lon, pairs, " ")
    return ["<LineString><coordinates>", points, "</coordinates></LineString>"]
