"""What was: positions of a box and a span, and the identities of those who were there."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, Any

import numpy as np

from store.copying import EPOCH_US
from store.fleet import IDENTITY
from store.queries import query

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    import psycopg
    from numpy.typing import NDArray

_FIELDS = (
    ("segment", ">i4"),
    ("mmsi", ">i4"),
    ("time", ">i8"),
    ("lon_deg", ">f8"),
    ("lat_deg", ">f8"),
    ("sog_kn", ">f4"),
    ("cog_deg", ">f4"),
    ("heading_deg", ">f4"),
    ("nav_status", ">i2"),
    ("message", ">i2"),
)
# Bytes before the values of a binary array of one dimension: five integers that describe it.
_ARRAY_HEAD = 20
_SEGMENT_BYTES = 8
_NATIVE = {"segment": "u4", "mmsi": "u4", "nav_status": "u1", "message": "u1"}
PAST = np.dtype([(name, _NATIVE.get(name, kind.replace(">", "="))) for name, kind in _FIELDS])
"""Columns of ``positions``: time in µs since 1970 UTC; NaN and 255 are not available."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the sea, degrees, border included; west of east."""

    west: float
    south: float
    east: float
    north: float

    @property
    def area(self) -> float:
        """Square degrees."""
        return (self.east - self.west) * (self.north - self.south)

    def cells(self) -> list[int]:
        """Return the 1-degree cells that it touches, as column ``cell`` numbers them."""
        lons = range(floor(self.west), floor(self.east) + 1)
        lats = range(floor(self.south), floor(self.north) + 1)
        return [(lat + 90) * 360 + lon + 180 for lat in lats for lon in lons]


def positions(
    connection: psycopg.Connection, box: Box, start: datetime, end: datetime, limit: int
) -> NDArray[np.void]:
    """Return at most ``limit`` live positions in ``box`` from ``start`` until before ``end``.

    An array of dtype PAST in no order; as many rows as ``limit`` means that there may be more.
    """
    return _rows(connection, query("past_positions"), box, start, end, limit)


def heard(
    connection: psycopg.Connection, box: Box, start: datetime, end: datetime, limit: int
) -> NDArray[np.void]:
    """Return the newest position of each track segment there, as ``positions`` does."""
    return _rows(connection, query("past_heard"), box, start, end, limit)


def stored(connection: psycopg.Connection) -> tuple[datetime | None, datetime | None]:
    """Return since which day live positions are stored and until when; None where none are."""
    row = connection.execute(query("past_span")).fetchone()
    return (row[0], row[1]) if row else (None, None)


def known(connection: psycopg.Connection, mmsis: Collection[int]) -> NDArray[np.void]:
    """Return what is known now of those of ``mmsis`` who said who they are: IDENTITY (n,)."""
    rows = connection.execute(query("past_identities"), {"mmsis": list(mmsis)}, binary=True)
    return np.array(rows.fetchall(), IDENTITY)


def _rows(
    connection: psycopg.Connection,
    asked: bytes,
    box: Box,
    start: datetime,
    end: datetime,
    limit: int,
) -> NDArray[np.void]:
    span: dict[str, Any] = {"cells": box.cells(), "start": start, "end": end, "limit": limit}
    span |= {"west": box.west, "south": box.south, "east": box.east, "north": box.north}
    return columns_of(connection, asked, span, _FIELDS, PAST)


def columns_of(
    connection: psycopg.Connection,
    asked: bytes,
    given: dict[str, Any],
    fields: Sequence[tuple[str, str]],
    dtype: np.dtype[np.void],
) -> NDArray[np.void]:
    """Return what a statement answers as one array per column, ``dtype`` (n,).

    ``fields`` in its order as (name, big-endian type); the first one has four bytes, and time is
    in µs since 1970.
    """
    answer = connection.execute(asked, given, binary=True).pgresult
    arrays = [answer.get_value(0, i) if answer else None for i in range(len(fields))]
    size = 0 if arrays[0] is None else (len(arrays[0]) - _ARRAY_HEAD) // _SEGMENT_BYTES
    rows = np.empty(size, dtype)
    for (name, kind), array in zip(fields, arrays, strict=True):
        sent = np.frombuffer(array or bytes(_ARRAY_HEAD), _valued(kind), offset=_ARRAY_HEAD)
        rows[name] = sent["value"] + EPOCH_US if name == "time" else sent["value"]
    return rows


def _valued(kind: str) -> np.dtype[np.void]:
    """Return how a value stands in an array: its length before it."""
    return np.dtype([("size", ">i4"), ("value", kind)])
