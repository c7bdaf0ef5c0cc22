"""Not under command, aground: a ship says that it cannot manoeuvre any more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ais.compiled import compiled
from alerts.by_list import rests_on_list
from alerts.distances import metres
from alerts.events import Event, Fact
from alerts.rescue import MIN_US, NOTE, close_silent, off_port_nm, remember, weighty
from alerts.scene import NO_SLOT, ROLES

if TYPE_CHECKING:
    from alerts.detector import State
    from alerts.scene import Scene, World

_NOT_UNDER_COMMAND, _AGROUND, _UNDEFINED, _NONE = 2, 6, 15, 255
_WORDS = {_NOT_UNDER_COMMAND: "not under command", _AGROUND: "aground"}
_OPENED, _SEEN, _CLOSED = 1, 2, 3
_MOVED_M = 1852.0


@dataclass(frozen=True, slots=True)
class NotUnderCommand:
    """A ship changes into navigation status 2 (not under command) or 6 (aground).

    Fires at the second report in a row that says so, after a report that said something else: a
    ship that is first heard not under command tells nothing new. One episode, however the status
    alternates, until another status was held for ``settle_min``. A change between 2 and 6 is told
    at once, a new place when the ship has moved by more than one nautical mile.

    length_m    metres: a ship so long counts, any that carries passengers and any listed one
    off_port_nm nautical miles: nearer to a port it is port business
    within_min  minutes after the change in which ship and place must be known to count
    settle_min  minutes of another status until the episode is over
    silence_h   hours without a report until the episode is over

    A listed one that would not count otherwise carries the list's codes (``alerts.by_list``),
    until it is known that any such ship would.

    Source: DETECTORS row 2 (P); ITU-R M.1371-5, navigation status.
    False alarms: barges and tows that switch between 2 and 3 all day (one episode), crews that
    forget the switch. Status 15 and none (class B) say nothing and end nothing.
    """

    version: ClassVar[int] = 1
    kinds: ClassVar[tuple[str, ...]] = ("not_under_command",)
    TABLE: ClassVar[np.dtype[Any] | None] = np.dtype(
        [("segment", "u4"), ("known", "?"), ("told", "?"), ("status", "u1"), ("count", "u1"),
         ("first", "i8"), ("first_spool", "u8"), ("back", "i8")]
    )  # fmt: skip

    length_m: float = 50.0
    off_port_nm: float = 3.0
    within_min: float = 30.0
    settle_min: float = 30.0
    silence_h: float = 24.0

    def step(self, state: State, scene: Scene) -> list[Event]:
        """Follow each ship's status."""
        world = scene.world
        table = state.reach(len(world.fleet))
        limits = np.array([self.length_m, self.off_port_nm, self.within_min * MIN_US,
                           self.settle_min * MIN_US])  # fmt: skip
        places = world.places
        notes = np.zeros(len(scene.rows), NOTE)
        found = _follow(scene.rows, world.vessels, table, places.port, places.frame, limits, notes)
        told: list[Event] = []
        for note in notes[:found]:
            told += self._told(state, scene, note)
        return told

    def tick(self, state: State, world: World) -> list[Event]:
        """Close what is not heard any more."""
        return close_silent(state, world, self.silence_h)

    def _told(self, state: State, scene: Scene, note: Any) -> list[Event]:  # noqa: ANN401 (a NOTE)
        row = scene.rows[note["row"]]
        key = str(int(row["segment"]))
        if note["what"] == _OPENED:
            remember(state, key, int(row["slot"]), int(row["segment"]))
            event = self._begun(scene, row, note)
            return [state.book.open(key, event, int(row["received"]))]
        if key not in state.book:
            return []
        if note["what"] == _CLOSED:
            del state.memory[key]
            return [state.book.close(key, int(note["at"]), "another status",
                                     trigger=int(row["spool"]))]  # fmt: skip
        return self._goes_on(state, scene, key, row)

    def _begun(self, scene: Scene, row: Any, note: Any) -> Event:  # noqa: ANN401 (a ROW, a NOTE)
        vessel = scene.world.vessels[row["vessel"]]
        evidence = {
            "status": Fact(_WORDS[int(row["nav_status"])]),
            "off_port": Fact(_finite(float(note["value"])), "nm", self.off_port_nm),
            **self._ship(vessel),
            "listed": Fact(bool(vessel["listed"])),
            "speed": Fact(_finite(float(row["sog"])), "kn"),
        }
        return Event.begin(
            "not_under_command", self.version, started_us=int(note["at"]), lon=row["lon"],
            lat=row["lat"], mmsi=int(row["mmsi"]), confidence=0.8, updated_us=int(row["time"]),
            evidence=evidence, inputs=(int(note["spool"]), int(row["spool"])),
            trigger=int(row["spool"]),
        )  # fmt: skip

    def _ship(self, vessel: Any) -> dict[str, Fact]:  # noqa: ANN401 (a VESSEL record)
        length = _finite(float(vessel["length_m"]))
        return {
            "length": Fact(length, "m", self.length_m),
            "role": Fact(ROLES[int(vessel["role"])]),
        }

    def _goes_on(self, state: State, scene: Scene, key: str, row: Any) -> list[Event]:  # noqa: ANN401
        event = state.book[key]
        status = _WORDS[int(row["nav_status"])]
        changed = event.evidence["status"].value != status
        ship: dict[str, Fact] = {}
        if rests_on_list(event):
            ship = self._ship(scene.world.vessels[row["vessel"]])
            for_any = not rests_on_list(replace(event, evidence={**event.evidence, **ship}))
            changed, ship = changed or for_any, ship if for_any else {}
        moved = event.lon is None or event.lat is None
        if not moved and event.lon is not None and event.lat is not None:
            moved = metres(event.lon, event.lat, row["lon"], row["lat"]) > _MOVED_M
        if not changed and not moved:
            return []
        facts = {"status": Fact(status), "speed": Fact(_finite(float(row["sog"])), "kn"), **ship}
        return state.book.update(
            key, int(row["time"]), int(row["received"]), at_once=changed, lon=row["lon"],
            lat=row["lat"], evidence=facts, inputs=(*event.inputs[:2], int(row["spool"])),
            trigger=int(row["spool"]),
        )  # fmt: skip


