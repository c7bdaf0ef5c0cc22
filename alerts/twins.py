"""MMSIs that are in several places at once: their segments, side by side, at a tick."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from ais.compiled import compiled
from alerts.distances import NM_M, metres
from alerts.scene import NO_SLOT, SHIP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alerts.detector import State
    from alerts.scene import Scene, World

TABLE = np.dtype(
    [
        ("segment", "u4"), ("reports", "u4"), ("first", "i8"), ("received", "i8"),
        ("lon", "f8"), ("lat", "f8"), ("spool", "u8"),
    ]
)  # fmt: skip
"""Per segment: its reports, and its first one: time and receive time µs, place, spool position."""
_YOUNG = 4
_FEWEST = 2
_KEEP_US = 21_600_000_000


@dataclass(frozen=True, slots=True)
class Track:
    """One of the segments of an MMSI: how it began, and its newest report.

    Times in µs, places in degrees; ``first_received_us`` is the receive time of its first report.
    """

    slot: int
    segment: int
    reports: int
    first_us: int
    first_received_us: int
    first_place: tuple[float, float]
    first_spool: int
    last_us: int
    received_us: int
    place: tuple[float, float]
    spool: int
    feed: int


@dataclass(frozen=True, slots=True)
class Leap:
    """From the newest report of one segment to the first of another, or between two reports.

    distance_nm, speed_kn  one and two decimals; the speed of no time at all is that of a second
    """

    distance_nm: float
    speed_kn: float

    @classmethod
    def between(
        cls, here: tuple[float, float], at_us: int, there: tuple[float, float], then_us: int
    ) -> Leap:
        """Return the leap between two places and times."""
        far = metres(*here, *there) / NM_M
        hours = max(abs(then_us - at_us) / 3.6e9, 1 / 3600)
        return cls(round(far, 1), round(far / hours, 1))


@compiled
def _meet(rows: Any, table: Any, kind: NDArray[np.uint8]) -> bool:  # noqa: ANN401
    """Take ships' reports into the table; tell whether a young segment was among them."""
    young = False
    for i in range(len(rows)):
        row = rows[i]
        if row.slot == NO_SLOT or row.late or row.repeat or kind[row.vessel] != SHIP:
            continue
        if np.isnan(row.lon) or np.isnan(row.lat):
            continue
        own = table[row.slot]
        if own.segment != row.segment:
            own.segment, own.reports, own.spool = row.segment, 0, row.spool
            own.first, own.received = row.time, row.received
            own.lon, own.lat = row.lon, row.lat
        own.reports += 1
        young = young or own.reports <= _YOUNG
    return young


def meet(state: State, scene: Scene) -> None:
    """Take the rows of a scene into the state's table."""
    table = state.reach(len(scene.world.fleet))
    if _meet(scene.rows, table, scene.world.vessels["kind"]):
        state.memory["young"] = True


def twins(state: State, world: World) -> list[tuple[int, list[Track]]]:
    """Return the MMSIs that have several segments, with those of two reports and more.

    Only segments heard within the last six hours count; sorted by MMSI, the tracks by their first
    report. At ticks alone.
    """
    if state.memory.pop("young", False):
        state.memory["pairs"] = _pairs(state.reach(len(world.fleet)), world)
    out, ended = [], []
    for mmsi, slots in state.memory.get("pairs", {}).items():
        tracks = [t for slot in slots if (t := _track(state.table, world, slot, int(mmsi)))]
        if len(tracks) < _FEWEST:
            ended.append(mmsi)
            continue
        out.append((int(mmsi), sorted(tracks, key=lambda one: (one.first_spool, one.slot))))
    for mmsi in ended:
        del state.memory["pairs"][mmsi]
    return out


def _pairs(table: NDArray[Any], world: World) -> dict[str, list[int]]:
    fleet = world.fleet
    live = (fleet["slot"] != NO_SLOT) & (fleet["received"] >= world.now_us - _KEEP_US)
    own = table[: len(fleet)]
    live &= (own["segment"] == fleet["segment"]) & (own["reports"] >= _FEWEST)
    slots = np.flatnonzero(live)
    mmsis = fleet["mmsi"][slots]
    order = np.argsort(mmsis, kind="stable")
    mmsis, slots = mmsis[order], slots[order]
    same = mmsis[1:] == mmsis[:-1]
    shared = np.zeros(len(slots), np.bool_)
    shared[1:] |= same
    shared[:-1] |= same
    found = zip(mmsis[shared].tolist(), slots[shared].tolist(), strict=True)
    return {
        str(mmsi): [slot for _, slot in rows] for mmsi, rows in groupby(found, lambda one: one[0])
    }


def _track(table: NDArray[Any], world: World, slot: int, mmsi: int) -> Track | None:
    own, last = table[slot], world.fleet[slot]
    if last["mmsi"] != mmsi or own["segment"] != last["segment"]:
        return None
    if last["received"] < world.now_us - _KEEP_US:
        return None
    return Track(
        slot=slot,
        segment=int(own["segment"]),
        reports=int(own["reports"]),
        first_us=int(own["first"]),
        first_received_us=int(own["received"]),
        first_place=(float(own["lon"]), float(own["lat"])),
        first_spool=int(own["spool"]),
        last_us=int(last["time"]),
        received_us=int(last["received"]),
        place=(float(last["lon"]), float(last["lat"])),
        spool=int(last["spool"]),
        feed=int(last["feed"]),
    )


def trusted(tracks: list[Track], world: World) -> list[Track]:
    """Return the tracks whose positions are not doubted."""
    return [one for one in tracks if world.untrusted[one.slot] <= one.received_us]
