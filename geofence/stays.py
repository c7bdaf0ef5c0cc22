"""The state of ``visiting``: slots of segments, a pool of stays in zones, changes told.

A segment's slot holds its newest fix, a chain of the zones it is in or was in a moment ago, and a
box: while fixes stay inside the box and before ``due``, nothing can change.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ais.compiled import compiled
from ais.kernel import helper

Record: TypeAlias = Any
"""A row of a structured array in compiled code: mypy knows no type for it."""
NONE = -1
NEVER = -(1 << 62)
FOREVER = 1 << 62
SECOND_US = 1_000_000

SLOT = np.dtype(
    [
        ("segment", "u4"),
        ("head", "i4"),
        ("time", "i8"),
        ("epoch", "i8"),
        ("due", "i8"),
        ("lon", "f8"),
        ("lat", "f8"),
        ("west", "f8"),
        ("east", "f8"),
        ("south", "f8"),
        ("north", "f8"),
    ]
)
"""A segment: newest fix, chain of its stays, and the box in which nothing can change until due."""

STAY = np.dtype(
    [
        ("zone", "i4"),
        ("next", "i4"),
        ("since", "i8"),
        ("mark", "i8"),
        ("lon", "f8"),
        ("lat", "f8"),
        ("fixes", "i4"),
        ("phase", "u1"),
        ("dwelt", "u1"),
        ("spare", "u2"),
    ]
)
"""A segment and a zone; lon, lat of ``since`` while MAYBE, of ``mark`` while OUT."""
MAYBE, IN, OUT, PASSED = range(4)
"""Inside, not yet confirmed · inside · outside, not yet by leave_m · crossed, not yet away."""


TOLD = np.dtype(
    [
        ("row", "i8"),
        ("zone", "i4"),
        ("change", "i4"),
        ("time", "i8"),
        ("since", "i8"),
        ("lon", "f8"),
        ("lat", "f8"),
    ]
)

# Places in the small integer state. The first five are kept with a snapshot.
USED, FREE, FREED, EPOCH, STAMP, ROW, SAID, ASKS = range(8)
FRESH = (0, NONE, 0, 1, 1, 0, 0, 0)


class Rules(NamedTuple):
    """Settings and validity in the loop's units.

    enter_fixes, enter_s, deep_m, dwell_us, leg_us · leave_m (zones,) f8
    begin, end (zones,) i8, µs: validity · turns i8: all of these, sorted
    born (zones,) i8: epoch in which the zone came into the set
    """

    enter_fixes: int
    enter_s: float
    deep_m: float
    dwell_us: int
    leg_us: int
    leave_m: NDArray[np.float64]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    turns: NDArray[np.int64]
    born: NDArray[np.int64]


class Scratch(NamedTuple):
    """What one row needs while it is looked at, per zone, valid where ``seen`` is its stamp.

    seen i8 · within u1 · depth f8, metres, negative outside · held, tried i8: stamps
    found, met i4: zones inside and crossed · answered i8 (zones, 2): stamp of an answer by
    shapely, about the point and the leg · answer u1 (zones, 2) · ask i4 (2 zones, 2): questions
    """

    seen: NDArray[np.int64]
    within: NDArray[np.uint8]
    depth: NDArray[np.float64]
    held: NDArray[np.int64]
    tried: NDArray[np.int64]
    found: NDArray[np.int32]
    met: NDArray[np.int32]
    answered: NDArray[np.int64]
    answer: NDArray[np.uint8]
    ask: NDArray[np.int32]


class Rows(NamedTuple):
    """Columns of a batch, (n,): slot i8, segment u4, time i8 in µs, lon, lat f8."""

    slot: NDArray[np.int64]
    segment: NDArray[np.uint32]
    time: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


class State(NamedTuple):
    """What the loop writes: slots, pool of stays, changes told, the small integers."""

    slots: NDArray[Any]
    pool: NDArray[Any]
    told: NDArray[Any]
    book: NDArray[np.int64]


@helper
def in_force(rules: Rules, zone: int, time: int) -> bool:
    """Tell whether the zone is valid at ``time``."""
    return bool(rules.begin[zone] <= time < rules.end[zone])


@helper
def tenth(metres: float) -> float:
    """Round to 0.1 m, as everything is before it meets a threshold (DESIGN §1)."""
    return math.floor(metres * 10.0 + 0.5) / 10.0


@helper
def seconds(micros: int) -> int:
    """Round to whole seconds."""
    return (micros + SECOND_US // 2) // SECOND_US


@helper
def release(state: State, slot: int, keep: int) -> None:
    """Give the slot's stays back to the pool and begin with ``keep`` as its segment."""
    at = state.slots[slot].head
    while state.slots[slot].segment != 0 and at != NONE:
        following = state.pool[at].next
        give_back(state, at)
        at = following
    state.slots[slot].segment = keep
    state.slots[slot].head = NONE
    state.slots[slot].time = NEVER
    state.slots[slot].due = NEVER


@helper
def give_back(state: State, at: int) -> None:
    """Put a stay into the free list."""
    state.pool[at].next = state.book[FREE]
    state.book[FREE] = at
    state.book[FREED] += 1


@helper
def take(state: State, slot: int, zone: int, phase: int, time: int) -> int:
    """Put a new stay at the head of the slot's chain and return it."""
    at = state.book[FREE]
    if at != NONE:
        state.book[FREE] = state.pool[at].next
        state.book[FREED] -= 1
    else:
        at = state.book[USED]
        state.book[USED] += 1
    stay = state.pool[at]
    stay.zone, stay.next = zone, state.slots[slot].head
    stay.phase, stay.since, stay.mark = phase, time, time
    stay.fixes, stay.dwelt, stay.spare = 0, 0, 0
    stay.lon, stay.lat = 0.0, 0.0
    state.slots[slot].head = at
    return int(at)


@helper
def tell(  # noqa: PLR0913, PLR0917 (a row of the answer)
    state: State, row: int, zone: int, change: int, time: int, since: int, lon: float, lat: float
) -> None:
    """Note a change."""
    said = state.told[state.book[SAID]]
    said.row, said.zone, said.change = row, zone, change
    said.time, said.since, said.lon, said.lat = time, since, lon, lat
    state.book[SAID] += 1


@compiled
def rename(state: State, zones: NDArray[np.int32]) -> None:
    """Give stays the new numbers of their zones, drop those without one (-1); forget all boxes."""
    for slot in range(len(state.slots)):
        old = state.slots[slot]
        if old.segment == 0:
            continue
        old.due = NEVER
        before, at = NONE, old.head
        while at != NONE:
            following = state.pool[at].next
            zone = zones[state.pool[at].zone]
            state.pool[at].zone = zone
            if zone >= 0:
                before = at
            else:
                if before == NONE:
                    old.head = following
                else:
                    state.pool[before].next = following
                give_back(state, at)
            at = following