def _finite(value: float) -> float | None:
    return round(value, 2) if np.isfinite(value) else None


@compiled
def _follow(
    rows: Any,  # noqa: ANN401 (numpy records, here and below)
    vessels: Any,  # noqa: ANN401
    table: Any,  # noqa: ANN401
    ports: Any,  # noqa: ANN401
    frame: Any,  # noqa: ANN401
    limits: Any,  # noqa: ANN401
    notes: Any,  # noqa: ANN401
) -> int:
    """Note what begins, goes on and ends; return how many notes were made."""
    found = 0
    for i in range(len(rows)):
        row = rows[i]
        unsaid = row.nav_status in (_UNDEFINED, _NONE) or np.isnan(row.lon)
        if row.slot == NO_SLOT or row.late or row.repeat or unsaid:
            continue
        seen = table[row.slot]
        if seen.segment != row.segment:
            seen.segment, seen.count, seen.back = row.segment, 0, 0
            seen.known = seen.told = False
        note = notes[found]
        note.row, note.at, note.spool = i, row.time, row.spool
        if seen.told:
            note.what = _goes_or_ends(seen, row, limits[3], note)
        elif _changed(seen, row, limits[2]):
            note.value = off_port_nm(ports, frame, row.lon, row.lat)
            if note.value > limits[1] and weighty(vessels[row.vessel], limits[0]):
                note.what, note.at, note.spool = _OPENED, seen.first, seen.first_spool
                seen.told, seen.back = True, 0
        if note.what:
            found += 1
    return found


@compiled
def _helpless(row: Any) -> bool:  # noqa: ANN401
    return bool(row.nav_status in (_NOT_UNDER_COMMAND, _AGROUND))


@compiled
def _goes_or_ends(seen: Any, row: Any, settle_us: float, note: Any) -> int:  # noqa: ANN401
    """Return what to note of a ship that was told; its end is when the other status began."""
    if _helpless(row):
        seen.back = 0
        return _SEEN
    if seen.back == 0:
        seen.back = row.time
    elif row.time - seen.back >= settle_us:
        note.at = seen.back
        seen.told, seen.known, seen.count = False, True, 0
        return _CLOSED
    return 0


@compiled
def _changed(seen: Any, row: Any, within_us: float) -> bool:  # noqa: ANN401
    """Tell whether this is a second report, or a later one, of a change that was witnessed."""
    if not _helpless(row):
        seen.known, seen.count = True, 0
        return False
    if seen.known and seen.count == 0:
        seen.first, seen.first_spool, seen.count = row.time, row.spool, 1
        return False
    return bool(seen.known and row.time - seen.first <= within_us)
