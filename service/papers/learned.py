"""What the model of the usual traffic says of a vessel, as a document tells it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from maps.papers.facts import Learned, Rare
from service.traffic.against import against_traffic
from store.outbox import microseconds

if TYPE_CHECKING:
    import psycopg

    from service.traffic.against import Stretch


def learned_of(
    connection: psycopg.Connection, mmsi: int, start: dt.datetime, end: dt.datetime
) -> Learned | None:
    """Return how ``mmsi`` stood beside the usual traffic in [start, end); None without a model."""
    found = against_traffic(connection, mmsi, start, end)
    if not found.edition or found.until is None:
        return None
    way = found.voyages
    line = None if way is None else (way.a, way.b, way.times, way.days)
    rare = tuple(map(_rare, found.stretches))
    return Learned(found.edition, found.until, found.moving, found.known, rare, line,
                   found.measured, found.unsaid)  # fmt: skip


def _rare(one: Stretch) -> Rare:
    return Rare(
        "way" if one.what == "way" else "speed", microseconds(one.since), microseconds(one.until),
        one.lon, one.lat, one.one_in, one.passages, one.ships,
    )  # fmt: skip
