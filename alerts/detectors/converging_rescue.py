"""Converging ships: merchants that left their way for one place, as for a boat in need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ais.compiled import allocating, compiled
from alerts.distances import NM_M, metres
from alerts.events import Event, Fact
from alerts.places import read
from alerts.rescue import MIN_US, S_US
from alerts.scene import (
    AIRCRAFT,
    CARGO,
    FAST,
    LAW,
    NO_SLOT,
    PASSENGER,
    SAR,
    SHIP,
    TANKER,
    UNKNOWN,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from alerts.detector import State
    from alerts.scene import Scene, World

_MERCHANT = np.array([CARGO, TANKER, PASSENGER, FAST], np.uint8)
_HELPER = np.array([SAR, LAW], np.uint8)
_AT_WORK = np.array([1, 5, 7], np.uint8)  # at anchor, moored, fishing
_EVERY_US = MIN_US
_SAMPLE_S = 1800
_M_PER_DEG = 111_000.0
_FORGET_US = 86_400 * S_US


@dataclass(frozen=True, slots=True)
class ConvergingRescue:
    """Two or more unrelated ships stop near one place at sea: a boat without AIS may be in need.

    Looked for once a minute. A ship counts while it is slower than ``slow_kn`` and has been so for
    ``hold_min``, was faster than ``fast_kn`` within ``recent_min`` before, is a merchant (cargo,
    tanker, passenger, high speed, or of unknown type and ``length_m`` long) or a rescue unit, is
    not at anchor, moored or fishing, and is off ports and anchorages. Two belong together within
    ``near_nm`` if they slowed down within ``within_h`` of each other and one is a merchant. They
    are related, and left out, where both were within ``company_nm`` already half an hour before
    they slowed down (a convoy), or where one is a tanker and they lie within ``alongside_m``
    (ship-to-ship work). Where ``waiting_ships`` others have been lying still for longer within
    ``waiting_nm``, ships wait for orders there, and nothing is told.

    One event per place: more ships join it and are told at once, two places that meet become one;
    a middle that has moved by a nautical mile is told as well. It is over when fewer
    than two have stayed for ``leave_min``.

    slow_kn, fast_kn      knots · hold_min, recent_min, leave_min, fresh_min minutes; a ship not
                          heard for fresh_min does not count
    near_nm, company_nm, waiting_nm  nautical miles · alongside_m metres · within_h hours
    off_port_m, off_anchorage_m      metres · length_m metres · waiting_ships a number
    assets_nm             nautical miles: rescue and law enforcement units so near are named

    Source: DETECTORS row 3 and section 4 (P): the Adriana, June 2023: merchants slowed down and
    diverted near one point, rescue units converged; no other system has this rule.
    False alarms: ships that wait for orders where no anchorage is known, pilot boarding far off
    (pilots and ports are left out), medical evacuations (a rescue as well).
    """

    version: ClassVar[int] = 1
    kinds: ClassVar[tuple[str, ...]] = ("converging_rescue",)
    TABLE: ClassVar[np.dtype[Any] | None] = np.dtype(
        [("segment", "u4"), ("fast_at", "u4"), ("slow_since", "i8"), ("slow_spool", "u8"),
         ("old_at", "u4"), ("old_lon", "f4"), ("old_lat", "f4"),
         ("new_at", "u4"), ("new_lon", "f4"), ("new_lat", "f4")]
    )  # fmt: skip

    slow_kn: float = 3.0
    fast_kn: float = 7.0
    hold_min: float = 10.0
    recent_min: float = 60.0
    near_nm: float = 3.0
    within_h: float = 2.0
    company_nm: float = 5.0
    alongside_m: float = 500.0
    waiting_nm: float = 5.0
    waiting_ships: int = 2
    off_port_m: float = 10_000.0
    off_anchorage_m: float = 5_000.0
    length_m: float = 50.0
    fresh_min: float = 30.0
    leave_min: float = 30.0
    assets_nm: float = 20.0

    def step(self, state: State, scene: Scene) -> list[Event]:
        """Keep since when each ship is slow, and where it was half an hour before."""
        limits = np.array([self.fast_kn, self.slow_kn, self.recent_min * 60])
        table = state.reach(len(scene.world.fleet))
        _follow(scene.rows, table, scene.world.untrusted, limits)
        return []

    def tick(self, state: State, world: World) -> list[Event]:
        """Look which ships lie together."""
        if not state.passes(world.now_us, _EVERY_US):
            return []
        ships, others = self._ships(state, world)
        pairs = self._pairs(ships)
        groups = state.memory.setdefault("groups", {})
        gone = state.memory.setdefault("gone", {})
        told: list[Event] = []
        for members in _clusters(pairs):
            told += self._met(state, world, ships[members], others)
        for key in [key for key in groups if world.now_us - groups[key]["met"]
                    >= self.leave_min * MIN_US]:  # fmt: skip
            told.append(_ended(state, key, groups[key]["met"], "ships have left"))
        for key in [key for key, at in gone.items() if world.now_us - at > _FORGET_US]:
            del gone[key]
        return told

    def _ships(self, state: State, world: World) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return (ships that count, merchants that lie still for longer), ordered by MMSI."""
        table = state.reach(len(world.fleet))[: len(world.fleet)]
        fleet = world.fleet
        known = np.flatnonzero((fleet["slot"] != NO_SLOT) & (fleet["sog"] < self.slow_kn))
        row, own = fleet[known], table[known]
        vessel = world.vessels[row["vessel"]]
        merchant = np.isin(vessel["role"], _MERCHANT)
        merchant |= (vessel["role"] == UNKNOWN) & (vessel["length_m"] >= self.length_m)
        counts = (vessel["kind"] == SHIP) & (merchant | (vessel["role"] == SAR))
        counts &= world.now_us - row["received"] <= self.fresh_min * MIN_US
        counts &= world.untrusted[known] <= row["received"]
        slow = own["slow_since"] > 0
        slow &= own["segment"] == row["segment"]
        recent = slow & (world.now_us - own["slow_since"] <= 2 * self.within_h * 60 * MIN_US)
        fresh = counts & slow & ~np.isin(row["nav_status"], _AT_WORK)
        fresh &= world.now_us - own["slow_since"] >= self.hold_min * MIN_US
        fresh[fresh] = self._at_sea(world, row[fresh])
        ships = np.zeros(int(fresh.sum()), _SHIP)
        for name in ("mmsi", "lon", "lat", "spool"):
            ships[name] = row[name][fresh]
        for name in ("segment", "slow_since", "slow_spool", "old_at", "old_lon", "old_lat"):
            ships[name] = own[name][fresh]
        ships["role"], ships["merchant"] = vessel["role"][fresh], merchant[fresh]
        helpless = np.isin(row["nav_status"], (2, 6))
        others = row[counts & merchant & ~recent & ~helpless]
        return ships[np.lexsort((ships["segment"], ships["mmsi"]))], others

    def _at_sea(self, world: World, rows: NDArray[Any]) -> NDArray[np.bool_]:
        places = world.places
        return np.array([
            read(places.port, places.frame, lon, lat) > self.off_port_m
            and read(places.anchorage, places.frame, lon, lat) > self.off_anchorage_m
            for lon, lat in zip(rows["lon"].tolist(), rows["lat"].tolist(), strict=True)
        ], np.bool_)  # fmt: skip

    def _pairs(self, ships: NDArray[Any]) -> list[tuple[int, int]]:
        """Return the pairs of ``ships`` that belong together, as indices."""
        by_lat = np.argsort(ships["lat"], kind="stable")
        limits = np.array([
            self.near_nm * NM_M, self.within_h * 60 * MIN_US, self.company_nm * NM_M,
            self.alongside_m, self.recent_min * 60,
        ])  # fmt: skip
        found = _together(ships[by_lat], limits)
        order = by_lat.tolist()
        return sorted(tuple(sorted((order[a], order[b]))) for a, b in found.tolist())

    def _met(
        self, state: State, world: World, ships: NDArray[Any], others: NDArray[Any]
    ) -> list[Event]:
        """Tell of one cluster: a new event, or what changed of those that its ships are in."""
        groups = state.memory["groups"]
        mmsis = {int(mmsi) for mmsi in ships["mmsi"]}
        keys = [key for key, group in groups.items() if mmsis & set(group["mmsis"])]
        if not keys:
            return self._begun(state, world, ships, others)
        told = [_ended(state, key, world.now_us, f"part of {keys[0]}") for key in keys[1:]]
        group = groups[keys[0]]
        joined = mmsis - set(group["mmsis"])
        group["met"], group["mmsis"] = world.now_us, sorted({*group["mmsis"], *mmsis})
        lon, lat = _middle(ships)
        event = state.book[keys[0]]
        if not joined and metres(lon, lat, event.lon or 0.0, event.lat or 0.0) <= NM_M:
            return told
        return told + state.book.update(
            keys[0], world.now_us, world.now_us, at_once=bool(joined), lon=lon, lat=lat,
            mmsis=tuple(group["mmsis"]), confidence=_confidence(ships),
            evidence=self._facts(world, ships, lon, lat),
        )  # fmt: skip

    def _begun(
        self, state: State, world: World, ships: NDArray[Any], others: NDArray[Any]
    ) -> list[Event]:
        lon, lat = _middle(ships)
        started = int(np.sort(ships["slow_since"])[1])
        waiting = sum(
            metres(lon, lat, x, y) <= self.waiting_nm * NM_M
            for x, y in zip(others["lon"].tolist(), others["lat"].tolist(), strict=True)
        )
        late = world.now_us - started > (self.within_h * 60 + self.hold_min) * MIN_US
        if waiting >= self.waiting_ships or late:
            return []
        spools = np.concatenate([ships["slow_spool"], ships["spool"]])
        event = Event.begin(
            "converging_rescue", self.version, started_us=started, lon=lon, lat=lat,
            mmsis=tuple(ships["mmsi"].tolist()), confidence=_confidence(ships),
            updated_us=world.now_us, evidence=self._facts(world, ships, lon, lat),
            inputs=tuple(sorted(set(spools.tolist()))[:12]),
        )  # fmt: skip
        # The same ships at the same place since the same minute were told and over before.
        if event.id in state.memory["gone"]:
            return []
        state.memory["groups"][event.id] = {"met": world.now_us, "mmsis": list(event.mmsis)}
        return [state.book.open(event.id, event, world.now_us)]

    def _facts(self, world: World, ships: NDArray[Any], lon: float, lat: float) -> dict[str, Fact]:
        apart = max(metres(lon, lat, x, y) for x, y in zip(
            ships["lon"].tolist(), ships["lat"].tolist(), strict=True))  # fmt: skip
        onset = int(ships["slow_since"].max() - ships["slow_since"].min())
        return {
            "ships": Fact(len(ships), None, 2),
            "slower_than": Fact(self.slow_kn, "kn", self.slow_kn),
            "farthest_from_middle": Fact(round(apart / NM_M, 2), "nm", self.near_nm),
            "slowed_within": Fact(round(onset / MIN_US), "min", self.within_h * 60),
            "rescue_units_among_them": Fact(int((ships["role"] == SAR).sum())),
            "units_near": Fact(_units(world, lon, lat, self.assets_nm * NM_M, self.fresh_min),
                               None, self.assets_nm),
        }  # fmt: skip


