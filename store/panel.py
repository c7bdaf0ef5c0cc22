"""What the panel of a vessel reads: who heard her, where she called, to what she answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import audit
from store.changes import Change, in_turn
from store.queries import query
from watchlist.entries import WatchlistEntry
from watchlist.hits import MATCHED_ON

if TYPE_CHECKING:
    from datetime import datetime

    import psycopg


@dataclass(frozen=True, slots=True)
class Heard:
    """How a feed heard a vessel: in how many minutes, the first and the last of them."""

    feed: str
    positions: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit to a zone, by its id; ``left_at`` None: nobody told of its end."""

    zone: str
    since: datetime
    left_at: datetime | None
    heard_at: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry in force to which a vessel answers: on what, how well (0-1), since when."""

    entry: WatchlistEntry
    matched_on: str
    score: float
    since: datetime


def receivers(
    connection: psycopg.Connection, mmsi: int, start: datetime, end: datetime
) -> list[Heard]:
    """Return the feeds that heard a vessel in a span, the one that heard her last first."""
    asked = {"mmsi": mmsi, "start": start, "end": end}
    return [Heard(*row) for row in connection.execute(query("vessel_receivers"), asked)]


def visits(
    connection: psycopg.Connection, mmsi: int, start: datetime, limit: int = 1000
) -> list[Visit]:
    """Return the visits of a vessel that were told since ``start``, the newest first."""
    asked = {"mmsi": mmsi, "start": start, "limit": limit}
    return [Visit(*row) for row in connection.execute(query("vessel_visits"), asked)]


def listing(connection: psycopg.Connection, mmsi: int) -> list[Listed]:
    """Return the entries in force to which a vessel answers."""
    rows = connection.execute(query("vessel_listing"), {"mmsi": mmsi}).fetchall()
    return [
        Listed(WatchlistEntry.from_json(said), MATCHED_ON[on], float(score), since)
        for said, on, score, since in rows
    ]


def entries_of(
    connection: psycopg.Connection, mmsis: Collection[int]
) -> dict[int, frozenset[str]]:
    """Return the ids of all entries to which each of ``mmsis`` ever answered."""
    found: dict[int, set[str]] = {}
    for mmsi, entry in connection.execute(query("vessel_entries"), {"mmsis": list(mmsis)}):
        found.setdefault(mmsi, set()).add(entry)
    return {mmsi: frozenset(entries) for mmsi, entries in found.items()}


def consulted(
    connection: psycopg.Connection, made: Change, action: str, subject: str, since: datetime,
    details: Mapping[str, Any] | None = None,
) -> bool:  # fmt: skip
    """Note in the audit that somebody looked, once ``since`` a time; return whether it is new."""
    with connection.transaction():
        # The turn first: two looks at once are one row.
        in_turn(connection, "audit")
        asked = {"who": made.who, "action": action, "subject": subject, "since": since}
        row = connection.execute(query("audit_since"), asked).fetchone()
        if row and row[0]:
            return False
        audit.append(connection, made, action, subject, details)
        return True
