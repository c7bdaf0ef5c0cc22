"""Where events become alerts and messages, in the transaction of the block that holds the events.

::

    events ──concerned──▶ grow ──route──▶ ration ──▶ save, note, enqueue

Nothing is kept between calls: a block that is rolled back and committed again does the same again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from alerts.contacts import at_a_place
from alerts.distances import NM_M, metres
from alerts.incidents.growing import grow
from alerts.incidents.incident import OVER, Grown, Known
from alerts.incidents.rationing import Rationed, Wanted, ration
from alerts.incidents.settings import BudgetSettings, IncidentSettings, SnoozeSettings
from alerts.incidents.telling import is_snoozed
from alerts.incidents.whereabouts import Whereabouts
from alerts.notices import Occasion, compose
from alerts.roles import RoleSettings
from alerts.routing import RoutingSettings, Told, route
from alerts.sar import centres_of
from geofence.builtin import builtin_zones
from service.fitting import unknown_places
from service.rescuing import Helping, helped
from store.codes import entry_codes
from store.contacts import contacts_now
from store.incidents import concerned, save
from store.listed import keep_listed
from store.outbox import enqueue, told_before
from store.strangers import strangers
from store.told import note, spent, told_in_lists, told_place

if TYPE_CHECKING:
    import psycopg

    from alerts.alert import Alert, SarHelp, Vessel
    from alerts.events import Event
    from alerts.notices import Past
    from alerts.traffic.lines import Line
    from geofence.zones import Zone

MOVED_NM = 2.0
"""A rescue that is further from where it was told last is told again, nautical miles."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """How events grow into incidents, how long they may be silenced, how many messages go out."""

    incidents: IncidentSettings = field(default_factory=IncidentSettings)
    snooze: SnoozeSettings = field(default_factory=SnoozeSettings)
    budget: BudgetSettings = field(default_factory=BudgetSettings)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Whom routing names for one change, what they were told before, and what is sent along.

    listed  the offices that only lists and digests told of it
    """

    grown: Grown
    told: tuple[Told, ...]
    past: Mapping[str, Past]
    occasion: Occasion
    listed: frozenset[str] = frozenset()

    def wanted(self) -> list[Wanted]:
        """Return a message for each office that is told now or was told before."""
        change = self.grown.change
        offices = dict.fromkeys([*(one.office for one in self.told), *self.past, *self.listed])
        alert = self.grown.after.alert
        return [
            Wanted(alert, office, change, office in self.past, office in self.listed)
            for office in offices
            if change is not None
        ]


