"""Where the mother ship of a boat could have been that landed somewhere, and which ships were."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import shapely

from alerts.mothership import Landing, suspects
from alerts.pauses import TRACK
from alerts.roles import kind_of, role_of
from alerts.scene import SHIP
from geofence.errors import GeofenceError
from geofence.reach import WAY_SLACK, reach
from service.errors import WrongUseError
from service.finding import asked, hearing
from service.finding.question import MOST_FOUND, Answer, Field, Sea, Ship, Shown
from service.positions import said
from store import finding
from store.past import known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from alerts.mothership import Suspect
    from alerts.rules import Rule
    from geofence.reach import Reach
    from geofence.zones import ZoneSet

_HOUR = dt.timedelta(hours=1)
_BEFORE_H, _AFTER_H = 3.0, 2.0
"""So much of a track before and after tells how a ship came and went."""
_MOST_SHIPS = 3_000
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class MotherShip:
    """A boat landed at a place and time; its speed lay within a range."""

    title: ClassVar[str] = "Mother ship of a landing"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("at", "Landed at", "35°30.0′N 012°36.0′E"),
        Field("time", "At (UTC)", "2026-05-01T08:00"),
        Field("slowest", "The boat made at least, kn", "4", "4"),
        Field("fastest", "And at most, kn", "20", "20"),
        Field("hours", "It left its ship at most hours before", "12", "12"),
    )

    landing: Landing
    at: dt.datetime

    @classmethod
    def of(cls, given: Mapping[str, str], zones: ZoneSet, now: dt.datetime) -> Self:  # noqa: ARG003
        """Return the question that ``given`` asks; raises WrongUseError."""
        lon, lat = asked.point(given, "at")
        at = asked.moment(given, "time")
        slow = asked.number(given, "slowest", 0.5, 60, "4")
        fast = asked.number(given, "fastest", 1, 60, "20")
        hours = asked.number(given, "hours", 0.5, 36, "12")
        if slow >= fast:
            raise WrongUseError(f"slowest: {slow:g} kn is not below fastest: {fast:g} kn")
        if fast * hours > _MOST_NM:
            raise WrongUseError(f"fastest: {fast:g} kn for {hours:g} h is {fast * hours:.0f} nm; "
                                f"expected at most {_MOST_NM:g} nm")  # fmt: skip
        us = (at - _EPOCH) // dt.timedelta(microseconds=1)
        return cls(Landing(lon, lat, us, slow, fast, hours), at)

    def answer(self, sea: Sea) -> Answer:
        """Return the ships that were in reach at a fitting time, the likeliest first."""
        ways = self._reach()
        mmsis = finding.ships(sea.connection, self._cells(ways), _MOST_SHIPS)
        mmsis = [one for one in mmsis if kind_of(one) == SHIP]
        if len(mmsis) > _MOST_SHIPS:
            raise WrongUseError(
                f"more than {_MOST_SHIPS:,} ships were in this area; narrow the speed or the hours"
            )
        start, end = (
            self.at - (self.landing.most_h + _BEFORE_H) * _HOUR,
            self.at + _AFTER_H * _HOUR,
        )
        tracks = _native(finding.tracks(sea.connection, mmsis, start, end))
        roles = {int(one["mmsi"]): role_of(int(one["ship_type"]))
                 for one in known(sea.connection, mmsis)}  # fmt: skip
        found = suspects(self.landing, ways, tracks, roles, _harbours(sea.zones))
        bands = self._bands(ways)
        note = (f"{len(found):,} ships were where a boat could have come from. The order says "
                "whom to look at first; it proves nothing.")  # fmt: skip
        return Answer(
            self._words(), tuple(_ship(one) for one in found[:MOST_FOUND]),
            more=len(found) > MOST_FOUND, of=len(mmsis),
            notes=(note, *hearing.notes(sea, bands[-1][1], start)),
            shown=Shown(bands, self.landing.lon, self.landing.lat),
        )  # fmt: skip

    def rule(self, rule_id: str, name: str) -> Rule | None:  # noqa: ARG002
        """Return None: it is about one landing."""
        return None

    def _words(self) -> str:
        boat = self.landing
        return (
            f"Which ship could have let the boat go that landed at {said(boat.lon, boat.lat)} at "
            f"{self.at:%d %b %Y %H:%M} UTC, at {boat.slowest_kn:g} to {boat.fastest_kn:g} kn, "
            f"at most {boat.most_h:g} h before"
        )

    def _reach(self) -> Reach:
        try:
            return _ways(self.landing.lon, self.landing.lat, self.landing.limit_nm)
        except GeofenceError as error:
            raise WrongUseError(f"at: {error}") from error

    def _cells(self, ways: Reach) -> list[tuple[int, dt.datetime, dt.datetime]]:
        """Return the 1-degree cells that are reached, each with the span in which it counts."""
        rows, columns = np.nonzero(np.isfinite(ways.nm))
        lat = np.floor(ways.south + (rows + 0.5) * ways.size).astype(int)
        lon = np.floor(ways.west + (columns + 0.5) * ways.size).astype(int)
        nm, cell = ways.nm[rows, columns], (lat + 90) * 360 + lon + 180
        found = []
        for one in np.unique(cell).tolist():
            there = nm[cell == one]
            latest = float(there.min()) / self.landing.fastest_kn / WAY_SLACK
            earliest = min(float(there.max()) / self.landing.slowest_kn, self.landing.most_h)
            begin, end = self.at - (earliest + 0.5) * _HOUR, self.at - latest * _HOUR
            if begin < end:
                found.append((int(one), begin, end))
        return found

    def _bands(self, ways: Reach) -> tuple[tuple[str, BaseGeometry], ...]:
        """Return the areas that the boat can have come from, by hours before it landed."""
        most, bands = self.landing.most_h, []
        for hours in dict.fromkeys((max(round(most / 4), 1), max(round(most / 2), 1), most)):
            if hours <= most:
                area = ways.area(self.landing.fastest_kn * hours)
                bands.append(
                    (f"{hours:g} h before at most", shapely.simplify(area, ways.size / 2))
                )
        return tuple(bands)


_MOST_NM = 400.0


@lru_cache(maxsize=8)
def _ways(lon: float, lat: float, limit_nm: float) -> Reach:
    """Return the reach of a place; who asks about a landing asks again, with other hours."""
    return reach(lon, lat, limit_nm)


def _native(rows: NDArray[Any]) -> NDArray[Any]:
    tracks = np.zeros(len(rows), TRACK)
    tracks["mmsi"], tracks["time"] = rows["mmsi"], rows["time"].astype("M8[us]").view("i8")
    tracks["lon"], tracks["lat"] = rows["lon_deg"], rows["lat_deg"]
    tracks["sog"], tracks["cog"] = rows["sog_kn"], rows["cog_deg"]
    return tracks


def _harbours(zones: ZoneSet) -> NDArray[np.float64]:
    areas = [one.geometry for one in zones.of_kind("port", "anchorage").zones]
    return shapely.get_coordinates(shapely.centroid(np.array(areas, object)))


def _ship(one: Suspect) -> Ship:
    at = _EPOCH + dt.timedelta(microseconds=one.at_us)
    ordered = sorted(one.reasons, key=lambda reason: -abs(reason.points))
    since = _EPOCH + dt.timedelta(microseconds=one.since_us)
    place = f"At {said(one.lon, one.lat)} at {at:%d %b %H:%M} UTC"
    if one.pause is not None and one.pause.kind == "silence" and since < at:
        place = (
            f"Near {said(one.lon, one.lat)} between {since:%d %b %H:%M} and {at:%d %b %H:%M} UTC"
        )
    reasons = tuple(f"{why.words} ({why.points:+.1f})" for why in ordered)
    return Ship(one.mmsi, at, one.lon, one.lat, (f"{place}.", *reasons), one.score)
