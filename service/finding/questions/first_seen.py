"""Vessels first heard after a time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import shapely

from service.finding import asked, hearing
from service.finding.question import MOST_FOUND, Answer, Field, Sea, Ship, Shown
from store import finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geofence.zones import ZoneSet
    from service.finding.asked import Place

_MOST = 5_000


@dataclass(frozen=True, slots=True)
class FirstSeen:
    """First heard in a span; perhaps in ``place``."""

    title: ClassVar[str] = "First heard after a time"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("from", "First heard after (UTC)", "2026-05-01T00:00"),
        Field("to", "And before (UTC)", "now", optional=True),
        Field("zone", "In: zone or box W,S,E,N", "everywhere", optional=True),
    )

    start: dt.datetime
    end: dt.datetime
    place: Place | None

    @classmethod
    def of(cls, given: Mapping[str, str], zones: ZoneSet, now: dt.datetime) -> Self:
        """Return the question that ``given`` asks; raises WrongUseError."""
        asked.moment(given, "from")
        start, end = asked.span(given, now, dt.timedelta(days=1))
        return cls(start, end, asked.place(given, "zone", zones) if given.get("zone") else None)

    def answer(self, sea: Sea) -> Answer:
        """Return who it was, the newest first."""
        found = finding.first_seen(sea.connection, self.start, self.end, _MOST)
        where = ""
        if self.place:
            area = self.place.area
            inside = shapely.contains_xy(area, [one.lon for one in found], [one.lat for one in found])
            found = [one for one, there in zip(found, inside.tolist(), strict=True) if there]
            where = f", in {self.place.name}"
        ships = tuple(
            Ship(one.mmsi, one.at, one.lon, one.lat,
                 (f"First heard {one.at:%d %b %Y %H:%M} UTC, here; no earlier position is stored.",))
            for one in found[:MOST_FOUND]
        )  # fmt: skip
        words = f"Who was first heard after {self.start:%d %b %Y %H:%M} UTC{where}"
        shown = Shown(((self.place.name, self.place.area),)) if self.place else Shown()
        return Answer(
            words, ships, more=len(found) > MOST_FOUND, shown=shown,
            notes=hearing.notes(sea, self.place.area if self.place else None, self.start),
        )  # fmt: skip
