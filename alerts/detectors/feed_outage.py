"""Feed outages: a feed or one of its stations is not heard; one event, not thousands of gaps."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from alerts.events import Event, Fact, placed

if TYPE_CHECKING:
    from ais.coverage import Coverage, Receiver
    from alerts.detector import State
    from alerts.kinds import Severity
    from alerts.scene import Scene, World

_BEFORE_US = 600_000_000
_NAMED = ("feed", "station")


@dataclass(frozen=True, slots=True)
class FeedOutage:
    """Nothing comes from a feed, or from a station of a feed that else is heard.

    A receiver is down after ten times the silence that 99 of 100 of its own stay below, after no
    silence that it often comes back from, and never before two minutes (``CoverageSettings``). A
    feed is down when it was silent for longer than its steadiest station ever is. The place is
    the middle of what was heard; the zone is ``feed:NAME`` or ``feed:NAME:STATION``. Gaps of ships
    that only it heard are not told meanwhile.
    Source: DETECTORS §2 row 6 (one infrastructure alert, not thousands of gaps).
    Known false alarms: satellites and stations with few ships, until their silences are learned.

    stations          stations of one feed are told too (not in a feed of one)
    station_most_min  a station that is usually silent for longer is not told, minutes
    """

    version: ClassVar[int] = 1
    kinds: ClassVar[tuple[str, ...]] = ("feed_outage",)
    TABLE: ClassVar[np.dtype[Any] | None] = None

    stations: bool = True
    station_most_min: float = 30.0

    def step(self, state: State, scene: Scene) -> list[Event]:  # noqa: ARG002 (as Detector says)
        """Do nothing: outages are noticed when nothing comes."""
        return []

    def tick(self, state: State, world: World) -> list[Event]:
        """Compare the silence of each receiver with what is usual for it."""
        if world.coverage is None:
            return []
        standing = world.coverage.standing(60.0 * self.station_most_min).tobytes().hex()
        if state.memory.get("standing") == standing:
            return []
        state.memory["standing"] = standing
        told: list[Event] = []
        receivers = sorted(world.coverage.receivers(), key=lambda one: (one.feed, one.code))
        for feed, group in groupby(receivers, key=lambda one: one.feed):
            told += self._feed(state, world, feed, list(group))
        return told

    def _feed(self, state: State, world: World, feed: int, own: list[Receiver]) -> list[Event]:
        limits = [one.limit_s for one in own if one.limit_s is not None]
        newest = max(own, key=lambda one: one.last_us)
        silent_s = (world.now_us - newest.last_us) / 1e6
        down = bool(limits) and silent_s > min(limits)
        name = world.feeds[feed] if feed < len(world.feeds) else str(feed)
        facts = {"feed": Fact(name)}
        told = self._turn(state, world, f"feed:{feed}", own, facts, down=down)
        if not self.stations or len(own) < 2:  # noqa: PLR2004 (the feed is the station)
            return told
        for one in own:
            steady = one.limit_s is not None and one.limit_s <= 60.0 * self.station_most_min
            key = f"station:{one.code}"
            # While the whole feed is silent a station's own outage stays as it was told.
            lost = one.down and steady and (not down or key in state.book)
            station = facts | {"station": Fact(f"{one.station:08x}")}
            told += self._turn(state, world, key, [one], station, down=lost)
        return told

    def _turn(
        self,
        state: State,
        world: World,
        key: str,
        own: list[Receiver],
        facts: dict[str, Fact],
        *,
        down: bool,
    ) -> list[Event]:
        """Open or close the outage under ``key``."""
        if down == (key in state.book):
            return []
        newest = max(own, key=lambda one: one.last_us)
        if not down:
            event = state.book[key]
            ended = min(one.up_since_us for one in own if one.last_us > event.started_us)
            ended = max(ended, event.started_us)
            lasted = {"lasted": Fact(round((ended - event.started_us) / 1e6), "s")}
            return [state.book.close(key, ended, "heard again", evidence=lasted)]
        severity: Severity = "medium" if key.startswith("station") else "high"
        # Its name is in the id, its place is not: that depends on who was heard last.
        event = Event.begin(
            "feed_outage",
            self.version,
            started_us=newest.last_us,
            updated_us=world.now_us,
            lon=None,
            lat=None,
            zone=":".join(["feed", *(str(facts[one].value) for one in _NAMED if one in facts)]),
            severity=severity,
            evidence=facts | _measured(world, own),
        )
        return [state.book.open(key, placed(event, newest.lon, newest.lat), world.now_us)]


def _measured(world: World, own: list[Receiver]) -> dict[str, Fact]:
    last_us = max(one.last_us for one in own)
    limit = min(one.limit_s for one in own if one.limit_s is not None)
    return {
        "silence": Fact(round((world.now_us - last_us) / 1e6), "s", round(limit)),
        "stations": Fact(len(own), "stations"),
        "ships_heard_before": Fact(_ships(world.coverage, own, last_us), "ships"),
    }


def _ships(coverage: Coverage | None, own: list[Receiver], last_us: int) -> int:
    """Return how many ships the best of the receivers heard in the last ten minutes."""
    if coverage is None:
        return 0
    return max(coverage.ships(one.code, last_us - _BEFORE_US) for one in own)
