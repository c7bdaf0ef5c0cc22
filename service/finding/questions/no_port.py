"""Vessels that were under way for long and called at no port."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from service.finding import asked, hearing
from service.finding.question import MOST_FOUND, Answer, Field, Sea, Ship
from store import finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alerts.rules import Rule
    from geofence.zones import ZoneSet
    from store.finding import Sailed

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NoPort:
    """Heard over ``days`` in a span, and at no port in it."""

    title: ClassVar[str] = "Never in port"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("days", "Heard over so many days", "5", "5"),
        Field("from", "From (UTC)", "14 days ago", optional=True),
        Field("to", "Until (UTC)", "now", optional=True),
    )

    days: float
    start: dt.datetime
    end: dt.datetime

    @classmethod
    def of(cls, given: Mapping[str, str], zones: ZoneSet, now: dt.datetime) -> Self:  # noqa: ARG003
        """Return the question that ``given`` asks; raises WrongUseError."""
        start, end = asked.span(given, now, 14 * _DAY)
        return cls(asked.number(given, "days", 0.05, 3650, "5"), start, end)

    def answer(self, sea: Sea) -> Answer:
        """Return who it was, the longest heard first."""
        ports = [one.id for one in sea.zones.of_kind("port").zones]
        found = finding.no_port(
            sea.connection, ports, self.start, self.end, self.days * _DAY, MOST_FOUND
        )
        ships = tuple(
            Ship(one.mmsi, one.until, one.lon, one.lat, (_why(one),))
            for one in found[:MOST_FOUND]
        )  # fmt: skip
        words = (f"Who was heard over {self.days:g} days or longer between {self.start:%d %b} and "
                 f"{self.end:%d %b %Y} and called at no port")  # fmt: skip
        note = f"Looked for were calls at {len(ports):,} ports; a call while silent is not known."
        return Answer(words, ships, more=len(found) > MOST_FOUND,
                      notes=(note, *hearing.notes(sea, None, self.start)))  # fmt: skip

    def rule(self, rule_id: str, name: str) -> Rule | None:  # noqa: ARG002
        """Return None: it takes days of history."""
        return None


def _why(one: Sailed) -> str:
    days = (one.until - one.since) / _DAY
    span = f"from {one.since:%d %b %H:%M} to {one.until:%d %b %H:%M} UTC, {days:.1f} days"
    return f"Heard {span}, and no port call was told."
