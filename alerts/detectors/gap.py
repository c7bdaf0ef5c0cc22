"""Gaps: a ship falls silent where it would be heard, and the moment when it is heard again."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from alerts import places, silences
from alerts.distances import NM_M, metres
from alerts.events import Event, Fact
from alerts.silences import GONE, LATE, LOST, PASSED, SECOND, Around

if TYPE_CHECKING:
    from alerts.detector import State
    from alerts.scene import Scene, World

_MINUTE_US = 60_000_000
_HOUR_US = 60 * _MINUTE_US
_HOLD_US = _MINUTE_US


@dataclass(frozen=True, slots=True)
class Gap:
    """A ship was silent for longer than is usual where it was, and its receivers live.

    Silence counts from receive time and begins again when a receiver comes back. It is told when
    it is longer than the largest of: the floor, ``cell_factor`` times the gap that 99 of 100
    reports stay below in the cell (of its class), ``own_factor`` times the ship's own.
    It is a `gap` where the ship would have been heard: P(silence | transmitting), counted in the
    cell as «1 of n watches ends in so long a silence», is below ``rare_share``; or
    ``others_least`` other ships of its class within ``near_nm`` were heard since, and silences
    there are not known to be frequent (``frequent_share``, or gaps that lengthen the threshold).
    It is a `coverage_loss` else, and where its course led out of what is heard, where it lost
    more and more reports before (``fading_factor``), or where as many neighbours fell silent
    with it, or where hearing is known to end (of the visits of ships to that place
    ``ending_share`` ended in such a silence, and ``endings_least`` at least), or where its own
    silences are as long (but for listed vessels), or where receivers came back more than
    ``blind_h`` after its last word: it may have left meanwhile. While no receiver that heard it
    lives, nothing is said: the outage is.
    Heard again: the gap is closed and a `reappearance` told, with distance, duration, implied
    speed. Late reports from within the silence retract both, once no hole between them is too
    long.
    Source: DETECTORS §2 row 6; Global Fishing Watch (gaps are strictly longer); the factors are
    our own proposal.
    Known false alarms: transponders switched off at berth or at anchor (left out near ports, close
    to shore and in roads, but for listed vessels), receivers that an aggregator does not name,
    propagation.

    floor_listed_min, floor_min  shortest silence of listed and of other vessels, minutes
    longest_h      a silence so long is judged whatever the cell's gaps are, hours
    cell_factor, own_factor  of the 99th percentiles, ratio
    rare_share, frequent_share  of watches that end in such a silence, 0-1
    fading_factor  its last gaps so many times longer than usual: it was hardly heard, ratio
    ending_share, endings_least  visits near by that ended in such a silence, 0-1 and count
    others_least   other ships heard since, count · near_nm  how far away they may be, nm
    ahead_min      so long its course must stay where ships are heard, minutes
    blind_h        receivers came back so long after its last word: nothing is known of it, hours
    reports_least  a segment of fewer reports is noise, count
    port_nm, port_kn  slower than this, so near to a port's middle, it lies in port, nm and kn
    shore_nm, shore_kn  likewise close to the shore
    roads, roads_nm  slower than shore_kn among so many others, so near, it waits in roads
    retract_h      so long a late report can still take a told gap back, hours
    forget_d       a ship that is not heard for so long is given up, days
    """

    version: ClassVar[int] = 1
    kinds: ClassVar[tuple[str, ...]] = ("gap", "reappearance", "coverage_loss")
    TABLE: ClassVar[np.dtype[Any] | None] = silences.TABLE

    floor_listed_min: float = 20.0
    floor_min: float = 60.0
    longest_h: float = 12.0
    cell_factor: float = 6.0
    own_factor: float = 3.0
    rare_share: float = 0.01
    frequent_share: float = 0.02
    fading_factor: float = 1.5
    ending_share: float = 0.2
    endings_least: int = 2
    others_least: int = 3
    near_nm: float = 10.0
    ahead_min: float = 30.0
    blind_h: float = 6.0
    reports_least: int = 10
    port_nm: float = 3.0
    port_kn: float = 5.0
    shore_nm: float = 0.5
    shore_kn: float = 2.0
    roads: int = 4
    roads_nm: float = 5.0
    retract_h: float = 6.0
    forget_d: float = 30.0

    def step(self, state: State, scene: Scene) -> list[Event]:
        """Note who is heard; close and retract what that disproves."""
        rows = scene.rows
        table = state.reach(len(scene.world.fleet))
        kind = scene.world.vessels["kind"]
        at, what = silences.note(rows, table, kind)
        told: list[Event] = []
        for i, noted in zip(at.tolist(), what.tolist(), strict=True):
            row = rows[i]
            if noted == LATE:
                told += self._late(state, row)
            elif noted == SECOND:
                told += self._elsewhere(state, row)
            else:
                told += self._again(state, row, f"{row['mmsi']}:{row['segment']}", same=True)
        return told

    def tick(self, state: State, world: World) -> list[Event]:
        """Judge the silences that are due; let what was told long ago go."""
        table = state.reach(len(world.fleet))
        floor = round(min(self.floor_listed_min, self.floor_min) * _MINUTE_US)
        told: list[Event] = []
        for slot in silences.due(table, world.now_us, floor).tolist():
            told += self._look(state, world, table[slot], slot)
        return told + self._let_go(state, world.now_us)

    # -- silence ---------------------------------------------------------------------------

    def _look(self, state: State, world: World, row: Any, slot: int) -> list[Event]:  # noqa: ANN401
        """Return what a silence comes to, and note when to look again or that it was judged."""
        last = world.fleet[slot]
        if last["segment"] != row["segment"] or row["reports"] < self.reports_least:
            row["judged"] = PASSED
            return []
        vessel = world.vessels[last["vessel"]]
        since = self._since(world, last, row)
        if since is None:
            row["due"] = world.now_us + _HOLD_US
            return []
        limit = self._limit_us(world, last, row, listed=bool(vessel["listed"]))
        if world.now_us - since <= limit:
            row["due"] = since + limit + 1
            return []
        lies = self._lies_in_port(world, last) or self._lies_in_roads(world, slot)
        if lies and not vessel["listed"]:
            row["judged"] = PASSED
            return []
        return self._tell(state, world, slot, (since, limit))

    def _since(self, world: World, last: Any, row: Any) -> int | None:  # noqa: ANN401
        """Return from when the silence counts, µs; None while nobody lives who heard the ship."""
        heard = int(row["heard"])
        if world.coverage is None:
            return heard
        mmsi = int(last["mmsi"])
        heard = max(heard, world.coverage.last_heard_us(mmsi))
        by = world.coverage.heard_by(mmsi)
        if not by:
            return heard
        alive = [one.up_since_us for one in by if not one.down]
        return max(heard, min(alive)) if alive else None

    def _limit_us(self, world: World, last: Any, row: Any, *, listed: bool) -> int:  # noqa: ANN401
        """Return how long the silence has to be, µs."""
        floor_s = 60.0 * (self.floor_listed_min if listed else self.floor_min)
        cell, own = self._cell_p99(world, last), silences.own_gap_s(row["gaps"], 0.99)
        # A cell of which nothing is known asks for nothing.
        cell = 0.0 if math.isnan(cell) else cell
        asked = max(floor_s, own * self.own_factor, cell * self.cell_factor)
        return round(min(asked, max(self.longest_h * 3600.0, floor_s)) * 1e6)

    @staticmethod
    def _cell_p99(world: World, last: Any) -> float:  # noqa: ANN401
        if world.coverage is None:
            return math.nan
        return world.coverage.p99_s(
            (float(last["lon"]), float(last["lat"])), bool(last["class_b"])
        )

    def _lies_in_port(self, world: World, last: Any) -> bool:  # noqa: ANN401
        lon, lat, sog = float(last["lon"]), float(last["lat"]), silences.knots(last)
        port = places.read(world.places.port, world.places.frame, lon, lat)
        shore = places.read(world.places.shore, world.places.shore_frame, lon, lat)
        slow = math.isnan(sog) or sog < self.port_kn
        still = math.isnan(sog) or sog < self.shore_kn
        in_port = port <= self.port_nm * NM_M and slow
        return bool(in_port or (shore <= self.shore_nm * NM_M and still))

    def _lies_in_roads(self, world: World, slot: int) -> bool:
        if not silences.knots(world.fleet[slot]) < self.shore_kn:
            return False
        near_m = self.roads_nm * NM_M
        return bool(silences.still_round(world.fleet, slot, near_m, self.shore_kn) >= self.roads)

    def _tell(
        self, state: State, world: World, slot: int, silence: tuple[int, int]
    ) -> list[Event]:
        last, row = world.fleet[slot], state.table[slot]
        since, limit = silence
        found = silences.around(world, slot, since, self.near_nm, round(self.ahead_min))
        share = found.silence.share if found.silence else 1.0
        listed = bool(world.vessels[last["vessel"]]["listed"])
        floor = self.floor_listed_min if listed else self.floor_min
        deaf = self._cell_p99(world, last) * self.cell_factor > 60.0 * floor
        kind = self._kind(found, share, silences.fading(last, row), deaf=deaf)
        # Who is often silent for as long does nothing unusual; of a listed vessel it is told.
        habit = silences.own_gap_s(row["gaps"], 0.99) * 1e6 >= world.now_us - since
        if (habit and not listed) or self._was_blind(world, int(last["mmsi"]), row, since):
            kind = "coverage_loss"
        event = Event.begin(
            kind,
            self.version,
            mmsi=int(last["mmsi"]),
            started_us=int(last["time"]),
            updated_us=world.now_us,
            lon=float(last["lon"]),
            lat=float(last["lat"]),
            severity="high" if kind == "gap" and listed else None,
            confidence=(1.0 - min(share, 0.5)) if kind == "gap" else 0.5,
            evidence=self._evidence(world, last, row, silence, found),
            inputs=(int(last["spool"]),),
        )
        row["judged"] = GONE if kind == "gap" else LOST
        key = f"{last['mmsi']}:{last['segment']}"
        state.memory.setdefault("open", {})[str(last["mmsi"])] = key
        state.memory.setdefault("limit", {})[key] = limit
        return [state.book.open(key, event, world.now_us)]

    def _was_blind(self, world: World, mmsi: int, row: Any, since: int) -> bool:  # noqa: ANN401
        """Tell whether receivers came back so long after its last word that it may have left."""
        heard = int(row["heard"])
        if world.coverage is not None:
            heard = max(heard, world.coverage.last_heard_us(mmsi))
        return since - heard > self.blind_h * _HOUR_US

    def _kind(self, found: Around, share: float, fading: float, *, deaf: bool) -> str:
        """Return whether the ship was silent, or we deaf; ``deaf``: we often are in this cell."""
        if found.leaves or fading >= self.fading_factor:
            return "coverage_loss"
        if found.endings >= max(self.endings_least, self.ending_share * found.visits):
            return "coverage_loss"
        if found.quiet >= max(self.others_least, found.others):
            return "coverage_loss"
        frequent = deaf or (found.is_known and share > self.frequent_share)
        seen = found.others >= self.others_least and not frequent
        return "gap" if share < self.rare_share or seen else "coverage_loss"

    def _evidence(
        self,
        world: World,
        last: Any,  # noqa: ANN401
        row: Any,  # noqa: ANN401
        silence: tuple[int, int],
        found: Around,
    ) -> dict[str, Fact]:
        since, limit = silence
        port = places.read(world.places.port, world.places.frame, last["lon"], last["lat"])
        facts = {
            "silence": Fact(round((world.now_us - since) / 1e6), "s", round(limit / 1e6)),
            "cell_p99_gap": Fact(_number(self._cell_p99(world, last)), "s", self.cell_factor),
            "own_p99_gap": Fact(silences.own_gap_s(row["gaps"], 0.99), "s", self.own_factor),
            "others_heard_since": Fact(found.others, "ships", self.others_least),
            "others_silent_since": Fact(found.quiet, "ships", self.others_least),
            "fading": Fact(silences.fading(last, row), "ratio", self.fading_factor),
            "leaves_coverage": Fact(found.leaves),
            "visits_ended_so": Fact(found.endings, "visits", self.endings_least),
            "visits": Fact(found.visits, "visits"),
            "speed_before": Fact(_number(float(last["sog"])), "kn"),
            "course_before": Fact(_number(float(last["cog"])), "deg"),
            "port_distance": Fact(_number(round(port / NM_M, 1)), "nm", self.port_nm),
        }
        if found.silence is not None:
            facts |= {
                "one_of_such_silences": Fact(found.silence.one_of, "watches"),
                "silence_share": Fact(found.silence.share, None, self.rare_share),
                "watches": Fact(found.silence.watches, "10 min"),
                "receivers_alive": Fact(found.silence.receivers, "receivers", 1),
            }
        return facts

    # -- heard again -----------------------------------------------------------------------

    def _again(self, state: State, row: Any, key: str, *, same: bool) -> list[Event]:  # noqa: ANN401
        """Close the silence under ``key``: ``row`` is heard, in the same segment or another."""
        if key not in state.book:
            return []
        event = state.book[key]
        limit = _forget(state, event, key)
        now, at, spool = int(row["received"]), int(row["time"]), int(row["spool"])
        delay = now - at
        inputs = (*event.inputs, spool)
        if delay > 2 * _MINUTE_US and at - event.started_us <= limit:
            reason = "a report that came late shows that it was not silent"
            return [state.book.retract(key, at, reason, inputs=inputs, trigger=spool)]
        facts = _return(event, row) | {"same_track": Fact(same)}
        reason = "heard again" if same else "heard again in another track, perhaps another ship"
        closed = state.book.close(
            key, at, reason, evidence=facts, inputs=inputs, trigger=spool
        )  # fmt: skip
        if event.kind != "gap" or math.isnan(row["lon"]):
            return [closed]
        back = Event.begin(
            "reappearance",
            self.version,
            mmsi=event.mmsi,
            started_us=at,
            lon=float(row["lon"]),
            lat=float(row["lat"]),
            severity=event.severity,
            confidence=event.confidence if same else min(event.confidence, 0.5),
            evidence=facts,
            inputs=inputs,
            trigger=spool,
        )
        state.memory.setdefault("past", {})[str(event.mmsi)] = {
            "limit": limit, "until": now + round(self.retract_h * _HOUR_US), "late": [],
            "events": [closed.frozen(), back.frozen()],
        }  # fmt: skip
        return [closed, state.book.open(f"back:{event.mmsi}", back, now)]

    def _elsewhere(self, state: State, row: Any) -> list[Event]:  # noqa: ANN401
        """Close a silence whose MMSI is heard in another segment, twice: once may be noise."""
        key = state.memory.get("open", {}).get(str(row["mmsi"]))
        return self._again(state, row, key, same=False) if key else []

    def _late(self, state: State, row: Any) -> list[Event]:  # noqa: ANN401
        """Retract a gap and its end where late reports leave no silence that is long enough."""
        past = state.memory.get("past", {}).get(str(row["mmsi"]))
        if past is None:
            return []
        gap, back = (Event.thawed(line) for line in past["events"])
        at, ended = int(row["time"]), gap.ended_us or 0
        if not gap.started_us < at < ended:
            return []
        spool = int(row["spool"])
        past["late"] = sorted([*past["late"], [at, spool]])
        heard = [gap.started_us, *(time for time, _ in past["late"]), ended]
        if max(later - one for one, later in pairwise(heard)) > past["limit"]:
            return []
        del state.memory["past"][str(row["mmsi"])]
        reason = "a late report from within the silence shows that it was not silent"
        changes = {"reason": reason, "trigger": spool}
        # Three of many say it as well; the last of them stands for all.
        inputs = (*gap.inputs, *sorted({*(one for _, one in past["late"][:3]), spool}))
        retracted = gap.next("retracted", at, inputs=inputs, **changes)
        key = f"back:{row['mmsi']}"
        if key in state.book and state.book[key].id == back.id:
            return [retracted, state.book.retract(key, at, reason, trigger=spool)]
        # It was closed half an hour after it was told: that was its second version.
        closed = back.next("closed", back.started_us)
        return [retracted, closed.next("retracted", at, **changes)]

    def _let_go(self, state: State, now_us: int) -> list[Event]:
        told: list[Event] = []
        for key in state.book.keys():  # noqa: SIM118 (a book is no dict, and is changed here)
            event = state.book[key]
            if event.kind == "reappearance":
                if now_us - event.started_us >= silences.BACK_US:
                    told.append(state.book.close(key, event.started_us, "told"))
            elif now_us - event.started_us >= self.forget_d * 24 * _HOUR_US:
                _forget(state, event, key)
                told.append(state.book.close(key, now_us, "given up: not heard any more"))
        past = state.memory.get("past", {})
        for mmsi in [mmsi for mmsi, one in past.items() if one["until"] < now_us]:
            del past[mmsi]
        return told


def _forget(state: State, event: Event, key: str) -> int:
    """Forget that a silence is open; return how long it had to be, µs."""
    if state.memory["open"].get(str(event.mmsi)) == key:
        del state.memory["open"][str(event.mmsi)]
    return int(state.memory["limit"].pop(key))


def _return(event: Event, row: Any) -> dict[str, Fact]:  # noqa: ANN401
    """Return how long, how far and how fast the ship went unheard."""
    lasted_s = round((int(row["time"]) - event.started_us) / 1e6)
    facts = {"duration": Fact(lasted_s, "s")}
    if event.lon is None or event.lat is None or math.isnan(row["lon"]):
        return facts
    far = metres(event.lon, event.lat, float(row["lon"]), float(row["lat"])) / NM_M
    speed = far / (lasted_s / 3600) if lasted_s > 0 else math.nan
    return facts | {
        "distance": Fact(round(far, 2), "nm"),
        "implied_speed": Fact(_number(round(speed, 2)), "kn"),
    }


def _number(value: float) -> float | None:
    """Return a number for the evidence: JSON knows neither NaN nor infinity."""
    return value if math.isfinite(value) else None
