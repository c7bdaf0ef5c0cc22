"""What leaves as a file, and what a format has to be; formats stand in ``exports/``.

::

    columns ──batches──▶ Content ──▶ Export.write ──▶ file ──▶ hash, sidecar (service/exporting)

Content is given as Arrow batches of one schema per kind, so that nothing is an object per row and
memory does not grow with the rows. Zones and the list are few and come as they are too, for the
formats in which they are exchanged already.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal, Protocol, TypeAlias, get_args

import pyarrow as pa

from alerts.alert import Notice
from geofence.zones import Zone
from watchlist.entries import WatchlistEntry

Kind: TypeAlias = Literal["tracks", "positions", "events", "alerts", "watchlist", "zones"]
KINDS: tuple[Kind, ...] = get_args(Kind)
GEOMETRY: dict[Kind, str] = {
    "tracks": "LineString", "positions": "Point", "events": "Point", "alerts": "Point",
    "watchlist": "", "zones": "MultiPolygon",
}  # fmt: skip
"""What a row is on a map; "" = nothing."""
WORDS: dict[Kind, str] = {
    "tracks": "tracks", "positions": "positions", "events": "events", "alerts": "alerts",
    "watchlist": "entries of the list", "zones": "zones",
}  # fmt: skip
"""What rows are called in a sentence."""

_TIME = pa.timestamp("ms", tz="UTC")
_NAME = pa.dictionary(pa.int32(), pa.string())
_CODED = [
    ("handling", pa.string()), ("handling_comment", pa.string()), ("tlp", pa.string()),
    ("contributors", pa.string()),
]  # fmt: skip
_PLACE = [("lon_deg", pa.float64()), ("lat_deg", pa.float64())]
_LIVED = [("started_at", _TIME), ("updated_at", _TIME), ("ended_at", _TIME)]

SCHEMAS: dict[Kind, pa.Schema] = {
    "positions": pa.schema([
        ("mmsi", pa.int32()), ("name", _NAME), ("time", _TIME), *_PLACE,
        ("sog_kn", pa.float32()), ("cog_deg", pa.float32()), ("heading_deg", pa.float32()),
        ("nav_status", pa.int16()), ("message", pa.int16()), ("feed", _NAME),
        ("received", _TIME), ("segment", pa.int32()),
    ]),
    "tracks": pa.schema([
        ("mmsi", pa.int32()), ("name", _NAME), ("segment", pa.int32()), ("imo", pa.int32()),
        ("call_sign", _NAME), ("flag", _NAME), ("ship_type", pa.int16()),
        ("started_at", _TIME), ("ended_at", _TIME), ("points", pa.int32()),
        ("time", pa.list_(_TIME)), ("lon_deg", pa.list_(pa.float64())),
        ("lat_deg", pa.list_(pa.float64())), ("sog_kn", pa.list_(pa.float32())),
        ("cog_deg", pa.list_(pa.float32())),
    ]),
    "events": pa.schema([
        ("id", pa.string()), ("kind", pa.string()), ("version", pa.int32()),
        ("state", pa.string()), ("reason", pa.string()), ("lane", pa.string()),
        ("severity", pa.string()), ("confidence", pa.float64()), ("mmsi", pa.int32()),
        ("other_mmsi", pa.int32()), ("mmsis", pa.string()), ("zone", pa.string()), *_LIVED,
        *_PLACE, ("evidence", pa.string()), *_CODED,
    ]),
    "alerts": pa.schema([
        ("id", pa.string()), ("version", pa.int32()), ("state", pa.string()),
        ("lane", pa.string()), ("severity", pa.string()), ("kind", pa.string()),
        ("headline", pa.string()), ("score", pa.float64()), ("mmsis", pa.string()),
        ("vessels", pa.string()), ("zones", pa.string()), ("place", pa.string()), *_LIVED,
        *_PLACE, ("verdict", pa.string()), ("reason", pa.string()), ("exercise", pa.bool_()),
        *_CODED,
    ]),
}  # fmt: skip
"""Columns of each kind that is streamed: degrees, knots, UTC; null = not available.

Of tracks a row is a line: its lists are of equal length, a value for each of its points.
"""


@dataclass(frozen=True, slots=True)
class Content:
    """What is written: rows of ``schema``; ``title`` says in a few words what they are.

    zones, entries, notices  the same as they are, of these kinds only
    """

    kind: Kind
    title: str
    schema: pa.Schema
    batches: Iterable[pa.RecordBatch]
    zones: tuple[Zone, ...] = ()
    entries: tuple[WatchlistEntry, ...] = ()
    notices: Iterable[Notice] = ()


class Export(Protocol):
    """One format.

    word      what people call it, with its use where the name does not tell
    ending    of the file, without a dot · media  its media type
    kinds     what it can hold · why_not  a sentence for the others
    placed    rows without a place cannot stand in it
    """

    word: ClassVar[str]
    ending: ClassVar[str]
    media: ClassVar[str]
    kinds: ClassVar[frozenset[Kind]]
    why_not: ClassVar[str]
    placed: ClassVar[bool]

    def write(self, content: Content, path: Path) -> None:
        """Write all of ``content`` to the new file ``path``; raises MapsError where it cannot."""
