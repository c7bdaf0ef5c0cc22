"""What leaves, read without holding it: positions as columns, events a few at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg

from alerts.events import Event
from alerts.notices import alert_of
from store.history import Box
from store.queries import query
from store.streaming import Rows

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from alerts.alert import Alert

_ROWS = Rows(
    [("mmsi", ">i4"), ("time", ">M8[us]"), ("received", ">M8[us]"), ("lon_deg", ">f8"),
     ("lat_deg", ">f8"), ("sog_kn", ">f4"), ("cog_deg", ">f4"), ("heading_deg", ">f4"),
     ("nav_status", ">i2"), ("message", ">i2"), ("feed", ">i4"), ("segment", ">i4")]
)  # fmt: skip
LEAVING = _ROWS.dtype
"""Columns of ``positions``: NaN, nav_status 255 and segment -1 are not available."""
BLOCK = 32_768
"""Rows in a block: as many again as text take 60 MB."""
_FEW = 1_000
# Sorting what a sea did in an hour within memory is twice as fast as on disk.
_SORTING = "SET LOCAL work_mem = '96MB'"
# A day is a table: ten years in one statement take thousands of locks and seconds to plan.
_PART = timedelta(days=366)
_MOST_PARTS = 200


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows leave; None = not narrowed by this.

    start, end  from (included) and until (excluded), UTC · ids  of events or alerts
    """

    start: datetime | None = None
    end: datetime | None = None
    mmsis: tuple[int, ...] | None = None
    box: Box | None = None
    ids: tuple[str, ...] | None = None

    def asked(self) -> dict[str, Any]:
        """Return it as parameters of the statements."""
        box = self.box
        return {
            "start": self.start, "end": self.end, "cells": box.cells() if box else None,
            "mmsis": None if self.mmsis is None else list(self.mmsis),
            "ids": None if self.ids is None else list(self.ids),
            **(box._asdict() if box else dict.fromkeys(Box._fields)),
        }  # fmt: skip


def count(connection: psycopg.Connection, wanted: Selection, most: int) -> int:
    """Return how many live positions ``wanted`` has, at most ``most``.

    Ends the transaction, as ``positions`` does.
    """
    found = 0
    for part in _parts(wanted):
        with psycopg.ClientCursor(connection) as cursor:
            asked = {**part.asked(), "limit": most - found}
            row = cursor.execute(query("export_count"), asked).fetchone()
        connection.commit()
        found += int(row[0]) if row else 0
        if found >= most:
            break
    return found


def positions(connection: psycopg.Connection, wanted: Selection) -> Iterator[NDArray[Any]]:
    """Yield live positions in blocks, arrays of dtype LEAVING, sorted by mmsi and time.

    Nothing else may be asked on ``connection`` until the last block is taken. The transaction
    ends with each part of a long span, and its locks with it.
    """
    held: list[NDArray[Any]] = []
    for part in _parts(wanted):
        connection.execute(_SORTING)
        asked = query("export_positions"), part.asked()
        for rows in _ROWS.stream(connection, *asked, block=BLOCK):
            held.append(rows)
            # Small parts are joined: a block is where a track would be cut.
            if sum(map(len, held)) >= BLOCK:
                yield _joined(held)
                held = []
        connection.commit()
    if held:
        yield _joined(held)


def _joined(blocks: list[NDArray[Any]]) -> NDArray[Any]:
    return blocks[0] if len(blocks) == 1 else np.concatenate(blocks)


def _parts(wanted: Selection) -> list[Selection]:
    """Return ``wanted`` as questions that are quick one by one, in the order of the rows."""
    start, end, mmsis = wanted.start, wanted.end, wanted.mmsis
    if start is None or end is None or mmsis is None or end - start <= _PART:
        return [wanted]
    spans = -(-(end - start) // _PART)
    if spans * len(mmsis) > _MOST_PARTS:
        return [wanted]
    begins = [start + _PART * number for number in range(spans)]
    return [
        replace(wanted, mmsis=(mmsi,), start=begin, end=min(begin + _PART, end))
        for mmsi in sorted(mmsis)
        for begin in begins
    ]


def events(connection: psycopg.Connection, wanted: Selection) -> Iterator[list[Event]]:
    """Yield the newest version of each live event, oldest first, some at a time."""
    for rows in _some(connection, query("export_events"), wanted):
        yield [Event.thawed(content) for (content,) in rows]


def alerts(connection: psycopg.Connection, wanted: Selection) -> Iterator[list[Alert]]:
    """Yield alerts that were raised, oldest first, some at a time."""
    for rows in _some(connection, query("export_alerts"), wanted):
        yield [alert_of(json.loads(said)) for _, said in rows]


def _some(
    connection: psycopg.Connection, asked: bytes, wanted: Selection
) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Yield the rows of a statement by a cursor of the server: few are held at a time."""
    # The client's parameters fold away what is not asked for, as in the positions.
    with psycopg.ClientCursor(connection) as client:
        statement = client.mogrify(asked, wanted.asked())
    with connection.cursor("leaving") as cursor:
        cursor.execute(statement.encode())
        while rows := cursor.fetchmany(_FEW):
            yield rows


def vessels_with(connection: psycopg.Connection, imos: Sequence[int]) -> list[int]:
    """Return every MMSI under which one of ``imos`` was ever sent, sorted."""
    rows = connection.execute(query("export_vessels"), {"imos": list(imos)})
    return [mmsi for (mmsi,) in rows]


def feed_names(connection: psycopg.Connection) -> dict[int, str]:
    """Return the name of each live feed by its code."""
    return dict(connection.execute(query("feed_names")).fetchall())
