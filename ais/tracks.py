"""Track segments: which ship a position belongs to, when an MMSI alone does not say.

Every MMSI has up to ``hypotheses`` open segments. A position joins the one whose expected place it
misses least, if it could be reached at a believable speed; else it opens a segment of its own. So
one MMSI that two ships use becomes two segments, and a lone noise point stays a segment of one
report, which ends soon and is never shown. After the manner of the segmenter of Global Fishing
Watch (github.com/GlobalFishingWatch/gpsdio-segment), as one loop in spool order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ais.batches import NO_SEGMENT, PositionBatch
from ais.compiled import allocating, compiled
from ais.segments import (
    ENDED,
    FEWEST_KEYS,
    FRESH,
    HOUR_US,
    KEYS,
    NEXT_ID,
    NONE,
    OPENED,
    SEGMENT,
    SWEPT,
    USED,
    bury,
    expired,
    find,
    open_one,
    rehash,
    sweep,
    unlink,
)
from ais.tables import grown

if TYPE_CHECKING:
    from numpy.typing import NDArray

NM_PER_DEGREE = 60.0
AIRCRAFT = 9
AIRCRAFT_KN = 600.0


@dataclass(frozen=True, slots=True)
class TrackSettings:
    """When a position may belong to a segment.

    speed_kn      fastest believable ship, knots; clones jump at more than 50 kn (DETECTORS, row 9)
    slack_nm      error of position and receive time together, nautical miles
    silence_h     a segment that is not heard for so long ends, hours
    lone_h        a segment of one report ends after so long, hours: noise dies alone
    hypotheses    open segments of one MMSI, at most
    """

    speed_kn: float = 50.0
    slack_nm: float = 0.5
    silence_h: float = 24.0
    lone_h: float = 1.0
    hypotheses: int = 20


@dataclass(frozen=True, slots=True)
class Tracked:
    """A batch with its segments.

    positions  the batch, ``segment`` filled
    slot       (n,) i8; row of the segment in the segmenter's table, -1 for NO_SEGMENT
    last       one row per segment that moved in this batch: its newest, also where it has ended
    reports    (len(last),) u4; positions that the segment holds so far
    """

    positions: PositionBatch
    slot: NDArray[np.int64]
    last: PositionBatch
    reports: NDArray[np.uint32]


@compiled
def _distance_nm(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Return the equirectangular distance; exact enough below the distances that decide."""
    east = (other_lon - lon + 180.0) % 360.0 - 180.0
    east *= np.cos(np.radians(0.5 * (lat + other_lat)))
    north = other_lat - lat
    return float(np.sqrt(east * east + north * north) * NM_PER_DEGREE)


@compiled
def _miss_nm(seg: Any, row: Any, limits: NDArray[np.float64]) -> float:  # noqa: ANN401
    """Return by how much the row misses the segment's expected place, -1 if out of reach."""
    hours = abs(row.time - seg.time) / HOUR_US
    bound = limits[0]
    if row.message == AIRCRAFT:
        bound = AIRCRAFT_KN
    reach = limits[1] + bound * hours
    if _distance_nm(seg.lon_deg, seg.lat_deg, row.lon_deg, row.lat_deg) > reach:
        return -1.0
    lon, lat = seg.lon_deg, seg.lat_deg
    # Dead reckoning longer than this says less than the last place itself.
    ahead = min(hours, 0.5) if row.time > seg.time else 0.0
    if ahead > 0.0 and not np.isnan(seg.sog_kn) and not np.isnan(seg.cog_deg):
        run = seg.sog_kn * ahead / NM_PER_DEGREE
        course = np.radians(seg.cog_deg)
        lat += run * np.cos(course)
        lon += run * np.sin(course) / max(np.cos(np.radians(lat)), 0.01)
    return _distance_nm(lon, lat, row.lon_deg, row.lat_deg)