_SHIP = np.dtype(
    [("mmsi", "u4"), ("segment", "u4"), ("lon", "f8"), ("lat", "f8"), ("spool", "u8"),
     ("slow_since", "i8"), ("slow_spool", "u8"), ("old_at", "u4"), ("old_lon", "f4"),
     ("old_lat", "f4"), ("role", "u1"), ("merchant", "?")]
)  # fmt: skip


def _ended(state: State, key: str, ended_us: int, reason: str) -> Event:
    del state.memory["groups"][key]
    state.memory["gone"][key] = ended_us
    return state.book.close(key, ended_us, reason)


def _middle(ships: NDArray[Any]) -> tuple[float, float]:
    return round(float(ships["lon"].mean()), 5), round(float(ships["lat"].mean()), 5)


def _confidence(ships: NDArray[Any]) -> float:
    """Return 0.5 for two ships, more with each further one and with a rescue unit among them."""
    rescuers = 0.2 if (ships["role"] == SAR).any() else 0.0
    return round(min(0.95, 0.5 + 0.15 * (len(ships) - 2) + rescuers), 2)


def _units(world: World, lon: float, lat: float, within_m: float, fresh_min: float) -> int:
    """Return how many rescue and law enforcement units, aircraft too, are near."""
    fleet = world.fleet
    there = (fleet["slot"] != NO_SLOT) & (abs(fleet["lat"] - lat) <= within_m / 60 / NM_M)
    rows = fleet[there & (world.now_us - fleet["received"] <= fresh_min * MIN_US)]
    vessel = world.vessels[rows["vessel"]]
    units = rows[np.isin(vessel["role"], _HELPER) | (vessel["kind"] == AIRCRAFT)]
    near = {
        int(one["mmsi"]) for one in units if metres(lon, lat, one["lon"], one["lat"]) <= within_m
    }
    return len(near)


