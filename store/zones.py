"""Zones that people drew or imported: each change a version, the newest one counts."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from geofence.zones import Zone
from store.changes import Change, in_turn
from store.errors import RuleError
from store.queries import query

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

Put = Literal["added", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class ZoneVersion:
    """A version of a zone: ``state`` "active" or "removed", and who (author) made it when and why.

    A removed version still says what the zone was.
    """

    zone: Zone
    version: int
    state: str
    author: str
    at: datetime
    why: str


def put_zones(
    connection: psycopg.Connection, zones: Sequence[Zone], change: Change
) -> dict[str, Put]:
    """Add the ``zones`` that are new or differ, as versions; return by id what was done.

    Raises RuleError where an id stands twice in ``zones``.
    """
    for zone_id, times in Counter(zone.id for zone in zones).items():
        if times > 1:
            msg = f"zone {zone_id} stands {times} times in one change: expected each id once"
            raise RuleError(msg)
    in_turn(connection)
    there = _newest(connection, [zone.id for zone in zones])
    done: dict[str, Put] = {}
    rows = []
    for zone in zones:
        version, state, feature = there.get(zone.id, (0, "removed", None))
        if state == "active" and feature == _canonical(zone.feature()):
            done[zone.id] = "unchanged"
            continue
        done[zone.id] = "changed" if state == "active" else "added"
        rows.append((zone.id, version + 1, "active", _canonical(zone.feature())))
    _put(connection, rows, change)
    return done


def remove_zones(connection: psycopg.Connection, ids: Sequence[str], change: Change) -> None:
    """Add a version "removed" to each zone of ``ids``.

    Raises RuleError, and removes none, where one of them is not there.
    """
    in_turn(connection)
    there = _newest(connection, ids)
    rows = []
    for zone_id in dict.fromkeys(ids):
        version, state, feature = there.get(zone_id, (0, "removed", None))
        if state != "active":
            msg = f"zone {zone_id} is not in the database: expected a zone that was imported"
            raise RuleError(msg)
        rows.append((zone_id, version + 1, "removed", feature))
    _put(connection, rows, change)


def zones_now(connection: psycopg.Connection) -> list[ZoneVersion]:
    """Return the active version of every zone, in the order of their ids."""
    return [_version(row) for row in connection.execute(query("zones_now"))]


def zone_history(connection: psycopg.Connection, zone: str) -> list[ZoneVersion]:
    """Return every version of the zone with this id, oldest first; none when it never was."""
    return [_version(row) for row in connection.execute(query("zone_history"), {"zone": zone})]


def _newest(
    connection: psycopg.Connection, ids: Sequence[str]
) -> dict[str, tuple[int, str, str | None]]:
    """Return version, state and canonical feature of the newest version of each id there is."""
    found = connection.execute(query("zone_newest"), {"zones": list(ids)})
    return {zone: (version, state, feature) for zone, version, state, feature in found}


def _put(
    connection: psycopg.Connection,
    rows: Sequence[tuple[str, int, str, str | None]],
    change: Change,
) -> None:
    columns = "zone, version, state, feature, author, at, why"
    statement = f"COPY zone_version ({columns}) FROM STDIN".encode()
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([*row, change.who, change.at, change.why])


def _canonical(feature: dict[str, Any]) -> str:
    # One text for one zone: «unchanged» compares it with what json keeps letter by letter.
    return json.dumps(feature, sort_keys=True, separators=(",", ":"))


def _version(row: tuple[Any, ...]) -> ZoneVersion:
    feature, *rest = row
    return ZoneVersion(Zone.from_feature(feature), *rest)
