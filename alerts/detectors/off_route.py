"""Off its route: a ship where, or on a course on which, hardly any ship sails there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from alerts.events import Fact
from alerts.rescue import close_silent
from alerts.traffic.following import BY_WAY, PASSING
from alerts.traffic.telling import moved, unusual

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alerts.detector import State
    from alerts.events import Event
    from alerts.scene import Scene, World


@dataclass(frozen=True, slots=True)
class OffRoute:
    """A cargo ship, tanker, passenger ship or fast craft goes a way that is rare where it is.

    Held against the model of usual traffic in force: of the passages of its class (of all ships,
    where those are too few) through the square of 21 nm round it, fewer than ``rare_share`` went a
    way (place and course) as rare as this one or rarer, and ``passages`` or more are known. Such
    a report proves nothing: reports of one passage are not independent of each other, and each
    would be asked again. So it is told once for a passage, when all reports for ``lasting_min``,
    ``reports`` of them at least, said so; a single usual one begins anew, while one that is up to
    twice as usual as it must be neither counts nor breaks it. It is over when for ``back_min``
    none did. Without a model, or where too few ships pass, it is silent.

    rare_share   0-1 · passages  ships through the square · reports  of one passage
    lasting_min, back_min  minutes · slowest_kn  slower a course says nothing, knots
    port_nm      nearer to a port ships turn as they must, nautical miles
    silence_h    an event of a ship that is not heard for so long is closed, hours

    Low severity: alone it is no reason to act; it counts towards the risk of the vessel. Other
    roles only where listed. Source: DETECTORS row 14; the Danish Maritime Authority's AisAbnormal
    (p < 0.001 with 5,000 ships in a cell of 200 m). Known false alarms: weather routing, ships
    that wait for orders, a new traffic scheme until the model has learned it.
    """

    version: ClassVar[int] = 2
    kinds: ClassVar[tuple[str, ...]] = ("off_route",)
    uses: ClassVar[tuple[str, ...]] = ("model", "zones")
    TABLE: ClassVar[np.dtype[Any] | None] = PASSING

    rare_share: float = 0.001
    passages: int = 500
    reports: int = 3
    lasting_min: float = 10.0
    back_min: float = 30.0
    slowest_kn: float = 3.0
    port_nm: float = 5.0
    silence_h: float = 6.0

    def step(self, state: State, scene: Scene) -> list[Event]:
        """Follow each ship's way."""
        return unusual("off_route", BY_WAY, self, state, scene, self._facts)

    def tick(self, state: State, world: World) -> list[Event]:
        """Close what is not heard any more."""
        return close_silent(state, world, self.silence_h)

    def _facts(self, row: Any) -> Mapping[str, Fact]:  # noqa: ANN401 (a ROW)
        return {"course": Fact(round(moved(row)[1], 1), "deg")}
