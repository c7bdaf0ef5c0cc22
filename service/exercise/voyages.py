"""What a vessel does, as a cycle of legs: the timetable that movement reads.

A *template* is a closed cycle of legs (a leg = some way along a path, or a stay at its end); a
vessel is a template with a phase, so where it is at any time is a pure function of the time, and
ships are under way all over the sea from the first second.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from service.exercise.paths import Paths

KNOT = 1852 / 3600
"""Metres per second in a knot."""
SAIL, MOORED, ANCHORED, AWAY = range(4)
"""Modes of a leg; AWAY = beyond a gate, nothing is sent."""
UNDER_WAY, AT_ANCHOR, AT_BERTH, FISHING, SAILING = 0, 1, 5, 7, 8
"""Navigational status, ITU-R M.1371-5 table 45."""
HARBOUR_KN = 7.0
CRAWL = 0.5
"""m/s: slower, a ship under way would hardly get there."""
ACCELERATION = 0.012
"""m/s²: a merchant ship takes some ten minutes to full speed."""

LEG = np.dtype(
    [
        ("start_s", "f8"),  # within the cycle
        ("length_s", "f8"),
        ("path", "i4"),
        ("backward", "i1"),
        ("side", "i1"),  # 1 or -1: what the lane counts when the path is sailed this way
        ("mode", "i1"),
        ("status", "i1"),
        ("port", "i2"),  # destination, -1 none
        ("from_m", "f8"),  # sailed on this path when the leg starts
        ("speed_start", "f8"),  # m/s
        ("speed_end", "f8"),
        ("arrives_s", "f8"),  # within the cycle; may lie behind its end
    ]
)


@dataclass(frozen=True, slots=True)
class Voyages:
    """All templates: t has the legs ``first[t]:first[t + 1]`` and lasts ``period_s[t]``."""

    legs: NDArray[np.void]
    first: NDArray[np.int64]
    period_s: NDArray[np.float64]

    @classmethod
    def of(cls, cycles: list[Cycle]) -> Voyages:
        """Join finished cycles."""
        counts = np.cumsum([0, *(len(cycle.legs) for cycle in cycles)])
        legs = np.array([leg for cycle in cycles for leg in cycle.legs], LEG)
        return cls(legs, counts.astype(np.int64), np.array([cycle.now_s for cycle in cycles]))


@dataclass(slots=True)
class Cycle:
    """One template being written, leg by leg; ``now_s`` is the length so far."""

    paths: Paths
    index: dict[str, int]
    legs: list[tuple[float | int, ...]] = field(default_factory=list)
    now_s: float = 0.0
    port: int = -1
    speed: float = 0.0
    unarrived: int = 0

    def towards(self, port: int) -> None:
        """Set the destination that the legs from here on announce."""
        self.port, self.unarrived = port, len(self.legs)

    def arrived(self) -> None:
        """Give every leg since ``towards`` its time of arrival: now."""
        self.legs[self.unarrived :] = [
            (*leg[:-1], self.now_s) for leg in self.legs[self.unarrived :]
        ]
        self.unarrived = len(self.legs)

    def stay(self, key: str, hours: float, mode: int = MOORED) -> None:
        """Stay at the end of path ``key`` for ``hours``."""
        status = {MOORED: AT_BERTH, ANCHORED: AT_ANCHOR}.get(mode, UNDER_WAY)
        seconds = max(60.0, hours * 3600)
        length = self.paths.length_m(self.index[key])
        self._add(key, mode, status, (length, 0.0, 0.0, seconds))
        self.speed = 0.0

    def sail(
        self, key: str, knots: float, *, then: float = HARBOUR_KN, status: int = UNDER_WAY
    ) -> None:
        """Sail path ``key`` to its end: change to ``knots``, keep it, be at ``then`` knots there.

        The key ``-lane:A>B`` sails it backwards.
        """
        length = self.paths.length_m(self.index[key.removeprefix("-")])
        cruise, last = knots * KNOT, then * KNOT
        first = min(self.speed, max(cruise, last))
        # Short hops never reach full speed, and some not even the speed at their end.
        slowest = max(first, CRAWL)
        while _ramp(first, cruise) + _ramp(cruise, last) > length and cruise > slowest:
            cruise = max(slowest, cruise * 0.9)
        begun, ended = _ramp(first, cruise), _ramp(cruise, last)
        if begun + ended > length:
            begun, ended, last = min(begun, length), 0.0, cruise
        pieces = [(0.0, first, cruise, begun), (begun, cruise, cruise, length - begun - ended)]
        pieces.append((length - ended, cruise, last, ended))
        for at_m, v0, v1, metres in pieces:
            if metres > 0:
                profile = (at_m, v0, v1, metres / max((v0 + v1) / 2, 0.05))
                self._add(key, SAIL, status, profile)
        self.speed = last

    def _add(
        self, key: str, mode: int, status: int, profile: tuple[float, float, float, float]
    ) -> None:
        at_m, v0, v1, seconds = profile
        backward = key.startswith("-")
        path = self.index[key.removeprefix("-")]
        # Ships keep to starboard of a lane either way, but leave a berth as they came.
        side = -1 if backward and not key.startswith(("-berth", "-anchor")) else 1
        leg = (self.now_s, seconds, path, int(backward), side, mode, status, self.port)
        self.legs.append((*leg, at_m, v0, v1, self.now_s + seconds))
        self.now_s += seconds


def _ramp(before: float, after: float) -> float:
    """Return the metres that a change of speed takes (m/s)."""
    return abs(after**2 - before**2) / (2 * ACCELERATION)