def _clusters(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Return the groups that ``pairs`` link, members in order, by their first member."""
    of: dict[int, list[int]] = {}
    for a, b in pairs:
        one, other = of.setdefault(a, [a]), of.setdefault(b, [b])
        if one is not other:
            one += other
            of.update(dict.fromkeys(other, one))
    return sorted(sorted(group) for group in {id(group): group for group in of.values()}.values())


@compiled
def _seconds(time_us: int) -> int:
    """Return whole seconds since 1970, within what four bytes hold."""
    return min(max(time_us // S_US, 0), 0xFFFF_FFFF)


@compiled
def _follow(rows: Any, table: Any, untrusted: Any, limits: Any) -> None:  # noqa: ANN401
    """Keep, of each segment, when it was fast and where, and since when it is slow."""
    for i in range(len(rows)):
        row = rows[i]
        useless = row.slot == NO_SLOT or row.late or row.repeat or np.isnan(row.lon)
        if useless or np.isnan(row.sog) or untrusted[row.slot] > row.received:
            continue
        seen = table[row.slot]
        if seen.segment != row.segment:
            seen.segment, seen.fast_at, seen.slow_since = row.segment, 0, 0
            seen.old_at = seen.new_at = 0
        at = _seconds(row.time)
        if row.sog >= limits[0]:
            seen.slow_since, seen.fast_at = 0, at
            if at - seen.new_at >= _SAMPLE_S:
                seen.old_at, seen.old_lon, seen.old_lat = seen.new_at, seen.new_lon, seen.new_lat
                seen.new_at, seen.new_lon, seen.new_lat = at, row.lon, row.lat
        elif row.sog < limits[1] and seen.slow_since == 0 and at - seen.fast_at <= limits[2]:
            seen.slow_since, seen.slow_spool = row.time, row.spool


@allocating
def _together(ships: Any, limits: Any) -> Any:  # noqa: ANN401
    """Return (n, 2) indices of pairs among ``ships``, which are ordered by latitude."""
    found = np.empty((64, 2), np.int64)
    count = 0
    for a in range(len(ships)):
        for b in range(a + 1, len(ships)):
            if ships[b].lat - ships[a].lat > limits[0] / _M_PER_DEG:
                break
            if _belong(ships[a], ships[b], limits):
                if count == len(found):
                    found = np.concatenate((found, np.empty_like(found)))
                found[count, 0], found[count, 1] = a, b
                count += 1
    return found[:count]


@compiled
def _belong(one: Any, other: Any, limits: Any) -> bool:  # noqa: ANN401
    if one.mmsi == other.mmsi or not (one.merchant or other.merchant):
        return False
    apart = metres(one.lon, one.lat, other.lon, other.lat)
    if apart > limits[0] or abs(one.slow_since - other.slow_since) > limits[1]:
        return False
    if apart <= limits[3] and TANKER in (one.role, other.role):
        return False
    if one.old_at == 0 or other.old_at == 0:
        return True
    same_hour = abs(np.int64(one.old_at) - np.int64(other.old_at)) <= limits[4]
    before = metres(one.old_lon, one.old_lat, other.old_lon, other.old_lat)
    return not (same_hour and before <= limits[2])
