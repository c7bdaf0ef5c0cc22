"""What an incident is written in: actors with verbs, what they say, and what is true of it.

Times are seconds after the exercise began, places degrees, speeds knots, courses degrees. An
actor is a list of legs; where it is at any time is a pure function of the time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from alerts.distances import ahead

KN_MS = 1852 / 3600
AFTERWARDS_KN, AFTERWARDS_MIN = 8.0, 30.0
TRUE, FIXED, NOWHERE = range(3)
"""What a leg says of its place: where the ship is, a place of its own, or nothing."""

ACT = np.dtype(
    [
        ("start_ms", "i8"), ("end_ms", "i8"), ("every_ms", "i8"),
        ("who", "i4"), ("message", "u1"), ("status", "u1"), ("named", "?"), ("says", "u1"),
        ("lon", "f8"), ("lat", "f8"), ("course", "f8"), ("speed_ms", "f8"),
        ("sog", "f8"), ("cog", "f8"), ("heading", "f8"), ("said_lon", "f8"), ("said_lat", "f8"),
    ]
)  # fmt: skip
"""One leg of an actor: from ``lon, lat`` on ``course`` at ``speed_ms``; what it reports (sog,
cog, heading, NaN not available), how often, as whom (row of the identities), whether type 5 or 24
is sent, and what it says of its place (TRUE, FIXED at said_lon and said_lat, NOWHERE)."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What types 5 and 24 say: ship_type raw, metres, imo 0 and texts empty if none.

    draught_m  0 = as ships of that length have
    """

    mmsi: int
    name: str = ""
    imo: int = 0
    call_sign: str = ""
    ship_type: int = 70
    length_m: int = 90
    class_b: bool = False
    draught_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Truth:
    """What really happens in an incident, and by when a watch has to have told it.

    incident  its name · kind, mmsis  as an event names them; an area or a feed has no mmsis
    started_us, until_us   µs since 1970: first told between the two is in time
    lon, lat  where, degrees · severity  that it has to be told with, None for any
    """

    incident: str
    kind: str
    mmsis: tuple[int, ...]
    started_us: int
    lon: float
    lat: float
    until_us: int
    severity: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A safety broadcast (type 14) of the identity in row ``who``."""

    at_s: float
    who: int
    lon: float
    lat: float
    text: str


@dataclass(frozen=True, slots=True)
class Outage:
    """A receiver that hands on nothing from ``from_s`` until ``until_s``."""

    mast: int
    from_s: float
    until_s: float


@dataclass(slots=True)
class Cast:
    """All that the incidents of an exercise add: identities, legs, texts, outages, truths.

    listed  identities that the exercise's list holds · innocent  MMSIs that do nothing
    """

    identities: list[Identity] = field(default_factory=list)
    acts: list[dict[str, Any]] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)
    truths: list[Truth] = field(default_factory=list)
    listed: list[Identity] = field(default_factory=list)
    innocent: set[int] = field(default_factory=set)

    def enrol(self, identity: Identity) -> int:
        """Take an identity on and return its row."""
        self.identities.append(identity)
        return len(self.identities) - 1


@dataclass(slots=True)
class Actor:
    """One vessel; each verb goes on from where and when the one before ended."""

    cast: Cast
    identity: Identity
    at_s: float
    lon: float
    lat: float
    who: int = -1
    status: int = 0
    named: bool = True
    said: tuple[int, float, float] = (TRUE, math.nan, math.nan)
    course: float = 0.0

    def __post_init__(self) -> None:
        """Enrol under the first identity."""
        self.who = self.cast.enrol(self.identity)

    def sails(
        self,
        course: float,
        kn: float,
        minutes: float,
        *,
        every_s: float | None = None,
        **says: float,
    ) -> Self:
        """Move, reporting as often as the standard asks, or every ``every_s``.

        ``says`` replaces what is reported: sog, cog, heading.
        """
        often = every_s or self._interval(kn)
        reported = {"sog": kn, "cog": course % 360, "heading": course % 360, **says}
        self.cast.acts.append({
            "start_ms": self.at_s * 1000, "end_ms": (self.at_s + minutes * 60) * 1000,
            "every_ms": often * 1000, "who": self.who, "status": self.status,
            "message": 18 if self.identity.class_b else 1, "named": self.named,
            "says": self.said[0], "said_lon": self.said[1], "said_lat": self.said[2],
            "lon": self.lon, "lat": self.lat, "course": course, "speed_ms": kn * KN_MS,
            **reported,
        })  # fmt: skip
        return self.goes(course, kn, minutes)

    def goes(self, course: float, kn: float, minutes: float) -> Self:
        """Move without a report."""
        self.lon, self.lat = ahead(self.lon, self.lat, course, kn * KN_MS * minutes * 60)
        self.at_s += minutes * 60
        if kn > 0:
            self.course = course
        return self

    def carries_on(self, until_s: float) -> Self:
        """Sail to and fro until then, so that nobody vanishes when the play is over."""
        self.status = 0
        while self.at_s < until_s:
            self.sails(self.course + 180, AFTERWARDS_KN, AFTERWARDS_MIN)
        return self

    def stays(self, minutes: float, **says: float) -> Self:
        """Lie still, reporting; the course over ground is not available."""
        return self.sails(0, 0, minutes, **{"cog": math.nan, **says})

    def is_at(self, lon: float, lat: float) -> Self:
        """Be somewhere else from now on."""
        self.lon, self.lat = lon, lat
        return self

    def becomes(self, **changes: Any) -> Self:  # noqa: ANN401 (fields of Identity)
        """Go on under another identity."""
        self.identity = replace(self.identity, **changes)
        self.who = self.cast.enrol(self.identity)
        return self

    def reports(self, status: int) -> Self:
        """Change the navigational status that is sent."""
        self.status = status
        return self

    def pretends(self, lon: float, lat: float) -> Self:
        """Say one place from now on, wherever it is."""
        self.said = (FIXED, lon, lat)
        return self

    def knows_no_place(self) -> Self:
        """Send without a position from now on."""
        self.said = (NOWHERE, math.nan, math.nan)
        return self

    def knows_its_place(self) -> Self:
        """Say where it is from now on."""
        self.said = (TRUE, math.nan, math.nan)
        return self

    def calls(self, text: str) -> Self:
        """Send a safety text now."""
        self.cast.texts.append(Text(self.at_s, self.who, self.lon, self.lat, text))
        return self

    def _interval(self, kn: float) -> float:
        # ITU-R M.1371-5, annex 1, tables 1 and 2.
        if self.identity.class_b:
            steps = ((2.0, 180.0), (14.0, 30.0), (23.0, 15.0), (math.inf, 5.0))
        elif self.status in {1, 5}:
            steps = ((3.0, 180.0), (14.0, 10.0), (23.0, 6.0), (math.inf, 2.0))
        else:
            steps = ((14.0, 10.0), (23.0, 6.0), (math.inf, 2.0), (math.inf, 2.0))
        return next(seconds for fastest, seconds in steps if kn <= fastest)
