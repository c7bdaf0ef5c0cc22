"""The table of open segments: rows in slots, chained for each MMSI from an open-addressed table.

Compiled steps of ``tracks``, which decides; here a segment is opened, ended and its slot used
again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ais.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

HOUR_US = 3_600_000_000

SEGMENT = np.dtype(
    [
        ("mmsi", "u4"),
        ("segment", "u4"),
        ("next", "i4"),
        ("reports", "u4"),
        ("time", "i8"),
        ("received", "i8"),
        ("lon_deg", "f8"),
        ("lat_deg", "f8"),
        ("sog_kn", "f4"),
        ("cog_deg", "f4"),
        ("heading_deg", "f4"),
        ("nav_status", "u1"),
        ("message", "u1"),
        ("feed", "u2"),
        ("spool", "u8"),
        ("changed_row", "i8"),
    ]
)
"""One open segment: its newest row, and the slot of the next segment of the same MMSI."""

# Places in the small integer state that the loop keeps beside the table.
NEXT_ID, USED, FREE, KEYS, OPENED, ENDED, DYING, HEARD, HOUR, SWEPT = range(10)
FRESH = (1, 0, -1, 0, 0, 0, -1, -(1 << 63), -(1 << 63), 0)
"""That state before the first row."""
NONE = -1
NEVER = -(1 << 63)
FEWEST_KEYS = 2048
_SEARCH_KEY = np.uint64(0x9E3779B97F4A7C15)


@compiled
def find(keys: NDArray[np.uint32], mmsi: int) -> int:
    """Return where ``mmsi`` stands, or should stand, in the open-addressed table (0 = empty)."""
    mask = np.uint64(len(keys) - 1)
    at = ((np.uint64(mmsi) * _SEARCH_KEY) >> np.uint64(32)) & mask
    while keys[at] != 0 and keys[at] != mmsi:
        at = (at + np.uint64(1)) & mask
    return int(at)


@compiled
def expired(reports: int, silent_us: int, limits: NDArray[np.float64]) -> bool:
    """Tell whether a segment of so many reports has been silent for too long."""
    hours = silent_us / HOUR_US
    return bool(hours > limits[2] or (reports == 1 and hours > limits[3]))


@compiled
def unlink(table: Any, heads: Any, at: int, slot: int, state: Any) -> None:  # noqa: ANN401
    """End a segment: take it out of its MMSI's chain; its row stays until the batch is told."""
    if heads[at] == slot:
        heads[at] = table[slot].next
    else:
        before = heads[at]
        while table[before].next != slot:
            before = table[before].next
        table[before].next = table[slot].next
    table[slot].next = state[DYING]
    state[DYING] = slot
    state[ENDED] += 1


@compiled
def bury(table: Any, state: Any) -> None:  # noqa: ANN401
    """Give the slots of the segments that ended in this batch to others."""
    while state[DYING] != NONE:
        slot = state[DYING]
        state[DYING] = table[slot].next
        table[slot].mmsi = 0
        table[slot].next = state[FREE]
        state[FREE] = slot


@compiled
def open_one(table: Any, heads: Any, at: int, mmsi: int, state: Any) -> int:  # noqa: ANN401
    """Open a segment at the head of the MMSI's chain and return its slot."""
    slot = state[FREE]
    if slot != NONE:
        state[FREE] = table[slot].next
    else:
        slot = state[USED]
        state[USED] += 1
    seg = table[slot]
    seg.mmsi = mmsi
    seg.segment = state[NEXT_ID]
    seg.next = heads[at]
    seg.reports = 0
    seg.time = NEVER
    seg.changed_row = NONE
    heads[at] = slot
    state[NEXT_ID] += 1
    state[OPENED] += 1
    return int(slot)


@compiled
def sweep(
    table: Any,  # noqa: ANN401
    heads: NDArray[np.int32],
    received: int,
    limits: NDArray[np.float64],
    state: NDArray[np.int64],
) -> None:
    """End what no row of its own MMSI will end, when the receive times pass a full hour."""
    # Two rows in a row: one garbled stamp of the year 2099 would end every track there is.
    now = min(received, state[HEARD])
    state[HEARD] = received
    if now == NEVER or now // HOUR_US <= state[HOUR]:
        return
    state[HOUR] = now // HOUR_US
    state[SWEPT] = 1
    for at in range(len(heads)):
        slot = heads[at]
        while slot != NONE:
            following = table[slot].next
            if expired(table[slot].reports, now - table[slot].received, limits):
                unlink(table, heads, at, slot, state)
            slot = following


@compiled
def rehash(
    old_keys: NDArray[np.uint32],
    old_heads: NDArray[np.int32],
    keys: NDArray[np.uint32],
    heads: NDArray[np.int32],
) -> None:
    """Put every MMSI that has a segment into the empty ``keys`` and ``heads``."""
    for k in range(len(old_keys)):
        if old_heads[k] != NONE:
            at = find(keys, old_keys[k])
            keys[at], heads[at] = old_keys[k], old_heads[k]
