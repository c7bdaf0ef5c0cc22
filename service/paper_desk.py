"""Where documents are gathered: what the database knows, as far as codes and rights let it out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alerts.alert import Alert, Codes, Vessel
from alerts.incidents.codes import strictest
from alerts.roles import RoleSettings, role_of
from alerts.scene import ROLES
from geofence.builtin import builtin_zones
from geofence.zones import ZoneSet
from maps.papers.card import CardFacts, card_pdf
from maps.papers.dossier import dossier
from maps.papers.facts import Answered, Asked, Facts, HeardBy, Learned, Stay
from maps.papers.page import html
from maps.papers.pdf import pdf
from maps.papers.wording import wording
from service.disclosure import forbids_codes
from service.errors import WrongUseError
from service.evidence.desk import RefusedByCodesError
from service.identity import vessel_identity
from service.pipeline.shelf import ZONES
from service.showing import alerts_shown, events_shown
from service.sight import sees
from store import audit, editions
from store import dossier as rows
from store.connect import session
from store.events import events_between
from store.panel import listing
from store.recalled import of_vessel
from watchlist.flags import flag

if TYPE_CHECKING:
    import psycopg

    from alerts.events import Event
    from geofence.zones import Zone
    from maps.papers.paper import Paper
    from service.evidence.judging import Judged
    from service.evidence.making import Case
    from service.rights import Person
    from service.settings import Settings
    from store.changes import Change
    from watchlist.entries import WatchlistEntry
    from watchlist.vessels import VesselIdentity

MADE, REFUSED = "dossier.make", "dossier.refuse"
ENDINGS: dict[str, Callable[[Paper], bytes]] = {".pdf": pdf, ".html": html}
"""How a document is drawn, by the ending of its file."""
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MOST_EVENTS, _MOST_ALERTS = 2000, 50
_LONGEST_TRACK = dt.timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Order:
    """Which dossier: vessel, span (aware, UTC), language, of which replay (0 = live).

    permission  who allowed what codes forbid, "" = nobody · person  whose rights hold, None = the
    shell's · learned  what a model of the usual traffic says, by MMSI and span
    """

    vessel: str
    since: dt.datetime
    until: dt.datetime
    made: Change
    language: str = "en"
    run: int = 0
    permission: str = ""
    person: Person | None = None
    learned: Callable[[int, Order], Learned | None] = lambda _mmsi, _order: None


def make_dossier(dsn: str, settings: Settings, order: Order, ending: str = ".pdf") -> bytes:
    """Return the dossier as a file; it stands in the audit before it is handed out.

    Raises RefusedByCodesError, noted in the audit, WrongUseError, ServiceError.
    """
    if order.until <= order.since:
        raise WrongUseError(f"--to: {order.until:%Y-%m-%dT%H:%MZ} is not after --from; swap them")
    with session(dsn) as connection:
        facts = gathered(connection, settings, order)
    refused = "" if order.permission else forbids_codes(facts.codes)
    if refused:
        with session(dsn) as connection:
            audit.append(connection, order.made, REFUSED, _subject(facts), {"codes": refused})
        msg = f"{order.vessel}: codes forbid the dossier: {refused}; --permission says who gave it"
        raise RefusedByCodesError(msg)
    paper = dossier(facts, order.language)
    drawn = ENDINGS[ending](paper)
    details = {
        "from": order.since.isoformat(), "to": order.until.isoformat(), "content": paper.sha256(),
        "data": facts.sha256(), "marks": paper.marks, "format": ending[1:], "run": order.run,
        "permission": order.permission, "language": order.language,
    }  # fmt: skip
    with session(dsn) as connection:
        audit.append(connection, order.made, MADE, _subject(facts), details)
    return drawn


def _subject(facts: Facts) -> str:
    return f"MMSI {facts.vessel.mmsi:09d}"


def gathered(connection: psycopg.Connection, settings: Settings, order: Order) -> Facts:
    """Return all that a dossier tells of, as far as ``order.person`` may know it."""
    identity = vessel_identity(connection, order.vessel, order.run)
    mmsis = sorted({int(one.value) for one in identity.mmsi})
    first = _asked_number(order.vessel, mmsis, identity)
    zones, zone_edition = zones_of(connection, order.run)
    events = _events(connection, settings, order, mmsis)
    alerts = _alerts(connection, settings, order, mmsis, events)
    listed = _listed(connection, order, mmsis)
    track = rows.tracks(connection, mmsis, order.since, order.until, order.run)
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
        track=track,
        events=tuple(events),
        alerts=tuple(alerts),
        listed=tuple(listed),
        stays=tuple(_stays(connection, order, mmsis, zones)),
        heard=tuple(
            HeardBy(one.feed, one.positions, _us(one.first_at), _us(one.last_at))
            for one in rows.heard(connection, mmsis, order.since, order.until, order.run)
        ),
        ships=ships,
        zones={zone.id: (zone.name, zone.geometry) for zone in zones.values()},
        places=places_near(zones.values(), _middle(track)),
        editions=tuple(filter(None, (zone_edition, _list_edition(connection, order.run)))),
        learned=order.learned(first, order),
        run=run,
        codes=_codes(alerts, [one.entry for one in listed]),
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
        events = events_between(
            connection, order.since, order.until, mmsi, order.run, _MOST_EVENTS
        )
        if order.person is not None:
            events = events_shown(connection, order.person, settings.routing, mmsi, events)
        found |= {one.id: one for one in events}
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
            recalled = of_vessel(connection, mmsi, _MOST_ALERTS)
        else:
            seen = alerts_shown(connection, order.person, settings.routing, mmsi)
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
            yield Stay(zone.name if zone else one.zone, _us(one.since), left, port)


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


def codes_of(entry: WatchlistEntry) -> Codes:
    """Return the codes of an entry."""
    given = (entry.contributor,) if entry.contributor else ()
    return Codes(entry.handling, entry.handling_comment, entry.tlp, entry.source_grade,
                 entry.info_grade, given)  # fmt: skip


def _codes(alerts: Sequence[Alert], entries: Sequence[WatchlistEntry]) -> Codes:
    return strictest(*(one.codes for one in alerts), *map(codes_of, entries))


def card_drawer(
    settings: Settings, dsn: str, made: Change, language: str = "en"
) -> Callable[[Case, Sequence[Judged]], bytes]:
    """Return what draws the card of a package of evidence as PDF."""
    w = wording(language)
    line = w.say("made", at=w.moment(made.at), who=made.who)

    def draw(case: Case, events: Sequence[Judged]) -> bytes:
        """Draw the card of ``case``, which says how many of ``events`` came out again."""
        proof = (sum(one.outcome == "same" for one in events), len(events))
        return card_pdf(_card_facts(dsn, settings, case, line, proof), language)

    return draw


def _card_facts(
    dsn: str, settings: Settings, case: Case, made: str, proof: tuple[int, int]
) -> CardFacts:
    alert, newest = case.alert, {one.id: one for one in case.events}
    last_us = max(max(one.updated_us, one.ended_us or 0) for one in newest.values())
    until = _EPOCH + dt.timedelta(microseconds=last_us) + dt.timedelta(minutes=30)
    begin = _EPOCH + dt.timedelta(microseconds=alert.started_us) - dt.timedelta(hours=3)
    since = max(begin, until - _LONGEST_TRACK)
    with session(dsn) as connection:
        zones, _ = zones_of(connection)
        tracks = tuple(rows.tracks(connection, [one], since, until) for one in alert.mmsis[:4])
        ships = ships_of(connection, alert.mmsis, 0, settings.roles)
    place = (alert.lon, alert.lat) if alert.lon is not None and alert.lat is not None else None
    named = {zone.id: (zone.name, zone.geometry) for zone in zones.values()}
    return CardFacts(alert, tuple(newest.values()), made, tracks, ships, named,
                     places_near(zones.values(), place), proof)  # fmt: skip


def ending_of(name: str) -> str:
    """Return how a file of this name is drawn; raises WrongUseError for another ending."""
    ending = f".{name.rpartition('.')[2].lower()}"
    if ending not in ENDINGS:
        raise WrongUseError(f"{name}: ends with {ending!r}; expected {' or '.join(ENDINGS)}")
    return ending


def _us(at: dt.datetime) -> int:
    return round((at - _EPOCH).total_seconds() * 1_000_000)
