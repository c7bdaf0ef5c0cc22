"""The sea as the database knows it, for those who help: any process, any time, one connection."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from alerts.roles import RoleSettings, kind_of, role_of
from alerts.scene import AIRCRAFT, NEVER, ROW, SAR, UNKNOWN, VESSEL
from store.fleet import identities
from store.live import latest_rows

if TYPE_CHECKING:
    import psycopg
    from numpy.typing import NDArray

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = timedelta(hours=24)


def sea(
    connection: psycopg.Connection, now_us: int, roles: RoleSettings
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the newest row of each segment of the last day, ROW, and their vessels, VESSEL.

    ``now_us`` µs since 1970. What belongs to the stream only (segment's row before, late, listed)
    is not filled: nobody who is told of helpers is to learn who is listed.
    """
    since = _EPOCH + timedelta(microseconds=now_us) - _LONGEST
    rows = latest_rows(connection, since=since)
    known, _ = identities(connection)
    fleet = np.zeros(len(rows), ROW)
    fleet["slot"] = np.arange(len(rows))
    for name in ("mmsi", "segment", "nav_status", "message", "feed"):
        fleet[name] = rows[name]
    fleet["time"], fleet["received"] = rows["time"].view("i8"), rows["received"].view("i8")
    fleet["lon"], fleet["lat"] = rows["lon_deg"], rows["lat_deg"]
    for name in ("sog", "cog", "heading"):
        fleet[name] = rows[f"{name}_{'kn' if name == 'sog' else 'deg'}"]
    fleet["p_time"] = NEVER
    mmsis, fleet["vessel"] = np.unique(fleet["mmsi"], return_inverse=True)
    return fleet, _vessels(mmsis, known, roles)


def _vessels(mmsis: NDArray[Any], known: NDArray[Any], roles: RoleSettings) -> NDArray[Any]:
    out = np.zeros(len(mmsis), VESSEL)
    out["mmsi"], out["ship_type"], out["length_m"] = mmsis, 255, np.nan
    said = np.argsort(known["mmsi"], kind="stable")
    at = np.minimum(np.searchsorted(known["mmsi"][said], mmsis), max(len(known) - 1, 0))
    there = known["mmsi"][said[at]] == mmsis if len(known) else np.zeros(len(mmsis), bool)
    identity = known[said[at[there]]] if len(known) else known
    for name in ("ship_type", "imo", "name", "call_sign"):
        out[name][there] = identity[name]
    out["length_m"][there] = identity["to_bow_m"] + identity["to_stern_m"]
    for vessel in out:
        mmsi = int(vessel["mmsi"])
        vessel["kind"] = kind_of(mmsi)
        own = SAR if vessel["kind"] == AIRCRAFT else role_of(int(vessel["ship_type"]))
        vessel["role"] = roles.of(mmsi) or own or UNKNOWN
    return out