@compiled
def _choose(
    table: Any,  # noqa: ANN401
    heads: Any,  # noqa: ANN401
    at: int,
    row: Any,  # noqa: ANN401
    limits: Any,  # noqa: ANN401
    state: Any,  # noqa: ANN401
) -> tuple[int, int, int]:
    """Return (best slot or -1, open hypotheses, weakest slot) for the row; end silent ones."""
    best, best_miss, count, weakest = NONE, 0.0, 0, NONE
    slot = heads[at]
    while slot != NONE:
        following = table[slot].next
        if expired(table[slot].reports, row.time - table[slot].time, limits):
            unlink(table, heads, at, slot, state)
            slot = following
            continue
        count += 1
        if weakest == NONE or (table[slot].reports, table[slot].time) < (
            table[weakest].reports,
            table[weakest].time,
        ):
            weakest = slot
        miss = _miss_nm(table[slot], row, limits)
        if miss >= 0.0 and (best == NONE or miss < best_miss):
            best, best_miss = slot, miss
        slot = following
    return best, count, weakest


@compiled
def _latest(table: Any, heads: Any, at: int) -> int:  # noqa: ANN401
    """Return the segment of this MMSI that was heard last, -1 without one."""
    best = NONE
    slot = heads[at]
    while slot != NONE:
        if best == NONE or table[slot].time > table[best].time:
            best = slot
        slot = table[slot].next
    return best


@compiled
def _renew(seg: Any, row: Any, i: int) -> None:  # noqa: ANN401
    """Make row ``i`` the newest of its segment."""
    seg.time, seg.received = row.time, row.received
    seg.lon_deg, seg.lat_deg = row.lon_deg, row.lat_deg
    seg.sog_kn, seg.cog_deg, seg.heading_deg = row.sog_kn, row.cog_deg, row.heading_deg
    seg.nav_status, seg.message = row.nav_status, row.message
    seg.feed, seg.spool = row.feed, row.spool
    seg.changed_row = i


@compiled
def _assign(  # noqa: PLR0913, PLR0917 (a row loop is handed its state piece by piece)
    rows: Any,  # noqa: ANN401
    table: Any,  # noqa: ANN401
    keys: NDArray[np.uint32],
    heads: NDArray[np.int32],
    state: NDArray[np.int64],
    limits: NDArray[np.float64],
    out_slot: NDArray[np.int64],
    out_segment: NDArray[np.uint32],
) -> None:
    """Give every row its segment, in spool order."""
    most = limits[4]
    for i in range(len(rows)):
        row = rows[i]
        sweep(table, heads, row.received, limits, state)
        # 0 marks what is empty in the tables, and names nobody.
        if row.mmsi == 0:
            out_slot[i], out_segment[i] = NONE, NO_SEGMENT
            continue
        at = find(keys, row.mmsi)
        if keys[at] == 0:
            keys[at] = row.mmsi
            heads[at] = NONE
            state[KEYS] += 1
        if np.isnan(row.lon_deg) or np.isnan(row.lat_deg):
            slot = _latest(table, heads, at)
        else:
            slot, count, weakest = _choose(table, heads, at, row, limits, state)
            if slot == NONE:
                if count >= most:
                    unlink(table, heads, at, weakest, state)
                slot = open_one(table, heads, at, row.mmsi, state)
            table[slot].reports += 1
            if row.time >= table[slot].time:
                _renew(table[slot], row, i)
        out_slot[i] = slot
        out_segment[i] = NO_SEGMENT if slot == NONE else table[slot].segment


@allocating
def _changed(table: Any, slots: NDArray[np.int64]) -> NDArray[np.int64]:  # noqa: ANN401
    """Return the slots whose newest row came with this batch, and forget that they changed."""
    out = np.empty(len(slots), np.int64)
    found = 0
    for slot in slots:
        if slot != NONE and table[slot].changed_row != NONE:
            table[slot].changed_row = NONE
            out[found] = slot
            found += 1
    return out[:found]


_ROW = [n for n in SEGMENT.names or () if n not in {"next", "reports", "changed_row", "segment"}]


def _rows(batch: PositionBatch) -> NDArray[Any]:
    """Return the batch as one structured array: a row's values lie side by side for the loop."""
    rows = np.empty(len(batch), [(name, SEGMENT[name]) for name in _ROW])
    for name in _ROW:
        column = getattr(batch, name)
        rows[name] = column.view("i8") if column.dtype.kind == "M" else column
    return rows


