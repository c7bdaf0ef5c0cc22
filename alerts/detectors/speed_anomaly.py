"""Unusual speed: a ship far slower or faster than ships of her kind are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from alerts.events import Fact
from alerts.rescue import close_silent
from alerts.traffic.following import BY_SPEED, PASSING
from alerts.traffic.grid import SPEED_KN
from alerts.traffic.telling import moved, unusual

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alerts.detector import State
    from alerts.events import Event
    from alerts.scene import Scene, World


@dataclass(frozen=True, slots=True)
class SpeedAnomaly:
    """A cargo ship, tanker, passenger ship or fast craft makes a speed that is rare where it is.

    Held against the model of usual traffic in force: of the passages of its class (of all ships,
    where those are too few) through the square of 21 nm round it, fewer than ``rare_share`` were
    as slow or slower, or as fast or faster, both sides counted; and ``passages`` or more are
    known. Speeds are compared in steps of 2 kn. As with ``off_route`` a passage is told once,
    when all its reports for ``lasting_min``, ``reports`` of them at least, said so, and is over
    when for ``back_min`` none did. Not asked: at anchor, moored, aground, not under command,
    restricted, fishing, towing; these say why themselves.

    rare_share   0-1 · passages  ships through the square · reports  of one passage
    lasting_min, back_min  minutes · slowest_kn  slower she lies still, knots (see loitering)
    port_nm      nearer to a port ships slow down as they must, nautical miles
    silence_h    an event of a ship that is not heard for so long is closed, hours

    Low severity: alone it is no reason to act; it counts towards the risk of the vessel. Other
    roles only where listed. Source: DETECTORS row 14; the Danish Maritime Authority's AisAbnormal
    (p < 0.001). Known false alarms: heavy weather, engine trouble, slow steaming of a whole fleet
    until the model has learned it, a ship that waits for her berth far out.
    """

    version: ClassVar[int] = 2
    kinds: ClassVar[tuple[str, ...]] = ("speed_anomaly",)
    uses: ClassVar[tuple[str, ...]] = ("model", "zones")
    TABLE: ClassVar[np.dtype[Any] | None] = PASSING

    rare_share: float = 0.001
    passages: int = 500
    reports: int = 3
    lasting_min: float = 15.0
    back_min: float = 30.0
    slowest_kn: float = 1.0
    port_nm: float = 8.0
    silence_h: float = 6.0

    def step(self, state: State, scene: Scene) -> list[Event]:
        """Follow each ship's speed."""
        return unusual("speed_anomaly", BY_SPEED, self, state, scene, self._facts)

    def tick(self, state: State, world: World) -> list[Event]:
        """Close what is not heard any more."""
        return close_silent(state, world, self.silence_h)

    def _facts(self, row: Any) -> Mapping[str, Fact]:  # noqa: ANN401 (a ROW)
        return {
            "speed": Fact(round(moved(row)[0], 2), "kn"),
            "step": Fact(SPEED_KN, "kn"),
        }
