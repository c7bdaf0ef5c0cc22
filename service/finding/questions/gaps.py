"""Vessels that fell silent in a place for longer than hours."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import shapely

from alerts.distances import NM_M, metres
from alerts.rules import Rule
from service.finding import asked, hearing
from service.finding.question import MOST_FOUND, Answer, Field, Sea, Ship, Shown
from store import finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geofence.zones import ZoneSet
    from service.finding.asked import Place
    from store.finding import Silence

_MOST = 5_000
_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Gaps:
    """Last heard in ``place`` before ``hours`` or more of silence that began in a span."""

    title: ClassVar[str] = "Silent for long"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("zone", "Fell silent in: zone or box W,S,E,N", "14,35,16,37"),
        Field("hours", "For hours at least", "6", "6"),
        Field("from", "From (UTC)", "2 days ago", optional=True),
        Field("to", "Until (UTC)", "now", optional=True),
    )

    place: Place
    hours: float
    start: dt.datetime
    end: dt.datetime

    @classmethod
    def of(cls, given: Mapping[str, str], zones: ZoneSet, now: dt.datetime) -> Self:
        """Return the question that ``given`` asks; raises WrongUseError."""
        start, end = asked.span(given, now, dt.timedelta(days=2))
        place = asked.place(given, "zone", zones)
        asked.affordable(place.box, start, end)
        return cls(place, asked.number(given, "hours", 0.5, 720, "6"), start, end)

    def answer(self, sea: Sea) -> Answer:
        """Return who it was, the longest silence first."""
        now, least = min(sea.now, self.end + self.hours * _HOUR), self.hours * _HOUR
        found = finding.gaps(
            sea.connection, self.place.box, self.start, self.end, least, now, _MOST
        )
        inside = shapely.contains_xy(
            self.place.area, [one.lon for one in found], [one.lat for one in found]
        )
        there = [one for one, good in zip(found, inside.tolist(), strict=True) if good]
        ships = tuple(_ship(one, now) for one in there[:MOST_FOUND])
        words = (f"Who fell silent in {self.place.name} for {self.hours:g} h or longer between "
                 f"{self.start:%d %b %H:%M} and {self.end:%d %b %Y %H:%M} UTC")  # fmt: skip
        return Answer(
            words, ships, more=len(there) > MOST_FOUND,
            notes=("A ship may have sailed out of hearing, or berthed: silence alone is no deed.",
                   *hearing.notes(sea, self.place.area, self.start)),
            shown=Shown(((self.place.name, self.place.area),)),
        )  # fmt: skip

    def rule(self, rule_id: str, name: str) -> Rule | None:
        """Return the rule that tells who has not been heard for the hours."""
        return Rule(rule_id, name, "silent", self.place.area, hours=self.hours)


def _ship(one: Silence, now: dt.datetime) -> Ship:
    if one.until is None or one.then_lon is None or one.then_lat is None:
        why = (f"Not heard from {one.since:%d %b %H:%M} until {now:%d %b %H:%M} UTC at least, "
               f"{(now - one.since) / _HOUR:.1f} h.")  # fmt: skip
        return Ship(one.mmsi, one.since, one.lon, one.lat, (why,))
    nm = metres(one.lon, one.lat, one.then_lon, one.then_lat) / NM_M
    hours = (one.until - one.since) / _HOUR
    why = (f"Not heard from {one.since:%d %b %H:%M} to {one.until:%d %b %H:%M} UTC, {hours:.1f} h"
           f"; then {nm:.0f} nm from there, {nm / hours:.1f} kn made good.")  # fmt: skip
    return Ship(one.mmsi, one.since, one.lon, one.lat, (why,))
