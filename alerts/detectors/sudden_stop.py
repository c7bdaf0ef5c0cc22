"""Sudden stop: a ship that was under way lies still within a minute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ais.compiled import compiled
from alerts.by_list import rests_on_list
from alerts.distances import metres
from alerts.events import Event, Fact
from alerts.rescue import (
    BUSY,
    MIN_US,
    NOTE,
    S_US,
    close_silent,
    off_port_nm,
    remember,
    weighty,
    weighty_alone,
)
from alerts.scene import NO_SLOT, ROLES

if TYPE_CHECKING:
    from alerts.detector import State
    from alerts.scene import Scene, World

_OPENED, _CLOSED, _FOR_ANY = 1, 2, 3
_NOTHING, _STOPPED, _TOLD = range(3)
_SLACK_M = 50.0
_MS_PER_KN = 1852.0 / 3600.0


@dataclass(frozen=True, slots=True)
class SuddenStop:
    """A ship goes from more than ``fast_kn`` to less than ``slow_kn`` within ``within_s``.

    Fires when two reports in a row were fast, the first slow one came within ``within_s`` of the
    last fast one, no later one was faster, one at least ``hold_s`` later is slow as well, and the
    positions then agree that it lies still. A report without speed says nothing; one of
    ``believable_kn`` and more is noise. Closed when it moves by more than ``moving_kn`` again.

    fast_kn, slow_kn    knots · within_s seconds · hold_s seconds
    hold_max_min        minutes: a stop that is not confirmed by then is not told
    fast_gap_min        minutes between the two fast reports, at most
    moving_kn           knots: faster than this it is over; also what positions may still say
    believable_kn       knots: no ship here is as fast
    length_m, off_port_nm, silence_h   as for not_under_command: metres, nautical miles, hours

    Source: DETECTORS row 2 (P); the Danish Maritime Authority's AisAbnormal (> 7 to < 1 kn within
    30 s, held 60 s, 50 m). Fishing, tugs, pilots, rescue, law enforcement and working craft stop
    for their living: only listed ones count, and carry the list's codes (``alerts.by_list``) until
    it is known that any such ship would count. False alarms: a log that fails (positions move on),
    jammed GNSS (positions that are doubted are left out), ferries that stop off a port.
    """

    version: ClassVar[int] = 1
    kinds: ClassVar[tuple[str, ...]] = ("sudden_stop",)
    TABLE: ClassVar[np.dtype[Any] | None] = np.dtype(
        [("segment", "u4"), ("phase", "u1"), ("fasts", "u1"), ("fast_ckn", "u2"),
         ("fast_at", "i8"), ("fast_spool", "u8"), ("stop_at", "i8"), ("stop_spool", "u8"),
         ("stop_lon", "f4"), ("stop_lat", "f4")]
    )  # fmt: skip

    fast_kn: float = 7.0
    slow_kn: float = 1.0
    within_s: float = 60.0
    hold_s: float = 60.0
    hold_max_min: float = 10.0
    fast_gap_min: float = 10.0
    moving_kn: float = 3.0
    believable_kn: float = 50.0
    length_m: float = 50.0
    off_port_nm: float = 3.0
    silence_h: float = 24.0

    def step(self, state: State, scene: Scene) -> list[Event]:
        """Follow each ship's speed."""
        world = scene.world
        limits = np.array([
            self.fast_kn, self.slow_kn, self.within_s * S_US, self.hold_s * S_US,
            self.hold_max_min * MIN_US, self.fast_gap_min * MIN_US, self.moving_kn,
            self.believable_kn, self.length_m, self.off_port_nm,
        ])  # fmt: skip
        notes = np.zeros(len(scene.rows), NOTE)
        before = np.zeros(len(scene.rows), self.TABLE)
        found = _follow(
            scene.rows, world.vessels, state.reach(len(world.fleet)), world.untrusted,
            world.places.port, world.places.frame, limits, notes, before,
        )  # fmt: skip
        return [
            event
            for note, seen in zip(notes[:found], before[:found], strict=True)
            for event in self._told(state, scene, note, seen)
        ]

    def tick(self, state: State, world: World) -> list[Event]:
        """Close what is not heard any more."""
        return close_silent(state, world, self.silence_h)

    def _told(self, state: State, scene: Scene, note: Any, seen: Any) -> list[Event]:  # noqa: ANN401
        row = scene.rows[note["row"]]
        key = str(int(row["segment"]))
        if note["what"] == _OPENED:
            remember(state, key, int(row["slot"]), int(row["segment"]))
            event = self._begun(scene, row, note, seen)
            return [state.book.open(key, event, int(row["received"]))]
        if key not in state.book:
            return []
        if note["what"] == _FOR_ANY:
            return self._for_any(state, scene, key, row)
        del state.memory[key]
        return [state.book.close(key, int(row["time"]), "moves again", trigger=int(row["spool"]))]

    def _for_any(self, state: State, scene: Scene, key: str, row: Any) -> list[Event]:  # noqa: ANN401
        """Tell what she is, where the event rested on the list and does not any more."""
        if not rests_on_list(state.book[key]):
            return []
        return state.book.update(
            key, int(row["time"]), int(row["received"]), at_once=True,
            evidence=self._ship(scene.world.vessels[row["vessel"]]), trigger=int(row["spool"]),
        )  # fmt: skip

    def _ship(self, vessel: Any) -> dict[str, Fact]:  # noqa: ANN401 (a VESSEL record)
        length = float(vessel["length_m"])
        return {
            "length": Fact(round(length, 1) if np.isfinite(length) else None, "m", self.length_m),
            "role": Fact(ROLES[int(vessel["role"])]),
        }

    def _begun(self, scene: Scene, row: Any, note: Any, seen: Any) -> Event:  # noqa: ANN401
        vessel = scene.world.vessels[row["vessel"]]
        off = float(note["value"])
        stopped, time = int(seen["stop_at"]), int(row["time"])
        evidence = {
            "speed_before": Fact(int(seen["fast_ckn"]) / 100, "kn", self.fast_kn),
            "speed_after": Fact(round(float(row["sog"]), 2), "kn", self.slow_kn),
            "within": Fact(round((stopped - int(seen["fast_at"])) / S_US), "s", self.within_s),
            "held": Fact(round((time - stopped) / S_US), "s", self.hold_s),
            "off_port": Fact(round(off, 2) if np.isfinite(off) else None, "nm", self.off_port_nm),
            **self._ship(vessel),
            "listed": Fact(bool(vessel["listed"])),
        }
        spools = (int(seen["fast_spool"]), int(seen["stop_spool"]), int(row["spool"]))
        return Event.begin(
            "sudden_stop", self.version, started_us=stopped, lon=row["lon"], lat=row["lat"],
            mmsi=int(row["mmsi"]), confidence=0.7, updated_us=time, evidence=evidence,
            inputs=spools, trigger=int(row["spool"]),
        )  # fmt: skip


