"""Where and when one incident plays, and the words in which it is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from alerts.distances import ahead
from service.exercise.fleet import WORDS, imo_numbers
from service.exercise.incidents.script import Actor, Cast, Identity, Truth

if TYPE_CHECKING:
    from service.exercise.receivers import Masts

NM_M = 1852.0
MIDS = (215, 229, 237, 247, 256, 271, 304, 352, 538, 636)
ON_STAGE_S = 6 * 3600.0
"""An actor is heard for so long at least after its incident has begun."""
_SERIALS = 800_000
"""Below those of the fleet."""


@dataclass(slots=True)
class Plot:
    """One playing of an incident.

    name      of the incident, as in the scenario · number  of the playing in the exercise
    at_s      when it begins, seconds after the exercise did; begins_ms  when that was
    lon, lat, course   the site: what the course means stands in ``derive_sites``
    """

    name: str
    number: int
    at_s: float
    begins_ms: int
    lon: float
    lat: float
    course: float
    cast: Cast
    masts: Masts
    random: np.random.Generator
    called: int = field(default=0)
    actors: list[Actor] = field(default_factory=list)

    def near(self, course: float, nm: float) -> tuple[float, float]:
        """Return the place so many miles from the site."""
        lon, lat = ahead(self.lon, self.lat, course, nm * NM_M)
        return float(lon), float(lat)

    def identity(self, ship_type: int = 70, length_m: int = 90, **more: object) -> Identity:
        """Return an invented identity that no other vessel of the exercise has."""
        serial = 3_000 + 40 * self.number + self.called
        self.called += 1
        mid = MIDS[int(self.random.integers(len(MIDS)))]
        first, second = (WORDS[part].split() for part in ("first", "second"))
        # Letters of its own number keep the name apart from those of the fleet.
        mark = "".join(chr(65 + serial // 26**k % 26) for k in range(3))
        name = f"{first[serial * 7 % len(first)]} {second[serial * 3 % len(second)]}"
        said = {
            "mmsi": mid * 1_000_000 + 980_000 + serial,
            "name": f"{name[:16]} {mark}",
            "imo": int(imo_numbers(np.array([_SERIALS + serial]))[0]) if length_m > 45 else 0,  # noqa: PLR2004
            "call_sign": f"{mark}{serial % 10_000:04d}",
        }
        return Identity(ship_type=ship_type, length_m=length_m, **{**said, **more})  # type: ignore[arg-type]

    def ship(
        self, course: float = 0.0, nm: float = 0.0, *, identity: Identity | None = None
    ) -> Actor:
        """Return a new actor, so many miles from the site."""
        place = self.near(course, nm)
        actor = Actor(
            self.cast, identity or self.identity(), self.at_s, *place, course=self.course
        )
        self.actors.append(actor)
        return actor

    def ends(self) -> None:
        """Let everyone but distress devices sail on until hours after the play."""
        for actor in self.actors:
            if actor.named:
                actor.carries_on(self.at_s + ON_STAGE_S)

    def true(
        self,
        kind: str,
        actor: Actor,
        by_min: float,
        *,
        others: tuple[int, ...] = (),
        from_s: float | None = None,
        severity: str | None = None,
    ) -> None:
        """Note that ``kind`` is true of ``actor`` from now, to be told within ``by_min``."""
        begun = actor.at_s if from_s is None else from_s
        started_us = self.begins_ms * 1000 + round(begun * 1e6)
        self.cast.truths.append(Truth(
            self.name, kind, tuple(sorted({actor.identity.mmsi, *others})), started_us,
            round(actor.lon, 5), round(actor.lat, 5), started_us + round(by_min * 60e6), severity,
        ))  # fmt: skip

    def area(self, kind: str, from_s: float, by_min: float, lon: float, lat: float) -> None:
        """Note that ``kind`` is true of an area or a receiver."""
        started_us = self.begins_ms * 1000 + round(from_s * 1e6)
        self.cast.truths.append(Truth(
            self.name, kind, (), started_us, round(lon, 5), round(lat, 5),
            started_us + round(by_min * 60e6),
        ))  # fmt: skip

    def lists(self, identity: Identity) -> Identity:
        """Put an identity on the exercise's list."""
        self.cast.listed.append(identity)
        return identity

    def innocent(self, *actors: Actor) -> None:
        """Note that nothing is to be told of ``actors``."""
        self.cast.innocent |= {actor.identity.mmsi for actor in actors}