class Alerting:
    """Takes what the detectors said of a block, and leaves alerts and messages in the database."""

    def __init__(
        self,
        settings: AlertSettings,
        routing: RoutingSettings,
        *,
        zones: Sequence[Zone] | None = None,
        exercise: bool = False,
        sar_help: Helping | None = None,
        link_of: Callable[[str], str] | None = None,
        roles: RoleSettings | None = None,
    ) -> None:
        """Work by ``settings``; ``zones`` those in force (None: those out of the box).

        ``sar_help`` is asked for SAR alerts that are told; ``link_of`` makes the address of a
        notice by its id, None = as the routing's settings say. ``roles``: vessels whose task is
        known, for those that are read from the database.
        """
        self.settings, self.routing, self.exercise = settings, routing, exercise
        self._sar_help, self._link_of = sar_help, link_of
        self._roles = roles or RoleSettings()
        self._log = structlog.get_logger()
        self._lines: dict[int, Line] = {}
        self.adopt_zones(tuple(builtin_zones().zones) if zones is None else zones)

    def adopt_zones(self, zones: Sequence[Zone]) -> None:
        """Let ``zones`` be in force: names, states and ports are taken from them."""
        self._zones = {zone.id: zone for zone in zones}
        self._where = Whereabouts.of(zones)
        self._regions = tuple(zone for zone in zones if zone.kind == "sar_region")
        for named in unknown_places(self.routing, zones):
            self._log.warning("routing_names_nothing", named=named)

    def adopt_traffic(self, lines: Sequence[Line]) -> None:
        """Let the lines of a traffic model be known: a ship that keeps to one is no surprise."""
        self._lines = {line.mmsi: line for line in lines}

    def __call__(
        self,
        connection: psycopg.Connection,
        events: Sequence[Event],
        vessels: Mapping[int, Vessel],
        now_us: int,
    ) -> None:
        """Grow incidents by ``events``, save them and enqueue who is told of what.

        In the transaction of ``connection``. ``vessels``: what is known of those whom the events
        name; the others are looked up · ``now_us`` stream time, µs since 1970. The same events
        again change nothing. Raises StoreError.
        """
        if not events:
            return
        found = concerned(connection, events, self.settings.incidents.join_h)
        unknown = {mmsi for event in events for mmsi in event.mmsis} - vessels.keys()
        vessels = {**vessels, **strangers(connection, unknown, self._roles)}
        listed = {entry for vessel in vessels.values() for entry in vessel.listed_as}
        codes = entry_codes(connection, listed)
        rescues = any(event.lane == "sar" for event in events)
        contacts = tuple(one.contact for one in contacts_now(connection)) if rescues else ()
        known = Known(self._where, vessels, codes, self.exercise, contacts, self._lines)
        grown = [
            _moved(connection, one, now_us)
            for one in grow(found, events, known, self.settings.incidents, now_us)
        ]
        if not grown:
            return
        at = _EPOCH + timedelta(microseconds=now_us)
        told = [one for one in grown if one.change]
        # A forged flood must not hold up the sea: beyond the budget a rescue is told without help.
        most = self.settings.budget.sar_an_hour
        plans = [
            self._planned(connection, one, now_us, rich=place < most)
            for place, one in enumerate(sorted(told, key=_less_urgent))
        ]
        wanted = [message for plan in plans for message in plan.wanted()]
        rationed = ration(wanted, spent(connection, at), self.settings.budget)
        offices = _offices(rationed)
        save(connection, [_told(one, offices) for one in grown], now_us)
        note(connection, rationed, at)
        # In order of urgency: the outbox keeps it within a lane.
        order = {one.alert.id: place for place, one in reversed([*enumerate(rationed.now)])}
        for plan in sorted(plans, key=lambda one: order.get(one.grown.after.alert.id, len(order))):
            self._send(connection, plan, offices)

    def _planned(
        self, connection: psycopg.Connection, grown: Grown, now_us: int, *, rich: bool
    ) -> _Plan:
        alert = grown.after.alert
        before = grown.before is not None and grown.before.raised
        past = told_before(connection, alert.id, lists=True) if before else {}
        sar = helped(self._sar_help, connection, alert, now_us) if rich else None
        centres = self._centres(alert, sar)
        told = route(alert, self.routing, centres=centres, countries=self._countries(alert))
        names = tuple(self._zones[zone].name for zone in alert.zones if zone in self._zones)
        occasion = Occasion(now_us, sar=sar, zone_names=names, link_of=self._link_of)
        asked = before and (alert.state == "retracted" or alert.lane == "sar")
        listed = told_in_lists(connection, alert.id) if asked else frozenset()
        return _Plan(grown, told, past, occasion, listed)

    def _centres(self, alert: Alert, sar: SarHelp | None) -> set[str]:
        """Return the rescue centres of the alert's place, also where no help could be made."""
        found = {centre.id for centre in sar.centres} if sar else set()
        lon, lat = alert.lon, alert.lat
        if alert.lane == "sar" and lon is not None and lat is not None and at_a_place(lon, lat):
            found |= {one.id for one in centres_of(lon, lat, 0.0, self._regions, {})}
        return found

    def _countries(self, alert: Alert) -> set[str]:
        """Return the states of the alert's zones, ISO 3166 alpha-3."""
        said = [self._zones[zone].details.get("country") for zone in alert.zones
                if zone in self._zones]  # fmt: skip
        return {state for one in said if one for state in ([one] if isinstance(one, str) else one)}

    def _send(
        self, connection: psycopg.Connection, plan: _Plan, offices: Mapping[str, Sequence[str]]
    ) -> None:
        alert = plan.grown.after.alert
        now = offices.get(alert.id, ())
        told = [one for one in plan.told if one.office in now]
        past = {office: before for office, before in plan.past.items() if office in now}
        shown = replace(alert, offices=_all(alert, now))
        live = plan.grown.after.live
        enqueue(connection, compose(shown, live, told, past, self.routing, plan.occasion))
        # Followed up as before: a flood that moves on is not ten thousand calls either.
        for office in plan.listed & past.keys():
            keep_listed(connection, alert.id, office)


def _moved(connection: psycopg.Connection, grown: Grown, now_us: int) -> Grown:
    """Return ``grown`` as an update where a rescue is no longer where people were told it is.

    A beacon drifts, a ship in distress sails on: who searches must know, and so must the rescue
    centre of the region that it came into.
    """
    alert, before = grown.after.alert, grown.before
    if grown.change or alert.lane != "sar" or before is None or not before.raised:
        return grown
    if alert.state in OVER or is_snoozed(alert, now_us) or alert.lon is None or alert.lat is None:
        return grown
    told = told_place(connection, alert.id)
    moved_nm = metres(*told, alert.lon, alert.lat) / NM_M if told else 0.0
    if moved_nm <= MOVED_NM:
        return grown
    return replace(grown, change="update", why=f"moved {moved_nm:.1f} nm. {grown.why}")


def _less_urgent(grown: Grown) -> tuple[bool, bool]:
    alert = grown.after.alert
    return alert.lane != "sar", alert.severity != "critical"


def _offices(rationed: Rationed) -> dict[str, list[str]]:
    offices: dict[str, list[str]] = {}
    for one in rationed.now:
        offices.setdefault(one.alert.id, []).append(one.office)
    return offices


def _told(grown: Grown, offices: Mapping[str, Sequence[str]]) -> Grown:
    """Return ``grown`` with the names of those who are told beside those who were."""
    alert = grown.after.alert
    named = replace(alert, offices=_all(alert, offices.get(alert.id, ())))
    return replace(grown, after=replace(grown.after, alert=named))


def _all(alert: Alert, now: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*alert.offices, *now]))
