"""Jumps: a ship is suddenly elsewhere, and stays there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from alerts import twins
from alerts.events import Event, Fact
from alerts.twins import Leap, Track

if TYPE_CHECKING:
    from alerts.detector import State
    from alerts.scene import Scene, World

_MINUTE_US = 60_000_000


@dataclass(frozen=True, slots=True)
class Jump:
    """An MMSI's track ends and goes on elsewhere, too far away for any ship.

    The new segment begins more than ``apart_nm`` away, at an implied speed of more than
    ``speed_kn``; it has ``reports_least`` reports over ``held_min``, and the old one, of as many
    reports, was not heard since. A lone noise point is no jump; one that both places follow is a
    clone. Closed after ``quiet_h`` or when the ship is heard again where it was; retracted where
    its positions turn out to be interference.
    Source: DETECTORS §2 row 9; RadianceFleet (50 kn), Global Fishing Watch (segments).
    Known false alarms: a transponder that gets another ship's MMSI, an MMSI that is programmed
    wrongly and sold on; GNSS interference of fewer ships than make an area.

    apart_nm  distance, nm · speed_kn  implied speed, kn
    reports_least  of both segments, count · held_min  the new place is held, minutes
    quiet_h  until it is over, hours
    """

    version: ClassVar[int] = 1
    kinds: ClassVar[tuple[str, ...]] = ("jump",)
    TABLE: ClassVar[np.dtype[Any] | None] = None

    apart_nm: float = 5.0
    speed_kn: float = 50.0
    reports_least: int = 3
    held_min: float = 3.0
    quiet_h: float = 1.0

    def step(self, state: State, scene: Scene) -> list[Event]:
        """Return nothing: what the segments of an MMSI are is looked at as time passes."""
        del state, scene
        return []

    def tick(self, state: State, world: World) -> list[Event]:
        """Compare the newest segments of each MMSI that has several."""
        told: list[Event] = []
        seen = state.memory.setdefault("told", {})
        pairs = world.twins.tracks(world)
        for mmsi, tracks in pairs:
            told += self._look(state, world, mmsi, tracks)
        for gone in seen.keys() - {str(mmsi) for mmsi, _ in pairs}:
            del seen[gone]
        for key in state.book.keys():  # noqa: SIM118 (a book is no dict, and is changed here)
            if world.now_us - state.book[key].updated_us > self.quiet_h * 60 * _MINUTE_US:
                told.append(state.book.close(key, state.book[key].updated_us, "it stayed there"))
        return told

    def _look(self, state: State, world: World, mmsi: int, tracks: list[Track]) -> list[Event]:
        """Tell the jump to the newest segment, once; or end the one that was told."""
        key = str(mmsi)
        there, before = tracks[-1], tracks[:-1]
        here = max(before, key=lambda one: one.received_us)
        if key in state.book:
            return self._end(state, world, key, here, there)
        seen = state.memory["told"]
        if there.segment in seen.get(key, []) or len(twins.trusted([here, there], world)) < 2:  # noqa: PLR2004 (both)
            return []
        held = there.received_us - there.first_received_us >= self.held_min * _MINUTE_US
        known = min(here.reports, there.reports) >= self.reports_least
        if not (held and known) or here.received_us >= there.first_received_us:
            return []
        leap = Leap.between(here.place, here.last_us, there.first_place, there.first_us)
        seen.setdefault(key, []).append(there.segment)
        if not (leap.distance_nm > self.apart_nm and leap.speed_kn > self.speed_kn):
            return []
        event = Event.begin(
            "jump",
            self.version,
            mmsi=mmsi,
            started_us=there.first_us,
            updated_us=world.now_us,
            lon=there.first_place[0],
            lat=there.first_place[1],
            evidence={
                "distance": Fact(leap.distance_nm, "nm", self.apart_nm),
                "implied_speed": Fact(leap.speed_kn, "kn", self.speed_kn),
                "unheard": Fact(round((there.first_us - here.last_us) / 1e6), "s"),
                "reports_there": Fact(there.reports, "reports", self.reports_least),
                "from_lon": Fact(round(here.place[0], 5), "deg"),
                "from_lat": Fact(round(here.place[1], 5), "deg"),
            },
            inputs=(here.spool, there.first_spool, there.spool),
        )
        return [state.book.open(key, event, world.now_us)]

    @staticmethod
    def _end(state: State, world: World, key: str, here: Track, there: Track) -> list[Event]:
        event = state.book[key]
        if world.untrusted[there.slot] > there.received_us:
            reason = "its positions are displaced by GNSS interference"
            return [state.book.retract(key, world.now_us, reason)]
        if there.first_us == event.started_us and here.last_us > event.updated_us:
            return [state.book.close(key, here.last_us, "heard again where it was before")]
        return []