class Segmenter:
    """Gives every position its segment, and knows the newest row of each (LastPositions)."""

    def __init__(self, settings: TrackSettings | None = None) -> None:
        """Start without segments."""
        self.settings = settings or TrackSettings()
        self._table = np.zeros(1024, SEGMENT)
        self._keys = np.zeros(FEWEST_KEYS, np.uint32)
        self._heads = np.full(FEWEST_KEYS, NONE, np.int32)
        self._state = np.array(FRESH, np.int64)

    @property
    def opened(self) -> int:
        """Segments opened so far."""
        return int(self._state[OPENED])

    @property
    def ended(self) -> int:
        """Segments ended so far: silent for too long, or the weakest of too many."""
        return int(self._state[ENDED])

    def step(self, batch: PositionBatch) -> Tracked:
        """Assign the rows of ``batch``, which must be in spool order."""
        self._make_room(len(batch))
        slot = np.empty(len(batch), np.int64)
        segment = np.empty(len(batch), np.uint32)
        s = self.settings
        limits = np.array([s.speed_kn, s.slack_nm, s.silence_h, s.lone_h, s.hypotheses])
        _assign(
            _rows(batch), self._table, self._keys, self._heads, self._state, limits, slot, segment
        )
        changed = _changed(self._table, slot)
        last, reports = self._columns(changed), self._reports(changed)
        bury(self._table, self._state)
        if self._state[SWEPT]:
            self._state[SWEPT] = 0
            self._rekey(0)
        return Tracked(replace(batch, segment=segment), slot, last, reports)

    def last(self) -> tuple[PositionBatch, NDArray[np.uint32]]:
        """Return the newest row of every open segment and how many rows the segment holds."""
        slots = np.flatnonzero(self._table["mmsi"][: self._state[USED]])
        return self._columns(slots), self._reports(slots)

    def start_after(self, segment: int) -> None:
        """Give new segments numbers after ``segment``; for a segmenter whose state was lost."""
        self._state[NEXT_ID] = max(int(self._state[NEXT_ID]), segment + 1)

    def begin_era(self) -> None:
        """End all segments: the receive time goes on from before them. Numbers go on."""
        opened, number = self.opened, int(self._state[NEXT_ID])
        self.thaw(Segmenter(self.settings).freeze())
        self._state[[NEXT_ID, OPENED, ENDED]] = number, opened, opened

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Return all state as arrays."""
        used = self._state[USED]
        return {
            "table": self._table[:used].copy(),
            "keys": self._keys.copy(),
            "heads": self._heads.copy(),
            "state": self._state.copy(),
        }

    def thaw(self, state: dict[str, NDArray[Any]]) -> None:
        """Take the state that ``freeze`` gave."""
        self._table = np.zeros(max(1024, len(state["table"])), SEGMENT)
        self._table[: len(state["table"])] = state["table"]
        self._keys, self._heads = state["keys"].copy(), state["heads"].copy()
        self._state = np.array(FRESH, np.int64)
        self._state[: len(state["state"])] = state["state"]

    def _columns(self, slots: NDArray[np.int64]) -> PositionBatch:
        rows = self._table[slots]
        types = PositionBatch.dtypes()
        return PositionBatch(**{name: rows[name].astype(kind) for name, kind in types.items()})

    def _reports(self, slots: NDArray[np.int64]) -> NDArray[np.uint32]:
        return np.asarray(self._table["reports"][slots], np.uint32)

    def _make_room(self, rows: int) -> None:
        """Grow the tables before the loop, for the case that every row is a new ship."""
        self._table = grown(self._table, int(self._state[USED]) + rows)
        if 2 * (int(self._state[KEYS]) + rows) > len(self._keys):
            self._rekey(rows)

    def _rekey(self, rows: int) -> None:
        """Forget every MMSI without a segment, and make room for ``rows`` more."""
        held = int(np.count_nonzero(self._heads != NONE))
        size = max(FEWEST_KEYS, 1 << (4 * (held + rows)).bit_length())
        old_keys, old_heads = self._keys, self._heads
        self._keys = np.zeros(size, np.uint32)
        self._heads = np.full(size, NONE, np.int32)
        rehash(old_keys, old_heads, self._keys, self._heads)
        self._state[KEYS] = held
