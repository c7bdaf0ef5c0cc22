"""What the live map and the vessel pages read: the newest rows, one vessel, its track, health."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from store.copying import EPOCH_US
from store.queries import query
from store.thinning import Thinning, levelled

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import psycopg
    from numpy.typing import NDArray

# Bytes before the values of a binary array of one dimension: five integers that describe it.
_ARRAY_HEAD = 20
_LATEST = (
    ("segment", ">i4"),
    ("mmsi", ">i4"),
    ("time", ">i8"),
    ("received", ">i8"),
    ("lon_deg", ">f8"),
    ("lat_deg", ">f8"),
    ("sog_kn", ">f4"),
    ("cog_deg", ">f4"),
    ("heading_deg", ">f4"),
    ("nav_status", ">i2"),
    ("message", ">i2"),
    ("feed", ">i4"),
    ("reports", ">i8"),
)
LATEST = np.dtype(
    [
        (name, "M8[us]" if name in {"time", "received"} else kind.replace(">", "="))
        for name, kind in _LATEST
    ]
)
"""Columns of ``latest_rows``; not available is NaN in floats, 255 in nav_status."""


def latest_rows(
    connection: psycopg.Connection, run_id: int = 0, since: datetime | None = None
) -> NDArray[Any]:
    """Return the newest position of every segment, one row each, as an array of dtype LATEST.

    With ``since`` only segments whose position was received after it. The answer is one array
    per column in PostgreSQL's binary form, each read by one cast.
    """
    asked = {"run_id": run_id, "since": since}
    # An object per value would cost 260,000 of them for 20,000 rows.
    answer = connection.execute(query("latest_rows"), asked, binary=True).pgresult
    arrays = [answer.get_value(0, i) if answer else None for i in range(len(_LATEST))]
    if arrays[0] is None:
        return np.empty(0, LATEST)
    columns = {
        name: np.frombuffer(array or b"", [("size", ">i4"), ("value", kind)], offset=_ARRAY_HEAD)
        for (name, kind), array in zip(_LATEST, arrays, strict=True)
    }
    result = np.empty(len(columns["mmsi"]), LATEST)
    for name, column in columns.items():
        is_time = LATEST[name].kind == "M"
        values = column["value"]
        result[name] = values.astype(np.int64) + EPOCH_US if is_time else values
    return result


def vessel(connection: psycopg.Connection, mmsi: int, run_id: int = 0) -> dict[str, Any] | None:
    """Return what is known of ``mmsi``: its identity, and its newest position per segment.

    Keys ``mmsi``, ``identity`` (columns of table vessel, None before the first static report) and
    ``positions`` (columns of table latest with the feed's name, newest first). None: never seen.
    """
    run = {"run_id": run_id, "mmsi": mmsi}
    with connection.cursor(row_factory=dict_row) as cursor:
        identity = cursor.execute(query("vessel_identity"), run).fetchone()
        positions = cursor.execute(query("vessel_positions"), run).fetchall()
    if identity is None and not positions:
        return None
    return {"mmsi": mmsi, "identity": identity, "positions": positions}


TRACK = np.dtype(
    [
        ("time", "M8[us]"),
        ("lon_deg", "f8"),
        ("lat_deg", "f8"),
        ("sog_kn", "f4"),
        ("cog_deg", "f4"),
        ("segment", "i4"),
    ]
)
"""Columns of ``track``; segment -1 is none, NaN is not available."""


_STORED = np.dtype([*TRACK.descr, ("nav_status", "i2"), ("mmsi", "i8")])
_USUAL = Thinning()


def track(
    connection: psycopg.Connection, mmsi: int, start: datetime, end: datetime,
    limit: int = 20_000, thinning: Thinning = _USUAL,
) -> NDArray[Any]:  # fmt: skip
    """Return the positions of ``mmsi`` from ``start`` to ``end`` (excluded), oldest first.

    At most the newest ``limit`` of them, levelled by what positions are stored by: how dense a
    track is, or how far back it goes, must tell nobody who is listed.
    """
    asked = {"mmsi": mmsi, "start": start, "end": end}
    stored = np.array(connection.execute(query("track"), asked).fetchall(), _STORED)
    rows = levelled(stored, thinning)[-limit:]
    found = np.empty(len(rows), TRACK)
    for name in TRACK.names or ():
        found[name] = rows[name]
    return found


def put_health(
    connection: psycopg.Connection, part: str, state: Mapping[str, Any], at: datetime
) -> None:
    """Keep ``state`` of ``part`` ("ingest", "web", "jobs") as of ``at``, in place of the last."""
    connection.execute(query("put_health"), {"part": part, "state": Jsonb(state), "at": at})


def get_health(connection: psycopg.Connection) -> dict[str, dict[str, Any]]:
    """Return the last ``{"state", "at"}`` of each part."""
    rows = connection.execute("SELECT part, state, at FROM health ORDER BY part").fetchall()
    return {part: {"state": state, "at": at} for part, state, at in rows}
