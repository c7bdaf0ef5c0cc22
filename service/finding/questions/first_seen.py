"""Vessels first heard after a time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import shapely

from alerts.roles import role_of
from alerts.rules import Rule
from alerts.scene import ROLES
from service.errors import WrongUseError
from service.finding import asked, hearing
from service.finding.question import MOST_FOUND, Answer, Field, Sea, Ship, Shown
from store import finding
from store.past import known

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
        Field("type", "Type: as cargo, tanker, fishing", "all", optional=True),
    )

    start: dt.datetime
    end: dt.datetime
    place: Place | None
    role: str

    @classmethod
    def of(cls, given: Mapping[str, str], zones: ZoneSet, now: dt.datetime) -> Self:
        """Return the question that ``given`` asks; raises WrongUseError."""
        asked.moment(given, "from")
        start, end = asked.span(given, now, dt.timedelta(days=1))
        role = asked.text(given, "type").casefold()
        if role and role not in ROLES:
            raise WrongUseError(f"type: {role[:40]!r}; expected one of {', '.join(ROLES)}")
        place = asked.place(given, "zone", zones) if given.get("zone") else None
        return cls(start, end, place, role)

    def answer(self, sea: Sea) -> Answer:
        """Return who it was, the newest first."""
        found = finding.first_seen(sea.connection, self.start, self.end, _MOST)
        where = ""
        if self.place:
            area = self.place.area
            inside = shapely.contains_xy(
                area, [one.lon for one in found], [one.lat for one in found]
            )
            found = [one for one, there in zip(found, inside.tolist(), strict=True) if there]
            where = f", in {self.place.name}"
        if self.role:
            said = known(sea.connection, [one.mmsi for one in found])
            roles = {int(row["mmsi"]): ROLES[role_of(int(row["ship_type"]))] for row in said}
            found = [one for one in found if roles.get(one.mmsi, ROLES[0]) == self.role]
        ships = tuple(
            Ship(one.mmsi, one.at, one.lon, one.lat,
                 (f"First heard {one.at:%d %b %Y %H:%M} UTC; no earlier position is stored.",))
            for one in found[:MOST_FOUND]
        )  # fmt: skip
        whom = f"Which {self.role} ship" if self.role else "Who"
        words = f"{whom} was first heard after {self.start:%d %b %Y %H:%M} UTC{where}"
        shown = Shown(((self.place.name, self.place.area),)) if self.place else Shown()
        return Answer(
            words, ships, more=len(found) > MOST_FOUND, shown=shown,
            notes=hearing.notes(sea, self.place.area if self.place else None, self.start),
        )  # fmt: skip

    def rule(self, rule_id: str, name: str) -> Rule | None:
        """Return the rule that tells who enters the place, or is first heard in it."""
        if self.place is None:
            return None
        return Rule(rule_id, name, "enters", self.place.area,
                    roles=(self.role,) if self.role else ())  # fmt: skip
