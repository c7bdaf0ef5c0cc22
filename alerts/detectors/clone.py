"""Clones: one MMSI on two ships that are both heard."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
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
class Clone:
    """Two track segments of one MMSI are heard in turn, too far apart for one ship.

    They alternate ``swaps_least`` times, each time by more than ``apart_nm`` at more than
    ``speed_kn``; or two feeds hear them at the same time, within ``within_min``, so far apart.
    Segments of one report are noise and never count; positions under GNSS interference neither.
    Alternation is looked at each 10 s. One event per MMSI, closed when one place alone was heard
    for ``quiet_h``, retracted where its positions turn out to be interference.
    Source: DETECTORS §2 row 9; RadianceFleet (50 kn), Global Fishing Watch (segments).
    Known false alarms: feeds that send positions late (less than ``apart_nm`` at ship's speed),
    MMSIs that factories leave in (123456789): those are on many ships indeed.

    swaps_least  alternations, count · apart_nm  distance, nm · speed_kn  implied speed, kn
    within_min   of two feeds, minutes · quiet_h  until it is over, hours
    """

    version: ClassVar[int] = 1
    kinds: ClassVar[tuple[str, ...]] = ("clone",)
    TABLE: ClassVar[np.dtype[Any] | None] = None

    swaps_least: int = 3
    apart_nm: float = 5.0
    speed_kn: float = 50.0
    within_min: float = 10.0
    quiet_h: float = 3.0

    def step(self, state: State, scene: Scene) -> list[Event]:
        """Return nothing: what the segments of an MMSI are is looked at as time passes."""
        del state, scene
        return []

    def tick(self, state: State, world: World) -> list[Event]:
        """Count alternations since the tick before."""
        told: list[Event] = []
        seen = state.memory.setdefault("seen", {})
        pairs = world.twins.tracks(world)
        for mmsi, tracks in pairs:
            own = seen.setdefault(str(mmsi), {"spool": 0, "last": None, "swaps": 0, "apart": []})
            told += self._follow(state, world, mmsi, tracks, own)
        for gone in seen.keys() - {str(mmsi) for mmsi, _ in pairs}:
            del seen[gone]
            if gone in state.book:
                told.append(state.book.close(gone, world.now_us, "one place alone is heard"))
        return told

    def _follow(
        self, state: State, world: World, mmsi: int, tracks: list[Track], own: dict[str, Any]
    ) -> list[Event]:
        key = str(mmsi)
        good = twins.trusted(tracks, world)
        if len(good) < 2:  # noqa: PLR2004 (one place is no clone)
            reason = "its positions are displaced by GNSS interference"
            own |= {"last": None, "swaps": 0, "apart": []}
            return [state.book.retract(key, world.now_us, reason)] if key in state.book else []
        self._count(good, own)
        if key in state.book:
            return self._go_on(state, world, key, good, own)
        overlap = self._two_feeds(good)
        if own["swaps"] < self.swaps_least and overlap is None:
            return []
        there = max(good, key=lambda one: one.first_spool)
        here = max((t for t in good if t is not there), key=lambda one: one.spool)
        event = Event.begin(
            "clone",
            self.version,
            mmsi=mmsi,
            started_us=there.first_us,
            updated_us=world.now_us,
            lon=there.first_place[0],
            lat=there.first_place[1],
            evidence=self._evidence(own, here, there, by_feeds=overlap is not None),
            inputs=(here.spool, there.first_spool, there.spool),
        )
        return [state.book.open(key, event, world.now_us)]

    def _count(self, tracks: list[Track], own: dict[str, Any]) -> None:
        """Count the alternations among the newest reports of the tracks."""
        fresh = sorted((one for one in tracks if one.spool > own["spool"]), key=lambda t: t.spool)
        for one in fresh:
            last, own["spool"] = own["last"], one.spool
            own["last"] = [one.segment, one.last_us, *one.place]
            if last is None or last[0] == one.segment:
                continue
            leap = Leap.between((last[2], last[3]), last[1], one.place, one.last_us)
            if leap.distance_nm > self.apart_nm and leap.speed_kn > self.speed_kn:
                own["swaps"] += 1
                own["apart"] = [leap.distance_nm, leap.speed_kn]

    def _two_feeds(self, tracks: list[Track]) -> Leap | None:
        """Return the leap between two tracks that two feeds hear at the same time."""
        within = self.within_min * _MINUTE_US
        for one, other in combinations(tracks, 2):
            together = min(one.received_us, other.received_us) >= max(
                one.first_received_us, other.first_received_us
            )
            if one.feed == other.feed or not together:
                continue
            leap = Leap.between(one.place, one.last_us, other.place, other.last_us)
            near = abs(one.received_us - other.received_us) <= within
            if near and leap.distance_nm > self.apart_nm and leap.speed_kn > self.speed_kn:
                return leap
        return None

    def _go_on(
        self, state: State, world: World, key: str, tracks: list[Track], own: dict[str, Any]
    ) -> list[Event]:
        heard = sorted(one.received_us for one in tracks)
        if world.now_us - heard[-2] > self.quiet_h * 60 * _MINUTE_US:
            own |= {"swaps": 0, "apart": []}
            return [state.book.close(key, heard[-2], "one place alone is heard")]
        if own["swaps"] == state.book[key].evidence["swaps"].value:
            return []
        facts = {"swaps": Fact(own["swaps"], "swaps", self.swaps_least)}
        return state.book.update(key, max(heard), world.now_us, evidence=facts)

    def _evidence(
        self, own: dict[str, Any], here: Track, there: Track, *, by_feeds: bool
    ) -> dict[str, Fact]:
        leap = Leap.between(here.place, here.last_us, there.place, there.last_us)
        far, fast = own["apart"] or (leap.distance_nm, leap.speed_kn)
        return {
            "swaps": Fact(own["swaps"], "swaps", self.swaps_least),
            "distance": Fact(far, "nm", self.apart_nm),
            "implied_speed": Fact(fast, "kn", self.speed_kn),
            "two_feeds_at_once": Fact(by_feeds),
            "other_lon": Fact(round(here.place[0], 5), "deg"),
            "other_lat": Fact(round(here.place[1], 5), "deg"),
        }
