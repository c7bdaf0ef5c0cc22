"""Zones and entries of the list as rows of text: for the formats that know tables only."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import shapely

from geofence.files.attributes import columns
from geofence.zones import Zone
from watchlist.entries import WatchlistEntry
from watchlist.formats.cells import cells_of
from watchlist.formats.columns import CSV_COLUMNS, MORE_COLUMNS


def zone_rows(zones: Sequence[Zone]) -> pa.RecordBatch:
    """Return zones with all their attributes and their shape, always of several parts."""
    rows = [columns(one) for one in zones]
    shapes = [shapely.MultiPolygon(shapely.get_parts(one.geometry).tolist()) for one in zones]
    given = {name: [row[name] for row in rows] for name in columns(zones[0])} if rows else {}
    return pa.RecordBatch.from_pydict(
        {**given, "geometry": pa.array(shapely.to_wkb(shapes), pa.binary())}
    )


def entry_rows(entries: Sequence[WatchlistEntry]) -> pa.RecordBatch:
    """Return entries as texts, several values with ``|`` between them; persons never leave."""
    names = ("id", *CSV_COLUMNS, *(one for one in MORE_COLUMNS if one != "id"))
    cells = zip(*(cells_of(one, names) for one in entries), strict=True)
    return pa.RecordBatch.from_pydict(dict(zip(names, map(list, cells), strict=True)))
