"""Vessels that were in one place and then in another within hours."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import shapely

from alerts.rules import Rule
from service.finding import asked, hearing
from service.finding.question import MOST_FOUND, Answer, Field, Sea, Ship, Shown
from service.finding.staying import stays

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geofence.zones import ZoneSet
    from service.finding.asked import Place
    from store.finding import Stay

_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class InTurn:
    """In ``first`` and then, within ``within_h`` hours of having left it, in ``then``."""

    title: ClassVar[str] = "In one place, then in another"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("a", "First in: zone or box W,S,E,N", "12,33,14,34.5"),
        Field("b", "Then in: zone or box W,S,E,N", "12,35,13,36"),
        Field("within", "Within hours", "24", "24"),
        Field("from", "From (UTC)", "2026-05-01T00:00", optional=True),
        Field("to", "Until (UTC)", "now", optional=True),
    )

    first: Place
    then: Place
    within_h: float
    start: dt.datetime
    end: dt.datetime

    @classmethod
    def of(cls, given: Mapping[str, str], zones: ZoneSet, now: dt.datetime) -> Self:
        """Return the question that ``given`` asks; raises WrongUseError."""
        start, end = asked.span(given, now, dt.timedelta(days=7))
        first, then = asked.place(given, "a", zones), asked.place(given, "b", zones)
        return cls(first, then, asked.number(given, "within", 0.1, 720, "24"), start, end)

    def answer(self, sea: Sea) -> Answer:
        """Return who it was, the newest first."""
        came = _by_ship(stays(sea.connection, self.then, self.start, self.end))
        left = _by_ship(stays(sea.connection, self.first, self.start, self.end))
        ships = [
            self._ship(*pair)
            for mmsi in came.keys() & left.keys()
            if (pair := self._pair(left[mmsi], came[mmsi])) is not None
        ]
        ships.sort(key=lambda one: (one.at, one.mmsi), reverse=True)
        both = shapely.union(self.first.area, self.then.area)
        words = (f"Who was in {self.first.name} and then, within {self.within_h:g} h, in "
                 f"{self.then.name}")  # fmt: skip
        return Answer(
            words, tuple(ships[:MOST_FOUND]), more=len(ships) > MOST_FOUND,
            of=len(came.keys() | left.keys()), notes=hearing.notes(sea, both, self.start),
            shown=Shown(((self.first.name, self.first.area), (self.then.name, self.then.area))),
        )  # fmt: skip

    def rule(self, rule_id: str, name: str) -> Rule | None:
        """Return the rule that tells who enters the second place within the hours."""
        return Rule(rule_id, name, "in_turn", self.first.area, self.then.area, self.within_h)

    def _pair(self, left: Sequence[Stay], came: Sequence[Stay]) -> tuple[Stay, Stay] | None:
        """Return the newest stay in the second place that followed on one in the first."""
        for there in reversed(came):
            for here in reversed(left):
                # Where the places overlap she is in the second before she has left the first.
                begun = min(here.until or here.since, there.since)
                if here.since < there.since and there.since - begun <= self.within_h * _HOUR:
                    return here, there
        return None

    def _ship(self, here: Stay, there: Stay) -> Ship:
        left = f", until {here.until:%d %b %H:%M}" if here.until else ""
        between = max((there.since - (here.until or here.since)) / _HOUR, 0.0)
        why = (f"In {self.first.name} from {here.since:%d %b %H:%M}{left}; in {self.then.name} "
               f"from {there.since:%d %b %H:%M} UTC, {between:.1f} h later.")  # fmt: skip
        return Ship(there.mmsi, there.since, there.lon, there.lat, (why,))


def _by_ship(found: Sequence[Stay]) -> dict[int, list[Stay]]:
    ships: dict[int, list[Stay]] = defaultdict(list)
    for one in found:
        ships[one.mmsi].append(one)
    return ships
