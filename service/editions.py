"""What is in force, composed and published: the zone set and the list as whole editions.

A change in the database is published as a new edition in the same transaction. The ingest process
puts its bytes beside the spool and says so in a ``_control`` line; from there on it takes effect.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from geofence.builtin import builtin_zones
from geofence.errors import GeofenceError
from geofence.zones import ZoneSet
from service.pipeline.shelf import WATCHLIST, ZONES
from store.changes import Change
from store.editions import publish
from store.watchlist import in_force
from store.zones import zones_now
from watchlist.entries import Edition
from watchlist.errors import WatchlistError
from watchlist.reviews import listed

if TYPE_CHECKING:
    import psycopg

    from store.editions import EditionRow


def zones_in_force(connection: psycopg.Connection) -> ZoneSet:
    """Return the zones that come along, with those of the database in place of equal ids."""
    zones = {zone.id: zone for zone in builtin_zones().zones}
    zones |= {row.zone.id: row.zone for row in zones_now(connection)}
    return ZoneSet(tuple(zones.values()))


def publish_zones(connection: psycopg.Connection, change: Change) -> EditionRow:
    """Publish the zones in force as an edition; the same zones again are no new one."""
    return publish(connection, ZONES, zones_in_force(connection).to_bytes(), change)


def publish_watchlist(
    connection: psycopg.Connection, change: Change, grace_days: int
) -> EditionRow:
    """Publish all released entries as an edition; the same entries again are no new one.

    An entry stops matching ``grace_days`` days after its review's date.
    """
    rows = in_force(connection)
    edition = Edition(tuple(listed(row.entry, row.version, grace_days) for row in rows))
    return publish(connection, WATCHLIST, edition.to_bytes(), change)


def bring_up_to_date(
    connection: psycopg.Connection, grace_days: int, now: dt.datetime
) -> dict[str, str]:
    """Publish what this version of the program would compose: its own zones may be newer.

    Returns by what (zones, watchlist) why it could not be composed; the edition before it stays.
    """
    change = Change("vedetta", "composed at start by this version of the program", now)
    faults = {}
    try:
        publish_zones(connection, change)
    except GeofenceError as error:
        faults[ZONES] = str(error)
    try:
        publish_watchlist(connection, change, grace_days)
    except WatchlistError as error:
        faults[WATCHLIST] = str(error)
    return faults
