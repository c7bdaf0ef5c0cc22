"""What a dossier is made from: what the database knows, as far as codes and rights let it out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from alerts.alert import Alert, Codes, Vessel
from alerts.incidents.codes import codes_said, for_all, strictest
from alerts.roles import RoleSettings, role_of
from alerts.scene import ROLES
from geofence.builtin import builtin_zones
from geofence.zones import ZoneSet
from maps.papers.facts import Answered, Asked, Facts, HeardBy, Stay
from service.disclosure import entry_codes_of
from service.errors import WrongUseError
from service.identity import vessel_identity
from service.papers.learned import learned_of
from service.pipeline.shelf import ZONES
from service.showing import alerts_shown, events_shown
from service.sight import sees
from store import dossier as rows
from store import editions
from store.events import events_between
from store.panel import listing
from store.recalled import of_vessel
from watchlist.flags import flag

if TYPE_CHECKING:
    import psycopg

    from alerts.events import Event
    from geofence.zones import Zone
    from service.papers.order import Order
    from service.settings import Settings
    from watchlist.entries import WatchlistEntry
    from watchlist.vessels import VesselIdentity

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def gathered(connection: psycopg.Connection, settings: Settings, order: Order) -> Facts:
    """Return all that a dossier tells of, as far as ``order.person`` may know it."""
    identity = vessel_identity(connection, order.vessel, order.run, order.since)
    mmsis = sorted({int(one.value) for one in identity.mmsi})
    first = _asked_number(order.vessel, mmsis, identity)
    zones, zone_edition = zones_of(connection, order.run)
    events = _events(connection, settings, order, mmsis)
    alerts = _alerts(connection, settings, order, mmsis, events)
    listed = _listed(connection, order, mmsis)
    sailed = rows.sailed(connection, mmsis, order.since, order.until, order.run)
    others = {one for event in events for one in event.mmsis}
    ships = ships_of(connection, others | {first}, order.run, settings.roles)
    run = rows.run_name(connection, order.run) if order.run else ""
    if run is None:
        raise WrongUseError(f"--run: there is no replay {order.run}; see vedetta replay --into-db")
    return Facts(
        asked=Asked(order.vessel, order.made.who, order.made.at, order.made.why,
                    _us(order.since), _us(order.until)),
        vessel=ships[first],
        identity=identity,
        track=sailed.track,
        events=tuple(events),
        alerts=tuple(alerts),
        listed=tuple(listed),
        stays=tuple(_stays(connection, order, mmsis, zones)),
        heard=tuple(
            HeardBy(one.feed, one.positions, _us(one.first_at), _us(one.last_at))
            for one in sailed.heard
        ),
        ships=ships,
        zones={zone.id: (zone.name, zone.geometry) for zone in zones.values()},
        places=places_near(zones.values(), _middle(sailed.track)),
        editions=tuple(filter(None, (zone_edition, _list_edition(connection, order.run)))),
        learned=None if order.run else learned_of(connection, first, order.since, order.until),
        run=run,
        codes=_codes(alerts, [one.entry for one in listed], events),
        exercise=settings.exercise,
    )  # fmt: skip


def _asked_number(vessel: str, mmsis: Sequence[int], identity: VesselIdentity) -> int:
    """Return the MMSI that was asked for, or the one that she used last."""
    digits = vessel.rpartition(":")[2]
    if digits.isdecimal() and int(digits) in mmsis:
        return int(digits)
    return int(max(identity.mmsi, key=lambda one: one.last).value)


def _events(
    connection: psycopg.Connection, settings: Settings, order: Order, mmsis: Sequence[int]
) -> list[Event]:
    found: dict[str, Event] = {}
    for mmsi in mmsis:
        # All of the span: what is cut here would make "none was found" false.
        events = events_between(
            connection, order.since, order.until, mmsi, order.run, None, lasting=True
        )
        if order.person is not None:
            events = events_shown(connection, order.person, settings.routing, mmsi, events, None)
        found |= {one.id: for_all(one) for one in events}
    return sorted(found.values(), key=lambda one: (one.started_us, one.id))


def _alerts(
    connection: psycopg.Connection, settings: Settings, order: Order, mmsis: Sequence[int],
    events: Sequence[Event],
) -> list[Alert]:  # fmt: skip
    """Return the alerts that rest on one of ``events``; of a replay there are none."""
    if order.run:
        return []
    told: dict[str, Alert] = {}
    ids = {one.id for one in events}
    for mmsi in mmsis:
        if order.person is None:
            recalled = of_vessel(connection, mmsi, None)
        else:
            seen = alerts_shown(connection, order.person, settings.routing, mmsi, None)
            recalled = [one.recalled for one in seen]
        told |= {one.alert.id: one.alert for one in recalled if ids & {*one.alert.events}}
    return list(told.values())


def _listed(connection: psycopg.Connection, order: Order, mmsis: Sequence[int]) -> list[Answered]:
    if order.run:
        return []
    found = {}
    for mmsi in mmsis:
        for one in listing(connection, mmsi):
            if order.person is None or sees(order.person, one.entry):
                found[one.entry.id] = Answered(one.entry, one.matched_on, one.score, one.since)
    return list(found.values())


def _stays(
    connection: psycopg.Connection, order: Order, mmsis: Sequence[int], zones: Mapping[str, Zone]
) -> Iterable[Stay]:
    for one in rows.stays(connection, mmsis, order.since, order.until, order.run):
        zone = zones.get(one.zone)
        if zone is None or zone.kind in {"port", "anchorage", "arrival_coast", "departure_coast",
                                         "custom"}:  # fmt: skip
            port = zone is not None and zone.kind in {"port", "anchorage"}
            left = None if one.left_at is None else _us(one.left_at)
            yield Stay(zone.name if zone else one.zone, _us(one.since), left, port,
                       _us(one.heard_at), one.present)  # fmt: skip


def ships_of(
    connection: psycopg.Connection, mmsis: Iterable[int], run: int, roles: RoleSettings
) -> dict[int, Vessel]:
    """Return what each of ``mmsis`` last said of itself, by MMSI; those unheard by number only."""
    wanted = sorted(set(mmsis))
    known = rows.names(connection, wanted, run)
    found = {}
    for mmsi in wanted:
        said = known.get(mmsi, {})
        role = roles.of(mmsi) or role_of(int(said.get("ship_type", 0)))
        found[mmsi] = Vessel(
            mmsi, str(said.get("name", "")), str(said.get("call_sign", "")),
            int(said.get("imo", 0)), flag(mmsi) or "", ROLES[role],
            float(said["length_m"]) if said.get("length_m") else None,
        )  # fmt: skip
    return found


def zones_of(
    connection: psycopg.Connection, run: int = 0
) -> tuple[dict[str, Zone], tuple[str, int, str] | None]:
    """Return the newest zones by id, and their edition; those that come along where none is."""
    zones = {zone.id: zone for zone in builtin_zones().zones}
    newest = None if run else editions.newest(connection, ZONES)
    if newest is None:
        return zones, None
    own = ZoneSet.from_bytes(editions.content(connection, newest.sha256))
    zones |= {zone.id: zone for zone in own.zones}
    return zones, (ZONES, newest.version, newest.sha256)


def _list_edition(connection: psycopg.Connection, run: int) -> tuple[str, int, str] | None:
    adopted = editions.adopted(connection, run).get("watchlist")
    return None if adopted is None else ("watchlist", adopted.version, adopted.sha256)


def places_near(
    zones: Iterable[Zone], middle: tuple[float, float] | None
) -> tuple[tuple[str, float, float], ...]:
    """Return the ports by name and place, those nearest to ``middle`` first."""
    ports = [(zone.name, float(zone.geometry.centroid.x), float(zone.geometry.centroid.y))
             for zone in zones if zone.kind == "port"]  # fmt: skip
    if middle is None:
        return tuple(ports)
    lon, lat = middle
    return tuple(sorted(ports, key=lambda one: (one[1] - lon) ** 2 + (one[2] - lat) ** 2)[:400])


def _middle(track: Any) -> tuple[float, float] | None:  # noqa: ANN401 (columns of TRACK)
    if not len(track):
        return None
    return float(track["lon_deg"][-1]), float(track["lat_deg"][-1])


def _codes(
    alerts: Sequence[Alert], entries: Sequence[WatchlistEntry], events: Sequence[Event]
) -> Codes:
    """Return the strictest codes of what is told; of a replay only its events name entries."""
    told = filter(None, map(codes_said, events))
    return strictest(*(one.codes for one in alerts), *map(entry_codes_of, entries), *told)


def _us(at: dt.datetime) -> int:
    return round((at - _EPOCH).total_seconds() * 1_000_000)
