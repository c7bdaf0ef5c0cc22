"""Changed draught: a ship that says at sea to lie deeper or higher than before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ais.compiled import compiled
from alerts.distances import NM_M
from alerts.events import Event, Fact
from alerts.places import read
from alerts.rescue import NOTE
from alerts.scene import NO_SLOT, SHIP
from alerts.traffic.following import judged_roles

if TYPE_CHECKING:
    from alerts.detector import State
    from alerts.scene import Scene, World

_ROLES = judged_roles(1, 2)
_IDLE, _RUNNING = range(2)
_MINUTE_US, _HOUR_US = 60_000_000, 3_600_000_000
_S_US = 1_000_000


@dataclass(frozen=True, slots=True)
class DraughtChange:
    """A cargo ship or tanker far from port says another draught than before (type 5).

    Told when the draught differs from the one settled by ``change_m`` or more and by
    ``change_share`` of it or more, when that was in force for ``hold_min``, and when she is then
    more than ``off_port_nm`` from any port and any anchorage: cargo was passed on at sea, or she
    called somewhere unheard. Smaller changes (fuel, ballast) and changes near a port are settled
    without a word. One event for all changes until ``quiet_h`` without a further one.

    change_m       metres · change_share  0-1 of the draught before
    hold_min       minutes: two static reports lie six minutes apart
    off_port_nm    nautical miles: crews forget the draught for the first hour out of port
    quiet_h        hours

    The history of the draught is kept by track segment: what changed while nobody heard her for
    a day is not seen. Low severity; other roles only where listed. Source: DETECTORS row 14 (P).
    Known false alarms: crews that correct the draught late, ballast taken for heavy weather.
    """

    version: ClassVar[int] = 1
    kinds: ClassVar[tuple[str, ...]] = ("draught_change",)
    uses: ClassVar[tuple[str, ...]] = ("zones",)
    TABLE: ClassVar[np.dtype[Any] | None] = np.dtype(
        [("segment", "u4"), ("since_s", "u4"), ("settled", "u1"), ("fresh", "u1"), ("phase", "u1")]
    )

    change_m: float = 0.5
    change_share: float = 0.1
    hold_min: float = 12.0
    off_port_nm: float = 15.0
    quiet_h: float = 12.0

    def step(self, state: State, scene: Scene) -> list[Event]:
        """Follow each ship's draught."""
        world, rows = scene.world, scene.rows
        limits = np.array([
            self.change_m * 10, self.change_share, self.hold_min * 60, self.off_port_nm * NM_M,
        ])  # fmt: skip
        notes = np.zeros(len(rows), NOTE)
        places = world.places
        count = _follow(
            rows, world.vessels, state.reach(len(world.fleet)), _ROLES,
            (places.port, places.anchorage, places.frame), limits, notes,
        )  # fmt: skip
        return [event for note in notes[:count] for event in self._told(state, scene, note)]

    def tick(self, state: State, world: World) -> list[Event]:
        """Close what has not changed again for long, once a minute."""
        if not state.passes(world.now_us, _MINUTE_US):
            return []
        told = []
        for key in state.book.keys():  # noqa: SIM118 (a book is no dict)
            last = state.memory[key]
            if world.now_us - last >= self.quiet_h * _HOUR_US:
                del state.memory[key]
                reason = f"no further change for {self.quiet_h:g} h"
                told.append(state.book.close(key, last, reason))
        return told

    def _told(self, state: State, scene: Scene, note: Any) -> list[Event]:  # noqa: ANN401
        row = scene.rows[note["row"]]
        key, us = str(int(row["segment"])), int(row["received"])
        evidence, spool = self._evidence(note), int(row["spool"])
        state.memory[key] = us
        if key in state.book:
            inputs = (*state.book[key].inputs[:1], spool)
            return state.book.update(
                key, int(row["time"]), us, at_once=True, evidence=evidence, inputs=inputs,
                trigger=spool,
            )  # fmt: skip
        event = Event.begin(
            "draught_change", self.version, started_us=int(note["at"]),
            updated_us=int(row["time"]), lon=row["lon"], lat=row["lat"], mmsi=int(row["mmsi"]),
            confidence=0.6, evidence=evidence, inputs=(spool,), trigger=spool,
        )  # fmt: skip
        return [state.book.open(key, event, us)]

    def _evidence(self, note: Any) -> dict[str, Fact]:  # noqa: ANN401
        before, now = int(note["spool"]) >> 8, int(note["spool"]) & 255
        off = float(note["value"]) / NM_M
        least = max(self.change_m, self.change_share * before / 10)
        return {
            "draught_before": Fact(before / 10, "m"),
            "draught": Fact(now / 10, "m"),
            "change": Fact(round(abs(now - before) / 10, 1), "m", round(least, 2)),
            "off_port": Fact(round(off, 1) if np.isfinite(off) else None, "nm", self.off_port_nm),
        }


@compiled
def _follow(
    rows: Any,  # noqa: ANN401
    vessels: Any,  # noqa: ANN401
    table: Any,  # noqa: ANN401
    roles: Any,  # noqa: ANN401
    places: Any,  # noqa: ANN401
    limits: Any,  # noqa: ANN401
    notes: Any,  # noqa: ANN401
) -> int:
    """Note the rows at which another draught is settled at sea: both draughts stand in spool."""
    count = 0
    for i in range(len(rows)):
        row = rows[i]
        if row.slot == NO_SLOT or row.late or row.repeat or np.isnan(row.lon):
            continue
        vessel = vessels[row.vessel]
        said = vessel.draught
        if said == 0 or vessel.kind != SHIP or not (roles[vessel.role] or vessel.listed):
            continue
        seen = table[row.slot]
        if seen.segment != row.segment:
            seen.segment, seen.settled, seen.phase = row.segment, said, _IDLE
        before = seen.settled
        if not _settles(seen, said, row.time // _S_US, limits):
            continue
        away = _away(places, row.lon, row.lat)
        if away > limits[3]:
            note = notes[count]
            note.row, note.what, note.at, note.value = i, 1, seen.since_s * _S_US, away
            note.spool = np.int64(before) * 256 + np.int64(said)
            count += 1
    return count


@compiled
def _settles(seen: Any, said: int, now_s: int, limits: Any) -> bool:  # noqa: ANN401
    """Take what is said now; tell whether it settles a draught that differs by enough."""
    apart = abs(np.int64(said) - np.int64(seen.settled))
    if apart < limits[0] or apart < limits[1] * seen.settled:
        seen.settled, seen.phase = said, _IDLE
        return False
    if seen.phase == _IDLE or seen.fresh != said:
        seen.fresh, seen.since_s, seen.phase = said, now_s, _RUNNING
        return False
    if now_s - seen.since_s < limits[2]:
        return False
    seen.settled, seen.phase = said, _IDLE
    return True


@compiled
def _away(places: Any, lon: float, lat: float) -> float:  # noqa: ANN401
    """Return the metres to the nearest port or anchorage, NaN where that is not known."""
    port, anchorage, frame = places
    return min(read(port, frame, lon, lat), read(anchorage, frame, lon, lat))
