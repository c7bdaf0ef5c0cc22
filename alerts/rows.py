"""Rows as detectors see them: made of a batch's columns in one loop, with the row before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ais.compiled import allocating, compiled
from ais.segments import find
from alerts.scene import NEVER, NO_SLOT, ROW

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ais.batches import PositionBatch

CHANGE = np.dtype([("spool", "u8"), ("mmsi", "u4"), ("vessel", "i4")])
"""From behind a spool position on, a vessel is another row of the vessels."""
NOBODY = 0xFFFF_FFFF
"""Stands for MMSI 0 in the table, where 0 is an empty place."""
_FEWEST = 2048
_UNSAID = 255
_COLUMNS = (
    "mmsi", "segment", "time", "received", "lon_deg", "lat_deg", "sog_kn", "cog_deg",
    "heading_deg", "nav_status", "message", "feed", "spool",
)  # fmt: skip


class Lookup:
    """Where each MMSI's vessel stands, for a compiled loop: an open-addressed table."""

    def __init__(self) -> None:
        """Start empty."""
        self.keys = np.zeros(_FEWEST, np.uint32)
        self.places = np.zeros(_FEWEST, np.int32)
        self._held = 0

    def __len__(self) -> int:
        """Return how many vessels there are."""
        return self._held

    def put(self, mmsis: NDArray[np.uint32], places: NDArray[np.int32]) -> None:
        """Set where vessels stand, (n,) each; new ones are taken in."""
        if 3 * (self._held + len(mmsis)) > 2 * len(self.keys):
            held, known = self.keys[self.keys != 0], self.places[self.keys != 0]
            size = 1 << (2 * (self._held + len(mmsis))).bit_length()
            self.keys, self.places = np.zeros(size, np.uint32), np.zeros(size, np.int32)
            self._held = _put(held, known, self.keys, self.places)
        self._held += _put(mmsis, places, self.keys, self.places)

    def of(self, mmsis: NDArray[np.uint32]) -> NDArray[np.int32]:
        """Return where vessels stand, (n,), -1 for those that are not known."""
        return _places_of(mmsis, self.keys, self.places)

    def get(self, mmsi: int) -> int:
        """Return where a vessel stands, -1 where it is not known."""
        at = find(self.keys, mmsi or NOBODY)
        return int(self.places[at]) if self.keys[at] else -1

    def items(self) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
        """Return MMSIs and places, (n,) each, by place."""
        held = np.flatnonzero(self.keys)
        held = held[np.argsort(self.places[held], kind="stable")]
        mmsis = self.keys[held]
        mmsis[mmsis == NOBODY] = 0
        return mmsis, self.places[held]


def columns_of(rows: PositionBatch) -> tuple[NDArray[Any], ...]:
    """Return the columns that ``follow`` reads, each in one piece of memory."""
    out = []
    for name in _COLUMNS:
        column = np.ascontiguousarray(getattr(rows, name))
        out.append(column.view(np.int64) if column.dtype.kind == "M" else column)
    return tuple(out)


@compiled
def _put(mmsis: Any, places: Any, keys: Any, held: Any) -> int:  # noqa: ANN401
    """Write into the table; return how many were new."""
    new = 0
    for k in range(len(mmsis)):
        key = mmsis[k] if mmsis[k] != 0 else NOBODY
        at = find(keys, key)
        new += keys[at] == 0
        keys[at], held[at] = key, places[k]
    return new


@allocating
def _places_of(mmsis: Any, keys: Any, places: Any) -> NDArray[np.int32]:  # noqa: ANN401
    out = np.full(len(mmsis), -1, np.int32)
    for k in range(len(mmsis)):
        at = find(keys, mmsis[k] if mmsis[k] != 0 else NOBODY)
        if keys[at] != 0:
            out[k] = places[at]
    return out


@compiled
def unknown(mmsis: NDArray[np.uint32], keys: NDArray[np.uint32], begin: int) -> int:
    """Return the first row from ``begin`` on whose MMSI is not in the table, else their number."""
    for i in range(begin, len(mmsis)):
        if keys[find(keys, mmsis[i] if mmsis[i] != 0 else NOBODY)] == 0:
            return i
    return len(mmsis)


@compiled
def _blank(row: Any) -> None:  # noqa: ANN401
    """Let nothing stand before a row."""
    row.late = row.repeat = False
    row.p_time = row.p_received = NEVER
    row.p_lon = row.p_lat = row.p_sog = row.p_cog = np.nan
    row.p_nav_status, row.p_spool = _UNSAID, 0


@compiled
def _fill(row: Any, columns: Any, i: int) -> None:  # noqa: ANN401
    """Copy a row of the columns, rounded to what is compared: 0.01 kn and 0.1°."""
    mmsi, segment, time, received, lon, lat, sog, cog, heading, status, message, feed, spool = (
        columns
    )
    row.mmsi, row.segment, row.time, row.received = mmsi[i], segment[i], time[i], received[i]
    row.lon, row.lat = lon[i], lat[i]
    row.sog = np.rint(np.float64(sog[i]) * 100.0) / 100.0
    row.cog = np.rint(np.float64(cog[i]) * 10.0) / 10.0
    row.heading = np.rint(np.float64(heading[i]) * 10.0) / 10.0
    row.nav_status, row.message, row.feed = status[i], message[i], feed[i]
    row.spool = spool[i]
    row.class_b = message[i] == 18 or message[i] == 19  # noqa: PLR2004 (class B reports)


@compiled
def _link(row: Any, fleet: Any) -> None:  # noqa: ANN401
    """Give a row its segment's row before, and keep the newest of each segment."""
    last = fleet[row.slot]
    if last.slot == row.slot and last.segment == row.segment:
        row.p_time, row.p_received = last.time, last.received
        row.p_lon, row.p_lat, row.p_sog, row.p_cog = last.lon, last.lat, last.sog, last.cog
        row.p_nav_status, row.p_spool = last.nav_status, last.spool
        row.late = row.time < last.time
        row.repeat = row.time == last.time
    if not (row.late or row.repeat or np.isnan(row.lon) or np.isnan(row.lat)):
        fleet[row.slot] = row


@compiled
def follow(
    columns: Any,  # noqa: ANN401
    slots: NDArray[np.int64],
    fleet: Any,  # noqa: ANN401
    changes: Any,  # noqa: ANN401
    keys: NDArray[np.uint32],
    places: NDArray[np.int32],
    rows: Any,  # noqa: ANN401
) -> None:
    """Fill ``rows`` ROW (n,) in spool order; vessels change where ``changes`` say so."""
    taken = 0
    for i in range(len(rows)):
        row = rows[i]
        _fill(row, columns, i)
        _blank(row)
        while taken < len(changes) and changes[taken].spool < row.spool:
            places[find(keys, changes[taken].mmsi)] = changes[taken].vessel
            taken += 1
        row.slot = slots[i]
        row.vessel = places[find(keys, row.mmsi if row.mmsi != 0 else NOBODY)]
        if row.slot != NO_SLOT:
            _link(row, fleet)
    for k in range(taken, len(changes)):
        places[find(keys, changes[k].mmsi)] = changes[k].vessel


def no_rows(count: int) -> NDArray[Any]:
    """Return ROW (count,), unwritten."""
    return np.empty(count, ROW)
