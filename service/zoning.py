"""What people do to zones: put and remove, each published as an edition and kept in the audit."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from geofence.files.reading import ENDINGS, ReadOptions, ReadZones, ZoneDefaults, read_zones
from service.editions import publish_zones, zones_in_force
from service.intake import check_file
from service.meanwhile import StaleError
from store import audit
from store.changes import in_turn
from store.errors import RuleError
from store.zones import put_zones, remove_zones, zone_history

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import psycopg

    from geofence.zones import Zone
    from store.changes import Change
    from store.zones import ZoneVersion


def read_file(
    path: Path, defaults: ZoneDefaults, options: ReadOptions | None = None
) -> tuple[ReadZones, str]:
    """Return what a file says that the guard lets pass, and its SHA-256.

    Raises ZoneFileError with all faults, WrongUseError and ServiceError.
    """
    check_file(path, endings=ENDINGS)
    read = read_zones(path, defaults, options)
    return read, hashlib.sha256(path.read_bytes()).hexdigest()


def put(
    connection: psycopg.Connection,
    found: Sequence[Zone],
    change: Change,
    action: str,
    details: Mapping[str, Any],
) -> tuple[dict[str, str], int]:
    """Put zones, publish them, say so in the audit as zones.``action``.

    Returns by id what was done, and the edition, 0 where nothing had to be written.
    """
    done: dict[str, str] = dict(put_zones(connection, found, change))
    ids = {word: [one for one in done if done[one] == word] for word in ("added", "changed")}
    if not any(ids.values()):
        return done, 0
    edition = publish_zones(connection, change)
    audit.append(connection, change, f"zones.{action}", "zones",
                 {**details, **ids, "edition": edition.version})  # fmt: skip
    return done, edition.version


def remove(
    connection: psycopg.Connection,
    ids: Sequence[str],
    change: Change,
    seen: Mapping[str, int] | None = None,
) -> int:
    """Take zones out of force; return the edition. Raises RuleError where one is not there.

    seen  by id the version that was looked at; raises StaleError where it is another one now
    """
    # First the turn: nobody may change between the look and the removal.
    in_turn(connection)
    for zone_id, version in (seen or {}).items():
        _must_be_as_seen(zone_id, zone_history(connection, zone_id), version)
    remove_zones(connection, ids, change)
    edition = publish_zones(connection, change)
    audit.append(connection, change, "zones.remove", "zones",
                 {"ids": list(ids), "edition": edition.version})  # fmt: skip
    return edition.version


def draw(
    connection: psycopg.Connection, zone: Zone, seen: int | None, change: Change
) -> tuple[str, int]:
    """Put a zone that somebody drew; return what was done, and the edition or 0.

    seen  version that was changed; None = a new zone, whose id nobody may have

    Raises RuleError where the id is taken, StaleError where the zone was changed since.
    """
    # First the turn: of two who changed one version the second has to see the first.
    in_turn(connection)
    history = zone_history(connection, zone.id)
    if seen is None:
        taken = history or zone.id in {one.id for one in zones_in_force(connection).zones}
        if taken:
            raise RuleError(f"zone {zone.id} is there already: expected another name")
    else:
        _must_be_as_seen(zone.id, history, seen)
    done, edition = put(connection, [zone], change, "draw", {})
    return done[zone.id], edition


def _must_be_as_seen(zone_id: str, history: Sequence[ZoneVersion], seen: int) -> None:
    last = history[-1] if history else None
    if last is None:
        raise StaleError(f"zone {zone_id}")
    if last.version != seen or last.state != "active":
        what = f"zone {zone_id}" if last.state == "active" else f"zone {zone_id}, now removed,"
        raise StaleError(what, last.author, last.at, last.why)


def free_id(connection: psycopg.Connection, wished: str) -> str:
    """Return ``wished``, or with a number where a zone has or had that id."""
    there = {one.id for one in zones_in_force(connection).zones}
    for number in range(1, 1000):
        name = wished if number == 1 else f"{wished}-{number}"
        if name not in there and not zone_history(connection, name):
            return name
    raise RuleError(f"zone {wished}: has a thousand namesakes; give it another name")


def history_of(
    connection: psycopg.Connection, zone_id: str
) -> tuple[Zone | None, list[ZoneVersion]]:
    """Return the zone in force with this id, None where it is not, and its versions."""
    there = {zone.id: zone for zone in zones_in_force(connection).zones}
    return there.get(zone_id), zone_history(connection, zone_id)
