"""MMSIs that are in several places at once: their segments, side by side, at a tick."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ais.compiled import allocating, compiled
from ais.tables import grown
from alerts.distances import NM_M, metres
from alerts.scene import NO_SLOT, SHIP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from alerts.scene import World

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


class Twins:
    """Remembers how each segment began, and finds the MMSIs that have several.

    One for all detectors that ask: they would keep the same three times.
    """

    def __init__(self) -> None:
        """Start with nobody heard."""
        self._table = np.zeros(0, TABLE)
        self._pairs: dict[int, list[int]] = {}
        self._young = False
        self._found: list[tuple[int, list[Track]]] | None = None

    def step(self, rows: NDArray[Any], vessels: NDArray[Any], slots: int) -> None:
        """Take ROW ``rows`` in; there are ``slots`` of them in the fleet."""
        self._found = None
        self._table = grown(self._table, slots)
        self._young |= _meet(rows, self._table, vessels["kind"])

    def tracks(self, world: World) -> list[tuple[int, list[Track]]]:
        """Return the MMSIs that have several segments, with those of two reports and more.

        Only segments heard within the last six hours count; sorted by MMSI, the tracks by their
        first report. At ticks alone; a tick is looked at once, whoever asks.
        """
        if self._found is None:
            self._found = self._look(world)
        return self._found

    def _look(self, world: World) -> list[tuple[int, list[Track]]]:
        if self._young:
            self._young, self._pairs = False, _pairs(self._table, world)
        out = []
        for mmsi, slots in list(self._pairs.items()):
            tracks = [t for slot in slots if (t := _track(self._table, world, slot, mmsi))]
            if len(tracks) < _FEWEST:
                del self._pairs[mmsi]
                continue
            out.append((mmsi, sorted(tracks, key=lambda one: (one.first_spool, one.slot))))
        return out

    def passed(self) -> None:
        """Forget what the tick before was answered: time went on."""
        self._found = None

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Return all of it as arrays."""
        pairs = [(mmsi, slot) for mmsi, slots in self._pairs.items() for slot in slots]
        return {
            "table": self._table.copy(),
            "pairs": np.array(pairs, np.int64).reshape(-1, 2),
            "young": np.array(self._young),
        }

    def thaw(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Take what ``freeze`` gave; raises ValueError where the columns are others now."""
        if state["table"].dtype != TABLE:
            msg = f"columns {state['table'].dtype}; expected {TABLE}"
            raise ValueError(msg)
        self._table, self._young, self._found = state["table"].copy(), bool(state["young"]), None
        self._pairs = {}
        for mmsi, slot in state["pairs"].tolist():
            self._pairs.setdefault(mmsi, []).append(slot)


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


@allocating
def _shared(table: Any, fleet: Any, since_us: int) -> NDArray[np.int64]:  # noqa: ANN401
    """Return the live slots of the MMSIs that have several."""
    size = 64
    while size < 2 * len(fleet):
        size *= 2
    keys, count = np.zeros(size, np.uint32), np.zeros(size, np.uint32)
    stands = np.full(len(fleet), -1, np.int64)
    for slot in range(min(len(fleet), len(table))):
        row, own = fleet[slot], table[slot]
        if row.slot == NO_SLOT or row.received < since_us or row.mmsi == 0:
            continue
        if own.segment != row.segment or own.reports < _FEWEST:
            continue
        at = (np.int64(row.mmsi) * 2_654_435_761 >> 8) & (size - 1)
        while keys[at] != 0 and keys[at] != row.mmsi:
            at = (at + 1) & (size - 1)
        keys[at] = row.mmsi
        count[at] += 1
        stands[slot] = at
    several = [s for s in range(len(fleet)) if stands[s] >= 0 and count[stands[s]] >= _FEWEST]
    return np.array(several, np.int64)


def _pairs(table: NDArray[Any], world: World) -> dict[int, list[int]]:
    found = _shared(table, world.fleet, world.now_us - _KEEP_US).tolist()
    mmsis = world.fleet["mmsi"][found].tolist()
    out: dict[int, list[int]] = {}
    for mmsi, slot in sorted(zip(mmsis, found, strict=True)):
        out.setdefault(mmsi, []).append(slot)
    return out


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
