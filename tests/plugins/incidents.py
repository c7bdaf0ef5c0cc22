"""Events, vessels and what is known, for tests of incidents: a test names only what matters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from alerts.alert import Vessel
from alerts.events import Event, Fact
from alerts.incidents.growing import grow
from alerts.incidents.incident import Known
from alerts.incidents.settings import IncidentSettings
from alerts.incidents.whereabouts import Whereabouts
from tests.plugins.stories import us

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alerts.alert import Codes
    from alerts.contacts import Contact
    from alerts.incidents.incident import Grown, Incident

NOON = us("2026-05-10T12:00:00")
HOUR, MINUTE = 3_600_000_000, 60_000_000
AYLA, BORA, CETO = 271_000_001, 636_000_002, 229_000_003
OPEN_SEA = (16.5, 36.0)
"""Some 70 nm from the nearest port."""


def event(kind: str, *vessels: int, hours: float = 0.0, **values: Any) -> Event:
    """An open event of ``vessels``, so many hours after noon, on the open sea."""
    lon, lat = values.pop("at", OPEN_SEA)
    evidence = {name: Fact(*fact) for name, fact in values.pop("evidence", {}).items()}
    first = {"mmsi": vessels[0]} if 0 < len(vessels) <= 2 else {"mmsis": vessels}
    if len(vessels) == 2:
        first["other_mmsi"] = vessels[1]
    return Event.begin(
        kind, 1, started_us=NOON + round(hours * HOUR), lon=lon, lat=lat, evidence=evidence,
        **{**first, **values},
    )  # fmt: skip


def closed(one: Event, hours: float = 1.0) -> Event:
    """The same event, over so many hours after its start."""
    ended = one.started_us + round(hours * HOUR)
    return one.next("closed", ended, ended_us=ended, reason="over")


def retracted(one: Event, reason: str = "a late report disproves it") -> Event:
    """The same event, taken back."""
    return one.next("retracted", one.updated_us + MINUTE, reason=reason)


def known(
    *vessels: Vessel,
    codes: dict[str, Codes] | None = None,
    exercise: bool = False,
    contacts: tuple[Contact, ...] = (),
) -> Known:
    """What is known of ``vessels``; the ports are those out of the box."""
    by_mmsi = {one.mmsi: one for one in vessels}
    return Known(Whereabouts.known(), by_mmsi, codes or {}, exercise, contacts)


class Desk:
    """Incidents that grow call by call, as the service has them from its database."""

    def __init__(self, *vessels: Vessel, **options: Any) -> None:
        self.settings = options.pop("settings", IncidentSettings())
        self.known = known(*vessels, **options)
        self.incidents: dict[str, Incident] = {}
        self.now = NOON

    def sees(self, *events: Event) -> list[Grown]:
        """Grow by one block of events."""
        self.now = max([self.now, *(one.updated_us for one in events)])
        there: Iterable[Incident] = self.incidents.values()
        grown = grow(list(there), events, self.known, self.settings, self.now)
        for one in grown:
            self.incidents[one.after.alert.id] = one.after
        return grown

    def one(self) -> Incident:
        """The only incident."""
        [incident] = self.incidents.values()
        return incident

    def person(self, incident: Incident, **values: Any) -> None:
        """Somebody sets fields of an alert."""
        alert = replace(incident.alert, version=incident.alert.version + 1, **values)
        self.incidents[alert.id] = replace(incident, alert=alert)
