"""GNSS interference: many ships displaced at once; one area, and nobody is blamed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ais.compiled import allocating
from alerts import places
from alerts.distances import NM_M, metres
from alerts.events import Event, Fact
from alerts.scene import NO_SLOT, SHIP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from alerts.detector import State
    from alerts.scene import Scene, World

_MINUTE_US = 60_000_000
_NOWHERE_DEG = 0.01


@dataclass(frozen=True, slots=True)
class Displaced:
    """A ship that is not where it says: since when (µs), its slot, where it says to be."""

    since_us: int
    mmsi: int
    slot: int
    place: tuple[float, float]
    spool: int
    leapt: bool = True


@dataclass(frozen=True, slots=True)
class GnssInterference:
    """Several ships are displaced into one area, or all show one same fix: one event of the area.

    A ship is displaced where its track breaks off and goes on, twice heard, more than ``leap_nm``
    away, unreachable for any ship (``tracks.speed_kn``): onto land, an airport, a circle. Or it
    shows, to ``fix_deg``, the very place that others show. ``ships_least`` of them within
    ``window_min`` and ``radius_nm`` make an event; its place is the middle of where they seem to
    be. Until ``hold_min`` after the last report of a displaced segment its positions are doubted:
    other detectors leave them out, and take back what they told of them. Closed when no ship was
    displaced for ``hold_min``. Evidence counts those inland by more than ``inland_m``.
    Source: DETECTORS §2 row 13; 117 ships «at Beirut airport» on 4 April 2024.
    Known false alarms: none known; a slow drift without a leap is not seen, nor ships that were
    displaced before they were first heard, unless on one fix.

    ships_least count · window_min minutes · radius_nm, leap_nm nm · fix_deg degrees
    hold_min minutes · inland_m metres
    """

    version: ClassVar[int] = 1
    kinds: ClassVar[tuple[str, ...]] = ("gnss_interference",)
    TABLE: ClassVar[np.dtype[Any] | None] = None

    ships_least: int = 5
    window_min: float = 30.0
    radius_nm: float = 10.0
    leap_nm: float = 1.0
    fix_deg: float = 0.0001
    hold_min: float = 60.0
    inland_m: float = 500.0

    def step(self, state: State, scene: Scene) -> list[Event]:
        """Return nothing: what the segments of an MMSI are is looked at as time passes."""
        del state, scene
        return []

    def tick(self, state: State, world: World) -> list[Event]:
        """Look for areas into which ships are displaced; doubt the positions there."""
        # Leaps are looked at each tick, for others must not tell of them; one fix can wait.
        found = self._leapt(world)
        if state.passes(world.now_us, _MINUTE_US):
            found += self._same_fix(world)
        told: list[Event] = []
        keys = list(state.book.keys())
        near = self._near([_centre(state.book[key]) for key in keys], found)
        for key, inside in zip(keys, near, strict=True):
            told += self._go_on(state, world, key, [found[k] for k in np.flatnonzero(inside)])
        # An area that closes just now holds nobody who is displaced: it is in nobody's way.
        fresh = [found[k] for k in np.flatnonzero(~near.any(axis=0))]
        for group in self._groups(fresh):
            told.append(self._open(state, world, group))
            self._doubt(world, group)
        return told

    def _leapt(self, world: World) -> list[Displaced]:
        """Return the ships that leapt to where they were heard within the window."""
        out = []
        window = world.now_us - round(self.window_min * _MINUTE_US)
        for mmsi, tracks in world.twins.tracks(world):
            for before, one in pairwise(tracks):
                if max(one.first_received_us, one.received_us) < window:
                    continue
                # That no ship could make the way is why the segmenter opened the second one.
                if metres(*before.place, *one.first_place) > self.leap_nm * NM_M:
                    out.append(Displaced(one.first_us, mmsi, one.slot, one.place, one.first_spool))
        return out

    def _same_fix(self, world: World) -> list[Displaced]:
        """Return the ships that show, within the window, the very place that others show."""
        fleet = world.fleet
        window = world.now_us - round(self.window_min * _MINUTE_US)
        kind = world.vessels["kind"]
        slots = _on_one_fix(fleet, kind, window, self.fix_deg, self.ships_least)
        rows = fleet[slots]
        columns = (rows[name].tolist() for name in ("time", "mmsi", "lon", "lat", "spool"))
        return [
            Displaced(seen, mmsi, slot, (lon, lat), spool, leapt=False)
            for slot, seen, mmsi, lon, lat, spool in zip(slots.tolist(), *columns, strict=True)
        ]

    def _groups(self, found: Sequence[Displaced]) -> list[list[Displaced]]:
        """Return the groups of enough ships round the first of each."""
        left = sorted(found, key=lambda one: (one.since_us, one.mmsi, one.slot))
        groups = []
        while len(left) >= self.ships_least:
            [near] = self._near([left[0].place], left)
            group = [left[k] for k in np.flatnonzero(near)]
            if len({one.mmsi for one in group}) >= self.ships_least:
                groups.append(group)
                left = [left[k] for k in np.flatnonzero(~near)]
            else:
                left = left[1:]
        return groups

    def _near(
        self, centres: Sequence[tuple[float, float]], found: Sequence[Displaced]
    ) -> NDArray[np.bool_]:
        """Tell, (centres, found), which ships seem to be within the radius of which place."""
        places = np.array([one.place for one in found]).reshape(-1, 2)
        return _within(np.array(centres).reshape(-1, 2), places, self.radius_nm * NM_M)

    def _open(self, state: State, world: World, group: list[Displaced]) -> Event:
        lon = float(np.median([one.place[0] for one in group]))
        lat = float(np.median([one.place[1] for one in group]))
        first = group[0]
        event = Event.begin(
            "gnss_interference",
            self.version,
            started_us=first.since_us,
            updated_us=world.now_us,
            lon=lon,
            lat=lat,
            mmsis=tuple(sorted({one.mmsi for one in group})),
            evidence=self._evidence(world, group),
            inputs=tuple(one.spool for one in group[:10]),
        )
        key = event.id
        state.memory.setdefault("seen", {})[key] = world.now_us
        return state.book.open(key, event, world.now_us)

    def _evidence(self, world: World, group: Sequence[Displaced]) -> dict[str, Fact]:
        ships = {one.mmsi for one in group}
        inland = {one.mmsi for one in group if self._is_inland(world, one.place)}
        leapt = {one.mmsi for one in group if one.leapt}
        return {
            "ships": Fact(len(ships), "ships", self.ships_least),
            "ships_that_leapt": Fact(len(leapt), "ships"),
            "ships_on_one_fix": Fact(len(ships - leapt), "ships"),
            "ships_inland": Fact(len(inland), "ships"),
            "radius": Fact(self.radius_nm, "nm"),
        }

    def _is_inland(self, world: World, place: tuple[float, float]) -> bool:
        shore = places.read(world.places.shore, world.places.shore_frame, *place)
        return bool(shore < -self.inland_m)

    def _go_on(
        self, state: State, world: World, key: str, group: Sequence[Displaced]
    ) -> list[Event]:
        """Let ships join an open area, and close it when nobody is displaced any more."""
        event = state.book[key]
        held = round(self.hold_min * _MINUTE_US)
        heard = self._doubt(world, group)
        seen = state.memory["seen"]
        seen[key] = max(seen[key], heard)
        if world.now_us - seen[key] >= held:
            return [state.book.close(key, seen.pop(key), "no ship is displaced any more")]
        ships = tuple(sorted({*event.mmsis, *(one.mmsi for one in group)}))
        if ships == event.mmsis:
            return []
        facts = {"ships": Fact(len(ships), "ships", self.ships_least)}
        return state.book.update(key, world.now_us, world.now_us, mmsis=ships, evidence=facts)

    def _doubt(self, world: World, group: Sequence[Displaced]) -> int:
        """Doubt the positions of the group's segments; return when one was last heard, µs."""
        if not group:
            return 0
        slots = np.array([one.slot for one in group], np.int64)
        heard = world.fleet["received"][slots]
        doubted = heard + round(self.hold_min * _MINUTE_US)
        world.untrusted[slots] = np.maximum(world.untrusted[slots], doubted)
        return int(heard.max(initial=0))