@compiled
def _follow(  # noqa: PLR0913, PLR0917 (a loop is handed its columns one by one)
    rows: Any,  # noqa: ANN401 (numpy records, here and below)
    vessels: Any,  # noqa: ANN401
    table: Any,  # noqa: ANN401
    untrusted: Any,  # noqa: ANN401
    ports: Any,  # noqa: ANN401
    frame: Any,  # noqa: ANN401
    limits: Any,  # noqa: ANN401
    notes: Any,  # noqa: ANN401
    before: Any,  # noqa: ANN401
) -> int:
    """Note stops and their ends, with the state as it then was; return how many notes."""
    found = 0
    for i in range(len(rows)):
        row = rows[i]
        # A speed that is not available compares false as well.
        useless = row.slot == NO_SLOT or row.late or row.repeat or np.isnan(row.lon)
        if useless or not row.sog < limits[7] or untrusted[row.slot] > row.received:
            continue
        seen = table[row.slot]
        if seen.segment != row.segment:
            seen.segment, seen.phase, seen.fasts = row.segment, _NOTHING, 0
        what, value = 0, 0.0
        if seen.phase == _TOLD:
            what = _CLOSED if row.sog > limits[6] else _for_any(vessels[row.vessel], limits[8])
        elif _lies_still(seen, row, limits):
            value = off_port_nm(ports, frame, row.lon, row.lat)
            if value > limits[9] and _counts(vessels[row.vessel], limits[8]):
                what = _OPENED
        if what:
            note = notes[found]
            note.row, note.what, note.value = i, what, value
            before[found] = seen
            found += 1
            seen.phase, seen.fasts = _NOTHING if what == _CLOSED else _TOLD, 0
    return found


@compiled
def _lies_still(seen: Any, row: Any, limits: Any) -> bool:  # noqa: ANN401
    """Take the report in; tell whether it confirms a sudden stop."""
    if row.sog > limits[0]:
        again = seen.fasts and row.time - seen.fast_at <= limits[5]
        seen.fasts, seen.phase = 2 if again else 1, _NOTHING
        seen.fast_at, seen.fast_spool = row.time, row.spool
        seen.fast_ckn = round(row.sog * 100)
        return False
    if not row.sog < limits[1]:
        seen.phase = _NOTHING
        return False
    if seen.phase == _NOTHING:
        if seen.fasts > 1 and row.time - seen.fast_at <= limits[2]:
            seen.phase, seen.stop_at, seen.stop_spool = _STOPPED, row.time, row.spool
            seen.stop_lon, seen.stop_lat = row.lon, row.lat
        seen.fasts = 0
        return False
    held = row.time - seen.stop_at
    if held > limits[4]:
        seen.phase = _NOTHING
        return False
    return bool(held >= limits[3] and _agrees(seen, row, limits[6]))


@compiled
def _agrees(seen: Any, row: Any, most_kn: float) -> bool:  # noqa: ANN401
    """Tell whether positions since the stop, too, say that it moves no faster than ``most_kn``."""
    moved = metres(seen.stop_lon, seen.stop_lat, row.lon, row.lat)
    return bool(moved - _SLACK_M <= most_kn * _MS_PER_KN * (row.time - seen.stop_at) / S_US)


@compiled
def _counts(vessel: Any, length_m: float) -> bool:  # noqa: ANN401
    return weighty(vessel, length_m) and (vessel.listed or vessel.role not in BUSY)


@compiled
def _for_any(vessel: Any, length_m: float) -> int:  # noqa: ANN401
    """Return what to note of a listed ship that would count as any other."""
    any_ship = weighty_alone(vessel, length_m) and vessel.role not in BUSY
    return _FOR_ANY if vessel.listed and any_ship else 0
