"""Vessels of events whose own block is long over: read from the database, the list too.

Events that waited while a storm was taken in, or that failed, grow after a restart, when nobody
has their vessels in memory any more. Without the list's codes a listed one would be told to all.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from alerts.alert import Vessel
from alerts.roles import RoleSettings, role_of
from alerts.scene import ROLES
from store.queries import query
from watchlist.flags import flag

if TYPE_CHECKING:
    import psycopg

_NO_TYPE = 255


def strangers(
    connection: psycopg.Connection, mmsis: Collection[int], roles: RoleSettings
) -> dict[int, Vessel]:
    """Return vessels by MMSI; those of which nothing is known are left out."""
    if not mmsis:
        return {}
    rows = connection.execute(query("left_over_vessels"), {"mmsis": sorted(mmsis)}).fetchall()
    return {
        mmsi: Vessel(
            mmsi=mmsi,
            name=name or "",
            call_sign=call_sign or "",
            imo=imo or 0,
            flag=flag(mmsi) or "",
            role=ROLES[roles.of(mmsi) or role_of(_NO_TYPE if ship_type is None else ship_type)],
            length_m=length_m or None,
            listed_as=tuple(entries),
        )
        for mmsi, name, call_sign, imo, ship_type, length_m, entries in rows
        if name or imo or entries
    }