def _centre(area: Event) -> tuple[float, float]:
    return area.lon or 0.0, area.lat or 0.0


@allocating
def _within(
    centres: NDArray[np.float64], places: NDArray[np.float64], reach_m: float
) -> NDArray[np.bool_]:
    out = np.zeros((len(centres), len(places)), np.bool_)
    for i in range(len(centres)):
        for k in range(len(places)):
            far = metres(centres[i, 0], centres[i, 1], places[k, 0], places[k, 1])
            out[i, k] = far <= reach_m
    return out


@allocating
def _on_one_fix(
    fleet: Any,  # noqa: ANN401
    kind: NDArray[np.uint8],
    since_us: int,
    fix_deg: float,
    least: int,
) -> NDArray[np.int64]:
    """Return the slots of ships heard since then whose place is that of ``least`` ships."""
    size = 64
    while size < 2 * len(fleet):
        size *= 2
    east, north = np.empty(size), np.empty(size)
    count, stands = np.zeros(size, np.int64), np.full(len(fleet), -1, np.int64)
    for slot in range(len(fleet)):
        row = fleet[slot]
        if row.slot == NO_SLOT or row.received < since_us or kind[row.vessel] != SHIP:
            continue
        # Receivers without a fix show 0° N 0° E.
        if abs(row.lon) < _NOWHERE_DEG and abs(row.lat) < _NOWHERE_DEG:
            continue
        x, y = np.rint(row.lon / fix_deg), np.rint(row.lat / fix_deg)
        at = (int(x) * 73_856_093 ^ int(y) * 19_349_663) & (size - 1)
        while count[at] and not (east[at] == x and north[at] == y):
            at = (at + 1) & (size - 1)
        east[at], north[at] = x, y
        count[at] += 1
        stands[slot] = at
    return np.array([s for s in range(len(fleet)) if stands[s] >= 0 and count[stands[s]] >= least])
