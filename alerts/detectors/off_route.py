"""Off its route: a ship where, or on a course on which, hardly any ship sails there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from alerts.events import Fact
from alerts.rescue import close_silent
from alerts.traffic.following import BY_WAY, PASSING, judged_roles, limits_of, passing
from alerts.traffic.telling import told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alerts.detector import State
    from alerts.events import Event
    from alerts.scene import Scene, World

_ROLES = judged_roles(1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class OffRoute:
    """A cargo ship, tanker, passenger ship or fast craft goes a way that is rare where it is.

    Held against the model of usual traffic in force: of the passages of its class (of all ships,
    where those are too few) through the square of 21 nm round it, fewer than ``rare_share`` went a
    way (place and course) as rare as this one or rarer, and ``passages`` or more are known. Such
    a report proves nothing: reports of one passage are not independent of each other, and each
    would be asked again. So it is told once for a passage, when all reports for ``lasting_min``,
    ``reports`` of them at least, said so; a single usual one begins anew. It is over when for
    ``back_min`` none did. Without a model, or where too few ships pass, it is silent.

    rare_share   0-1 · passages  ships through the square · reports  of one passage
    lasting_min, back_min  minutes · slowest_kn  slower a course says nothing, knots
    port_nm      nearer to a port ships turn as they must, nautical miles
    silence_h    an event of a ship that is not heard for so long is closed, hours

    Low severity: alone it is no reason to act; it counts towards the risk of the vessel. Other
    roles only where listed. Source: DETECTORS row 14; the Danish Maritime Authority's AisAbnormal
    (p < 0.001 with 5,000 ships in a cell of 200 m). Known false alarms: weather routing, ships
    that wait for orders, a new traffic scheme until the model has learned it.
    """

    version: ClassVar[int] = 1
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
        world = scene.world
        if not len(world.traffic.way) and not state.book.keys():
            # Nothing is known anywhere: no table for nothing.
            return []
        limits = limits_of(
            rare_share=self.rare_share, passages=self.passages, reports=self.reports,
            lasting_min=self.lasting_min, back_min=self.back_min, slowest_kn=self.slowest_kn,
            port_nm=self.port_nm,
        )  # fmt: skip
        table = state.reach(len(world.fleet))
        notes = passing(BY_WAY, world, scene.rows, table, _ROLES, limits)
        return [
            event
            for note in notes
            for event in told(
                "off_route", self.version, state, scene, note, lambda one: self._facts(scene, one)
            )
        ]

    def tick(self, state: State, world: World) -> list[Event]:
        """Close what is not heard any more."""
        return close_silent(state, world, self.silence_h)

    def _facts(self, scene: Scene, note: Any) -> Mapping[str, Fact]:  # noqa: ANN401
        row = scene.rows[note["row"]]
        lasted = (int(row["time"]) - int(note["at"])) / 60e6
        return {
            "course": Fact(round(float(row["cog"]), 1), "deg"),
            "rare": Fact(None, None, self.rare_share),
            "least_passages": Fact(None, None, self.passages),
            "lasting": Fact(round(lasted, 1), "min", self.lasting_min),
            "reports": Fact(int(note["spool"]), None, self.reports),
        }
