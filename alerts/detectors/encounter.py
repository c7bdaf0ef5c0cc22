"""Encounters: two slow vessels that stay beside each other at sea."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ais.compiled import allocating, compiled
from alerts.distances import NM_M, metres, turned
from alerts.events import Event, Fact
from alerts.pairs import Bridge, Met, Pair
from alerts.places import read
from alerts.scene import CRAFT, FISHING, NO_SLOT, PILOT, ROLES, SAR, SHIP, TUG, WORKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from alerts.detector import State
    from alerts.kinds import Lane
    from alerts.scene import Scene, World

_MINUTE_US = 60_000_000
_METRES_A_DEGREE = 111_000.0
_AT_WORK = (TUG, PILOT, WORKING)
_APART, _SILENT, _DOUBTED = "apart again", "not heard for too long", "positions in doubt"


@dataclass(frozen=True, slots=True)
class Encounter:
    """Two vessels within 500 m, both under 3 kn, for 30 min, far from port and anchorage.

    Once a minute the newest place of every slow vessel is held against the others'. Minutes count
    while both are heard. A silence of up to ``silence_min`` counts where both are found together
    again, no further off than ``slow_kn`` would carry them: satellites hear in passes, and two
    that fall silent beside each other are no less of a meeting. Evidence says how much was heard.
    A longer silence is never bridged; a pair that is apart for ``apart_min`` is over. Nothing ends
    at midnight. A speed that is not sent is taken from the last two places, and is never a
    standstill by itself.

    within_m      metres between the two, included
    slow_kn       knots, each strictly under it
    together_min  minutes together, summed
    seen_min      of these heard, where a silence was bridged: two glimpses are no meeting
    apart_min     minutes apart, or one of them fast, after which it is over
    heard_min     minutes: a newest place that is older says nothing
    silence_min   minutes without both being heard after which it is over (GFW: 70)
    harbour_km    kilometres; nearer to a port or anchorage is none. Unknown counts as far
    shore_nm      nautical miles; nearer to the coast two vessels lie at a berth or in a bay
    raft          a vessel with so many others beside it lies in a raft: none of its pairs is told

    Left out, unless one of the two is listed: pairs with a tug, pilot or working craft, two
    fishing vessels, rafts. A SAR vessel in the pair moves it to the SAR lane and is never left
    out. ``diverged`` tells how far the courses lie apart once they have parted: a mother ship and
    her skiff go opposite ways.
    Source: Global Fishing Watch (500 m, 2 kn, 2 h, 10 km from anchorages; ``alerts.meetings`` does
    it their way), Skylight (250 m, 30 min). Known false alarms: bunkering, rafts of two, vessels
    that fish with another ship type.
    """

    version: ClassVar[int] = 1
    kinds: ClassVar[tuple[str, ...]] = ("encounter",)
    uses: ClassVar[tuple[str, ...]] = ("zones",)
    TABLE: ClassVar[np.dtype[Any] | None] = None

    within_m: float = 500.0
    slow_kn: float = 3.0
    together_min: float = 30.0
    seen_min: float = 10.0
    apart_min: float = 10.0
    heard_min: float = 15.0
    silence_min: float = 70.0
    harbour_km: float = 10.0
    shore_nm: float = 1.0
    raft: int = 4

    def step(self, state: State, scene: Scene) -> list[Event]:
        """Return nothing: pairs are looked at as time passes."""
        del state, scene
        return []

    def tick(self, state: State, world: World) -> list[Event]:
        """Return what the pairs came to, once a minute."""
        if not state.passes(world.now_us, _MINUTE_US):
            return []
        pairs = state.memory.setdefault("pairs", {})
        met, bridge = self._met(world), self._bridge()
        several = {mmsi for mmsi, _ in world.twins.tracks(world)}
        events: list[Event] = []
        for pair in met:
            old = pairs.get(pair.key)
            known = Met.begun(pair, world.now_us)
            if old is not None:
                # Whose MMSI sends from elsewhere meanwhile was not silent: that bridges nothing.
                sure = pair.mmsi not in several and pair.other_mmsi not in several
                over = bridge if sure else replace(bridge, silence_us=0)
                known = Met.of(old).together(pair, world.now_us, over)
            pairs[pair.key] = known
            events += self._ripe(state, world, pair, known)
        there = {pair.key for pair in met}
        for key in [key for key in pairs if key not in there]:
            events += self._parted(state, world, key)
        return events

    def _met(self, world: World) -> list[Pair]:
        """Return the pairs that are together now, by key; rafts and innocent ones left out."""
        slow = np.flatnonzero(_slow(
            world.fleet, world.vessels, world.untrusted, world.now_us, self._limits(),
            (
                world.places.port, world.places.anchorage, world.places.frame,
                world.places.shore, world.places.shore_frame,
            ),
        ))  # fmt: skip
        slow = slow[np.argsort(world.fleet["lat"][slow], kind="stable")]
        rows = world.fleet[slow]
        pairs, count = np.zeros((max(64, 8 * len(rows)), 2), np.int64), -1
        while (count := _close(rows, self.within_m, pairs)) > len(pairs):
            pairs = np.zeros((count, 2), np.int64)
        pairs = pairs[:count]
        told = pairs[_told_of(rows, world.vessels, pairs, self.raft)]
        return Pair.all_of(rows, told, world.vessels)

    def _bridge(self) -> Bridge:
        heard, silence = (round(one * _MINUTE_US) for one in (self.heard_min, self.silence_min))
        return Bridge(heard, silence, self.slow_kn)

    def _limits(self) -> NDArray[np.float64]:
        return np.array([self.slow_kn, self.heard_min * _MINUTE_US, self.harbour_km * 1000.0,
                         self.shore_nm * NM_M])  # fmt: skip

    def _ripe(self, state: State, world: World, pair: Pair, known: Met) -> list[Event]:
        """Return the event of a pair that is together: opened, or told again."""
        if pair.key in state.book:
            told, lane = state.book[pair.key], _lane(pair.roles)
            if lane and told.lane != lane:
                # What she is may be said after the meeting began.
                return state.book.update(
                    pair.key, known.last_us, world.now_us, at_once=True, lane=lane,
                    evidence=self._evidence(known) | {"roles": Fact(_roles(pair))},
                )  # fmt: skip
            if known.last_us == told.updated_us:
                return []
            return state.book.update(
                pair.key, known.last_us, world.now_us, evidence=self._evidence(known)
            )
        glimpsed = known.bridged_us and known.minutes_heard < self.seen_min
        if known.minutes < self.together_min or glimpsed:
            return []
        event = Event.begin(
            "encounter", self.version, mmsi=pair.mmsi, other_mmsi=pair.other_mmsi,
            started_us=known.first_us, updated_us=known.last_us, lon=known.lon, lat=known.lat,
            lane=_lane(pair.roles), confidence=0.5 if known.bridged_us else 0.7,
            inputs=(*known.spools, *pair.spools),
            evidence=self._evidence(known) | {"roles": Fact(_roles(pair))},
        )  # fmt: skip
        return [state.book.open(pair.key, event, world.now_us)]

    def _evidence(self, known: Met) -> dict[str, Fact]:
        return {
            "distance": Fact(known.closest_m, "m", self.within_m),
            "together": Fact(known.minutes, "min", self.together_min),
            "heard_together": Fact(known.minutes_heard, "min", self.seen_min),
            "speed": Fact(known.fastest_kn, "kn", self.slow_kn),
        }

    def _parted(self, state: State, world: World, key: str) -> list[Event]:
        """Return the end of a pair that is not together now, once it is sure."""
        pairs = state.memory["pairs"]
        known = Met.of(pairs[key])
        rows = [world.fleet[slot] for slot in known.slots]
        doubted = any(world.untrusted[slot] > world.now_us for slot in known.slots)
        there = all(
            row["slot"] != NO_SLOT and row["segment"] == segment
            and world.now_us - int(row["received"]) <= self.heard_min * _MINUTE_US
            for row, segment in zip(rows, known.segments, strict=True)
        )  # fmt: skip
        reason = _DOUBTED if doubted else _SILENT
        if there and not doubted:
            known, reason = known.apart(world.now_us), _APART
            pairs[key] = known
            if world.now_us - known.apart_us < self.apart_min * _MINUTE_US:
                return []
        elif not doubted and world.now_us - known.seen_us <= self.silence_min * _MINUTE_US:
            return []
        del pairs[key]
        if key not in state.book:
            return []
        if reason == _DOUBTED:
            return [state.book.retract(key, known.last_us, reason)]
        evidence = self._evidence(known)
        if reason == _APART:
            evidence["diverged"] = Fact(_diverged(rows), "deg")
        return [state.book.close(key, known.last_us, reason, evidence=evidence)]


@allocating
def _told_of(
    rows: Any,  # noqa: ANN401
    vessels: Any,  # noqa: ANN401
    pairs: NDArray[np.int64],
    raft: int,
) -> NDArray[np.bool_]:
    """Tell which pairs are of two vessels of which neither is at work nor in a raft."""
    beside, out = np.zeros(len(rows), np.int64), np.zeros(len(pairs), np.bool_)
    for k in range(len(pairs)):
        beside[pairs[k, 0]] += 1
        beside[pairs[k, 1]] += 1
    for k in range(len(pairs)):
        row, other = rows[pairs[k, 0]], rows[pairs[k, 1]]
        one, two = vessels[row.vessel], vessels[other.vessel]
        if row.mmsi == other.mmsi:
            continue
        both_fish = one.role == FISHING and two.role == FISHING
        innocent = one.role in _AT_WORK or two.role in _AT_WORK or both_fish
        in_raft = max(beside[pairs[k, 0]], beside[pairs[k, 1]]) >= raft
        matters = SAR in (one.role, two.role) or one.listed or two.listed
        out[k] = matters or not (innocent or in_raft)
    return out


def _roles(pair: Pair) -> str:
    return " + ".join(ROLES[role] for role in pair.roles)


def _lane(roles: Sequence[int]) -> Lane | None:
    return "sar" if SAR in roles else None


def _diverged(rows: Sequence[Any]) -> float | None:
    """Return the angle between the courses of two that have parted, None where one has none."""
    angle = turned(float(rows[0]["cog"]), float(rows[1]["cog"]))
    return None if np.isnan(angle) else angle


@compiled
def _speed(row: Any) -> float:  # noqa: ANN401
    """Return the speed over ground, or that between the last two places; NaN without both."""
    if not np.isnan(row.sog):
        return float(row.sog)
    seconds = (row.time - row.p_time) / 1e6
    if not 0 < seconds <= 3600:  # noqa: PLR2004 (an hour: what lies between is not known)
        return np.nan
    knots: float = metres(row.p_lon, row.p_lat, row.lon, row.lat) / seconds * 3600 / 1852
    return round(knots, 2)


@compiled
def _far(row: Any, rasters: Any, harbour_m: float, shore_m: float) -> bool:  # noqa: ANN401
    port, anchorage, frame, shore, shore_frame = rasters
    near = read(shore, shore_frame, row.lon, row.lat) <= shore_m
    near = near or read(port, frame, row.lon, row.lat) <= harbour_m
    return not (near or read(anchorage, frame, row.lon, row.lat) <= harbour_m)


@allocating
def _slow(
    fleet: Any,  # noqa: ANN401
    vessels: Any,  # noqa: ANN401
    untrusted: NDArray[np.int64],
    now_us: int,
    limits: NDArray[np.float64],
    rasters: Any,  # noqa: ANN401
) -> NDArray[np.bool_]:
    """Tell which slots hold a slow vessel that was just heard, far from harbours."""
    out = np.zeros(len(fleet), np.bool_)
    for slot in range(len(fleet)):
        row = fleet[slot]
        if row.slot == NO_SLOT or now_us - row.received > limits[1] or untrusted[slot] > now_us:
            continue
        if not _speed(row) < limits[0] or vessels[row.vessel].kind not in (SHIP, CRAFT):
            continue
        out[slot] = _far(row, rasters, limits[2], limits[3])
    return out


@compiled
def _close(rows: Any, within_m: float, pairs: NDArray[np.int64]) -> int:  # noqa: ANN401
    """Write the pairs of ``rows`` (by latitude) within reach; return how many there are."""
    count = 0
    reach = within_m / _METRES_A_DEGREE
    for i in range(len(rows)):
        for j in range(i + 1, len(rows)):
            if rows[j].lat - rows[i].lat > reach:
                break
            if metres(rows[i].lon, rows[i].lat, rows[j].lon, rows[j].lat) <= within_m:
                if count < len(pairs):
                    pairs[count, 0], pairs[count, 1] = i, j
                count += 1
    return count
