"""What of a report an office is told: what a rule of the routing table would tell it at sea.

Rules are asked as for an alert: lane, kinds, zones, Member States, handling code. How severe an
alert would be does not count: a notification of the week pages nobody.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import shapely

from alerts.alert import Alert, Codes
from alerts.incidents.codes import strictest
from alerts.routing import EVERY_OFFICE
from alerts.trends.series import PAIR
from service.editions import zones_in_force
from service.trends.gathering import compared, report_of, span_of
from service.trends.listed import listed_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import psycopg

    from alerts.kinds import Lane
    from alerts.routing import Office, RoutingSettings, Rule
    from alerts.trends.looking import Finding
    from alerts.trends.report import Report
    from geofence.zones import Zone
    from service.settings import Settings
    from service.trends.listed import Listed

KINDS = {
    "route": "predicted_arrival", "arrival": "predicted_arrival", "departure": "zone_left",
    "dark": "gap", "encounter": "encounter", PAIR: "encounter",
    "identity": "identity_change", "first_heard": "identity_change",
}  # fmt: skip
"""As what kind of alert each family is routed."""
_LANE: Lane = "law"


def by_office(
    connection: psycopg.Connection, whole: Report, settings: Settings
) -> dict[Office, Report]:
    """Return what each office is told, counted without what it may not know of."""
    asked = compared(settings)
    listed = listed_in(connection, span_of(whole.until, asked), asked.cell_deg)
    zones = {zone.id: zone for zone in zones_in_force(connection).zones}
    counted = {frozenset[int](): whole}
    found = {}
    for office in written_to(settings.routing):
        hidden = listed.hidden_from(office)
        if hidden not in counted:
            counted[hidden] = report_of(connection, whole.until, settings, hidden)
        found[office] = routed(counted[hidden], office, settings.routing, zones, listed)
    return found


def written_to(routing: RoutingSettings) -> list[Office]:
    """Return the offices that a rule would tell of anything for law enforcement."""
    return [
        office for office in routing.offices
        if office.enabled and office.kind == "office" and any(_rules(routing, office))
    ]  # fmt: skip


def routed(
    report: Report, office: Office, routing: RoutingSettings, zones: Mapping[str, Zone],
    listed: Listed,
) -> Report:  # fmt: skip
    """Return the report with the findings that some rule tells ``office``; no pair is in it."""
    rules = _rules(routing, office)

    def untold(one: Finding) -> bool:
        """Tell whether no rule fits."""
        there = _zones(one, zones, report.cell_deg)
        alert = _alert(one, there, listed)
        return not any(rule.fits(alert, _countries(there)) for rule in rules)

    return replace(report.nameless().without(untold), office=office.name)


def _rules(routing: RoutingSettings, office: Office) -> list[Rule]:
    """Return the rules that name an office and are for law enforcement; their severity apart."""
    return [
        replace(rule, severity_at_least="info") for rule in routing.rules
        if {office.id, EVERY_OFFICE} & {*rule.offices} and (not rule.lanes or _LANE in rule.lanes)
    ]  # fmt: skip


def _alert(one: Finding, zones: Iterable[Zone], listed: Listed) -> Alert:
    """Return the alert that a rule is asked about."""
    codes = strictest(*(held for mmsi in one.listed for held in listed.codes.get(mmsi, ())))
    return Alert(
        id="A-000000000000", version=1, state="new", lane=_LANE, severity="low",
        kind=KINDS[one.family], headline="", score=0.0, shares=(), vessels=(), mmsis=(),
        zones=tuple(zone.id for zone in zones), lon=None, lat=None, place="", started_us=0,
        updated_us=0, ended_us=None, events=(), codes=codes if one.listed else Codes(),
    )  # fmt: skip


def _zones(one: Finding, zones: Mapping[str, Zone], cell_deg: float) -> list[Zone]:
    """Return the zones that a finding is about: those that it names, or where its area lies."""
    if one.family not in {"dark", "encounter"}:
        return [zones[key] for key in one.key if key in zones]
    column, row = map(int, one.key)
    area = shapely.box(column * cell_deg, row * cell_deg, (column + 1) * cell_deg,
                       (row + 1) * cell_deg)  # fmt: skip
    return [zone for zone in zones.values() if zone.geometry.intersects(area)]


def _countries(zones: Iterable[Zone]) -> set[str]:
    """Return the states of zones, ISO 3166 alpha-3."""
    said = (zone.details.get("country", ()) for zone in zones)
    return {state for one in said for state in ([one] if isinstance(one, str) else one)}
